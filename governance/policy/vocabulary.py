"""Reading the words of a pack: scales, stages, facts, and the tables that facts pick rows from."""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from governance.policy.errors import Fault, within
from governance.policy.expression import Column
from governance.policy.kinds import (
    WRONG,
    Choice,
    Choices,
    Day,
    Kind,
    Moment,
    Person,
    Reference,
    Scale,
    Text,
    Texts,
    Whole,
    YesNo,
)
from governance.policy.pack import Fact
from governance.policy.shape import Table

LARGEST_WHOLE = 2**53  # JSON readers elsewhere keep no more digits than this

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_SIMPLE: dict[str, Kind] = {
    "yes/no": YesNo(),
    "text": Text(),
    "list of text": Texts(),
    "date": Day(),
    "datetime": Moment(),
    "reference": Reference(),
    "person": Person(),
}
_LISTED = (Choice, Choices, Scale)
_ENGINES_OWN = ("params", "decision")


@dataclass(frozen=True, slots=True)
class Rows:
    """One table: the fact that picks the row, its columns, and its rows by code."""

    key: str
    one: bool  # does the key pick one row? A list of enumerations picks several, so conditions cannot read it
    columns: Mapping[str, Kind]
    rows: Mapping[str, Mapping[str, Any]]


def read_scales(top: Table) -> dict[str, Scale]:
    """[scales]: ordered lists, lowest first; a list inside a list holds values that rank equal."""
    scales = {}
    for name, steps in top.table("scales").items():
        with within("scales", name):
            if not isinstance(steps, list) or not steps:
                raise Fault(f"The scale {name!r} is empty.", "List its values, lowest first.")
            read = tuple(tuple(step) if isinstance(step, list) else (step,) for step in steps)
            check_codes([value for step in read for value in step])
            scales[name] = Scale(name, read)
    return scales


def read_facts(top: Table, scales: Mapping[str, Scale]) -> dict[str, Fact]:
    """[facts]: the closed list of what rules may look at, with the stages that supply each."""
    stages: dict[str, tuple[str, ...]] = {}
    for group, members in top.table("stages").items():
        with within("stages", group):
            check_codes(members)
            stages[group] = tuple(members)
    facts: dict[str, Fact] = {}
    for prefix in top.table("facts"):
        with within("facts", prefix):
            entries = top.table("facts").table(prefix)
        for tail in entries:
            with within("facts", prefix, tail):
                name = _fact_name(prefix, tail)
                entry = entries.table(tail)
                entry.only("type", "of", "min", "max", "meaning", "at")
                at = entry.texts("at")
                for group in at:
                    if group not in stages:
                        raise Fault(
                            f"There is no stage {group!r}.", f"The stages are: {', '.join(stages)}.", "at"
                        )
                supplied = tuple(dict.fromkeys(stage for group in at for stage in stages[group]))
                kind = read_kind(entry, {known.name: known.kind for known in facts.values()}, scales)
                facts[name] = Fact(name, kind, entry.text("meaning"), supplied)
    if not facts:
        raise Fault("The pack has no facts.", "Add a [facts] table.")
    return facts


def read_kind(entry: Table, known: Mapping[str, Kind], scales: Mapping[str, Scale]) -> Kind:
    """The kind of a fact or column. `of`: a list of values, the name of a fact that has them, or of a scale."""
    written = entry.text("type")
    if written in _SIMPLE:
        entry.without("of", "min", "max")
        return _SIMPLE[written]
    if written == "integer":
        entry.without("of")
        least, most = entry.whole("min"), entry.whole("max")
        if not -LARGEST_WHOLE < least <= most < LARGEST_WHOLE:
            raise Fault("An integer needs `min` and `max`.", "Write, for example, min = 0, max = 365.")
        return Whole(least, most)
    entry.without("min", "max")
    of = entry.get("of")
    if written == "scale":
        if not isinstance(of, str) or of not in scales:
            raise Fault(f"There is no scale {of!r}.", f"The scales are: {', '.join(scales)}.", "of")
        return scales[of]
    if written in ("enumeration", "list of enumerations"):
        values = _values_of(known, of, "of") if isinstance(of, str) else of
        check_codes(values)
        return Choice(tuple(values)) if written == "enumeration" else Choices(tuple(values))
    kinds = sorted([*_SIMPLE, "integer", "scale", "enumeration", "list of enumerations"])
    raise Fault(f"There is no kind {written!r}.", f"The kinds are: {', '.join(kinds)}.", "type")


