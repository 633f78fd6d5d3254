"""Deciding: facts in, decision out. Pure, total, and refusing by default.

Block > refer > warn > pass; the strictest finding wins. A fact that an applicable rule needs and that is absent or unreadable
blocks. Where no rule applies, nothing has been checked, so the answer is block.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, cast

from governance.policy.calendar import legal_day
from governance.policy.decision import STRICTNESS, Decider, Decision, Finding, Unreadable, Verdict
from governance.policy.expression import CLOCK
from governance.policy.kinds import WRONG
from governance.policy.pack import KIND, STAGE, Pack, Step

#: Ids of the two findings that no rule gives.
NO_RULE = "NO-RULE"
NOT_IN_FORCE = "NOT-IN-FORCE"


def evaluate(pack: Pack, facts: Mapping[str, object], *, at: datetime) -> Decision:
    """What the pack says about these facts at this moment. Never raises for any facts.

    Raises:
        ValueError: `at` has no time zone: without a clock there is no decision.
    """
    if at.tzinfo is None:
        raise ValueError("A decision needs a moment with a time zone.")
    at = at.astimezone(UTC)
    kept, ignored = _read(pack, facts)
    view = {name: value for name, value in kept.items() if type(value) is not Unreadable}
    view[CLOCK] = at
    day = legal_day(at)
    if not pack.in_force.covers(day):
        return _decision(pack, at, kept, ignored, [_no_finding(NOT_IN_FORCE)], view)

    steps = pack.plan.by_stage.get((view.get(KIND), view.get(STAGE)), pack.plan.every)
    always = pack.plan.always is not None and pack.plan.always.covers(day)
    told: list[Finding] = []
    satisfied: list[Finding] = []
    applied = False
    for step in steps:
        if not always and not step.rule.in_force.covers(day):
            continue
        try:
            if step.applies is not None and not step.applies.fast(view):
                continue
            hit: bool | frozenset[str] = step.when.fast(view)
        except KeyError:
            answer = _carefully(step, view)
            if answer is None:
                continue
            hit = answer
        explains = step.rule.verdict == "allow"
        applied = applied or not explains
        if hit is False:
            if not explains:
                satisfied.append(step.satisfied)
        elif hit is True:
            told.append(_unsatisfied(pack, step, view))
        elif not explains:
            told.append(_missing(pack, step, cast("frozenset[str]", hit), kept))
    if not applied:
        told.append(_no_finding(NO_RULE))
    told.sort(key=lambda finding: (-STRICTNESS[finding.verdict], finding.rule_id))
    return _decision(pack, at, kept, ignored, told + satisfied, view)


def replay(pack: Pack, decision: Decision) -> bool:
    """Does the pack give the same verdict, findings and decider again, from the stored facts and the stored clock?

    False, too, when the pack is not the very one (by digest) that the decision was made under.
    """
    if pack.digest != decision.pack_digest:
        return False
    again = evaluate(pack, decision.facts, at=decision.at)
    return (again.verdict, again.findings, again.refer_to) == (
        decision.verdict,
        decision.findings,
        decision.refer_to,
    )


def evaluate_rule(pack: Pack, rule_id: str, facts: Mapping[str, object], *, at: datetime) -> Finding | None:
    """What one rule says by itself; None where it does not apply or is not in force. For examples and for the rules page."""
    kept, _ = _read(pack, facts)
    view = {name: value for name, value in kept.items() if type(value) is not Unreadable} | {
        CLOCK: at.astimezone(UTC)
    }
    step = next(step for step in pack.plan.every if step.rule.id == rule_id)
    if not step.rule.in_force.covers(legal_day(at)):
        return None
    answer = _carefully(step, view)
    if answer is None or (answer is not True and step.rule.verdict == "allow"):
        return None
    if answer is False:
        return step.satisfied
    return _unsatisfied(pack, step, view) if answer is True else _missing(pack, step, answer, kept)


def _read(pack: Pack, facts: Mapping[str, object]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The facts in the form that conditions use; unreadable ones marked; unanswered (None) ones left out."""
    readers = pack.plan.readers
    kept: dict[str, Any] = {}
    ignored: list[str] = []
    for name, value in facts.items():
        reader = readers.get(name)
        if reader is None:
            ignored.append(str(name))
        elif value is not None:
            read = reader(value)
            kept[name] = Unreadable(type(value).__name__) if read is WRONG else read
    return kept, tuple(sorted(ignored)) if ignored else ()


