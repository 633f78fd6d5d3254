"""Collecting from a real server: only what was agreed is asked for, only public posts are kept."""

import uuid
from typing import Any

import pytest

from gateway import polling, tasks, tokens
from gateway.models import CollectionRun, Item
from governance.accounts.models import OfficialAccount
from governance.casework import services as casework
from governance.casework.models import Authorisation
from tests import factories, peers
from tests.factories import Force

pytestmark = [pytest.mark.peer, pytest.mark.django_db]


@pytest.fixture
def tag() -> str:
    return f"River{uuid.uuid4().hex[:8]}"


@pytest.fixture
def live(force: Force, tag: str) -> Authorisation:
    return factories.authorisation(force, terms=[f"#{tag}", f'"bridge {tag}" AND (shut OR closed)'])


@pytest.fixture
def ours(force: Force, server: peers.MastodonPeer, line: peers.Line) -> OfficialAccount:
    account = factories.account(force, uri=server.uri("police"), handle="police", server_url=line.url)
    tokens.seal(account=account, token=server.token("police"), by=force.comms)
    return account


def round_of(live: Authorisation, ours: OfficialAccount, force: Force) -> CollectionRun:
    run = polling.ask(authorisation=live, account=ours, by=force.officer)
    tasks.collect(run.pk)
    run.refresh_from_db()
    return run


def test_a_round_keeps_public_posts_in_scope_and_the_next_only_new_ones(
    force: Force, live: Authorisation, ours: OfficialAccount, server: peers.MastodonPeer, tag: str
) -> None:
    server.post("citizen", f"Water rising #{tag}, ring 07700 900123")
    server.post("citizen", f"quiet #{tag}", visibility="unlisted")
    server.post("citizen", f"The bridge {tag} is shut")
    server.post("citizen", f"The bridge {tag} is open")
    first = round_of(live, ours, force)
    assert first.state == "done"
    assert {i.matched_term for i in Item.objects.all()} == set(live.scope["terms"])
    assert first.stored == 2
    assert first.out_of_scope_by.get("term") == 1
    assert "07700" not in " ".join(Item.objects.values_list("text", flat=True))
    server.post("citizen", f"Later #{tag}")
    second = round_of(live, ours, force)
    assert second.ref != first.ref
    assert (second.read, second.stored) == (1, 1)


def test_it_asks_the_platform_for_nothing_but_the_agreed_words(
    force: Force, live: Authorisation, ours: OfficialAccount, line: peers.Line, tag: str
) -> None:
    round_of(live, ours, force)
    asked = [path for method, path in line.delivered]
    assert asked
    assert all(f"/timelines/tag/{tag}" in p or f"q=bridge+{tag}" in p for p in asked), asked


def test_a_person_is_never_asked_for(force: Force, ours: OfficialAccount, line: peers.Line) -> None:
    live = Authorisation(scope={"terms": ["from:@someone", "@someone OR #river", "07700 900123"]})
    assert polling._words(live) == (("river",), ())


def test_after_a_stop_the_platform_is_not_asked(
    force: Force, live: Authorisation, ours: OfficialAccount, server: peers.MastodonPeer, tag: str
) -> None:
    server.post("citizen", f"Water rising #{tag}")
    run = polling.ask(authorisation=live, account=ours, by=force.officer)
    casework.cancel(authorisation=live, by=force.officer)
    tasks.collect(run.pk)
    run.refresh_from_db()
    assert (run.state, run.stored) == ("stopped", 0)


def test_a_server_that_is_away_fails_the_round_and_the_next_goes_on(
    force: Force, live: Authorisation, ours: OfficialAccount, server: peers.MastodonPeer, tag: str
) -> None:
    server.post("citizen", f"Water rising #{tag}")
    server.fault(match={"path_regex": "/timelines/tag/"}, effect={"type": "status", "status": 503})
    failed = round_of(live, ours, force)
    assert (failed.state, failed.stored) == ("failed", 0)
    assert "cannot be read (503)" in failed.problem
    server.heal()
    again = round_of(live, ours, force)
    assert (again.pk, again.state, again.stored) == (failed.pk, "done", 1)


def test_a_stuck_round_is_rung_again(
    force: Force,
    live: Authorisation,
    ours: OfficialAccount,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    import datetime as dt

    from audit import clock

    settings.DEMO = True
    run = polling.ask(authorisation=live, account=ours, by=force.officer)
    rung: list[int] = []
    monkeypatch.setattr(tasks.collect, "delay", rung.append)
    with django_capture_on_commit_callbacks(execute=True):
        tasks.sweep()
    assert rung == []
    with (
        clock.travel(to=clock.now() + dt.timedelta(minutes=6)),
        django_capture_on_commit_callbacks(execute=True),
    ):
        tasks.sweep()
    assert rung == [run.pk]