def read_tables(top: Table, kinds: Mapping[str, Kind], scales: Mapping[str, Scale]) -> dict[str, Rows]:
    """[tables]: one row for every value of the key fact, every column filled."""
    taken = {name.partition(".")[0] for name in kinds} | set(_ENGINES_OWN)
    tables = {}
    for name in top.table("tables"):
        with within("tables", name):
            table = top.table("tables").table(name)
            table.only("key", "columns", "rows")
            if name in taken or not _NAME.fullmatch(name):
                raise Fault(f"A table cannot be called {name!r}.", "Choose a word that no fact begins with.")
            key = table.text("key")
            wanted = _values_of(kinds, key, "key")
            columns = {}
            for column in table.table("columns"):
                with within("columns", column):
                    entry = table.table("columns").table(column)
                    entry.only("type", "of", "min", "max")
                    columns[column] = read_kind(entry, kinds, scales)
            rows = {}
            for code in table.table("rows"):
                with within("rows", code):
                    rows[code] = _row(table.table("rows").table(code), columns)
            if set(rows) != set(wanted):
                differ = sorted(set(rows) ^ set(wanted))
                raise Fault(
                    f"The rows of {name!r} and the values of {key!r} differ: {', '.join(differ)}.",
                    "Give every value of the fact exactly one row.",
                    "rows",
                    next((code for code in differ if code in rows), ""),
                )
            tables[name] = Rows(key, not isinstance(kinds[key], Choices), columns, rows)
    return tables


def columns_of(tables: Mapping[str, Rows]) -> dict[str, Column]:
    """The columns that conditions can read: those of tables whose row is picked by one value."""
    return {
        f"{name}.{column}": Column(kind, table.key, {code: row[column] for code, row in table.rows.items()})
        for name, table in tables.items()
        if table.one
        for column, kind in table.columns.items()
    }


def check_codes(values: object) -> None:
    """Refuse anything but a list of different codes. Raises Fault."""
    if not isinstance(values, list) or not values:
        raise Fault("A list of values is empty or is not a list.", "Write the values in square brackets.")
    for value in values:
        if not isinstance(value, str) or not _CODE.fullmatch(value):
            raise Fault(f"{value!r} cannot be a value.", "Use letters, digits, _ and -.")
    if len(set(values)) < len(values):
        raise Fault("A value is listed twice.", "List every value once.")


def _fact_name(prefix: str, tail: str) -> str:
    if prefix in _ENGINES_OWN:
        raise Fault(f"{prefix!r} belongs to the engine.", "Choose another first word.")
    for word in (prefix, tail):
        if not _NAME.fullmatch(word) or keyword.iskeyword(word):
            raise Fault(f"{prefix}.{tail} cannot be the name of a fact.", "Write it like `purpose.code`.")
    return f"{prefix}.{tail}"


def _values_of(kinds: Mapping[str, Kind], name: str, place: str) -> list[str]:
    kind = kinds.get(name)
    if not isinstance(kind, _LISTED):
        raise Fault(f"{name!r} is no fact with a list of values.", "Name an enumeration or a scale.", place)
    return list(kind.values)


def _row(entry: Table, columns: Mapping[str, Kind]) -> dict[str, Any]:
    entry.only(*columns)
    row = {}
    for column, kind in columns.items():
        if column not in entry:
            raise Fault(f"The row has no {column!r}.", "Fill every column.")
        row[column] = kind.reader()(entry.get(column))
        if row[column] is WRONG:
            raise Fault(
                f"{column!r} is {entry.get(column)!r}; it must be {kind.expects}.", "Mend the value.", column
            )
    return row
