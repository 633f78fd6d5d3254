"""The public transparency report: one for each half-year, for everybody."""

from collections.abc import Mapping
from typing import Any

from reports.definitions import Data, Definition
from reports.definitions.transparency import tables, text
from reports.definitions.transparency.rows import Rows
from reports.disclosure import CellKey, CountTable, ProtectedTable
from reports.document import Report
from reports.edition import Edition
from reports.period import HalfYear


def _collect(period: HalfYear) -> dict[str, Any]:
    from reports.definitions.transparency.records import collect

    return collect(period).to_json()


def _count(data: Data) -> tuple[CountTable, ...]:
    return tables.count(Rows.from_json(data))


def _compose(edition: Edition, data: Data, protected: Mapping[str, ProtectedTable]) -> Report:
    return text.compose(edition, Rows.from_json(data), protected)


def _trace(data: Data, key: CellKey) -> tuple[str, ...]:
    return tables.trace(Rows.from_json(data), key)


DEFINITION = Definition(
    kind="transparency",
    title="Transparency report",
    prefix="TR",
    collect=_collect,
    count=_count,
    compose=_compose,
    trace=_trace,
)
