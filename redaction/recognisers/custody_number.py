"""Custody, police national computer and prison numbers, where a word or their form says what they are."""

from redaction.recogniser import Example, Recogniser, Shape

_IS = r"(?:\s?(?:record|ref(?:erence)?|no|num|number|id|is)\b\.?){0,4}\s?[:=#.\-]?\s?"
_NUMBER = r"(?=[\w/-]*\d{3})[A-Z0-9][A-Z0-9/\-]{3,21}(?!\w)"

RECOGNISER = Recogniser(
    kind="custody_number",
    entity="CUSTODY_NUMBER",
    shapes=(
        Shape(
            "custody, a number after it",
            r"(?<=\b(?:custody|detainee|prisoner|prison|rhif dalfa)"
            rf"(?=\s?[:#]|\s?(?:record|ref|no|num|id)){_IS}){_NUMBER}",
            0.7,
        ),
        Shape("custody form", r"(?<!\w)(?:[A-Z]{2}\d?/)?\d{2}/?CU/?\d{3,6}(?:/\d{2})?(?!\w)", 0.6),
        Shape("national computer form", r"(?<!\w)(?:19|20)?\d{2}/\d{4,7}[A-HJ-NP-RT-Z](?!\w)", 0.5),
        Shape("named", rf"(?<=\b(?:pnc(?:id)?|cro|asn|arrest summons|noms|nomis)\b{_IS}){_NUMBER}", 0.7),
    ),
)

EXAMPLES = (
    Example("custody number 23/4417 at Northtown", ("23/4417",)),
    Example("custody record NS23004417", ("NS23004417",)),
    Example("PNC ID 95/123456X", ("95/123456X",)),
    Example("12/CU/4417", ("12/CU/4417",)),
    Example("in custody since 2019 and the prison is full"),
    Example("#crossfit772 and crowd100 at the storms"),
    Example("custody of 3 children, 20/11/2026"),
)
