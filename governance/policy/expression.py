"""Conditions: read once into one checked tree.

A condition is written in a small part of Python's expression grammar and parsed by `ast`; nothing is ever compiled
or evaluated by Python itself. Parameters and named conditions are put into the tree, so what is left speaks only
of facts, table columns, measures and constants. That one tree is type-checked here, run by `closures`, read aloud by
`explain`, and can be given to a prover.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from governance.policy.errors import Fault
from governance.policy.kinds import (
    Choice,
    Choices,
    Day,
    Kind,
    Moment,
    Person,
    Reference,
    Scale,
    Whole,
    YesNo,
)
from governance.policy.measures import ANY_WHOLE, MEASURES, Words

LONGEST_CONDITION = 1_000
DEEPEST_BRACKETS = 12
DEEPEST_TREE = 30
MOST_NODES = 400

#: The clock of the decision: always present, stored with it, and the only time that a condition can see.
CLOCK = "decision.at"

_ORDERED = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
_EQUAL = (ast.Eq, ast.NotEq)
_WITHIN = (ast.In, ast.NotIn)


@dataclass(frozen=True)
class Column:
    """One column of a table: its kind, the fact that picks the row, and the value for each row."""

    kind: Kind
    key: str
    values: Mapping[str, object]


@dataclass(frozen=True)
class Scope:
    """The closed list of names that a condition may use."""

    facts: Mapping[str, Kind]
    columns: Mapping[str, Column] = field(default_factory=dict)
    params: Mapping[str, int] = field(default_factory=dict)
    conditions: Mapping[str, ast.expr] = field(default_factory=dict)


@dataclass(frozen=True)
class Condition:
    """A checked expression: as written, as a tree, its kind, and the facts it reads (sorted)."""

    source: str
    tree: ast.expr = field(compare=False, repr=False)
    kind: Kind
    facts: tuple[str, ...]


def read_condition(source: object, scope: Scope) -> Condition:
    """Read an expression that must be a yes or a no. Raises Fault with what is wrong and how to mend it."""
    condition = read_expression(source, scope)
    if not isinstance(condition.kind, YesNo):
        raise Fault(
            f"{condition.source!r} is not a yes or a no.",
            "Compare it with something, such as `data.retention_days > 30`.",
        )
    return condition


def read_expression(source: object, scope: Scope) -> Condition:
    """Read an expression of any kind (templates show values with it). Raises Fault."""
    if not isinstance(source, str) or not source.strip():
        raise Fault("A condition is empty or is not text.", "Write the condition in quotes.")
    tree = _Substitute(scope).visit(_parse(source.strip()))
    _measure_size(tree, source)
    kind = kind_of(tree, scope)
    if isinstance(kind, Words):
        raise Fault(f"{source!r} is only a word.", "Compare a fact with it.")
    facts = sorted(set(names_in(tree, scope)) - {CLOCK})
    return Condition(source.strip(), tree, kind, tuple(facts))


def names_in(tree: ast.expr, scope: Scope) -> Iterator[str]:
    """The facts that a tree reads; a table column reads the fact that picks its row."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            name = dotted(node)
            if name in scope.columns:
                yield scope.columns[name].key
            elif name:
                yield name


def dotted(node: ast.expr) -> str:
    """`a.b` of an attribute node, or '' for anything else."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return f"{node.value.id}.{node.attr}"
    return ""


def literal(node: ast.expr) -> Words | None:
    """The words of a quoted literal or of a bracketed list of them; None for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return Words((node.value,), many=False)
    if isinstance(node, ast.Tuple | ast.List):
        values = tuple(e.value for e in node.elts if isinstance(e, ast.Constant) and isinstance(e.value, str))
        if values and len(values) == len(node.elts):
            return Words(values, many=True)
    return None


