"""Is a post inside what was authorised? Pure. Whatever cannot be shown to be in is out."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from gateway.contract import IncomingPost, Visibility
from governance.casework import terms


class Reason(StrEnum):
    """Why a post is in, or what put it out first."""

    DATE = "date"
    IN = "in"
    PLATFORM = "platform"
    TERM = "term"
    VISIBILITY = "visibility"


@dataclass(frozen=True, slots=True)
class Judged:
    """`term` is the authorised term that let the post in; empty if it is out."""

    reason: Reason
    term: str = ""


@dataclass(frozen=True)
class Scope:
    """What is covered: posts on these platforms, with these terms, dated in [starts_at, ends_at).

    No platform, no term or no end means that nothing is in scope.

    Raises:
        TermError: a term cannot be read.
    """

    platforms: frozenset[str]
    terms: tuple[str, ...]
    starts_at: dt.datetime
    ends_at: dt.datetime
    _tests: tuple = field(init=False, repr=False, compare=False, default=())

    def __post_init__(self) -> None:
        object.__setattr__(self, "_tests", tuple((term, terms.matcher(term)) for term in self.terms))

    @classmethod
    def of(
        cls,
        *,
        platforms: Iterable[str],
        terms: Iterable[str],
        starts_at: dt.datetime,
        ends_at: dt.datetime,
    ) -> "Scope":
        """A scope from the lists of an authorisation."""
        codes = frozenset(platform.strip().casefold() for platform in platforms)
        return cls(codes, tuple(terms), starts_at, ends_at)

    def judge(self, post: IncomingPost) -> Judged:
        """Platform first, then visibility, date and terms: the first that fails is the reason."""
        if post.platform not in self.platforms:
            return Judged(Reason.PLATFORM)
        if post.visibility is not Visibility.PUBLIC:
            return Judged(Reason.VISIBILITY)
        if post.created_at is None or not self.starts_at <= post.created_at < self.ends_at:
            return Judged(Reason.DATE)
        text = terms.folded(post.text)
        for term, matches in self._tests:
            if matches(text):
                return Judged(Reason.IN, term)
        return Judged(Reason.TERM)

    def in_scope(self, post: IncomingPost) -> str:
        """'in', or what put the post out: 'platform', 'visibility', 'date' or 'term'."""
        return self.judge(post).reason
