"""Passport numbers: nine digits, or two letters and seven digits, where a word says that it is one."""

from redaction.recogniser import Example, Recogniser, Shape

RECOGNISER = Recogniser(
    kind="passport",
    entity="UK_PASSPORT",
    shapes=(
        Shape("two letters and seven digits", r"(?<!\w)[A-Z]{2}\s?[0-9]{7}(?!\w)", 0.1),
        Shape("nine digits", r"(?<!\w)[0-9]{9}(?!\w)", 0.05),
        Shape(
            "machine readable line",  # ICAO Doc 9303 part 4
            r"(?<!\w)[0-9A-Z<]{9}[0-9][A-Z]{3}[0-9]{7}[MFX<][0-9]{7}[0-9A-Z<]{14,16}(?!\w)",
            0.9,
        ),
    ),
    context=("passport", "hmpo", "pasbort", "passeport", "pasaporte", "paszport"),
    stock="UkPassportRecognizer",
)

EXAMPLES = (
    Example("lost my passport 925665416 at the station", ("925665416",)),
    Example("passport number AB1234567", ("AB1234567",)),
    Example(
        "9256654163GBR8001014F2501017<<<<<<<<<<<<<<04", ("9256654163GBR8001014F2501017<<<<<<<<<<<<<<04",)
    ),
    Example("925665416 people watched"),
    Example("part AB1234567 is out of stock"),
)
