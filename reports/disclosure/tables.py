"""Tables of true counts, before protection, and the sums that tie their cells together.

Tables that count the same things carry the same measure code. A cell is then known by what it counts, not
by where it stands, so two tables that share a margin share a cell, and protection looks at them together.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

# The code of the row or column that sums up an axis; no item may use it.
ALL = "all"

# What a cell counts: the measure, then (dimension, item) pairs by name. A total leaves its dimension out.
CellKey = tuple[str, tuple[tuple[str, str], ...]]


class MeasureClass(StrEnum):
    """How close a measure may come to the public."""

    PUBLIC_EXACT = "public_exact"  # what the body itself did in public, such as its own posts
    PROTECTED = "protected"  # small counts could point to a person or a live operation
    NEVER = "never"  # not published in any form


@dataclass(frozen=True)
class Measure:
    """What is counted. `definition` is the sentence that readers get."""

    code: str
    heading: str
    klass: MeasureClass
    definition: str


@dataclass(frozen=True)
class Item:
    """One row or column: a code that never changes and a label for people."""

    code: str
    label: str


@dataclass(frozen=True)
class Axis:
    """The rows or columns of a table.

    `total` is the label of the sum of the items; None when items overlap and their sum means nothing.
    """

    dimension: str
    heading: str
    items: tuple[Item, ...]
    total: str | None = None

    def __post_init__(self) -> None:
        codes = [item.code for item in self.items]
        if len(set(codes)) != len(codes) or ALL in codes:
            raise ValueError(f"The items of '{self.dimension}' need different codes, none of them '{ALL}'.")

    @property
    def shown(self) -> tuple[Item, ...]:
        """The items, and the total after them where there is one."""
        return self.items if self.total is None else (*self.items, Item(ALL, self.total))


@dataclass(frozen=True)
class CountTable:
    """Whole numbers by one axis or two. `counts[row][column]` leaves out totals: they are computed here.

    `where` narrows what the whole table counts, such as (("outcome", "agreed"),).
    """

    name: str
    title: str
    measure: Measure
    rows: Axis
    columns: Axis | None
    counts: tuple[tuple[int, ...], ...]
    where: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        width = len(self.columns.items) if self.columns else 1
        if len(self.counts) != len(self.rows.items) or any(len(row) != width for row in self.counts):
            raise ValueError(f"Table '{self.name}' needs {len(self.rows.items)} rows of {width} counts.")
        if any(not isinstance(n, int) or isinstance(n, bool) or n < 0 for row in self.counts for n in row):
            raise ValueError(f"Table '{self.name}' holds something that is not a count.")
        dimensions = [name for name, _ in self.where] + [self.rows.dimension]
        dimensions += [self.columns.dimension] if self.columns else []
        if len(set(dimensions)) != len(dimensions):
            raise ValueError(f"Table '{self.name}' names a dimension twice.")

    @property
    def column_items(self) -> tuple[Item, ...]:
        """The columns as they will be shown; a table of one axis has one, named after its measure."""
        return self.columns.shown if self.columns else (Item(ALL, self.measure.heading),)

    def key(self, row: str, column: str) -> CellKey:
        """What the cell at these item codes counts."""
        pairs = list(self.where)
        if row != ALL:
            pairs.append((self.rows.dimension, row))
        if self.columns and column != ALL:
            pairs.append((self.columns.dimension, column))
        return self.measure.code, tuple(sorted(pairs))

    def cells(self) -> Iterator[tuple[CellKey, int]]:
        """Every shown cell with its true value, totals included."""
        for r, row in enumerate(self.rows.shown):
            line = self.counts[r] if row.code != ALL else [sum(column) for column in self._transposed()]
            for c, column in enumerate(self.column_items):
                is_sum = self.columns is not None and column.code == ALL
                yield self.key(row.code, column.code), sum(line) if is_sum else line[c]

    def equations(self) -> Iterator[tuple[CellKey, tuple[CellKey, ...]]]:
        """Every sum a reader can check: the total and its parts."""
        if self.rows.total is not None:
            for column in self.column_items:
                parts = tuple(self.key(row.code, column.code) for row in self.rows.items)
                yield self.key(ALL, column.code), parts
        if self.columns is not None and self.columns.total is not None:
            for row in self.rows.shown:
                parts = tuple(self.key(row.code, column.code) for column in self.columns.items)
                yield self.key(row.code, ALL), parts

    def depth(self, key: CellKey) -> int:
        """How many axes of this table the cell sums up: 0 inside, 2 for the grand total."""
        full = len(self.where) + 1 + (1 if self.columns else 0)
        return full - len(key[1])

    def _transposed(self) -> list[tuple[int, ...]]:
        width = len(self.columns.items) if self.columns else 1
        return [tuple(row[c] for row in self.counts) for c in range(width)]


class Disagreement(ValueError):
    """Two tables give different numbers for the same thing, or class one measure in two ways."""


@dataclass(frozen=True)
class System:
    """The cells of tables that count the same things, numbered, with every sum between them."""

    keys: tuple[CellKey, ...]
    values: tuple[int, ...]
    depths: tuple[int, ...]
    equations: tuple[tuple[int, tuple[int, ...]], ...]
    tables: int

    @property
    def bounds_are_whole(self) -> bool:
        """True where the least and greatest values a linear programme finds are whole numbers anyway.

        One table of two axes is a transportation problem. Linked tables are not: there only whole-number
        programmes say what an attacker can find out.
        """
        return self.tables == 1

    @classmethod
    def of(cls, tables: Iterable[CountTable]) -> "System":
        """Join tables by the cells they share.

        Raises:
            Disagreement: the same cell has two values.
        """
        tables = tuple(tables)
        values: dict[CellKey, int] = {}
        depths: dict[CellKey, int] = {}
        for table in tables:
            for key, value in table.cells():
                if values.setdefault(key, value) != value:
                    raise Disagreement(
                        f"Two tables disagree on {_words(key)}; '{table.name}' is one of them."
                    )
                depths[key] = max(depths.get(key, 0), table.depth(key))
        keys = tuple(values)
        number = {key: i for i, key in enumerate(keys)}
        sums = dict.fromkeys(
            (number[total], tuple(number[part] for part in parts))
            for table in tables
            for total, parts in table.equations()
        )
        return cls(keys, tuple(values.values()), tuple(depths[key] for key in keys), tuple(sums), len(tables))


def _words(key: CellKey) -> str:
    code, pairs = key
    return ", ".join([code, *(f"{dimension} {item}" for dimension, item in pairs)])
