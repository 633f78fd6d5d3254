"""The words of the demonstration's story and of its half-year, read from `story/` and `history/` as plain data.

Times are counted in days, so that the same story can be told in any year: those of `story/` from the day of the
march, those of `history/` from the first day of a half-year that begins on 1 July. Nothing here writes to a database;
a player hands these words to the services.
"""

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

FOLDER = Path(__file__).parent
LONDON = ZoneInfo("Europe/London")
RESULTS = ("agreed", "expired", "cancelled", "refused", "withdrawn", "blocked")

LAWS = {
    "account_security": "Fraud Act 2006; common law duty to prevent crime",
    "appeal_response": "Common law duty to detect crime; Data Protection Act 2018, section 35",
    "community_tension": "Common law duty to keep the peace; Equality Act 2010, section 149",
    "crime_investigation": "Data Protection Act 2018, section 35; common law duty to detect crime",
    "disorder_prevention": "Common law power to prevent a breach of the peace",
    "event_safety": "Common law duty to protect life",
    "missing_person": "Human Rights Act 1998, Article 2; common law duty to protect life",
    "public_information": "Civil Contingencies Act 2004, section 2; common law duty to protect life",
    "rumour_correction": "Common law duty to protect life and keep the peace",
}
"""The law that a request relies on where it does not name its own."""

NOTICES = {
    "account_security": "A warning on our register of true accounts says which words we search while it is up.",
    "appeal_response": "The appeal itself says that we read public answers to it, and until when.",
    "community_tension": "Told to both sides in person and published on northshire.example/listening.",
    "crime_investigation": "Published on northshire.example/listening, by subject and dates.",
    "disorder_prevention": "Published on northshire.example/listening before it begins, with the words we search.",
    "event_safety": "On the event's own page and on northshire.example/listening before it begins.",
    "missing_person": "The appeal says that we read what people post about sightings.",
    "public_information": "Pinned on our own account and on northshire.example/listening.",
    "rumour_correction": "Said in the correction itself and on northshire.example/listening.",
}
"""How the public is told where a request does not say it in words of its own."""

PROSE = (
    *("purpose_text", "nec_objective", "nec_text", "size_scope", "rational_link", "least_intrusive"),
    *("alternatives", "fair_balance", "coll_text", "coll_mitigation"),
)
"""Answers in the officer's own words, which every request has."""

_PEOPLE: dict[str, Any] = {
    "overt_notice": True,
    "covert": False,
    "private_info_likely": False,
    "systematic_recording": False,
    "closed_group": False,
    "false_persona": False,
    "relationship": False,
    "personal_account": False,
    "facial_recognition": False,
    "under18": False,
    "sensitive": False,
    "confidential_profession": "none",
    "offence": "",
    "protest_related": False,
    "peaceful": True,
    "protected_sole_basis": False,
}


@dataclass(frozen=True)
class Event:
    """A gathering. `use` names the request whose event it is, instead of describing another."""

    name: str = ""
    kind: str = "large_scale"
    place: str = ""
    day: int = 0
    hour: int = 0
    hours: int = 0
    use: str = ""

    @property
    def is_protest(self) -> bool:
        return self.kind == "protest"


@dataclass(frozen=True)
class Advice:
    """What the data protection officer says, if the rules ask for advice."""

    outcome: str
    aim: str
    link: str
    less_intrusive: str
    fair: str
    reasons: str
    conditions: tuple[str, ...]


@dataclass(frozen=True)
class Ending:
    """How a request ends.

    agreed, expired, cancelled: somebody agreed it with `considerations` and `conditions`; the last two then ended by
    themselves or were stopped after `after_days`, `because`, with `product` for the material held.
    refused: with a published `reason` and `grounds`. withdrawn, blocked: taken back by its author, `because`.
    """

    result: str
    considerations: str = ""
    conditions: tuple[str, ...] = ()
    reason: str = ""
    grounds: str = ""
    because: str = ""
    after_days: int = 0
    product: str = ""


@dataclass(frozen=True)
class Asked:
    """One request in the words of the officer who asked, with what others answered."""

    key: str
    by: str
    unit: str
    asked: tuple[int, int]
    window: tuple[int, int]
    event: Event | None
    pages: Mapping[str, Mapping[str, Any]]
    advice: Advice | None
    ending: Ending

    @property
    def title(self) -> str:
        return str(self.pages["purpose"]["title"])

    @property
    def purpose(self) -> str:
        return str(self.pages["purpose"]["purpose_code"])

    def asked_at(self, base: dt.date) -> dt.datetime:
        """When the officer sends it."""
        return moment(base, *self.asked)

    def runs(self, base: dt.date, event_day: int | None) -> tuple[dt.datetime, dt.datetime]:
        """First and last minute asked for, counted from the event's day or else from the day of asking."""
        day = self.asked[0] if event_day is None else event_day
        start = moment(base, day + self.window[0], 0)
        return start, moment(base, day + self.window[1], 23) + dt.timedelta(minutes=59)


