"""Servers that speak the Mastodon API: posting from an official account, and polling hashtags and searches.

Servers differ in what they support and how they answer, so nothing is taken on trust: what is not public is
dropped by whoever stores, ids are compared here whether or not a server honours `max_id`, and a server that
ignores `Idempotency-Key` is looked at before anything is sent to it twice.
"""

import datetime as dt
import json
import time
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, NoReturn, cast
from urllib.parse import quote, urlsplit

from gateway.contract import (
    BATCH,
    AccountAccess,
    Ambiguous,
    BadSource,
    Capabilities,
    Connector,
    Fetched,
    How,
    LiveSource,
    Malformed,
    OutgoingPost,
    PublishedPost,
    RateLimited,
    Refused,
    Unreachable,
)
from gateway.fields import Unreadable, moment_of
from gateway.statuses import plain_text, status_post

CONNECT_SECONDS, READ_SECONDS = 5.0, 15.0
PAGE = 40  # the most that a server gives at once
MOST_BYTES = 10_000_000  # of one answer
LOOK_BACK_PAGES = 10  # how many of our own posts to look through for one that may have got out
USER_AGENT = "Candour"
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class MastodonAccount:
    """One official account on one server."""

    def __init__(self, access: AccountAccess, *, read_seconds: float = READ_SECONDS) -> None:
        self.server = _Server(access.server_url, access.token, read_seconds)
        self.uri = access.uri
        self._account_id = ""

    def mark(self) -> str:
        """The newest post of the account; see `gateway.contract.Publisher`."""
        newest = self._own(limit=1)
        return str(newest[0]["id"]) if newest else ""

    def publish(self, post: OutgoingPost) -> PublishedPost:
        """Send one public post, once."""
        self._identify()
        status = self.server.call(
            lambda api: api.status_post(
                post.text,
                in_reply_to_id=post.in_reply_to or None,
                visibility="public",
                language=post.language or None,
                idempotency_key=post.idempotency_key,
            ),
            sends=True,
        )
        return _published(status)

    def find(self, post: OutgoingPost, *, after: str) -> PublishedPost | None:
        """Our own post with exactly this text, newer than `after`."""
        older_than = ""
        for _ in range(LOOK_BACK_PAGES):
            page = self._own(limit=PAGE, since_id=after or None, max_id=older_than or None)
            page = [s for s in page if _newer(str(s["id"]), after) and _newer(older_than, str(s["id"]))]
            if not page:
                return None
            for status in page:
                if self._says(status, post.text):
                    return _published(status)
            older_than = _oldest(page)
        return None

    def delete(self, platform_id: str) -> None:
        """Take one of our posts down; already gone is fine."""
        self._identify()
        self.server.call(lambda api: api.status_delete(platform_id), missing_is_fine=True)

    def _own(self, **options: Any) -> list[Mapping[str, Any]]:
        account = self._identify()
        return self.server.call(
            lambda api: list(api.account_statuses(account, exclude_reblogs=True, **options))
        )

    def _identify(self) -> str:
        """The server's number for the account, once the token is known to belong to the registered one."""
        if not self._account_id:
            account = self.server.call(lambda api: api.account_verify_credentials())
            if not self.uri or self.uri not in (account.get("uri"), account.get("url")):
                raise Refused("The access token belongs to another account than the one that is registered.")
            self._account_id = str(account["id"])
        return self._account_id

    def _says(self, status: Mapping[str, Any], text: str) -> bool:
        """Is this our text? Links and mentions are shown differently; then ask for the source."""
        if _squeezed(plain_text(str(status.get("content") or ""))) == _squeezed(text):
            return True
        try:
            source = self.server.call(lambda api: api.status_source(status["id"]))
        except (Refused, Unreachable):
            return False
        return _squeezed(str(source.get("text"))) == _squeezed(text)


