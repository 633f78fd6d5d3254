"""Cancelling while collecting and sending, on real threads and on both databases."""

import io
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection

from audit import clock
from gateway import collect, publish, tokens
from gateway.connectors.archive import ArchiveCollector
from gateway.contract import Fetched, FileSource
from gateway.models import CollectionRun, Item, Publication
from governance.casework import services as casework
from governance.posting import services as posting
from tests import factories, peers
from tests.factories import Force
from tests.gateway.archives import adds_up, lines, post

pytestmark = pytest.mark.django_db(transaction=True)


def in_thread(action: Callable[[], Any]) -> tuple[threading.Thread, list[Any]]:
    """Start an action on a connection of its own; its result or exception comes in the list."""
    out: list[Any] = []

    def go() -> None:
        try:
            out.append(action())
        except Exception as error:
            out.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=go)
    thread.start()
    return thread, out


class Many:
    """Posts without end, in small batches."""

    def __init__(self, first: int = 0, most: int = 100_000) -> None:
        self.first, self.most = first, most

    def fetch(self, *, after: str = "", batch: int = 500) -> Iterator[Fetched]:
        at = int(after or 0)
        while at < self.most:
            some = lines(*(post(self.first + n) for n in range(at, min(at + 20, self.most))))
            part = next(ArchiveCollector(FileSource(io.BytesIO(some), "a.jsonl", clock.now())).fetch())
            at += part.read
            yield Fetched(part.posts, str(at), part.malformed)


def begin(live: Any, force: Force, digest: str = "0") -> CollectionRun:
    source = collect.Source("archive", "posts.jsonl", digest * 64)
    return collect.start(authorisation=live, source=source, by=force.officer)


def test_nothing_is_stored_once_a_cancellation_is_visible() -> None:
    force = Force.make()
    for _ in range(3):
        live = factories.authorisation(force)
        run = begin(live, force)
        thread, out = in_thread(lambda run=run: collect.work(run, Many(), by=force.officer))
        while Item.objects.filter(authorisation=live).count() < 60:
            time.sleep(0.01)
        pressed = time.monotonic()
        casework.cancel(authorisation=live, by=force.supervisor)
        seen = Item.objects.filter(authorisation=live).count()
        took = time.monotonic() - pressed
        thread.join(30)
        stopped = out[0]
        assert isinstance(stopped, CollectionRun), stopped
        assert stopped.state == "stopped"
        assert Item.objects.filter(authorisation=live).count() == seen == stopped.stored
        assert adds_up(stopped)
        assert took < 5  # the stop waits for one batch, not for the run


def test_two_processes_on_one_source_count_each_post_once() -> None:
    force = Force.make()
    live = factories.authorisation(force)
    runs = [begin(live, force), begin(live, force)]
    started = [in_thread(lambda r=r: collect.work(r, Many(most=200), by=force.officer)) for r in runs]
    for thread, _ in started:
        thread.join(60)
    results = [out[0] for _, out in started]
    run = CollectionRun.objects.get()
    if run.state == "running":  # both were overtaken in turn: whoever comes next takes it to its end
        run = collect.work(begin(live, force), Many(most=200), by=force.officer)
    assert (run.state, run.read, run.stored) == ("done", 200, 200), results
    assert Item.objects.count() == 200


def test_two_sources_with_the_same_posts_store_each_once() -> None:
    force = Force.make()
    live = factories.authorisation(force)
    runs = [begin(live, force, "a"), begin(live, force, "b")]
    started = [in_thread(lambda r=r: collect.work(r, Many(most=200), by=force.officer)) for r in runs]
    for thread, _ in started:
        thread.join(60)
    done = [out[0] for _, out in started]
    assert all(isinstance(r, CollectionRun) and r.state == "done" and adds_up(r) for r in done), done
    assert sum(r.stored for r in done) == Item.objects.count() == 200
    assert sum(r.duplicates for r in done) == 200


@pytest.mark.peer
def test_two_workers_send_one_post(server: peers.MastodonPeer, line: peers.Line) -> None:
    line.drop_headers = {"idempotency-key"}
    publication = agreed(Force.make(), server, line.url)
    started = [in_thread(lambda: publish.send(publication.pk)) for _ in range(4)]
    for thread, _ in started:
        thread.join(60)
    publication.refresh_from_db()
    assert publication.state == "published", [out for _, out in started]
    assert server.posts_of("police").count(publication.post.text) == 1
    assert publication.sends == 1


@pytest.mark.peer
def test_a_cancellation_and_a_sending_at_once_leave_one_truth(
    server: peers.MastodonPeer, line: peers.Line
) -> None:
    force = Force.make()
    for _ in range(3):
        publication = agreed(force, server, line.url)
        gate = threading.Barrier(2)

        def stop(gate: threading.Barrier = gate, publication: Publication = publication) -> None:
            gate.wait()
            casework.cancel(authorisation=publication.authorisation, by=force.superintendent)

        def send(gate: threading.Barrier = gate, publication: Publication = publication) -> None:
            gate.wait()
            publish.send(publication.pk)

        for thread, _ in [in_thread(stop), in_thread(send)]:
            thread.join(60)
        publication.refresh_from_db()
        publication.post.refresh_from_db()
        public = server.posts_of("police").count(publication.post.text)
        assert (publication.state, public) in (("published", 1), ("failed", 0))
        assert publication.post.state == publication.state


def agreed(force: Force, server: peers.MastodonPeer, url: str) -> Publication:
    account = force.__dict__.setdefault("_account", None) or factories.account(
        force, uri=server.uri("police"), handle="police", server_url=url
    )
    force.__dict__["_account"] = account
    if not tokens.has_token(account):
        tokens.seal(account=account, token=server.token("police"), by=force.comms)
    words = f"Kingsgate Bridge is open, {clock.now().timestamp()}."
    draft = posting.submit(post=factories.draft_post(force, of=account, text=words), by=force.comms)
    authorisation = posting.approve(
        post=draft,
        by=force.comms2,
        expected_digest=draft.digest(),
        considerations="True, and people need to know.",
    )
    # Listed without ringing: these tests ring for themselves.
    return Publication.objects.create(
        authorisation=authorisation,
        post=draft,
        account=account,
        digest=draft.digest(),
        idempotency_key=str(clock.now().timestamp()),
        asked_at=clock.now(),
        due_at=clock.now(),
    )
