"""Trying a pack on its own examples and scenarios before anybody may use it."""

from __future__ import annotations

from collections.abc import Iterator

from governance.policy.engine import evaluate, evaluate_rule
from governance.policy.pack import Pack

Failure = tuple[int, str, str]


def try_pack(pack: Pack) -> Iterator[Failure]:
    """Every way in which the pack does not do what it says: (line, problem, remedy)."""
    yield from _unsupplied(pack)
    yield from _examples(pack)
    yield from _scenarios(pack)


def _unsupplied(pack: Pack) -> Iterator[Failure]:
    """A rule must not read a fact at a stage where nobody supplies it: it would refuse everything there."""
    for (asked, stage), steps in pack.plan.by_stage.items():
        supplied = pack.facts_at(stage)
        for step in steps.steps:
            for name in step.rule.facts:
                if name not in supplied:
                    yield (
                        step.rule.line,
                        f"{step.rule.id} reads {name} for {asked} at the stage {stage}, where nobody supplies it.",
                        "Mend `applies`, or the `at` of the fact.",
                    )


def _examples(pack: Pack) -> Iterator[Failure]:
    for rule in pack.rules:
        for number, example in enumerate(rule.examples, start=1):
            scenario = pack.scenarios.get(example.scenario)
            if scenario is None:
                yield (
                    rule.line,
                    f"{rule.id}: there is no scenario {example.scenario!r}.",
                    "Name one of the pack's scenarios.",
                )
                continue
            facts = {
                k: v
                for k, v in (dict(scenario.facts) | dict(example.but)).items()
                if k not in example.without
            }
            finding = evaluate_rule(pack, rule.id, facts, at=scenario.at)
            said = "silent" if finding is None else finding.verdict
            if said != example.expect:
                yield (
                    rule.line,
                    f"{rule.id}: example {number} expects {example.expect}, but the rule says {said}.",
                    "Mend the condition or the example.",
                )


def _scenarios(pack: Pack) -> Iterator[Failure]:
    for scenario in pack.scenarios.values():
        decision = evaluate(pack, scenario.facts, at=scenario.at)
        told = [
            f"{f.rule_id} ({f.verdict})" for f in decision.findings if f.verdict in ("block", "refer", "warn")
        ]
        if decision.verdict != scenario.expect:
            problem = (
                f"it is {decision.verdict}, not {scenario.expect}: {', '.join(told) or 'no rule speaks'}"
            )
        elif decision.refer_to != frozenset(scenario.refer_to):
            problem = f"it is referred to {', '.join(sorted(decision.refer_to)) or 'nobody'}"
        elif scenario.decider is not None and (
            decision.decider is None or decision.decider.role != scenario.decider
        ):
            problem = f"it is decided by {decision.decider.role if decision.decider else 'nobody'}"
        else:
            continue
        yield (
            scenario.line,
            f"The scenario {scenario.name!r} does not come out as it says: {problem}.",
            "Mend one of the two.",
        )
