"""National Insurance numbers (HMRC, NIM39110): two letters, six digits, a final letter A to D."""

from redaction.recogniser import Example, Recogniser, Shape

_PREFIX = r"(?!BG|GB|NK|KN|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][\s.\-]?[A-CEGHJ-NPR-TW-Z]"
_GAP = r"[\s.\-]{0,2}"

RECOGNISER = Recogniser(
    kind="ni_number",
    entity="UK_NINO",
    shapes=(
        Shape("number", rf"(?<!\w){_PREFIX}(?:{_GAP}[0-9]){{6}}{_GAP}[A-D](?!\w)", 0.6),
        Shape("letters for noughts", rf"(?<!\w){_PREFIX}(?:{_GAP}[0-9O]){{6}}{_GAP}[A-D](?!\w)", 0.4),
        Shape("without its last letter", rf"(?<!\w){_PREFIX}\s?(?:[0-9]{{2}}\s?){{2}}[0-9]{{2}}(?!\w)", 0.1),
    ),
    context=("insurance", "nino", "ni", "yswiriant"),
    stock="UkNinoRecognizer",
)

EXAMPLES = (
    Example("my ni number is AB 12 34 56 C ok", ("AB 12 34 56 C",)),
    Example("AB123456C", ("AB123456C",)),
    Example("jg-10-37-59-a", ("jg-10-37-59-a",)),
    Example("ABO23456C", ("ABO23456C",)),
    Example("nino AB123456", ("AB123456",)),
    Example("order AB123456 is late"),
    Example("GB123456A and DA123456C are never issued, nor is AB123456E"),
)
