"""Running a checked tree: small functions put together once, when a pack is loaded.

`fast` answers at once when every fact it looks at is there, and raises KeyError otherwise. `careful` answers in three
values: True, False, or the set of missing facts without which the answer cannot be known. Where `fast` answers, the two
agree; a conjunction that is already false does not need its other facts, in whatever order it was written. The
careful way decides only whether a rule applies: a rule that does apply needs every fact that it reads.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from governance.policy.expression import CLOCK, Condition, Scope, dotted, kind_of, literal, names_in
from governance.policy.kinds import Kind, Scale
from governance.policy.measures import MEASURES, Words

View = Mapping[str, Any]
Fast = Callable[[View], Any]
Answer = bool | frozenset[str]

_OPERATORS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


@dataclass(frozen=True, slots=True)
class Test:
    """A condition ready to run, in both ways."""

    fast: Fast
    careful: Callable[[View], Answer]


def test_of(condition: Condition, scope: Scope) -> Test:
    """Put together the test of a yes-or-no condition."""
    return _test(condition.tree, scope)


def value_of(condition: Condition, scope: Scope) -> Fast:
    """Put together the value of an expression of any kind, for templates."""
    return _value(condition.tree, scope)


def _test(node: ast.expr, scope: Scope) -> Test:
    match node:
        case ast.BoolOp(op=ast.And(), values=parts):
            return _all(tuple(_test(part, scope) for part in parts))
        case ast.BoolOp(values=parts):
            return _any(tuple(_test(part, scope) for part in parts))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _not(_test(operand, scope))
    return _leaf(_value(node, scope), tuple(sorted(set(names_in(node, scope)) - {CLOCK})))


def _leaf(fast: Fast, facts: tuple[str, ...]) -> Test:
    def careful(view: View) -> Answer:
        missing = frozenset(name for name in facts if name not in view)
        return missing or bool(fast(view))

    return Test(fast, careful)


def _all(parts: tuple[Test, ...]) -> Test:
    tests = tuple(part.fast for part in parts)
    careful_tests = tuple(part.careful for part in parts)

    if len(tests) == 2:
        first, second = tests

        def fast(view: View) -> bool:
            return first(view) and second(view)
    else:

        def fast(view: View) -> bool:
            for test in tests:  # noqa: SIM110 - a generator costs three times as much here
                if not test(view):
                    return False
            return True

    def careful(view: View) -> Answer:
        missing: frozenset[str] = frozenset()
        for test in careful_tests:
            answer = test(view)
            if answer is False:
                return False
            if answer is not True:
                missing |= answer
        return missing or True

    return Test(fast, careful)


def _any(parts: tuple[Test, ...]) -> Test:
    tests = tuple(part.fast for part in parts)
    careful_tests = tuple(part.careful for part in parts)

    def fast(view: View) -> bool:
        for test in tests:  # noqa: SIM110
            if test(view):
                return True
        return False

    def careful(view: View) -> Answer:
        missing: frozenset[str] = frozenset()
        for test in careful_tests:
            answer = test(view)
            if answer is True:
                return True
            if answer is not False:
                missing |= answer
        return missing or False

    return Test(fast, careful)


def _not(part: Test) -> Test:
    inner, careful_inner = part.fast, part.careful

    def careful(view: View) -> Answer:
        answer = careful_inner(view)
        return not answer if answer is True or answer is False else answer

    return Test(lambda view: not inner(view), careful)


def _value(node: ast.expr, scope: Scope) -> Fast:
    match node:
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _comparison(left, op, right, scope)
        case ast.Attribute():
            return _name(dotted(node), scope)
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return _measure(name, arguments, scope)
        case ast.BinOp(left=left, op=op, right=right):
            first, second = _value(left, scope), _value(right, scope)
            if isinstance(op, ast.Add):
                return lambda view: first(view) + second(view)
            return lambda view: first(view) - second(view)
        case ast.BoolOp() | ast.UnaryOp(op=ast.Not()):
            return _test(node, scope).fast
    constant = _constant(node)
    return lambda view: constant


def _constant(node: ast.expr) -> Any:
    words = literal(node)
    if words is not None:
        return words.values if words.many else words.values[0]
    if isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant):
        return -node.operand.value  # type: ignore[operator]
    if isinstance(node, ast.Constant):
        return node.value
    raise AssertionError(f"{ast.unparse(node)} came past the type check")


def _name(name: str, scope: Scope) -> Fast:
    column = scope.columns.get(name)
    if column is None:
        return operator.itemgetter(name)
    values, key = column.values, column.key
    return lambda view: values[view[key]]


def _measure(name: str, arguments: list[ast.expr], scope: Scope) -> Fast:
    run = MEASURES[name].run
    if len(arguments) == 1:
        first = _value(arguments[0], scope)
        return lambda view: run(first(view))
    first, second = (_value(argument, scope) for argument in arguments)
    return lambda view: run(first(view), second(view))


def _comparison(left: ast.expr, op: ast.cmpop, right: ast.expr, scope: Scope) -> Fast:
    first_kind, second_kind = kind_of(left, scope), kind_of(right, scope)
    if isinstance(op, ast.In | ast.NotIn):
        return _membership(left, right, first_kind, second_kind, scope, wanted=isinstance(op, ast.In))
    compare = _OPERATORS[type(op)]
    scale = next((kind for kind in (first_kind, second_kind) if isinstance(kind, Scale)), None)
    if scale is not None:
        first, second = _position(left, scale, scope), _position(right, scale, scope)
        return lambda view: compare(first(view), second(view))
    first, second = _value(left, scope), _value(right, scope)
    name = dotted(left)
    if name and name not in scope.columns and isinstance(right, ast.Constant):
        constant = right.value  # the commonest shape, kept short because it is run most
        if compare is operator.eq:
            return lambda view: view[name] == constant
        return lambda view: compare(view[name], constant)
    return lambda view: compare(first(view), second(view))


def _position(node: ast.expr, scale: Scale, scope: Scope) -> Fast:
    """A value of a scale as its place in the order."""
    positions = scale.positions
    words = literal(node)
    if words is not None:
        place = positions[words.values[0]]
        return lambda view: place
    value = _value(node, scope)
    return lambda view: positions[value(view)]


def _membership(
    left: ast.expr, right: ast.expr, first_kind: Kind, second_kind: Kind, scope: Scope, *, wanted: bool
) -> Fast:
    first = _value(left, scope)
    if isinstance(second_kind, Words):
        words: frozenset[str] = frozenset(second_kind.values)
        if isinstance(first_kind, Scale):  # equal ranks count as the same
            places = {first_kind.positions[word] for word in words}
            words = frozenset(v for v, place in first_kind.positions.items() if place in places)
        if wanted:
            return lambda view: first(view) in words
        return lambda view: first(view) not in words
    second = _value(right, scope)
    if wanted:
        return lambda view: first(view) in second(view)
    return lambda view: first(view) not in second(view)
