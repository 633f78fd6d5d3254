"""The kinds of fact that a rule may look at.

A kind is closed: `read` gives back the value in the one form that conditions use, or `WRONG`. Nothing is coerced, so
'365' is never a number and 1 is never a yes. Moments come back in UTC, lists as tuples.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final

LONGEST_TEXT: Final = 20_000
LONGEST_LIST: Final = 1_000
#: Years that moments may fall in: arithmetic on them can never overflow.
FIRST_YEAR, LAST_YEAR = 1900, 2999


class _Wrong:
    def __repr__(self) -> str:
        return "WRONG"


#: What `read` answers for a value that is not of the kind.
WRONG: Final = _Wrong()

Reader = Callable[[object], Any]


@dataclass(frozen=True)
class Kind:
    """One kind. `expects` finishes the sentence "It must be ..."."""

    @property
    def expects(self) -> str:
        raise NotImplementedError

    def reader(self) -> Reader:
        """A function from any value to the value that conditions use, or WRONG. It never raises."""
        raise NotImplementedError


@dataclass(frozen=True)
class YesNo(Kind):
    """Yes or no: exactly True or False."""

    @property
    def expects(self) -> str:
        return "yes or no"

    def reader(self) -> Reader:
        return lambda value: value if value is True or value is False else WRONG


@dataclass(frozen=True)
class Whole(Kind):
    """A whole number inside bounds."""

    least: int
    most: int

    @property
    def expects(self) -> str:
        return f"a whole number from {self.least} to {self.most}"

    def reader(self) -> Reader:
        least, most = self.least, self.most
        return lambda value: (
            value
            if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
            else WRONG
        )


@dataclass(frozen=True)
class Text(Kind):
    """Free text: measured, never compared. An unanswered text is '' and is a value, not a missing fact."""

    @property
    def expects(self) -> str:
        return f"text of at most {LONGEST_TEXT} characters"

    def reader(self) -> Reader:
        return _text


@dataclass(frozen=True)
class Choice(Kind):
    """One value of a closed list."""

    values: tuple[str, ...]

    @property
    def expects(self) -> str:
        return "one of " + ", ".join(self.values)

    def reader(self) -> Reader:
        values = frozenset(self.values)
        return lambda value: value if isinstance(value, str) and value in values else WRONG


@dataclass(frozen=True)
class Scale(Kind):
    """One value of an ordered list, lowest first. Values that share a step rank equal."""

    name: str
    steps: tuple[tuple[str, ...], ...]
    positions: dict[str, int] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "positions", {v: i for i, step in enumerate(self.steps) for v in step})

    @property
    def values(self) -> tuple[str, ...]:
        """Every value, lowest first."""
        return tuple(self.positions)

    @property
    def expects(self) -> str:
        return "one of " + ", ".join(self.positions)

    def reader(self) -> Reader:
        positions = self.positions
        return lambda value: value if isinstance(value, str) and value in positions else WRONG


@dataclass(frozen=True)
class Day(Kind):
    """A calendar day."""

    @property
    def expects(self) -> str:
        return "a date"

    def reader(self) -> Reader:
        return lambda value: value if isinstance(value, date) and not isinstance(value, datetime) else WRONG


@dataclass(frozen=True)
class Moment(Kind):
    """A date and time with its zone."""

    @property
    def expects(self) -> str:
        return "a date and time with its time zone"

    def reader(self) -> Reader:
        return _moment


@dataclass(frozen=True)
class Choices(Kind):
    """A list of values of a closed list."""

    values: tuple[str, ...]

    @property
    def expects(self) -> str:
        return "a list of: " + ", ".join(self.values)

    def reader(self) -> Reader:
        values = frozenset(self.values)

        def read(value: object) -> Any:
            if not isinstance(value, list | tuple) or len(value) > LONGEST_LIST:
                return WRONG
            if all(isinstance(item, str) and item in values for item in value):
                return tuple(value)
            return WRONG

        return read


@dataclass(frozen=True)
class Texts(Kind):
    """A list of texts."""

    @property
    def expects(self) -> str:
        return f"a list of at most {LONGEST_LIST} texts"

    def reader(self) -> Reader:
        def read(value: object) -> Any:
            if not isinstance(value, list | tuple) or len(value) > LONGEST_LIST:
                return WRONG
            if any(_text(item) is WRONG for item in value):
                return WRONG
            return tuple(value)

        return read


@dataclass(frozen=True)
class Reference(Kind):
    """The reference of a record: a non-empty word. Compared with another reference for equality only."""

    @property
    def expects(self) -> str:
        return "a reference"

    def reader(self) -> Reader:
        return _identifier


@dataclass(frozen=True)
class Person(Kind):
    """The identifier of a person, always as text: 7 and '7' must not be able to pass as two people."""

    @property
    def expects(self) -> str:
        return "the identifier of a person, as text"

    def reader(self) -> Reader:
        return _identifier


def _text(value: object) -> Any:
    if not isinstance(value, str) or len(value) > LONGEST_TEXT or "\0" in value:
        return WRONG
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:  # a lone surrogate: no database and no file could hold it
            return WRONG
    return value


def _identifier(value: object) -> Any:
    if _text(value) is WRONG or not isinstance(value, str) or not value or value != value.strip():
        return WRONG
    return value


def _moment(value: object) -> Any:
    if (
        not isinstance(value, datetime)
        or not FIRST_YEAR <= value.year <= LAST_YEAR
        or value.utcoffset() is None
    ):
        return WRONG
    return value if value.tzinfo is UTC else value.astimezone(UTC)
