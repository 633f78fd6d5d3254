"""Findings that share a character become one place that covers them all, the same way each time."""

from itertools import permutations

from redaction.overlaps import merge
from redaction.results import Span


def test_nothing_of_an_overlap_is_left_over():
    found = [Span(0, 5, "phone", 0.4, "a"), Span(3, 9, "email", 0.9, "b"), Span(8, 12, "link", 0.6, "c")]
    [place] = merge(found)
    assert (place.start, place.end) == (0, 12)
    assert (place.kind, place.rule) == ("email", "b")  # the widest finding names it


def test_a_short_one_inside_a_long_one_changes_nothing():
    long = Span(0, 20, "link", 0.6, "link")
    assert merge([Span(4, 9, "email", 0.9, "email"), long]) == (long,)


def test_of_equally_wide_ones_the_order_of_kinds_decides():
    [place] = merge([Span(0, 10, "phone", 1.0, "phone"), Span(0, 10, "nhs_number", 0.5, "nhs_number")])
    assert place.kind == "nhs_number"


def test_places_that_touch_stay_apart():
    found = (Span(0, 4, "phone", 0.5, "a"), Span(4, 8, "phone", 0.5, "a"))
    assert merge(found) == found


def test_the_order_of_the_findings_does_not_matter():
    found = [
        Span(0, 5, "phone", 0.4, "a"),
        Span(3, 9, "email", 0.9, "b"),
        Span(3, 9, "email", 0.9, "a"),
        Span(9, 12, "link", 0.6, "c"),
        Span(20, 30, "handle", 0.8, "d"),
    ]
    assert len({merge(order) for order in permutations(found)}) == 1
