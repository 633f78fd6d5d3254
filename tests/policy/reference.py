"""A second, plain reading of conditions and packs, written without looking at the engine's own code paths.

Slow and obvious: it walks the tree each time. The engine must never disagree with it.
"""

import ast
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from governance.policy import Pack

MISSING = object()
ORDER = ["pass", "allow", "warn", "refer", "block"]


def verdict(pack: Pack, facts: dict[str, Any], at: datetime) -> str:
    """The verdict of a pack on well-formed facts, some of which may be missing (or None)."""
    outcome, covered = "pass", False
    day = at.astimezone(ZoneInfo("Europe/London")).date()
    if not _in_force(pack.in_force, day):
        return "block"
    for rule in pack.rules:
        if not _in_force(rule.in_force, day):
            continue
        applies = True if rule.applies is None else walk(rule.applies.tree, pack, facts, at)
        if applies is False:
            continue
        if rule.verdict == "allow":
            continue
        covered = True
        if applies is MISSING or any(facts.get(name) is None for name in rule.when.facts):
            outcome = "block"
        elif walk(rule.when.tree, pack, facts, at):
            outcome = max(outcome, rule.verdict, key=ORDER.index)
    return outcome if covered else "block"


def walk(node: ast.AST, pack: Pack, facts: dict[str, Any], at: datetime) -> Any:
    """The value of a tree; MISSING when it cannot be known without a missing fact."""
    if isinstance(node, ast.BoolOp):
        values = [walk(part, pack, facts, at) for part in node.values]
        settles = isinstance(node.op, ast.Or)
        if any(value is settles for value in values):
            return settles
        return MISSING if any(value is MISSING for value in values) else not settles
    if isinstance(node, ast.UnaryOp):
        value = walk(node.operand, pack, facts, at)
        if value is MISSING:
            return MISSING
        return not value if isinstance(node.op, ast.Not) else -value
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Tuple):
        return [walk(part, pack, facts, at) for part in node.elts]
    if isinstance(node, ast.Attribute):
        return _name(ast.unparse(node), pack, facts, at)
    if isinstance(node, ast.BinOp):
        left, right = walk(node.left, pack, facts, at), walk(node.right, pack, facts, at)
        if left is MISSING or right is MISSING:
            return MISSING
        return left + right if isinstance(node.op, ast.Add) else left - right
    if isinstance(node, ast.Call):
        values = [walk(part, pack, facts, at) for part in node.args]
        return MISSING if any(value is MISSING for value in values) else _measure(node.func.id, *values)
    assert isinstance(node, ast.Compare)
    left, right = walk(node.left, pack, facts, at), walk(node.comparators[0], pack, facts, at)
    if left is MISSING or right is MISSING:
        return MISSING
    operator = type(node.ops[0]).__name__
    scale = _scale(node, pack)
    if scale and operator not in ("In", "NotIn"):
        left, right = scale.index(left), scale.index(right)
    return {
        "Eq": lambda: left == right,
        "NotEq": lambda: left != right,
        "Lt": lambda: left < right,
        "LtE": lambda: left <= right,
        "Gt": lambda: left > right,
        "GtE": lambda: left >= right,
        "In": lambda: left in right,
        "NotIn": lambda: left not in right,
    }[operator]()


def _name(name: str, pack: Pack, facts: dict[str, Any], at: datetime) -> Any:
    if name == "decision.at":
        return at
    if name in pack.facts:
        return MISSING if facts.get(name) is None else facts[name]
    table, column = name.split(".")
    keys = {"purposes": "purpose.code", "retention_classes": "data.retention_class", "levels": "act.level"}
    key = facts.get(keys[table])
    return MISSING if key is None else getattr(getattr(pack, table)[key], column)


def _scale(node: ast.Compare, pack: Pack) -> list[str] | None:
    names = {ast.unparse(part) for part in (node.left, *node.comparators)}
    if names & {"auth.rank", "levels.min_rank"}:
        return list(pack.ranks)
    return sorted(pack.levels) if "act.level" in names else None


def _measure(name: str, *values: Any) -> Any:
    if name == "length":
        return len(" ".join(values[0].split()))
    if name == "count":
        return len({value.strip() for value in values[0] if value.strip()})
    if name == "days_between":
        first, second = (_day(value) for value in values)
        return second.toordinal() - first.toordinal()
    if name == "has_any":
        return any(value in values[1] for value in values[0])
    if name == "mentions":
        texts = [values[0]] if isinstance(values[0], str) else values[0]
        return any(_mentions(text.casefold(), word.casefold()) for text in texts for word in values[1])
    raise AssertionError(name)


def _mentions(text: str, word: str) -> bool:
    """Whole words, letter by letter: words of a phrase may be run together or joined by spaces, '-' or '_'."""
    parts = word.split()

    def ends(at: int, left: list[str]) -> set[int]:
        if not text.startswith(left[0], at):
            return set()
        at += len(left[0])
        if len(left) == 1:
            return {at}
        found = set()
        while True:
            found |= ends(at, left[1:])
            if at < len(text) and (text[at].isspace() or text[at] in "-_"):
                at += 1
            else:
                return found

    def letter(at: int) -> bool:
        return 0 <= at < len(text) and text[at].isalnum()

    for start in range(len(text)):
        if not letter(start - 1):
            for end in ends(start, parts):
                for stop in (end, end + 1 if text[end : end + 1] == "s" else end):
                    if not letter(stop):
                        return True
    return False


def _day(value: date) -> date:
    return value.astimezone(ZoneInfo("Europe/London")).date() if isinstance(value, datetime) else value


def _in_force(span: Any, day: date) -> bool:
    return span.from_ <= day and (span.to is None or day <= span.to)


NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
