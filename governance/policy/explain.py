"""Saying values and conditions in plain words, from the same tree that decides."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from governance.policy.calendar import LONDON
from governance.policy.closures import Fast, View, value_of
from governance.policy.errors import Fault
from governance.policy.expression import Scope, dotted, literal, read_expression
from governance.policy.measures import MEASURES

_SLOT = re.compile(r"\{([^{}]*)\}")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_BETWEEN = {
    ast.Eq: "is",
    ast.NotEq: "is not",
    ast.Lt: "is less than",
    ast.LtE: "is at most",
    ast.Gt: "is more than",
    ast.GtE: "is at least",
    ast.In: "is one of",
    ast.NotIn: "is not one of",
}


@dataclass(frozen=True)
class Template:
    """A sentence with `{expressions}` in it, checked like any condition."""

    source: str
    parts: tuple[str | tuple[Fast, tuple[str, ...]], ...]

    def filled(self, view: View, words: Mapping[str, str]) -> str:
        """The sentence with its values in words; a fact that is missing reads "not answered"."""
        said = []
        for part in self.parts:
            if isinstance(part, str):
                said.append(part)
            else:
                value, facts = part
                missing = any(name not in view for name in facts)
                said.append("not answered" if missing else say(value(view), words))
        return "".join(said)


def read_template(source: str, scope: Scope) -> Template:
    """Read a sentence with slots. Raises Fault for a slot that is not a good expression."""
    parts: list[str | tuple[Fast, tuple[str, ...]]] = []
    for index, part in enumerate(_SLOT.split(source)):
        if index % 2:
            expression = read_expression(part, scope)
            parts.append((value_of(expression, scope), expression.facts))
        elif part:
            if "{" in part or "}" in part:
                raise Fault(f"A bracket is open in {source!r}.", "Write every value as {a.fact}.")
            parts.append(part)
    return Template(source, tuple(parts))


def with_params(source: str, params: Mapping[str, int]) -> str:
    """A sentence whose only slots are parameters, with their numbers put in. Raises Fault for any other slot."""

    def number(match: re.Match[str]) -> str:
        name = match[1].strip()
        if not name.startswith("params.") or name[7:] not in params:
            raise Fault(
                f"{{{name}}} cannot stand here.", "A title, sentence or remedy may show parameters only."
            )
        return say(params[name[7:]], {})

    said = _SLOT.sub(number, source)
    if "{" in said or "}" in said:
        raise Fault(f"A bracket is open in {source!r}.", "Write a parameter as {params.name}.")
    return said


def say(value: Any, words: Mapping[str, str]) -> str:
    """One value in plain words; `words` has the pack's own words for its codes. Times are Europe/London."""
    if value is True or value is False:
        return "yes" if value else "no"
    if isinstance(value, datetime):
        local = value.astimezone(LONDON)
        hour = local.hour % 12 or 12
        minutes = f":{local.minute:02}" if local.minute else ""
        return f"{say(local.date(), words)}, {hour}{minutes}{'am' if local.hour < 12 else 'pm'}"
    if isinstance(value, date):
        return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, tuple):
        said = [say(item, words) for item in value]
        return " and ".join([", ".join(said[:-1]), said[-1]] if len(said) > 1 else said) or "none"
    return words.get(value, str(value).replace("_", " ")) or "nothing"


def in_words(tree: ast.expr, scope: Scope, meanings: Mapping[str, str], words: Mapping[str, str]) -> str:
    """A condition as a plain phrase, for the page that shows the rules."""

    def spoken(node: ast.expr) -> str:
        listed = literal(node)
        if listed is not None:
            return " or ".join(say(word, words) for word in listed.values)
        match node:
            case ast.BoolOp(op=joined, values=parts):
                word = " and " if isinstance(joined, ast.And) else " or "
                return word.join(f"({spoken(p)})" if isinstance(p, ast.BoolOp) else spoken(p) for p in parts)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                said = spoken(operand)
                return f"not ({said})" if " and " in said or " or " in said else f"not {said}"
            case ast.Compare(left=left, ops=[operator], comparators=[right]):
                return f"{spoken(left)} {_BETWEEN[type(operator)]} {spoken(right)}"
            case ast.Call(func=ast.Name(id=name), args=arguments):
                return MEASURES[name].words.format(*map(spoken, arguments))
            case ast.BinOp(left=left, op=operator_, right=right):
                return (
                    f"{spoken(left)} {'plus' if isinstance(operator_, ast.Add) else 'less'} {spoken(right)}"
                )
            case ast.Attribute():
                name = dotted(node)
                return f"“{meanings.get(name, name)}”"
            case ast.UnaryOp(operand=ast.Constant(value=number)):
                return f"−{say(number, words)}"
            case ast.Constant(value=value):
                return say(value, words)
        raise AssertionError(f"{ast.unparse(node)} came past the type check")

    return spoken(tree)
