"""The path of a text: look at it as it is written and as it reads, hide what is found, look again until
nothing is.

The last look always sees the very text that is handed out, so what is stored has been searched and found
clean, and redacting it again changes nothing.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from types import MappingProxyType

from redaction import engine
from redaction.normalise import folded, views
from redaction.operators import TooMany, render
from redaction.overlaps import merge
from redaction.results import Reason, Redacted, Span, Withheld

MOST_CHARACTERS = 10_000
MOST_LOOKS = 6  # two are usual; each further look must have found something new


def redact(text: str, *, allow: frozenset[str] = frozenset(), using: engine.Engine | None = None) -> Redacted:
    """Hide the personal data in `text`, or refuse it.

    Raises:
        Withheld: the text must not be kept. Carries a reason code and nothing of the text.
    """
    outcome = _attempt(text, frozenset(_handle(one) for one in allow), using)
    if isinstance(outcome, Reason):
        # Raised here, outside of any handler, so that no exception that has seen the text hangs on to it.
        raise Withheld(outcome)
    return outcome


def redact_batch(
    texts: Iterable[str], *, allow: frozenset[str] = frozenset(), using: engine.Engine | None = None
) -> list[Redacted | Withheld]:
    """`redact` for many texts, in their order; a text that cannot be vouched for yields its `Withheld`."""
    allowed = frozenset(_handle(one) for one in allow)
    results: list[Redacted | Withheld] = []
    for text in texts:
        outcome = _attempt(text, allowed, using)
        results.append(Withheld(outcome) if isinstance(outcome, Reason) else outcome)
    return results


def _attempt(text: str, allowed: frozenset[str], using: engine.Engine | None) -> Redacted | Reason:
    if not isinstance(text, str) or "\0" in text:
        return Reason.NOT_TEXT
    if len(text) > MOST_CHARACTERS:
        return Reason.TOO_LONG
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return Reason.NOT_TEXT
    try:
        found_by = using or engine.shared()
        with engine.budget(engine.BUDGET_SECONDS):
            return _redacted(text, allowed, found_by)
    except engine.OutOfTime:
        return Reason.TIMEOUT
    except engine.SkippedPattern:
        return Reason.SKIPPED_PATTERN
    except TooMany:
        return Reason.UNSTABLE
    except Exception:
        # Whatever it was, its message and its frames may hold the text: neither is logged nor kept.
        return Reason.ERROR


def _redacted(text: str, allowed: frozenset[str], using: engine.Engine) -> Redacted | Reason:
    findings = _find(text, allowed, using)
    places: tuple[Span, ...] = ()
    safe = text
    for _ in range(MOST_LOOKS):
        places = merge(findings)
        if not places:
            break
        rendered = render(text, places, findings)
        safe = rendered.text
        more = _find(safe, allowed, using)
        if not more:
            break
        findings += tuple(
            Span(*rendered.back(one.start, one.end), one.kind, one.score, one.rule) for one in more
        )
    else:
        return Reason.UNSTABLE
    counts = Counter(place.kind for place in places)
    return Redacted(safe, places, MappingProxyType(dict(sorted(counts.items()))))


def _find(text: str, allowed: frozenset[str], using: engine.Engine) -> tuple[Span, ...]:
    """What every view of `text` shows, as places in `text`."""
    found: set[Span] = set()
    official: list[tuple[int, int]] = []
    for view in views(text):
        for result in using.analyse(view.text):
            start, end = _trimmed(view.text, result.start, result.end)
            if start >= end:
                continue
            start, end = view.back(start, end)
            kind = using.kinds[result.entity_type]
            if allowed and kind == "handle" and _handle(text[start:end]) in allowed:
                official.append((start, end))
            found.add(Span(start, end, kind, round(float(result.score), 3), _rule(result)))
    # An official @name@server also has the form of an email address: what lies inside an allowed handle
    # stands.
    standing = (
        span for span in found if not any(start <= span.start and span.end <= end for start, end in official)
    )
    return tuple(sorted(standing, key=_order))


def _order(span: Span) -> tuple[int, int, str, float, str]:
    return (span.start, span.end, span.kind, span.score, span.rule)


def _rule(result: object) -> str:
    metadata = getattr(result, "recognition_metadata", None) or {}
    return str(metadata.get("recognizer_name", ""))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


def _handle(written: str) -> str:
    return folded(written).strip().lstrip("@")


def found_in(text: str, using: engine.Engine) -> Sequence[Span]:
    """Every finding of one engine before overlaps are resolved; for tests and the quality page."""
    with engine.budget(engine.BUDGET_SECONDS):
        return _find(text, frozenset(), using)
