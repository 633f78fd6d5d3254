"""What changes a post. Two people, always; what was agreed is bound to exactly the words that were read."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from audit import Act, clock, record, step
from audit.services import next_ref
from governance.accounts.models import OfficialAccount
from governance.casework.models import Authorisation, AuthorisationKind
from governance.casework.services import Blocked, SelfAuthorisation, TooLittle
from governance.casework.states import AUTHORISATION, AuthorisationState
from governance.decisions import services as rules
from governance.people.access import NotAllowed, holds, require
from governance.people.models import User
from governance.people.roles import Permission
from governance.policy import Decision
from governance.posting import facts
from governance.posting.models import Post, PostApproval, PublishedRecord, ReturnedPost
from governance.posting.states import POST, PostState
from governance.states import WrongState

# How long an agreement can be used (local defaults): around its planned time, or from now when none is planned.
SLOT = dt.timedelta(hours=1)
UNPLANNED = dt.timedelta(hours=2)


class Changed(ValueError):
    """The post changed while the person was reading it."""


def lock(post: Post) -> Post:
    """The row as it is now, held until the transaction ends."""
    return (
        Post.objects.select_for_update(of=("self",))
        .select_related("account", "account__unit", "drafted_by")
        .get(pk=post.pk)
    )


def _move(post: Post, verb: str) -> None:
    post.state = POST.target(verb, post.state, ref=post.ref)
    post.changed_at = clock.now()


@step
def draft(*, account: OfficialAccount, by: User) -> Post:
    """Start a post for a registered account."""
    if not holds(by, Permission.POST_DRAFT, account.unit):
        raise NotAllowed("Only people who write posts for this unit can start one.")
    now = clock.now()
    post = Post.objects.create(
        ref=next_ref("POST"), account=account, drafted_by=by, started_at=now, changed_at=now
    )
    record(Act.POST_DRAFTED, by=by, about=post, account=account.ref)
    return post


@step
def edit(*, post: Post, by: User, values: Mapping[str, Any]) -> Post:
    """Change a post. If it was waiting or agreed, it is a draft again and the agreement is void."""
    post = lock(post)
    require(by, Permission.POST_DRAFT, post)
    names = {name.removesuffix("_id") for name in Post.MATERIAL} | {"corrects_seen_at"}
    unknown = set(values) - names
    if unknown:
        raise ValueError(f"These are not parts of a post: {', '.join(sorted(unknown))}.")
    if "account" in values and not holds(by, Permission.POST_DRAFT, values["account"].unit):
        raise NotAllowed("You do not write posts for that account.")
    before = post.digest()
    for name, value in values.items():
        setattr(post, name, value)
    if post.digest() == before and "corrects_seen_at" not in values:
        return post
    _move(post, "edit")
    post.failure = ""
    voided = _void(post, by=by, reason="post-changed")
    post.save()
    record(Act.POST_EDITED, by=by, about=post, digest=post.digest(), voided=voided)
    return post


def _void(post: Post, *, by: User | str, reason: str) -> bool:
    """End whatever authorisation still stands for this post."""
    rows = Authorisation.objects.select_for_update().filter(
        post_approval__post=post, state=AuthorisationState.GRANTED
    )
    voided = False
    for authorisation in rows:
        authorisation.state = AUTHORISATION.target("void", authorisation.state)
        authorisation.ended_at = clock.now()
        authorisation.save(update_fields=["state", "ended_at"])
        record(
            Act.AUTHORISATION_VOIDED, by=by, about=authorisation, authorisation=authorisation, reason=reason
        )
        voided = True
    return voided


def _block(post: Post, decision: Decision, *, stage: str, by: User) -> Blocked:
    def keep() -> None:
        rules.keep(decision, about=post, stage=stage, by=by)
        record(
            Act.DECISION_BLOCKED,
            by=by,
            about=post,
            stage=stage,
            rules=[f.rule_id for f in decision.findings if f.verdict == "block"],
            **rules.evidence(decision),
        )

    first = next(f for f in decision.findings if f.verdict == "block")
    return Blocked(f"The rules stop this: {first.sentence}", decision, keep=keep)


@step
def submit(*, post: Post, by: User) -> Post:
    """Ask a second person to agree.

    Raises:
        Blocked: a rule says no; the attempt is on record, the post stays a draft.
    """
    post = lock(post)
    require(by, Permission.POST_DRAFT, post)
    _move(post, "submit")
    decision = rules.ask(facts.draft(post))
    if decision.verdict == "block":
        raise _block(post, decision, stage="post", by=by)
    rules.keep(decision, about=post, stage="post", by=by)
    post.failure = ""
    post.save()
    record(
        Act.POST_CHECKED,
        by=by,
        about=post,
        verdict=decision.verdict,
        digest=post.digest(),
        **rules.evidence(decision),
    )
    record(Act.POST_SUBMITTED, by=by, about=post, digest=post.digest())
    return post


@step
def send_back(*, post: Post, by: User, reason: str, expected_digest: str) -> Post:
    """Send a post back to its writer with a reason."""
    post = lock(post)
    if not holds(by, Permission.POST_APPROVE, post.unit):
        raise NotAllowed("Only somebody who agrees posts for this unit can send one back.")
    if post.drafted_by_id == by.pk:
        raise NotAllowed("You wrote this post yourself: change it, or take it back.")
    _as_read(post, expected_digest)
    if len(reason.strip()) < 10:
        raise TooLittle("Write why you send it back.")
    _move(post, "send_back")
    post.save()
    ReturnedPost.objects.create(
        post=post, digest=expected_digest, returned_by=by, returned_at=clock.now(), reason=reason
    )
    record(Act.POST_RETURNED, by=by, about=post)
    return post


def _as_read(post: Post, expected_digest: str) -> None:
    """Refuse unless the (locked) post still is exactly what the person read."""
    if post.digest() != expected_digest:
        raise Changed(f"{post.ref} has changed since you opened it. Nothing was decided. Read it again.")


@step
def approve(*, post: Post, by: User, expected_digest: str, considerations: str) -> Authorisation:
    """Agree a post as exactly the words that were read. The gateway sends it at its time and not later.

    Raises:
        Changed: other words stand there now.
        SelfAuthorisation: `by` wrote it; the attempt is on record.
        Blocked: a rule says no.
        WrongState: its planned time has passed; the writer must ask again.
    """
    post = lock(post)
    if post.drafted_by_id == by.pk:
        raise SelfAuthorisation(
            "You wrote this post yourself, so a second person must agree it.",
            keep=lambda: record(Act.SELF_AUTHORISATION_REFUSED, by=by, about=post, action="approve-post"),
        )
    require(by, Permission.POST_APPROVE, post)
    _as_read(post, expected_digest)
    POST.target("approve", post.state, ref=post.ref)
    now = clock.now()
    if post.planned_at is not None and now > post.planned_at + SLOT:
        raise WrongState(
            f"The planned time of {post.ref} has passed. It will not be sent by itself: send it back, so that a new "
            "time is set."
        )
    if len(considerations.strip()) < 20:
        raise TooLittle("Write in your own words why this should be posted, at least 20 characters.")
    decision = rules.ask(facts.publish(post, approver=by, live=True, digest_matches=True), at=now)
    if decision.verdict == "block":
        raise _block(post, decision, stage="publish", by=by)
    stored = rules.keep(decision, about=post, stage="publish", by=by)
    starts_at = now
    expires_at = (post.planned_at + SLOT) if post.planned_at else now + UNPLANNED
    authorisation = Authorisation.objects.create(
        ref=next_ref("AUTH"),
        kind=AuthorisationKind.POSTING,
        unit=post.unit,
        decision=stored,
        digest=expected_digest,
        scope={"accounts": [post.account.ref], "platforms": [post.account.platform]},
        considerations=considerations,
        retention_class="R9",
        requested_by=post.drafted_by,
        granted_by=by,
        granted_rank=by.rank,
        granted_at=now,
        starts_at=starts_at,
        expires_at=expires_at,
    )
    PostApproval.objects.create(
        post=post,
        digest=expected_digest,
        drafted_by=post.drafted_by,
        approved_by=by,
        approved_at=now,
        considerations=considerations,
        authorisation=authorisation,
        decision=stored,
    )
    _move(post, "approve")
    post.save()
    record(
        Act.POST_APPROVED,
        by=by,
        about=post,
        authorisation=authorisation,
        digest=expected_digest,
        life_safety=False,
        **rules.evidence(decision),
    )
    return authorisation


@step
def withdraw(*, post: Post, by: User) -> Post:
    """Take a post back before it is sent; nothing of it is published."""
    post = lock(post)
    if not (post.drafted_by_id == by.pk or holds(by, Permission.POST_APPROVE, post.unit)):
        raise NotAllowed("Only its writer, or somebody who agrees posts, can take a post back.")
    _move(post, "withdraw")
    _void(post, by=by, reason="post-withdrawn")
    post.save()
    record(Act.POST_WITHDRAWN, by=by, about=post)
    return post


@step
def record_published(
    *,
    post: Post,
    authorisation: Authorisation,
    platform_id: str,
    url: str,
    published_at: dt.datetime,
    by: str = "system:gateway",
) -> PublishedRecord:
    """Keep what was published. Called by the gateway after the platform has answered.

    `published_at` is the platform's word; the record counts by our own clock and keeps both.
    """
    post = lock(post)
    approval = PostApproval.objects.select_related("approved_by").get(authorisation=authorisation, post=post)
    _move(post, "publish")
    post.failure = ""
    post.save()
    published = PublishedRecord.objects.create(
        post=post,
        authorisation=authorisation,
        text=post.outgoing_text(),
        digest=post.digest(),
        platform=post.account.platform,
        platform_id=platform_id,
        url=url,
        published_at=clock.now(),
        platform_at=published_at,
        drafted_by=post.drafted_by,
        approved_by=approval.approved_by,
    )
    authorisation = Authorisation.objects.select_for_update().get(pk=authorisation.pk)
    if authorisation.state == AuthorisationState.GRANTED:  # used up: one agreement, one post
        authorisation.state = AUTHORISATION.target("expire", authorisation.state)
        authorisation.ended_at = clock.now()
        authorisation.save(update_fields=["state", "ended_at"])
    record(
        Act.POST_PUBLISHED,
        by=by,
        about=post,
        authorisation=authorisation,
        digest=published.digest,
        platform=post.account.platform,
        account=post.account.ref,
    )
    return published


@step
def record_failed(
    *, post: Post, reason_code: str, sentence: str, attempt: int, by: str = "system:gateway"
) -> Post:
    """Tell the writer that it could not be sent, and why. It is not tried again without being agreed again."""
    post = lock(post)
    if post.state == PostState.APPROVED:
        _move(post, "fail")
        post.failure = sentence[:300]
        _void(post, by=by, reason="send-failed")
        post.save()
        record(Act.POST_FAILED, by=by, about=post, reason=reason_code, attempt=attempt)
    return post


@step
def mark_missed(*, post: Post, by: str = "system:gateway") -> Post:
    """Its time has passed without being sent: it asks again, and never goes out late by itself."""
    post = lock(post)
    if POST.allows("miss", post.state):
        planned = post.planned_at or post.changed_at
        _move(post, "miss")
        _void(post, by=by, reason="time-passed")
        post.save()
        record(Act.POST_MISSED, by=by, about=post, planned_at=planned.astimezone(dt.UTC).isoformat())
    return post
