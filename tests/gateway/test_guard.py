"""The guard by itself: it stands in a transaction, holds the row, and everything unknown is a no."""

import datetime as dt

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from audit import clock
from gateway import guard
from governance.casework.models import Authorisation
from tests import factories
from tests.factories import Force


def ask(live: Authorisation, *platforms: str) -> guard.Ticket:
    return guard.require_live(live.pk, platforms=platforms or ("mastodon",), at=clock.now())


def test_it_says_yes_with_the_rules_it_asked(force: Force) -> None:
    live = factories.authorisation(force)
    ticket = ask(live)
    assert ticket.authorisation == live
    assert len(ticket.pack_digest) == 64


@pytest.mark.django_db(transaction=True)
def test_it_stands_in_the_transaction_of_what_it_allows() -> None:
    live = factories.authorisation(Force.make())
    with pytest.raises(guard.NotLive, match="transaction"):
        ask(live)
    with transaction.atomic():
        ask(live)


def test_its_first_moment_is_in_and_its_last_is_out(force: Force) -> None:
    live = factories.authorisation(force)
    for moment, code in (
        (live.starts_at, ""),
        (live.starts_at - dt.timedelta(microseconds=1), "early"),
        (live.expires_at - dt.timedelta(microseconds=1), ""),
        (live.expires_at, "late"),
    ):
        try:
            guard.require_live(live.pk, platforms=("mastodon",), at=moment)
            said = ""
        except guard.NotLive as refusal:
            said = refusal.code
        assert said == code


def test_it_holds_the_row(force: Force) -> None:
    live = factories.authorisation(force)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        ask(live)
    held = next(q["sql"] for q in queries if "casework_authorisation" in q["sql"])
    assert connection.vendor == "sqlite" or "FOR NO KEY UPDATE" in held


@pytest.mark.parametrize("scope", [{}, {"platforms": []}, {"platforms": None}, {"platforms": ["x"]}, []])
def test_a_scope_that_does_not_name_the_platform_is_a_no(
    force: Force, scope: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = factories.authorisation(force)
    held = guard._held

    def other(*args: object, **kwargs: object) -> Authorisation:
        found = held(*args, **kwargs)  # type: ignore[arg-type]
        found.scope = scope
        return found

    monkeypatch.setattr(guard, "_held", other)
    with pytest.raises(guard.NotLive):
        ask(live)


def test_an_authorisation_that_is_not_there_is_a_no(force: Force) -> None:
    with pytest.raises(guard.NotLive, match="no such"):
        guard.require_live(10**9, platforms=("mastodon",), at=clock.now())


def test_one_platform_too_many_is_a_no(force: Force) -> None:
    live = factories.authorisation(force)
    with pytest.raises(guard.NotLive, match="does not cover bluesky"):
        ask(live, "mastodon", "bluesky")


def test_it_never_says_yes_by_mistake(force: Force, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it asks may fail, one after another: each failure alone is a no."""
    live = factories.authorisation(force)

    def fails(*args: object, **kwargs: object) -> None:
        raise RuntimeError("broken")

    for name in (
        "content.current_digest",
        "rules.platform_terms",
        "rules.ask",
        "vault.holds",
        "facts.run",
    ):
        with monkeypatch.context() as broken, pytest.raises(guard.NotLive, match="could not check"):
            broken.setattr(f"gateway.guard.{name}", fails)
            ask(live)
    ask(live)
