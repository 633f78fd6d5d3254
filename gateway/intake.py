"""Taking in an archive: a file on disk for the command, bytes in memory for the page. Nothing is written out."""

import contextvars
import datetime as dt
import io
import logging
import os
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import connection

from audit import clock
from gateway import collect
from gateway.connectors.archive import ArchiveCollector
from gateway.connectors.archive.opening import detect, digest, open_archive
from gateway.contract import BATCH, BadSource, Collector, Fetched, FileSource
from gateway.fields import CLOCK_SKEW, Unreadable, platform_of
from gateway.models import CollectionRun
from governance.casework.models import Authorisation
from governance.people.models import User

log = logging.getLogger("candour")

CONNECTOR = "archive"


class BadDeclaration(ValueError):
    """What was declared about an archive cannot be so. The message is one sentence."""


def take_file(
    *,
    path: Path,
    authorisation: Authorisation,
    by: User | str,
    platform: str = "",
    collected_at: dt.datetime | None = None,
    on_start: Callable[[CollectionRun], None] | None = None,
    on_batch: Callable[[CollectionRun, int], None] | None = None,
) -> CollectionRun:
    """Take in an archive file under an authorisation, to its end. Killed, it goes on when given the file again.

    `platform` and `collected_at` are declared for records that do not say. `on_batch` is told the run and how
    many bytes have been read.

    Raises:
        BadSource, BadDeclaration: one sentence about the file, or about what was declared.
        NotAllowed, Refusal, AlreadyDone, Overtaken: see `gateway.collect`.
    """
    inside = getattr(settings, "INTAKE_DIR", None)
    with closing(open_archive(path, within=inside)) as stream:
        run, collector = _begin(stream, path.name, authorisation, platform, collected_at, by)
        if on_start is not None:
            on_start(run)
        return collect.work(
            run,
            _Unchanged(stream, path.name, collector),
            by=by,
            origin="command",
            on_batch=None if on_batch is None else lambda r: on_batch(r, stream.tell()),
        )


def take_upload(
    *,
    data: bytes,
    name: str,
    authorisation: Authorisation,
    by: User,
    platform: str = "",
    collected_at: dt.datetime | None = None,
    wait: bool = True,
) -> CollectionRun:
    """Take in an archive that came by the page. It stays in memory: never a temporary file, never the queue.

    With `wait` False the work goes on in a thread of this process and the open run comes back at once. Should
    the process end, the same file given again goes on from where it was.

    Raises:
        BadSource: it is larger than settings.UPLOAD_MAX_BYTES, or no archive.
        BadDeclaration, NotAllowed, Refusal, AlreadyDone, Overtaken: as `take_file`.
    """
    if len(data) > settings.UPLOAD_MAX_BYTES:
        most = settings.UPLOAD_MAX_BYTES // (1024 * 1024)
        raise BadSource(f"{name} is {len(data) / (1024 * 1024):.0f} MB. The most is {most} MB.")
    # A browser may send a whole path; only its last part is a name.
    name = re.split(r"[/\\]", name)[-1] or "upload"
    run, collector = _begin(io.BytesIO(data), name, authorisation, platform, collected_at, by)
    if wait:
        return collect.work(run, collector, by=by, origin="web")

    def go_on() -> None:
        try:
            collect.work(run, collector, by=by, origin="web")
        except Exception as error:
            # The run stays open and goes on when the same file is given again. A message may hold content.
            log.error("%s broke off: %s", run.ref, type(error).__name__)
        finally:
            connection.close()

    context = contextvars.copy_context()
    threading.Thread(target=context.run, args=(go_on,), name=f"intake {run.ref}", daemon=True).start()
    return run


class _Unchanged:
    """Reads a file as long as it stays the one whose digest is on record."""

    def __init__(self, stream: BinaryIO, name: str, collector: Collector) -> None:
        self.fd, self.name, self.collector = stream.fileno(), name, collector
        self.before = self._look()

    def fetch(self, *, after: str = "", batch: int = BATCH) -> Iterator[Fetched]:
        for fetched in self.collector.fetch(after=after, batch=batch):
            if self._look() != self.before:
                raise BadSource(f"{self.name} changed while it was being read: take in the new file.")
            yield fetched

    def _look(self) -> tuple[int, int]:
        found = os.fstat(self.fd)
        return found.st_size, found.st_mtime_ns


def declared_moment(text: str) -> dt.datetime:
    """A declared moment from ISO 8601; without a zone it is UK time.

    Raises:
        BadDeclaration: it is not a moment.
    """
    try:
        moment = dt.datetime.fromisoformat(text.strip())
        return (moment if moment.tzinfo else moment.replace(tzinfo=clock.LONDON)).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        raise BadDeclaration(
            f"‘{text[:40]}’ is not a date and time: write it like 2026-11-28T14:00 (UK time)."
        ) from None


def _begin(
    stream: BinaryIO,
    name: str,
    authorisation: Authorisation,
    platform: str,
    collected_at: dt.datetime | None,
    by: User | str,
) -> tuple[CollectionRun, ArchiveCollector]:
    """Check the file and what was declared of it, before anything is written; then open the run."""
    now = clock.now()
    detect(stream, name)
    try:
        platform = platform_of(platform)
    except Unreadable:
        raise BadDeclaration(f"‘{platform[:40]}’ is not the name of a platform, such as mastodon.") from None
    if collected_at is not None and collected_at > now + CLOCK_SKEW:
        raise BadDeclaration("The archive cannot have been collected in the future.")
    source = collect.Source(CONNECTOR, name, digest(stream), platform, collected_at)
    run = collect.start(authorisation=authorisation, source=source, by=by)
    files = FileSource(stream, name, now, platform, collected_at)
    return run, ArchiveCollector(files)
