"""Hints on wording. They stop nobody, are stored nowhere and go to nobody: rules decide, people judge.

Pure functions over the officer's own words and the words of earlier requests of the same unit.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

# Phrases that could be said of any event, and what to say instead.
_EMPTY = {
    r"situational awareness": "Say what you would do with what you read.",
    r"prevent (?:and detect )?crime(?: and disorder)?": "Say which harm, where, and how you know.",
    r"maintain (?:public )?(?:order|safety)": "Say what could go wrong at this event.",
    r"monitor the situation": "Say what you look for, and what happens when you find it.",
    r"just in case": "Say what makes it likely here.",
    r"as (?:and when )?(?:required|necessary|needed)": "Say when, or how often.",
    r"any (?:and all|other) (?:relevant )?(?:information|intelligence)": "Say which information you need.",
    r"best practice|standard procedure|routine(?:ly)?": "Say why it is needed this time.",
}
_FACT = re.compile(
    r"\b\d+\b|\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\b"
    r"|\blast (?:year|month|week|march|match|time)\b"
    r"|\b[A-Z][a-z]+ (?:Bridge|Street|Road|Square|Park|Station)\b"
)
_ACTION = re.compile(r"\bwe (?:will|would|can|send|post|open|close|tell|move|call|warn|put)\b", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True)
class Hint:
    """What reads weakly, and what to do."""

    what: str
    do: str


@dataclass(frozen=True)
class Reading:
    """One praise at most and two hints at most: more is not read."""

    praise: str
    hints: tuple[Hint, ...]


def _sentences(text: str) -> list[str]:
    return [s.strip() for s in _SENTENCE.split(text.strip()) if len(s.split()) >= 6]


def _plain(sentence: str) -> str:
    return " ".join(re.findall(r"\w+", sentence.casefold()))


def read(text: str, earlier: Sequence[str] = ()) -> Reading | None:
    """How an answer reads; None for an empty one. `earlier`: this answer in the unit's last requests."""
    if not text.strip():
        return None
    return Reading(praise=_praise(text), hints=tuple(_hints(text, earlier)[:2]))


def _praise(text: str) -> str:
    if _FACT.search(text):
        return "A fact about this case that can be checked."
    if _ACTION.search(text):
        return "You say what you would do with what you read."
    return ""


def _hints(text: str, earlier: Sequence[str]) -> list[Hint]:
    out = [
        Hint(f"“{found[0]}” could be said of any event.", do)
        for pattern, do in _EMPTY.items()
        if (found := re.search(pattern, text, re.IGNORECASE))
    ]
    for number, sentence in enumerate(_sentences(text), start=1):
        same = sum(_plain(sentence) in {_plain(s) for s in _sentences(other)} for other in earlier)
        if same >= 2:
            hint = f"Sentence {number} is also in {same} of your unit’s last {len(earlier)} requests."
            out.append(Hint(hint, "Reviewers look for that. Say what is different this time."))
            break
    if not _FACT.search(text):
        out.append(
            Hint("There is no number, date or place in it.", "One fact that can be checked says more.")
        )
    if not _ACTION.search(text):
        out.append(Hint("It does not say what happens next.", "Say what you would do with what you read."))
    if len(text.split()) < 25:
        out.append(Hint("It is short.", "Two or three sentences are enough, but one rarely is."))
    return out
