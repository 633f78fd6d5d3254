"""Getting a pack ready to run: everything that does not depend on the facts is worked out once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import product
from types import MappingProxyType

from governance.policy.closures import test_of, value_of
from governance.policy.decision import Finding
from governance.policy.expression import Scope
from governance.policy.kinds import Choice, Kind
from governance.policy.pack import KIND, STAGE, InForce, Plan, Rule, Step, Steps


def plan_of(rules: Sequence[Rule], kinds: Mapping[str, Kind], scope: Scope, deciders: Iterable[str]) -> Plan:
    """The plan of a pack. `rules` are in the order of their ids; `deciders` are roles, the highest last."""
    every = _steps(tuple(_step(rule, scope) for rule in rules))
    return Plan(
        readers=MappingProxyType({name: kind.reader() for name, kind in kinds.items()}),
        every=every,
        by_stage=MappingProxyType(_by_stage(every, kinds)),
        always=_always(rules),
        seniority=MappingProxyType({role: place for place, role in enumerate(dict.fromkeys(deciders))}),
    )


def _step(rule: Rule, scope: Scope) -> Step:
    satisfied = Finding(
        rule_id=rule.id,
        title=rule.title,
        verdict="pass",
        refer_to=None,
        sentence=rule.sentence,
        why="",
        remedy="",
        citations=rule.citations,
        basis=rule.basis,
        evidence=rule.evidence,
        facts_read=rule.facts,
        missing=(),
        field=rule.field,
        override=None,
        local_params=tuple(_local(rule, name) for name in rule.local_params),
    )
    applies = None if rule.applies is None else test_of(rule.applies, scope)
    return Step(rule, applies, value_of(rule.when, scope), frozenset(rule.when.facts), satisfied)


def _steps(steps: tuple[Step, ...]) -> Steps:
    return Steps(steps, frozenset().union(*(step.needs for step in steps)))


def _local(rule: Rule, name: str) -> str:
    """A local number in words: a parameter with its value, or the column of a table."""
    said = name.replace("_", " ").replace(".", ": ")
    return f"{said}: {rule.params[name]}" if name in rule.params else said


def _by_stage(every: Steps, kinds: Mapping[str, Kind]) -> dict[tuple[str, str], Steps]:
    """For each kind and stage the steps that can apply there; where that already settles `applies`, it is left out."""
    asked, stage = kinds.get(KIND), kinds.get(STAGE)
    if not isinstance(asked, Choice) or not isinstance(stage, Choice):
        return {}
    lists = {}
    for pair in product(asked.values, stage.values):
        view = {KIND: pair[0], STAGE: pair[1]}
        steps = []
        for step in every.steps:
            applies = True if step.applies is None else step.applies.careful(view)
            if applies is not False:
                steps.append(replace(step, applies=None) if applies is True else step)
        lists[pair] = _steps(tuple(steps))
    return lists


def _always(rules: Sequence[Rule]) -> InForce | None:
    """The days on which every rule is in force, so that a decision on one of them need not ask each rule."""
    first = max(rule.in_force.from_ for rule in rules)
    ends = [rule.in_force.to for rule in rules if rule.in_force.to is not None]
    last = min(ends, default=None)
    return None if last is not None and last < first else InForce(first, last)
