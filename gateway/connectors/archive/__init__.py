"""Archives: a file of posts as JSON Lines, CSV or a list from the Mastodon API, read as a platform would be.

Nothing is collected here: somebody else made the file, under some other power, and declares where and when.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import Any

from gateway.connectors.archive.opening import Format, detect
from gateway.connectors.archive.splitting import Record, csv_rows, json_lines, json_list
from gateway.contract import (
    BATCH,
    BadSource,
    Capabilities,
    Connector,
    Fetched,
    FileSource,
    How,
    IncomingPost,
    Malformed,
    Visibility,
)
from gateway.fields import Unreadable, id_of, language_of, moment_of, platform_of, text_of, visibility_of
from gateway.statuses import is_status, status_post

# What a field may be called, best name first. Names and handles of authors are not read at all.
COLUMNS: dict[str, tuple[str, ...]] = {
    "id": ("id", "platform_id", "post_id", "status_id", "uri", "id_str"),
    "text": ("text", "content", "full_text", "message", "body", "post"),
    "created_at": ("created_at", "posted_at", "published_at", "timestamp", "datetime", "date"),
    "platform": ("platform", "network"),
    "visibility": ("visibility",),
    "language": ("language", "lang"),
}

BATCH_BYTES = 4_000_000  # a batch of huge records ends early, so that memory stays bounded


class ArchiveCollector:
    """Reads one archive. The cursor is the number of records read so far."""

    def __init__(self, source: FileSource) -> None:
        self.source = source

    def fetch(self, *, after: str = "", batch: int = BATCH) -> Iterator[Fetched]:
        """Batches of records; see `gateway.contract.Collector`."""
        done = _position(after)
        try:
            records = enumerate(self._records(), start=1)
            for _ in islice(records, done):
                pass
            while chunk := _some(records, batch):
                yield self._batch(chunk)
        except OSError as error:
            raise BadSource(f"{self.source.name} could not be read to its end: {error.strerror}.") from None

    def _records(self) -> Iterator[Record]:
        stream, name = self.source.stream, self.source.name
        written_in = detect(stream, name)
        if written_in is Format.CSV:
            return csv_rows(stream, name, COLUMNS)
        return json_list(stream) if written_in is Format.JSON else json_lines(stream)

    def _batch(self, chunk: list[tuple[int, Record]]) -> Fetched:
        posts: list[IncomingPost] = []
        malformed: list[Malformed] = []
        for number, record in chunk:
            try:
                if record.fields is None:
                    raise Unreadable(record.reason)
                posts.append(self._post(record.fields))
            except Unreadable as error:
                malformed.append(Malformed(number, record.line, error.reason))
        return Fetched(tuple(posts), str(chunk[-1][0]), tuple(malformed))

    def _post(self, record: Mapping[str, Any]) -> IncomingPost:
        if is_status(record):
            return status_post(record, read_at=self.source.read_at)
        return plain_post(record, self.source)


def plain_post(record: Mapping[str, Any], source: FileSource) -> IncomingPost:
    """One post from named fields; what it lacks comes from the declaration and is marked as declared.

    Raises:
        Unreadable: it lacks what cannot be declared, or holds something that cannot be stored.
    """
    value = {field: record[name] if name else None for field, name in _names(tuple(record))}
    declared = set()
    platform = platform_of(value["platform"])
    if not platform:
        platform = source.platform
        declared.add("platform")
    created_at: dt.datetime | None = moment_of(value["created_at"], read_at=source.read_at)
    if created_at is None and source.collected_at is not None:
        created_at = source.collected_at
        declared.add("created_at")
    if value["visibility"] in (None, ""):
        # Whoever brings an archive vouches that it holds public posts; the run records that they did.
        visibility = Visibility.PUBLIC
        declared.add("visibility")
    else:
        visibility = visibility_of(value["visibility"])
    identity, text = id_of(value["id"]), text_of(value["text"])
    if not platform:
        raise Unreadable("platform_missing")
    return IncomingPost(
        platform=platform,
        platform_id=identity,
        text=text,
        created_at=created_at,
        visibility=visibility,
        language=language_of(value["language"]),
        declared=frozenset(declared),
    )


@lru_cache(maxsize=16)
def _names(given: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Which name each field has in records with these names; empty where there is none."""
    return tuple((field, next((n for n in names if n in given), "")) for field, names in COLUMNS.items())


def _some(records: Iterator[tuple[int, Record]], most: int) -> list[tuple[int, Record]]:
    """The next records: at most `most` of them, and not many more bytes than a batch may hold."""
    chunk: list[tuple[int, Record]] = []
    size = 0
    for numbered in records:
        chunk.append(numbered)
        size += numbered[1].size
        if len(chunk) >= most or size >= BATCH_BYTES:
            break
    return chunk


def _position(cursor: str) -> int:
    if not cursor:
        return 0
    if not cursor.isascii() or not cursor.isdigit():
        raise BadSource("The place to go on from is not a number of records.")
    return int(cursor)


CONNECTOR = Connector(
    name="archive",
    title="Archive file",
    capabilities=Capabilities(collects=frozenset({How.FILE})),
    read_file=ArchiveCollector,
)
