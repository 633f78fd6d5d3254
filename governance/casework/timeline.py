"""What happened to a request and to what came of it, one line per entry of the log."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from audit import Act
from audit.models import EvidenceEvent
from governance.casework.display import TITLES
from governance.casework.models import AdviceOutcome, Authorisation, Product, RefusalReason, Request
from governance.people.models import User
from governance.people.roles import ROLES


@dataclass(frozen=True)
class Entry:
    """One line: what, who, when, and its number in the log. `kind` chooses the mark beside it."""

    number: int
    what: str
    who: str
    at: dt.datetime
    kind: str = ""
    extra: str = ""


_KINDS = {
    Act.DECISION_BLOCKED: "block",
    Act.REQUEST_REFUSED: "block",
    Act.SELF_AUTHORISATION_REFUSED: "block",
    Act.AUTHORISATION_CANCELLED: "block",
    Act.AUTHORISATION_VOIDED: "block",
    Act.RUN_REFUSED: "block",
    Act.POST_FAILED: "block",
    Act.REQUEST_RETURNED: "refer",
    Act.POST_RETURNED: "refer",
    Act.POST_MISSED: "refer",
    Act.AUTHORISATION_GRANTED: "pass",
    Act.POST_PUBLISHED: "pass",
}


def _count(data: Mapping[str, Any], name: str, noun: str) -> str:
    number = int(data.get(name, 0))
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _what(event: EvidenceEvent) -> tuple[str, str]:
    """The heading of an entry, and a second line where there is more to say."""
    data = event.data
    match event.act:
        case Act.REQUEST_DRAFTED:
            return "Draft started", ""
        case Act.REQUEST_CHANGED:
            part = str(data.get("part", ""))
            voided = "What was advised or agreed before no longer counts." if data.get("voided") else ""
            return f"Saved: {TITLES.get(part, (part, part))[0].lower()}", voided
        case Act.REQUEST_SUBMITTED:
            return (
                f"Sent, version {data.get('version')}",
                f"Rules {data.get('pack')} {data.get('pack_version')}",
            )
        case Act.DECISION_BLOCKED:
            rules = ", ".join(data.get("rules", []))
            return "Stopped by the rules", rules
        case Act.ADVICE_GIVEN:
            outcome = dict(AdviceOutcome.choices).get(data.get("outcome"), data.get("outcome"))
            return f"Advice: {str(outcome).lower()}", f"On version {data.get('version')}"
        case Act.REQUEST_RETURNED:
            return "Returned with a question", ""
        case Act.REQUEST_REFUSED:
            return "Refused", str(dict(RefusalReason.choices).get(data.get("reason"), data.get("reason")))
        case Act.REQUEST_WITHDRAWN:
            return "Taken back", ""
        case Act.AUTHORISATION_GRANTED:
            limited = "Agreed with limits" if data.get("limited") else "Agreed"
            against = "Against the data protection officer’s advice." if data.get("against_advice") else ""
            return f"{limited}: {event.authorisation_ref}", against
        case Act.AUTHORISATION_CANCELLED:
            product = dict(Product.choices).get(data.get("reason", ""), "")
            return "Collection stopped", f"The posts: {str(product).lower()}" if product else ""
        case Act.AUTHORISATION_EXPIRED:
            return "Ended by itself", event.authorisation_ref
        case Act.AUTHORISATION_VOIDED:
            return "Agreement ended: the words changed", event.authorisation_ref
        case Act.RUN_STARTED:
            return "Collection started", str(data.get("platform", ""))
        case Act.RUN_ENDED:
            return f"Collection ended: {_count(data, 'stored', 'post')} kept", (
                f"{_count(data, 'read', 'post')} read, {data.get('out_of_scope', 0):,} outside what was agreed, "
                f"{data.get('withheld', 0):,} withheld"
            )
        case Act.BATCH_STORED:
            return f"{_count(data, 'stored', 'post')} kept", ""
        case Act.RUN_REFUSED:
            return "Collection refused", str(data.get("reason", "")).replace("-", " ")
        case Act.ITEMS_CONSULTED:
            return f"{_count(data, 'count', 'post')} read", ""
        case Act.ITEMS_ERASED:
            return f"{_count(data, 'count', 'post')} deleted", "A receipt was written."
        case Act.KEY_DESTROYED:
            return "The key was destroyed", ""
        case Act.ROLE_GRANTED | Act.ROLE_ENDED:
            role = ROLES[data["role"]].name.lower() if data.get("role") in ROLES else str(data.get("role"))
            return f"Role {'given' if event.act == Act.ROLE_GRANTED else 'ended'}: {role}", str(
                data.get("unit", "")
            )
        case Act.POST_DRAFTED:
            return "Draft started", ""
        case Act.POST_EDITED:
            return "Words changed", "What was agreed before no longer counts." if data.get("voided") else ""
        case Act.POST_CHECKED:
            verdict = {"warn": "with advice", "refer": "a person must look"}.get(
                str(data.get("verdict")), "no rule stops it"
            )
            return f"Checked: {verdict}", f"Rules {data.get('pack')} {data.get('pack_version')}"
        case Act.POST_SUBMITTED:
            return "A second person was asked", ""
        case Act.POST_APPROVED:
            return "Agreed", event.authorisation_ref
        case Act.POST_RETURNED:
            return "Sent back to the writer", ""
        case Act.POST_PUBLISHED:
            return "Published", str(data.get("platform", "")).capitalize()
        case Act.POST_FAILED:
            return "Could not be sent", str(data.get("reason", "")).replace("-", " ")
        case Act.POST_MISSED:
            return "Not sent: its time had passed", ""
        case Act.POST_WITHDRAWN:
            return "Taken back", ""
        case Act.SELF_AUTHORISATION_REFUSED:
            return "Tried to decide their own work, and was refused", ""
    sentence = event.sentence()
    return sentence[0].upper() + sentence[1:], ""


def people_named(events: Iterable[EvidenceEvent]) -> dict[str, str]:
    """Names for the actors of some entries: one query."""
    keys = {event.actor.removeprefix("user:") for event in events if event.actor.startswith("user:")}
    users = User.objects.filter(pk__in=[key for key in keys if key.isdigit()])
    return {f"user:{user.pk}": user.shown for user in users}


def who(actor: str, names: Mapping[str, str]) -> str:
    """The name of an actor; the system acts as Candour; nobody said is said plainly."""
    if actor.startswith("system:"):
        return "Candour"
    return names.get(actor, "Nobody was recorded")


def entries(events: Iterable[EvidenceEvent]) -> list[Entry]:
    """Log entries as lines for people."""
    listed = list(events)
    names = people_named(listed)
    out = []
    for event in listed:
        what, extra = _what(event)
        kind = _KINDS.get(Act(event.act), "")
        out.append(Entry(event.pk, what, who(event.actor, names), event.at, kind, extra))
    return out


def of_request(request: Request) -> QuerySet[EvidenceEvent]:
    """Everything about a request and about its authorisations, newest first."""
    refs = list(request.authorisations.values_list("ref", flat=True))
    return EvidenceEvent.objects.filter(
        Q(about_type="request", about_ref=request.ref) | Q(authorisation_ref__in=refs)
    ).order_by("-pk")


def of_authorisation(authorisation: Authorisation) -> QuerySet[EvidenceEvent]:
    """Everything done under one authorisation, newest first."""
    return EvidenceEvent.objects.filter(authorisation_ref=authorisation.ref).order_by("-pk")