def _carefully(step: Step, view: Mapping[str, Any]) -> bool | frozenset[str] | None:
    """None: does not apply. True: not satisfied. False: satisfied. Otherwise the facts without which nobody can know."""
    applies = True if step.applies is None else step.applies.careful(view)
    if applies is False:
        return None
    hit = step.when.careful(view)
    if applies is True:
        return hit
    return applies if hit is True or hit is False else applies | hit


def _unsatisfied(pack: Pack, step: Step, view: Mapping[str, Any]) -> Finding:
    rule = step.rule
    return Finding(
        rule_id=rule.id,
        title=rule.title,
        verdict=rule.verdict,
        refer_to=rule.refer_to,
        sentence=rule.sentence,
        why=rule.why.filled(view, pack.words),
        remedy=rule.remedy,
        citations=rule.citations,
        basis=rule.basis,
        evidence=rule.evidence,
        facts_read=rule.facts,
        missing=(),
        field=rule.field,
        override=rule.override,
        local_params=step.satisfied.local_params,
    )


def _missing(pack: Pack, step: Step, names: frozenset[str], kept: Mapping[str, Any]) -> Finding:
    rule = step.rule
    said = []
    for name in sorted(names):
        fact = pack.facts[name]
        if name in kept:
            said.append(f"“{fact.meaning}” must be {fact.kind.expects}.")
        else:
            said.append(f"Not answered: {fact.meaning}.")
    return Finding(
        rule_id=rule.id,
        title=rule.title,
        verdict="block",
        refer_to=None,
        sentence=rule.sentence,
        why=" ".join(said),
        remedy="Answer this, so that the rule can be checked.",
        citations=rule.citations,
        basis=rule.basis,
        evidence=rule.evidence,
        facts_read=rule.facts,
        missing=tuple(sorted(names)),
        field=rule.field,
        override=None,
        local_params=step.satisfied.local_params,
    )


def _no_finding(rule_id: str) -> Finding:
    texts = {
        NO_RULE: (
            "At least one rule covers what is asked.",
            "No rule applies to these facts, so nothing could be checked.",
            "Ask the owner of the rules to cover this.",
        ),
        NOT_IN_FORCE: (
            "The rules are in force on the day of the decision.",
            "These rules are not in force on this day.",
            "Ask the owner of the rules to put a version in force.",
        ),
    }
    sentence, why, remedy = texts[rule_id]
    return Finding(
        rule_id, sentence, "block", None, sentence, why, remedy, (), "local", "check", (), (), None, None, ()
    )


def _decision(
    pack: Pack,
    at: datetime,
    kept: dict[str, Any],
    ignored: tuple[str, ...],
    findings: list[Finding],
    view: Mapping[str, Any],
) -> Decision:
    strictest = findings[0].verdict if findings else "block"
    verdict = cast("Verdict", "pass" if strictest == "allow" else strictest)
    refer_to = frozenset(f.refer_to for f in findings if f.refer_to is not None and f.verdict == "refer")
    return Decision(
        pack_id=pack.id,
        pack_version=pack.version,
        pack_digest=pack.digest,
        verdict=verdict,
        findings=tuple(findings),
        refer_to=refer_to,
        decider=_decider(pack, view, refer_to),
        at=at,
        facts=MappingProxyType(kept),
        ignored=ignored,
    )


def _decider(pack: Pack, view: Mapping[str, Any], refer_to: frozenset[str]) -> Decider | None:
    """Who decides: the level's own decider, raised by every referral to a role that decides; advisers are collected."""
    kind = view.get(KIND)
    if kind == "posting":
        role, rank = pack.posting_decider, None
    elif kind == "monitoring" and view.get("act.level") in pack.levels:
        level = pack.levels[view["act.level"]]
        role, rank = level.decided_by, level.min_rank
    else:
        return None
    advice: set[str] = set()
    for code in refer_to:
        referral = pack.referrals[code]
        if referral.part == "advises":
            advice.add(referral.held_by)
            continue
        if pack.plan.seniority.get(referral.held_by, -1) > pack.plan.seniority.get(role, -1):
            role = referral.held_by
        if referral.min_rank is not None and (
            rank is None or not pack.ranks_at_least(rank, referral.min_rank)
        ):
            rank = referral.min_rank
    return Decider(role, rank, tuple(sorted(advice)))
