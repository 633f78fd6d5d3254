"""Which patterns can match a text at all: one Hyperscan pass over its bytes."""

import threading
from typing import Any

from redaction.relax import UNFOLDABLE, CannotRelax, relaxed

# One database of all patterns is a little faster to scan and takes three times as long to compile.
_DATABASES = 4


class Prefilter:
    """A set of patterns by number. Add them all, then `close`, then ask."""

    def __init__(self) -> None:
        self.unfiltered: list[int] = []  # patterns that no coarser form stands for
        self._expressions: list[tuple[int, bytes]] = []
        self._databases: list[Any] = []
        self._all: frozenset[int] = frozenset()
        self._mine = threading.local()

    def add(self, number: int, pattern: str) -> None:
        """Watch for `pattern`."""
        try:
            self._expressions.append((number, relaxed(pattern)))
        except CannotRelax:
            self.unfiltered.append(number)

    def close(self) -> None:
        """Compile what was added; a pattern that Hyperscan refuses is always run.

        Raises:
            ImportError: the package is missing or does not run here.
        """
        import hyperscan

        flags = (
            hyperscan.HS_FLAG_PREFILTER
            | hyperscan.HS_FLAG_SINGLEMATCH
            | hyperscan.HS_FLAG_ALLOWEMPTY
            | hyperscan.HS_FLAG_CASELESS
            | hyperscan.HS_FLAG_DOTALL
        )
        share = -(-len(self._expressions) // _DATABASES) or 1
        for first in range(0, len(self._expressions), share):
            self._compile(self._expressions[first : first + share], flags)
        self._all = frozenset(number for number, _ in self._expressions) | frozenset(self.unfiltered)

    def _compile(self, patterns: list[tuple[int, bytes]], flags: int) -> None:
        """One database of `patterns`; where one of them is refused, as many as it takes to leave that one out."""
        import hyperscan

        database = hyperscan.Database()
        try:
            database.compile(
                expressions=[expression for _, expression in patterns],
                ids=[number for number, _ in patterns],
                elements=len(patterns),
                flags=[flags] * len(patterns),
            )
        except hyperscan.HyperscanError:
            if len(patterns) == 1:
                self.unfiltered.append(patterns[0][0])
                return
            half = len(patterns) // 2
            self._compile(patterns[:half], flags)
            self._compile(patterns[half:], flags)
            return
        self._databases.append(database)

    def possible(self, text: str) -> frozenset[int] | set[int]:
        """The patterns that may match `text`; never leaves out one that does."""
        if not text.isascii() and any(character in text for character in UNFOLDABLE):
            return self._all
        hits = set(self.unfiltered)
        data = text.encode()
        for database, scratch in self._scratches():
            database.scan(data, match_event_handler=_note, context=hits, scratch=scratch)
        return hits

    def _scratches(self) -> list[tuple[Any, Any]]:
        """Every database with working memory of this thread's own."""
        mine: list[tuple[Any, Any]] | None = getattr(self._mine, "pairs", None)
        if mine is None:
            mine = self._mine.pairs = [(one, one.scratch.clone()) for one in self._databases]
        return mine


def _note(number: int, start: int, end: int, flags: int, hits: set[int]) -> None:
    hits.add(number)
