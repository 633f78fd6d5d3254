"""Sending agreed posts to a real server: once, on time, never after a stop, and its writer always hears."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest

from audit import Act, clock
from audit.models import EvidenceEvent
from gateway import publish, tasks, tokens
from gateway.models import Publication
from gateway.states import PublicationState
from governance.accounts.models import OfficialAccount
from governance.casework import services as casework
from governance.posting import services as posting
from governance.posting.models import Post, PublishedRecord
from tests import factories, peers
from tests.factories import Force

pytestmark = [pytest.mark.peer, pytest.mark.django_db]

WHY = "True, checked with the control room, and people need to know it now."


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """Short waits, and a clock that may be moved."""
    monkeypatch.setattr("gateway.connectors.mastodon.READ_SECONDS", 2.0)
    settings.DEMO = True


def registered(force: Force, server: peers.MastodonPeer, url: str = "") -> OfficialAccount:
    account = factories.account(
        force, uri=server.uri("police"), handle="police", server_url=url or server.url
    )
    tokens.seal(account=account, token=server.token("police"), by=force.comms)
    return account


def waiting(force: Force, account: OfficialAccount, **changes: Any) -> Post:
    words = {"text": f"Kingsgate Bridge is open again, {clock.now().timestamp()}."} | changes
    return posting.submit(post=factories.draft_post(force, of=account, **words), by=force.comms)


def agreed(force: Force, account: OfficialAccount, **changes: Any) -> Publication:
    post = waiting(force, account, **changes)
    return publish.approve_and_send(
        post=post, by=force.comms2, expected_digest=post.digest(), considerations=WHY
    )


def later(publication: Publication) -> Any:
    """Just after the moment at which it is due again."""
    publication.refresh_from_db()
    return clock.travel(to=max(publication.due_at, clock.now()) + dt.timedelta(seconds=1))


def state_of(publication: Publication) -> tuple[str, str]:
    publication.refresh_from_db()
    publication.post.refresh_from_db()
    return publication.state, publication.post.state


class TestSending:
    def test_it_publishes_and_keeps_what_the_public_sees(
        self, force: Force, server: peers.MastodonPeer
    ) -> None:
        publication = agreed(force, registered(force, server), link="https://northshire.example/bridge")
        publish.send(publication.pk)
        assert state_of(publication) == ("published", "published")
        kept = PublishedRecord.objects.get()
        assert server.posts_of("police")[0] == kept.text == publication.post.outgoing_text()
        assert kept.url.startswith(server.url)
        assert (kept.drafted_by, kept.approved_by) == (force.comms, force.comms2)
        assert EvidenceEvent.objects.get(act=Act.POST_PUBLISHED).actor == publish.BY
        publication.authorisation.refresh_from_db()
        assert publication.authorisation.state == "expired"

    def test_a_bell_rung_twice_posts_once(self, force: Force, server: peers.MastodonPeer) -> None:
        publication = agreed(force, registered(force, server))
        for _ in range(3):
            tasks.publish(publication.pk)
        assert server.posts_of("police").count(publication.post.text) == 1
        with clock.travel(to=clock.now() + dt.timedelta(minutes=10)):
            tasks.publish(publication.pk)
        assert server.posts_of("police").count(publication.post.text) == 1

    def test_the_bell_rings_after_the_transaction(
        self,
        force: Force,
        server: peers.MastodonPeer,
        django_capture_on_commit_callbacks: Any,
        monkeypatch: Any,
    ) -> None:
        rung: list[int] = []
        monkeypatch.setattr(tasks.publish, "delay", rung.append)
        with django_capture_on_commit_callbacks(execute=True):
            publication = agreed(force, registered(force, server))
            assert rung == []
        assert rung == [publication.pk]

    def test_a_broker_that_is_away_stops_nobody(
        self,
        force: Force,
        server: peers.MastodonPeer,
        django_capture_on_commit_callbacks: Any,
        monkeypatch: Any,
    ) -> None:
        def away(*args: object) -> None:
            raise ConnectionError("no broker")

        monkeypatch.setattr(tasks.publish, "delay", away)
        with django_capture_on_commit_callbacks(execute=True):
            publication = agreed(force, registered(force, server))
        monkeypatch.setattr(tasks.publish, "delay", lambda pk: publish.send(pk))
        with django_capture_on_commit_callbacks(execute=True):
            tasks.sweep()
        assert state_of(publication) == ("published", "published")

    def test_a_post_that_was_agreed_and_never_listed_is_found(
        self,
        force: Force,
        server: peers.MastodonPeer,
        django_capture_on_commit_callbacks: Any,
        monkeypatch: Any,
    ) -> None:
        post = waiting(force, registered(force, server))
        posting.approve(post=post, by=force.comms2, expected_digest=post.digest(), considerations=WHY)
        assert not Publication.objects.exists()
        monkeypatch.setattr(tasks.publish, "delay", lambda pk: publish.send(pk))
        with django_capture_on_commit_callbacks(execute=True):
            tasks.sweep()
        assert state_of(Publication.objects.get()) == ("published", "published")


class TestLostAnswers:
    def test_after_a_lost_answer_it_looks_and_does_not_send_again(
        self, force: Force, server: peers.MastodonPeer, line: peers.Line
    ) -> None:
        publication = agreed(force, registered(force, server, line.url))
        line.drop_headers, line.lose_next = {"idempotency-key"}, 1
        publish.send(publication.pk)
        assert state_of(publication) == ("sending", "approved")
        assert "did not answer" in publication.problem
        with later(publication):
            publish.send(publication.pk)
        assert state_of(publication) == ("published", "published")
        assert server.posts_of("police").count(publication.post.text) == 1
        assert [p for p in line.delivered if p[0] == "POST"] == [("POST", "/api/v1/statuses")]

    def test_a_worker_that_died_while_sending_is_followed_by_a_look(
        self, force: Force, server: peers.MastodonPeer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        publication = agreed(force, registered(force, server))
        real = publish._published

        def dies(*args: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(publish, "_published", dies)
        with pytest.raises(KeyboardInterrupt):
            publish.send(publication.pk)
        assert state_of(publication) == ("sending", "approved")
        monkeypatch.setattr(publish, "_published", real)
        publish.send(publication.pk)  # rung at once: the lease of the dead worker still stands
        assert state_of(publication) == ("sending", "approved")
        with later(publication):
            publish.send(publication.pk)
        assert state_of(publication) == ("published", "published")
        assert server.posts_of("police").count(publication.post.text) == 1

    def test_what_did_not_arrive_is_sent_again(self, force: Force, server: peers.MastodonPeer) -> None:
        publication = agreed(force, registered(force, server))
        server.fault(
            match={"methods": ["POST"], "path": "/api/v1/statuses"}, effect={"type": "status", "status": 502}
        )
        publish.send(publication.pk)
        assert state_of(publication)[0] == "sending"
        server.heal()
        with later(publication):
            publish.send(publication.pk)
        assert state_of(publication) == ("published", "published")
        assert publication.sends == 2

    def test_an_older_post_with_the_same_words_is_not_mistaken_for_it(
        self, force: Force, server: peers.MastodonPeer, line: peers.Line
    ) -> None:
        account = registered(force, server, line.url)
        server.post("police", "Kingsgate Bridge is closed.")
        publication = agreed(force, account, text="Kingsgate Bridge is closed.")
        server.fault(
            match={"methods": ["POST"], "path": "/api/v1/statuses"}, effect={"type": "status", "status": 502}
        )
        publish.send(publication.pk)
        server.heal()
        with later(publication):
            publish.send(publication.pk)
        assert server.posts_of("police").count("Kingsgate Bridge is closed.") == 2

    def test_a_rate_limit_is_waited_out_to_its_end(
        self, force: Force, server: peers.MastodonPeer, line: peers.Line
    ) -> None:
        publication = agreed(force, registered(force, server, line.url))
        server.fault(match={"methods": ["POST"], "path": "/api/v1/statuses"}, effect={"type": "ratelimit"})
        publish.send(publication.pk)
        server.heal()
        publication.refresh_from_db()
        assert publication.due_at - clock.now() > dt.timedelta(minutes=4)
        asked = len(line.delivered)
        for minutes in (1, 2, 4):
            with clock.travel(to=clock.now() + dt.timedelta(minutes=minutes)):
                publish.send(publication.pk)
        assert len(line.delivered) == asked
        with later(publication):
            publish.send(publication.pk)
        assert state_of(publication) == ("published", "published")

    def test_it_gives_up_in_the_end_and_its_writer_hears_why(
        self, force: Force, server: peers.MastodonPeer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(publish, "MOST_ATTEMPTS", 3)
        publication = agreed(force, registered(force, server, f"http://127.0.0.1:{peers.free_port()}"))
        for _ in range(3):
            assert state_of(publication) == ("pending", "approved")
            with later(publication):
                publish.send(publication.pk)
        assert state_of(publication) == ("failed", "failed")
        assert "could not be reached" in publication.post.failure
        event = EvidenceEvent.objects.get(act=Act.POST_FAILED)
        assert event.data == {"reason": "unreachable", "attempt": 3}

    def test_when_it_cannot_tell_it_says_so(
        self, force: Force, server: peers.MastodonPeer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(publish, "MOST_ATTEMPTS", 1)
        publication = agreed(force, registered(force, server))
        server.fault(
            match={"methods": ["POST"], "path": "/api/v1/statuses"}, effect={"type": "status", "status": 502}
        )
        publish.send(publication.pk)
        assert state_of(publication) == ("failed", "failed")
        assert "It may be public: look at the account." in publication.post.failure

    def test_an_account_that_cannot_be_looked_at_is_not_called_unsent(
        self, force: Force, server: peers.MastodonPeer, line: peers.Line
    ) -> None:
        publication = agreed(force, registered(force, server, line.url))
        line.lose_next = 1
        publish.send(publication.pk)
        tokens.seal(account=publication.account, token="revoked", by=force.comms)
        with later(publication):
            publish.send(publication.pk)
        assert state_of(publication) == ("failed", "failed")
        assert "no longer accepts" in publication.post.failure
        assert "It may be public: look at the account." in publication.post.failure

    def test_attempts_that_always_break_off_end(
        self, force: Force, server: peers.MastodonPeer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(publish, "MOST_ATTEMPTS", 2)
        publication = agreed(force, registered(force, server))

        def breaks(*args: object) -> None:
            raise RuntimeError

        monkeypatch.setattr(publish, "_send", breaks)
        for _ in range(2):
            with later(publication), pytest.raises(RuntimeError):
                publish.send(publication.pk)
        with later(publication):
            publish.send(publication.pk)
        assert state_of(publication) == ("failed", "failed")

    def test_a_refusal_reaches_the_writer_with_the_servers_reason(
        self, force: Force, server: peers.MastodonPeer
    ) -> None:
        publication = agreed(force, registered(force, server), text="x" * 600)
        publish.send(publication.pk)
        assert state_of(publication) == ("failed", "failed")
        assert "Text is too long" in publication.post.failure

    def test_without_a_token_nothing_is_sent(self, force: Force, server: peers.MastodonPeer) -> None:
        account = factories.account(force, uri=server.uri("police"), server_url=server.url)
        publication = agreed(force, account)
        publish.send(publication.pk)
        assert state_of(publication) == ("failed", "failed")
        assert "No access token" in publication.post.failure


class TestWhatMayNotGoOut:
    def ended(self, publication: Publication, line: peers.Line) -> tuple[str, str]:
        """Ring the bell; nothing may reach the platform."""
        before = len(line.delivered)
        publish.send(publication.pk)
        assert len(line.delivered) == before
        return state_of(publication)

    def test_after_a_stop_nothing_is_sent(
        self, force: Force, server: peers.MastodonPeer, line: peers.Line
    ) -> None:
        publication = agreed(force, registered(force, server, line.url))
        casework.cancel(authorisation=publication.authorisation, by=force.superintendent)
        assert self.ended(publication, line) == ("failed", "failed")
        assert "has been stopped" in publication.post.failure

    def test_a_post_taken_back_is_not_sent(
        self, force: Force, server: peers.MastodonPeer, line: peers.Line
    ) -> None:
        publication = agreed(force, registered(force, server, line.url))
        posting.withdraw(post=publication.post, by=force.comms)
        assert self.ended(publication, line) == ("failed", "withdrawn")

    def test_an_edited_post_is_not_sent(
        self, force: Force, server: peers.MastodonPeer, line: peers.Line
    ) -> None:
        publication = agreed(force, registered(force, server, line.url))
        posting.edit(post=publication.post, by=force.comms, values={"text": "Kingsgate Bridge is shut."})
        assert self.ended(publication, line) == ("failed", "draft")

    def test_words_changed_behind_our_back_are_not_sent(
        self, force: Force, server: peers.MastodonPeer, line: peers.Line
    ) -> None:
        publication = agreed(force, registered(force, server, line.url))
        Post.objects.filter(pk=publication.post_id).update(text="Something nobody agreed.")
        assert self.ended(publication, line) == ("failed", "failed")

    def test_a_late_agreement_asks_again(
        self, force: Force, server: peers.MastodonPeer, line: peers.Line
    ) -> None:
        soon = clock.now().replace(microsecond=0) + dt.timedelta(minutes=30)
        publication = agreed(force, registered(force, server, line.url), planned_at=soon)
        assert publication.due_at == soon
        with clock.travel(to=soon + dt.timedelta(hours=1, minutes=1)):
            assert self.ended(publication, line) == ("missed", "missed")
        assert EvidenceEvent.objects.filter(act=Act.POST_MISSED).count() == 1

    def test_a_late_agreement_that_expired_first_asks_again(
        self, force: Force, server: peers.MastodonPeer, line: peers.Line
    ) -> None:
        publication = agreed(force, registered(force, server, line.url))
        with clock.travel(to=clock.now() + dt.timedelta(hours=3)):
            tasks.expire()
            assert self.ended(publication, line) == ("missed", "missed")

    def test_it_waits_for_its_planned_time(
        self, force: Force, server: peers.MastodonPeer, line: peers.Line
    ) -> None:
        soon = clock.now().replace(microsecond=0) + dt.timedelta(minutes=30)
        publication = agreed(force, registered(force, server, line.url), planned_at=soon)
        assert self.ended(publication, line) == ("pending", "approved")
        with clock.travel(to=soon):
            publish.send(publication.pk)
        assert state_of(publication) == ("published", "published")

    def test_one_that_waits_past_its_time_for_agreement_asks_again(
        self, force: Force, server: peers.MastodonPeer
    ) -> None:
        soon = clock.now() + dt.timedelta(minutes=30)
        post = waiting(force, registered(force, server), planned_at=soon)
        with clock.travel(to=soon + dt.timedelta(hours=2)):
            tasks.sweep()
        post.refresh_from_db()
        assert post.state == "missed"

    def test_a_closed_account_sends_nothing(
        self, force: Force, server: peers.MastodonPeer, line: peers.Line
    ) -> None:
        publication = agreed(force, registered(force, server, line.url))
        OfficialAccount.objects.filter(pk=publication.account_id).update(state="closed")
        assert self.ended(publication, line) == ("failed", "failed")
        assert "may not be used" in publication.post.failure

    def test_a_post_whose_state_was_changed_behind_our_back_is_not_sent(
        self, force: Force, server: peers.MastodonPeer, line: peers.Line
    ) -> None:
        publication = agreed(force, registered(force, server, line.url))
        Post.objects.filter(pk=publication.post_id).update(state="draft")
        assert self.ended(publication, line) == ("failed", "draft")
        assert "no longer agreed" in publication.problem

    def test_rules_that_do_not_answer_mean_no(
        self, force: Force, server: peers.MastodonPeer, line: peers.Line, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        publication = agreed(force, registered(force, server, line.url))

        def fails(*args: object, **kwargs: object) -> None:
            raise TimeoutError

        monkeypatch.setattr("gateway.guard.rules.ask", fails)
        assert self.ended(publication, line) == ("failed", "failed")

    def test_a_post_stopped_between_the_look_and_the_sending_is_not_sent(
        self, force: Force, server: peers.MastodonPeer, line: peers.Line, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        publication = agreed(force, registered(force, server, line.url))
        real = publish._mark

        def stop_meanwhile(**kwargs: Any) -> None:
            real(**kwargs)
            casework.cancel(authorisation=publication.authorisation, by=force.superintendent)

        monkeypatch.setattr(publish, "_mark", stop_meanwhile)
        publish.send(publication.pk)
        assert state_of(publication) == ("failed", "failed")
        assert "POST" not in {method for method, _ in line.delivered}

    def test_a_worker_held_up_before_sending_does_not_send(
        self, force: Force, server: peers.MastodonPeer, line: peers.Line, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        publication = agreed(force, registered(force, server, line.url))
        ticks = iter([0.0, 60.0])
        monkeypatch.setattr(publish, "time", SimpleNamespace(monotonic=lambda: next(ticks)))
        publish.send(publication.pk)
        assert state_of(publication)[0] == "sending"
        assert "POST" not in {method for method, _ in line.delivered}

    def test_one_taken_back_while_it_got_out_is_deleted_again(
        self, force: Force, server: peers.MastodonPeer, line: peers.Line
    ) -> None:
        publication = agreed(force, registered(force, server, line.url))
        line.lose_next = 1
        publish.send(publication.pk)
        posting.withdraw(post=publication.post, by=force.comms)
        assert publication.post.text in server.posts_of("police")
        with later(publication):
            publish.send(publication.pk)
        assert publication.post.text not in server.posts_of("police")
        assert state_of(publication) == ("failed", "withdrawn")
        assert "deleted again" in publication.problem


class TestTheList:
    def test_the_same_agreement_is_listed_once(self, force: Force, server: peers.MastodonPeer) -> None:
        publication = agreed(force, registered(force, server))
        again = publish.enqueue(authorisation=publication.authorisation, by=force.comms2)
        assert again.pk == publication.pk

    def test_a_new_agreement_replaces_one_that_was_not_begun(
        self, force: Force, server: peers.MastodonPeer
    ) -> None:
        first = agreed(force, registered(force, server))
        post = posting.edit(post=first.post, by=force.comms, values={"text": "Kingsgate Bridge is shut."})
        post = posting.submit(post=post, by=force.comms)
        second = publish.approve_and_send(
            post=post, by=force.comms2, expected_digest=post.digest(), considerations=WHY
        )
        publish.send(first.pk)
        publish.send(second.pk)
        assert state_of(second) == ("published", "published")
        first.refresh_from_db()
        assert first.state == PublicationState.FAILED

    def test_people_see_the_publications_of_posts_they_may_see(
        self, force: Force, server: peers.MastodonPeer
    ) -> None:
        publication = agreed(force, registered(force, server))
        assert list(Publication.objects.visible_to(force.comms)) == [publication]
        assert not Publication.objects.visible_to(force.southern_officer).exists()
        assert not Publication.objects.visible_to(force.admin).exists()


class TestTokens:
    def test_a_token_rests_only_sealed(self, force: Force, server: peers.MastodonPeer) -> None:
        from tests.gateway.archives import in_every_table

        account = registered(force, server)
        assert tokens.has_token(account)
        assert tokens.access(account).token == "police_token"
        assert "police_token" not in in_every_table()
        assert "police_token" not in repr(tokens.access(account))

    def test_a_token_moved_to_another_account_does_not_open(
        self, force: Force, server: peers.MastodonPeer
    ) -> None:
        account = registered(force, server)
        OfficialAccount.objects.filter(pk=account.pk).update(server_url="https://elsewhere.example")
        account.refresh_from_db()
        with pytest.raises(tokens.NoToken, match="cannot be opened"):
            tokens.access(account)

    def test_only_who_keeps_accounts_may_set_one(self, force: Force, server: peers.MastodonPeer) -> None:
        from governance.people.access import NotAllowed

        account = registered(force, server)
        with pytest.raises(NotAllowed):
            tokens.seal(account=account, token="abc", by=force.officer)

    @pytest.mark.parametrize("token", ["", "  ", "two words", "line\nbreak", "é", "x" * 5000])
    def test_it_refuses_what_is_not_a_token(
        self, force: Force, server: peers.MastodonPeer, token: str
    ) -> None:
        account = registered(force, server)
        with pytest.raises(ValueError, match="not an access token"):
            tokens.seal(account=account, token=token, by=force.comms)
