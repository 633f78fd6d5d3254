"""Crime reference numbers, where a word says that it is one."""

from redaction.recogniser import Example, Recogniser, Shape

_IS = r"(?:\s?(?:ref(?:erence)?|report|record|no|num|number|id|is)\b\.?){0,4}\s?[:=#.\-]?\s?"
_NUMBER = r"(?=[\w/-]*\d{3})[A-Z0-9][A-Z0-9/\-]{4,19}(?!\w)"

RECOGNISER = Recogniser(
    kind="crime_number",
    entity="CRIME_NUMBER",
    shapes=(
        Shape(
            "crime, a number after it",
            r"(?<=\b(?:crime|offence|case|occurrence|rhif trosedd)"
            rf"(?=\s?[:#]|\s?(?:ref|report|record|no|num|id)){_IS}){_NUMBER}",
            0.7,
        ),
        Shape("named", rf"(?<=\b(?:niche|athena|crn|urn)\b{_IS}){_NUMBER}", 0.7),
        Shape("crime form", r"(?<!\w)(?:CR|CRI|CRN)[ /-]?\d{4,8}[/-]\d{2,4}(?!\w)", 0.6),
    ),
)

EXAMPLES = (
    Example("crime reference 42/98765/26 if anyone saw it", ("42/98765/26",)),
    Example("crime ref: NS-123456-26", ("NS-123456-26",)),
    Example("URN 01ZD1234526", ("01ZD1234526",)),
    Example("CR/12345/26", ("CR/12345/26",)),
    Example("crime is up 20 per cent since 2019-20"),
    Example("in case 100 people come"),
)
