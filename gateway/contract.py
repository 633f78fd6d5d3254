"""What every connector promises: the objects that cross the door, and the errors that mean something.

A connector reads from a platform (or a file) and writes to it; it decides nothing and stores nothing. It
knows no authorisation, no database and no clock: whoever calls it has already been through the guard.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import BinaryIO, Protocol

BATCH = 500  # records handed over at a time
MAX_RECORD_BYTES = 1_000_000  # one post, as it comes; longer ones are refused and counted


class Visibility(StrEnum):
    """Who the author let see a post. Only PUBLIC may ever be stored."""

    DIRECT = "direct"
    FOLLOWERS = "followers"
    PUBLIC = "public"
    UNKNOWN = "unknown"
    UNLISTED = "unlisted"


@dataclass(frozen=True, slots=True, repr=False)
class IncomingPost:
    """One post as a platform gave it, in memory only: it is filtered and redacted before anything is stored.

    `created_at` is aware or None. `declared` names the fields that a person vouched for because the record
    did not hold them. `author` never leaves this object.
    """

    platform: str
    platform_id: str
    text: str
    created_at: dt.datetime | None
    visibility: Visibility
    url: str = ""
    author: str = ""
    language: str = ""
    declared: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        # Content must not reach a log through a traceback.
        return f"<IncomingPost {self.platform}>"


@dataclass(frozen=True, slots=True)
class Malformed:
    """A record that could not be read: where it is and why, never what it says."""

    record: int
    line: int
    reason: str


# Why a record is malformed, in words for a person. A connector uses these codes and no others.
MALFORMED = {
    "columns": "has more or fewer columns than the header",
    "date": "has a date that cannot be read",
    "date_naive": "has a date without a time zone",
    "date_in_future": "has a date in the future",
    "encoding": "is not valid UTF-8",
    "format": "is not written in the format of the file",
    "id_missing": "has no id",
    "id_too_long": "has an id longer than 500 characters",
    "nul": "holds a NUL character",
    "platform_missing": "does not say which platform it comes from",
    "surrogate": "holds half of a character",
    "text_missing": "has no text",
    "too_large": f"is larger than {MAX_RECORD_BYTES // 1_000_000} MB",
    "trailing": "comes after the end of the list",
    "truncated": "is cut off",
}


@dataclass(frozen=True, slots=True, repr=False)
class Fetched:
    """One batch, which may be empty. `cursor` says where the next begins.

    Every record that was read is in `posts` or in `malformed`.
    """

    posts: tuple[IncomingPost, ...]
    cursor: str
    malformed: tuple[Malformed, ...] = ()

    @property
    def read(self) -> int:
        return len(self.posts) + len(self.malformed)

    def __repr__(self) -> str:
        return f"<Fetched {self.read} records, {len(self.malformed)} malformed>"


@dataclass(frozen=True, slots=True)
class OutgoingPost:
    """An official post, ready to send. `idempotency_key` is the same for every attempt at the same post."""

    text: str
    language: str
    idempotency_key: str
    in_reply_to: str = ""


@dataclass(frozen=True, slots=True)
class PublishedPost:
    """A post that the platform says it holds. `published_at` is aware."""

    platform_id: str
    url: str
    published_at: dt.datetime


class How(StrEnum):
    """How a connector comes by posts."""

    FILE = "file"
    HASHTAG_POLL = "hashtag-poll"
    SEARCH_POLL = "search-poll"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a connector can do. What is not declared here is not offered and must raise if asked for."""

    collects: frozenset[How] = frozenset()
    publishes: bool = False
    replies: bool = False
    deletes: bool = False
    finds_own: bool = False  # can look for a post of its own before sending it again


class DoorError(Exception):
    """Something a connector could not do. The message is one sentence, without content or secrets."""


class BadSource(DoorError):
    """The whole file or answer cannot be used; names the file and, where it helps, the line."""


class Refused(DoorError):
    """The platform said no, and will say no again. Nothing was published."""


class RateLimited(DoorError):
    """The platform asks us to wait until `reset_at` (aware; None if it did not say). Nothing is public."""

    def __init__(self, message: str, reset_at: dt.datetime | None) -> None:
        super().__init__(message)
        self.reset_at = reset_at


class Unreachable(DoorError):
    """The platform did not answer, or not sensibly, and nothing was published."""


class Ambiguous(DoorError):
    """A post was sent and the answer was lost: it may be public. Look before sending it again."""


@dataclass(frozen=True, slots=True)
class FileSource:
    """An archive. What the records themselves lack is taken from what a person declared.

    `read_at` is the moment of reading (aware): no record may be dated after it.
    """

    stream: BinaryIO = field(repr=False)
    name: str
    read_at: dt.datetime
    platform: str = ""
    collected_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class LiveSource:
    """A platform's server and what to ask it for. `since` bounds how far back the first look goes (aware)."""

    server_url: str
    hashtags: tuple[str, ...]
    phrases: tuple[str, ...]
    since: dt.datetime
    read_at: dt.datetime
    token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class AccountAccess:
    """The key to one official account. `uri` is its registered identity; a token for another is refused."""

    server_url: str
    uri: str
    token: str = field(repr=False)


class Collector(Protocol):
    """Reads posts, in memory bounded by one batch."""

    def fetch(self, *, after: str = "", batch: int = BATCH) -> Iterator[Fetched]:
        """Batches from the cursor `after` (empty: from the beginning).

        Raises:
            BadSource: nothing of it can be used.
            RateLimited, Unreachable, Refused: a live platform would not answer.
        """
        ...


class Publisher(Protocol):
    """Sends official posts to one account."""

    def mark(self) -> str:
        """The newest post of the account, to be remembered before sending; empty if there is none."""
        ...

    def publish(self, post: OutgoingPost) -> PublishedPost:
        """Send one post, once.

        Raises:
            Refused, RateLimited, Unreachable: it is not public.
            Ambiguous: it may be public.
        """
        ...

    def find(self, post: OutgoingPost, *, after: str) -> PublishedPost | None:
        """Our own post with exactly this text, newer than the mark `after`; None if it is not there."""
        ...

    def delete(self, platform_id: str) -> None:
        """Take a post down. One that is already gone is no error."""
        ...


@dataclass(frozen=True, slots=True)
class Connector:
    """One platform's door: a module in `gateway/connectors` holds exactly one, named CONNECTOR."""

    name: str
    title: str
    capabilities: Capabilities
    read_file: Callable[[FileSource], Collector] | None = None
    read_live: Callable[[LiveSource], Collector] | None = None
    open_account: Callable[[AccountAccess], Publisher] | None = None
