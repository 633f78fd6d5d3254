"""The records that the transparency report counts: references and enumerations, one row per thing counted."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self


@dataclass(frozen=True)
class RequestRow:
    """One request first sent, or first stopped by a rule, in the period.

    What was not given is "not_given". `outcome` is agreed or a key of tables.OUTCOMES, `event` of EVENTS, `reason` of the refusal reasons ("" unless
    refused), `ending` of ENDINGS ("" unless agreed). `features` are keys of FEATURES.
    """

    ref: str
    purpose: str
    level: str
    event: str
    outcome: str
    reason: str = ""
    ending: str = ""
    features: tuple[str, ...] = ()

    @property
    def answer(self) -> str:
        """agreed or not_agreed."""
        return "agreed" if self.outcome == "agreed" else "not_agreed"


@dataclass(frozen=True)
class StopRow:
    """One request that the rules stopped at least once in the period, and the rules that did."""

    ref: str
    rules: tuple[str, ...]


@dataclass(frozen=True)
class RunRow:
    """What one collection read and what became of it, in posts; `hidden` counts hidden pieces by kind."""

    ref: str
    kept: int
    outside: int
    withheld: int
    repeated: int
    damaged: int
    hidden: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class ErasureRow:
    """One receipt: how many stored posts were erased, and whether that was on time."""

    ref: str
    count: int
    late: bool


@dataclass(frozen=True)
class PostRow:
    """One post that the body published."""

    ref: str
    type: str


@dataclass(frozen=True)
class Safeguards:
    """What tested the people and the machine: references of each case."""

    against_advice: tuple[str, ...] = ()
    own_work_refused: tuple[str, ...] = ()
    collections_refused: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rules:
    """The rule pack in force when the records were frozen."""

    name: str
    digest: str
    title: str
    status: str
    count: int


@dataclass(frozen=True)
class Rows:
    """Everything the report is made from. `labels` holds the words for each code, by list."""

    requests: tuple[RequestRow, ...]
    stops: tuple[StopRow, ...]
    runs: tuple[RunRow, ...]
    erasures: tuple[ErasureRow, ...]
    posts: tuple[PostRow, ...]
    safeguards: Safeguards
    rules: Rules
    labels: Mapping[str, Mapping[str, str]]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON, for a snapshot. Labels become lists: their order is the order of rows, and a database may
        give the keys of an object back in another one."""
        labels = {name: [list(pair) for pair in listed.items()] for name, listed in self.labels.items()}
        return {**asdict(self), "labels": labels}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """From what `to_json` gave, lists or tuples alike."""
        return cls(
            requests=tuple(_row(RequestRow, row) for row in data["requests"]),
            stops=tuple(_row(StopRow, row) for row in data["stops"]),
            runs=tuple(_row(RunRow, row) for row in data["runs"]),
            erasures=tuple(_row(ErasureRow, row) for row in data["erasures"]),
            posts=tuple(_row(PostRow, row) for row in data["posts"]),
            safeguards=_row(Safeguards, data["safeguards"]),
            rules=_row(Rules, data["rules"]),
            labels={name: dict(pairs) for name, pairs in data["labels"].items()},
        )


def _row(kind: type[Any], data: Mapping[str, Any]) -> Any:
    known = {f.name for f in fields(kind)}
    unknown = set(data) - known
    if unknown:
        raise ValueError(f"A {kind.__name__} has no field {', '.join(sorted(unknown))}.")
    return kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in data.items()})
