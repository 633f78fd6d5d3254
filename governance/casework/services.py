"""What changes a request or an authorisation. Keyword-only, `by=` who, one transaction, evidence inside.

Every decision is bound to the digest the person read: pass it as `expected_digest`. If the request has changed,
`Changed` is raised and nothing happens.
"""

import contextlib
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError

import vault
from audit import Act, Refusal, clock, record, step
from audit.services import next_ref
from governance.casework import content, facts, queries
from governance.casework.models import (
    AdviceOutcome,
    Authorisation,
    AuthorisationKind,
    Product,
    Question,
    RefusalReason,
    RefusedRequest,
    Request,
    RequestVersion,
    Review,
)
from governance.casework.states import AUTHORISATION, REQUEST, AuthorisationState, RequestState
from governance.casework.terms import parse
from governance.decisions import services as rules
from governance.people.access import NotAllowed, can, holds, require
from governance.people.models import Unit, User
from governance.people.roles import Permission
from governance.policy import Decision
from governance.policy.calendar import three_months
from governance.states import WrongState


class Changed(ValueError):
    """The request changed while the person was reading it. Carries the version that stands now."""

    def __init__(self, request: Request) -> None:
        super().__init__(
            f"{request.ref} has changed since you opened it. Nothing was saved as a decision. Read what changed."
        )
        self.request = request


class Blocked(Refusal):
    """The rules say no. Carries the decision, with each finding's reason and remedy."""

    def __init__(self, reason: str, decision: Decision, **kwargs: Any) -> None:
        super().__init__(reason, **kwargs)
        self.decision = decision


class SelfAuthorisation(Refusal, NotAllowed):
    """Somebody tried to decide their own work."""

    def __init__(self, reason: str, **kwargs: Any) -> None:
        Refusal.__init__(self, reason, **kwargs)
        self.rule, self.who_can = "UK-AUT-09", ""


class TooLittle(ValueError):
    """Words that a decision needs are missing. The message says which."""


def lock(request: Request) -> Request:
    """The row as it is now, held until the transaction ends."""
    return (
        Request.objects.select_for_update(of=("self",))
        .select_related("unit", "requested_by", "gathering")
        .get(pk=request.pk)
    )


def _read(request: Request, expected_digest: str) -> tuple[Request, RequestVersion]:
    """The locked request and the version the person read, or `Changed`."""
    locked = lock(request)
    version = queries.current_version(locked)
    digest = content.current_digest(locked)
    if version is None or version.digest != digest or digest != expected_digest:
        raise Changed(locked)
    return locked, version


def _own(request: Request, by: User, action: str) -> None:
    if request.requested_by_id == by.pk:
        raise SelfAuthorisation(
            "You asked for this yourself, so somebody else must decide it.",
            keep=lambda: record(Act.SELF_AUTHORISATION_REFUSED, by=by, about=request, action=action),
        )


def _move(request: Request, verb: str) -> None:
    request.state = REQUEST.target(verb, request.state, ref=request.ref)
    request.changed_at = clock.now()


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
        _move(request, "edit")
        voided = _void(request, by=by)
    elif request.state not in (RequestState.DRAFT, RequestState.RETURNED):
        REQUEST.target("edit", request.state, ref=request.ref)
    request.changed_at = clock.now()
    request.save()
    record(Act.REQUEST_CHANGED, by=by, about=request, part=part, fields=changed, voided=voided)
    return request


def _void(request: Request, *, by: User) -> bool:
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


def _block(request: Request, decision: Decision, *, stage: str, by: User) -> Blocked:
    """The refusal of the rules, which stays on record although nothing else does."""

    def keep() -> None:
        rules.keep(decision, about=request, stage=stage, by=by)
        record(
            Act.DECISION_BLOCKED,
            by=by,
            about=request,
            stage=stage,
            rules=[f.rule_id for f in decision.findings if f.verdict == "block"],
            **rules.evidence(decision),
        )

    first = next(f for f in decision.findings if f.verdict == "block")
    return Blocked(f"The rules stop this: {first.sentence}", decision, keep=keep)


