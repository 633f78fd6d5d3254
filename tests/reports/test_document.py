"""What a report may say."""

import datetime as dt

import pytest

from reports.disclosure import protect
from reports.document import LooseNumber, Section, Words, say
from reports.period import LONDON, HalfYear
from reports.render import charts, csv, html
from tests.reports.tables import column


def test_a_sentence_takes_numbers_only_from_protected_tables() -> None:
    out = protect(column([3, 9, 20]))
    sentence = say(
        "{n} of {all}, under the {act}.", n=out.figure("row0"), all=out.figure(), act=Words("Act 2018")
    )
    assert sentence.text == "[c] of 32, under the Act 2018."
    with pytest.raises(LooseNumber):
        say("There were 12 requests.")
    with pytest.raises(LooseNumber):
        say("There were {n} requests.", n=12)  # type: ignore[arg-type]
    with pytest.raises(LooseNumber):
        say("There were {n} requests.", n="12")  # type: ignore[arg-type]
    with pytest.raises(KeyError):
        say("There were {n} requests.")


def test_a_section_has_an_address() -> None:
    with pytest.raises(ValueError):
        Section("What? ", "What", ())


@pytest.mark.parametrize("code", ["2026-H1", "2026H1", " 2026-h1 "])
def test_a_half_year_is_read_from_its_code(code: str) -> None:
    assert HalfYear.parse(code) == HalfYear(2026, 1)


@pytest.mark.parametrize("code", ["2026", "2026-Q1", "2026-H3", "1999-H1", "", "2026-01", "H1"])
def test_there_are_no_other_periods(code: str) -> None:
    with pytest.raises(ValueError):
        HalfYear.parse(code)


def test_a_half_year_begins_and_ends_at_midnight_in_london() -> None:
    summer = HalfYear(2026, 1)
    assert summer.start == dt.datetime(2026, 1, 1, 0, 0, tzinfo=dt.UTC)
    assert summer.end == dt.datetime(2026, 6, 30, 23, 0, tzinfo=dt.UTC)  # British Summer Time
    assert summer.contains(dt.datetime(2026, 6, 30, 23, 59, 59, tzinfo=LONDON))
    assert not summer.contains(dt.datetime(2026, 7, 1, 0, 0, tzinfo=LONDON))
    assert HalfYear.of(dt.datetime(2026, 6, 30, 23, 30, tzinfo=dt.UTC)) == HalfYear(2026, 2)
    assert HalfYear(2026, 2).next == HalfYear(2027, 1)
    assert HalfYear(2026, 1).before == HalfYear(2025, 2)
    assert HalfYear(2025, 2).end == HalfYear(2026, 1).start


def test_a_chart_speaks_its_message_and_every_number() -> None:
    out = protect(column([3, 9, 2000], total=None))
    drawn = charts.bars("c1", "Row 2 is <largest>", out.by_size(), data="Table 1")
    assert 'role="img"' in drawn
    assert "<title" in drawn
    assert "Row 2 is &lt;largest&gt;" in drawn
    assert "Row 2 2,000; Row 1 9; Row 0 withheld" in drawn
    assert drawn.count("[c]") == 1


def test_the_length_of_a_bar_tells_nothing_about_a_withheld_number() -> None:
    small = protect(column([1, 900], total=None))
    other = protect(column([4, 900], total=None))
    assert charts.bars("c", "m", small.by_size(), data="d") == charts.bars(
        "c", "m", other.by_size(), data="d"
    )


def test_long_labels_stay_inside_the_chart() -> None:
    lines = charts._lines(
        "Understand the tension between communities in places where nobody expected any at all"
    )
    assert len(lines) <= charts.LABEL_LINES
    assert all(len(line) <= charts.LABEL_LETTERS + 6 for line in lines)
    assert len(charts._lines("x" * 400)[0]) <= charts.LABEL_LETTERS + 6


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_begins_like_a_formula(start: str) -> None:
    assert csv.text(f"{start}1") == f"'{start}1"
    assert csv.text("plain") == "plain"


def test_days_are_said_in_english_whatever_the_machine_speaks() -> None:
    assert html.long_day(dt.datetime(2026, 6, 30, 23, 30, tzinfo=dt.UTC)) == "1 July 2026"
    assert html.long_day(dt.date(2026, 3, 2)) == "2 March 2026"
