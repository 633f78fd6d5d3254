"""The Mastodon connector against a real server on loopback, with a line that loses answers."""

import datetime as dt
import json
import uuid

import pytest

from audit import clock
from gateway.connectors.mastodon import MastodonAccount, MastodonPolling
from gateway.contract import (
    AccountAccess,
    Ambiguous,
    BadSource,
    LiveSource,
    OutgoingPost,
    RateLimited,
    Refused,
    Unreachable,
    Visibility,
)
from tests import peers

pytestmark = pytest.mark.peer


def outgoing(text: str = "", **changes: str) -> OutgoingPost:
    unique = uuid.uuid4().hex
    return OutgoingPost(
        **({"text": text or f"Kingsgate Bridge is open. {unique}", "language": "en"} | changes),
        idempotency_key=unique,
    )


def account(server: peers.MastodonPeer, url: str = "", **changes: str) -> MastodonAccount:
    access = {"server_url": url or server.url, "uri": server.uri("police"), "token": server.token("police")}
    return MastodonAccount(AccountAccess(**(access | changes)), read_seconds=2)


def polling(
    server: peers.MastodonPeer, *hashtags: str, phrases: tuple[str, ...] = (), **changes: object
) -> MastodonPolling:
    now = clock.now()
    source = {
        "server_url": server.url,
        "hashtags": hashtags,
        "phrases": phrases,
        "token": server.token("police"),
        "since": now - dt.timedelta(days=1),
        "read_at": now,
    }
    return MastodonPolling(LiveSource(**(source | changes)), read_seconds=2)


def tag() -> str:
    return f"t{uuid.uuid4().hex[:10]}"


