"""Driving licence numbers of Great Britain (DVLA): 16 characters of surname, birth date and initials."""

import regex

from redaction.recogniser import Example, Recogniser, Shape

_SURNAME = regex.compile(r"[A-Z]+9*", regex.IGNORECASE)


def _check(found: str) -> bool | None:
    return None if _SURNAME.fullmatch(found[:5]) else False


RECOGNISER = Recogniser(
    kind="driving_licence",
    entity="UK_DRIVING_LICENCE",
    shapes=(
        Shape(
            "number",
            r"(?<!\w)[A-Z9]{5}[ -]?[0-9](?:0[1-9]|1[0-2]|5[1-9]|6[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]"
            r"[ -]?[A-Z9]{2}[0-9A-Z][A-Z]{2}(?:[ -]?[0-9]{2})?(?!\w)",
            0.6,
        ),
    ),
    context=("licence", "license", "driving", "dvla"),
    check=_check,
    stock="UkDrivingLicenceRecognizer",
)

EXAMPLES = (
    Example("licence MORGA657054SM9IJ", ("MORGA657054SM9IJ",)),
    Example("MORGA 657054 SM9IJ 35", ("MORGA 657054 SM9IJ 35",)),
    Example("fox99 761238 ab9cd", ("fox99 761238 ab9cd",)),
    Example("MORGA613054SM9IJ has a month that does not exist"),
    Example("serial 99999657054SM9IJ"),
)
