"""Collecting from a platform by asking it again and again: each round is one run."""

import datetime as dt
import hashlib
import json

from django.db import transaction

from audit import clock, step
from gateway import collect, tokens
from gateway.connectors import connector
from gateway.contract import Collector, DoorError, LiveSource, Refused
from gateway.models import CollectionRun
from gateway.states import RunState
from governance.accounts.models import OfficialAccount
from governance.casework.models import Authorisation
from governance.casework.terms import Kind, TermError, probes
from governance.people.models import User


@step
def ask(*, authorisation: Authorisation, account: OfficialAccount, by: User | str) -> CollectionRun:
    """Start a round of polling with the access of one of our own accounts; a round that broke off goes on.

    The words asked for come from the authorisation and nowhere else.

    Raises:
        NotAllowed, Refusal: as `gateway.collect.start`.
    """
    hashtags, phrases = _words(authorisation)
    question = json.dumps([account.platform, account.server_url, hashtags, phrases])
    digest = hashlib.sha256(question.encode()).hexdigest()
    rounds = CollectionRun.objects.filter(
        authorisation=authorisation, connector=account.platform, source_digest=digest
    )
    last = rounds.filter(state=RunState.DONE).order_by("-id").first()
    source = collect.Source(
        connector=account.platform,
        name=account.server_url,
        digest=digest,
        serial=rounds.filter(state=RunState.DONE).count() + 1,
        begins=last.cursor if last else "",
        account=account,
    )
    run = collect.start(authorisation=authorisation, source=source, by=by)
    ring(run.pk)
    return run


def ring(run_id: int) -> None:
    """Tell a worker, once the transaction is safe."""
    from gateway import tasks

    def bell() -> None:
        tasks.collect.delay(run_id)

    transaction.on_commit(bell, robust=True)


def go_on(run_id: int) -> CollectionRun:
    """Take the round to its end. Rung twice, the second finds the run moved on and leaves it."""
    run = CollectionRun.objects.select_related("authorisation", "account").get(pk=run_id)
    if run.state != RunState.RUNNING:
        return run
    try:
        return collect.work(run, _collector(run), by=run.actor, origin="task")
    except collect.Overtaken:
        return run
    except (DoorError, TermError) as error:
        return collect.fail(run=run, problem=str(error), by=run.actor)


def catch_up(*, stuck_after_minutes: int) -> int:
    """Ring rounds that have not moved for a while. Archives wait for whoever has the file."""
    before = clock.now() - dt.timedelta(minutes=stuck_after_minutes)
    stuck = CollectionRun.objects.filter(state=RunState.RUNNING, moved_at__lt=before).exclude(account=None)
    keys = list(stuck.values_list("pk", flat=True))
    for pk in keys:
        ring(pk)
    return len(keys)


def _words(authorisation: Authorisation) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The fewest hashtags and phrases that find everything the terms match. People are never asked for."""
    leaves = [leaf for term in authorisation.scope["terms"] for leaf in probes(term)]
    hashtags = dict.fromkeys(leaf.value for leaf in leaves if leaf.kind is Kind.HASHTAG)
    phrases = dict.fromkeys(leaf.value for leaf in leaves if leaf.kind is Kind.PHRASE)
    return tuple(hashtags), tuple(phrases)


def _collector(run: CollectionRun) -> Collector:
    read = connector(run.connector).read_live
    if read is None or run.account is None:
        raise Refused(f"There is no way to collect from {run.connector} from here.")
    hashtags, phrases = _words(run.authorisation)
    access = tokens.access(run.account)
    return read(
        LiveSource(
            server_url=access.server_url,
            hashtags=hashtags,
            phrases=phrases,
            since=dt.datetime.fromisoformat(run.authorisation.scope["from"]),
            read_at=clock.now(),
            token=access.token,
        )
    )
