"""Taking posts in: filter to the scope, redact, store; one transaction and one evidence event per batch.

Killed at any moment, a run goes on from its last stored batch: the cursor, the counts and the items of a batch
are written together or not at all.
"""

import datetime as dt
import hashlib
import hmac
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import transaction

import redaction
import vault
from audit import Act, Refusal, clock, record, step
from audit.context import acting, actor_of
from audit.services import next_ref
from gateway import guard, items
from gateway.contract import BATCH, Collector, DoorError, Fetched, IncomingPost
from gateway.models import CollectionRun
from gateway.scope import Reason, Scope
from gateway.states import RUN, RunState
from governance.accounts.models import OfficialAccount
from governance.accounts.services import allowed_handles
from governance.casework.models import Authorisation
from governance.casework.states import AuthorisationState
from governance.casework.terms import TermError
from governance.people.access import require
from governance.people.models import User
from governance.people.roles import Permission

BY = "system:gateway"
MOST_PLACES = 20  # of malformed records, kept to help whoever made the file
_COUNTS = ("read", "malformed", "out_of_scope", "duplicates", "withheld", "stored", "redacted")
_BY = ("malformed_by", "out_of_scope_by", "withheld_by", "hidden")


class AlreadyDone(Refusal):
    """The same source was taken in to its end before; nothing changes. Carries that run."""

    def __init__(self, run: CollectionRun) -> None:
        super().__init__(
            f"{run.source_name} was already taken in under {run.authorisation.ref} ({run.ref}): "
            f"{run.read} read, {run.stored} stored."
        )
        self.run = run


class Overtaken(Refusal):
    """Somebody else is taking in the same source at this moment; this one stopped and changed nothing more."""

    def __init__(self, run: CollectionRun) -> None:
        super().__init__(
            f"{run.source_name} is being taken in already ({run.ref}): look there how far it is."
        )
        self.run = run


@dataclass(frozen=True)
class Source:
    """What a run reads, as it is kept. `digest` is SHA-256 of the file, or of the question to a platform.

    For a platform, `serial` numbers the rounds, `begins` is the cursor of the last one, `account` gives access.
    """

    connector: str
    name: str
    digest: str
    platform: str = ""
    collected_at: dt.datetime | None = None
    serial: int = 0
    begins: str = ""
    account: OfficialAccount | None = None

    @property
    def key(self) -> str:
        declared = self.collected_at.astimezone(dt.UTC).isoformat() if self.collected_at else ""
        text = "\n".join((self.connector, self.digest, self.platform, declared, str(self.serial)))
        return hashlib.sha256(text.encode()).hexdigest()


@step
def start(*, authorisation: Authorisation, source: Source, by: User | str) -> CollectionRun:
    """Open a run, or the one that stopped half-way through the same source.

    Raises:
        NotAllowed: `by` may not run collections under this authorisation.
        AlreadyDone: this source was taken in to its end.
        Refusal: the authorisation does not allow it now; the attempt is on record.
    """
    if not isinstance(by, str):
        require(by, Permission.COLLECTION_RUN, authorisation)
    now = clock.now()
    asked = source.platform or (source.connector if source.account else "")
    wanted = [asked] if asked else sorted(guard.allowed_platforms(authorisation, at=now))
    try:
        if not wanted:
            raise guard.NotLive(
                "platform", f"{authorisation.ref} covers no platform that may be collected from."
            )
        ticket = guard.require_live(authorisation.pk, platforms=wanted, at=now)
    except guard.NotLive as refusal:
        raise _refused(authorisation, refusal, source, by) from None
    run = CollectionRun.objects.filter(authorisation=authorisation, source_key=source.key).first()
    if run is not None and run.state == RunState.DONE:
        raise AlreadyDone(run)
    resumed = run is not None and run.read > 0
    if run is None:
        run = CollectionRun(
            ref=next_ref("RUN"),
            authorisation=authorisation,
            connector=source.connector,
            source_name=source.name[:200],
            source_digest=source.digest,
            source_key=source.key,
            declared_platform=source.platform,
            declared_collected_at=source.collected_at,
            account=source.account,
            cursor=source.begins,
            started_by=None if isinstance(by, str) else by,
            actor=actor_of(by),
            asked_at=now,
            started_at=now,
        )
    run.state = RUN.target("start", run.state, ref=run.ref)
    run.finished_at, run.problem = None, ""
    run.moved_at = now
    run.redactor, run.pack_digest = redaction.fingerprint(), ticket.pack_digest
    run.save()
    record(
        Act.RUN_STARTED,
        by=by,
        about=run,
        authorisation=authorisation,
        run=run.ref,
        platform=asked,
        connector=source.connector,
        source=source.digest,
        resumed=resumed,
        declared=[n for n, v in (("platform", source.platform), ("created_at", source.collected_at)) if v],
        redactor=run.redactor,
    )
    return run