@step
def submit(*, request: Request, by: User) -> Request:
    """Send a request. Its content is frozen as a version, with what the rules say about it.

    Raises:
        Blocked: at least one rule says no; the attempt is on record, the request stays a draft.
        RulesUnavailable: the rules cannot be asked, so nothing is sent.
    """
    request = lock(request)
    require(by, Permission.REQUEST_ASK, request)
    _move(request, "submit")
    now = clock.now()
    decision = rules.ask(facts.ask(request, at=now), at=now)
    if decision.verdict == "block":
        raise _block(request, decision, stage="ask", by=by)
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
def send_back(*, request: Request, by: User, question: str, expected_digest: str) -> Request:
    """Return a request to the officer with a question; it waits with them."""
    request, version = _read(request, expected_digest)
    _own(request, by, "send_back")
    if not (can(by, Permission.REQUEST_ADVISE, request) or can(by, Permission.REQUEST_DECIDE, request)):
        raise NotAllowed("Only somebody who advises on or decides this request can return it.")
    if len(question.strip()) < 10:
        raise TooLittle("Write your question to the officer.")
    _move(request, "send_back")
    request.save()
    Question.objects.create(
        request=request, version=version, asked_by=by, asked_at=clock.now(), text=question
    )
    record(Act.REQUEST_RETURNED, by=by, about=request, version=version.number, digest=version.digest)
    return request


@step
def advise(
    *,
    request: Request,
    by: User,
    expected_digest: str,
    outcome: str,
    aim: str,
    link: str,
    less_intrusive: str,
    fair: str,
    reasons: str,
    conditions: Sequence[str] = (),
) -> Review:
    """Give the data protection officer's advice on exactly the version that was read.

    Raises:
        Changed: it is another version now.
        TooLittle: reasons, or the conditions that were announced, are missing.
    """
    request, version = _read(request, expected_digest)
    _own(request, by, "advise")
    require(by, Permission.REQUEST_ADVISE, request)
    outcome = AdviceOutcome(outcome)
    kept = [c.strip() for c in conditions if c.strip()]
    if len(reasons.strip()) < 30:
        raise TooLittle("Write your reasons in your own words, at least 30 characters.")
    if outcome == AdviceOutcome.CONDITIONS and not kept:
        raise TooLittle("Write at least one condition, as a sentence that can be checked.")
    for answer in (aim, link, less_intrusive, fair):
        if answer not in ("yes", "no", "unsure"):
            raise TooLittle("Answer each of the four questions.")
    _move(request, "advise")
    request.save()
    for earlier in request.reviews.filter(voided_at=None):
        earlier.voided_at = clock.now()
        earlier.save(update_fields=["voided_at"])
    review = Review.objects.create(
        request=request,
        version=version,
        digest=version.digest,
        requested_by=request.requested_by,
        reviewer=by,
        outcome=outcome,
        aim=aim,
        link=link,
        less_intrusive=less_intrusive,
        fair=fair,
        conditions=kept,
        reasons=reasons,
        given_at=clock.now(),
    )
    record(
        Act.ADVICE_GIVEN,
        by=by,
        about=request,
        outcome=str(outcome),
        version=version.number,
        digest=version.digest,
        conditions=len(kept),
    )
    return review


