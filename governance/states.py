"""What a table of transitions is. Each feature keeps its own table beside its model; the table drives the
services, the tests and the picture in docs/.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Transition:
    """`verb` takes a thing from any of `sources` to `target`."""

    verb: str
    sources: tuple[str, ...]
    target: str


class WrongState(ValueError):
    """The thing is not in a state in which this can be done. The message is for the person who tried."""


class Table:
    """All transitions of one kind of thing."""

    def __init__(self, *transitions: Transition) -> None:
        self.transitions = transitions
        self._by_verb = {t.verb: t for t in transitions}

    def target(self, verb: str, state: str, *, ref: str = "") -> str:
        """Where `verb` leads from `state`.

        Raises:
            WrongState: it leads nowhere from there.
        """
        transition = self._by_verb[verb]
        if state not in transition.sources:
            raise WrongState(
                f"{ref or 'This'} is {state.replace('_', ' ')}, so it cannot be {_PAST[verb]} now."
            )
        return transition.target

    def allows(self, verb: str, state: str) -> bool:
        return state in self._by_verb[verb].sources

    def states(self) -> list[str]:
        """Every state, in the order of first mention."""
        seen: dict[str, None] = {}
        for t in self.transitions:
            for state in (*t.sources, t.target):
                seen.setdefault(state)
        return list(seen)

    def mermaid(self) -> str:
        """The picture of this table, for docs/."""
        lines = ["stateDiagram-v2"]
        lines += [f"    {source} --> {t.target}: {t.verb}" for t in self.transitions for source in t.sources]
        return "\n".join(lines)


_PAST = {
    "edit": "changed",
    "submit": "sent",
    "advise": "advised on",
    "send_back": "sent back",
    "grant": "agreed",
    "refuse": "refused",
    "withdraw": "taken back",
    "cancel": "stopped",
    "expire": "ended",
    "void": "made void",
    "approve": "agreed",
    "publish": "published",
    "fail": "marked as failed",
    "miss": "marked as missed",
    "start": "started",
    "stop": "stopped",
    "finish": "finished",
    "check": "checked",
    "set_aside": "set aside",
    "supersede": "replaced",
}


def verbs(tables: Iterable[Table]) -> set[str]:
    """Every verb that some table uses; a test holds that each has its word for people."""
    return {t.verb for table in tables for t in table.transitions}
