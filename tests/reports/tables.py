"""Hand-made tables for the tests of this room."""

from collections.abc import Sequence

from reports.disclosure import Axis, CountTable, Item, Measure, MeasureClass

REQUESTS = Measure("requests", "Requests", MeasureClass.PROTECTED, "Requests to monitor sent in the period.")
POSTS = Measure("posts", "Posts", MeasureClass.PUBLIC_EXACT, "Posts published in the period.")


def axis(dimension: str, size: int, *, total: str | None = "All") -> Axis:
    items = tuple(Item(f"{dimension}{i}", f"{dimension.title()} {i}") for i in range(size))
    return Axis(dimension, dimension.title(), items, total)


def grid(
    counts: Sequence[Sequence[int]],
    *,
    name: str = "table",
    rows: str = "row",
    columns: str = "column",
    measure: Measure = REQUESTS,
    total: str | None = "All",
    where: tuple[tuple[str, str], ...] = (),
) -> CountTable:
    return CountTable(
        name=name,
        title=name.title(),
        measure=measure,
        rows=axis(rows, len(counts), total=total),
        columns=axis(columns, len(counts[0]), total=total),
        counts=tuple(tuple(int(n) for n in row) for row in counts),
        where=where,
    )


def column(
    counts: Sequence[int],
    *,
    name: str = "list",
    rows: str = "row",
    measure: Measure = REQUESTS,
    total: str | None = "All",
    where: tuple[tuple[str, str], ...] = (),
) -> CountTable:
    return CountTable(
        name=name,
        title=name.title(),
        measure=measure,
        rows=axis(rows, len(counts), total=total),
        columns=None,
        counts=tuple((int(n),) for n in counts),
        where=where,
    )
