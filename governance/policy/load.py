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
from collections.abc import Callable, Mapping
from dataclasses import fields
from types import MappingProxyType
from typing import Any, TypeVar

from governance.policy.decision import Citation
from governance.policy.errors import Fault, PackError, within
from governance.policy.expression import Scope, read_condition
from governance.policy.kinds import Scale
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
    Rule,
    Scenario,
)
from governance.policy.plan import plan_of
from governance.policy.rules import read_in_force, read_rule, read_scenario
from governance.policy.shape import Table
from governance.policy.trial import try_pack
from governance.policy.vocabulary import Rows, columns_of, read_facts, read_scales, read_tables

LARGEST_PACK = 2_000_000  # bytes
MOST_RULES = 2_000

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_HEAD = ("id", "version", "title", "owner", "status", "jurisdiction", "posting_decider")
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
_Row = TypeVar("_Row")


def load_pack(data: bytes, *, name: str) -> Pack:
    """Read and check a pack. `name` is what errors call the file.

    Raises:
        PackError: the pack may not be used; says where, why and what to do.
    """
    text = parse_toml(data, name=name)
    lines = Lines(text)
    try:
        pack = _pack(Table(tomllib.loads(text), ()), lines, hashlib.sha256(data).hexdigest())
    except Fault as fault:
        line = lines.of(*fault.place)
        raise PackError(file=name, line=line, problem=fault.problem, remedy=fault.remedy) from None
    failure = next(try_pack(pack), None)
    if failure is not None:
        line, problem, remedy = failure
        raise PackError(file=name, line=line, problem=problem, remedy=remedy)
    return pack


def parse_toml(data: bytes, *, name: str) -> str:
    """The text of a file that is TOML. Raises PackError when it is not, or when it is too large to be read safely."""
    if len(data) > LARGEST_PACK:
        problem = f"The file has {len(data)} bytes; the most is {LARGEST_PACK}."
        raise PackError(file=name, line=1, problem=problem, remedy="Make it smaller.")
    try:
        text = data.decode()
        tomllib.loads(text)
    except UnicodeDecodeError:
        raise PackError(file=name, line=1, problem="The file is not UTF-8 text.", remedy="Save it as UTF-8.")
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        problem = f"This is not TOML: {error}."
        raise PackError(file=name, line=int(line[1]) if line else 1, problem=problem, remedy="Mend the line.")
    except (RecursionError, ValueError):
        problem = "The file nests too deep, or holds a number that is too long."
        raise PackError(file=name, line=1, problem=problem, remedy="Make it flatter and its numbers shorter.")
    return text


def _pack(top: Table, lines: Lines, digest: str) -> Pack:
    top.only(*_PARTS)
    head = _head(top)
    scales = read_scales(top)
    if "ranks" not in scales:
        raise Fault("There is no scale `ranks`.", "List the ranks, lowest first.", "scales")
    facts = read_facts(top, scales)
    kinds = {fact.name: fact.kind for fact in facts.values()}
    tables = read_tables(top, kinds, scales)
    plain = Scope(facts=kinds, columns=columns_of(tables))
    scope = Scope(facts=kinds, columns=plain.columns, conditions=_conditions(top, plain))
    referrals = _referrals(top, scales["ranks"])
    sources = _sources(top)
    rules = _rules(top, scope, sources, frozenset(referrals), head["in_force"], lines)
    _all_conditions_used(top, scope, rules)
    deciders = [referral.held_by for referral in referrals.values() if referral.decides]
    if head["posting_decider"] not in deciders:
        raise Fault(
            "Nobody under [referrals] is the decider of posts.", "Add who decides.", "pack", "posting_decider"
        )
    return Pack(
        **head,
        digest=digest,
        rules=rules,
        facts=MappingProxyType(facts),
        sources=MappingProxyType(sources),
        purposes=_house_rows(tables, "purposes", Purpose),
        retention_classes=_house_rows(tables, "retention_classes", RetentionClass),
        levels=_levels(tables, deciders),
        platforms=_house_rows(tables, "platforms", Platform),
        rank_scale=scales["ranks"],
        referrals=MappingProxyType(referrals),
        scenarios=_scenarios(top, facts, lines),
        words=MappingProxyType(_words(top, tables)),
        plan=plan_of(rules, kinds, scope, deciders),
        scope=scope,
    )


def _head(top: Table) -> dict[str, Any]:
    with within("pack"):
        head = top.table("pack")
        head.only(*_HEAD, "in_force")
        return {name: head.text(name) for name in _HEAD} | {"in_force": read_in_force(head.table("in_force"))}


def _conditions(top: Table, scope: Scope) -> dict[str, ast.expr]:
    """Named conditions, each in terms of facts and of the ones written above it."""
    read: dict[str, ast.expr] = {}
    for name, source in top.table("conditions").items():
        with within("conditions", name):
            if not _NAME.fullmatch(name) or keyword.iskeyword(name) or name in MEASURES:
                raise Fault(f"{name!r} cannot name a condition.", "Use small letters and underscores.")
            so_far = Scope(facts=scope.facts, columns=scope.columns, conditions=read)
            read[name] = read_condition(source, so_far).tree
    return read


