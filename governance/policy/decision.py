"""What an evaluation answers, and how it is stored: JSON out, the same decision back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any, Literal

Verdict = Literal["block", "refer", "warn", "pass"]
FindingVerdict = Literal["block", "refer", "warn", "allow", "pass"]

#: How strict a verdict is; the strictest finding wins, so the order of rules can never matter.
STRICTNESS: Mapping[str, int] = MappingProxyType({"pass": 0, "allow": 1, "warn": 2, "refer": 3, "block": 4})


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a rule comes from: source key, its title, the exact place in it, and an address to read it."""

    key: str
    title: str
    pinpoint: str
    address: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says about these facts.

    `sentence` is what must be true, `why` what was found (with the values), `remedy` what to do. `missing` names facts
    that the rule needed and that were absent or unreadable; such a finding always blocks. `override` is the role that may set a
    local rule aside with reasons; None for everything else. `local_params` are numbers of this body, not of the law.
    """

    rule_id: str
    title: str
    verdict: FindingVerdict
    refer_to: str | None
    sentence: str
    why: str
    remedy: str
    citations: tuple[Citation, ...]
    basis: str
    evidence: str
    facts_read: tuple[str, ...]
    missing: tuple[str, ...]
    field: str | None
    override: str | None
    local_params: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decider:
    """Who may decide: a role, the lowest rank in it (None where rank does not matter), and whose advice comes first."""

    role: str
    min_rank: str | None
    advice_from: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Stands in a stored decision for a value that was not of its fact's kind; `was` is the name of its type."""

    was: str


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer of a pack to one set of facts at one moment.

    `findings` has every applicable rule, the strictest first, passes last. `facts` are the values as they were read (moments in UTC,
    lists as tuples). `decider` is None where the pack cannot say who would decide. `ignored` are facts that the pack does
    not know: no rule can have seen them.
    """

    pack_id: str
    pack_version: str
    pack_digest: str
    verdict: Verdict
    findings: tuple[Finding, ...]
    refer_to: frozenset[str]
    decider: Decider | None
    at: datetime
    facts: Mapping[str, Any] = field(hash=False)
    ignored: tuple[str, ...] = ()

    @property
    def blocks(self) -> tuple[Finding, ...]:
        """The findings that stop it."""
        return tuple(finding for finding in self.findings if finding.verdict == "block")

    def about(self, part: str | None) -> tuple[Finding, ...]:
        """The findings that speak about one part of the form, strictest first."""
        return tuple(finding for finding in self.findings if finding.field == part)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; `from_json` gives an equal decision."""
        return {
            "pack_id": self.pack_id,
            "pack_version": self.pack_version,
            "pack_digest": self.pack_digest,
            "verdict": self.verdict,
            "findings": [_finding_out(finding) for finding in self.findings],
            "refer_to": sorted(self.refer_to),
            "decider": None if self.decider is None else _lists(asdict(self.decider)),
            "at": self.at.isoformat(),
            "facts": {name: _value_out(value) for name, value in sorted(self.facts.items())},
            "ignored": list(self.ignored),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any] | str | bytes) -> Decision:
        """Read back what `to_json` wrote (the mapping, or its JSON text). Raises KeyError or ValueError if it is not one."""
        stored: Mapping[str, Any] = json.loads(data) if isinstance(data, str | bytes) else data
        decider = stored.get("decider")
        return cls(
            pack_id=stored["pack_id"],
            pack_version=stored["pack_version"],
            pack_digest=stored["pack_digest"],
            verdict=stored["verdict"],
            findings=tuple(_finding_in(finding) for finding in stored["findings"]),
            refer_to=frozenset(stored["refer_to"]),
            decider=Decider(**(decider | {"advice_from": tuple(decider["advice_from"])}))
            if decider
            else None,
            at=datetime.fromisoformat(stored["at"]).astimezone(UTC),
            facts=MappingProxyType({name: _value_in(value) for name, value in stored["facts"].items()}),
            ignored=tuple(stored.get("ignored", ())),
        )


def _finding_out(finding: Finding) -> dict[str, Any]:
    return _lists(asdict(finding))


def _finding_in(data: Mapping[str, Any]) -> Finding:
    lists = {name: tuple(data[name]) for name in ("facts_read", "missing", "local_params")}
    citations = tuple(Citation(**citation) for citation in data["citations"])
    return Finding(**(dict(data) | lists | {"citations": citations}))


def _lists(data: dict[str, Any]) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in data.items()}


def _value_out(value: Any) -> Any:
    """Dates and moments carry their kind, so that reading needs no pack."""
    if isinstance(value, datetime):
        return {"at": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, Unreadable):
        return {"unreadable": value.was}
    return list(value) if isinstance(value, tuple) else value


def _value_in(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, dict):
        ((tag, inner),) = value.items()
        if tag == "at":
            return datetime.fromisoformat(inner).astimezone(UTC)
        return date.fromisoformat(inner) if tag == "day" else Unreadable(inner)
    return value
