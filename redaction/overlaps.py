"""From many findings to places that never overlap, the same way each time.

Findings that share a character become one place that covers them all: dropping the weaker one would leave
its rest standing in the text. The place is named after its widest finding; of equally wide ones, after the
first in the order of the kinds, then after the surest.
"""

from collections.abc import Iterable

from redaction.kinds import RANK
from redaction.results import Span


def merge(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Places in the order of the text; any two are at least zero characters apart."""
    places: list[Span] = []
    leaders: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.start, -one.end, RANK[one.kind], one.rule)):
        if places and span.start < places[-1].end:
            end = max(places[-1].end, span.end)
            leaders[-1] = max(leaders[-1], span, key=_weight)
            lead = leaders[-1]
            places[-1] = Span(places[-1].start, end, lead.kind, lead.score, lead.rule)
        else:
            places.append(span)
            leaders.append(span)
    return tuple(places)


def _weight(span: Span) -> tuple[int, int, float, int, str]:
    return (span.end - span.start, -RANK[span.kind], span.score, -span.start, span.rule)
