"""No reader of our figures can work out a small number."""

import itertools
import math
import re
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports import disclosure
from reports.disclosure import (
    ALL,
    Axis,
    CountTable,
    Disagreement,
    Figure,
    Item,
    Measure,
    MeasureClass,
    NotProvedSafe,
    NotPublishable,
    ProtectedTable,
    Settings,
    Status,
    System,
    attack,
    pattern_of,
    protect,
    protect_together,
)
from reports.disclosure.solve import Need, cheapest
from tests.reports.tables import POSTS, REQUESTS, axis, column, grid

counts_4x4 = st.integers(2, 4).flatmap(
    lambda r: st.integers(2, 4).flatmap(
        lambda c: st.lists(st.lists(st.integers(0, 12), min_size=c, max_size=c), min_size=r, max_size=r)
    )
)


def shown(table: ProtectedTable) -> list[list[str]]:
    return [[figure.text for figure in line] for _, line in table.lines()]


def test_it_withholds_one_to_four_and_shows_zeros_and_five() -> None:
    out = protect(column([1, 4, 0, 5, 30], total=None))
    assert [line[0].text for _, line in out.lines()] == ["[c]", "[c]", "0", "5", "30"]


def test_it_withholds_a_second_number_so_that_a_small_one_cannot_be_subtracted_from_the_total() -> None:
    out = protect(column([3, 9, 20]))
    texts = [line[0].text for _, line in out.lines()]
    assert texts[0] == "[c]"
    assert texts.count("[c]") == 2
    assert texts[-1] == "32"


def test_it_uses_one_mark_for_small_numbers_and_for_those_that_protect_them() -> None:
    out = protect(grid([[3, 40], [50, 60]]))
    withheld = [f for _, line in out.lines() for f in line if f.status]
    assert len(withheld) == 4
    assert {(f.text, f.value, f.unit) for f in withheld} == {("[c]", None, "")}


def every_table(table: CountTable, system: System) -> np.ndarray:
    """Every table of whole numbers with the same zeros, one per line, in the order of the system's cells."""
    width = len(table.columns.items)
    number = {key: i for i, key in enumerate(system.keys)}
    inside = [number[table.key(r.code, c.code)] for r in table.rows.items for c in table.columns.items]
    choices = [range(1, 10) if system.values[i] else (0,) for i in inside]
    lines = []
    for values in itertools.product(*choices):
        rows = tuple(tuple(values[i : i + width]) for i in range(0, len(values), width))
        attempt = CountTable("try", "", table.measure, table.rows, table.columns, rows)
        lines.append([value for _, value in sorted((number[k], v) for k, v in dict(attempt.cells()).items())])
    return np.array(lines)


def brute_bounds(every: np.ndarray, withheld: set[int], system: System) -> dict[int, tuple[int, int]]:
    """Bounds by looking at every table that fits what is published."""
    public = [i for i in range(len(system.values)) if i not in withheld]
    fits = every[(every[:, public] == np.array(system.values)[public]).all(axis=1)]
    return {i: (int(fits[:, i].min()), int(fits[:, i].max())) for i in withheld}


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 6), min_size=2, max_size=2), min_size=2, max_size=2),
    st.data(),
)
def test_its_attacker_finds_exactly_what_trying_every_table_finds(counts, data) -> None:
    table = grid(counts)
    system = System.of([table])
    # Totals stay shown, so that trying every table is finite.
    hidden = {
        i for i, v in enumerate(system.values) if v and system.depths[i] == 0 and data.draw(st.booleans())
    }
    every = every_table(table, system)
    public = [None if i in hidden else v for i, v in enumerate(system.values)]
    for whole in (True, False):
        found = attack(public, system.equations, whole=whole, deadline=time.monotonic() + 20)
        assert {i: (b.low, b.high) for i, b in found.items()} == brute_bounds(every, hidden, system)


def weight(system: System, cells) -> float:
    return sum((1 + math.sqrt(system.values[i])) * 20.0 ** system.depths[i] for i in cells)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.integers(0, 5), min_size=2, max_size=2), min_size=2, max_size=2))