def _all_conditions_used(top: Table, scope: Scope, rules: tuple[Rule, ...]) -> None:
    written = [str(source) for source in top.table("conditions").values()]
    written += [c.source for rule in rules for c in (rule.applies, rule.when) if c is not None]
    for name in scope.conditions:
        if not any(re.search(rf"\b{name}\b", source) for source in written):
            raise Fault(f"No rule uses the condition {name!r}.", "Use it or remove it.", "conditions", name)


def _sources(top: Table) -> dict[str, Citation]:
    sources = {}
    for key in top.table("sources"):
        with within("sources", key):
            entry = top.table("sources").table(key)
            entry.only("title", "address")
            address = entry.text("address")
            if not address.startswith(("https://", "http://")):
                raise Fault(f"{address!r} is not an address.", "Begin it with https://.", "address")
            sources[key] = Citation(key, entry.text("title"), "", address)
    return sources


def _words(top: Table, tables: Mapping[str, Rows]) -> dict[str, str]:
    """Plain words for codes: those of the tables' rows, then those under [words]."""
    words: dict[str, str] = {}
    for table in tables.values():
        for code, row in table.rows.items():
            if isinstance(row.get("words"), str):
                words.setdefault(code, row["words"])
    with within("words"):
        entry = top.table("words")
        return words | {code: entry.text(code) for code in entry}


def _referrals(top: Table, ranks: Scale) -> dict[str, Referral]:
    referrals = {}
    for code in top.table("referrals"):
        with within("referrals", code):
            entry = top.table("referrals").table(code)
            entry.only("words", "part", "held_by", "min_rank")
            rank = entry.choice("min_rank", ranks.values) if "min_rank" in entry else None
            part = entry.choice("part", ("decides", "advises"))
            referrals[code] = Referral(
                code, entry.text("words"), part == "decides", entry.text("held_by"), rank
            )
    return referrals


def _rules(
    top: Table,
    scope: Scope,
    sources: Mapping[str, Citation],
    roles: frozenset[str],
    in_force: InForce,
    lines: Lines,
) -> tuple[Rule, ...]:
    """All rules in the order of their ids, so that the order in the file cannot matter."""
    entries = top.tables("rule")
    if not 0 < len(entries) <= MOST_RULES:
        raise Fault(f"The pack has {len(entries)} rules.", f"A pack has 1 to {MOST_RULES} rules.")
    rules: dict[str, Rule] = {}
    for index, entry in enumerate(entries):
        with within("rule", index):
            rule = read_rule(entry, scope, sources, roles, in_force, lines.of("rule", index))
            if rule.id in rules:
                raise Fault(f"The id {rule.id} is used twice.", "Give every rule its own id.", "id")
            rules[rule.id] = rule
    return tuple(rules[rule_id] for rule_id in sorted(rules))


def _scenarios(top: Table, facts: Mapping[str, Fact], lines: Lines) -> Mapping[str, Scenario]:
    scenarios: dict[str, Scenario] = {}
    for index, entry in enumerate(top.tables("scenario")):
        with within("scenario", index):
            scenario = read_scenario(entry, facts, scenarios, lines.of("scenario", index))
            if scenario.name in scenarios:
                raise Fault(f"Two scenarios are called {scenario.name!r}.", "Give each its own name.", "name")
            scenarios[scenario.name] = scenario
    return MappingProxyType(scenarios)


def _house_rows(tables: Mapping[str, Rows], name: str, shape: Callable[..., _Row]) -> Mapping[str, _Row]:
    """The rows of one of the tables that the whole house reads, as objects. Its columns are fixed."""
    if name not in tables:
        raise Fault(f"There is no table {name!r}.", "Add it: the case files read it.", "tables")
    wanted = {f.name for f in fields(shape)} - {"code"}  # type: ignore[arg-type]
    if set(tables[name].columns) != wanted:
        differ = ", ".join(sorted(set(tables[name].columns) ^ wanted))
        problem = f"The columns of {name!r} are not the ones that the case files read: {differ}."
        raise Fault(problem, f"Use exactly: {', '.join(sorted(wanted))}.", "tables", name, "columns")
    return MappingProxyType({code: shape(code=code, **row) for code, row in tables[name].rows.items()})


def _levels(tables: Mapping[str, Rows], deciders: list[str]) -> Mapping[str, Level]:
    levels = _house_rows(tables, "levels", Level)
    for level in levels.values():
        if level.decided_by not in deciders:
            problem = f"Level {level.code} is decided by {level.decided_by!r}, who does not decide."
            remedy = f"Use one of: {', '.join(deciders)}."
            raise Fault(problem, remedy, "tables", "levels", "rows", level.code, "decided_by")
    return levels
