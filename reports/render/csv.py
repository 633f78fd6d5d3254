"""One tidy CSV per table: one line per figure, a status where there is no number (RFC 4180, UTF-8)."""

import csv
import io

from reports.disclosure import ProtectedTable
from reports.period import HalfYear

# A spreadsheet runs a cell that begins with one of these as a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def render(table: ProtectedTable, period: HalfYear) -> bytes:
    """The table as bytes. `count` is empty where `status` says why."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header(table))
    where = [text(value) for _, value in table.where]
    for row, line in table.lines():
        for column, figure in zip(table.columns, line, strict=True):
            items = [row.code, row.label]
            if table.column_dimension:
                items += [column.code, column.label]
            count = "" if figure.value is None else str(figure.value)
            writer.writerow(
                [period.first_day, period.last_day, table.measure.code, *where]
                + [text(item) for item in items]
                + [count, str(figure.status)]
            )
    return out.getvalue().encode("utf-8")


def header(table: ProtectedTable) -> list[str]:
    """The names of the columns; each dimension has a code that never changes and a label for people."""
    names = ["period_start", "period_end", "measure", *(dimension for dimension, _ in table.where)]
    for dimension in (table.row_dimension, table.column_dimension):
        if dimension:
            names += [dimension, f"{dimension}_label"]
    return [*names, "count", "status"]


def text(value: str) -> str:
    """Text that no spreadsheet takes for a formula: guarded by an apostrophe, as spreadsheets do."""
    return f"'{value}" if value.startswith(_FORMULA) else value
