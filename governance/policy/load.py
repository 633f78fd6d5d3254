"""From the bytes of a TOML file to a checked pack, or to a PackError with file, line and remedy.

Everything is closed: an unknown key, fact, column, value, rank, role or source refuses the whole pack. The pack's own
examples and scenarios are run before it is handed out.
"""

from __future__ import annotations

import ast
import hashlib
import keyword
import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from types import MappingProxyType
from typing import Any

from governance.policy.decision import Citation
from governance.policy.errors import Fault, PackError
from governance.policy.expression import Column, Scope, read_condition
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
from governance.policy.lines import Lines
from governance.policy.measures import MEASURES
from governance.policy.pack import (
    Fact,
    InForce,
    Level,
    Pack,
    Platform,
    Purpose,
    Referral,
    RetentionClass,
)
from governance.policy.plan import plan_of
from governance.policy.rules import read_in_force, read_rule, read_scenario
from governance.policy.shape import Table
from governance.policy.trial import try_pack

LARGEST_PACK = 2_000_000
MOST_RULES = 2_000

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_FACT = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
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
_OWN_PREFIXES = {"params", "decision"}
_PARTS = (
    "pack",
    "scales",
    "stages",
    "facts",
    "tables",
    "referrals",
    "conditions",
    "sources",
    "words",
    "scenario",
    "rule",
)


def load_pack(data: bytes, *, name: str) -> Pack:
    """Read and check a pack. `name` is what errors call the file.

    Raises:
        PackError: the pack may not be used; says where, why and what to do.
    """
    loader = _Loader(data, name)
    with loader.place():
        return loader.pack()


