"""Reading what was collected. Every opening is recorded, with which posts it showed."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

import redaction
from gateway import queries
from gateway.forms import platforms_of
from gateway.views.running import unanswered
from governance.accounts.services import allowed_handles
from governance.casework.queries import find_authorisation
from governance.casework.terms import follows_person
from governance.people.pages import one_of, page, person
from governance.people.roles import Permission

ITEMS_ON_A_PAGE = 20


@page()
def items(http: HttpRequest, ref: str) -> HttpResponse:
    """Read the posts of one authorisation. Every opening of this page is recorded, with which posts it showed."""
    row = find_authorisation(http.user, ref, Permission.ITEM_READ)
    user = person(http)
    every = queries.items(row, user)
    places = platforms_of(every)
    platform = one_of(http.GET.get("platform"), places)
    wanted = http.GET.get("words", "").strip()[:100]
    person_sought = bool(wanted) and aims_at_person(wanted)
    if person_sought:
        wanted = ""
    first = _number(http.GET.get("from"))
    filters: dict[str, Any] = {}
    if platform:
        filters["platform"] = platform
    if wanted:
        filters["text__icontains"] = wanted
    locked = unanswered(row)
    rows = (
        []
        if locked
        else list(
            queries.read_items(authorisation=row, by=user, first=first, most=ITEMS_ON_A_PAGE, **filters)
        )
    )
    matching = 0 if locked else every.filter(**filters).count()
    query = http.GET.copy()
    context = {
        "here": "authorisations",
        "row": row,
        "locked": locked,
        "title": row.request.title if row.request else row.ref,
        "rows": rows,
        "total": every.count(),
        "matching": matching,
        "first": first + 1,
        "last": first + len(rows),
        "places": places,
        "platform": platform,
        "words": wanted,
        "person_sought": person_sought,
        "older": _page_address(query, first + ITEMS_ON_A_PAGE) if first + len(rows) < matching else "",
        "newer": _page_address(query, max(0, first - ITEMS_ON_A_PAGE)) if first else "",
        "legend": [
            ("account", "Account 1", "a username"),
            ("person", "Name 1", "a name or a birthday"),
            ("contact", "Phone 1", "a phone, an email address or another number"),
            ("place", "Address 1", "an address, or a link of which only the site is shown"),
        ],
        "back_href": reverse("authorisation", args=[ref]),
        "back_text": f"Back to {row.ref}",
    }
    return render(http, "gateway/items.html", context)


def aims_at_person(text: str) -> bool:
    """Whether a search aims at somebody: what redaction would hide cannot be searched for, and doubt means yes."""
    found = redaction.redact_batch([text], allow=allowed_handles())[0]
    return follows_person(text) or isinstance(found, redaction.Withheld) or bool(found.spans)


def _number(text: str | None) -> int:
    """A position from an address; anything else is the start."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 0


def _page_address(query: Any, first: int) -> str:
    query = query.copy()
    query["from"] = str(first)
    return f"?{query.urlencode()}"
