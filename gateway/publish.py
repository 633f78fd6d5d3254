"""Sending agreed posts: a row first, then a look, then the sending; once, on time, and never quietly.

Before the first byte leaves, "sending" is on disk: from then on the post may be public, and nothing is sent
again without a look at the account. The guard is asked in the transaction that takes that step, so a
cancellation either comes first and stops it, or finds it already let go.
"""

import contextlib
import datetime as dt
import secrets
import time

from django.db import transaction

from audit import clock, step
from audit.context import acting
from gateway import guard, tokens
from gateway.connectors import NoConnector, connector
from gateway.contract import (
    Ambiguous,
    OutgoingPost,
    PublishedPost,
    Publisher,
    RateLimited,
    Refused,
    Unreachable,
)
from gateway.models import Publication
from gateway.states import PUBLICATION, PublicationState
from governance.casework.models import Authorisation
from governance.people.models import User
from governance.posting import services as posting
from governance.posting.facts import personal_data_found
from governance.posting.models import Post
from governance.posting.states import PostState
from governance.states import WrongState

BY = "system:gateway"
MOST_ATTEMPTS = 10  # then its writer is told
SETTLE = dt.timedelta(seconds=60)  # how long a sending without an answer may take to show on the account
LEASE = dt.timedelta(seconds=90)  # how long one worker may be at it before another looks
LET_GO_SECONDS = 5.0  # a worker that was held up for longer than this does not send
BACK_OFF = (30, 60, 120, 300, 600, 900, 1800)  # seconds between attempts
DOUBT = "It may be public: look at the account."
_OPEN = (PublicationState.PENDING, PublicationState.SENDING)
_TOO_LATE = {"late", "expired"}


@step
def approve_and_send(*, post: Post, by: User, expected_digest: str, considerations: str) -> Publication:
    """Agree a post and put its sending on the list, in one step. See `governance.posting.services.approve`."""
    authorisation = posting.approve(
        post=post, by=by, expected_digest=expected_digest, considerations=considerations
    )
    return enqueue(authorisation=authorisation, by=by)


@step
def enqueue(*, authorisation: Authorisation, by: User | str) -> Publication:
    """Put the sending of an agreed post on the list, once; the bell rings when the transaction is safe.

    Raises:
        WrongState: an earlier agreement to the same post is being sent at this moment.
    """
    approval = authorisation.post_approval
    post = posting.lock(approval.post)
    known = Publication.objects.filter(authorisation=authorisation).first()
    if known is not None:
        return known
    for earlier in post.publications.select_for_update(of=("self",)).filter(state__in=_OPEN):
        if earlier.state == PublicationState.SENDING:
            raise WrongState(f"{post.ref} is being sent at this moment. Wait two minutes and look again.")
        _close(earlier, "fail", "It was agreed again before it was sent.")
    now = clock.now()
    publication = Publication.objects.create(
        authorisation=authorisation,
        post=post,
        account=post.account,
        digest=approval.digest,
        idempotency_key=secrets.token_hex(32),
        asked_at=now,
        due_at=max(now, post.planned_at or now),
    )
    if publication.due_at <= now:
        ring(publication.pk)
    return publication


def ring(publication_id: int) -> None:
    """Tell a worker, once the transaction is safe. A bell that nobody hears costs time and nothing else."""
    from gateway import tasks

    def bell() -> None:
        tasks.publish.delay(publication_id)

    transaction.on_commit(bell, robust=True)


