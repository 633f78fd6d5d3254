"""What goes wrong while a pack is read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class Fault(Exception):
    """A mistake inside one part of a pack. `place` names the keys below that part, where they are known."""

    def __init__(self, problem: str, remedy: str, *place: str | int) -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy
        self.place = place


class PackError(ValueError):
    """A pack that may not be used, said so that its author can mend it.

    `line` is the line in `file` where the mistake stands (1 when it is about the whole file).
    """

    def __init__(self, *, file: str, line: int, problem: str, remedy: str) -> None:
        super().__init__(f"{file}, line {line}: {problem} {remedy}")
        self.file = file
        self.line = line
        self.problem = problem
        self.remedy = remedy


@contextmanager
def within(*place: str | int) -> Iterator[None]:
    """Say of every Fault inside that it stands under these keys."""
    try:
        yield
    except Fault as fault:
        raise Fault(fault.problem, fault.remedy, *place, *fault.place) from None