def _refused(authorisation: Authorisation, refusal: guard.NotLive, source: Source, by: User | str) -> Refusal:
    """The refusal of the guard, which stays on record although nothing else does."""
    return Refusal(
        str(refusal),
        keep=lambda: record(
            Act.RUN_REFUSED, by=by, authorisation=authorisation, reason=refusal.code, platform=source.platform
        ),
    )


def work(
    run: CollectionRun,
    collector: Collector,
    *,
    by: User | str,
    origin: str = "",
    on_batch: Callable[[CollectionRun], None] | None = None,
    batch: int = BATCH,
) -> CollectionRun:
    """Take in everything from where the run stands to the end of its source, or until it must stop.

    Each batch has a transaction of its own. The run comes back done, stopped (the authorisation no longer
    covers it) or failed (the source cannot be read), with the reason in `problem`.

    Raises:
        Overtaken: another process moved this run on.
        DatabaseError: the database went away; the run can be started again and goes on.
    """
    authorisation = run.authorisation
    with acting(by, origin=origin):
        try:
            scope, allow = _scope(authorisation), allowed_handles()
            for fetched in collector.fetch(after=run.cursor, batch=batch):
                run = _store(run, _prepare(fetched, scope, authorisation, allow), scope, by=by)
                if on_batch is not None:
                    on_batch(run)
        except guard.NotLive as refusal:
            return _end(run=run, verb="stop", problem=str(refusal), by=by)
        except vault.KeyMissing:
            return _end(run=run, verb="stop", problem=f"The key of {authorisation.ref} is gone.", by=by)
        except (DoorError, TermError) as error:
            return _end(run=run, verb="fail", problem=str(error), by=by)
        return _end(run=run, verb="finish", problem="", by=by)


@dataclass(repr=False)
class _Prepared:
    """A batch after filtering and redaction, still in memory."""

    fetched: Fetched
    safe: list[items.Safe] = field(default_factory=list)
    out: Counter[str] = field(default_factory=Counter)
    withheld: Counter[str] = field(default_factory=Counter)
    duplicates: int = 0


def _scope(authorisation: Authorisation) -> Scope:
    agreed = authorisation.scope
    return Scope.of(
        platforms=guard.allowed_platforms(authorisation, at=clock.now()),
        terms=agreed["terms"],
        starts_at=dt.datetime.fromisoformat(agreed["from"]),
        ends_at=dt.datetime.fromisoformat(agreed["to"]),
    )


def _prepare(
    fetched: Fetched, scope: Scope, authorisation: Authorisation, allow: frozenset[str]
) -> _Prepared:
    """Filter first, then redact: what is out of scope is not even looked at by the redactor."""
    prepared = _Prepared(fetched)
    subkey = vault.derive(authorisation.ref, "item-source")
    chosen: dict[str, tuple[IncomingPost, str]] = {}
    for post in fetched.posts:
        judged = scope.judge(post)
        if judged.reason is not Reason.IN:
            prepared.out[judged.reason] += 1
            continue
        key = _source_key(subkey, post)
        if key in chosen:
            prepared.duplicates += 1
        else:
            chosen[key] = (post, judged.term)
    for key in items.known(authorisation, chosen):
        del chosen[key]
        prepared.duplicates += 1
    results = redaction.redact_batch([post.text for post, _ in chosen.values()], allow=allow)
    for (key, (post, term)), result in zip(chosen.items(), results, strict=True):
        if isinstance(result, redaction.Withheld):
            prepared.withheld[result.reason] += 1
        else:
            prepared.safe.append(items.Safe(key, post, term, result))
    return prepared


