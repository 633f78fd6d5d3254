"""Authorisations as they run: the list, one of them, and stopping."""

from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from audit import clock
from gateway import queries, retention
from gateway.models import CollectionRun
from gateway.states import RunState
from governance.casework import services, timeline
from governance.casework.forms.judge import AfterStop
from governance.casework.models import Authorisation, AuthorisationKind
from governance.casework.queries import find_authorisation
from governance.casework.states import AuthorisationState
from governance.decisions.services import pack_of
from governance.people import words
from governance.people.access import can
from governance.people.pages import keyset, one_of, page, person, said, show, warned
from governance.people.roles import Permission
from governance.states import WrongState
from redaction import KINDS

STATUS = {
    AuthorisationState.GRANTED: ("pass", "Live"),
    AuthorisationState.CANCELLED: ("block", "Stopped"),
    AuthorisationState.EXPIRED: ("idle", "Ended"),
    AuthorisationState.VOID: ("block", "Void"),
}
RUN_STATUS = {
    RunState.PENDING: "idle",
    RunState.RUNNING: "advice",
    RunState.DONE: "pass",
    RunState.STOPPED: "block",
    RunState.FAILED: "refer",
}


def status_of(row: Authorisation) -> tuple[str, str]:
    """(kind, word): live only while it is in force at this moment."""
    now = clock.now()
    state = AuthorisationState(row.state)
    if state == AuthorisationState.GRANTED and row.starts_at > now:
        return "advice", "Agreed, not started"
    if state == AuthorisationState.GRANTED and row.expires_at <= now:
        return "idle", "Ended"
    return STATUS[state]


@page()
def listing(http: HttpRequest) -> HttpResponse:
    """Authorisations to monitor that the person may see, newest first."""
    state = one_of(http.GET.get("state"), AuthorisationState.values)
    rows = Authorisation.objects.visible_to(http.user).filter(kind=AuthorisationKind.MONITORING)
    if state:
        rows = rows.filter(state=state)
    part = keyset(http, rows.select_related("request", "granted_by", "unit"))
    context = {
        "here": "authorisations",
        "lines": [(row, *status_of(row)) for row in part.rows],
        "slice": part,
        "states": AuthorisationState.choices,
        "state": state,
        "filtered": bool(state or http.GET.get("before")),
    }
    return render(http, "gateway/list.html", context)


@page()
def one(http: HttpRequest, ref: str) -> HttpResponse:
    """One authorisation: whether it is live, what it allows, what ran under it, and its history."""
    row = find_authorisation(http.user, ref)
    user = person(http)
    now = clock.now()
    kind, word = status_of(row)
    runs = list(queries.runs(row).select_related("started_by")[:20])
    totals = totals_of(row)
    may_read = bool(can(user, Permission.ITEM_READ, row))
    pack = pack_of(row.decision.pack)
    known = pack.platforms
    context = {
        "here": "authorisations",
        "row": row,
        "kind": kind,
        "word": word,
        "live": row.in_force(now),
        "ahead": row.state == AuthorisationState.GRANTED and row.starts_at > now,
        "ends_text": f"{words.moment(row.expires_at)}. Collection stops by itself at that moment.",
        "starts_text": f"{words.moment(row.starts_at)}. Until then nothing can be collected.",
        "ended_title": f"Ended {words.moment(min(row.ended_at or row.expires_at, row.expires_at))}",
        "ended_text": _why_ended(row),
        "keep": _keep(row),
        "title": row.request.title if row.request else row.ref,
        "purpose": words.sentence(pack.purposes[row.version.content["purpose_code"]].words)
        if row.version
        else "",
        "level": pack.levels.get(row.level),
        "places": [known[p].words if p in known else p for p in row.scope.get("platforms", [])],
        "terms": row.scope.get("terms", []),
        "runs": [(run, RUN_STATUS[RunState(run.state)]) for run in runs],
        "totals": totals,
        "stored": totals["stored"],
        "hidden": hidden_in(row) if may_read else [],
        "readable": queries.items(row, user).count() if may_read else 0,
        "erasures": list(queries.erasures(row)[:20]),
        "entries": timeline.entries(timeline.of_authorisation(row)[:12]),
        "may_stop": row.state == AuthorisationState.GRANTED
        and bool(can(user, Permission.AUTHORISATION_CANCEL, row)),
        "may_finish": unanswered(row) and bool(can(user, Permission.AUTHORISATION_CANCEL, row)),
        "may_take_in": row.in_force(now) and bool(can(user, Permission.COLLECTION_RUN, row)),
        "may_read": may_read,
        "pack_name": f"{pack.id} {pack.version}",
        "back_href": reverse("authorisations"),
        "back_text": "All authorisations",
        "printed_by": user.shown,
        "now": now,
    }
    return render(http, "gateway/one.html", context)


