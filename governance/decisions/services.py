"""Asking the rules, and keeping what they said.

Unknown, missing or broken means no: if the live pack cannot be read, `RulesUnavailable` is raised and nothing
goes further.
"""

import datetime as dt
import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings

from audit import Act, clock, record, step
from governance.decisions.models import PackActivation, PolicyDecision, StoredPack
from governance.people.models import User
from governance.policy import Decision, Pack, PackError, evaluate, load_pack, replay
from governance.policy.terms import PlatformTerms, load_terms

PACKS = Path(__file__).resolve().parent.parent / "packs"


class RulesUnavailable(RuntimeError):
    """The rules cannot be asked, so the answer is no."""


@functools.lru_cache(maxsize=32)
def _parsed(digest: str, source: bytes) -> Pack:
    return load_pack(source, name=f"pack {digest[:12]}")


def pack_of(stored: StoredPack) -> Pack:
    """The pack that a stored row holds, checked and ready; kept in memory by its digest.

    Raises:
        RulesUnavailable: the stored bytes are not a pack, or not the ones their digest names.
    """
    try:
        pack = _parsed(stored.digest, bytes(stored.source))
    except PackError as error:
        raise RulesUnavailable(f"The rules cannot be read: {error}") from error
    if pack.digest != stored.digest:
        raise RulesUnavailable("The stored rules are not the ones that were put in force.")
    return pack


def live_row() -> StoredPack:
    """The stored pack that is in force now.

    Raises:
        RulesUnavailable: none has ever been put in force.
    """
    activation = PackActivation.objects.select_related("pack").order_by("-id").first()
    if activation is None:
        raise RulesUnavailable("No rules are in force. Run `manage.py migrate` first.")
    return activation.pack


def live_pack() -> Pack:
    """The rules in force now."""
    return pack_of(live_row())


@step
def activate(*, source: bytes, by: User | str, name: str = "pack") -> StoredPack:
    """Put a pack in force. Its bytes are kept for ever; the same bytes twice change nothing.

    Raises:
        PackError: the bytes are not a valid pack; says where and how to mend it.
    """
    pack = load_pack(source, name=name)
    first = not PackActivation.objects.exists()
    stored, _ = StoredPack.objects.get_or_create(
        digest=pack.digest,
        defaults={"pack_id": pack.id, "version": pack.version, "source": source, "stored_at": clock.now()},
    )
    newest = PackActivation.objects.order_by("-id").first()
    if newest is None or newest.pack_id != stored.pk:
        PackActivation.objects.create(pack=stored, at=clock.now(), by=None if isinstance(by, str) else by)
        record(
            Act.PACK_ACTIVATED,
            by=by,
            about=f"pack:{pack.id}",
            pack=pack.id,
            pack_version=pack.version,
            pack_digest=pack.digest,
            first=first,
        )
    return stored


def activate_shipped_pack() -> None:
    """Put the shipped pack in force if none is; called when a database is set up."""
    if not PackActivation.objects.exists():
        path = PACKS / f"{settings.PACK}.toml"
        activate(source=path.read_bytes(), by="system:setup", name=path.name)


def ask(facts: Mapping[str, Any], *, at: dt.datetime | None = None) -> Decision:
    """What the live rules say about these facts now. Stores nothing: for pages that show it while one writes."""
    return evaluate(live_pack(), facts, at=at or clock.now())


def keep(decision: Decision, *, about: Any, stage: str, by: User | None) -> PolicyDecision:
    """Store a decision for ever, with its facts and findings."""
    stored = StoredPack.objects.get(digest=decision.pack_digest)
    return PolicyDecision.objects.create(
        pack=stored,
        about_type=about._meta.model_name,
        about_ref=about.ref,
        stage=stage,
        at=decision.at,
        verdict=decision.verdict,
        record=decision.to_json(),
        by=by,
    )


def replays(row: PolicyDecision) -> bool:
    """Whether a stored decision, asked again of its own pack with its own facts and clock, says the same."""
    return replay(pack_of(row.pack), row.decision)


def evidence(decision: Decision) -> dict[str, str]:
    """The fields that name a decision's pack in an evidence event."""
    return {
        "pack": decision.pack_id,
        "pack_version": decision.pack_version,
        "pack_digest": decision.pack_digest,
    }


@functools.lru_cache(maxsize=1)
def platform_terms() -> PlatformTerms:
    """What the platforms' own terms allow: the second gate, apart from our law."""
    path = PACKS / "platform-terms.toml"
    return load_terms(path.read_bytes(), name=path.name)
