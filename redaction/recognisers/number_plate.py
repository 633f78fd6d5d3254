"""Vehicle registrations of the United Kingdom (DVLA INF104).

The form in use since 2001 speaks for itself; older ones need a word beside them.
"""

import regex

from redaction.recogniser import Example, Recogniser, Shape

_GAPS = regex.compile(r"[\s.\-]")
_SINCE_2001 = regex.compile(r"[A-Za-z]{2}[0-9]{2}[A-Za-z]{3}")
_BESIDE = (
    "reg", "registration", "plate", "plates", "vrm", "vrn", "car", "van", "lorry", "motorbike", "vehicle",
    "driving", "parked",
)  # fmt: skip
_WORD_LIST = (
    "all and any are but can day did end for get got had has her him his how its let man may men min new not "
    "now off old one our out own per put run saw say see set she the too top two use was way who why yes yet "
    "you"
)
_WORDS = frozenset(_WORD_LIST.split())


def _check(found: str) -> bool | None:
    bare = _GAPS.sub("", found)
    if not _SINCE_2001.fullmatch(bare):
        return None
    if not (2 <= int(bare[2:4]) <= 30 or 51 <= int(bare[2:4]) <= 80):  # the half-year of first registration
        return False
    front, back = bare[:2], bare[4:]
    if len(bare) < len(found) and back.islower():
        # "at 20 the", "FY21 for": a gap before a lower-case word is a sentence.
        return None if front.islower() and back not in _WORDS else False
    return None


RECOGNISER = Recogniser(
    kind="number_plate",
    entity="UK_VEHICLE_REGISTRATION",
    shapes=(
        Shape("since 2001", r"(?<![\w&])[A-HJ-PR-Y]{2}[0-9]{2}[\s.\-]{0,2}[A-HJ-PR-Z]{3}(?!\w)", 0.6),
        Shape(
            "one by one",
            r"(?<!\w)[A-HJ-PR-Y]([\s.\-])[A-HJ-PR-Y]\1[0-9]\1[0-9]\1{1,3}[A-HJ-PR-Z]\1[A-HJ-PR-Z]\1[A-HJ-PR-Z](?!\w)",
            0.6,
        ),
        Shape("1983 to 2001", r"(?<!\w)(?-i:[A-HJ-NPR-TV-Y]\d{1,3}[ -]?[A-HJ-PR-Z]{3})(?!\w)", 0.2),
        Shape("1963 to 1983", r"(?<!\w)(?-i:[A-HJ-PR-Z]{3}[ -]?\d{1,3}[A-HJ-NPR-TV-Y])(?!\w)", 0.2),
        Shape(
            "Northern Ireland", r"(?<!\w)(?-i:[A-Z]?(?:I[A-Z]|Z[A-Z]|[A-Z]Z|[A-Z]I)[ -]?\d{1,4})(?!\w)", 0.1
        ),
        Shape(
            "any, after reg",
            r"(?<=\b(?:reg|registration|plates?|vrm|vrn)(?: (?:no|number|is|was))?[:.]? )"
            r"(?=\w*\d)(?=\w*\p{L})\w{2,7}(?!\w)",
            0.5,
        ),
    ),
    context=_BESIDE,
    check=_check,
    stock="UkVehicleRegistrationRecognizer",
)

EXAMPLES = (
    Example("white van AB12 CDE seen twice", ("AB12 CDE",)),
    Example("AB12CDE", ("AB12CDE",)),
    Example("C A 0 7 A G G or C-A-0-7-A-G-G", ("C A 0 7 A G G", "C-A-0-7-A-G-G")),
    Example("#CA07AGG", ("CA07AGG",)),
    Example("its bd51 smr i think", ("bd51 smr",)),
    Example("silver car A123 BCD", ("A123 BCD",)),
    Example("car ABC 123D parked", ("ABC 123D",)),
    Example("reg: fx9", ("fx9",)),
    Example("take the M25 NOW, meet at A123 BCD"),
    Example("fy21 for the win, US20 the, AB12 cde"),
    Example("AB99 CDE has an age that was never issued"),
)
