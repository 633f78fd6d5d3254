"""How dates, spans and fingerprints are said on every page (British English, Europe/London).

Plain functions: `now` is handed in, never read, so that a page's words can be tested.
"""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

from audit.clock import LONDON


def local(at: dt.datetime) -> dt.datetime:
    """The same moment on a British clock. A naive moment is a programming error."""
    if at.tzinfo is None:
        raise ValueError("a moment shown to people must know its time zone")
    return at.astimezone(LONDON)


def _date(at: dt.date | dt.datetime) -> dt.date:
    return local(at).date() if isinstance(at, dt.datetime) else at


def day(at: dt.date | dt.datetime) -> str:
    """'Friday 20 November 2026'."""
    date = _date(at)
    return f"{date:%A} {date.day} {date:%B %Y}"


def plain_day(at: dt.date | dt.datetime) -> str:
    """'20 November 2026'."""
    date = _date(at)
    return f"{date.day} {date:%B %Y}"


def short_day(at: dt.date | dt.datetime) -> str:
    """'20 Nov'."""
    date = _date(at)
    return f"{date.day} {date:%b}"


def clock(at: dt.datetime) -> str:
    """'10:42am', '5pm'. Noon and midnight are said in words, since '12am' is misread."""
    time = local(at)
    if (time.hour, time.minute) in ((0, 0), (12, 0)):
        return "midnight" if time.hour == 0 else "midday"
    hour = time.hour % 12 or 12
    minute = f":{time.minute:02d}" if time.minute else ""
    return f"{hour}{minute}{'am' if time.hour < 12 else 'pm'}"


def clock_seconds(at: dt.datetime) -> str:
    """'10:43:07am', for stops and receipts."""
    time = local(at)
    return f"{time.hour % 12 or 12}:{time:%M:%S}{'am' if time.hour < 12 else 'pm'}"


def moment(at: dt.datetime) -> str:
    """'Friday 20 November 2026, 10:42am'."""
    return f"{day(at)}, {clock(at)}"


def short_moment(at: dt.datetime, *, now: dt.datetime) -> str:
    """'today 10:42am', 'yesterday 5pm', '20 Nov, 5pm', and with the year where it is another one."""
    date, today = _date(at), _date(now)
    if date == today:
        return f"today {clock(at)}"
    if date == today - dt.timedelta(days=1):
        return f"yesterday {clock(at)}"
    year = "" if date.year == today.year else f" {date.year}"
    return f"{short_day(at)}{year}, {clock(at)}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def span(length: dt.timedelta, *, parts: int = 2) -> str:
    """The largest parts of a span: '9 days 13 hours', '2 hours 5 minutes', 'less than a minute'."""
    minutes = int(abs(length).total_seconds() // 60)
    every = [(minutes // 1440, "day"), (minutes % 1440 // 60, "hour"), (minutes % 60, "minute")]
    while every and not every[0][0]:
        every.pop(0)
    return " ".join(_count(number, noun) for number, noun in every[:parts] if number) or "less than a minute"


@dataclass(frozen=True)
class Clock:
    """A deadline in words; `kind` (ok, soon, late) chooses the look."""

    kind: str
    text: str
    at: dt.datetime


def _working_days_between(start: dt.date, end: dt.date) -> int:
    """Working days after `start`, up to and including `end`: Monday to Friday, bank holidays not known."""
    return sum((start + dt.timedelta(days=n)).weekday() < 5 for n in range(1, (end - start).days + 1))


def deadline(what: str, at: dt.datetime, *, now: dt.datetime) -> Clock:
    """How a deadline is shown: 'Advice due today 5pm' (amber), '1 day late' (red).

    Amber when it falls today or within two working days; red once it has passed.
    """
    if at <= now:
        return Clock("late", f"{what} {span(now - at, parts=1)} late".strip(), at)
    date, today = _date(at), _date(now)
    if date == today:
        return Clock("soon", f"{what} today {clock(at)}".strip(), at)
    soon = _working_days_between(today, date) <= 2
    return Clock("soon" if soon else "ok", f"{what} {date:%a} {short_day(at)}, {clock(at)}".strip(), at)


def fingerprint(digest: str, *, groups: int = 4) -> str:
    """The first groups of four of a SHA-256, as people compare them: '91c4 0b7e 52da 88f1'."""
    return " ".join(re.findall(".{4}", digest)[:groups]) if digest else "Not recorded"


def sentence(text: str) -> str:
    """The text with a capital first letter, and the rest as it is."""
    return text[:1].upper() + text[1:]


def joined(words: Iterable[str], *, word: str = "and") -> str:
    """'Mastodon', 'Mastodon and Bluesky', 'Mastodon, Bluesky and X'."""
    listed = list(words)
    if len(listed) < 2:
        return "".join(listed)
    return f"{', '.join(listed[:-1])} {word} {listed[-1]}"


def size(count: int) -> str:
    """A file's size: '48 bytes', '14 KB', '2.4 MB'."""
    if count < 1024:
        return _count(count, "byte")
    if count < 1024 * 1024:
        return f"{round(count / 1024)} KB"
    return f"{count / 1024 / 1024:.1f}".removesuffix(".0") + " MB"
