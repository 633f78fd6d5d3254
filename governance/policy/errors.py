"""What goes wrong while a pack is read."""

from __future__ import annotations


class Fault(Exception):
    """A mistake inside one part of a pack. `place` names the keys below that part, where they are known."""

    def __init__(self, problem: str, remedy: str, *place: str | int) -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy
        self.place = place

    def within(self, *place: str | int) -> Fault:
        """The same mistake, its place seen from one part further out."""
        return Fault(self.problem, self.remedy, *place, *self.place)


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
