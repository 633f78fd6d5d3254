"""A policy pack after it has been checked: what people read, and what the engine runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from governance.policy.closures import Fast, Test
from governance.policy.decision import Citation, Finding
from governance.policy.explain import Template, in_words
from governance.policy.expression import Condition, Scope
from governance.policy.kinds import Kind, Reader, Scale

Basis = Literal["statute", "code", "guidance", "case", "local"]
RuleVerdict = Literal["block", "refer", "warn", "allow"]

#: The two facts that say which rules can apply at all; each pair of values gets its own short list of steps.
KIND, STAGE = "req.kind", "req.stage"


@dataclass(frozen=True, slots=True)
class InForce:
    """Legal days on which something holds; `to` is its last day, None for no end."""

    from_: date
    to: date | None = None

    def covers(self, day: date) -> bool:
        """Is the day inside?"""
        return self.from_ <= day and (self.to is None or day <= self.to)


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that rules may look at: its kind, what it means, and the stages that supply it."""

    name: str
    kind: Kind
    meaning: str
    stages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """A rule's own test: a scenario, what differs from it, and what the rule must then say."""

    scenario: str
    but: Mapping[str, Any]
    without: tuple[str, ...]
    expect: str
    line: int


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. It is not satisfied, and gives its verdict, when `when` is true."""

    id: str
    title: str
    field: str | None
    verdict: RuleVerdict
    refer_to: str | None
    applies: Condition | None
    when: Condition
    params: Mapping[str, int]
    local_params: tuple[str, ...]
    sentence: str
    why: Template
    remedy: str
    citations: tuple[Citation, ...]
    basis: Basis
    evidence: str
    in_force: InForce
    override: str | None
    examples: tuple[Example, ...]
    facts: tuple[str, ...]
    line: int

    @property
    def local(self) -> bool:
        """Is it, or any number in it, this body's own choice and not law?"""
        return self.basis == "local" or bool(self.local_params)


@dataclass(frozen=True, slots=True)
class Purpose:
    """One permitted purpose: its regimes, what a search may aim at, and how long what it brings may be kept."""

    code: str
    words: str
    regimes: tuple[str, ...]
    grounds: str
    scopes: tuple[str, ...]
    referred_scopes: tuple[str, ...]
    retention_class: str
    retention_classes: tuple[str, ...]
    longest_days: int


@dataclass(frozen=True, slots=True)
class RetentionClass:
    """One row of the retention schedule; `longest_days` is 0 where the period is not counted in days of collection."""

    code: str
    words: str
    period: str
    longest_days: int
    collected: bool
    trigger: str
    then: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Level:
    """One engagement level and who decides a plain request at it."""

    code: str
    name: str
    words: str
    decided_by: str
    min_rank: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Platform:
    """One platform that may be named in a request."""

    code: str
    words: str


@dataclass(frozen=True, slots=True)
class Referral:
    """A role that rules refer to: whether it decides or advises, who in the house does it, and from what rank."""

    code: str
    words: str
    decides: bool
    held_by: str
    min_rank: str | None


@dataclass(frozen=True, slots=True)
class Scenario:
    """A complete set of facts with the outcome that the whole pack must give."""

    name: str
    at: Any
    facts: Mapping[str, Any]
    expect: str
    refer_to: tuple[str, ...]
    decider: str | None
    line: int


@dataclass(frozen=True, slots=True)
class Step:
    """One rule ready to run. `applies` is None when it is already known to apply; `needs` are the facts of `when`."""

    rule: Rule
    applies: Test | None
    when: Fast
    needs: frozenset[str]
    satisfied: Finding


@dataclass(frozen=True, slots=True)
class Steps:
    """The rules that can apply at one kind and stage, in the order of their ids, and all facts that they need."""

    steps: tuple[Step, ...]
    needs: frozenset[str]


@dataclass(frozen=True, slots=True)
class Plan:
    """What the engine runs: readers of facts, and the steps for each kind and stage (`every` when those are unknown).

    `always` are the days on which every rule is in force. `seniority` orders the roles that decide, the highest last.
    """

    readers: Mapping[str, Reader]
    every: Steps
    by_stage: Mapping[tuple[Any, Any], Steps]
    always: InForce | None
    seniority: Mapping[str, int]


@dataclass(frozen=True)
class Pack:
    """A checked pack. `digest` is the SHA-256 of the very bytes it was read from."""

    id: str
    version: str
    title: str
    owner: str
    status: str
    jurisdiction: str
    in_force: InForce
    digest: str
    rules: tuple[Rule, ...]
    facts: Mapping[str, Fact]
    sources: Mapping[str, Citation]
    purposes: Mapping[str, Purpose]
    retention_classes: Mapping[str, RetentionClass]
    levels: Mapping[str, Level]
    platforms: Mapping[str, Platform]
    rank_scale: Scale
    referrals: Mapping[str, Referral]
    posting_decider: str
    scenarios: Mapping[str, Scenario]
    words: Mapping[str, str]
    plan: Plan = field(compare=False, repr=False)
    scope: Scope = field(compare=False, repr=False)

    @property
    def ranks(self) -> tuple[str, ...]:
        """Every rank, lowest first."""
        return self.rank_scale.values

    def rule(self, rule_id: str) -> Rule:
        """The rule with this id. Raises KeyError."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise KeyError(rule_id)

    def ranks_at_least(self, rank: str, minimum: str) -> bool:
        """Is a rank at least as high as another? A rank that the pack does not know is not."""
        order = self.rank_scale.positions
        return rank in order and minimum in order and order[rank] >= order[minimum]

    def facts_at(self, stage: str) -> frozenset[str]:
        """The facts that a caller supplies at a stage: the contract between the pack and the case files."""
        return frozenset(name for name, fact in self.facts.items() if stage in fact.stages)

    def in_words(self, condition: Condition) -> str:
        """A condition as a plain phrase."""
        meanings = {name: fact.meaning for name, fact in self.facts.items()}
        return in_words(condition.tree, self.scope, meanings, self.words)
