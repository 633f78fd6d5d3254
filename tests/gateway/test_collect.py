"""Taking posts in: only under a live authorisation, only in scope, only redacted, once, and all accounted for."""

import datetime as dt
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import redaction
import vault
from audit import Act, Refusal, clock
from audit.models import EvidenceEvent
from gateway import collect, intake, tasks
from gateway.connectors.archive import ArchiveCollector
from gateway.contract import BadSource, FileSource
from gateway.models import CollectionRun, Item
from governance.casework import services as casework
from governance.casework.models import Authorisation
from governance.decisions import services as rules
from governance.people.access import NotAllowed
from tests import factories
from tests.factories import Force
from tests.gateway.archives import adds_up, in_every_table, lines, post, take

COUNTS = ("read", "malformed", "out_of_scope", "duplicates", "withheld", "stored", "redacted")


@pytest.fixture
def live(force: Force) -> Authorisation:
    return factories.authorisation(force)


class TestWhatIsKept:
    def test_it_stores_what_is_in_scope_and_counts_the_rest(self, force: Force, live: Authorisation) -> None:
        before = (clock.now() - dt.timedelta(days=9)).isoformat()
        data = lines(
            post(1, "Water on the road #MarchForTheRiver"),
            post(2, "Nothing to do with it"),
            post(3, platform="bluesky"),
            post(4, visibility="unlisted"),
            post(5, created_at=before),
            post(1, "Water on the road #MarchForTheRiver"),
        )
        run = take(live, data + b'{"id": "6"\n', force)
        assert (run.state, run.read, run.stored, run.duplicates, run.malformed) == ("done", 7, 1, 1, 1)
        assert run.out_of_scope_by == {"term": 1, "platform": 1, "visibility": 1, "date": 1}
        assert run.malformed_by == {"format": 1}
        assert run.malformed_at == [{"record": 7, "line": 7, "reason": "format"}]
        assert adds_up(run)
        item = Item.objects.get()
        assert item.text == "Water on the road #MarchForTheRiver"
        assert item.matched_term == "#MarchForTheRiver"
        assert item.declared == ["visibility"]

    def test_it_hides_before_it_stores(self, force: Force, live: Authorisation) -> None:
        run = take(live, lines(post(1, "Ring 07700 900123 or jo@example.org #MarchForTheRiver")), force)
        item = Item.objects.get()
        assert "07700" not in item.text
        assert "jo@example.org" not in item.text
        assert sum(item.hidden.values()) == sum(run.hidden.values()) == 2
        assert run.redacted == 1

    def test_nothing_personal_rests_in_any_table(self, force: Force, live: Authorisation) -> None:
        planted = [
            "07700 900123",
            "07700900123",
            "jo.bloggs@example.org",
            "@jobloggs77",
            "SW1A 2AA",
            "AB123456C",
        ]
        identities = ["https://social.example/@jobloggs77/4411", "Josephine Bloggs"]
        status = {
            "id": "4411",
            "uri": identities[0],
            "url": identities[0],
            "account": {"acct": "jobloggs77", "display_name": identities[1]},
            "content": f"<p>#MarchForTheRiver {' and '.join(planted)}</p>",
            "visibility": "public",
            "created_at": post(1)["created_at"],
        }
        bad = (
            b'{"id": "1", "text": "'
            + planted[0].encode()
            + b'", "created_at": "never", "platform": "mastodon"}\n'
        )
        out = lines(
            post(2, f"no term, {planted[2]}"), post(3, "x" * 20_000 + f" #MarchForTheRiver {planted[0]}")
        )
        run = take(live, json.dumps(status).encode() + b"\n" + bad + out, force)
        assert (run.stored, run.malformed, run.out_of_scope, run.withheld) == (1, 1, 1, 1)
        everything = in_every_table()
        assert "#MarchForTheRiver" in everything  # the search itself works
        assert [value for value in planted + identities if value in everything] == []
        assert "4411" not in {i.source_key for i in Item.objects.all()}

    def test_our_own_handles_are_not_hidden(self, force: Force, live: Authorisation) -> None:
        factories.account(force, handle="northshire")
        take(
            live,
            lines(post(1, "Thank you @northshire #MarchForTheRiver"), post(2, "Hi @ann77 #MarchForTheRiver")),
            force,
        )
        first, second = Item.objects.order_by("id")
        assert "@northshire" in first.text
        assert "@ann77" not in second.text

    def test_what_cannot_be_made_safe_is_withheld_and_only_counted(
        self, force: Force, live: Authorisation, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real = redaction.redact_batch

        def failing(texts: Any, **options: Any) -> list[Any]:
            return [
                redaction.Withheld("error") if "bad" in t else r
                for t, r in zip(texts, real(texts, **options), strict=True)
            ]

        monkeypatch.setattr(redaction, "redact_batch", failing)
        run = take(live, lines(post(1), post(2, "bad #MarchForTheRiver")), force)
        assert (run.stored, run.withheld, run.withheld_by) == (1, 1, {"error": 1})
        assert adds_up(run)
        assert "bad #" not in in_every_table()

    def test_it_marks_what_was_declared(self, force: Force, live: Authorisation) -> None:
        at = clock.now() - dt.timedelta(hours=2)
        data = lines({"id": 1, "text": "see #MarchForTheRiver"})
        run = take(live, data, force, platform="Mastodon", collected_at=at)
        item = Item.objects.get()
        assert item.declared == ["created_at", "platform", "visibility"]
        assert item.posted_at == at
        assert (run.declared_platform, run.declared_collected_at) == ("mastodon", at)

    def test_the_clock_of_each_item_is_fixed_by_its_class(self, force: Force) -> None:
        event = factories.gathering(force, days=2)
        by_event = factories.authorisation(force, event=event)
        take(by_event, lines(post(1)), force)
        assert by_event.retention_trigger == "event_end"
        assert Item.objects.get().expires_at == event.ends_at + dt.timedelta(days=30)
        by_capture = factories.authorisation(force, retention_class="R0", retention_days=7)
        take(by_capture, lines(post(1)), force)
        assert by_capture.retention_trigger == "capture"
        item = Item.objects.get(authorisation=by_capture)
        assert item.expires_at == item.collected_at + dt.timedelta(days=7)

    def test_the_same_post_under_two_authorisations_cannot_be_matched(self, force: Force) -> None:
        for _ in range(2):
            take(factories.authorisation(force), lines(post(1)), force)
        first, second = Item.objects.all()
        assert first.source_key != second.source_key


class TestEvidence:
    def test_there_is_one_event_per_batch_and_it_holds_counts_only(
        self, force: Force, live: Authorisation
    ) -> None:
        data = lines(*(post(n) for n in range(7)), post(99, "elsewhere"))
        run = intake.take_upload(data=data, name="posts.jsonl", authorisation=live, by=force.officer)
        events = EvidenceEvent.objects.filter(authorisation_ref=live.ref, act__startswith="collection")
        assert [e.act for e in events] == [
            "collection.run-started",
            "collection.batch-stored",
            "collection.run-ended",
        ]
        batch = events[1]
        assert batch.data["stored"] == 7
        assert batch.data["out_by"] == {"term": 1}
        assert batch.actor == f"user:{force.officer.pk}"
        assert events[2].data["read"] == run.read == 8
        assert "number" not in json.dumps([e.data for e in events])

    def test_the_totals_of_the_events_are_the_totals_of_the_run(
        self, force: Force, live: Authorisation
    ) -> None:
        source = collect.Source("archive", "posts.jsonl", "0" * 64)
        run = collect.start(authorisation=live, source=source, by=force.officer)
        run = collect.work(run, _Ten(), by=force.officer, batch=3)
        batches = [e.data for e in EvidenceEvent.objects.filter(act=Act.BATCH_STORED)]
        assert len(batches) == 4
        for name in COUNTS:
            assert sum(b[name] for b in batches) == getattr(run, name)


class _Ten:
    """Ten posts, in as many batches as asked for."""

    def fetch(self, *, after: str = "", batch: int = 500) -> Any:
        data = lines(*(post(n) for n in range(10)))
        yield from ArchiveCollector(FileSource(io.BytesIO(data), "a.jsonl", clock.now())).fetch(
            after=after, batch=batch
        )


def start_refused(live: Authorisation, force: Force, **options: Any) -> str:
    with pytest.raises(Refusal) as refusal:
        take(live, lines(post(1)), force, **options)
    assert not Item.objects.exists()
    assert not CollectionRun.objects.exists()
    event = EvidenceEvent.objects.get(act=Act.RUN_REFUSED)
    assert event.authorisation_ref == live.ref
    assert str(refusal.value).endswith(".")
    return str(event.data["reason"])


class TestWithoutALiveAuthorisation:
    def test_a_cancelled_one_takes_in_nothing(self, force: Force, live: Authorisation) -> None:
        casework.cancel(authorisation=live, by=force.officer)
        assert start_refused(live, force) == "cancelled"

    def test_an_expired_one_takes_in_nothing(self, force: Force, live: Authorisation, settings: Any) -> None:
        settings.DEMO = True
        with clock.travel(to=live.expires_at):
            assert start_refused(live, force) == "late"

    def test_one_that_has_not_begun_takes_in_nothing(self, force: Force) -> None:
        later = factories.authorisation(force, start_at=clock.now() + dt.timedelta(days=1))
        assert start_refused(later, force) == "early"

    def test_a_changed_request_takes_in_nothing(self, force: Force, live: Authorisation) -> None:
        assert live.request is not None
        casework.save_answers(
            request=live.request,
            by=force.officer,
            part="terms",
            values={"terms": ["#Other", "#MarchForTheRiver"]},
        )
        assert start_refused(live, force) == "void"

    def test_a_request_changed_behind_our_back_takes_in_nothing(
        self, force: Force, live: Authorisation
    ) -> None:
        from governance.casework.models import Request

        Request.objects.filter(pk=live.request_id).update(terms=["everything"])
        assert start_refused(live, force) == "changed"

    def test_a_platform_outside_it_takes_in_nothing(self, force: Force, live: Authorisation) -> None:
        assert start_refused(live, force, platform="bluesky") == "platform"

    def test_a_platform_whose_own_terms_forbid_it_takes_in_nothing(
        self, force: Force, live: Authorisation, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        terms = rules.platform_terms()
        without = type(terms)(terms.version, terms.status, terms.digest, {})
        monkeypatch.setattr(rules, "platform_terms", lambda: without)
        assert start_refused(live, force) == "platform"
        with pytest.raises(Refusal, match="The terms of mastodon"):
            take(live, lines(post(1)), force, platform="mastodon")

    def test_without_its_key_it_takes_in_nothing(self, force: Force, live: Authorisation) -> None:
        vault.destroy(live.ref)
        assert start_refused(live, force) == "no-key"

    @pytest.mark.parametrize("broken", ["ask", "platform_terms"])
    def test_rules_that_do_not_answer_mean_no(
        self, force: Force, live: Authorisation, monkeypatch: pytest.MonkeyPatch, broken: str
    ) -> None:
        def fails(*args: object, **kwargs: object) -> None:
            raise TimeoutError

        monkeypatch.setattr(rules, broken, fails)
        assert start_refused(live, force) in ("unsure", "platform")

    def test_one_for_posting_takes_in_nothing(self, force: Force) -> None:
        posting = factories.approved_post(force).approvals.get().authorisation
        with pytest.raises(Refusal, match="is for posting only"):
            take(posting, lines(post(1)), force, by="system:intake")
        with pytest.raises(Refusal, match="is for posting only"):
            take(posting, lines(post(1)), force, by="system:intake", platform="mastodon")

    def test_only_who_may_run_collections_here_can(self, force: Force, live: Authorisation) -> None:
        for person in (force.southern_officer, force.dpo, force.inspector, force.admin, force.supervisor):
            with pytest.raises(NotAllowed):
                intake.take_upload(data=lines(post(1)), name="a.jsonl", authorisation=live, by=person)
        assert not CollectionRun.objects.exists()


class TestStopping:
    @pytest.mark.parametrize(
        "end",
        [
            lambda live, force: casework.cancel(authorisation=live, by=force.supervisor),
            lambda live, force: casework.save_answers(
                request=live.request, by=force.officer, part="purpose", values={"title": "Other"}
            ),
            lambda live, force: vault.destroy(live.ref),
        ],
        ids=["cancelled", "voided", "key destroyed"],
    )
    def test_it_stops_before_its_next_batch(
        self, force: Force, live: Authorisation, end: Callable[[Any, Any], Any]
    ) -> None:
        source = collect.Source("archive", "posts.jsonl", "0" * 64)
        run = collect.start(authorisation=live, source=source, by=force.officer)
        batches: list[int] = []

        def after_two(current: CollectionRun) -> None:
            batches.append(current.read)
            if len(batches) == 2:
                end(live, force)

        run = collect.work(run, _Ten(), by=force.officer, batch=3, on_batch=after_two)
        assert (run.state, run.read, run.stored) == ("stopped", 6, 6)
        assert run.problem.endswith(".")
        assert Item.objects.count() == 6
        assert EvidenceEvent.objects.get(act=Act.RUN_ENDED).data["state"] == "stopped"

    def test_a_stopped_run_never_goes_on(self, force: Force, live: Authorisation) -> None:
        source = collect.Source("archive", "posts.jsonl", "0" * 64)
        run = collect.start(authorisation=live, source=source, by=force.officer)
        casework.cancel(authorisation=live, by=force.supervisor)
        assert collect.work(run, _Ten(), by=force.officer).state == "stopped"
        with pytest.raises(Refusal):
            collect.start(authorisation=live, source=source, by=force.officer)

    def test_a_batch_out_of_scope_still_notices_the_stop(self, force: Force, live: Authorisation) -> None:
        data = lines(*(post(n, "nothing") for n in range(4)))
        source = collect.Source("archive", "posts.jsonl", "0" * 64)
        run = collect.start(authorisation=live, source=source, by=force.officer)
        casework.cancel(authorisation=live, by=force.supervisor)
        collector = ArchiveCollector(FileSource(io.BytesIO(data), "a.jsonl", clock.now()))
        assert collect.work(run, collector, by=force.officer).read == 0


class TestAgain:
    def test_a_finished_source_is_not_taken_in_again(self, force: Force, live: Authorisation) -> None:
        data = lines(post(1))
        run = take(live, data, force)
        with pytest.raises(collect.AlreadyDone, match="already taken in") as done:
            take(live, data, force, name="renamed.jsonl")
        assert done.value.run == run
        assert Item.objects.count() == 1

    def test_another_file_with_the_same_posts_adds_nothing(self, force: Force, live: Authorisation) -> None:
        take(live, lines(post(1), post(2)), force)
        run = take(live, lines(post(2), post(1), post(3)), force)
        assert (run.duplicates, run.stored) == (2, 1)
        assert adds_up(run)

    def test_what_is_held_already_is_not_redacted_again(
        self, force: Force, live: Authorisation, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        take(live, lines(post(1)), force)
        asked: list[str] = []
        real = redaction.redact_batch
        monkeypatch.setattr(
            redaction, "redact_batch", lambda texts, **o: real(asked.extend(texts) or texts, **o)
        )
        take(live, lines(post(1), post(2), post(3, "out")), force)
        assert asked == ["number 2 #MarchForTheRiver"]

    def test_one_that_broke_off_is_closed_when_its_authorisation_has_ended(
        self, force: Force, live: Authorisation, settings: Any
    ) -> None:
        settings.DEMO = True
        run = collect.start(
            authorisation=live, source=collect.Source("archive", "posts.jsonl", "0" * 64), by=force.officer
        )
        with clock.travel(to=clock.now() + dt.timedelta(minutes=9)):
            assert collect.close_abandoned(stuck_after_minutes=5) == 0
            casework.cancel(authorisation=live, by=force.officer)
            tasks.sweep()
        run.refresh_from_db()
        assert (run.state, run.problem) == ("stopped", f"It broke off, and {live.ref} has ended.")

    def test_it_goes_on_where_it_broke_off(
        self, force: Force, live: Authorisation, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        source = collect.Source("archive", "posts.jsonl", "0" * 64)
        run = collect.start(authorisation=live, source=source, by=force.officer)

        class Broken(Exception):
            pass

        def break_off(current: CollectionRun) -> None:
            if current.read == 6:
                raise Broken

        with pytest.raises(Broken):
            collect.work(run, _Ten(), by=force.officer, batch=3, on_batch=break_off)
        again = collect.start(authorisation=live, source=source, by=force.officer)
        assert again.pk == run.pk
        assert EvidenceEvent.objects.filter(act=Act.RUN_STARTED).latest("id").data["resumed"] is True
        done = collect.work(again, _Ten(), by=force.officer, batch=4)
        assert (done.read, done.stored, done.duplicates, done.state) == (10, 10, 0, "done")

    def test_a_batch_is_stored_whole_or_not_at_all(
        self, force: Force, live: Authorisation, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fails(*args: object, **kwargs: object) -> None:
            raise RuntimeError("no evidence, no items")

        source = collect.Source("archive", "posts.jsonl", "0" * 64)
        run = collect.start(authorisation=live, source=source, by=force.officer)
        monkeypatch.setattr(collect, "record", fails)
        with pytest.raises(RuntimeError):
            collect.work(run, _Ten(), by=force.officer)
        monkeypatch.undo()
        run.refresh_from_db()
        assert (run.read, run.cursor, Item.objects.count()) == (0, "", 0)
        assert collect.work(run, _Ten(), by=force.officer).stored == 10

    def test_two_readers_of_one_source_do_not_count_twice(self, force: Force, live: Authorisation) -> None:
        source = collect.Source("archive", "posts.jsonl", "0" * 64)
        mine = collect.start(authorisation=live, source=source, by=force.officer)
        theirs = collect.start(authorisation=live, source=source, by=force.officer)
        collect.work(mine, _Ten(), by=force.officer, batch=4)
        with pytest.raises(collect.Overtaken):
            collect.work(theirs, _Ten(), by=force.officer, batch=4)
        run = CollectionRun.objects.get()
        assert (run.read, run.stored, run.state) == (10, 10, "done")

    def test_a_source_that_breaks_is_a_failed_run_that_may_be_tried_again(
        self, force: Force, live: Authorisation
    ) -> None:
        class Breaks(_Ten):
            def fetch(self, *, after: str = "", batch: int = 500) -> Any:
                yield from list(super().fetch(after=after, batch=4))[:1]
                raise BadSource("posts.jsonl could not be read to its end: Input/output error.")

        source = collect.Source("archive", "posts.jsonl", "0" * 64)
        run = collect.start(authorisation=live, source=source, by=force.officer)
        run = collect.work(run, Breaks(), by=force.officer)
        assert (run.state, run.stored) == ("failed", 4)
        assert "Input/output error" in run.problem
        run = collect.work(
            collect.start(authorisation=live, source=source, by=force.officer), _Ten(), by=force.officer
        )
        assert (run.state, run.stored) == ("done", 10)


_record = st.fixed_dictionaries(
    {},
    optional={
        "id": st.sampled_from(["a", "b", "c", 7, None, ""]),
        "text": st.sampled_from(
            ["#MarchForTheRiver", "call 07700 900123 #MarchForTheRiver", "other", "a\x00", 5]
        ),
        "platform": st.sampled_from(["mastodon", "bluesky", "<>"]),
        "created_at": st.sampled_from(["now", "2020-01-01T00:00:00Z", "2099-01-01T00:00:00Z", "x"]),
        "visibility": st.sampled_from(["public", "direct", "odd"]),
    },
)


def test_everything_read_is_accounted_for(force: Force) -> None:
    live = factories.authorisation(force)

    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.one_of(_record, st.just("rubbish")), min_size=1, max_size=12), st.integers(1, 5))
    def check(records: list[Any], batch: int) -> None:
        now = (clock.now() - dt.timedelta(minutes=1)).isoformat()
        for r in records:
            if isinstance(r, dict) and r.get("created_at") == "now":
                r["created_at"] = now
        data = b'{"nonce": "%f"}\n' % clock.now().timestamp() + b"".join(
            json.dumps(r).encode() + b"\n" for r in records
        )
        before = Item.objects.count()
        run, collector = intake._begin(io.BytesIO(data), "a.jsonl", live, "", None, force.officer)
        run = collect.work(run, collector, by=force.officer, batch=batch)
        assert run.read == len(records) + 1
        assert adds_up(run)
        assert sum(run.out_of_scope_by.values()) == run.out_of_scope
        assert sum(run.malformed_by.values()) == run.malformed
        assert Item.objects.count() == before + run.stored

    check()