def _source_key(subkey: bytes, post: IncomingPost) -> str:
    """What recognises the post again, and cannot be guessed or matched without this authorisation's key."""
    identity = f"{post.platform}|{post.platform_id}".encode("utf-8", "surrogatepass")
    return hmac.new(subkey, identity, hashlib.sha256).hexdigest()


def _store(run: CollectionRun, prepared: _Prepared, scope: Scope, *, by: User | str) -> CollectionRun:
    """One transaction: the guard, the items, the counts with the cursor, the evidence."""
    with transaction.atomic(durable=True):
        now = clock.now()
        # A batch with nothing to store still asks: a cancelled run must stop reading, too.
        platforms = {safe.post.platform for safe in prepared.safe} or scope.platforms
        ticket = guard.require_live(run.authorisation_id, platforms=platforms, at=now)
        current = CollectionRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
        if current.cursor != run.cursor or current.state != RunState.RUNNING:
            raise Overtaken(run)
        new = items.insert(prepared.safe, run=current, authorisation=ticket.authorisation, at=now)
        tally = {
            "read": prepared.fetched.read,
            "malformed": len(prepared.fetched.malformed),
            "out_of_scope": prepared.out.total(),
            "duplicates": prepared.duplicates + len(prepared.safe) - len(new),
            "withheld": prepared.withheld.total(),
            "stored": len(new),
            "redacted": sum(1 for safe in new if safe.redacted.spans),
        }
        hidden: Counter[str] = Counter()
        for safe in new:
            hidden.update(safe.redacted.counts)
        for name, count in tally.items():
            setattr(current, name, getattr(current, name) + count)
        malformed = Counter(m.reason for m in prepared.fetched.malformed)
        for name, counts in zip(_BY, (malformed, prepared.out, prepared.withheld, hidden), strict=True):
            setattr(current, name, dict(Counter(getattr(current, name)) + counts))
        places = [
            {"record": m.record, "line": m.line, "reason": m.reason} for m in prepared.fetched.malformed
        ]
        current.malformed_at = [*current.malformed_at, *places][:MOST_PLACES]
        current.cursor, current.moved_at = prepared.fetched.cursor, now
        names = (*_COUNTS, *_BY, "malformed_at", "cursor", "moved_at")
        # Not save(): the readable history keeps one row per change of state, the evidence one per batch.
        CollectionRun.objects.filter(pk=current.pk).update(**{name: getattr(current, name) for name in names})
        record(
            Act.BATCH_STORED,
            by=by,
            about=current,
            authorisation=ticket.authorisation,
            run=current.ref,
            out_by=dict(prepared.out),
            withheld_by=dict(prepared.withheld),
            **tally,
        )
    return current


def fail(*, run: CollectionRun, problem: str, by: User | str) -> CollectionRun:
    """Close a run whose source could not be opened at all; the same source may be tried again."""
    return _end(run=run, verb="fail", problem=problem, by=by)


def close_abandoned(*, stuck_after_minutes: int) -> int:
    """Close runs that nobody can go on with: they broke off, and their authorisation has ended since."""
    before = clock.now() - dt.timedelta(minutes=stuck_after_minutes)
    open_runs = CollectionRun.objects.filter(state=RunState.RUNNING, moved_at__lt=before)
    left = open_runs.exclude(authorisation__state=AuthorisationState.GRANTED).select_related("authorisation")
    for run in left:
        _end(run=run, verb="stop", problem=f"It broke off, and {run.authorisation.ref} has ended.", by=BY)
    return len(left)


def _end(*, run: CollectionRun, verb: str, problem: str, by: User | str) -> CollectionRun:
    """Close a run: done, stopped or failed, with its totals in evidence."""
    with transaction.atomic(durable=True):
        current = CollectionRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
        if current.state != RunState.RUNNING:
            return current
        if current.cursor != run.cursor:
            raise Overtaken(run)
        current.state = RUN.target(verb, current.state, ref=current.ref)
        current.finished_at, current.problem = clock.now(), problem[:300]
        current.save()
        record(
            Act.RUN_ENDED,
            by=by,
            about=current,
            authorisation=current.authorisation,
            run=current.ref,
            state=current.state,
            **{name: getattr(current, name) for name in _COUNTS},
        )
    return current
