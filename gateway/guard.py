"""The one check before anything is stored or sent: is there a live authorisation that covers exactly this?

It runs inside the transaction of the batch or of the sending, and holds the authorisation's row until that
ends: a cancellation either comes first and is seen here, or waits those milliseconds and comes after.
Anything missing, unreadable or failing means no.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import DatabaseError, transaction

import vault
from governance.casework import content, facts
from governance.casework.models import Authorisation, AuthorisationKind
from governance.casework.states import AuthorisationState
from governance.decisions import services as rules
from governance.posting import facts as posting_facts
from governance.posting.models import Post, PostApproval
from governance.posting.states import PostState


class NotLive(Exception):
    """Nothing may be collected or sent. `code` is for counting; the message is for people."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


@dataclass(frozen=True)
class Ticket:
    """A yes for this transaction only: the authorisation as it is now, and the rules that were asked."""

    authorisation: Authorisation
    pack_digest: str


def require_live(authorisation_id: int, *, platforms: Iterable[str], at: dt.datetime) -> Ticket:
    """The ticket to store posts of these platforms now, or NotLive. Call it first in the batch's transaction.

    Checks, in this order: the state and times of the authorisation, that the request still reads as it was
    agreed, that each platform is in its scope and its own terms allow it, that the key exists, and the rules
    for running.

    Raises:
        NotLive: with the reason in words.
    """
    wanted = sorted(set(platforms))
    try:
        authorisation = _held(authorisation_id, AuthorisationKind.MONITORING, at)
        request = authorisation.request
        if request is None or content.current_digest(request) != authorisation.digest:
            raise NotLive(
                "changed", f"{authorisation.ref} no longer matches its request, so nothing may run under it."
            )
        for platform in wanted:
            if platform not in authorisation.scope.get("platforms", []):
                raise NotLive("platform", f"{authorisation.ref} does not cover {platform}.")
            answer = rules.platform_terms().monitoring(platform, at=at)
            if not answer.allowed:
                raise NotLive("platform-terms", f"The terms of {platform} do not allow this: {answer.reason}")
        if not vault.holds(authorisation.ref):
            raise NotLive(
                "no-key", f"The key of {authorisation.ref} is gone, so nothing can be stored under it."
            )
        decision = rules.ask(
            facts.run(authorisation, platforms=wanted, live=True, digest_matches=True, at=at), at=at
        )
        if decision.verdict == "block":
            first = next(f for f in decision.findings if f.verdict == "block")
            raise NotLive("rules", f"The rules stop this: {first.sentence}")
        return Ticket(authorisation, decision.pack_digest)
    except (NotLive, DatabaseError):
        # A database that fails is for the caller to roll back: the transaction cannot go on either way.
        raise
    except Exception as error:
        raise NotLive(
            "unsure", "We could not check the authorisation, so nothing may run under it."
        ) from error


def require_sendable(authorisation_id: int, *, post: Post, digest: str, at: dt.datetime) -> Ticket:
    """The ticket to send exactly this post now, or NotLive. `post` is locked by the caller.

    Checks that the agreement stands, is for these words, is not late, and that account, platform and rules
    still allow it.

    Raises:
        NotLive: with the reason in words. Code 'late' means that its time has passed and it must be asked again.
    """
    try:
        authorisation = _held(authorisation_id, AuthorisationKind.POSTING, at)
        approval = PostApproval.objects.select_related("approved_by").get(
            authorisation=authorisation, post=post
        )
        if post.state != PostState.APPROVED:
            raise NotLive("state", f"{post.ref} is no longer agreed, so it is not sent.")
        if not post.digest() == digest == approval.digest == authorisation.digest:
            raise NotLive("changed", f"{post.ref} is not the post that was agreed, so it is not sent.")
        account = post.account
        if account.ref not in authorisation.scope.get("accounts", []) or account.state != "active":
            raise NotLive("account", f"The account of {post.ref} may not be used, so it is not sent.")
        answer = rules.platform_terms().posting(account.platform, at=at)
        if not answer.allowed:
            raise NotLive(
                "platform-terms", f"The terms of {account.platform} do not allow this: {answer.reason}"
            )
        decision = rules.ask(
            posting_facts.publish(post, approver=approval.approved_by, live=True, digest_matches=True), at=at
        )
        if decision.verdict == "block":
            first = next(f for f in decision.findings if f.verdict == "block")
            raise NotLive("rules", f"The rules stop this: {first.sentence}")
        return Ticket(authorisation, decision.pack_digest)
    except (NotLive, DatabaseError):
        raise
    except Exception as error:
        raise NotLive(
            "unsure", f"We could not check whether {post.ref} may be sent, so it is not sent."
        ) from error


def allowed_platforms(authorisation: Authorisation, *, at: dt.datetime) -> frozenset[str]:
    """The platforms of an authorisation whose own terms allow monitoring now; empty if that cannot be told."""
    try:
        terms = rules.platform_terms()
        named = authorisation.scope.get("platforms", [])
        return frozenset(p for p in named if terms.monitoring(p, at=at).allowed)
    except Exception:
        return frozenset()


def _held(authorisation_id: int, kind: AuthorisationKind, at: dt.datetime) -> Authorisation:
    """The authorisation in force at this moment, its row held until the transaction ends."""
    if not transaction.get_connection().in_atomic_block:
        raise NotLive("no-transaction", "The check must stand in the transaction of what it allows.")
    found = (
        Authorisation.objects.select_for_update(of=("self",), no_key=True)
        .select_related("unit", "request", "request__gathering")
        .filter(pk=authorisation_id)
        .first()
    )
    if found is None:
        raise NotLive("none", "There is no such authorisation.")
    if found.kind != kind:
        raise NotLive("kind", f"{found.ref} is for {AuthorisationKind(found.kind).label.lower()} only.")
    if found.state != AuthorisationState.GRANTED:
        word = AuthorisationState(found.state).label.lower()
        raise NotLive(found.state, f"{found.ref} has {'been stopped' if word == 'stopped' else 'ended'}.")
    if at < found.starts_at:
        raise NotLive("early", f"{found.ref} has not begun yet.")
    if at >= found.expires_at:
        raise NotLive("late", f"The time of {found.ref} is up.")
    return found
