"""The invented world of the demonstration: Northshire, Aldermere and the March for the River.

Nothing here exists. Streets and place names were made up for the project; a phrase file asks for them by slot.
"""

import random

TOWN = "Aldermere"
EVENT_NAME = "March for the River"
TERMS = (
    "#MarchForTheRiver",
    '"March for the River"',
    '"Kingsgate Bridge" AND (blocked OR closed OR shut OR open)',
)
"""What the agreed request searches for, in the grammar of search terms."""
PLATFORMS = ("mastodon", "bluesky")
"""Where the agreed request may look."""
DAYS_BEFORE = 7
DAYS_AFTER = 7
OFFICIAL_HANDLES = ("@NorthshirePolice", "@NorthshireEvents")

STREETS = (
    *("Osierbank Road", "Tallowmere Street", "Heronsgate Close", "Wherry Row", "Candlewright Lane"),
    *("Sluicehouse Road", "Otterford Terrace", "Pikestaff Yard", "Lockturner Rise", "Cressbed Avenue"),
    *("Tanpit Crescent", "Mudlark Way", "Swanherd Gardens", "Eelmarket Hill"),
)
SPOTS = (
    *("Guildhall Square", "Market Street", "Mill Lane", "Weirside Park", "Tannery Wharf", "Weir Street"),
    *("the Corn Exchange", "St Brannoc's church", "the bandstand", "the library"),
)
WEATHER = ("rain", "drizzle", "sleet", "hail", "fog", "sideways rain", "wind")
DOGS = ("terrier", "spaniel", "whippet", "labrador", "lurcher", "dachshund", "collie", "greyhound")
SNACKS = (
    "flapjack",
    "cheese straws",
    "parkin",
    "sausage rolls",
    "pakora",
    "ginger biscuits",
    "samosas",
    "welsh cakes",
)
CROWDS = (
    "about 2,000",
    "1,500 or so",
    "easily 3,000",
    "two thousand four hundred",
    "well over a thousand",
    "2,100",
)
BUSES = ("14", "27", "62", "X3", "9A", "N5")
SECOND_TAGS = (
    "#Aldermere",
    "#CleanWater",
    "#RiverAlder",
    "#Northshire",
    "#LetItFlow",
    "#AfonLân",
    "#WaterTests",
)


def fill(slot: str, rng: random.Random, *, weekday: str, minute: float) -> str | None:
    """A value for a slot that holds nothing personal; None where the slot is not one of these.

    `minute` is when the post is written, in minutes from midnight of the event day: on that day `{now}` is that
    minute, `{ago}` a little earlier and `{time}` a little later.
    """
    spot = rng.choice(SPOTS)
    match slot:
        case "place":
            return spot
        case "spot":
            return spot.removeprefix("the ")
        case "road":
            return rng.choice((*STREETS, "Mill Lane", "Weir Street", "Market Street"))
        case "bus":
            return rng.choice(BUSES)
        case "now":
            return _clock(minute, rng)
        case "ago":
            return _clock(minute - rng.randint(15, 70), rng)
        case "time":
            later = minute + rng.randint(15, 100)
            return _clock(later if 480 <= minute <= 1100 else rng.randint(9 * 60, 17 * 60), rng)
        case "mins":
            return str(rng.choice((10, 12, 15, 20, 25, 30, 35, 40, 45, 50, 55)))
        case "n":
            return str(rng.randint(3, 60))
        case "crowd":
            return rng.choice(CROWDS)
        case "weather":
            return rng.choice(WEATHER)
        case "dog":
            return rng.choice(DOGS)
        case "snack":
            return rng.choice(SNACKS)
        case "weekday":
            return weekday
    return None


def _clock(minute: float, rng: random.Random) -> str:
    hour, rest = divmod(int(minute) % (24 * 60) // 5 * 5, 60)
    return f"{hour}{rng.choice('.:')}{rest:02}"
