"""The home page: what needs me, by when, for whatever roles a person holds."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from audit import clock
from audit.acts import Act
from audit.models import EvidenceEvent
from config.pages.desk import Desk, desk, live_authorisations
from governance.casework.models import Authorisation, Request
from governance.casework.states import AuthorisationState, RequestState
from governance.casework.views.read import status_of
from governance.people.models import User
from governance.people.pages import page, person
from governance.people.roles import Permission as P
from governance.posting.views import headline

Figure = tuple[Any, str, str, str]  # number, label, note, kind


@page()
def home(http: HttpRequest) -> HttpResponse:
    """What needs this person, what runs, and their own requests."""
    user = person(http)
    found = desk(http) or Desk(user, [])
    may = found.permissions
    live = live_authorisations(user) if P.REQUEST_READ in may else []
    context = {
        "here": "home",
        "desk": found,
        "hello": _hello(user),
        "figures": _figures(user, found, live),
        "live": live,
        "posts_to_agree": [(post, headline(post)) for post in found.to_agree],
        "posts_back": [(post, headline(post), post.get_state_display()) for post in found.posts_back],
        "own": _own(user) if P.REQUEST_ASK in may else [],
        "drafts": _drafts(user) if P.REQUEST_ASK in may else [],
        "may_ask": P.REQUEST_ASK in may,
        "may_write": P.POST_DRAFT in may,
        "may_read_log": P.LOG_READ in may,
        "may_manage": P.PEOPLE_MANAGE in may,
        "looks_on": P.LOG_READ in may and P.REQUEST_ADVISE not in may and P.REQUEST_DECIDE not in may,
        "access_ends": found.access_ends,
        "now": clock.now(),
    }
    return render(http, "home/home.html", context)


def _hello(user: User) -> str:
    hour = clock.now().astimezone(clock.LONDON).hour
    greeting = "Good morning" if hour < 12 else "Good afternoon" if hour < 18 else "Good evening"
    return f"{greeting}, {user.name.split()[0] if user.name else user.username}"


def _own(user: User) -> list[tuple[Request, str, str]]:
    """The person's latest requests with their status."""
    rows = Request.objects.filter(requested_by=user).exclude(state=RequestState.DRAFT).order_by("-pk")[:6]
    return [(row, *status_of(row, own=True)) for row in rows]


def _drafts(user: User) -> list[Request]:
    return list(
        Request.objects.filter(requested_by=user, state=RequestState.DRAFT).order_by("-changed_at")[:5]
    )


def _figures(user: User, found: Desk, live: list[Authorisation]) -> list[Figure]:
    """The few numbers that matter to those who watch over others. Officers get work, not numbers."""
    may = found.permissions
    if not may & {P.REQUEST_ADVISE, P.REQUEST_DECIDE, P.LOG_READ}:
        return []
    soon = sum((row.expires_at - clock.now()).days < 7 for row in live)
    out: list[Figure] = []
    if may & {P.REQUEST_ADVISE, P.REQUEST_DECIDE}:
        what = "to review" if P.REQUEST_ADVISE in may else "to decide"
        out.append((len(found.mine), what, "", "refer" if found.mine else ""))
    out += [(len(live), "live now", "", ""), (soon, "end within 7 days", "They stop by themselves", "")]
    if P.LOG_READ in may:
        visible = Request.objects.visible_to(user)
        refused = visible.filter(state=RequestState.REFUSED).count()
        stopped = Authorisation.objects.visible_to(user).filter(state=AuthorisationState.CANCELLED).count()
        refs = visible.values("ref")
        blocked = EvidenceEvent.objects.filter(act=Act.DECISION_BLOCKED, about_ref__in=refs).count()
        out += [
            (refused, "requests refused", "All years", ""),
            (stopped, "stopped early", "All years", ""),
            (blocked, "stopped by a rule", "Before a person could say yes", ""),
        ]
    return out
