"""Counts in, protected tables out.

protect(table, settings) -> ProtectedTable          the one door
protect_together(tables, settings)                  for tables that readers will see side by side
attack(shown, equations, ...)                       what anyone can work out from published figures
"""

from reports.disclosure.attack import Interval, attack
from reports.disclosure.door import (
    NotProvedSafe,
    NotPublishable,
    Pattern,
    Settings,
    pattern_of,
    protect,
    protect_together,
)
from reports.disclosure.protected import Figure, ProtectedTable, Status
from reports.disclosure.tables import (
    ALL,
    Axis,
    CellKey,
    CountTable,
    Disagreement,
    Item,
    Measure,
    MeasureClass,
    System,
)

__all__ = [
    "ALL",
    "Axis",
    "CellKey",
    "CountTable",
    "Disagreement",
    "Figure",
    "Interval",
    "Item",
    "Measure",
    "MeasureClass",
    "NotProvedSafe",
    "NotPublishable",
    "Pattern",
    "ProtectedTable",
    "Settings",
    "Status",
    "System",
    "attack",
    "pattern_of",
    "protect",
    "protect_together",
]
