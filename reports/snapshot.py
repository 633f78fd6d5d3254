"""What a report was made from: the records as they stood at one moment, frozen.

A snapshot holds references and enumerations, never words of a case. It stays inside: the public gets its
SHA-256 as a commitment, and because small counts could be guessed until the hash fits, every snapshot carries a
secret salt of its own.
"""

import datetime as dt
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from reports.period import HalfYear
from reports.render.json import canonical


@dataclass(frozen=True)
class Snapshot:
    """The frozen input of one report. `data` is plain JSON, read by the definition of its kind."""

    kind: str
    period: HalfYear
    taken_at: dt.datetime
    salt: str
    data: Mapping[str, Any]

    @classmethod
    def take(cls, kind: str, period: HalfYear, taken_at: dt.datetime, data: Mapping[str, Any]) -> Self:
        """Freeze records under a new salt."""
        return cls(kind, period, taken_at, secrets.token_hex(32), data)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """From what `to_json` gave."""
        return cls(
            kind=stored["kind"],
            period=HalfYear.parse(stored["period"]),
            taken_at=dt.datetime.fromisoformat(stored["taken_at"]),
            salt=stored["salt"],
            data=stored["data"],
        )

    def to_json(self) -> dict[str, Any]:
        """Plain JSON, for the database."""
        return {
            "kind": self.kind,
            "period": self.period.code,
            "taken_at": self.taken_at.astimezone(dt.UTC).isoformat(),
            "salt": self.salt,
            "data": self.data,
        }

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON, salt included."""
        return hashlib.sha256(canonical(self.to_json())).hexdigest()