@step
def grant(
    *,
    request: Request,
    by: User,
    expected_digest: str,
    considerations: str,
    conditions: Sequence[str] = (),
    against_advice_because: str = "",
) -> Authorisation:
    """Agree a request, as exactly the version that was read, with the decider's own considerations.

    It starts at the later of now and the asked start, and ends at the earlier of the asked end and three months
    (RIPA 2000 s.43(3)(c)). A key of its own is made in the vault.

    Raises:
        Changed: it is another version now.
        SelfAuthorisation: `by` asked for it; the attempt is on record.
        NotAllowed: wrong role, rank or turn.
        Blocked: a rule about deciding says no (a bare "approved", say).
        TooLittle: the advice was to object, and no reasons for going against it are given.
    """
    request, version = _read(request, expected_digest)
    _own(request, by, "grant")
    answer = queries.may_decide(by, request)
    if not answer:
        raise NotAllowed(answer.reason, who_can=queries.who_can_help(request))
    review = queries.live_advice(request)
    against = review is not None and review.outcome == AdviceOutcome.OBJECT
    if against and len(against_advice_because.strip()) < 30:
        raise TooLittle(
            "The data protection officer objects. Write why you go against it, at least 30 characters."
        )
    now = clock.now()
    decision = rules.ask(
        facts.decide(
            request,
            by=by,
            role=version.decider_role,
            considerations=considerations,
            review=review,
            required=version.needs_advice,
            at=now,
        ),
        at=now,
    )
    if decision.verdict == "block":
        raise _block(request, decision, stage="decide", by=by)
    if request.start_at is None or request.end_at is None or request.retention_days is None:
        raise WrongState(f"{request.ref} has no dates or no time limit, so it cannot be agreed.")
    kept = [c.strip() for c in conditions if c.strip()]
    if review is not None and review.outcome == AdviceOutcome.CONDITIONS:
        kept = [*review.conditions, *(c for c in kept if c not in review.conditions)]
    starts_at = max(now, request.start_at)
    expires_at = min(request.end_at, three_months(starts_at).expires_at)
    if expires_at <= starts_at:
        raise WrongState(
            f"{request.ref} asks for a time that is already over. Return it so that the dates change."
        )
    trigger, fixed = _retention_clock(request, expires_at)
    try:
        authorisation = Authorisation.objects.create(
            ref=next_ref("AUTH"),
            kind=AuthorisationKind.MONITORING,
            unit=request.unit,
            request=request,
            version=version,
            decision=rules.keep(decision, about=request, stage="decide", by=by),
            advice=review,
            digest=version.digest,
            scope={
                "platforms": list(request.platforms),
                "terms": list(request.terms),
                "from": request.start_at.astimezone(dt.UTC).isoformat(),
                "to": request.end_at.astimezone(dt.UTC).isoformat(),
            },
            level=version.level,
            conditions=kept,
            considerations=considerations
            + (f"\n\nAgainst the advice, because: {against_advice_because}" if against else ""),
            retention_class=request.retention_class,
            retention_days=request.retention_days,
            retention_trigger=trigger,
            retention_from=fixed,
            requested_by=request.requested_by,
            granted_by=by,
            granted_rank=by.rank,
            granted_at=now,
            starts_at=starts_at,
            expires_at=expires_at,
        )
    except IntegrityError as error:
        raise NotAllowed(f"The database refuses this: {error}.") from error
    _move(request, "grant")
    request.save()
    with contextlib.suppress(vault.AlreadyExists):  # left by an attempt whose transaction was undone
        vault.create(authorisation.ref)
    record(
        Act.AUTHORISATION_GRANTED,
        by=by,
        about=request,
        authorisation=authorisation,
        kind="monitoring",
        level=version.level,
        digest=version.digest,
        version=version.number,
        starts_at=starts_at.astimezone(dt.UTC).isoformat(),
        expires_at=expires_at.astimezone(dt.UTC).isoformat(),
        limited=bool(kept),
        against_advice=against,
        **rules.evidence(decision),
    )
    return authorisation


def _retention_clock(request: Request, expires_at: dt.datetime) -> tuple[str, dt.datetime | None]:
    """What the retention clock counts from, fixed once (law section 8): capture, the event's end, or our own end."""
    trigger = rules.live_pack().retention_classes[request.retention_class].trigger
    if trigger == "capture":
        return trigger, None
    if trigger == "event_end" and request.gathering is not None:
        return trigger, request.gathering.ends_at
    return "authorisation_end", expires_at


