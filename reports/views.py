"""Pages for those who prepare, read and publish reports."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from governance.people.access import can
from governance.people.pages import page, person, said, warned
from governance.people.roles import Permission
from reports import queries, services
from reports.disclosure import NotPublishable
from reports.models import Release, WholeBody
from reports.period import HalfYear
from reports.public_views import frozen
from reports.render.pdf import PdfUnavailable, TooLong
from reports.states import ReleaseState

_LOOKS = {
    ReleaseState.DRAFT: ("block", "Did not pass its checks"),
    ReleaseState.CHECKED: ("refer", "Waiting for a second person"),
    ReleaseState.PUBLISHED: ("pass", "Published"),
    ReleaseState.SUPERSEDED: ("idle", "Replaced"),
    ReleaseState.SET_ASIDE: ("idle", "Set aside"),
}


@page()
def listing(request: HttpRequest) -> HttpResponse:
    """Every report, and the half-years that wait for one."""
    queries.readable(request.user)
    releases = Release.objects.visible_to(request.user).select_related("prepared_by", "published_by")
    may_prepare = can(request.user, Permission.REPORT_PREPARE, WholeBody()).allowed
    return render(
        request,
        "reports/list.html",
        {
            "here": "reports",
            "rows": [(release, *_LOOKS[ReleaseState(release.state)]) for release in releases],
            "may_prepare": may_prepare,
            "periods": queries.open_periods() if may_prepare else [],
        },
    )


@page("POST")
def prepare(request: HttpRequest) -> HttpResponse:
    """Freeze, protect, render and check a half-year. Takes some seconds."""
    try:
        period = HalfYear.parse(request.POST.get("period", ""))
        release = services.prepare(period=period, by=person(request))
    except (ValueError, NotPublishable, PdfUnavailable, TooLong) as error:
        warned(request, str(error), title="Not prepared")
        return redirect("releases")
    if release.state == ReleaseState.CHECKED:
        said(request, f"{release.title} is prepared. Somebody else must publish it.", title="Prepared")
    else:
        warned(request, f"{release.title} did not pass its checks.", title="Cannot be published")
    return redirect("release", release.ref, release.pk)


@page()
def one(request: HttpRequest, ref: str, key: int) -> HttpResponse:
    """One version: who did what, what was checked, and its files as the public will see them."""
    release = queries.find(request.user, ref, key)
    kind, word = _LOOKS[ReleaseState(release.state)]
    publish = can(request.user, Permission.REPORT_PUBLISH, release)
    return render(
        request,
        "reports/one.html",
        {
            "here": "reports",
            "release": release,
            "kind": kind,
            "word": word,
            "files": release.files.only("name", "size", "sha256"),
            "withheld": sum(len(cells) for cells in release.pattern.values()),
            "waiting": release.state == ReleaseState.CHECKED,
            "may_publish": publish.allowed,
            "not_publish_because": publish.reason,
            "may_see_true_counts": queries.may_see_true_counts(request.user).allowed,
        },
    )


@page("POST")
def publish(request: HttpRequest, ref: str, key: int) -> HttpResponse:
    """Publish exactly what the person saw: the form carries its fingerprint."""
    release = queries.find(request.user, ref, key)
    if request.POST.get("digest") != release.digest:
        warned(request, "This is not the version you read. Nothing was published.", title="Not published")
        return redirect("release", ref, key)
    services.publish(release=release, by=person(request))
    said(request, f"{release.title} is public now.", title="Published")
    return redirect("release", ref, key)


@page()
def file(request: HttpRequest, ref: str, key: int, name: str) -> HttpResponse:
    """A file of a release as the public will get it, for those who may read reports."""
    release = queries.find(request.user, ref, key)
    found = release.files.filter(name=name or "index.html").first()
    if found is None:
        raise queries.NotFound(name)
    try:
        return frozen(request, queries.whole(found), cache="no-store")
    except queries.Damaged as error:
        return HttpResponse(f"This file is not shown: {error}\n", status=503, content_type="text/plain")


@page()
def figures(request: HttpRequest, ref: str, key: int) -> HttpResponse:
    """Every figure as it is, beside what is published of it. For those who read the cases too."""
    release = queries.find(request.user, ref, key)
    return render(
        request,
        "reports/figures.html",
        {"here": "reports", "release": release, "tables": queries.true_tables(request.user, release)},
    )


@page()
def trace(request: HttpRequest, ref: str, key: int, table: str, row: str, column: str) -> HttpResponse:
    """The records behind one figure."""
    release = queries.find(request.user, ref, key)
    return render(
        request,
        "reports/trace.html",
        {
            "here": "reports",
            "release": release,
            "found": queries.trace(request.user, release, table, row, column),
        },
    )
