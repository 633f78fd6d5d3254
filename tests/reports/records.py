"""Invented records of a half-year, enough to fill a whole transparency report."""

import datetime as dt
import random

from reports.definitions.transparency.rows import (
    ErasureRow,
    PostRow,
    RequestRow,
    Rows,
    Rules,
    RunRow,
    Safeguards,
    StopRow,
)
from reports.definitions.transparency.tables import ENDINGS
from reports.edition import Edition
from reports.period import HalfYear

PERIOD = HalfYear(2026, 1)
DATED = dt.datetime(2026, 8, 6, 8, 30, tzinfo=dt.UTC)

PURPOSES = {
    "event_safety": "Keep people safe at an event",
    "rumour": "Correct a false story that could cause harm",
    "disorder": "Prevent serious disorder",
    "tension": "Understand tension between communities",
    "missing": "Find a missing person",
    "life": "Protect somebody’s life",
}
LEVELS = {
    "L0": "Level 0: our own accounts",
    "L1": "Level 1: open reading",
    "L2": "Level 2: looking into people",
}
RULES = {
    "UK-PUR-01": "A request names one purpose from the list.",
    "UK-TIM-02": "A request has a last day.",
    "UK-COL-01": "A request says how many other people it may touch.",
    "UK-TRM-04": "Search terms follow topics and places, not people.",
}
REASONS = {
    "too_wide": "Too wide",
    "gentler_way": "A gentler way exists",
    "aim_unclear": "The aim is not clear",
    "no_legal_basis": "No legal basis",
}
KINDS = {
    "person": "Names of people",
    "handle": "Account names",
    "phone": "Telephone numbers",
    "email": "E-mail addresses",
    "postcode": "Postcodes and addresses",
    "vehicle": "Number plates",
}
TYPES = {
    "informing": "Telling people something",
    "correction": "Correcting a false story",
    "warning": "Warning",
}


def edition(**changes: object) -> Edition:
    fields: dict[str, object] = {
        "ref": "TR-2026-H1",
        "version": 1,
        "kind": "transparency",
        "period": PERIOD,
        "dated": DATED,
        "body": "Northshire Police",
        "contact": "the data protection officer of Northshire Police",
        "fictional": True,
    }
    return Edition(**{**fields, **changes})  # type: ignore[arg-type]


def rows(*, size: int = 214, seed: int = 7) -> Rows:
    pick = random.Random(seed)
    weights = [78, 52, 34, 26, 15, 9]
    requests = []
    for number in range(size):
        outcome = pick.choices(["agreed", "refused", "stopped", "taken_back", "open"], [60, 15, 20, 6, 1])[0]
        requests.append(
            RequestRow(
                ref=f"MON-2026-{number:04d}",
                purpose=pick.choices(list(PURPOSES), weights)[0],
                level=pick.choices(list(LEVELS), [10, 80, 10])[0],
                event=pick.choices(["protest", "other", "none"], [30, 50, 20])[0],
                outcome=outcome,
                reason=pick.choices(list(REASONS), [11, 9, 7, 4])[0] if outcome == "refused" else "",
                ending=pick.choices(list(ENDINGS), [20, 70, 8, 4])[0] if outcome == "agreed" else "",
                features=("group",) if outcome == "agreed" and pick.random() < 0.08 else (),
            )
        )
    stops = [
        StopRow(row.ref, tuple(pick.sample(list(RULES), pick.choice([1, 1, 2]))))
        for row in requests
        if row.outcome == "stopped" or pick.random() < 0.1
    ]
    runs = [
        RunRow(
            ref=f"RUN-{number:03d}",
            kept=pick.randint(200, 900),
            outside=pick.randint(50, 400),
            withheld=pick.randint(0, 3),
            repeated=pick.randint(0, 40),
            damaged=pick.choice([0, 0, 0, 1]),
            hidden={kind: pick.randint(0, 300 // (3**i)) for i, kind in enumerate(KINDS)},
        )
        for number in range(size // 12)
    ]
    erasures = [ErasureRow(f"ERA-{n:03d}", pick.randint(50, 900), False) for n in range(size // 20)]
    posts = [PostRow(f"POST-2026-{n:04d}", pick.choice(list(TYPES))) for n in range(size // 4)]
    return Rows(
        requests=tuple(requests),
        stops=tuple(stops),
        runs=tuple(runs),
        erasures=tuple(erasures),
        posts=tuple(posts),
        safeguards=Safeguards(("AUTH-2026-0004",), ("MON-2026-0009", "MON-2026-0017"), ()),
        rules=Rules(
            "uk-police 2026.1", "91c40b7e" * 8, "Social media rules for the police", "not checked", 29
        ),
        labels={
            "purposes": PURPOSES,
            "levels": LEVELS,
            "rules": RULES,
            "reasons": REASONS,
            "kinds": KINDS,
            "types": TYPES,
        },
    )