def kind_of(node: ast.expr, scope: Scope) -> Kind:
    """The kind of a tree, every part of it checked. Raises Fault for anything outside the closed grammar."""
    words = literal(node)
    if words is not None:
        return words
    match node:
        case ast.BoolOp(values=parts):
            for part in parts:
                _must_be_yes_no(part, scope)
            return YesNo()
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            _must_be_yes_no(operand, scope)
            return YesNo()
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as number)) if not isinstance(
            number, bool
        ):
            return ANY_WHOLE
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub(), right=right):
            for part in (left, right):
                if not isinstance(kind_of(part, scope), Whole):
                    raise Fault(f"{_shown(part)} is not a number.", "Add and subtract whole numbers only.")
            return ANY_WHOLE
        case ast.Compare(left=left, ops=[operator], comparators=[right]):
            _check_comparison(node, left, operator, right, scope)
            return YesNo()
        case ast.Compare():
            raise Fault(f"{_shown(node)} compares three things at once.", "Join two comparisons with `and`.")
        case ast.Attribute():
            return _kind_of_name(node, scope)
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
            return _kind_of_measure(name, arguments, scope)
        case ast.Constant(value=bool()):
            return YesNo()
        case ast.Constant(value=int()):
            return ANY_WHOLE
        case ast.Name(id=name):
            raise Fault(
                f"{name!r} is neither a fact nor a named condition.",
                "Facts are written with a dot, such as `purpose.code`; named conditions stand under [conditions].",
            )
    raise Fault(
        f"{_shown(node)} is not allowed in a condition.",
        "Use facts, columns, numbers, quoted words, and/or/not, comparisons and the listed measures only.",
    )


def _kind_of_name(node: ast.Attribute, scope: Scope) -> Kind:
    name = dotted(node)
    if name == CLOCK:
        return Moment()
    if name in scope.facts:
        return scope.facts[name]
    if name in scope.columns:
        return scope.columns[name].kind
    tables = {column.partition(".")[0] for column in scope.columns}
    if name.partition(".")[0] in tables:
        known = ", ".join(sorted(c for c in scope.columns if c.startswith(name.partition(".")[0] + ".")))
        raise Fault(f"There is no column {name!r}.", f"The columns are: {known}.")
    if name.startswith("params."):
        raise Fault(f"The rule has no parameter {name[7:]!r}.", "Add it to `params`.")
    raise Fault(
        f"There is no fact {_shown(node) if not name else repr(name)}.",
        "Check its spelling in the [facts] table.",
    )


def _kind_of_measure(name: str, arguments: list[ast.expr], scope: Scope) -> Kind:
    measure = MEASURES.get(name)
    if measure is None:
        raise Fault(f"There is no measure {name!r}.", f"The measures are: {', '.join(sorted(MEASURES))}.")
    if len(arguments) != measure.arguments:
        raise Fault(
            f"{name} takes {measure.arguments} argument(s), not {len(arguments)}.",
            "Give it what it measures.",
        )
    for argument in arguments:
        if literal(argument) is None and not dotted(argument):
            raise Fault(f"{name} cannot measure {_shown(argument)}.", "Give it a fact or a column.")
    problem = measure.check(tuple(kind_of(argument, scope) for argument in arguments))
    if problem:
        raise Fault(f"{name}: {problem}.", "Give it the right kind of fact.")
    return measure.answers


def _check_comparison(
    node: ast.Compare, left: ast.expr, operator: ast.cmpop, right: ast.expr, scope: Scope
) -> None:
    first, second = kind_of(left, scope), kind_of(right, scope)
    if isinstance(operator, _WITHIN):
        problem = _within(first, second)
    elif isinstance(operator, _EQUAL):
        problem = _comparable(first, second, ordered=False)
    elif isinstance(operator, _ORDERED):
        problem = _comparable(first, second, ordered=True)
    else:
        problem = "only ==, !=, <, <=, >, >=, in and not in compare"
    if problem:
        raise Fault(f"{_shown(node)} cannot be decided: {problem}.", "Compare two things of the same kind.")


