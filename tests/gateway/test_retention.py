"""Erasing: on time, with a receipt, for good, and nothing comes back."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

import vault
from audit import Act, Refusal, clock
from audit.models import EvidenceEvent
from gateway import retention, tasks
from gateway.models import CollectionRun, ErasureReceipt, Item
from governance.casework import services as casework
from governance.casework.models import Authorisation
from tests import factories
from tests.factories import Force
from tests.gateway.archives import in_every_table, lines, post, take

DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _movable_clock(settings: Any) -> None:
    settings.DEMO = True


@pytest.fixture
def live(force: Force) -> Authorisation:
    """Posts kept for 7 days from capture, so that they run out while the authorisation may still be live."""
    return factories.authorisation(
        force, retention_class="R0", retention_days=2, end_at=clock.now() + 20 * DAY
    )


class TestClocks:
    def test_each_trigger_counts_from_its_own_moment(self, force: Force) -> None:
        now = clock.now()
        captured = Authorisation(retention_trigger="capture", retention_from=None, retention_days=7)
        fixed = Authorisation(retention_trigger="event_end", retention_from=now - DAY, retention_days=30)
        assert retention.due(captured, captured_at=now) == now + 7 * DAY
        assert retention.due(fixed, captured_at=now) == now + 29 * DAY

    def test_no_period_keeps_nothing(self) -> None:
        now = clock.now()
        for days in (None, 0):
            nothing = Authorisation(retention_trigger="capture", retention_from=None, retention_days=days)
            assert retention.due(nothing, captured_at=now) == now

    def test_a_period_that_cannot_be_does_not_break_the_clock(self) -> None:
        endless = Authorisation(retention_trigger="capture", retention_from=None, retention_days=2**31 - 1)
        assert retention.due(endless, captured_at=clock.now()).year < 2200

    def test_closing_does_not_reset_it(self, force: Force, live: Authorisation) -> None:
        take(live, lines(post(1)), force)
        before = Item.objects.get().expires_at
        casework.cancel(authorisation=live, by=force.officer)
        assert Item.objects.get().expires_at == before

    def test_the_database_refuses_a_longer_time(self, force: Force, live: Authorisation) -> None:
        take(live, lines(post(1)), force)
        item = Item.objects.get()
        with pytest.raises(IntegrityError, match="cannot be extended"), transaction.atomic():
            Item.objects.update(expires_at=item.expires_at + DAY)
        Item.objects.update(expires_at=item.expires_at - DAY)


class TestErasure:
    def test_it_erases_what_is_due_and_leaves_a_receipt(self, force: Force, live: Authorisation) -> None:
        take(live, lines(post(1, "first water #MarchForTheRiver"), post(2)), force)
        with clock.travel(to=clock.now() + DAY):
            take(live, lines(post(3, "kept water #MarchForTheRiver")), force)
            assert retention.purge_due() == 0
        with clock.travel(to=clock.now() + 2 * DAY + dt.timedelta(hours=1)):
            assert retention.purge_due() == 2
            assert retention.purge_due() == 0
        receipt = ErasureReceipt.objects.get()
        assert (receipt.count, receipt.trigger, receipt.retention_class) == (2, "term", "R0")
        assert receipt.rule == "R0: 2 days from the moment it was collected"
        event = EvidenceEvent.objects.get(act=Act.ITEMS_ERASED)
        assert event.data == {"count": 2, "retention_class": "R0", "trigger": "term", "receipt": receipt.ref}
        everything = in_every_table()
        assert "first water" not in everything
        assert "kept water" in everything
        gone = Item.objects.filter(erased_at__isnull=False)
        assert {(i.text, i.language, i.matched_term, i.posted_at, str(i.hidden)) for i in gone} == {
            ("", "", "", None, "{}")
        }

    def test_large_material_goes_in_batches_each_with_its_receipt(
        self, force: Force, live: Authorisation, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(retention, "BATCH", 4)
        take(live, lines(*(post(n) for n in range(10))), force)
        with clock.travel(to=clock.now() + 5 * DAY):
            assert retention.purge_due() == 10
        assert sorted(ErasureReceipt.objects.values_list("count", flat=True)) == [2, 4, 4]

    def test_what_was_erased_does_not_come_back(self, force: Force, live: Authorisation) -> None:
        data = lines(post(1), post(2))
        take(live, data, force)
        with clock.travel(to=clock.now() + 5 * DAY):
            retention.purge_due()
            with pytest.raises(Refusal, match="already taken in"):
                take(live, data, force)
            run = take(live, lines(post(1), post(2)) + lines(post(3, "nothing")), force, name="other.jsonl")
            assert (run.stored, run.duplicates) == (0, 2)
        assert not Item.objects.filter(erased_at=None).exists()

    def test_the_database_keeps_erased_things_erased(self, force: Force, live: Authorisation) -> None:
        take(live, lines(post(1)), force)
        with pytest.raises(IntegrityError, match="can be erased and not changed"), transaction.atomic():
            Item.objects.update(text="something else")
        with clock.travel(to=clock.now() + 5 * DAY):
            retention.purge_due()
        for change in ({"erased_at": None, "posted_at": clock.now()}, {"text": "back"}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Item.objects.update(**change)
        for rows in (Item, CollectionRun, ErasureReceipt):
            with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f'DELETE FROM "{rows._meta.db_table}"')

    def test_a_stop_that_says_delete_erases_at_once(self, force: Force, live: Authorisation) -> None:
        take(live, lines(post(1)), force)
        casework.cancel(authorisation=live, by=force.officer)
        assert retention.purge_due() == 0  # nobody has said yet what becomes of it
        casework.say_product(
            authorisation=live, by=force.officer, because="The event is off.", product="erase_now"
        )
        tasks.purge()
        assert ErasureReceipt.objects.get().trigger == "cancelled"
        assert not Item.objects.filter(erased_at=None).exists()
        assert not vault.holds(live.ref)

    def test_a_crash_half_way_loses_nothing(
        self, force: Force, live: Authorisation, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(retention, "BATCH", 2)
        take(live, lines(*(post(n) for n in range(4))), force)
        real, calls = retention.record, []

        def fails_second(*args: Any, **kwargs: Any) -> Any:
            calls.append(1)
            if len(calls) == 2:
                raise RuntimeError
            return real(*args, **kwargs)

        monkeypatch.setattr(retention, "record", fails_second)
        with clock.travel(to=clock.now() + 5 * DAY):
            with pytest.raises(RuntimeError):
                retention.purge_due()
            assert Item.objects.filter(erased_at=None).count() == 2
            assert retention.purge_due() == 2
        assert sum(ErasureReceipt.objects.values_list("count", flat=True)) == 4


class TestKeys:
    def test_the_key_goes_when_nothing_needs_it(self, force: Force, live: Authorisation) -> None:
        take(live, lines(post(1)), force)
        with clock.travel(to=clock.now() + 5 * DAY):
            retention.purge_due()
            assert vault.holds(live.ref)  # the authorisation is still live
        with clock.travel(to=live.expires_at + DAY):
            tasks.expire()
            tasks.purge()
            tasks.purge()
        assert not vault.holds(live.ref)
        assert EvidenceEvent.objects.filter(act=Act.KEY_DESTROYED, authorisation_ref=live.ref).count() == 1

    def test_the_key_stays_while_something_is_held(self, force: Force) -> None:
        live = factories.authorisation(force)
        take(live, lines(post(1)), force)
        with clock.travel(to=live.expires_at + DAY):
            tasks.expire()
            tasks.purge()
            assert vault.holds(live.ref)

    def test_keys_of_accounts_are_not_touched(self, force: Force) -> None:
        from gateway import tokens

        account = factories.account(force)
        tokens.seal(account=account, token="abc", by=force.comms)
        tasks.purge()
        assert vault.holds(account.token_ref)


class TestExpiry:
    def test_what_has_run_out_is_marked_once(self, force: Force, live: Authorisation) -> None:
        assert retention.expire_due() == 0
        with clock.travel(to=live.expires_at):
            assert retention.expire_due() == 1
            assert retention.expire_due() == 0
        live.refresh_from_db()
        assert (live.state, live.ended_at) == ("expired", live.expires_at)


@pytest.mark.django_db(transaction=True)
def test_no_page_of_the_database_file_keeps_what_was_erased() -> None:
    from pathlib import Path

    if connection.vendor != "sqlite":
        pytest.skip("looks into the files of SQLite")
    force = Force.make()
    live = factories.authorisation(force, retention_class="R0", retention_days=2)
    take(live, lines(post(1, "an unmistakable sentence about water #MarchForTheRiver")), force)
    with clock.travel(to=clock.now() + 5 * DAY):
        assert retention.purge_due() == 1
    name = Path(str(connection.settings_dict["NAME"]))
    for path in (name, name.with_name(name.name + "-wal")):
        assert not path.exists() or b"unmistakable sentence" not in path.read_bytes()
