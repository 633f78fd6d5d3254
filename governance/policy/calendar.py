"""Legal dates. Every function is given its moment; nothing here reads a clock.

Legal days are days in Europe/London. A period of months "beginning with" a day ends on the day before the
corresponding day; where the corresponding day does not exist, the earlier reading is taken.
"""

from __future__ import annotations

import calendar as _calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")

#: RIPA 2000 s.43(3)(c): a written grant of directed surveillance.
DIRECTED_SURVEILLANCE_MONTHS = 3
#: RIPA 2000 s.43(3)(a): an oral grant, or any grant by an officer who may act only in urgent cases.
URGENT_HOURS = 72


@dataclass(frozen=True, slots=True)
class Period:
    """A period of whole months.

    `starts_at` is when it takes effect, `last_day` the last legal day, `expires_at` 23:59 Europe/London on that day.
    `month_end` says that the corresponding day does not exist and the earlier reading was taken.
    """

    starts_at: datetime
    last_day: date
    expires_at: datetime
    month_end: bool


def legal_day(moment: datetime) -> date:
    """The day in Europe/London on which a moment falls. Raises ValueError for a moment without a time zone."""
    if moment.tzinfo is None:
        raise ValueError("A moment without a time zone has no legal day.")
    return moment.astimezone(LONDON).date()


def days_between(first: date, second: date) -> int:
    """Whole legal days from `first` to `second`; negative when `second` comes earlier."""
    return (_day(second) - _day(first)).days


def end_of_day(day: date) -> datetime:
    """23:59 Europe/London: the way the end of a legal day is written."""
    return datetime.combine(day, time(23, 59), tzinfo=LONDON)


def start_of_day(day: date) -> datetime:
    """Midnight Europe/London at the start of a legal day."""
    return datetime.combine(day, time(0), tzinfo=LONDON)


def last_day(first_day: date, months: int) -> tuple[date, bool]:
    """Last day of `months` months beginning with `first_day`, and whether the earlier reading was needed."""
    if months < 1:
        raise ValueError("A period has at least one month.")
    year, month = divmod(first_day.year * 12 + first_day.month - 1 + months, 12)
    length = _calendar.monthrange(year, month + 1)[1]
    corresponding = date(year, month + 1, min(first_day.day, length))
    return corresponding - timedelta(days=1), first_day.day > length


def months(starts_at: datetime, number: int) -> Period:
    """A period of `number` months beginning with the legal day on which it takes effect."""
    day, month_end = last_day(legal_day(starts_at), number)
    return Period(starts_at, day, end_of_day(day), month_end)


def three_months(starts_at: datetime) -> Period:
    """How long a written authorisation lasts: RIPA 2000 s.43(3)(c), (9)(a)."""
    return months(starts_at, DIRECTED_SURVEILLANCE_MONTHS)


def hours(starts_at: datetime, number: int = URGENT_HOURS) -> datetime:
    """The moment `number` elapsed hours later, in Europe/London; a clock change does not add or take an hour."""
    if starts_at.tzinfo is None:
        raise ValueError("A moment without a time zone cannot be counted from.")
    return (starts_at.astimezone(UTC) + timedelta(hours=number)).astimezone(LONDON)


def renewed(old_last_day: date, number: int = DIRECTED_SURVEILLANCE_MONTHS) -> Period:
    """A renewal runs from when the old period would have ended, not from the day it was decided: s.43(9)(b)."""
    return months(start_of_day(old_last_day + timedelta(days=1)), number)


def _day(moment: date) -> date:
    return legal_day(moment) if isinstance(moment, datetime) else moment
