"""Deciding: facts in, decision out. Pure, total, and refusing by default.

Block > refer > warn > pass; the strictest finding wins. A rule that applies needs every fact that it reads: one that is
absent or unreadable blocks. Where it cannot be known whether a rule applies, that blocks, too. Where no rule applies, nothing
has been checked, so the answer is block.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from governance.policy.calendar import legal_day
from governance.policy.closures import Test
from governance.policy.decision import STRICTNESS, Decider, Decision, Finding, Unreadable, Verdict
from governance.policy.expression import CLOCK
from governance.policy.kinds import FIRST_YEAR, LAST_YEAR, WRONG
from governance.policy.pack import KIND, STAGE, Pack, Step

#: Ids of the two findings that no rule gives.
NO_RULE = "NO-RULE"
NOT_IN_FORCE = "NOT-IN-FORCE"


def evaluate(pack: Pack, facts: Mapping[str, object], *, at: datetime) -> Decision:
    """What the pack says about these facts at this moment. Never raises for any facts.

    Raises:
        ValueError: `at` has no time zone, or no sensible year: without a clock there is no decision.
    """
    if at.utcoffset() is None or not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise ValueError("A decision needs a moment with a time zone.")
    at = at.astimezone(UTC)
    kept, view, ignored = _read(pack, facts)
    view[CLOCK] = at
    day = legal_day(at)
    if not pack.in_force.covers(day):
        return _decision(pack, at, kept, ignored, [_no_finding(NOT_IN_FORCE)], view)

    stage = pack.plan.by_stage.get((view.get(KIND), view.get(STAGE)), pack.plan.every)
    always = pack.plan.always is not None and pack.plan.always.covers(day)
    complete = stage.needs <= view.keys()
    told: list[Finding] = []
    satisfied: list[Finding] = []
    applied = False
    for step in stage.steps:
        if not always and not step.rule.in_force.covers(day):
            continue
        lacking: frozenset[str] = frozenset()
        if step.applies is not None:
            applies = _applies(step.applies, view)
            if applies is False:
                continue
            if applies is not True:
                lacking = applies
        if not complete:
            lacking |= step.needs - view.keys()
        explains = step.rule.verdict == "allow"
        applied = applied or not explains
        if lacking:
            if not explains:
                told.append(_missing(pack, step, lacking, kept))
        elif step.when(view):
            told.append(_unsatisfied(pack, step, view))
        elif not explains:
            satisfied.append(step.satisfied)
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
    return (again.verdict, again.findings, again.refer_to, again.decider) == (
        decision.verdict,
        decision.findings,
        decision.refer_to,
        decision.decider,
    )


def evaluate_rule(pack: Pack, rule_id: str, facts: Mapping[str, object], *, at: datetime) -> Finding | None:
    """What one rule says by itself; None where it does not apply or is not in force. For examples and for the rules page."""
    kept, view, _ = _read(pack, facts)
    view[CLOCK] = at.astimezone(UTC)
    step = next(step for step in pack.plan.every.steps if step.rule.id == rule_id)
    applies = True if step.applies is None else _applies(step.applies, view)
    if applies is False or not step.rule.in_force.covers(legal_day(at)):
        return None
    lacking = (frozenset() if applies is True else applies) | (step.needs - view.keys())
    if lacking:
        return None if step.rule.verdict == "allow" else _missing(pack, step, lacking, kept)
    if step.when(view):
        return _unsatisfied(pack, step, view)
    return None if step.rule.verdict == "allow" else step.satisfied


def _read(pack: Pack, facts: Mapping[str, object]) -> tuple[dict[str, Any], dict[str, Any], tuple[str, ...]]:
    """The facts to store (unreadable ones marked, unanswered ones left out), those that conditions see, and unknown names."""
    readers = pack.plan.readers
    kept: dict[str, Any] = {}
    unreadable: list[str] = []
    ignored: list[str] = []
    for name, value in facts.items():
        reader = readers.get(name)
        if reader is None:
            ignored.append(str(name))
        elif value is not None:
            read = reader(value)
            if read is WRONG:
                unreadable.append(name)
                read = value if type(value) is Unreadable else Unreadable(type(value).__name__)
            kept[name] = read
    view = kept.copy()
    for name in unreadable:
        del view[name]
    return kept, view, tuple(sorted(ignored))


def _applies(test: Test, view: Mapping[str, Any]) -> bool | frozenset[str]:
    """Whether a rule applies, or the missing facts without which nobody can know."""
    try:
        answer: bool = test.fast(view)
        return answer
    except KeyError:
        return test.careful(view)


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
    strictest = findings[0].verdict
    verdict: Verdict = "pass" if strictest == "allow" else strictest
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
        if not referral.decides:
            advice.add(referral.held_by)
            continue
        if pack.plan.seniority.get(referral.held_by, -1) > pack.plan.seniority.get(role, -1):
            role = referral.held_by
        if referral.min_rank is not None and (
            rank is None or not pack.ranks_at_least(rank, referral.min_rank)
        ):
            rank = referral.min_rank
    return Decider(role, rank, tuple(sorted(advice)))