def _why_ended(row: Authorisation) -> str:
    """Why an authorisation is no longer in force, in a sentence."""
    if row.state == AuthorisationState.CANCELLED:
        by = row.cancelled_by.shown if row.cancelled_by else "Somebody"
        because = f" {row.cancelled_because}" if row.cancelled_because else ""
        return f"{by} stopped it.{because} It can only start again with a new request."
    if row.state == AuthorisationState.VOID:
        return "What was agreed was changed afterwards, so the agreement no longer counts."
    return "Its time was up, and collection stopped by itself."


def _keep(row: Authorisation) -> str:
    """When what is collected is deleted, in words."""
    days = f"{row.retention_days:,} days after"
    if row.retention_from is not None:
        due = retention.due(row, captured_at=row.granted_at)
        counted = {"event_end": "the event", "authorisation_end": "the end"}.get(
            row.retention_trigger, "the start"
        )
        return f"{words.plain_day(due)}, {days} {counted}, by itself"
    return f"{days} each post was taken in, by itself"


def unanswered(row: Authorisation) -> bool:
    """Stopped, and nobody has said yet what happens to the material."""
    return row.state == AuthorisationState.CANCELLED and not row.product


_COUNTS = ("read", "malformed", "out_of_scope", "duplicates", "withheld", "stored", "redacted")


def totals_of(row: Authorisation) -> dict[str, int]:
    """Where every record of every run went; the parts add up to what was read."""
    summed = CollectionRun.objects.filter(authorisation=row).aggregate(**{n: Sum(n) for n in _COUNTS})
    return {name: value or 0 for name, value in summed.items()}


def hidden_in(row: Authorisation) -> list[tuple[str, str, int]]:
    """(what it means, the chip's look, how many) of everything hidden under an authorisation, most first."""
    counts: dict[str, int] = {}
    for hidden in CollectionRun.objects.filter(authorisation=row).values_list("hidden", flat=True):
        for code, count in hidden.items():
            counts[code] = counts.get(code, 0) + count
    return meanings(counts)


def meanings(counts: dict[str, int]) -> list[tuple[str, str, int]]:
    """Counts by code as (what it means, the chip's look, how many), most first."""
    table = {kind.code: kind for kind in KINDS}
    known = [(table[c].meaning, table[c].group, n) for c, n in counts.items() if c in table and n]
    return sorted(known, key=lambda line: -line[2])


@page("POST")
def stop(http: HttpRequest, ref: str) -> HttpResponse:
    """Stop at once. Questions come after; pressed twice, it stays stopped."""
    row = find_authorisation(http.user, ref, Permission.AUTHORISATION_CANCEL)
    try:
        row = services.cancel(authorisation=row, by=person(http))
    except WrongState:
        row.refresh_from_db()
        ended = words.moment(row.ended_at) if row.ended_at else "before"
        warned(http, f"{row.ref} had already ended, {ended}. Nothing else changed.", title="Already ended")
        return redirect("authorisation", ref)
    return redirect("authorisation-stopped", ref)


@page("GET", "HEAD", "POST")
def stopped(http: HttpRequest, ref: str) -> HttpResponse:
    """After a stop: why, and what happens to the material."""
    row = find_authorisation(http.user, ref, Permission.AUTHORISATION_CANCEL)
    if not unanswered(row):
        return redirect("authorisation", ref)
    form = AfterStop(http.POST or None)
    if http.method == "POST" and form.is_valid():
        services.say_product(
            authorisation=row,
            by=person(http),
            because=form.cleaned_data["because"],
            product=form.cleaned_data["product"],
        )
        said(http, f"{row.ref} is closed.", title="Closed")
        return redirect("authorisation", ref)
    context = {
        "here": "authorisations",
        "row": row,
        "form": form,
        "stored": totals_of(row)["stored"],
        "title": row.request.title if row.request else row.ref,
        "back_href": reverse("authorisation", args=[ref]),
        "back_text": f"Back to {row.ref}",
    }
    return show(http, "gateway/stopped.html", context, form)