def send(publication_id: int) -> Publication:
    """Do what is next for one publication: look, send, or end it. Called by the task; safe to call twice.

    The platform is asked between transactions, never inside one.
    """
    with acting(BY, origin="task"):
        waiting = Publication.objects.select_related("post").get(pk=publication_id)
        if waiting.state in _OPEN:
            # Loads the redactor before any row is held: the rules ask it about the words.
            personal_data_found(waiting.post)
        publication = _take(publication_id=publication_id, by=BY)
        if publication is None:
            return Publication.objects.get(pk=publication_id)
        try:
            return _send(publication, _outgoing(publication))
        except Ambiguous as error:
            return _wait(publication=publication, seconds=SETTLE.total_seconds(), why=str(error), by=BY)
        except RateLimited as error:
            pause = (error.reset_at - clock.now()).total_seconds() if error.reset_at else 300.0
            return _wait(publication=publication, seconds=max(pause, 1.0), why=str(error), by=BY)
        except Unreachable as error:
            pause = float(BACK_OFF[min(publication.attempts, len(BACK_OFF)) - 1])
            return _wait(publication=publication, seconds=pause, why=str(error), by=BY)
        except _CannotLook as error:
            return _end(publication=publication, code="unsure", sentence=f"{error} {DOUBT}", by=BY)
        except (Refused, NoConnector) as error:
            return _end(publication=publication, code="refused", sentence=str(error), by=BY)


class _CannotLook(Exception):
    """A post may be public, and the account cannot be looked at to find out."""


def _send(publication: Publication, post: OutgoingPost) -> Publication:
    if publication.state == PublicationState.SENDING:
        try:
            door = _door(publication)
            found = door.find(post, after=publication.mark)
        except (Refused, NoConnector) as error:
            raise _CannotLook(str(error)) from None
        if found is not None:
            return _published(publication, found, door)
    else:
        door = _door(publication)
        if publication.marked_at is None:
            _mark(publication=publication, mark=door.mark(), by=BY)
    ready = time.monotonic()
    publication = _let_go(publication=publication, by=BY)
    if publication.state != PublicationState.SENDING:
        return publication
    if time.monotonic() - ready > LET_GO_SECONDS:
        raise Unreachable("The worker was held up just before sending.")
    return _published(publication, door.publish(post), door)


def _door(publication: Publication) -> Publisher:
    platform = publication.account.platform
    opens = connector(platform).open_account
    if opens is None:
        raise Refused(f"There is no way to post to {platform} from here.")
    return opens(tokens.access(publication.account))


def _outgoing(publication: Publication) -> OutgoingPost:
    post = publication.post
    return OutgoingPost(post.outgoing_text(), post.language, publication.idempotency_key)


def _locked(publication_id: int) -> Publication:
    """The row as it is now with its post, both held until the transaction ends; post before publication."""
    post = posting.lock(Publication.objects.select_related("post").get(pk=publication_id).post)
    publication = (
        Publication.objects.select_for_update(of=("self",))
        .select_related("account", "account__unit", "authorisation")
        .get(pk=publication_id)
    )
    publication.post = post
    return publication


@step
def _take(*, publication_id: int, by: str) -> Publication | None:
    """Take a publication that is due, for as long as the lease; None if there is nothing to do now.

    One that was never begun and may not be sent ends here, before anything is asked of the platform.
    """
    publication = _locked(publication_id)
    now = clock.now()
    if publication.state not in _OPEN or publication.due_at > now:
        return None
    if publication.state == PublicationState.PENDING and not _allowed(publication, now):
        return None
    if publication.attempts >= MOST_ATTEMPTS:
        # Every attempt broke off where none should: a person must look.
        _close(publication, "fail", f"It could not be sent in {MOST_ATTEMPTS} attempts. {DOUBT}")
        _tell(publication, "unsure")
        return None
    publication.attempts += 1
    publication.due_at = now + LEASE
    publication.save()
    return publication


@step
def _mark(*, publication: Publication, mark: str, by: str) -> None:
    """Remember where the account stood before the first attempt."""
    publication.mark, publication.marked_at = mark, clock.now()
    publication.save(update_fields=["mark", "marked_at"])


@step
def _let_go(*, publication: Publication, by: str) -> Publication:
    """The moment of sending: ask the guard once more and put "sending" on disk, or end it."""
    publication = _locked(publication.pk)
    now = clock.now()
    if publication.state not in _OPEN or not _allowed(publication, now):
        return publication
    publication.state = PUBLICATION.target("start", publication.state, ref=publication.post.ref)
    publication.sends += 1
    publication.sent_at = now
    publication.due_at = now + LEASE
    publication.save()
    return publication


