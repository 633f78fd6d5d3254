"""Legal dates keep to worked examples from statutes, orders and a council's published policy; each names its source."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.policy import calendar
from governance.policy.calendar import LONDON

VECTORS = {
    v["id"]: v for v in json.loads((Path(__file__).parent / "duration_vectors.json").read_text("utf-8"))
}
IN_MONTHS = ["TV-01", "TV-02", "TV-03", "TV-04", "TV-08", "TV-09", "TV-10", "TV-11", "TV-12"]
# What the law fixes for each kind of authorisation; the vectors of an undercover officer give their own number.
MONTHS = {"directed_surveillance": 3, "chis": 12}


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text.removesuffix(" Europe/London")).replace(tzinfo=LONDON)


def months_of(vector: dict) -> int:
    given, expect = vector["given"], vector["expect"]
    if "months" in expect:
        return expect["months"]
    born = given.get("source_born")
    granted = moment(given.get("granted_at") or given["jp_approved_at"]).date()
    young = given.get("source_age", 99) < 18 or (
        born is not None and granted < date(int(born[:4]) + 18, int(born[5:7]), int(born[8:]))
    )
    return 4 if young else MONTHS[given["type"]]


@pytest.mark.parametrize("vector", [VECTORS[i] for i in IN_MONTHS], ids=IN_MONTHS)
def test_it_counts_months_as_the_law_does(vector: dict) -> None:
    """A council's period starts when the justice approves, every other when it is granted."""
    given, expect = vector["given"], vector["expect"]
    start = moment(given.get("jp_approved_at") or given["granted_at"])
    period = calendar.months(start, months_of(vector))
    assert period.last_day.isoformat() == expect["last_day"]
    assert period.expires_at == datetime.fromisoformat(expect["last_day"] + "T23:59").replace(tzinfo=LONDON)
    assert period.month_end == (expect.get("flag") == "month_end_conservative")
    if "expires_at" in expect:
        assert period.expires_at == moment(expect["expires_at"])
    if "active_from" in expect:
        assert period.starts_at == moment(expect["active_from"])


@pytest.mark.parametrize("vector", [VECTORS[i] for i in ("TV-05", "TV-06", "TV-07")], ids=lambda v: v["id"])
def test_it_counts_elapsed_hours_across_a_clock_change(vector: dict) -> None:
    expires = calendar.hours(moment(vector["given"]["granted_at"]), 72)
    assert expires == moment(vector["expect"]["expires_at"])
    assert expires.tzinfo is LONDON


def test_it_renews_from_the_end_of_the_old_period() -> None:
    vector = VECTORS["TV-13"]
    period = calendar.renewed(date.fromisoformat(vector["given"]["old_last_day"]))
    assert period.starts_at == moment(vector["expect"]["new_from"] + "T00:00")
    assert period.last_day.isoformat() == vector["expect"]["new_last_day"]


def test_it_writes_the_end_of_three_months_as_23_59_on_the_last_day() -> None:
    period = calendar.three_months(datetime(2026, 1, 15, 10, tzinfo=UTC))
    assert period.expires_at.isoformat() == "2026-04-14T23:59:00+01:00"


@pytest.mark.parametrize(
    ("utc", "day"),
    [
        ("2026-06-30T23:30:00+00:00", "2026-07-01"),  # half past midnight in summer
        ("2026-12-31T23:30:00+00:00", "2026-12-31"),
        ("2026-03-29T00:59:59+00:00", "2026-03-29"),
        ("2026-07-01T09:30:00+10:00", "2026-07-01"),
    ],
)
def test_it_knows_the_legal_day_in_london(utc: str, day: str) -> None:
    assert calendar.legal_day(datetime.fromisoformat(utc)).isoformat() == day


def test_it_refuses_moments_without_a_time_zone() -> None:
    naive = datetime(2026, 1, 1)
    for ask in (calendar.legal_day, calendar.hours, calendar.three_months):
        with pytest.raises(ValueError, match="time zone"):
            ask(naive)


def test_it_refuses_a_period_without_a_month() -> None:
    with pytest.raises(ValueError, match="at least one month"):
        calendar.last_day(date(2026, 1, 1), 0)


@given(st.dates(date(1950, 1, 1), date(2150, 1, 1)), st.integers(1, 120))
def test_it_never_gives_a_month_more_than_the_calendar(day: date, months: int) -> None:
    """The last day is before the corresponding day, and never more than the missing days of a month before it."""
    last, month_end = calendar.last_day(day, months)
    after = last + timedelta(days=1)
    assert (after.year * 12 + after.month) - (day.year * 12 + day.month) == months
    assert after.day == day.day or (month_end and after.day < day.day)
    assert last >= day


@given(
    st.datetimes(datetime(1950, 1, 1), datetime(2150, 1, 1)),
    st.integers(-12, 14).map(lambda h: timezone(timedelta(hours=h))),
    st.integers(0, 1_000),
)
def test_it_adds_hours_as_they_pass(start: datetime, zone: timezone, hours: int) -> None:
    aware = start.replace(tzinfo=zone)
    later = calendar.hours(aware, hours)
    assert (later.astimezone(UTC) - aware.astimezone(UTC)) == timedelta(hours=hours)
