"""Scope: what cannot be shown to be inside an authorisation is outside."""

import dataclasses
import datetime as dt

import pytest

from gateway.contract import IncomingPost, Visibility
from gateway.scope import Reason, Scope
from governance.casework.terms import TermError

START = dt.datetime(2026, 11, 28, 9, tzinfo=dt.UTC)
END = dt.datetime(2026, 11, 28, 23, 59, tzinfo=dt.UTC)
POST = IncomingPost(
    platform="mastodon",
    platform_id="1",
    text="Kingsgate Bridge is closed",
    created_at=dt.datetime(2026, 11, 28, 14, tzinfo=dt.UTC),
    visibility=Visibility.PUBLIC,
)


def scope(**changes: object) -> Scope:
    given = {
        "platforms": ["Mastodon"],
        "terms": ["#MarchForTheRiver", '"Kingsgate Bridge" AND (blocked OR closed)'],
        "starts_at": START,
        "ends_at": END,
    }
    return Scope.of(**(given | changes))


def test_it_says_which_term_let_a_post_in() -> None:
    judged = scope().judge(POST)
    assert judged.reason is Reason.IN
    assert judged.term == '"Kingsgate Bridge" AND (blocked OR closed)'
    assert scope().in_scope(POST) == "in"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"platform": "bluesky"}, "platform"),
        ({"text": "Kingsgate Bridge is open"}, "term"),
        ({"text": ""}, "term"),
        ({"created_at": None}, "date"),
        ({"created_at": START - dt.timedelta(microseconds=1)}, "date"),
        ({"created_at": END}, "date"),
        ({"visibility": Visibility.UNLISTED}, "visibility"),
        ({"visibility": Visibility.FOLLOWERS}, "visibility"),
        ({"visibility": Visibility.DIRECT}, "visibility"),
        ({"visibility": Visibility.UNKNOWN}, "visibility"),
    ],
)
def test_it_gives_the_reason_a_post_is_out(changes: dict[str, object], reason: str) -> None:
    assert scope().in_scope(dataclasses.replace(POST, **changes)) == reason


def test_the_first_moment_is_in_and_the_last_is_out() -> None:
    assert scope().in_scope(dataclasses.replace(POST, created_at=START)) == "in"
    assert scope().in_scope(dataclasses.replace(POST, created_at=END - dt.timedelta(microseconds=1))) == "in"


@pytest.mark.parametrize("empty", [{"platforms": []}, {"terms": []}, {"starts_at": END}])
def test_an_empty_scope_lets_nothing_in(empty: dict[str, object]) -> None:
    assert scope(**empty).in_scope(POST) != "in"


def test_a_term_that_cannot_be_read_makes_no_scope() -> None:
    with pytest.raises(TermError):
        scope(terms=["(bridge"])


def test_a_term_that_follows_a_person_lets_nothing_in() -> None:
    by = dataclasses.replace(POST, author="@someone", text="@someone from:@someone someone")
    assert scope(terms=["@someone", "from:@someone"]).in_scope(by) == "term"
