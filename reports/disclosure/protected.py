"""What renderers may receive: tables and figures in which withheld numbers are not present at all.

Only the door (door.py, which holds the seal) can make them, so a renderer that takes a ProtectedTable cannot
be handed true counts by mistake.
"""

from collections.abc import Iterator
from dataclasses import InitVar, dataclass, replace
from enum import StrEnum
from typing import Final

from reports.disclosure.tables import ALL, Item, Measure


class Seal:
    """Proof of origin. `SEAL` is imported by door.py alone; a test holds that."""


SEAL: Final = Seal()


class Status(StrEnum):
    """Why a figure has no number, in the shorthand of official statistics."""

    SHOWN = ""
    CONFIDENTIAL = "c"  # withheld: small, or it would let somebody work out a small one
    NOT_APPLICABLE = "z"  # a share of nothing


@dataclass(frozen=True)
class Figure:
    """One number that may be published, or the mark that stands in its place.

    `source` names the cell it comes from ("table/row/column"), or the two cells a share was taken of.
    """

    value: int | None
    status: Status
    source: str
    unit: str = ""
    seal: InitVar[Seal | None] = None

    def __post_init__(self, seal: Seal | None) -> None:
        _only_from_the_door(seal)

    @property
    def text(self) -> str:
        """As people read it: 1,204 or 41% or [c]."""
        return f"[{self.status}]" if self.value is None else f"{self.value:,}{self.unit}"

    def share_of(self, whole: "Figure") -> "Figure":
        """This figure as a whole percentage of another. Withheld if either is: a percentage can be undone."""
        source = f"share {self.source} {whole.source}"
        if self.value is None or whole.value is None:
            return Figure(None, Status.CONFIDENTIAL, source, "%", SEAL)
        if whole.value == 0:
            return Figure(None, Status.NOT_APPLICABLE, source, "%", SEAL)
        return Figure(percentage(self.value, whole.value), Status.SHOWN, source, "%", SEAL)


def percentage(part: int, whole: int) -> int:
    """`part` of `whole` in whole per cent, halves up; 100 and 0 are kept for all and none."""
    rounded = (200 * part + whole) // (2 * whole)
    if 0 < part < whole:
        return min(max(rounded, 1), 99)
    return rounded


@dataclass(frozen=True)
class Proof:
    """What was shown about a table before it was released.

    `coarser` is true when only the totals could be proved safe in time and everything inside is withheld.
    """

    withheld: int
    attacked: int
    threshold: int
    coarser: bool = False


@dataclass(frozen=True)
class ProtectedTable:
    """A table that may be published. `grid[row][column]` runs over `rows` and `columns`, totals included."""

    name: str
    title: str
    measure: Measure
    where: tuple[tuple[str, str], ...]
    row_dimension: str
    row_heading: str
    rows: tuple[Item, ...]
    column_dimension: str | None
    columns: tuple[Item, ...]
    grid: tuple[tuple[Figure, ...], ...]
    proof: Proof
    seal: InitVar[Seal | None] = None

    def __post_init__(self, seal: Seal | None) -> None:
        _only_from_the_door(seal)

    def figure(self, row: str = ALL, column: str = ALL) -> Figure:
        """The figure at these item codes; without arguments the grand total.

        Raises:
            KeyError: the table has no such row or column.
        """
        for r, row_item in enumerate(self.rows):
            for c, column_item in enumerate(self.columns):
                if (row_item.code, column_item.code) == (row, column):
                    return self.grid[r][c]
        raise KeyError(f"Table '{self.name}' has no cell {row}/{column}.")

    def lines(self) -> Iterator[tuple[Item, tuple[Figure, ...]]]:
        """Rows with their figures, in order."""
        return zip(self.rows, self.grid, strict=True)

    @property
    def has_withheld(self) -> bool:
        """True if any figure carries [c]."""
        return any(figure.status is Status.CONFIDENTIAL for line in self.grid for figure in line)

    def largest_first(self) -> "ProtectedTable":
        """The same table with its rows in the order of `by_size`, the total last."""
        order = [row.code for row, _ in self.by_size()]
        lines = sorted(
            self.lines(), key=lambda line: order.index(line[0].code) if line[0].code != ALL else 10**9
        )
        return replace(
            self, rows=tuple(row for row, _ in lines), grid=tuple(line for _, line in lines), seal=SEAL
        )

    def by_size(self) -> list[tuple[Item, Figure]]:
        """Rows without the total, greatest published total first; withheld rows after them by label.

        Never by true size: an order is information too.
        """
        rows = [(row, line[-1]) for row, line in self.lines() if row.code != ALL]
        return sorted(rows, key=lambda pair: (pair[1].value is None, -(pair[1].value or 0), pair[0].label))


def _only_from_the_door(seal: Seal | None) -> None:
    if seal is not SEAL:
        raise TypeError("Only reports.disclosure.door makes what may be published.")
