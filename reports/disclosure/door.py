"""The one door between true counts and everything that is published."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from reports.disclosure.attack import Interval, OutOfTime, attack
from reports.disclosure.protected import SEAL, Figure, Proof, ProtectedTable, Status
from reports.disclosure.solve import Need, cheapest
from reports.disclosure.tables import CountTable, Disagreement, MeasureClass, System

# Which cells of each table are withheld: table name -> pairs of (row code, column code).
Pattern = Mapping[str, Sequence[tuple[str, str]]]


@dataclass(frozen=True)
class Settings:
    """How small is small, and how long a proof may take. Published with every release.

    Counts from 1 to `threshold` - 1 are withheld; zeros are shown.
    """

    threshold: int = 5
    seconds: float = 30.0

    def __post_init__(self) -> None:
        if self.threshold < 2 or self.seconds <= 0:
            raise ValueError("The threshold must be 2 or more and the time more than 0 seconds.")


class NotPublishable(Exception):
    """The table may not be published; str() says why."""


class NotProvedSafe(NotPublishable):
    """No form of the table could be proved safe."""


def protect(
    table: CountTable, settings: Settings | None = None, *, pattern: Pattern | None = None
) -> ProtectedTable:
    """One table, protected. See `protect_together`."""
    return protect_together([table], settings, pattern=pattern)[0]


def protect_together(
    tables: Iterable[CountTable], settings: Settings | None = None, *, pattern: Pattern | None = None
) -> tuple[ProtectedTable, ...]:
    """Tables that will be published side by side, protected against each other.

    Withholds every count from 1 to threshold - 1 and the cheapest further cells, so that from all published
    figures together a withheld small number could still be 1 (a withheld total: the number of its parts that
    are not zero) and could still reach the threshold. Tables for which that is not proved in time are
    published with their totals only; if even those are not proved, not at all.

    Args:
        pattern: withhold exactly these cells (from `pattern_of` an earlier run). The proof is made again.

    Raises:
        NotPublishable: a measure is never published, or nothing was proved safe.
        Disagreement: two tables contradict each other.
    """
    tables = tuple(tables)
    settings = settings or Settings()
    names = [table.name for table in tables]
    if len(set(names)) != len(names):
        raise ValueError("Tables published together need different names.")
    groups: dict[str, list[CountTable]] = {}
    for table in tables:
        if table.measure.klass is MeasureClass.NEVER:
            raise NotPublishable(f"'{table.measure.heading}' is a measure that is never published.")
        group = groups.setdefault(table.measure.code, [])
        if group and group[0].measure != table.measure:
            raise Disagreement(f"The measure '{table.measure.code}' is defined in two ways.")
        group.append(table)
    done = {out.name: out for group in groups.values() for out in _group(group, settings, pattern)}
    return tuple(done[name] for name in names)


def pattern_of(tables: Iterable[ProtectedTable]) -> dict[str, list[tuple[str, str]]]:
    """Which cells are withheld. Kept with a release: an equally cheap other choice, published later, would
    let readers put the two together."""
    return {
        table.name: [
            (row.code, column.code)
            for row, line in table.lines()
            for column, figure in zip(table.columns, line, strict=True)
            if figure.status is Status.CONFIDENTIAL
        ]
        for table in tables
    }


def _group(tables: list[CountTable], settings: Settings, pattern: Pattern | None) -> list[ProtectedTable]:
    system = System.of(tables)
    small = [i for i, value in enumerate(system.values) if 0 < value < settings.threshold]
    if tables[0].measure.klass is MeasureClass.PUBLIC_EXACT:
        return [_sealed(table, system, frozenset(), settings, coarser=False) for table in tables]
    end = time.monotonic() + settings.seconds
    if pattern is not None:
        withheld = _cells(tables, system, pattern)
        if not withheld.issuperset(small) or not _proved(system, withheld, settings, end):
            raise NotProvedSafe(f"The stored pattern of '{tables[0].name}' does not protect it.")
        return [_sealed(table, system, withheld, settings, coarser=False) for table in tables]
    needs = _needs(system, small, settings, end)
    if needs is not None:
        # Two thirds of the time for the whole table, the rest for its totals.
        chosen = cheapest(system, needs, deadline=end - settings.seconds / 3)
        if chosen is not None and _proved(system, chosen, settings, end):
            return [_sealed(table, system, chosen, settings, coarser=False) for table in tables]
        inside = frozenset(i for i, value in enumerate(system.values) if value and system.depths[i] == 0)
        chosen = cheapest(system, needs, forced=inside, deadline=end)
        if chosen is not None and _proved(system, chosen, settings, end, totals_only=True):
            return [_sealed(table, system, chosen, settings, coarser=True) for table in tables]
    listed = ", ".join(f"'{table.name}'" for table in tables)
    raise NotProvedSafe(f"No form of {listed} could be proved safe in {settings.seconds:g} seconds.")


def _needs(system: System, small: list[int], settings: Settings, deadline: float) -> dict[int, Need] | None:
    """What must stay possible for each small cell: from the least value that its zeros and non-zeros allow
    by themselves (1, or for a total the number of its parts) up to the threshold."""
    everything = frozenset(i for i, value in enumerate(system.values) if value)
    bounds = _bounds(system, everything, deadline, only=small)
    if bounds is None:
        return None
    return {i: Need(low=bounds[i].low, high=settings.threshold) for i in small}


def _proved(
    system: System,
    withheld: frozenset[int],
    settings: Settings,
    deadline: float,
    *,
    totals_only: bool = False,
) -> bool:
    """The attacker, who sees only what would be published, learns nothing that must stay hidden.

    Nor does it find any other withheld number exactly, except where everything inside a table is withheld
    and a large number is plain from its total.
    """
    small = [i for i in withheld if 0 < system.values[i] < settings.threshold]
    needs = _needs(system, small, settings, deadline)
    bounds = _bounds(system, withheld, deadline)
    if needs is None or bounds is None:
        return False
    kept = all(bounds[i].allows(need.low) and bounds[i].allows(need.high) for i, need in needs.items())
    return kept and (totals_only or not any(interval.exact for interval in bounds.values()))


def _bounds(
    system: System, withheld: frozenset[int], deadline: float, *, only: Iterable[int] | None = None
) -> dict[int, Interval] | None:
    shown = [None if i in withheld else value for i, value in enumerate(system.values)]
    try:
        return attack(
            shown, system.equations, whole=not system.bounds_are_whole, deadline=deadline, only=only
        )
    except OutOfTime:
        return None


def _cells(tables: list[CountTable], system: System, pattern: Pattern) -> frozenset[int]:
    number = {key: i for i, key in enumerate(system.keys)}
    return frozenset(
        number[table.key(row, column)] for table in tables for row, column in pattern.get(table.name, ())
    )


def _sealed(
    table: CountTable, system: System, withheld: frozenset[int], settings: Settings, *, coarser: bool
) -> ProtectedTable:
    number = {key: i for i, key in enumerate(system.keys)}
    hidden = 0
    grid = []
    for row in table.rows.shown:
        line = []
        for column in table.column_items:
            i = number[table.key(row.code, column.code)]
            source = f"{table.name}/{row.code}/{column.code}"
            if i in withheld:
                hidden += 1
                line.append(Figure(None, Status.CONFIDENTIAL, source, seal=SEAL))
            else:
                line.append(Figure(system.values[i], Status.SHOWN, source, seal=SEAL))
        grid.append(tuple(line))
    return ProtectedTable(
        name=table.name,
        title=table.title,
        measure=table.measure,
        where=table.where,
        row_dimension=table.rows.dimension,
        row_heading=table.rows.heading,
        rows=table.rows.shown,
        column_dimension=table.columns.dimension if table.columns else None,
        columns=table.column_items,
        grid=tuple(grid),
        proof=Proof(withheld=hidden, attacked=hidden, threshold=settings.threshold, coarser=coarser),
        seal=SEAL,
    )
