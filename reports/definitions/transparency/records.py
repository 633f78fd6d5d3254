"""Reads the records of a half-year for the transparency report: references and enumerations, no words of a case.

The only module of this report that touches the database.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import redaction
from audit import Act, clock
from audit.models import EvidenceEvent
from gateway.models import CollectionRun, ErasureReceipt
from governance.casework.models import (
    AdviceOutcome,
    Authorisation,
    AuthorisationKind,
    RefusalReason,
    RefusedRequest,
    Request,
    RequestVersion,
    Scope,
)
from governance.casework.states import AuthorisationState, RequestState
from governance.decisions.models import PolicyDecision
from governance.decisions.services import live_pack, pack_of
from governance.posting.models import PostType, PublishedRecord
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
from reports.definitions.transparency.tables import NOT_GIVEN
from reports.period import LONDON, HalfYear

# Fewer than the variables SQLite takes in one statement.
_CHUNK = 2000
_ANSWERS = {
    "under18": "under18",
    "covert": "covert",
    "facial_recognition": "facial_recognition",
    "false_persona": "false_persona",
    "relationship": "relationship",
    "closed_group": "closed_group",
    "personal_account": "personal_account",
    "protected_sole_basis": "sole_basis",
}


def collect(period: HalfYear) -> Rows:
    """Every record of the period, as it stands now."""
    pack = live_pack()
    stops, rule_titles = _stops(period)
    return Rows(
        requests=tuple(_requests(period)),
        stops=stops,
        runs=tuple(_runs(period)),
        erasures=tuple(_erasures(period)),
        posts=tuple(_posts(period)),
        safeguards=_safeguards(period),
        rules=Rules(f"{pack.id} {pack.version}", pack.digest, pack.title, pack.status, len(pack.rules)),
        labels={
            "purposes": {code: _sentence_case(purpose.words) for code, purpose in pack.purposes.items()},
            "levels": {code: _sentence_case(level.words) for code, level in pack.levels.items()},
            "rules": rule_titles,
            "reasons": {str(value): str(label) for value, label in RefusalReason.choices},
            "kinds": {kind.code: _sentence_case(kind.meaning) for kind in redaction.kinds()},
            "types": {str(value): str(label) for value, label in PostType.choices},
        },
    )


def _sentence_case(words: str) -> str:
    return words[:1].upper() + words[1:]


def _within(period: HalfYear, field: str) -> dict[str, dt.datetime]:
    return {f"{field}__gte": period.start, f"{field}__lt": period.end}


# ---------------------------------------------------------------- requests
def _requests(period: HalfYear) -> Iterator[RequestRow]:
    refs = _first_asked(period)
    for start in range(0, len(refs), _CHUNK):
        chunk = refs[start : start + _CHUNK]
        requests = Request.objects.filter(ref__in=chunk).select_related("gathering").order_by("ref")
        agreements = _latest(
            Authorisation.objects.filter(kind=AuthorisationKind.MONITORING, request__ref__in=chunk)
            .select_related("version")
            .order_by("id"),
            "request_id",
        )
        versions = _latest(
            RequestVersion.objects.filter(request__ref__in=chunk).order_by("number"), "request_id"
        )
        refusals = dict(
            RefusedRequest.objects.filter(request__ref__in=chunk).values_list("request_id", "reason")
        )
        for request in requests:
            yield _request(
                request, agreements.get(request.pk), versions.get(request.pk), refusals.get(request.pk, "")
            )


def _first_asked(period: HalfYear) -> list[str]:
    """Requests first sent, or first stopped by a rule, in the period."""
    sent = RequestVersion.objects.filter(number=1, submitted_at__lt=period.end)
    first: dict[str, dt.datetime] = {}
    for ref, at in (*sent.values_list("request__ref", "submitted_at"), *_blocks(before=period.end)):
        first[ref] = min(at, first.get(ref, at))
    return sorted(ref for ref, at in first.items() if period.contains(at))


def _blocks(*, before: dt.datetime) -> Iterable[tuple[str, dt.datetime]]:
    return PolicyDecision.objects.filter(
        about_type="request", stage="ask", verdict="block", at__lt=before
    ).values_list("about_ref", "at")


def _latest(rows: Iterable[Any], key: str) -> dict[int, Any]:
    return {getattr(row, key): row for row in rows}


def _request(
    request: Request, agreement: Authorisation | None, version: RequestVersion | None, reason: str
) -> RequestRow:
    outcome = _outcome(request, agreement)
    return RequestRow(
        ref=request.ref,
        purpose=request.purpose_code or NOT_GIVEN,
        level=version.level if version else _level_so_far(request),
        event=_event(request),
        outcome=outcome,
        reason=reason if outcome == "refused" else "",
        ending=_ending(agreement) if agreement else "",
        features=_features(agreement) if agreement else (),
    )


def _outcome(request: Request, agreement: Authorisation | None) -> str:
    """Once agreed stays agreed: something may have been collected under it, whatever came later."""
    if agreement is not None:
        return "agreed"
    if request.state == RequestState.REFUSED:
        return "refused"
    if request.state == RequestState.WITHDRAWN:
        return "taken_back"
    return "stopped" if request.version == 0 else "open"


def _level_so_far(request: Request) -> str:
    """The level that the answers give; none before the pages that decide it are answered."""
    return request.level if {"terms", "people"} <= set(request.parts) else NOT_GIVEN


def _event(request: Request) -> str:
    gathering = request.gathering
    if request.protest_related or (gathering and gathering.is_protest):
        return "protest"
    if gathering:
        return "other"
    return "none" if "event" in request.parts else NOT_GIVEN


def _ending(agreement: Authorisation) -> str:
    if agreement.state == AuthorisationState.CANCELLED:
        return "early"
    if agreement.state == AuthorisationState.VOID:
        return "changed"
    over = agreement.state == AuthorisationState.EXPIRED or agreement.expires_at <= clock.now()
    return "by_itself" if over else "running"


def _features(agreement: Authorisation) -> tuple[str, ...]:
    """What the agreed words involved; they cannot have changed since."""
    answers = agreement.version.content if agreement.version else {}
    found = [name for answer, name in _ANSWERS.items() if answers.get(answer)]
    if answers.get("query_scope") in (Scope.PERSON, Scope.GROUP):
        found.append(str(answers["query_scope"]))
    return tuple(sorted(found))


def _stops(period: HalfYear) -> tuple[tuple[StopRow, ...], dict[str, str]]:
    """Requests stopped in the period with the rules that did, and the title of each of those rules."""
    rules: dict[str, set[str]] = defaultdict(set)
    titles: dict[str, str] = {}
    decisions = PolicyDecision.objects.filter(
        about_type="request", stage="ask", verdict="block", **_within(period, "at")
    ).select_related("pack")
    for decision in decisions.order_by("id").iterator(chunk_size=_CHUNK):
        for rule in decision.blocking_rules:
            rules[decision.about_ref].add(rule)
            titles.setdefault(rule, f"{pack_of(decision.pack).rule(rule).title} ({rule})")
    rows = tuple(StopRow(ref, tuple(sorted(rules[ref]))) for ref in sorted(rules))
    return rows, dict(sorted(titles.items()))


# ---------------------------------------------------------------- what came in, what went
def _runs(period: HalfYear) -> Iterator[RunRow]:
    for run in CollectionRun.objects.filter(**_within(period, "started_at")).order_by("ref"):
        yield RunRow(
            ref=run.ref,
            kept=run.stored,
            outside=run.out_of_scope,
            withheld=run.withheld,
            repeated=run.duplicates,
            damaged=run.malformed,
            hidden=dict(sorted(run.hidden.items())),
        )


def _erasures(period: HalfYear) -> Iterator[ErasureRow]:
    for receipt in ErasureReceipt.objects.filter(**_within(period, "erased_at")).order_by("ref"):
        yield ErasureRow(ref=receipt.ref, count=receipt.count, late=_late(receipt))


def _late(receipt: ErasureReceipt) -> bool:
    """Late is after the end of the next day (UK time) after the first of them was due."""
    due, done = (at.astimezone(LONDON).date() for at in (receipt.due_from, receipt.erased_at))
    return done > due + dt.timedelta(days=1)


def _posts(period: HalfYear) -> Iterator[PostRow]:
    records = PublishedRecord.objects.filter(**_within(period, "published_at")).select_related("post")
    for record in records.order_by("post__ref"):
        yield PostRow(ref=record.post.ref, type=record.post.type)


def _safeguards(period: HalfYear) -> Safeguards:
    events = EvidenceEvent.objects.filter(**_within(period, "at")).order_by("id")
    against = Authorisation.objects.filter(
        **_within(period, "granted_at"), advice__outcome=AdviceOutcome.OBJECT
    )
    return Safeguards(
        against_advice=tuple(against.order_by("ref").values_list("ref", flat=True)),
        own_work_refused=tuple(
            events.filter(act=Act.SELF_AUTHORISATION_REFUSED).values_list("about_ref", flat=True)
        ),
        collections_refused=tuple(
            authorisation or about or f"event {pk}"
            for pk, authorisation, about in events.filter(act=Act.RUN_REFUSED).values_list(
                "id", "authorisation_ref", "about_ref"
            )
        ),
    )