@dataclass(frozen=True)
class Said:
    """An official post: its words, what became of it, and the second version where the first was not agreed."""

    key: str
    by: str
    account: str
    type: str
    asked: tuple[int, int]
    text: str
    approved_by: str
    considerations: str
    corrects: str = ""
    verified_facts: tuple[str, ...] = ()
    policing_purpose: str = ""
    person_named: bool = False
    person_stage: str = "none"
    identifiers: tuple[str, ...] = ()
    sent_back_by: str = ""
    sent_back_because: str = ""
    blocked_because: str = ""
    second_text: str = ""
    second_identifiers: tuple[str, ...] = ()

    @property
    def final_text(self) -> str:
        """What is published."""
        return self.second_text or self.text


def moment(base: dt.date, day: int, hour: int) -> dt.datetime:
    """An hour of a day counted from `base`, in legal time."""
    return dt.datetime.combine(base + dt.timedelta(days=day), dt.time(hour), LONDON)


@cache
def story() -> Mapping[str, Asked]:
    """The requests of the story by key: march, speaker, housing, marathon, harbour, rumour."""
    return {asked.key: asked for asked in _requests(FOLDER / "story" / "march.toml")}


@cache
def today() -> Mapping[str, Asked]:
    """Requests that are open on the day of the demonstration, by key; nobody has decided them."""
    return {asked.key: asked for asked in _requests(FOLDER / "story" / "today.toml")}


@cache
def story_posts() -> Mapping[str, Said]:
    """The posts of the story by key: notice, correction, returned, named, thanks."""
    rows = tomllib.loads((FOLDER / "story" / "posts.toml").read_text(encoding="utf-8"))["post"]
    return {row["key"]: Said(**_frozen(row, Said)) for row in rows}


@cache
def history() -> tuple[Asked, ...]:
    """The requests of the half-year before, in the order in which they were asked."""
    files = sorted((FOLDER / "history").glob("*.toml"))
    return tuple(sorted((a for file in files for a in _requests(file)), key=lambda a: (a.asked, a.title)))


def _requests(file: Path) -> list[Asked]:
    rows = tomllib.loads(file.read_text(encoding="utf-8"))["request"]
    return [_request(row, f"{file.stem}-{number}") for number, row in enumerate(rows, start=1)]


def _request(row: dict[str, Any], key: str) -> Asked:
    purpose = row["purpose"]
    advice, event = row.get("advice"), row.get("event")
    return Asked(
        key=row.get("key", key),
        by=row["by"],
        unit=row["unit"],
        asked=_pair(row["asked"]),
        window=_pair(row["window"]),
        event=Event(**_frozen(event, Event)) if event else None,
        pages={
            "purpose": {
                "title": row["title"],
                "purpose_code": purpose,
                "purpose_text": row["purpose_text"],
                "law_ref": row.get("law_ref", LAWS[purpose]),
            },
            "terms": {
                "query_scope": row["scope"],
                "platforms": list(row["platforms"]),
                "terms": list(row["terms"]),
            },
            "necessity": {name: row[name] for name in ("nec_objective", "nec_text")},
            "proportionality": {
                name: row[name]
                for name in ("size_scope", "rational_link", "least_intrusive", "alternatives", "fair_balance")
            },
            "others": {
                "coll_text": row["coll_text"],
                "coll_mitigation": row["coll_mitigation"],
                "bystander_cap": row["bystander_cap"],
            },
            "retention": {"retention_class": row["retention"][0], "retention_days": row["retention"][1]},
            "people": {
                **_PEOPLE,
                **row.get("people", {}),
                "notice_text": row.get("notice_text", NOTICES[purpose]),
                **{name: row.get(name, "") for name in ("art8", "art10", "art11")},
            },
        },
        advice=Advice(**_frozen(advice, Advice)) if advice else None,
        ending=Ending(**_frozen(row["decision"], Ending)),
    )


def _pair(values: list[int]) -> tuple[int, int]:
    first, second = values
    return first, second


def _frozen(row: Mapping[str, Any], kind: type) -> dict[str, Any]:
    """Lists as tuples; a word that `kind` does not know is an error and not ignored."""
    unknown = set(row) - {field.name for field in fields(kind)}
    if unknown:
        raise ValueError(f"{kind.__name__} has no {', '.join(sorted(unknown))}.")
    return {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
