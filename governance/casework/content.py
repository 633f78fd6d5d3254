"""What is material in a request, in one canonical form: the bytes that advice and decisions are bound to."""

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from governance.casework.models import Request

# The pages of the form and the answers on each. Everything here is material: change it and decisions are void.
PARTS: dict[str, tuple[str, ...]] = {
    "purpose": ("title", "purpose_code", "purpose_text", "law_ref"),
    "event": ("gathering",),
    "terms": ("query_scope", "platforms", "terms"),
    "dates": ("start_at", "end_at"),
    "necessity": ("nec_objective", "nec_text"),
    "proportionality": ("size_scope", "rational_link", "least_intrusive", "alternatives", "fair_balance"),
    "others": ("coll_text", "coll_mitigation", "bystander_cap"),
    "retention": ("retention_class", "retention_days"),
    "people": (
        "overt_notice",
        "notice_text",
        "covert",
        "private_info_likely",
        "systematic_recording",
        "closed_group",
        "false_persona",
        "relationship",
        "personal_account",
        "facial_recognition",
        "under18",
        "sensitive",
        "confidential_profession",
        "offence",
        "protest_related",
        "peaceful",
        "protected_sole_basis",
        "art8",
        "art10",
        "art11",
    ),
}
FIELDS: tuple[str, ...] = tuple(name for names in PARTS.values() for name in names)


@dataclass(frozen=True)
class Change:
    """One answer that differs between two versions."""

    field: str
    before: Any
    after: Any


def content(request: Request) -> dict[str, Any]:
    """Every material answer as plain data. Moments are in UTC, lists keep their order."""
    out: dict[str, Any] = {"requested_by": request.requested_by_id, "unit": request.unit_id}
    for name in FIELDS:
        value = request.gathering_id if name == "gathering" else getattr(request, name)
        if isinstance(value, dt.datetime):
            value = value.astimezone(dt.UTC).isoformat(timespec="seconds")
        out[name] = value
    return out


def digest(data: dict[str, Any]) -> str:
    """SHA-256 over canonical JSON (sorted names, no spaces, UTF-8)."""
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def current_digest(request: Request) -> str:
    """The digest of the request as it stands now."""
    return digest(content(request))


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    """Which answers differ, in the order of the form."""
    return [Change(f, before.get(f), after.get(f)) for f in FIELDS if before.get(f) != after.get(f)]
