"""The reports that exist. A new one is a package (or module) here that holds a `DEFINITION`.

definition("transparency")      one of them
all_definitions()               every one, by kind
"""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from reports.disclosure import CellKey, CountTable, ProtectedTable
from reports.document import Report
from reports.edition import Edition
from reports.period import HalfYear

Data = Mapping[str, Any]


@dataclass(frozen=True)
class Definition:
    """One kind of report.

    `collect` reads the records of a half-year from the database (the only part that does); `count` makes tables
    of them; `compose` says it in words, given those tables protected; `trace` names the records behind a figure.
    """

    kind: str
    title: str
    prefix: str
    collect: Callable[[HalfYear], Data]
    count: Callable[[Data], tuple[CountTable, ...]]
    compose: Callable[[Edition, Data, Mapping[str, ProtectedTable]], Report]
    trace: Callable[[Data, CellKey], tuple[str, ...]]

    def ref(self, period: HalfYear) -> str:
        """The reference of this report for a half-year, such as TR-2026-H1."""
        return f"{self.prefix}-{period.code}"


@lru_cache(maxsize=1)
def all_definitions() -> dict[str, Definition]:
    """Every definition found in this package, by kind."""
    found = {}
    for module in pkgutil.iter_modules(__path__):
        definition = importlib.import_module(f"{__name__}.{module.name}").DEFINITION
        if definition.kind in found:
            raise ValueError(f"Two reports are called '{definition.kind}'.")
        found[definition.kind] = definition
    return found


def definition(kind: str) -> Definition:
    """The definition of one kind of report. Raises KeyError."""
    return all_definitions()[kind]
