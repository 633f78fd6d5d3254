"""NHS numbers: ten digits whose check digit agrees (NHS Data Dictionary, modulus 11)."""

import regex

from redaction.recogniser import Example, Recogniser, Shape


def _check(found: str) -> bool:
    digits = [int(digit) for digit in regex.sub(r"\D", "", found)]
    if len(digits) != 10 or len(set(digits)) == 1:
        return False
    return sum(digit * weight for digit, weight in zip(digits, range(10, 0, -1), strict=True)) % 11 == 0


RECOGNISER = Recogniser(
    kind="nhs_number",
    entity="UK_NHS",
    shapes=(
        Shape("ten digits", r"(?<![\w+./-])[0-9]{3}[-. ]{0,2}[0-9]{3}[-. ]{0,2}[0-9]{4}(?![\w/])", 0.5),
        Shape("ten spaced digits", r"(?<![\w+./-])[0-9](?:[-. ][0-9]){9}(?![\w/])", 0.5),
    ),
    context=("nhs", "gig"),
    check=_check,
    stock="NhsRecognizer",
)

EXAMPLES = (
    Example("NHS number 943 476 5919", ("943 476 5919",)),
    Example("9434765919", ("9434765919",)),
    Example("943-476-5919.", ("943-476-5919",)),
    Example("9 4 3 4 7 6 5 9 1 9", ("9 4 3 4 7 6 5 9 1 9",)),
    Example("nhs no 943 476 5918 has a wrong check digit"),
    Example("1234567890 likes, 0000000000"),
)
