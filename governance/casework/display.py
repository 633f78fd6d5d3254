"""A request's answers in words: the same on the form, for reviewers, and beside old versions."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from governance.casework.content import FIELDS, PARTS
from governance.casework.models import Profession, Request, Scope
from governance.gatherings.models import Gathering
from governance.people import diff, words
from governance.policy import Pack

# The nine parts of the form: name in lists, and the heading of its page.
TITLES: dict[str, tuple[str, str]] = {
    "purpose": ("Purpose", "What is it for?"),
    "event": ("Event", "Is it about an event?"),
    "terms": ("Platforms and search terms", "Platforms and search terms"),
    "dates": ("Start and end", "When does it start and end?"),
    "necessity": ("Why it is necessary", "Why is this necessary?"),
    "proportionality": ("Why it is proportionate", "Why is this proportionate?"),
    "others": ("Other people affected", "Who else is affected?"),
    "retention": ("Keeping and deleting", "How long do you need to keep it?"),
    "people": ("People and sensitive information", "People and sensitive information"),
}
# The order of the list: purpose before terms, because why comes before what.
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("What and why", ("purpose", "event", "terms", "dates")),
    ("The balance", ("necessity", "proportionality", "others", "retention", "people")),
)
ORDER: tuple[str, ...] = tuple(part for _, parts in GROUPS for part in parts)
PART_OF = {name: part for part, names in PARTS.items() for name in names}

LABELS: dict[str, str] = {
    "title": "Name",
    "purpose_code": "Purpose",
    "purpose_text": "Purpose in plain words",
    "law_ref": "Law it rests on",
    "gathering": "Event",
    "query_scope": "What the search is aimed at",
    "platforms": "Where you will look",
    "terms": "Search terms",
    "start_at": "Start",
    "end_at": "End",
    "nec_objective": "What you want to achieve",
    "nec_text": "Why it is necessary",
    "size_scope": "How small the search is",
    "rational_link": "How it helps",
    "least_intrusive": "How it intrudes least",
    "alternatives": "Other ways considered",
    "fair_balance": "Fair for the people affected",
    "coll_text": "Who else is affected",
    "coll_mitigation": "How that is kept small",
    "bystander_cap": "Most bystander accounts",
    "retention_class": "Kind of material",
    "retention_days": "Days to keep it",
    "overt_notice": "The public is told",
    "notice_text": "How the public is told",
    "covert": "Done so that people do not know",
    "private_info_likely": "Private information is likely",
    "systematic_recording": "Records about a person or group",
    "closed_group": "Behind a log-in or in a closed group",
    "false_persona": "False identity used",
    "relationship": "Contact with people",
    "personal_account": "Own account or phone used",
    "facial_recognition": "Faces matched",
    "under18": "People under 18",
    "sensitive": "Sensitive information",
    "confidential_profession": "Protected work",
    "offence": "Offence",
    "protest_related": "Concerns a protest",
    "peaceful": "Peaceful, as far as is known",
    "protected_sole_basis": "Chosen only for belief or background",
    "art8": "Privacy (Article 8)",
    "art10": "Free speech (Article 10)",
    "art11": "Assembly (Article 11)",
}
NOTHING = "Not recorded"
# Answers that are asked for only in some cases, and shown only where they were given.
_IF_GIVEN = frozenset({"offence", "art8", "art10", "art11"})


@dataclass(frozen=True)
class Answer:
    """One answer in words."""

    field: str
    part: str
    label: str
    text: str

    @property
    def long(self) -> bool:
        return "\n" in self.text or len(self.text) > 80


@dataclass(frozen=True)
class ChangedAnswer:
    """One answer that differs from an earlier version, with what was added and removed."""

    field: str
    part: str
    label: str
    note: str
    pieces: tuple[diff.Piece, ...]


def gathering_in_words(gathering: Gathering) -> str:
    """'March for the River, Aldermere. Saturday 28 November 2026, 10am to 5pm. Protest or demonstration.'"""
    start, end = gathering.starts_at, gathering.ends_at
    same_day = words.local(start).date() == words.local(end).date()
    until = words.clock(end) if same_day else words.moment(end)
    protest = "Protest" if gathering.is_protest else gathering.get_kind_display()
    return f"{gathering.name}, {gathering.place}. {words.moment(start)} to {until}. {protest}."


def gatherings_of(*contents: Mapping[str, Any]) -> dict[int, str]:
    """The events that these contents name, in words: one query."""
    keys = {key for content in contents if (key := content.get("gathering")) is not None}
    return {g.pk: gathering_in_words(g) for g in Gathering.objects.filter(pk__in=keys)} if keys else {}


def shown(field: str, value: Any, *, pack: Pack | None, gatherings: Mapping[int, str]) -> str:
    """One stored value in words; 'Not recorded' where there is none."""
    if field == "gathering":
        return gatherings.get(value, NOTHING) if value else "No event"
    if value is None or value == "" or value == []:
        return NOTHING
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if field in ("start_at", "end_at"):
        return words.moment(dt.datetime.fromisoformat(value))
    if field == "query_scope":
        return str(dict(Scope.choices).get(value, value))
    if field == "confidential_profession":
        return str(dict(Profession.choices).get(value, value))
    if field == "terms":
        return "\n".join(value)
    if field == "retention_days":
        return f"{value:,} days"
    return _in_pack(field, value, pack)


def _in_pack(field: str, value: Any, pack: Pack | None) -> str:
    """Values that the pack has words for."""
    if pack is not None and field == "purpose_code" and value in pack.purposes:
        return words.sentence(pack.purposes[value].words)
    if pack is not None and field == "retention_class" and value in pack.retention_classes:
        return words.sentence(pack.retention_classes[value].words)
    if field == "platforms":
        known = pack.platforms if pack else {}
        return words.joined([known[p].words if p in known else p for p in value])
    return str(value)


def answers(content: Mapping[str, Any], *, pack: Pack | None) -> list[Answer]:
    """The answers of a version (or of the request as it stands) in words, in the order of the form."""
    names = gatherings_of(content)
    return [
        Answer(f, PART_OF[f], LABELS[f], shown(f, content.get(f), pack=pack, gatherings=names))
        for f in FIELDS
        if content.get(f) or f not in _IF_GIVEN
    ]


def by_part(rows: list[Answer]) -> list[tuple[str, str, list[Answer]]]:
    """(part, its title, its answers), in the order of the list."""
    return [(part, TITLES[part][0], [row for row in rows if row.part == part]) for part in ORDER]


def changed(before: Mapping[str, Any], after: Mapping[str, Any], *, pack: Pack | None) -> list[ChangedAnswer]:
    """The answers that differ between two contents, word by word."""
    names = gatherings_of(before, after)
    out: list[ChangedAnswer] = []
    for field in FIELDS:
        old, new = before.get(field), after.get(field)
        if old == new:
            continue
        was = shown(field, old, pack=pack, gatherings=names)
        now = shown(field, new, pack=pack, gatherings=names)
        note = "new answer" if was == NOTHING else "taken out" if now == NOTHING else "changed"
        pieces = diff.words("" if was == NOTHING else was, "" if now == NOTHING else now)
        out.append(ChangedAnswer(field, PART_OF[field], LABELS[field], note, tuple(pieces)))
    return out


def summary(request: Request, part: str, *, pack: Pack | None, names: Mapping[int, str]) -> str:
    """One grey line under a part's name in the list: what was answered, or what it asks."""
    if part not in request.parts:
        return ""
    if part == "purpose" and pack is not None and request.purpose_code in pack.purposes:
        return words.sentence(pack.purposes[request.purpose_code].words)
    if part == "event":
        return names.get(request.gathering_id or 0, "No event")
    if part == "terms":
        places, terms = len(request.platforms), len(request.terms)
        return f"{_many(places, 'platform')}, {_many(terms, 'search term')}"
    if part == "dates" and request.start_at and request.end_at:
        first, last = words.plain_day(request.start_at), words.plain_day(request.end_at)
        return first if first == last else f"{first} to {last}"
    if part == "others" and request.bystander_cap is not None:
        return f"Limit: {_many(request.bystander_cap, 'bystander account')}"
    if part == "retention" and request.retention_days is not None:
        return f"{_many(request.retention_days, 'day')}"
    return ""


def _many(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
