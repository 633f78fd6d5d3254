"""What a condition may measure. A new measure is one function with `@measure`; nothing else needs to change.

A measure is pure, total on values of its kinds, and says in `words` how to read it aloud. `check` is given the
kinds of its arguments (a `Words` for a literal list) and answers what is wrong with them, or ''.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from governance.policy import calendar
from governance.policy.kinds import Choices, Day, Kind, Moment, Text, Texts, Whole, YesNo

ANY_WHOLE = Whole(-(10**9), 10**9)


@dataclass(frozen=True)
class Words(Kind):
    """A literal written in a condition: one word in quotes, or several in brackets."""

    values: tuple[str, ...]
    many: bool

    @property
    def expects(self) -> str:
        return "words in quotes"


@dataclass(frozen=True)
class Measure:
    """One function that conditions may call."""

    name: str
    arguments: int
    answers: Kind
    words: str
    check: Callable[[tuple[Kind, ...]], str]
    run: Callable[..., object]


MEASURES: dict[str, Measure] = {}


def measure(
    *, answers: Kind, arguments: int, words: str, check: Callable[[tuple[Kind, ...]], str]
) -> Callable[[Callable[..., object]], Callable[..., object]]:
    """Offer a function to conditions under its own name."""

    def register(run: Callable[..., object]) -> Callable[..., object]:
        name = run.__name__
        MEASURES[name] = Measure(name, arguments, answers, words, check, run)
        return run

    return register


def _needs(*allowed: type[Kind], saying: str) -> Callable[[tuple[Kind, ...]], str]:
    return lambda given: "" if all(isinstance(kind, allowed) for kind in given) else saying


def _list_and_members(given: tuple[Kind, ...]) -> str:
    listed, words = given
    if not isinstance(listed, Choices) or not isinstance(words, Words) or not words.many:
        return "it needs a list of enumerations and words in brackets, such as ('place', 'event')"
    unknown = [word for word in words.values if word not in listed.values]
    return f"{unknown[0]!r} is not one of {', '.join(listed.values)}" if unknown else ""


def _text_and_words(given: tuple[Kind, ...]) -> str:
    text, words = given
    if not isinstance(text, Text | Texts) or not isinstance(words, Words) or not words.many:
        return "it needs a text and words in brackets, such as ('picket', 'trade union')"
    return "a word to look for is empty" if any(not word.strip() for word in words.values) else ""


@measure(
    answers=ANY_WHOLE,
    arguments=1,
    words="the length of {0}",
    check=_needs(Text, saying="it measures one text"),
)
def length(text: str) -> int:
    """Characters of a text; white space at the ends does not count and a run of it counts once."""
    if (
        "  " not in text and text.isprintable()
    ):  # no white space but single spaces: the common case, twice as fast
        return len(text.strip())
    return len(" ".join(text.split()))


@measure(
    answers=ANY_WHOLE,
    arguments=1,
    words="the number of {0}",
    check=_needs(Choices, Texts, saying="it counts one list"),
)
def count(items: tuple[str, ...]) -> int:
    """Entries of a list; an empty text and a repetition do not count."""
    return len({item.strip() for item in items} - {""})


@measure(
    answers=ANY_WHOLE,
    arguments=2,
    words="the days from {0} to {1}",
    check=_needs(Day, Moment, saying="it needs two dates"),
)
def days_between(first: date, second: date) -> int:
    """Legal days in Europe/London from the first to the second; negative when the second comes earlier."""
    return calendar.days_between(first, second)


@measure(
    answers=YesNo(),
    arguments=2,
    words="{0} has any of {1}",
    check=_list_and_members,
)
def has_any(items: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    """Does the list hold at least one of these?"""
    return not set(items).isdisjoint(wanted)


@measure(
    answers=YesNo(),
    arguments=2,
    words="{0} mentions any of {1}",
    check=_text_and_words,
)
def mentions(text: str | tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    """Does a text, or any text of a list, hold one of these as whole words, whatever the case?"""
    pattern, stems = _pattern(wanted)
    for part in (text,) if isinstance(text, str) else text:
        folded = part.casefold()
        for stem in stems:  # most texts hold none of the words: a plain look for their beginnings is quick
            if stem in folded and pattern.search(folded) is not None:
                return True
    return False


@functools.lru_cache(maxsize=256)
def _pattern(wanted: tuple[str, ...]) -> tuple[re.Pattern[str], frozenset[str]]:
    # Hashtags run words together: "trade union" also finds #TradeUnion. Escaped literals only, so matching is linear.
    folded = [words.casefold().split() for words in wanted]
    parts = (r"[\s_-]*".join(map(re.escape, words)) for words in folded)
    pattern = re.compile(r"(?<![^\W_])(?:" + "|".join(parts) + r")s?(?![^\W_])")
    return pattern, frozenset(words[0] for words in folded)
