"""Reading casework: the list of requests, one request, its history, and taking one's turn."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from audit import clock
from governance.casework import content, display, queries, timeline
from governance.casework.models import Request, RequestVersion
from governance.casework.states import REQUEST, AuthorisationState, RequestState
from governance.casework.turns import turns
from governance.casework.views.ask import task_list
from governance.decisions import cards
from governance.decisions.services import pack_of
from governance.people.access import can, holds
from governance.people.pages import keyset, one_of, page, person
from governance.people.roles import Permission

# State of a request to the look of its status (UX: colour, shape and word belong together).
STATUS = {
    RequestState.DRAFT: "idle",
    RequestState.SUBMITTED: "advice",
    RequestState.ADVISED: "advice",
    RequestState.RETURNED: "refer",
    RequestState.AUTHORISED: "pass",
    RequestState.REFUSED: "block",
    RequestState.WITHDRAWN: "idle",
}


def status_of(request: Request, *, own: bool) -> tuple[str, str]:
    """(kind, word) of a request's status; 'Returned to you' only for the officer it was returned to."""
    state = RequestState(request.state)
    words = {
        RequestState.SUBMITTED: "Sent",
        RequestState.ADVISED: "With the decider",
        RequestState.RETURNED: "Returned to you" if own else "Returned to the officer",
    }
    return STATUS[state], words.get(state, state.label)


@page()
def listing(http: HttpRequest) -> HttpResponse:
    """Requests the person may see, newest first. Filters stand in the address, so a list can be sent to somebody."""
    user = person(http)
    state = one_of(http.GET.get("state"), RequestState.values)
    mine = http.GET.get("whose") == "mine"
    words = http.GET.get("words", "").strip()[:100]
    rows = Request.objects.visible_to(user).select_related("unit", "requested_by")
    if state:
        rows = rows.filter(state=state)
    if mine:
        rows = rows.filter(requested_by=user)
    if words:
        rows = rows.filter(title__icontains=words)
    part = keyset(http, rows)
    lines = [(row, *status_of(row, own=row.requested_by_id == user.pk)) for row in part.rows]
    context = {
        "here": "requests",
        "lines": lines,
        "slice": part,
        "states": RequestState.choices,
        "state": state,
        "mine": mine,
        "words": words,
        "filtered": bool(state or mine or words or http.GET.get("before")),
        "may_ask": holds(user, Permission.REQUEST_ASK),
    }
    return render(http, "casework/list.html", context)


@page()
def one(http: HttpRequest, ref: str) -> HttpResponse:
    """One request: the officer's own draft as a list of parts, anything else as its record."""
    request = queries.find(http.user, ref)
    user = person(http)
    own = request.requested_by_id == user.pk
    if own and request.state in (RequestState.DRAFT, RequestState.RETURNED):
        return task_list(http, request)
    return record(http, request, own=own)


def record(http: HttpRequest, request: Request, *, own: bool) -> HttpResponse:
    """What was asked, what the rules, the adviser and the decider said, and what came of it."""
    user = person(http)
    version = queries.current_version(request)
    data = version.content if version else content.content(request)
    pack = pack_of(version.decision.pack) if version else None
    kind, word = status_of(request, own=own)
    edited = version is not None and version.digest != content.current_digest(request)
    context = {
        "here": "requests",
        "request_row": request,
        "version": version,
        "edited": edited,
        "kind": kind,
        "word": word,
        "parts": display.by_part(display.answers(data, pack=pack)),
        "panel": cards.panel(version.decision.decision) if version else None,
        "advice": request.reviews.select_related("reviewer", "version").filter(voided_at=None).last(),
        "refusal": getattr(request, "refusal", None),
        "questions": list(request.questions.select_related("asked_by")),
        "authorisations": list(request.authorisations.select_related("granted_by")),
        "decider": _decider(request),
        "actions": _actions(http, request, version, own=own),
        "may_see_versions": request.version > 1,
        "user_row": user,
        "now": clock.now(),
        "live_state": AuthorisationState.GRANTED,
    }
    return render(http, "casework/record.html", context)


def _decider(request: Request) -> queries.Decider | None:
    waiting = request.state in (RequestState.SUBMITTED, RequestState.ADVISED)
    return queries.who_decides(request) if waiting else None


def _actions(
    http: HttpRequest, request: Request, version: RequestVersion | None, *, own: bool
) -> list[tuple[str, str, str]]:
    """(text, address, look) of what this person can do here; nothing that would be refused."""
    user = person(http)
    out: list[tuple[str, str, str]] = []
    waiting = request.state in (RequestState.SUBMITTED, RequestState.ADVISED)
    if waiting and version is not None and can(user, Permission.REQUEST_ADVISE, request):
        out.append(("Advise on this request", reverse("request-advice", args=[request.ref]), ""))
    if waiting and version is not None and queries.may_decide(user, request):
        out.append(("Decide this request", reverse("request-decide", args=[request.ref]), ""))
    if own and REQUEST.allows("edit", request.state):
        out.append(("Change an answer", reverse("request-part", args=[request.ref, "purpose"]), "secondary"))
    if own and REQUEST.allows("withdraw", request.state):
        out.append(("Take it back", reverse("request-withdraw", args=[request.ref]), "link"))
    return out


@page()
def history(http: HttpRequest, ref: str) -> HttpResponse:
    """Every entry of the log about a request and what came of it, newest first."""
    request = queries.find(http.user, ref)
    part = keyset(http, timeline.of_request(request), size=50)
    context = {
        "here": "requests",
        "request_row": request,
        "entries": timeline.entries(part.rows),
        "slice": part,
        "back_href": reverse("request", args=[ref]),
        "back_text": f"Back to {request.title or request.ref}",
    }
    return render(http, "casework/history.html", context)


@page()
def waiting(http: HttpRequest) -> HttpResponse:
    """Requests that wait for this person's advice or decision, oldest first."""
    user = person(http)
    found = turns(user, list(queries.waiting_for(user)[:100]))
    context = {
        "here": "waiting",
        "mine": [turn for turn in found if turn.to],
        "others": [turn for turn in found if not turn.to and turn.reason],
        "adviser": holds(user, Permission.REQUEST_ADVISE),
    }
    return render(http, "casework/waiting.html", context)
