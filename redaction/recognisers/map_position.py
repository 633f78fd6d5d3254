"""Positions on the map: coordinates, grid references, three-word squares and plus codes."""

import regex

from redaction.recogniser import Example, Recogniser, Shape

_PAIR = regex.compile(
    r"(?:lat[a-z]*\W*)?([+-]?\d{1,3}\.\d+)[^\d.+-]*([+-]?\d{1,3}\.\d+)\D*", regex.IGNORECASE
)


def _check(found: str) -> bool | None:
    pair = _PAIR.fullmatch(found)
    return False if pair and (abs(float(pair[1])) > 90 or abs(float(pair[2])) > 180) else None


# Three decimals or more are 100 metres or less.
_DECIMAL = r"[+\-−]?\d{1,3}\.\d{3,}°?"
_DEGREES = r"\d{1,3}\s?(?:°|º|deg)\s?(?:\d{1,2}(?:\.\d+)?\s?['’′]\s?)?(?:\d{1,2}(?:\.\d+)?\s?(?:\"|”|″|''))?"
_SQUARE = r"\p{L}{3,}\.\p{L}{3,}\.\p{L}{3,}"
_PLUS = r"[2-9CFGHJMPQRVWX]"

RECOGNISER = Recogniser(
    kind="map_position",
    entity="MAP_POSITION",
    shapes=(
        Shape(
            "decimal degrees",
            rf"(?<![\w.$£€])(?:lat[a-z]*[:=\s]{{1,2}})?{_DECIMAL}\s?[NS]?\s?[,;/ ]\s?"
            rf"(?:lon[a-z]*[:=\s]{{1,2}})?{_DECIMAL}(?:\s?[EW]\b)?(?!\w|\.\d)",
            0.6,
        ),
        Shape("degrees and minutes", rf"(?<!\w){_DEGREES}\s?[NS]\b[\s,]{{0,3}}{_DEGREES}\s?[EW]\b", 0.8),
        Shape("three words", rf"(?<![\w/:])///\s?{_SQUARE}", 0.8),
        Shape("three words, named", rf"(?<=\b(?:w3w|what3words|what 3 words)[\s:.is/]{{1,6}}){_SQUARE}", 0.8),
        Shape("plus code", rf"(?<![\w+])(?:{_PLUS}{{4}})?{_PLUS}{{4}}\+{_PLUS}{{2,4}}(?![\w+])", 0.5),
        Shape(
            "grid reference",
            r"(?<=\b(?:grid(?: ref(?:erence)?)?|os ref|map ref)[\s:.is]{1,5})[HJNOST][A-HJ-Z]\s?"
            r"(?:\d{3}\s?\d{3}|\d{4}\s?\d{4}|\d{5}\s?\d{5})(?!\w)",
            0.7,
        ),
    ),
    check=_check,
)

EXAMPLES = (
    Example("he is at 51.50735, -0.12776. Now", ("51.50735, -0.12776",)),
    Example("lat: 51.5073 lon: -0.1277", ("lat: 51.5073 lon: -0.1277",)),
    Example("51°30'26\"N 0°7'39\"W", ("51°30'26\"N 0°7'39\"W",)),
    Example("meet ///filled.count.soap", ("///filled.count.soap",)),
    Example("w3w: filled.count.soap", ("filled.count.soap",)),
    Example("9C3XGV4C+XV", ("9C3XGV4C+XV",)),
    Example("grid ref TQ 300 804", ("TQ 300 804",)),
    Example("97.125, 200.375 is nowhere"),
    Example("version 1.2.3, odds 2.5, 3.5, up 3.125"),
)