class MastodonPolling:
    """Polls hashtags and searches, newest first, back to where the last round began.

    The cursor is JSON: for each hashtag or search the newest id of the last full round (`min`) and, inside a
    round, where it began (`top`) and how far down it has come (`max`).
    """

    def __init__(self, source: LiveSource, *, read_seconds: float = READ_SECONDS) -> None:
        self.source = source
        self.server = _Server(source.server_url, source.token, read_seconds)

    def fetch(self, *, after: str = "", batch: int = BATCH) -> Iterator[Fetched]:
        """One round over every hashtag and search; a batch is at most one page of the server."""
        places = _places(after)
        for tag in self.source.hashtags:
            yield from self._round(f"#{tag}", partial(self._tagged, tag), places, batch)
        for phrase in self.source.phrases:
            yield from self._round(phrase, partial(self._found, phrase), places, batch)

    def _tagged(self, tag: str, **page: Any) -> object:
        return self.server.read(f"/api/v1/timelines/tag/{quote(tag, safe='')}", **page)

    def _found(self, phrase: str, *, limit: int, **page: Any) -> object:
        # Some servers cannot page through a search: always ask for as much as they give at once.
        answer = self.server.read("/api/v2/search", q=phrase, type="statuses", limit=PAGE, **page)
        return answer.get("statuses") if isinstance(answer, dict) else None

    def _round(
        self, name: str, ask: Callable[..., Any], places: dict[str, dict[str, str]], batch: int
    ) -> Iterator[Fetched]:
        place = places.setdefault(name, {})
        last = place.get("min", "")
        while True:
            lowest = place.get("max", "")
            answer = ask(since_id=last, max_id=lowest, limit=min(PAGE, batch))
            if not isinstance(answer, list) or not all(isinstance(s, dict) for s in answer):
                raise Unreachable(f"{self.server.host} gave an answer that cannot be read.")
            page = [s for s in answer if _newer(_id(s), last) and _newer(lowest, _id(s))]
            reached = not page or self._too_old(page[-1])
            if page:
                place.setdefault("top", _id(page[0]))
                place["max"] = _oldest(page)
            begun = "max" in place
            if reached and begun:
                places[name] = place = {"min": place["top"]}
            if begun:
                # The last batch of a round may be empty: it only says where the next round begins.
                yield self._read(page, json.dumps(places))
            if reached:
                return

    def _read(self, page: list[Mapping[str, Any]], cursor: str) -> Fetched:
        posts, malformed = [], []
        for number, status in enumerate(page, start=1):
            try:
                posts.append(status_post(status, read_at=self.source.read_at))
            except Unreadable as error:
                malformed.append(Malformed(number, 0, error.reason))
        return Fetched(tuple(posts), cursor, tuple(malformed))

    def _too_old(self, status: Mapping[str, Any]) -> bool:
        try:
            moment = moment_of(status.get("created_at"), read_at=self.source.read_at)
        except Unreadable:
            return False
        return moment is not None and moment < self.source.since


class _Server:
    """Calls to one server through Mastodon.py; every failure becomes an error that means something."""

    def __init__(self, url: str, token: str, read_seconds: float) -> None:
        parts = urlsplit(url)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
            raise Refused(f"{parts.hostname or 'The server'} is not reached by https: nothing is sent to it.")
        self.host, self.url, self.token, self.read_seconds = str(parts.hostname), url, token, read_seconds
        self._api: Any = None
        self._requests: Any = None

    def call(self, ask: Callable[[Any], Any], *, sends: bool = False, missing_is_fine: bool = False) -> Any:
        """The server's answer. `sends`: a lost answer is Ambiguous, because the post may have got out."""
        from mastodon import errors

        try:
            return ask(self._client())
        except errors.MastodonRatelimitError:
            raise RateLimited(f"{self.host} asks us to wait.", self._reset_at()) from None
        except errors.MastodonNetworkError as error:
            self._network(error, sends=sends)
        except errors.MastodonNotFoundError:
            if missing_is_fine:
                return None
            raise Refused(f"{self.host} does not have what was asked for.") from None
        except errors.MastodonServerError as error:
            said = f"{self.host} could not answer ({_status(error)})."
            raise (Ambiguous(said) if sends else Unreachable(said)) from None
        except errors.MastodonUnauthorizedError:
            raise Refused(f"{self.host} no longer accepts the access token of this account.") from None
        except errors.MastodonAPIError as error:
            if isinstance(_status(error), int):
                raise Refused(f"{self.host} refused: {_words(error)}") from None
            said = f"{self.host} gave an answer that cannot be read."
            raise (Ambiguous(said) if sends else Unreachable(said)) from None
        except errors.MastodonError as error:
            raise Refused(f"{self.host} was not asked: {type(error).__name__}.") from None
        except (AttributeError, KeyError, TypeError, ValueError):
            # An answer of another shape than the API promises.
            said = f"{self.host} gave an answer that cannot be read."
            raise (Ambiguous(said) if sends else Unreachable(said)) from None

    def read(self, path: str, **params: Any) -> object:
        """Plain JSON from the server: many posts at once are not worth the client library's objects."""
        from requests import exceptions

        headers = {"User-Agent": USER_AGENT}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        try:
            with self._session().get(
                self.url + path,
                params={name: value for name, value in params.items() if value},
                headers=headers,
                timeout=(CONNECT_SECONDS, self.read_seconds),
                allow_redirects=False,
                auth=_as_it_is,
                stream=True,
            ) as answer:
                body = answer.raw.read(MOST_BYTES + 1, decode_content=True)
        except exceptions.TooManyRedirects:
            raise Refused(self._moved()) from None
        except (exceptions.RequestException, OSError, _http_error()):
            raise Unreachable(f"{self.host} could not be reached or did not answer in time.") from None
        if answer.status_code == 429:
            raise RateLimited(f"{self.host} asks us to wait.", _reset_at(answer.headers))
        if 300 <= answer.status_code < 500:
            raise Refused(f"{self.host} refused to answer ({answer.status_code}).")
        try:
            if answer.status_code != 200 or len(body) > MOST_BYTES:
                raise ValueError
            return json.loads(body)
        except (ValueError, RecursionError):
            said = f"{self.host} gave an answer that cannot be read ({answer.status_code})."
            raise Unreachable(said) from None

    def _network(self, error: Exception, *, sends: bool) -> NoReturn:
        """Only a failure to connect says that the request was not on its way when the network failed."""
        from requests import exceptions

        cause = error.__context__
        if isinstance(cause, exceptions.TooManyRedirects):
            raise Refused(self._moved()) from None
        if isinstance(cause, exceptions.ConnectTimeout | exceptions.SSLError) or _never_connected(cause):
            raise Unreachable(f"{self.host} could not be reached.") from None
        said = f"{self.host} did not answer in time."
        raise (Ambiguous(said) if sends else Unreachable(said)) from None

    def _moved(self) -> str:
        return f"{self.host} sends us to another address: change the registered server."

    def _client(self) -> Any:
        if self._api is None:
            from mastodon import Mastodon

            self._api = Mastodon(
                access_token=self.token or None,
                api_base_url=self.url,
                ratelimit_method="throw",
                request_timeout=cast("float", (CONNECT_SECONDS, self.read_seconds)),  # requests takes both
                version_check_mode="none",
                mastodon_version="4.0.0",
                user_agent=USER_AGENT,
                session=self._session(),
            )
        return self._api

    def _session(self) -> Any:
        if self._requests is None:
            import requests

            self._requests = requests.Session()
            # A redirect would turn a POST into a GET, or take our words elsewhere.
            self._requests.max_redirects = 0
        return self._requests

    def _reset_at(self) -> dt.datetime | None:
        reset = getattr(self._api, "ratelimit_reset", None)
        return dt.datetime.fromtimestamp(reset, dt.UTC) if reset else None