def _allowed(publication: Publication, now: dt.datetime) -> bool:
    """Whether the guard lets it go now; if not, it ends here and its writer is told."""
    try:
        guard.require_sendable(
            publication.authorisation_id, post=publication.post, digest=publication.digest, at=now
        )
    except guard.NotLive as refusal:
        if refusal.code in _TOO_LATE:
            _close(publication, "miss", str(refusal))
            posting.mark_missed(post=publication.post, by=BY)
        else:
            _close(publication, "fail", str(refusal))
            _tell(publication, refusal.code)
        return False
    return True


def _published(publication: Publication, result: PublishedPost, door: Publisher) -> Publication:
    """Keep what became public; take it down again if it was taken back while it was on its way."""
    kept = _keep(publication=publication, result=result, by=BY)
    if kept is not None:
        return kept
    door.delete(result.platform_id)
    sentence = "It was changed or taken back while it was being sent. It had got out and was deleted again."
    return _end(publication=publication, code="taken-back", sentence=sentence, by=BY)


@step
def _keep(*, publication: Publication, result: PublishedPost, by: str) -> Publication | None:
    publication = _locked(publication.pk)
    if publication.state not in _OPEN:
        return publication
    if publication.post.state != PostState.APPROVED or publication.post.digest() != publication.digest:
        return None
    _close(publication, "publish", "")
    posting.record_published(
        post=publication.post,
        authorisation=publication.authorisation,
        platform_id=result.platform_id,
        url=result.url,
        published_at=result.published_at,
        by=BY,
    )
    return publication


@step
def _wait(*, publication: Publication, seconds: float, why: str, by: str) -> Publication:
    """Try again later, unless it has been tried often enough."""
    publication = _locked(publication.pk)
    if publication.state not in _OPEN:
        return publication
    if publication.attempts >= MOST_ATTEMPTS:
        unsure = publication.state == PublicationState.SENDING
        _close(publication, "fail", f"{why} {DOUBT}" if unsure else why)
        _tell(publication, "unsure" if unsure else "unreachable")
        return publication
    publication.due_at = clock.now() + dt.timedelta(seconds=seconds)
    publication.problem = why[:300]
    publication.save()
    return publication


@step
def _end(*, publication: Publication, code: str, sentence: str, by: str) -> Publication:
    """End a publication that cannot be sent, and tell its writer why."""
    publication = _locked(publication.pk)
    if publication.state in _OPEN:
        _close(publication, "fail", sentence)
        _tell(publication, code)
    return publication


def _close(publication: Publication, verb: str, problem: str) -> None:
    publication.state = PUBLICATION.target(verb, publication.state, ref=publication.post.ref)
    publication.ended_at, publication.problem = clock.now(), problem[:300]
    publication.save()


def _tell(publication: Publication, code: str) -> None:
    posting.record_failed(
        post=publication.post,
        reason_code=code,
        sentence=publication.problem,
        attempt=publication.attempts,
        by=BY,
    )


def catch_up() -> int:
    """Ring what is due, list agreed posts that were never listed, and end what is late. Returns how many bells.

    This is what makes the bell unimportant: a broker that was away, flushed or killed costs a minute.
    """
    now = clock.now()
    unlisted = Authorisation.objects.live(at=now).filter(
        kind="posting", publication=None, post_approval__post__state=PostState.APPROVED
    )
    for authorisation in unlisted:
        with contextlib.suppress(WrongState):  # the earlier sending ends first; next minute then
            enqueue(authorisation=authorisation, by=BY)
    for post in Post.objects.filter(state=PostState.WAITING, planned_at__lt=now - posting.SLOT):
        posting.mark_missed(post=post, by=BY)
    stranded = Post.objects.filter(state=PostState.APPROVED).exclude(publications__state__in=_OPEN)
    for post in stranded.exclude(approvals__authorisation__in=Authorisation.objects.live(at=now)):
        posting.mark_missed(post=post, by=BY)
    due = list(Publication.objects.due(at=now).values_list("pk", flat=True))
    for pk in due:
        ring(pk)
    return len(due)
