"""What redaction hands back: safe text with the places that were hidden, or a refusal."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why a text was withheld. A code for counting; it never holds any of the text."""

    ERROR = "error"
    NOT_TEXT = "not_text"
    SKIPPED_PATTERN = "skipped_pattern"
    TIMEOUT = "timeout"
    TOO_LONG = "too_long"
    UNSTABLE = "unstable"


_SENTENCES = {
    Reason.ERROR: "Redaction did not work on this text, so it was not kept.",
    Reason.NOT_TEXT: "This is not readable text, so it was not kept.",
    Reason.SKIPPED_PATTERN: "One of the checks did not finish on this text, so it was not kept.",
    Reason.TIMEOUT: "Redaction took too long on this text, so it was not kept.",
    Reason.TOO_LONG: "This text is longer than redaction reads, so it was not kept.",
    Reason.UNSTABLE: "Redaction did not come to an end on this text, so it was not kept.",
}


class Withheld(Exception):
    """Redaction could not vouch for a text. The text must not be stored, shown, logged or passed on.

    Attributes:
        reason: a `Reason` code; the only thing this exception says about the text.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(str(reason))
        self.reason: str = Reason(reason).value

    def __str__(self) -> str:
        return _SENTENCES[Reason(self.reason)]


@dataclass(frozen=True, slots=True)
class Span:
    """One hidden place: text[start:end] of the original, what it was, how sure, and which recogniser said
    so."""

    start: int
    end: int
    kind: str
    score: float
    rule: str


@dataclass(frozen=True, slots=True)
class Redacted:
    """Safe text, the places hidden in the original (in order, never overlapping), and how many of each
    kind."""

    text: str
    spans: tuple[Span, ...]
    counts: Mapping[str, int]