class _Loader:
    def __init__(self, data: bytes, name: str) -> None:
        self.name = name
        self.data = data
        self.lines = Lines("")
        if len(data) > LARGEST_PACK:
            raise self._error(
                (), f"The file has {len(data)} bytes; the most is {LARGEST_PACK}.", "Split the pack."
            )
        try:
            text = data.decode()
            self.top = Table(tomllib.loads(text), ())
        except UnicodeDecodeError:
            raise self._error((), "The file is not UTF-8 text.", "Save it as UTF-8.")
        except tomllib.TOMLDecodeError as error:
            line = re.search(r"at line (\d+)", str(error))
            number = int(line[1]) if line else 1
            raise PackError(
                file=name, line=number, problem=f"This is not TOML: {error}.", remedy="Mend the line."
            )
        except (RecursionError, ValueError):
            raise self._error(
                (), "The file cannot be read: it nests too deep or holds too long a number.", "Mend it."
            )
        self.lines = Lines(text)

    def pack(self) -> Pack:
        self.top.only(*_PARTS)
        head = self._head()
        scales = self._scales()
        facts = self._facts(scales)
        kinds = {fact.name: fact.kind for fact in facts.values()}
        tables = self._tables(kinds, scales)
        scope = Scope(facts=kinds, columns=_columns(tables))
        scope = Scope(facts=kinds, columns=scope.columns, conditions=self._conditions(scope))
        sources = self._sources()
        words = self._words(tables)
        ranks = scales.get("ranks")
        if ranks is None:
            raise self._error(("scales",), "There is no scale `ranks`.", "List the ranks, lowest first.")
        referrals = self._referrals(ranks)
        rules = self._rules(scope, sources, frozenset(referrals), head["in_force"])
        pack = Pack(
            **head,
            digest=hashlib.sha256(self.data).hexdigest(),
            rules=rules,
            facts=MappingProxyType(facts),
            sources=MappingProxyType(sources),
            purposes=self._rows(tables, "purposes", Purpose),
            retention_classes=self._rows(tables, "retention_classes", RetentionClass),
            levels=self._rows(tables, "levels", Level),
            platforms=self._rows(tables, "platforms", Platform),
            rank_scale=ranks,
            referrals=MappingProxyType(referrals),
            scenarios=self._scenarios(facts),
            words=MappingProxyType(words),
            plan=plan_of(rules, kinds, scope, [r.held_by for r in referrals.values() if r.part == "decides"]),
            scope=scope,
        )
        self._unused_conditions(scope, rules)
        failure = next(try_pack(pack), None)
        if failure is not None:
            line, problem, remedy = failure
            raise PackError(file=self.name, line=line, problem=problem, remedy=remedy)
        return pack

    # ---- the parts, in the order of the file

    def _head(self) -> dict[str, Any]:
        with self.place("pack"):
            head = self.top.table("pack")
            head.only(
                "id", "version", "title", "owner", "status", "jurisdiction", "in_force", "posting_decider"
            )
            texts = ("id", "version", "title", "owner", "status", "jurisdiction", "posting_decider")
            return {name: head.text(name) for name in texts} | {
                "in_force": read_in_force(head.table("in_force"))
            }

    def _scales(self) -> dict[str, Scale]:
        scales = {}
        for name, steps in self.top.table("scales").items():
            with self.place("scales", name):
                if not isinstance(steps, list) or not steps:
                    raise Fault(f"The scale {name!r} is empty.", "List its values, lowest first.")
                read = tuple(tuple(step) if isinstance(step, list) else (step,) for step in steps)
                values = [value for step in read for value in step]
                _check_codes(values)
                scales[name] = Scale(name, read)
        return scales

    def _facts(self, scales: Mapping[str, Scale]) -> dict[str, Fact]:
        stages = {}
        for group, members in self.top.table("stages").items():
            with self.place("stages", group):
                _check_codes(members)
                stages[group] = tuple(members)
        facts: dict[str, Fact] = {}
        for prefix in self.top.table("facts"):
            with self.place("facts", prefix):
                group = self.top.table("facts").table(prefix)
            for tail in group:
                name = f"{prefix}.{tail}"
                with self.place("facts", prefix, tail):
                    if not _FACT.fullmatch(name) or any(map(keyword.iskeyword, (prefix, tail))):
                        raise Fault(
                            f"{name!r} cannot be the name of a fact.", "Write it like `purpose.code`."
                        )
                    if prefix in _OWN_PREFIXES:
                        raise Fault(f"{prefix!r} belongs to the engine.", "Choose another first word.")
                    entry = group.table(tail)
                    entry.only("type", "of", "min", "max", "meaning", "at")
                    at = entry.texts("at")
                    for stage in at:
                        if stage not in stages:
                            raise Fault(
                                f"There is no stage {stage!r}.", f"The stages are: {', '.join(stages)}."
                            )
                    supplied = tuple(dict.fromkeys(s for group_ in at for s in stages[group_]))
                    kind = self._kind(entry, {f.name: f.kind for f in facts.values()}, scales)
                    facts[name] = Fact(name, kind, entry.text("meaning"), supplied)
        if not facts:
            raise self._error((), "The pack has no facts.", "Add a [facts] table.")
        return facts

    def _kind(self, entry: Table, known: Mapping[str, Kind], scales: Mapping[str, Scale]) -> Kind:
        """Kind of a fact or column. `of` is a list of values, or the name of a fact that has them, or of a scale."""
        written = entry.text("type")
        if written in _SIMPLE:
            entry.without("of", "min", "max")
            return _SIMPLE[written]
        if written == "integer":
            entry.without("of")
            least, most = entry.whole("min"), entry.whole("max")
            if not -(2**53) < least <= most < 2**53:
                raise Fault(
                    "An integer needs `min` and `max`, the smaller first.",
                    "Write, for example, min = 0, max = 365.",
                )
            return Whole(least, most)
        entry.without("min", "max")
        of = entry.get("of")
        if written == "scale":
            if of not in scales:
                raise Fault(f"There is no scale {of!r}.", f"The scales are: {', '.join(scales)}.")
            return scales[of]
        if written in ("enumeration", "list of enumerations"):
            values = of
            if isinstance(of, str):
                if not isinstance(known.get(of), Choice | Choices | Scale):
                    raise Fault(
                        f"{of!r} is no fact with a list of values.",
                        "Name an enumeration fact, or list the values.",
                    )
                values = list(getattr(known[of], "values", ()))
            _check_codes(values)
            return Choice(tuple(values)) if written == "enumeration" else Choices(tuple(values))
        kinds = sorted([*_SIMPLE, "integer", "scale", "enumeration", "list of enumerations"])
        raise Fault(f"There is no kind {written!r}.", f"The kinds are: {', '.join(kinds)}.")

    def _tables(self, kinds: Mapping[str, Kind], scales: Mapping[str, Scale]) -> dict[str, dict[str, Any]]:
        tables: dict[str, dict[str, Any]] = {}
        prefixes = {name.partition(".")[0] for name in kinds}
        for name in self.top.table("tables"):
            with self.place("tables", name):
                table = self.top.table("tables").table(name)
                table.only("key", "columns", "rows")
                if name in prefixes or name in _OWN_PREFIXES or not _NAME.fullmatch(name):
                    raise Fault(
                        f"A table cannot be called {name!r}.",
                        "Facts begin with that word; choose another name.",
                    )
                key = table.text("key")
                if not isinstance(kinds.get(key), Choice | Choices | Scale):
                    raise Fault(
                        f"{key!r} is no fact with a list of values.", "Name the fact that picks the row."
                    )
            columns: dict[str, Kind] = {}
            for column in table.table("columns"):
                with self.place("tables", name, "columns", column):
                    entry = table.table("columns").table(column)
                    entry.only("type", "of", "min", "max")
                    columns[column] = self._kind(entry, kinds, scales)
            rows = {}
            for code in table.table("rows"):
                with self.place("tables", name, "rows", code):
                    rows[code] = _row(table.table("rows").table(code), columns)
            with self.place("tables", name, "rows"):
                wanted: tuple[str, ...] = getattr(kinds[key], "values", ())
                if set(rows) != set(wanted):
                    differ = sorted(set(rows) ^ set(wanted))
                    raise Fault(
                        f"The rows of {name!r} and the values of {key!r} differ: {', '.join(differ)}.",
                        "Give every value of the fact exactly one row.",
                    )
            tables[name] = {
                "key": key,
                "columns": columns,
                "rows": rows,
                "one": not isinstance(kinds[key], Choices),
            }
        return tables

    def _conditions(self, scope: Scope) -> dict[str, ast.expr]:
        """Named conditions, each in terms of facts and of the ones written above it."""
        read: dict[str, ast.expr] = {}
        for name, source in self.top.table("conditions").items():
            with self.place("conditions", name):
                if not _NAME.fullmatch(name) or keyword.iskeyword(name) or name in MEASURES:
                    raise Fault(
                        f"{name!r} cannot be the name of a condition.", "Use small letters and underscores."
                    )
                so_far = Scope(facts=scope.facts, columns=scope.columns, conditions=read)
                read[name] = read_condition(source, so_far).tree
        return read

    def _sources(self) -> dict[str, Citation]:
        sources = {}
        for key in self.top.table("sources"):
            with self.place("sources", key):
                entry = self.top.table("sources").table(key)
                entry.only("title", "address")
                address = entry.text("address")
                if not address.startswith(("https://", "http://")):
                    raise Fault(f"{address!r} is not an address.", "Begin it with https://.")
                sources[key] = Citation(key, entry.text("title"), "", address)
        return sources

    def _words(self, tables: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
        """Plain words for codes: those of the tables' rows, then those under [words]."""
        words: dict[str, str] = {}
        for table in tables.values():
            for code, row in table["rows"].items():
                if isinstance(row.get("words"), str):
                    words.setdefault(code, row["words"])
        with self.place("words"):
            entry = self.top.table("words")
            return words | {code: entry.text(code) for code in entry}

    def _referrals(self, ranks: Scale) -> dict[str, Referral]:
        referrals = {}
        for code in self.top.table("referrals"):
            with self.place("referrals", code):
                entry = self.top.table("referrals").table(code)
                entry.only("words", "part", "held_by", "min_rank")
                part = entry.choice("part", ("decides", "advises"))
                rank = entry.text("min_rank") if "min_rank" in entry else None
                if rank is not None and rank not in ranks.positions:
                    raise Fault(f"There is no rank {rank!r}.", f"The ranks are: {', '.join(ranks.values)}.")
                referrals[code] = Referral(code, entry.text("words"), part, entry.text("held_by"), rank)  # type: ignore[arg-type]
        return referrals

    def _rules(
        self, scope: Scope, sources: Mapping[str, Citation], roles: frozenset[str], in_force: InForce
    ) -> tuple[Any, ...]:
        entries = self.top.tables("rule")
        if not 0 < len(entries) <= MOST_RULES:
            raise self._error(
                (), f"The pack has {len(entries)} rules.", f"A pack has 1 to {MOST_RULES} rules."
            )
        rules: dict[str, Any] = {}
        for index, entry in enumerate(entries):
            with self.place("rule", index):
                rule = read_rule(entry, scope, sources, roles, in_force, self.lines.of("rule", index))
                if rule.id in rules:
                    raise Fault(f"The id {rule.id} is used twice.", "Give every rule its own id.", "id")
                rules[rule.id] = rule
        return tuple(rules[rule_id] for rule_id in sorted(rules))

    def _scenarios(self, facts: Mapping[str, Fact]) -> Mapping[str, Any]:
        scenarios: dict[str, Any] = {}
        for index, entry in enumerate(self.top.tables("scenario")):
            with self.place("scenario", index):
                scenario = read_scenario(entry, facts, scenarios, self.lines.of("scenario", index))
                if scenario.name in scenarios:
                    raise Fault(
                        f"Two scenarios are called {scenario.name!r}.", "Give each its own name.", "name"
                    )
                scenarios[scenario.name] = scenario
        return MappingProxyType(scenarios)

    def _rows(
        self, tables: Mapping[str, Mapping[str, Any]], name: str, shape: type[Any]
    ) -> Mapping[str, Any]:
        """The rows of one of the house's own tables as objects."""
        with self.place("tables", name):
            if name not in tables:
                raise Fault(f"There is no table {name!r}.", "Add it: the case files read it.")
            wanted = {f.name for f in fields(shape)} - {"code"}
            if set(tables[name]["columns"]) != wanted:
                differ = ", ".join(sorted(set(tables[name]["columns"]) ^ wanted))
                raise Fault(
                    f"The columns of {name!r} are not the house's: {differ}.",
                    "Use exactly the house's columns.",
                )
            return MappingProxyType(
                {code: shape(code=code, **row) for code, row in tables[name]["rows"].items()}
            )

    def _unused_conditions(self, scope: Scope, rules: tuple[Any, ...]) -> None:
        written = " ".join(
            [str(source) for source in self.top.table("conditions").values()]
            + [c.source for rule in rules for c in (rule.applies, rule.when) if c is not None]
        )
        for name in scope.conditions:
            if not re.search(rf"\b{name}\b", written):
                raise self._error(
                    ("conditions", name), f"No rule uses the condition {name!r}.", "Use it or remove it."
                )

    # ---- places and errors

    @contextmanager
    def place(self, *place: str | int) -> Iterator[None]:
        """Turn a Fault inside into a PackError at this place."""
        try:
            yield
        except Fault as fault:
            raise self._error((*place, *fault.place), fault.problem, fault.remedy) from None

    def _error(self, place: tuple[str | int, ...], problem: str, remedy: str) -> PackError:
        return PackError(file=self.name, line=self.lines.of(*place), problem=problem, remedy=remedy)


def _columns(tables: Mapping[str, Mapping[str, Any]]) -> dict[str, Column]:
    """Columns that conditions can read: those of tables whose row is picked by one value."""
    return {
        f"{name}.{column}": Column(
            kind, table["key"], {code: row[column] for code, row in table["rows"].items()}
        )
        for name, table in tables.items()
        if table["one"]
        for column, kind in table["columns"].items()
    }


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


def _check_codes(values: object) -> None:
    if not isinstance(values, list) or not values:
        raise Fault("A list of values is empty or is not a list.", "Write the values in square brackets.")
    for value in values:
        if not isinstance(value, str) or not _CODE.fullmatch(value):
            raise Fault(f"{value!r} cannot be a value.", "Use letters, digits, _ and -.")
    if len(set(values)) < len(values):
        raise Fault("A value is listed twice.", "List every value once.")