def _comparable(first: Kind, second: Kind, *, ordered: bool) -> str:
    for kind, other in ((first, second), (second, first)):
        if isinstance(kind, Words):
            if kind.many or not (isinstance(other, Scale) or (isinstance(other, Choice) and not ordered)):
                return "a word can be compared only with an enumeration or a scale"
            return _unknown_words(kind, other)
    if ordered:
        same = type(first) is type(second) and isinstance(first, Whole | Scale | Day | Moment)
    else:
        same = type(first) is type(second) and isinstance(
            first, Whole | Scale | Day | Moment | Choice | YesNo | Person | Reference
        )
    if not same:
        return "the two sides are of different kinds, or have no order"
    if isinstance(first, Scale | Choice) and first != second:
        return "the two sides come from different lists"
    return ""


def _within(first: Kind, second: Kind) -> str:
    if isinstance(first, Words):
        if first.many or not isinstance(second, Choices):
            return "a word can be looked for only in a list of enumerations"
        return _unknown_words(first, second)
    if isinstance(second, Words):
        if not second.many or not isinstance(first, Choice | Scale):
            return "`in` needs an enumeration and words in brackets"
        return _unknown_words(second, first)
    if isinstance(first, Choice | Scale) and isinstance(second, Choices):
        return "" if set(first.values) == set(second.values) else "the two sides come from different lists"
    return "`in` needs an enumeration and a list"


def _unknown_words(words: Words, kind: Kind) -> str:
    allowed: tuple[str, ...] = getattr(kind, "values", ())
    for word in words.values:
        if word not in allowed:
            return f"{word!r} is not one of {', '.join(allowed)}"
    return ""


def _must_be_yes_no(node: ast.expr, scope: Scope) -> None:
    if not isinstance(kind_of(node, scope), YesNo):
        raise Fault(f"{_shown(node)} is not a yes or a no.", "and, or and not join yes-or-no parts only.")


class _Substitute(ast.NodeTransformer):
    """Puts parameters and named conditions where their names stand."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        name = dotted(node)
        if name.startswith("params.") and name[7:] in self.scope.params:
            number = self.scope.params[name[7:]]
            constant = ast.Constant(abs(number))
            return constant if number >= 0 else ast.UnaryOp(ast.USub(), constant)
        return node

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.scope.conditions.get(node.id, node)


def _parse(source: str) -> ast.expr:
    if len(source) > LONGEST_CONDITION:
        raise Fault(
            f"A condition has {len(source)} characters; the most is {LONGEST_CONDITION}.", "Split the rule."
        )
    depth = deepest = 0
    for character in source:
        depth += (character in "([{") - (character in ")]}")
        deepest = max(deepest, depth)
    if deepest > DEEPEST_BRACKETS:
        raise Fault(
            f"Brackets stand {deepest} deep; the most is {DEEPEST_BRACKETS}.", "Use a named condition."
        )
    try:
        # Only parsed, never compiled: `ast.parse` builds a tree and runs nothing.
        tree = ast.parse(source.replace("\n", " "), mode="eval").body
        ast.unparse(tree)
    except SyntaxError as error:
        raise Fault(
            f"{source!r} cannot be read: {error.msg}.", "Write it like `act.level >= 'L2' and act.covert`."
        )
    except (ValueError, RecursionError, MemoryError):
        raise Fault("A condition cannot be read.", "Write it shorter and flatter.")
    return tree


def _measure_size(tree: ast.expr, source: str) -> None:
    level: list[ast.AST] = [tree]
    depth = nodes = 0
    while level:
        depth, nodes = depth + 1, nodes + len(level)
        if depth > DEEPEST_TREE or nodes > MOST_NODES:
            raise Fault(
                f"{source[:60]!r} is too deep or too large.", "Split the rule or use fewer named conditions."
            )
        level = [child for node in level for child in ast.iter_child_nodes(node)]


def _shown(node: ast.AST) -> str:
    text = ast.unparse(node)
    return repr(text if len(text) <= 80 else text[:77] + "...")
