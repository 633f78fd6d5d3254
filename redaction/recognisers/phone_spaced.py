"""United Kingdom phone numbers in any spacing, with letters for noughts and ones, or not (yet) given out.

libphonenumber accepts the groupings that people print and the ranges in use; here any short gap between the
digits will do, and the ranges kept for drama (07700 900...) count.
"""

import regex

from redaction.recogniser import Example, Recogniser, Shape

_GAP = r"[\s.\-_*|,;()]{0,3}"
_DIGIT = r"[0-9oOlI]"
_GAPS = regex.compile(r"[\s.\-_*|,;()+]")
_DATE = regex.compile(r"0?\d[.\- ]\d{1,2}[.\- ](?:19|20)\d\d(?!\d)")
_ALIKE = str.maketrans("oOlI", "0011")


def _check(found: str) -> bool | None:
    if _DATE.match(found):
        return False
    digits = _GAPS.sub("", found).translate(_ALIKE)
    national = regex.sub(r"^(?:0044|44)0?|^0", "", digits)
    if not 9 <= len(national) <= 10 or national[0] not in "1235789":
        return False
    # Letters may stand in for some digits, not spell a word.
    return False if sum(character in "oOlI" for character in found) > 7 else None


RECOGNISER = Recogniser(
    kind="phone",
    entity="PHONE_NUMBER_SPACED",
    shapes=(
        Shape("from 0", rf"(?<![\w.,/-])\(?[0oO]\)?(?:{_GAP}{_DIGIT}){{9,10}}(?![\w/])", 0.5),
        Shape(
            "from +44",
            rf"(?<!\w)(?:\+|00){_GAP}4{_GAP}4{_GAP}(?:\(?0\)?)?(?:{_GAP}{_DIGIT}){{9,10}}(?!\w)",
            0.6,
        ),
    ),
    check=_check,
)

EXAMPLES = (
    Example("call me on 07700 900123", ("07700 900123",)),
    Example("its 0 7 7 0 0 9 0 0 1 2 3 ok", ("0 7 7 0 0 9 0 0 1 2 3",)),
    Example("077-00-90-01-23", ("077-00-90-01-23",)),
    Example("O77OO 9OO123", ("O77OO 9OO123",)),
    Example("+44(0)7700 900123", ("+44(0)7700 900123",)),
    Example("0.7.7.0.0.9.0.0.4.5.6", ("0.7.7.0.0.9.0.0.4.5.6",)),
    Example("0 0 0 0 0 0 0 0 0 0 0"),
    Example("ooooooooooo no"),
    Example("01/02/2026 10:30, 01.02.2026 10 11 12"),
)
