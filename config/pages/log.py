"""The log, as those who watch over the work read it. Reading it is itself an entry."""

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from audit import Act, record, step
from audit.models import EvidenceEvent
from governance.casework import timeline
from governance.casework.models import Authorisation, Request
from governance.people.access import NotAllowed, holds, units_for
from governance.people.models import Unit, User
from governance.people.pages import keyset, one_of, page, person
from governance.people.roles import Permission
from governance.posting.models import Post


def visible_log(user: User) -> QuerySet[EvidenceEvent]:
    """Everything for those who hold the right on the whole body; else entries about what they may see."""
    rows = EvidenceEvent.objects.all()
    tops = Unit.objects.filter(parent=None)
    if tops and not tops.exclude(pk__in=units_for(user, Permission.LOG_READ)):
        return rows
    requests = Request.objects.visible_to(user).values("ref")
    authorisations = Authorisation.objects.visible_to(user).values("ref")
    posts = Post.objects.visible_to(user).values("ref")
    return rows.filter(
        Q(about_type="request", about_ref__in=requests)
        | Q(authorisation_ref__in=authorisations)
        | Q(about_type="post", about_ref__in=posts)
    )


@step
def consulted(*, by: User, count: int, from_entry: str) -> None:
    """Record that somebody read a page of the log."""
    record(Act.LOG_CONSULTED, by=by, count=count, page=from_entry)


@page()
def log(http: HttpRequest) -> HttpResponse:
    """Entries, newest first, filtered by the address."""
    user = person(http)
    if not holds(user, Permission.LOG_READ):
        raise NotAllowed(
            "The log is for those who watch over the work.", who_can="The data protection officer reads it."
        )
    act = one_of(http.GET.get("act"), Act)
    about = http.GET.get("about", "").strip()[:40]
    rows = visible_log(user)
    if act:
        rows = rows.filter(act=act)
    if about:
        rows = rows.filter(Q(about_ref=about) | Q(authorisation_ref=about))
    part = keyset(http, rows, size=50)
    consulted(by=user, count=len(part.rows), from_entry=str(part.rows[0].pk) if part.rows else "none")
    context = {
        "here": "log",
        "entries": list(zip(timeline.entries(part.rows), part.rows, strict=True)),
        "slice": part,
        "acts": [(a.value, a.value.replace(".", ": ").replace("-", " ")) for a in Act],
        "act": act,
        "about": about,
        "filtered": bool(act or about or http.GET.get("before")),
    }
    return render(http, "home/log.html", context)