def test_it_withholds_no_more_than_the_best_of_all_choices(counts) -> None:
    table, limit = grid(counts), 3
    system = System.of([table])
    small = [i for i, v in enumerate(system.values) if 0 < v < limit]
    others = [i for i, v in enumerate(system.values) if v >= limit]
    every = every_table(table, system)
    everything = brute_bounds(every, {i for i, v in enumerate(system.values) if v}, system)
    needs = {i: Need(everything[i][0], limit) for i in small}
    best = None
    for size in range(len(others) + 1):
        for extra in itertools.combinations(others, size):
            withheld = set(small) | set(extra)
            bounds = brute_bounds(every, withheld, system)
            if all(bounds[i][0] <= n.low and bounds[i][1] >= n.high for i, n in needs.items()):
                cost = weight(system, withheld)
                best = cost if best is None else min(best, cost)
    ours = cheapest(system, needs, deadline=time.monotonic() + 20)
    assert ours is not None
    assert best is not None
    assert weight(system, ours) == pytest.approx(best)


@settings(max_examples=60, deadline=None)
@given(counts_4x4)
def test_every_small_number_could_still_be_one_or_the_threshold(counts) -> None:
    table = grid(counts)
    system = System.of([table])
    out = protect(table)
    public = [f.value for _, line in out.lines() for f in line]
    order = [table.key(r.code, c.code) for r in out.rows for c in out.columns]
    public = [public[order.index(key)] for key in system.keys]
    bounds = attack(public, system.equations, whole=True, deadline=time.monotonic() + 20)
    for i, value in enumerate(system.values):
        if 0 < value < 5:
            assert public[i] is None
            assert bounds[i].allows(5)
            assert bounds[i].low == 1 or system.depths[i] > 0
        if public[i] is not None:
            assert public[i] == value
    assert not any(interval.exact for interval in bounds.values())


@settings(max_examples=30, deadline=None)
@given(counts_4x4)
def test_showing_one_protecting_number_again_is_noticed(counts) -> None:
    table = grid(counts)
    out = protect(table)
    pattern = pattern_of([out])
    true = {
        (r.code, c.code): dict(table.cells())[table.key(r.code, c.code)]
        for r in out.rows
        for c in out.columns
    }
    assert protect(table, pattern=pattern) == out
    for cell in pattern["table"]:
        if true[cell] >= 5:
            fewer = {"table": [other for other in pattern["table"] if other != cell]}
            with pytest.raises(NotProvedSafe):
                protect(table, pattern=fewer)


