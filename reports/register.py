"""Is this account really ours? The public register of official accounts, and an answer to a name or link.

Pure apart from one query: nothing that is typed is kept.
"""

import unicodedata
from dataclasses import asdict, dataclass
from typing import Any

from governance.accounts.models import AccountState, OfficialAccount


@dataclass(frozen=True)
class Entry:
    """One account as the public sees it."""

    handle: str
    display_name: str
    platform: str
    uri: str
    purpose: str
    mode: str
    answers: str
    notice: str
    unit: str
    closed: bool


@dataclass(frozen=True)
class Verdict:
    """What we can say about a name: `kind` is ours, closed, lookalike or unknown."""

    kind: str
    asked: str
    entry: Entry | None = None


def entries() -> list[Entry]:
    """Every account on the public register, by name; closed ones too, so that nobody can revive them unseen."""
    rows = OfficialAccount.objects.on_public_register().select_related("unit")
    return [
        Entry(
            handle=row.handle.lstrip("@"),
            display_name=row.display_name,
            platform=row.platform,
            uri=row.uri,
            purpose=row.purpose,
            mode=row.get_mode_display(),
            answers=row.monitored_hours,
            notice=row.standing_notice,
            unit=row.unit.name,
            closed=row.state == AccountState.CLOSED,
        )
        for row in rows.order_by("display_name", "ref")
    ]


def ask(text: str, known: list[Entry]) -> Verdict | None:
    """Whether a name or link is one of ours. None for an empty question.

    A name on another platform is not ours unless it is registered there: only the link decides that, so a bare
    name that matches is answered with the link to compare.
    """
    asked = "".join(c for c in text.strip()[:300] if c.isprintable())
    if not asked:
        return None
    link = asked.casefold().rstrip("/")
    for entry in known:
        if link == entry.uri.casefold().rstrip("/"):
            return Verdict("closed" if entry.closed else "ours", asked, entry)
    name = _name(asked)
    if "//" not in asked:
        for entry in known:
            if name.casefold() == entry.handle.casefold():
                return Verdict("closed" if entry.closed else "ours", asked, entry)
    for entry in known:
        if name and _skeleton(name) == _skeleton(entry.handle):
            return Verdict("lookalike", asked, entry)
    return Verdict("unknown", asked)


def to_json(known: list[Entry], body: str) -> dict[str, Any]:
    """The register for programs."""
    return {"schema": "candour-accounts/1", "body": body, "accounts": [asdict(entry) for entry in known]}


def _name(asked: str) -> str:
    """The account's name in what was typed: '@name', 'name@server', or the end of a link."""
    last = asked.rstrip("/").rsplit("/", 1)[-1].lstrip("@")
    return last.split("@", 1)[0].split("?", 1)[0]


# Signs that pass for another: digits for letters, and letters of other alphabets that look like ours.
_LOOKS_LIKE = str.maketrans(
    {
        "0": "o",
        "1": "l",
        "3": "e",
        "4": "a",
        "5": "s",
        "7": "t",
        "8": "b",
        "9": "g",
        "i": "l",
        "j": "l",
        "|": "l",
    }
    | dict(zip("аеорсухіѕһԁ", "aeopcyxlshd", strict=True))
    | dict(zip("αεοριτκνυχ", "aeoplikvyx", strict=True))
)


def _skeleton(name: str) -> str:
    """What is left of a name when everything that is easily mistaken is made equal."""
    flat = unicodedata.normalize("NFKD", name).casefold()
    letters = "".join(c for c in flat.translate(_LOOKS_LIKE) if c.isalnum())
    return letters.replace("rn", "m").replace("vv", "w").replace("cl", "d")
