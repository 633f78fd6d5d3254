"""The officer's steps: start, answer, send, take back."""

from collections.abc import Mapping
from typing import Any

from audit import Act, clock, record, step
from audit.services import next_ref
from governance.casework import content, facts
from governance.casework.models import (
    Request,
    RequestVersion,
)
from governance.casework.services.refusals import blocked, lock, move
from governance.casework.states import AUTHORISATION, REQUEST, AuthorisationState, RequestState
from governance.casework.terms import parse
from governance.decisions import services as rules
from governance.people.access import NotAllowed, holds, require
from governance.people.models import Unit, User
from governance.people.roles import Permission


@step
def draft(*, by: User, unit: Unit, title: str = "") -> Request:
    """Start a request on a unit on which `by` may ask."""
    if not holds(by, Permission.REQUEST_ASK, unit):
        raise NotAllowed("Only a requesting officer of this unit can ask to monitor.")
    now = clock.now()
    request = Request.objects.create(
        ref=next_ref("MON"), unit=unit, requested_by=by, started_at=now, changed_at=now, title=title
    )
    record(Act.REQUEST_DRAFTED, by=by, about=request, kind="monitoring")
    return request


@step
def save_answers(*, request: Request, by: User, part: str, values: Mapping[str, Any]) -> Request:
    """Save one page of the form. Answers that were already sent become a draft again, and what was decided on
    them is void: collection under it stops.

    Raises:
        NotAllowed: `by` is not the officer who asks.
        WrongState: it was refused or taken back.
        ValueError: a value belongs to no answer of this page, or a search term cannot be read (TermError).
    """
    for term in values.get("terms", ()):
        parse(term)
    request = lock(request)
    require(by, Permission.REQUEST_ASK, request)
    unknown = set(values) - set(content.PARTS[part])
    if unknown:
        raise ValueError(f"These are not answers of this page: {', '.join(sorted(unknown))}.")
    before = content.content(request)
    for name, value in values.items():
        setattr(request, name, value)
    changed = [c.field for c in content.changes(before, content.content(request))]
    first_time = part not in request.parts
    if not changed and not first_time:
        return request
    if first_time:
        request.parts = [*request.parts, part]
    voided = False
    if changed and request.state != RequestState.DRAFT:
        move(request, "edit")
        voided = void(request, by=by)
    elif request.state not in (RequestState.DRAFT, RequestState.RETURNED):
        REQUEST.target("edit", request.state, ref=request.ref)
    request.changed_at = clock.now()
    request.save()
    record(Act.REQUEST_CHANGED, by=by, about=request, part=part, fields=changed, voided=voided)
    return request


def void(request: Request, *, by: User) -> bool:
    """Make advice and authorisation on the old words void."""
    now = clock.now()
    voided = False
    for review in request.reviews.filter(voided_at=None):
        review.voided_at = now
        review.save(update_fields=["voided_at"])
        voided = True
    for authorisation in request.authorisations.filter(state=AuthorisationState.GRANTED).select_for_update():
        authorisation.state = AUTHORISATION.target("void", authorisation.state)
        authorisation.ended_at = now
        authorisation.save(update_fields=["state", "ended_at"])
        record(
            Act.AUTHORISATION_VOIDED,
            by=by,
            about=authorisation,
            authorisation=authorisation,
            reason="request-changed",
        )
        voided = True
    return voided


@step
def submit(*, request: Request, by: User) -> Request:
    """Send a request. Its content is frozen as a version, with what the rules say about it.

    Raises:
        Blocked: at least one rule says no; the attempt is on record, the request stays a draft.
        RulesUnavailable: the rules cannot be asked, so nothing is sent.
    """
    request = lock(request)
    require(by, Permission.REQUEST_ASK, request)
    move(request, "submit")
    now = clock.now()
    decision = rules.ask(facts.ask(request, at=now), at=now)
    if decision.verdict == "block":
        raise blocked(request, decision, stage="ask", by=by)
    decider = decision.decider
    if decider is None:  # the rules cannot say who decides: nobody may
        raise rules.RulesUnavailable("The rules do not say who decides this request.")
    stored = rules.keep(decision, about=request, stage="ask", by=by)
    request.version += 1
    request.save()
    data = content.content(request)
    version = RequestVersion.objects.create(
        request=request,
        number=request.version,
        content=data,
        digest=content.digest(data),
        decision=stored,
        level=request.level,
        needs_advice="dpo" in decider.advice_from,
        decider_role=decider.role,
        decider_rank=decider.min_rank or "",
        submitted_by=by,
        submitted_at=now,
    )
    record(
        Act.REQUEST_SUBMITTED,
        by=by,
        about=request,
        version=version.number,
        digest=version.digest,
        **rules.evidence(decision),
    )
    return request


@step
def withdraw(*, request: Request, by: User, because: str = "") -> Request:
    """Take a request back before it is decided. It stays on record."""
    request = lock(request)
    require(by, Permission.REQUEST_ASK, request)
    was = request.state
    move(request, "withdraw")
    request.save()
    record(Act.REQUEST_WITHDRAWN, by=by, about=request, state=was)
    return request