def _id(status: Mapping[str, Any]) -> str:
    return str(status.get("id"))


def _as_it_is(request: Any) -> Any:
    """Keeps the session from taking a password for the host out of somebody's .netrc."""
    return request


def _http_error() -> type[Exception]:
    from urllib3.exceptions import HTTPError

    return HTTPError


def _reset_at(headers: Mapping[str, str]) -> dt.datetime | None:
    """When we may ask again: servers give seconds since 1970, a moment, or a number of seconds to wait."""
    reset, wait = headers.get("X-RateLimit-Reset", ""), headers.get("Retry-After", "")
    try:
        if reset:
            if reset.isdigit():
                return dt.datetime.fromtimestamp(int(reset), dt.UTC)
            return dt.datetime.fromisoformat(reset).astimezone(dt.UTC)
        return dt.datetime.fromtimestamp(time.time() + int(wait), dt.UTC) if wait else None
    except (ValueError, OverflowError):
        return None


def _never_connected(cause: BaseException | None) -> bool:
    """Did urllib3 fail before a connection stood (refused, no such host, no route)?"""
    from urllib3.exceptions import NewConnectionError

    reason = getattr(cause.args[0], "reason", None) if cause is not None and cause.args else None
    return isinstance(reason, NewConnectionError)


def _status(error: Exception) -> object:
    return error.args[1] if len(error.args) > 1 else None


def _words(error: Exception) -> str:
    said = str(error.args[3] if len(error.args) > 3 and error.args[3] else error.args[2])
    return f"{' '.join(said.split())[:200].rstrip('.')}."


def _published(status: Mapping[str, Any]) -> PublishedPost:
    try:
        moment = status["created_at"]
        if isinstance(moment, str):
            moment = dt.datetime.fromisoformat(moment)
        url = str(status.get("url") or status["uri"])
        return PublishedPost(str(status["id"]), url, moment.astimezone(dt.UTC))
    except (AttributeError, KeyError, TypeError, ValueError):
        raise Ambiguous("The server took the post and did not say what became of it.") from None


def _newer(one: str, other: str) -> bool:
    """Is id `one` later than `other`? An empty id bounds nothing."""
    return not one or not other or (len(one), one) > (len(other), other)


def _oldest(page: list[Mapping[str, Any]]) -> str:
    return min((str(s["id"]) for s in page), key=lambda i: (len(i), i))


def _squeezed(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _places(cursor: str) -> dict[str, dict[str, str]]:
    try:
        places = json.loads(cursor) if cursor else {}
    except ValueError:
        places = None
    if not isinstance(places, dict) or not all(isinstance(p, dict) for p in places.values()):
        raise BadSource("The place to go on from cannot be read.")
    return places


CONNECTOR = Connector(
    name="mastodon",
    title="Mastodon",
    capabilities=Capabilities(
        collects=frozenset({How.HASHTAG_POLL, How.SEARCH_POLL}),
        publishes=True,
        replies=True,
        deletes=True,
        finds_own=True,
    ),
    read_live=MastodonPolling,
    open_account=MastodonAccount,
)