@step
def refuse(*, request: Request, by: User, expected_digest: str, reason: str, grounds: str) -> RefusedRequest:
    """Refuse a request, with grounds that stay on record."""
    request, version = _read(request, expected_digest)
    _own(request, by, "refuse")
    answer = queries.may_decide(by, request)
    if not answer:
        raise NotAllowed(answer.reason, who_can=queries.who_can_help(request))
    if len(grounds.strip()) < 30:
        raise TooLittle(
            "Write your grounds, at least 30 characters. The officer and the public record need them."
        )
    _move(request, "refuse")
    request.save()
    refusal = RefusedRequest.objects.create(
        request=request,
        version=version,
        digest=version.digest,
        requested_by=request.requested_by,
        refused_by=by,
        refused_at=clock.now(),
        reason=RefusalReason(reason),
        grounds=grounds,
    )
    record(
        Act.REQUEST_REFUSED,
        by=by,
        about=request,
        version=version.number,
        digest=version.digest,
        reason=str(refusal.reason),
        pack=version.decision.pack.pack_id,
        pack_version=version.decision.pack.version,
        pack_digest=version.decision.pack.digest,
    )
    return refusal


@step
def withdraw(*, request: Request, by: User, because: str = "") -> Request:
    """Take a request back before it is decided. It stays on record."""
    request = lock(request)
    require(by, Permission.REQUEST_ASK, request)
    was = request.state
    _move(request, "withdraw")
    request.save()
    record(Act.REQUEST_WITHDRAWN, by=by, about=request, state=was)
    return request


@step
def cancel(*, authorisation: Authorisation, by: User, because: str = "", product: str = "") -> Authorisation:
    """Stop an authorisation now.

    Collectors stop before their next batch; queued posts are refused. `product` says what happens to material
    already held (law section 6.5); it may be answered later with `say_product`, the stop never waits for it.

    Raises:
        NotAllowed: `by` may not stop it.
        WrongState: it had already ended; nothing changes.
    """
    authorisation = Authorisation.objects.select_for_update().get(pk=authorisation.pk)
    require(by, Permission.AUTHORISATION_CANCEL, authorisation)
    now = clock.now()
    authorisation.state = AUTHORISATION.target("cancel", authorisation.state, ref=authorisation.ref)
    authorisation.cancelled_at = authorisation.ended_at = now
    authorisation.cancelled_by = by
    authorisation.cancelled_because = because
    authorisation.product = Product(product) if product else ""
    authorisation.save(
        update_fields=["state", "cancelled_at", "ended_at", "cancelled_by", "cancelled_because", "product"]
    )
    record(
        Act.AUTHORISATION_CANCELLED,
        by=by,
        about=authorisation,
        authorisation=authorisation,
        reason=product or "unanswered",
    )
    return authorisation


@step
def say_product(*, authorisation: Authorisation, by: User, because: str, product: str) -> Authorisation:
    """Answer, after a stop, why it was stopped and what happens to the material already held."""
    authorisation = Authorisation.objects.select_for_update().get(pk=authorisation.pk)
    require(by, Permission.AUTHORISATION_CANCEL, authorisation)
    if authorisation.state != AuthorisationState.CANCELLED or authorisation.product:
        raise WrongState(f"{authorisation.ref} has no open question about its material.")
    authorisation.product = Product(product)
    authorisation.cancelled_because = because
    authorisation.save(update_fields=["product", "cancelled_because"])
    record(
        Act.AUTHORISATION_CANCELLED, by=by, about=authorisation, authorisation=authorisation, reason=product
    )
    return authorisation


@step
def expire(*, authorisation: Authorisation, by: str = "system:expiry") -> Authorisation:
    """Mark an authorisation whose time is up. It had already stopped working by itself at that moment."""
    authorisation = Authorisation.objects.select_for_update().get(pk=authorisation.pk)
    if authorisation.state == AuthorisationState.GRANTED and authorisation.expires_at <= clock.now():
        authorisation.state = AUTHORISATION.target("expire", authorisation.state)
        authorisation.ended_at = authorisation.expires_at
        authorisation.save(update_fields=["state", "ended_at"])
        record(
            Act.AUTHORISATION_EXPIRED,
            by=by,
            about=authorisation,
            authorisation=authorisation,
            expired_at=authorisation.expires_at.astimezone(dt.UTC).isoformat(),
        )
    return authorisation