class TestPublishing:
    def test_it_publishes_and_says_where(self, server: peers.MastodonPeer) -> None:
        post = outgoing()
        published = account(server).publish(post)
        assert server.posts_of("police")[0] == post.text
        assert published.url.startswith(server.url)
        assert abs(published.published_at - clock.now()) < dt.timedelta(minutes=1)
        status = server.ask("citizen", "GET", f"/api/v1/statuses/{published.platform_id}")
        assert (status["visibility"], status["language"]) == ("public", "en")

    def test_it_replies(self, server: peers.MastodonPeer) -> None:
        asked = server.post("citizen", "Is the bridge open?")
        published = account(server).publish(outgoing(in_reply_to=asked["id"]))
        status = server.ask("citizen", "GET", f"/api/v1/statuses/{published.platform_id}")
        assert status["in_reply_to_id"] == asked["id"]

    def test_the_same_key_twice_is_one_post(self, server: peers.MastodonPeer) -> None:
        post = outgoing()
        first, second = account(server).publish(post), account(server).publish(post)
        assert first == second
        assert server.posts_of("police").count(post.text) == 1

    def test_a_lost_answer_is_ambiguous_and_the_post_is_found(
        self, server: peers.MastodonPeer, line: peers.Line
    ) -> None:
        us, post = (
            account(server, line.url),
            outgoing("Diversion via Mill Lane: https://example.org/a?b=c&d @citizen"),
        )
        mark = us.mark()
        line.lose_next = 1
        with pytest.raises(Ambiguous):
            us.publish(post)
        found = us.find(post, after=mark)
        assert found is not None
        assert server.posts_of("police").count(post.text) == 1

    def test_an_older_post_with_the_same_words_is_not_taken_for_this_one(
        self, server: peers.MastodonPeer
    ) -> None:
        us, post = account(server), outgoing()
        us.publish(post)
        assert us.find(post, after=us.mark()) is None

    def test_it_looks_through_more_than_a_page(self, server: peers.MastodonPeer) -> None:
        us, post = account(server), outgoing()
        mark = us.mark()
        published = us.publish(post)
        for n in range(45):
            server.post("police", f"other {n}")
        assert us.find(post, after=mark) == published

    def test_no_answer_in_time_is_ambiguous(self, server: peers.MastodonPeer) -> None:
        server.fault(
            match={"methods": ["POST"], "path": "/api/v1/statuses"},
            effect={"type": "latency", "delay_ms": 4000},
        )
        with pytest.raises(Ambiguous, match="did not answer in time"):
            account(server).publish(outgoing())

    @pytest.mark.parametrize("status", [500, 502, 503, 504])
    def test_a_server_error_while_sending_is_ambiguous(self, server: peers.MastodonPeer, status: int) -> None:
        server.fault(
            match={"methods": ["POST"], "path": "/api/v1/statuses"},
            effect={"type": "status", "status": status},
        )
        with pytest.raises(Ambiguous, match=str(status)):
            account(server).publish(outgoing())

    def test_an_answer_that_cannot_be_read_is_ambiguous(self, server: peers.MastodonPeer) -> None:
        server.fault(match={"methods": ["POST"], "path": "/api/v1/statuses"}, effect={"type": "malformed"})
        with pytest.raises(Ambiguous):
            account(server).publish(outgoing())

    def test_an_answer_that_is_no_post_is_ambiguous(self, server: peers.MastodonPeer) -> None:
        server.fault(
            match={"methods": ["POST"], "path": "/api/v1/statuses"},
            effect={"type": "status", "status": 200, "body": {"hello": 1}},
        )
        with pytest.raises(Ambiguous):
            account(server).publish(outgoing())

    def test_a_server_that_is_not_there_is_unreachable(self, server: peers.MastodonPeer) -> None:
        with pytest.raises(Unreachable, match="could not be reached"):
            account(server, f"http://127.0.0.1:{peers.free_port()}").publish(outgoing())

    def test_a_rate_limit_says_until_when(self, server: peers.MastodonPeer) -> None:
        server.fault(match={"methods": ["POST"], "path": "/api/v1/statuses"}, effect={"type": "ratelimit"})
        with pytest.raises(RateLimited) as limit:
            account(server).publish(outgoing())
        wait = limit.value.reset_at - clock.now()
        assert dt.timedelta(seconds=280) < wait < dt.timedelta(seconds=320)

    def test_a_rate_limit_without_a_time_is_still_one(self, server: peers.MastodonPeer) -> None:
        server.fault(
            match={"methods": ["POST"], "path": "/api/v1/statuses"}, effect={"type": "status", "status": 429}
        )
        with pytest.raises(RateLimited) as limit:
            account(server).publish(outgoing())
        assert limit.value.reset_at is None

    def test_a_refusal_carries_the_servers_reason(self, server: peers.MastodonPeer) -> None:
        with pytest.raises(Refused, match="Text is too long"):
            account(server).publish(outgoing("x" * 600))

    def test_it_follows_no_redirect(self, server: peers.MastodonPeer, line: peers.Line) -> None:
        moved = {"type": "status", "status": 302, "headers": {"Location": f"{server.url}/api/v1/elsewhere"}}
        us = account(server, line.url)
        us.mark()
        server.fault(match={"methods": ["POST"], "path": "/api/v1/statuses"}, effect=moved)
        with pytest.raises(Refused, match="sends us to another address"):
            us.publish(outgoing())
        server.fault(match={"path_regex": "/timelines/tag/"}, effect=moved)
        with pytest.raises(Refused, match="sends us to another address"):
            list(polling(server, "any", server_url=line.url).fetch())
        assert not [path for _, path in line.delivered if "elsewhere" in path]

    def test_a_token_that_is_not_accepted_is_refused(self, server: peers.MastodonPeer) -> None:
        with pytest.raises(Refused, match="no longer accepts"):
            account(server, token="wrong").publish(outgoing())

    def test_a_token_for_another_account_is_refused(self, server: peers.MastodonPeer) -> None:
        before = server.posts_of("citizen")
        with pytest.raises(Refused, match="another account"):
            account(server, token=server.token("citizen")).publish(outgoing())
        with pytest.raises(Refused, match="another account"):
            account(server, uri="").publish(outgoing())
        assert server.posts_of("citizen") == before

    def test_no_error_shows_the_token_or_the_words(
        self, server: peers.MastodonPeer, line: peers.Line
    ) -> None:
        us, post = account(server, line.url), outgoing("secret words")
        us.mark()
        line.lose_next = 1
        with pytest.raises(Ambiguous) as lost:
            us.publish(post)
        assert "secret" not in str(lost.value)
        assert "police_token" not in str(lost.value) + repr(AccountAccess("https://a", "b", "police_token"))
        assert lost.value.__cause__ is None

    @pytest.mark.parametrize("url", ["http://social.example", "ftp://127.0.0.1", "social.example", ""])
    def test_it_speaks_https_or_to_itself_only(self, url: str) -> None:
        with pytest.raises(Refused, match="https"):
            MastodonAccount(AccountAccess(url, "u", "t"))

    def test_it_deletes_and_does_not_mind_what_is_gone(self, server: peers.MastodonPeer) -> None:
        us, post = account(server), outgoing()
        published = us.publish(post)
        us.delete(published.platform_id)
        us.delete(published.platform_id)
        assert post.text not in server.posts_of("police")


