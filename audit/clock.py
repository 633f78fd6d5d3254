"""The one clock. Services ask it; nothing that replays a stored decision may.

The demonstration tells a story over months, and tests cross midnight: both travel with `travel`. What the
database itself writes (`EvidenceEvent.recorded_at`) does not travel, so a journey is always visible.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")

_offset: ContextVar[dt.timedelta | None] = ContextVar("candour_clock_offset", default=None)


class NotHere(RuntimeError):
    """Somebody tried to move the clock outside the demonstration or a test."""


def now() -> dt.datetime:
    """The present moment, aware, in UTC."""
    real = dt.datetime.now(dt.UTC)  # noqa: TID251 - this is the one place
    offset = _offset.get()
    return real if offset is None else real + offset


def today() -> dt.date:
    """The legal day: the date in Europe/London."""
    return now().astimezone(LONDON).date()


@contextmanager
def travel(*, to: dt.datetime) -> Iterator[None]:
    """Let the clock stand at `to` (aware) and run on from there until the block ends.

    Raises:
        NotHere: outside the demonstration and tests (settings.DEMO is false).
    """
    from django.conf import settings

    if not settings.DEMO:
        raise NotHere("The clock can be moved only in the demonstration (CANDOUR_DEMO=1).")
    if to.tzinfo is None:
        raise ValueError("travel needs an aware moment")
    token = _offset.set(to - dt.datetime.now(dt.UTC))  # noqa: TID251
    try:
        yield
    finally:
        _offset.reset(token)
