"""The policy engine: a pack of rules as data, facts in, a decision out.

Pure Python: no framework, no clock, no input or output. A pack is read from bytes (`load_pack`), facts are judged at a given moment
(`evaluate`), and a stored decision can be made again (`replay`).
"""

from governance.policy.decision import Citation, Decider, Decision, Finding, Unreadable
from governance.policy.engine import NO_RULE, NOT_IN_FORCE, evaluate, evaluate_rule, replay
from governance.policy.errors import PackError
from governance.policy.load import load_pack
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

__all__ = [
    "NOT_IN_FORCE",
    "NO_RULE",
    "Citation",
    "Decider",
    "Decision",
    "Fact",
    "Finding",
    "InForce",
    "Level",
    "Pack",
    "PackError",
    "Platform",
    "Purpose",
    "Referral",
    "RetentionClass",
    "Rule",
    "Scenario",
    "Unreadable",
    "evaluate",
    "evaluate_rule",
    "load_pack",
    "replay",
]