def test_a_stored_pattern_that_shows_a_small_number_is_refused() -> None:
    with pytest.raises(NotProvedSafe):
        protect(column([3, 9, 20]), pattern={"list": []})


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 9), min_size=2, max_size=2), min_size=3, max_size=3), st.integers(0, 9)
)
def test_tables_that_share_totals_are_safe_side_by_side(by_purpose, seed) -> None:
    # A second way of splitting the same requests: same column totals, other rows.
    totals = [sum(col) for col in zip(*by_purpose, strict=True)]
    by_level = [[n * (seed % 3) // 3 for n in totals]]
    by_level.append([n - m for n, m in zip(totals, by_level[0], strict=True)])
    tables = [
        grid(by_purpose, name="by-purpose", rows="purpose", columns="outcome"),
        grid(by_level, name="by-level", rows="level", columns="outcome"),
    ]
    system = System.of(tables)
    outs = protect_together(tables)
    public: dict[object, int | None] = {}
    for table, out in zip(tables, outs, strict=True):
        for row, line in out.lines():
            for col, figure in zip(out.columns, line, strict=True):
                key = table.key(row.code, col.code)
                # The same thing is never shown in one place and withheld in another.
                assert public.setdefault(key, figure.value) == figure.value
    cells = [public[key] for key in system.keys]
    bounds = attack(cells, system.equations, whole=True, deadline=time.monotonic() + 30)
    for i, value in enumerate(system.values):
        if 0 < value < 5:
            assert bounds[i].allows(5)


def test_linked_tables_protected_one_by_one_would_have_leaked() -> None:
    # Alone, the first table may withhold its total; the second shows it.
    first = column([2, 0, 0], name="one", rows="purpose")
    second = column([2, 8], name="two", rows="level", where=())
    with pytest.raises(Disagreement):
        protect_together([first, second])
    by_purpose = column([2, 8, 30], name="one", rows="purpose")
    by_level = column([40], name="two", rows="level")
    one, two = protect_together([by_purpose, by_level])
    assert one.figure().text == two.figure().text == "40"


def test_a_table_that_cannot_be_proved_in_time_is_not_published(monkeypatch) -> None:
    from reports.disclosure import door

    monkeypatch.setattr(door, "cheapest", lambda *a, **k: None)
    with pytest.raises(NotProvedSafe):
        protect(grid([[3, 40], [50, 60]]))


def test_a_table_not_proved_safe_is_published_with_its_totals_only(monkeypatch) -> None:
    from reports.disclosure import door

    real = door.cheapest
    monkeypatch.setattr(
        door, "cheapest", lambda *a, forced=frozenset(), **k: real(*a, forced=forced, **k) if forced else None
    )
    out = protect(grid([[3, 40, 0], [50, 60, 9]]))
    assert out.proof.coarser
    assert shown(out) == [["[c]", "[c]", "0", "43"], ["[c]", "[c]", "[c]", "119"], ["53", "100", "9", "162"]]


def test_a_false_answer_of_the_solver_does_not_reach_the_public(monkeypatch) -> None:
    from reports.disclosure import door

    # A solver that withholds small numbers only: the attacker, who shares nothing with it, must object.
    monkeypatch.setattr(door, "cheapest", lambda system, needs, **k: frozenset(needs))
    with pytest.raises(NotProvedSafe):
        protect(column([3, 9, 20]))


def test_it_never_publishes_what_is_never_published() -> None:
    measure = Measure("sources", "Sources", MeasureClass.NEVER, "")
    with pytest.raises(NotPublishable, match="never published"):
        protect(column([100, 200], measure=measure))


def test_the_body_s_own_public_acts_are_exact() -> None:
    assert shown(protect(column([1, 2, 3], measure=POSTS))) == [["1"], ["2"], ["3"], ["6"]]


def test_one_measure_has_one_class() -> None:
    other = Measure(REQUESTS.code, REQUESTS.heading, MeasureClass.PUBLIC_EXACT, REQUESTS.definition)
    with pytest.raises(Disagreement):
        protect_together([column([9, 9], name="a"), column([9, 9], name="b", measure=other)])


def test_only_the_door_makes_what_may_be_published() -> None:
    with pytest.raises(TypeError, match=r"Only reports\.disclosure\.door"):
        Figure(7, Status.SHOWN, "table/row/column")
    with pytest.raises(TypeError):
        ProtectedTable("n", "t", REQUESTS, (), "r", "R", (), None, (), (), None)  # type: ignore[arg-type]
    root = Path(disclosure.__file__).parents[2]
    users = {
        path.relative_to(root).as_posix()
        for room in ("reports", "config", "gateway", "governance")
        for path in (root / room).rglob("*.py")
        if re.search(r"\bSEAL\b", path.read_text(encoding="utf-8"))
    }
    assert users <= {"reports/disclosure/protected.py", "reports/disclosure/door.py"}


def test_a_protected_table_does_not_hold_what_it_withholds() -> None:
    out = protect(grid([[3, 47], [53, 61]]))
    assert "value=3" not in repr(out)
    assert "47" not in repr(out)


def test_a_share_is_withheld_when_either_side_is() -> None:
    out = protect(column([3, 9, 20]))
    total = out.figure()
    assert out.figure("row2").share_of(total).text in {"63%", "[c]"}
    assert out.figure("row0").share_of(total).text == "[c]"
    assert protect(column([0, 0])).figure("row0").share_of(protect(column([0, 0])).figure()).text == "[z]"


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(1, 1000, "1%"), (999, 1000, "99%"), (0, 9, "0%"), (9, 9, "100%"), (5, 8, "63%")],
)
def test_a_share_never_rounds_some_to_none_or_most_to_all(part, whole, text) -> None:
    out = protect(column([part, whole - part], measure=POSTS))
    assert out.figure("row0").share_of(out.figure()).text == text


def test_rows_are_never_ordered_by_a_number_that_is_not_shown() -> None:
    out = protect(column([4, 30, 1, 8, 50], total=None))
    assert [item.code for item, _ in out.by_size()] == ["row4", "row1", "row3", "row0", "row2"]


def test_a_table_of_43_by_12_takes_seconds_not_minutes() -> None:
    rows = [[(7 * r * c + 3 * r + c) % 60 for c in range(12)] for r in range(43)]
    started = time.monotonic()
    out = protect(grid(rows))
    assert time.monotonic() - started < 15
    assert out.has_withheld


@pytest.mark.parametrize("bad", [[[1.5]], [[-1]], [[True]], [[1, 2]]])
def test_only_whole_counts_get_in(bad) -> None:
    with pytest.raises(ValueError):
        CountTable("t", "T", REQUESTS, axis("row", 1), axis("column", 1), tuple(tuple(r) for r in bad))


def test_the_threshold_is_at_least_two() -> None:
    with pytest.raises(ValueError):
        Settings(threshold=1)
    assert protect(column([9, 40], total=None), Settings(threshold=10)).figure("row0").text == "[c]"


def test_an_axis_cannot_hide_a_row_behind_its_total() -> None:
    with pytest.raises(ValueError):
        Axis("purpose", "Purpose", (Item(ALL, "Everything"),))
