"""How a recogniser is declared: patterns, context words, a check, and examples. No presidio needed to read
one.

Each file of `redaction/recognisers/` holds one `RECOGNISER` and its `EXAMPLES`. The engine turns the
declaration into a presidio recogniser: one of presidio's own classes where `stock` names it, else a
`PatternRecognizer`.
"""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import regex

from redaction.kinds import BY_CODE

# What presidio uses for a pattern unless told otherwise.
FLAGS: int = regex.DOTALL | regex.MULTILINE | regex.IGNORECASE


@dataclass(frozen=True, slots=True)
class Shape:
    """One pattern (`regex` syntax) with the score of a match, 0 to 1, before any check or context word."""

    name: str
    pattern: str
    score: float


@dataclass(frozen=True, slots=True)
class Recogniser:
    """A kind of personal data and how to find it.

    Attributes:
        kind: code of a row in `redaction.kinds`. entity: presidio's name for it, e.g. `EMAIL_ADDRESS`.
        shapes: patterns; empty = those of the stock class. context: words that raise the score by 0.35 when
        they stand within six words before or three after. threshold: matches below it are dropped. check:
        given the matched characters; True makes the score 1, False drops the match, None leaves the score.
        stock: name of presidio's class to use; its own check applies unless `check` is given. build: makes
        the presidio recogniser itself, for what is not a list of patterns. Called with the name. flags:
        regex flags.
    """

    kind: str
    entity: str
    shapes: tuple[Shape, ...] = ()
    context: tuple[str, ...] = ()
    threshold: float = 0.4
    check: Callable[[str], bool | None] | None = None
    stock: str = ""
    build: Callable[[str], Any] | None = None
    flags: int = FLAGS

    def __post_init__(self) -> None:
        if self.kind not in BY_CODE:
            raise ValueError(
                f"No kind of personal data is called {self.kind!r}; add it to redaction/kinds.py."
            )
        if not (self.shapes or self.stock or self.build):
            raise ValueError("A recogniser needs shapes, a stock class, or a way to build it.")


@dataclass(frozen=True, slots=True)
class Example:
    """A text and the parts of it that must be found, in order; none means that nothing may be found."""

    text: str
    found: tuple[str, ...] = ()


@cache
def declared() -> dict[str, Recogniser]:
    """Every recogniser by the name of its file, in the order of the names."""
    return {name: module.RECOGNISER for name, module in _modules().items()}


def examples() -> dict[str, tuple[Example, ...]]:
    """The table of examples of every recogniser, by the name of its file."""
    return {name: module.EXAMPLES for name, module in _modules().items()}


def _modules() -> dict[str, Any]:
    package = importlib.import_module("redaction.recognisers")
    names = sorted(found.name for found in pkgutil.iter_modules(package.__path__))
    return {name: importlib.import_module(f"redaction.recognisers.{name}") for name in names}