class TestPolling:
    def test_it_reads_a_hashtag_once_and_then_only_what_is_new(self, server: peers.MastodonPeer) -> None:
        name = tag()
        for n in range(45):
            server.post("citizen", f"post {n} #{name}")
        first = list(polling(server, name).fetch())
        assert [b.read for b in first] == [40, 5, 0]
        assert sorted(p.text for b in first for p in b.posts) == sorted(
            f"post {n} #{name}" for n in range(45)
        )
        server.post("citizen", f"late #{name}")
        second = list(polling(server, name).fetch(after=first[-1].cursor))
        assert [p.text for b in second for p in b.posts] == [f"late #{name}"]
        assert list(polling(server, name).fetch(after=second[-1].cursor)) == []

    def test_it_goes_on_inside_a_round(self, server: peers.MastodonPeer) -> None:
        name = tag()
        for n in range(7):
            server.post("citizen", f"post {n} #{name}")
        rounds = polling(server, name).fetch(batch=3)
        first = next(rounds)
        server.post("citizen", f"meanwhile #{name}")
        rest = list(polling(server, name).fetch(after=first.cursor, batch=3))
        texts = [p.text for b in (first, *rest) for p in b.posts]
        assert sorted(texts) == sorted(f"post {n} #{name}" for n in range(7))
        after = list(polling(server, name).fetch(after=rest[-1].cursor))
        assert [p.text for b in after for p in b.posts] == [f"meanwhile #{name}"]

    def test_it_searches_words(self, server: peers.MastodonPeer) -> None:
        name = tag()
        server.post("citizen", f"Kingsgate {name} is shut")
        found = list(polling(server, phrases=(f"Kingsgate {name}",)).fetch())
        assert [p.text for b in found for p in b.posts] == [f"Kingsgate {name} is shut"]
        assert list(polling(server, phrases=(f"Kingsgate {name}",)).fetch(after=found[-1].cursor)) == []

    def test_it_passes_on_who_may_see_a_post_as_the_server_says_it(self, server: peers.MastodonPeer) -> None:
        name = tag()
        server.post("citizen", f"quiet #{name}", visibility="unlisted")
        batches = polling(server, name, phrases=(name,)).fetch()
        assert {p.visibility for b in batches for p in b.posts} == {Visibility.UNLISTED}

    def test_it_stops_where_the_authorisation_begins(self, server: peers.MastodonPeer) -> None:
        name = tag()
        for n in range(5):
            server.post("citizen", f"post {n} #{name}")
        since = clock.now() + dt.timedelta(hours=1)
        assert [b.read for b in polling(server, name, since=since).fetch(batch=2)] == [2]

    def test_a_status_that_cannot_be_read_is_counted(self, server: peers.MastodonPeer) -> None:
        good = server.post("citizen", f"fine #{tag()}")
        server.fault(
            match={"path_regex": "/timelines/tag/"},
            count=1,
            effect={"type": "status", "status": 200, "body": [good, good | {"id": "1", "content": "a\x00b"}]},
        )
        batch = next(polling(server, "any").fetch())
        assert (len(batch.posts), [m.reason for m in batch.malformed]) == (1, ["nul"])

    @pytest.mark.parametrize(
        ("effect", "error"),
        [
            ({"type": "ratelimit"}, RateLimited),
            ({"type": "status", "status": 503}, Unreachable),
            ({"type": "malformed"}, Unreachable),
            ({"type": "latency", "delay_ms": 4000}, Unreachable),
            ({"type": "status", "status": 403}, Refused),
            ({"type": "status", "status": 200, "body": {"statuses": 5}}, Unreachable),
        ],
    )
    def test_a_server_that_fails_is_an_error_that_means_something(
        self, server: peers.MastodonPeer, effect: dict[str, object], error: type[Exception]
    ) -> None:
        server.fault(match={"path_regex": "/timelines/tag/"}, effect=effect)
        with pytest.raises(error):
            list(polling(server, "any").fetch())

    @pytest.mark.parametrize("cursor", ["{", "5", '{"a": 1}', json.dumps([])])
    def test_a_cursor_that_cannot_be_read_is_refused(self, server: peers.MastodonPeer, cursor: str) -> None:
        with pytest.raises(BadSource):
            list(polling(server, "any").fetch(after=cursor))
