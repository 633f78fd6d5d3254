"""A page asks the database as often for many rows as for few."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.casework.models import Request
from governance.decisions import services as rules
from governance.posting import services as posting
from tests import factories
from tests.pages.test_running import archive, take_in

pytestmark = pytest.mark.django_db

MOST = 60  # queries of the busiest page; a number that may only fall


def asked(visitor, path: str) -> int:
    visitor.get(path)  # what is read once for a process is read now
    with CaptureQueriesContext(
        connection,
    ) as seen:
        response = visitor.get(path)
    assert response.status_code == 200, path
    return len(seen)


def fill(force, visit, count: int, *, start: int = 0) -> None:
    """More of everything."""
    event = factories.gathering(force, protest=True, name=f"March {start}")
    plain = factories.gathering(force, name=f"Fair {start}")
    account = force.north.accounts.first() or factories.account(force)
    for number in range(count):
        factories.draft_request(force, event=plain, title=f"Draft {start + number}")
        factories.sent_request(force, event=plain, title=f"Plain {start + number}")
        advised = factories.sent_request(force, event=event, title=f"Protest {start + number}")
        factories.advise(force, advised)
        factories.sent_request(force, event=event, title=f"New {start + number}")
        row = factories.authorisation(force, event=plain)
        take_in(
            visit(force.officer), row, archive(*(f"Kingsgate Bridge {start}-{number}-{i}" for i in range(4)))
        )
        posting.submit(post=factories.draft_post(force, of=account), by=force.comms)
        factories.draft_post(force, of=account)


PAGES = [
    ("officer", "/"),
    ("dpo", "/"),
    ("superintendent", "/"),
    ("comms2", "/"),
    ("inspector", "/"),
    ("officer", "/requests/"),
    ("dpo", "/requests/waiting/"),
    ("superintendent", "/requests/waiting/"),
    ("supervisor", "/requests/waiting/"),
    ("officer", "/collection/"),
    ("comms", "/posts/"),
    ("comms", "/our-accounts/"),
    ("dpo", "/log/"),
    ("admin", "/people/"),
]


def test_lists_cost_the_same_for_many_rows(force, visit):
    fill(force, visit, 1)
    one = Request.objects.filter(title__startswith="New").first()
    row = force.north.authorisations.filter(kind="monitoring").first()
    pages = [*PAGES, ("officer", f"/requests/{one.ref}/history/"), ("dpo", f"/collection/{row.ref}/posts/")]
    few = {(who, path): asked(visit(getattr(force, who)), path) for who, path in pages}
    fill(force, visit, 3, start=10)
    take_in(
        visit(force.officer), row, archive(*(f"Kingsgate Bridge more {i}" for i in range(12))), name="b.jsonl"
    )
    many = {(who, path): asked(visit(getattr(force, who)), path) for who, path in pages}
    grown = {key: (few[key], many[key]) for key in few if many[key] > few[key]}
    assert not grown
    assert max(many.values()) <= MOST, max(many.items(), key=lambda kv: kv[1])


def test_a_page_with_a_request_on_it_stays_below_the_limit(force, visit):
    event = factories.gathering(force, protest=True)
    draft = factories.draft_request(force, event=event)
    sent = factories.sent_request(force, event=event)
    row = factories.authorisation(force, event=factories.gathering(force))
    pages = [
        ("officer", f"/requests/{draft.ref}/"),
        ("officer", f"/requests/{draft.ref}/part/people/"),
        ("officer", f"/requests/{draft.ref}/check/"),
        ("officer", f"/requests/{sent.ref}/"),
        ("dpo", f"/requests/{sent.ref}/advice/"),
        ("officer", f"/collection/{row.ref}/"),
    ]
    found = {path: asked(visit(getattr(force, who)), path) for who, path in pages}
    assert max(found.values()) <= MOST, found
    assert rules.live_pack()
