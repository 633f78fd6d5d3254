"""Dates and clocks are said one way everywhere, on British time."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from governance.people import words

LONDON = ZoneInfo("Europe/London")
NOW = dt.datetime(2026, 11, 20, 10, 42, tzinfo=LONDON)


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, minute, tzinfo=LONDON)


def test_it_says_the_weekday_day_month_and_year():
    assert words.day(NOW) == "Friday 20 November 2026"
    assert words.short_day(dt.date(2026, 11, 5)) == "5 Nov"


@pytest.mark.parametrize(
    ("time", "said"),
    [
        ((10, 42), "10:42am"),
        ((17, 0), "5pm"),
        ((0, 0), "midnight"),
        ((12, 0), "midday"),
        ((0, 5), "12:05am"),
        ((12, 30), "12:30pm"),
    ],
)
def test_it_says_a_time_in_words_people_use(time, said):
    assert words.clock(at(20, *time)) == said


def test_a_moment_is_said_on_the_british_clock():
    assert words.moment(dt.datetime(2026, 7, 1, 23, 30, tzinfo=dt.UTC)) == "Thursday 2 July 2026, 12:30am"


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        words.day(dt.datetime(2026, 7, 1))


@pytest.mark.parametrize(
    ("when", "said"),
    [
        (at(20, 9, 30), "today 9:30am"),
        (at(19, 17), "yesterday 5pm"),
        (at(2, 17), "2 Nov, 5pm"),
        (dt.datetime(2025, 12, 31, 17, tzinfo=LONDON), "31 Dec 2025, 5pm"),
    ],
)
def test_a_short_moment_says_today_and_yesterday(when, said):
    assert words.short_moment(when, now=NOW) == said


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (dt.timedelta(days=9, hours=13, minutes=5), "9 days 13 hours"),
        (dt.timedelta(days=1), "1 day"),
        (dt.timedelta(hours=2, minutes=1), "2 hours 1 minute"),
        (dt.timedelta(seconds=59), "less than a minute"),
        (dt.timedelta(days=-1, hours=-2), "1 day 2 hours"),
        (dt.timedelta(days=1, minutes=5), "1 day"),
    ],
)
def test_a_span_is_said_in_its_two_largest_parts(length, said):
    assert words.span(length) == said


@pytest.mark.parametrize(
    ("when", "kind", "text"),
    [
        (at(20, 17), "soon", "Advice due today 5pm"),
        (at(24, 17), "soon", "Advice due Tue 24 Nov, 5pm"),  # two working days after a Friday
        (at(25, 17), "ok", "Advice due Wed 25 Nov, 5pm"),
        (at(19, 9), "late", "Advice due 1 day late"),
        (NOW, "late", "Advice due less than a minute late"),
    ],
)
def test_a_deadline_turns_amber_two_working_days_before_and_red_after(when, kind, text):
    said = words.deadline("Advice due", when, now=NOW)
    assert (said.kind, said.text) == (kind, text)


def test_lists_and_sizes_read_as_sentences():
    assert words.joined(["Mastodon"]) == "Mastodon"
    assert words.joined(["Mastodon", "Bluesky", "X"]) == "Mastodon, Bluesky and X"
    assert words.joined(["a", "b"], word="or") == "a or b"
    assert [words.size(n) for n in (1, 900, 14 * 1024, 48 * 1024 * 1024)] == [
        "1 byte",
        "900 bytes",
        "14 KB",
        "48 MB",
    ]
