"""United Kingdom postcodes, with or without their space, also when nothing else says what they are.

Presidio gives a bare postcode a score of 0.1 and lets it stand. A postcode can be 15 homes: it is hidden.
"""

import regex

from redaction.recogniser import Example, Recogniser, Shape

# The 124 areas (Royal Mail). A list takes in fewer words and model numbers than "one or two letters".
_AREA_LIST = (
    "AB AL BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY EC EH EN "
    "EX FK FY GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY LA LD LE LL LN LS LU ME MK ML "
    "NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD "
    "TF TN TQ TR TS TW UB WA WC WD WF WN WR WS WV YO ZE B E G L M N S W"
)
_AREAS = "|".join(_AREA_LIST.split())
_OUTWARD = rf"(?:{_AREAS})(?:[1-9][0-9]?|0|[1-9][A-HJKMNPRSTUVWXY])"
_INWARD = r"[0-9][ABD-HJLNP-UW-Z]{2}"
_ORDINAL = regex.compile(r"\p{L}\d[\s.\-_]+(?:1st|2nd|3rd|[04-9]th)")
_WHOLE = regex.compile(rf"{_OUTWARD}{_INWARD}|GIR0AA|[A-Z]{{4}}1ZZ|GX111AA", regex.IGNORECASE)
_GAPS = regex.compile(r"[\s.\-_]")


def _check(found: str) -> bool | None:
    # "B2 1st", "M1 4th": a road and an ordinal. In capitals it may be a postcode, so it is hidden.
    if _ORDINAL.fullmatch(found):
        return False
    return None if _WHOLE.fullmatch(_GAPS.sub("", found)) else False


RECOGNISER = Recogniser(
    kind="postcode",
    entity="UK_POSTCODE",
    shapes=(
        Shape("postcode", rf"(?<![\w&#]){_OUTWARD}[\s.\-_]{{0,2}}{_INWARD}(?!\w)", 0.6),
        Shape(
            "one by one",
            r"(?<!\w)[A-Z]([\s.\-_])(?:[A-Z]\1)?[0-9]\1(?:[0-9A-Z]\1)?[0-9]\1[A-Z]\1[A-Z](?!\w)",
            0.6,
        ),
        Shape("girobank", r"\bGIR\s?0AA\b", 0.6),
        Shape("overseas", r"\b(?:ASCN|STHL|TDCU|BBND|BIQQ|FIQQ|PCRN|SIQQ|TKCA)\s?1ZZ\b|\bGX11\s?1AA\b", 0.6),
        Shape("hashtag", rf"(?<=#){_OUTWARD}_?{_INWARD}(?!\w)", 0.6),
    ),
    context=("postcode", "post", "address"),
    check=_check,
    stock="UkPostcodeRecognizer",
)

EXAMPLES = (
    Example("meet outside SW1A 1AA", ("SW1A 1AA",)),
    Example("flat in e17 4qr, near m11ae", ("e17 4qr", "m11ae")),
    Example("M1 1AE", ("M1 1AE",)),
    Example("#LS27EW", ("LS27EW",)),
    Example("B33-8TH, CR2 6XH; EC1A 1BB", ("B33-8TH", "CR2 6XH", "EC1A 1BB")),
    Example("at M 1 1 A E, or S-W-1-A-1-A-A", ("M 1 1 A E", "S-W-1-A-1-A-A")),
    Example("GIR 0AA and ascn 1zz, M 1 1 A E a b", ("GIR 0AA", "ascn 1zz", "M 1 1 A E")),
    Example("b33 8th", ("b33 8th",)),
    Example("A B C D E, 1 2 3 4 5, U 2 4 M E"),
    Example("came 75th, an 80 yr old on the M1 4th"),
    Example("bus N1 2nd stop, the A1 and the M25"),
    Example("Q11 4AB is no area, nor is SW1 alone"),
)
