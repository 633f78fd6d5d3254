"""From a pattern to a coarser one that Hyperscan can run over bytes, and that matches wherever the pattern can.

A prefilter may say "perhaps" too often and "no" never too often. So whatever Hyperscan sees differently from the
`regex` package is widened, never translated: every character beyond ASCII counts as any letter, digit or space, upper
bounds fall away, assertions are dropped. A lookbehind in front and a lookahead at the end become part of the pattern.
"""

import re
import warnings
from re import _constants as ops  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

# The only characters beyond ASCII that equal an ASCII letter without regard to case (long s, Kelvin sign, and the two
# Turkish i's, as the `regex` package folds them). A text with one of them cannot be filtered.
UNFOLDABLE = "\u017f\u212a\u0130\u0131"

_PROPERTY = re.compile(r"\\p\{L[a-z]?\}")
_HIGH = rb"\x80-\xff"
_ANY = frozenset(range(128))
_WORD = frozenset(c for c in range(128) if chr(c).isalnum() or c == 0x5F)
_DIGIT = frozenset(range(0x30, 0x3A))
_SPACE = frozenset(b" \t\n\r\f\v")
_MAYBE_SPACE = _SPACE | frozenset(range(0x1C, 0x20))  # Python's own idea of a space
# Category -> (characters it surely holds, characters it may hold).
_CATEGORIES = {
    ops.CATEGORY_WORD: (_WORD, _WORD),
    ops.CATEGORY_NOT_WORD: (_ANY - _WORD, _ANY - _WORD),
    ops.CATEGORY_DIGIT: (_DIGIT, _DIGIT),
    ops.CATEGORY_NOT_DIGIT: (_ANY - _DIGIT, _ANY - _DIGIT),
    ops.CATEGORY_SPACE: (_SPACE, _MAYBE_SPACE),
    ops.CATEGORY_NOT_SPACE: (_ANY - _MAYBE_SPACE, _ANY - _SPACE),
}
_MOST_REPEATS = 12  # a larger lower bound is lowered to this: still a wider pattern, and a smaller machine


class CannotRelax(Exception):
    """The pattern uses something that has no safe coarser form here; it must always be run."""


def relaxed(pattern: str) -> bytes:
    """A byte pattern in Hyperscan's syntax that matches every text in which `pattern` matches.

    Raises:
        CannotRelax: run the pattern always.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = parser.parse(_PROPERTY.sub(r"\\w", pattern))
    except (re.error, OverflowError, RecursionError) as problem:
        raise CannotRelax(str(problem)) from None
    return _sequence(list(tree), first=True, last=True)


def _sequence(items: list[Any], *, first: bool, last: bool) -> bytes:
    """`first`, `last`: nothing of the whole pattern stands before, after this sequence."""
    solid = [place for place, (op, _) in enumerate(items) if op not in (ops.AT, ops.ASSERT, ops.ASSERT_NOT)]
    before, after = (solid[0], solid[-1]) if solid else (len(items), -1)
    looks = [(place, *detail) for place, (op, detail) in enumerate(items) if op is ops.ASSERT]
    # Two assertions at one place look at the same characters, so only one of them can be spelt out.
    behind = [inner for place, way, inner in looks if first and way < 0 and place < before][:1]
    ahead = [inner for place, way, inner in looks if last and way > 0 and place > after][:1]
    out = [_sequence(list(inner), first=True, last=False) for inner in behind]
    for place in solid:
        starts, ends = first and place == before and not behind, last and place == after and not ahead
        out.append(_item(*items[place], first=starts, last=ends))
    out += [_sequence(list(inner), first=False, last=True) for inner in ahead]
    return b"".join(out)


def _item(op: Any, detail: Any, *, first: bool, last: bool) -> bytes:
    if op is ops.GROUPREF:
        return rb"[\x00-\xff]*"
    if op is ops.SUBPATTERN:
        return b"(?:" + _sequence(list(detail[3]), first=first, last=last) + b")"
    if op is ops.ATOMIC_GROUP:
        return b"(?:" + _sequence(list(detail), first=first, last=last) + b")"
    if op is ops.BRANCH:
        return b"(?:" + b"|".join(_sequence(list(one), first=first, last=last) for one in detail[1]) + b")"
    if op in (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT):
        return _repeat(*detail)
    characters, high = _characters(op, detail)
    one = _class(characters, high)
    return one + b"[" + _HIGH + b"]*" if high else one  # the further bytes of one character


def _repeat(least: int, most: Any, inner: Any) -> bytes:
    items = list(inner)
    least = min(least, _MOST_REPEATS)
    bound = b"{%d,}" % least if most is ops.MAXREPEAT or most > 3 else b"{%d,%d}" % (least, most)
    if len(items) == 1 and items[0][0] in (ops.LITERAL, ops.NOT_LITERAL, ops.IN, ops.ANY):
        characters, high = _characters(*items[0])
        # Characters are counted in the pattern and bytes here: with more than one byte each, no upper bound holds.
        return _class(characters, high) + (b"{%d,}" % least if high else bound)
    return b"(?:" + _sequence(items, first=False, last=False) + b")" + bound


def _characters(op: Any, detail: Any) -> tuple[frozenset[int], bool]:
    """The ASCII characters that an item may match, and whether it may match one beyond."""
    if op is ops.LITERAL:
        return (frozenset({detail}), False) if detail < 128 else (frozenset(), True)
    if op is ops.NOT_LITERAL:
        return _ANY - {detail}, True
    if op is ops.ANY:
        return _ANY, True
    if op is not ops.IN:
        raise CannotRelax(str(op))
    negated = False
    surely: set[int] = set()
    maybe: set[int] = set()
    high = False
    for kind, value in detail:
        if kind is ops.NEGATE:
            negated = True
        elif kind is ops.LITERAL:
            surely.add(value)
            maybe.add(value)
        elif kind is ops.RANGE:
            surely.update(range(value[0], min(value[1], 127) + 1))
            maybe.update(range(value[0], min(value[1], 127) + 1))
            high = high or value[1] > 127
        elif kind is ops.CATEGORY:
            surely |= _CATEGORIES[value][0]
            maybe |= _CATEGORIES[value][1]
            high = True
        else:
            raise CannotRelax(str(kind))
    if negated:
        return _ANY - surely, True
    return frozenset(maybe) & _ANY, high or any(c > 127 for c in maybe)


def _class(characters: frozenset[int], high: bool) -> bytes:
    return b"[" + b"".join(rb"\x%02x" % c for c in sorted(characters)) + (_HIGH if high else b"") + b"]"
