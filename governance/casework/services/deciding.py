"""The steps of those who advise and decide, each bound to the digest of what was read."""

import contextlib
import datetime as dt
from collections.abc import Sequence

from django.db import IntegrityError

import vault
from audit import Act, clock, record, step
from audit.services import next_ref
from governance.casework import facts, queries
from governance.casework.models import (
    AdviceOutcome,
    Authorisation,
    AuthorisationKind,
    Question,
    RefusalReason,
    RefusedRequest,
    Request,
    Review,
)
from governance.casework.services.refusals import (
    TooLittle,
    as_read,
    blocked,
    lock,
    move,
    not_own,
)
from governance.decisions import services as rules
from governance.people.access import NotAllowed, can, require
from governance.people.models import User
from governance.people.roles import Permission
from governance.policy.calendar import three_months
from governance.states import WrongState


@step
def send_back(*, request: Request, by: User, question: str, expected_digest: str) -> Request:
    """Return a request to the officer with a question; it waits with them."""
    request = lock(request)
    not_own(request, by, "send_back")
    if not (can(by, Permission.REQUEST_ADVISE, request) or can(by, Permission.REQUEST_DECIDE, request)):
        raise NotAllowed("Only somebody who advises on or decides this request can return it.")
    version = as_read(request, expected_digest)
    if len(question.strip()) < 10:
        raise TooLittle("Write your question to the officer.")
    move(request, "send_back")
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
    request = lock(request)
    not_own(request, by, "advise")
    require(by, Permission.REQUEST_ADVISE, request)
    version = as_read(request, expected_digest)
    outcome = AdviceOutcome(outcome)
    kept = [c.strip() for c in conditions if c.strip()]
    if len(reasons.strip()) < 30:
        raise TooLittle("Write your reasons in your own words, at least 30 characters.")
    if outcome == AdviceOutcome.CONDITIONS and not kept:
        raise TooLittle("Write at least one condition, as a sentence that can be checked.")
    for answer in (aim, link, less_intrusive, fair):
        if answer not in ("yes", "no", "unsure"):
            raise TooLittle("Answer each of the four questions.")
    move(request, "advise")
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
    request = lock(request)
    not_own(request, by, "grant")
    require(by, Permission.REQUEST_DECIDE, request)
    version = as_read(request, expected_digest)
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
        raise blocked(request, decision, stage="decide", by=by)
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
    move(request, "grant")
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
    request = lock(request)
    not_own(request, by, "refuse")
    require(by, Permission.REQUEST_DECIDE, request)
    version = as_read(request, expected_digest)
    answer = queries.may_decide(by, request)
    if not answer:
        raise NotAllowed(answer.reason, who_can=queries.who_can_help(request))
    if len(grounds.strip()) < 30:
        raise TooLittle(
            "Write your grounds, at least 30 characters. The officer and the public record need them."
        )
    move(request, "refuse")
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
