"""Lines of an address: a number and the name of a street, flats, and words that only stand in addresses."""

from redaction.recogniser import Example, Recogniser, Shape

_SURE = (
    r"street|str\.?|road|rd\.?|avenue|ave\.?|lane|crescent|cres\.?|terrace|gardens|gdns\.?|grove|mews"
    r"|boulevard|blvd\.?|cottages?|villas|parade|esplanade|causeway|embankment|wynd"
)
# Words with a second meaning ("5 minute walk", "2 way"): only with capitals, as on an envelope.
_UNSURE = (
    r"Street|St\.?|Drive|Dr\.?|Close|Cl\.?|Court|Ct\.?|Way|Walk|Place|Pl\.?|Square|Sq\.?|Hill|Row|Park|Green"
    r"|View|Rise|Gate|Yard|Wharf|Quay|Broadway|Vale|Mount|Bank|Fold|Croft|Heights|House|Lodge|Buildings|Tower"
    r"|Ln\.?|Terr\.?"
)
_NUMBER = r"(?<![\w£$€.,:/-])(?:no\.?\s?)?\d{1,4}\s?[a-h]?(?:\s?[-–/]\s?\d{1,4}[a-h]?)?"
_NOT_NAME = (
    r"(?!(?:more|other|different|busy|of|in|on|the|a|to|per|miles?|km|minutes?|mins?|hours?|hrs?|days?|weeks?"
    r"|months?|years?|yrs?|minut\w*|somewhere|between|from|near|by|at|for|with|is|was|are|were|this|that|am|pm|way|lane|cars?|people|arrests?|block(?:ed)?|x|mph|kph|and|&|or|off|down|up)\b)"
)
_WORD = rf"{_NOT_NAME}\p{{L}}[\p{{L}}'’.\-]{{0,24}}"
_CAPITAL = r"\p{Lu}[\p{L}'’.\-]{1,24}"
_UNIT = (
    r"(?:flat|apartment|apt\.?|unit|room|caravan|plot|suite|fflat)\s{0,2}(?:no\.?\s?)?"
    r"(?:\d{1,4}\s?[a-h]?|[a-h])\b"
)

RECOGNISER = Recogniser(
    kind="address",
    entity="ADDRESS_LINE",
    shapes=(
        Shape("number and street", rf"{_NUMBER},?\s{{1,2}}(?:{_WORD}\s{{1,2}}){{1,3}}(?:{_SURE})(?!\w)", 0.6),
        Shape(
            "number and capitals",
            rf"{_NUMBER},?\s{{1,2}}(?-i:(?:St\.?\s)?(?:{_CAPITAL}\s{{1,2}}){{1,3}}(?:{_UNSURE}))(?!\w)",
            0.5,
        ),
        Shape(
            "Welsh street",
            rf"(?:{_NUMBER},?\s{{1,2}})?(?:stryd|heol|ffordd|lôn|rhodfa)(?:\s(?-i:{_CAPITAL})){{1,2}}"
            r"(?:,?\s\d{1,4}[a-h]?\b)?",
            0.5,
        ),
        Shape(
            "flat and what follows",
            rf"\b{_UNIT}(?:,\s?|\s)(?:\d{{1,4}}[a-h]?\s)?(?-i:(?:{_CAPITAL}\s?){{1,4}})",
            0.5,
        ),
        Shape(
            "lives at number",
            r"(?<=\b(?:lives?|living|staying|house|home) (?:is )?(?:at|@) )"
            r"(?:no\.?\s?|number\s)\d{1,4}[a-h]?\b",
            0.5,
        ),
    ),
)

EXAMPLES = (
    Example("he lives at 12 High Street ok", ("12 High Street",)),
    Example("221b baker street, upstairs", ("221b baker street",)),
    Example("it is 14-16 Old Mill Lane", ("14-16 Old Mill Lane",)),
    Example("her mum is at 7 Acacia Close", ("7 Acacia Close",)),
    Example("Flat 3, 24 Kingsgate Road", ("Flat 3, 24 Kingsgate Road",)),
    Example("24 St Mary's Terrace", ("24 St Mary's Terrace",)),
    Example("mae hi'n byw yn 5 Heol Fawr", ("5 Heol Fawr",)),
    Example("he is staying at number 42 now", ("number 42",)),
    Example("a 5 minute walk down the high street"),
    Example("2 way street, 20 mile drive, 3 people on the main road"),
    Example("size 9, somewhere between Mill Lane and here. 20 minut przy Weir Street"),
    Example("blocked the A1 and High Street at 5"),
)
