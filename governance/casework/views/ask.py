"""Asking to monitor: the list of nine parts, one page for each, check your answers, send, take back."""

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from audit import clock
from governance.casework import coach, content, display, queries, services
from governance.casework.forms.ask import (
    FORMS,
    Event,
    NewGathering,
    PartForm,
    Purpose,
    events_offered,
    finished,
)
from governance.casework.forms.judge import Withdraw
from governance.casework.models import Request
from governance.casework.states import RequestState
from governance.decisions import cards
from governance.decisions.services import RulesUnavailable, live_pack
from governance.gatherings.models import Gathering
from governance.gatherings.services import record_gathering
from governance.people.access import NotAllowed, holds, units_for
from governance.people.models import Unit, User
from governance.people.pages import page, person, said, show, warned
from governance.people.roles import Permission
from governance.policy import Pack
from governance.states import WrongState

# States in which an answer can be changed without taking anything back.
_FREE = (RequestState.DRAFT, RequestState.RETURNED)
# How many drafts one person's session remembers, so that a page sent twice makes one draft.
_REMEMBERED = 20


def link_to(request: Request) -> cards.Where:
    """Where a rule's answer is changed, for the links on its card."""

    def where(part: str) -> tuple[str, str]:
        if part not in display.TITLES:
            return "", ""
        return reverse("request-part", args=[request.ref, part]), f"Change {display.TITLES[part][0].lower()}"

    return where


def rules_for(request: Request, part: str | None = None) -> cards.Panel | None:
    """What the rules say about a request as it stands; None when they cannot be asked."""
    try:
        decision = queries.preview(request)
    except RulesUnavailable:
        return None
    unanswered = frozenset(display.ORDER) - frozenset(request.parts)
    return cards.panel(decision, unanswered=unanswered, where=link_to(request), part=part)


def _units(user: User) -> list[Unit]:
    """Units on which a person may ask."""
    return list(units_for(user, Permission.REQUEST_ASK).order_by("path"))


@page("GET", "HEAD", "POST")
def new(http: HttpRequest) -> HttpResponse:
    """The first question. The draft is made when it is answered, so that looking leaves nothing behind."""
    user = person(http)
    units = _units(user)
    if not units:
        raise NotAllowed("Only requesting officers ask to monitor.", who_can="Ask your supervisor who does.")
    unit = next((u for u in units if u.slug == http.POST.get("unit")), units[0])
    blank = Request(unit=unit, requested_by=user)
    form = Purpose(http.POST or None, request=blank, pack=live_pack())
    once = http.POST.get("once", "")
    made: dict[str, str] = http.session.get("drafts_made", {})
    if http.method == "POST" and once in made:
        warned(http, "This page was sent twice. There is one draft, and this is it.", title="Already saved")
        return redirect("request", made[once])
    if http.method == "POST" and form.is_valid():
        request = services.draft(by=user, unit=unit)
        request = services.save_answers(request=request, by=user, part="purpose", values=form.values())
        if once:
            http.session["drafts_made"] = dict([*made.items(), (once, request.ref)][-_REMEMBERED:])
        return _onward(http, request, form, edited=True)
    context = {
        "here": "requests",
        "form": form,
        "part": "purpose",
        "number": 1,
        "heading": display.TITLES["purpose"][1],
        "units": units if len(units) > 1 else [],
        "unit": unit,
        "once": once or uuid.uuid4().hex,
        "back_href": reverse("requests"),
        "back_text": "All requests",
    }
    return show(http, "casework/part.html", context, form)


def _onward(http: HttpRequest, request: Request, form: PartForm, *, edited: bool) -> HttpResponse:
    """After a page was saved: to the next unanswered page, unless something is missing here or the list was asked.

    Where a rule stops what was just written, the page is shown again with that rule beside it, once: pressing the
    button again goes on, because another answer may be the one to change.
    """
    missing = form.lacking()
    if http.POST.get("action") == "list":
        return redirect("request", request.ref)
    if missing or http.POST.get("action") == "check":
        for name, sentence in missing.items():
            form.add_error(name, sentence)
        return _part_page(http, request, form)
    panel = rules_for(request, form.part)
    stops = panel.count("block") if panel else 0
    if edited and stops:
        rules = "1 rule stops" if stops == 1 else f"{stops} rules stop"
        warned(http, f"{rules} this answer. It is beside it, with what would fix it.", title="Saved")
        return redirect("request-part", request.ref, form.part)
    following = display.ORDER[display.ORDER.index(form.part) + 1 :]
    after = next((p for p in following if not finished(request, p)), None)
    return redirect("request-part", request.ref, after) if after else redirect("request", request.ref)


def _form(http: HttpRequest, request: Request, part: str) -> PartForm:
    data = http.POST if http.method == "POST" else None
    if part == "event":
        visible = Gathering.objects.visible_to(http.user)
        offered = events_offered(visible, request=request, now=clock.now())
        return Event(data, request=request, pack=live_pack(), gatherings=offered)
    return FORMS[part](data, request=request, pack=live_pack())


@page("GET", "HEAD", "POST")
def part(http: HttpRequest, ref: str, part: str) -> HttpResponse:
    """One question page. Every press of a button saves what could be read."""
    if part not in FORMS:
        raise Http404
    request = queries.find(http.user, ref, Permission.REQUEST_ASK)
    form = _form(http, request, part)
    if http.method != "POST":
        return _part_page(http, request, form)
    if http.POST.get("action") == "add":
        return _one_more_box(http, request, form)
    readable = form.is_valid()
    edited = part not in request.parts or form.has_changed()
    # Answers that were already sent change as a whole or not at all: half an edit must not void a decision.
    if readable or request.state in _FREE:
        try:
            request = services.save_answers(request=request, by=person(http), part=part, values=form.values())
        except WrongState as error:
            warned(http, f"{error} Nothing was changed.")
            return redirect("request", ref)
    return _onward(http, request, form, edited=edited) if readable else _part_page(http, request, form)


def _one_more_box(http: HttpRequest, request: Request, form: PartForm) -> HttpResponse:
    """Show the page again with what was typed and one empty box more. Nothing is saved or checked yet."""
    form = type(form)(request=request, pack=live_pack(), initial=_typed(http, form))
    lines: Any = form.fields["terms"].widget
    lines.extra = 1
    return _part_page(http, request, form)


def _typed(http: HttpRequest, form: PartForm) -> dict[str, Any]:
    return {
        name: field.widget.value_from_datadict(http.POST, http.FILES, name)
        for name, field in form.fields.items()
    }


def _reading(request: Request, form: PartForm) -> coach.Reading | None:
    """Hints on the wording of the one answer that reviewers read most."""
    if form.part != "necessity":
        return None
    text = str(form["nec_text"].value() or "")
    earlier = (
        Request.objects.filter(unit=request.unit_id, version__gt=0)
        .exclude(pk=request.pk)
        .order_by("-pk")[:12]
    )
    return coach.read(text, [text for text in earlier.values_list("nec_text", flat=True) if text])


def _part_page(http: HttpRequest, request: Request, form: PartForm) -> HttpResponse:
    part = form.part
    number = display.ORDER.index(part) + 1
    context = {
        "here": "requests",
        "request_row": request,
        "form": form,
        "part": part,
        "number": number,
        "of": len(display.ORDER),
        "heading": display.TITLES[part][1],
        "panel": rules_for(request, part),
        "coach": _reading(request, form),
        "event_words": display.gathering_in_words(request.gathering) if request.gathering else "",
        "sent": request.state not in _FREE,
        "authorised": request.state == RequestState.AUTHORISED,
        "back_href": reverse("request", args=[request.ref]),
        "back_text": "Back to the list",
    }
    return show(http, "casework/part.html", context, form)


@page("GET", "HEAD", "POST")
def new_event(http: HttpRequest, ref: str) -> HttpResponse:
    """Record an event that is not in the list yet, and choose it for this request."""
    request = queries.find(http.user, ref, Permission.REQUEST_ASK)
    user = person(http)
    if not holds(user, Permission.GATHERING_MANAGE, request.unit):
        raise NotAllowed("Only people who keep this unit’s events can record one.")
    form = NewGathering(http.POST or None)
    if http.method == "POST" and form.is_valid():
        same = Gathering.objects.filter(
            unit=request.unit, name=form.cleaned_data["name"], starts_at=form.cleaned_data["starts_at"]
        ).first()
        gathering = same or record_gathering(by=user, unit=request.unit, **form.cleaned_data)
        services.save_answers(request=request, by=user, part="event", values={"gathering": gathering})
        said(http, f"{gathering.name} is recorded as {gathering.ref} and chosen for this request.")
        return redirect("request-part", ref, "terms")
    context = {
        "here": "requests",
        "request_row": request,
        "form": form,
        "back_href": reverse("request-part", args=[ref, "event"]),
        "back_text": "Back to the list of events",
    }
    return show(http, "casework/new_event.html", context, form)


def _task(
    request: Request, part: str, panel: cards.Panel | None, names: dict[int, str], pack: Pack
) -> dict[str, str]:
    """One line of the list: its state comes from the answers and the rules, strictest first."""
    mine = [c for c in panel.open if c.part == part] if panel else []
    blocks = sum(c.kind == "block" for c in mine)
    if part not in request.parts:
        kind, text = "idle", "Not started"
    elif not finished(request, part):
        kind, text = "refer", "Not finished"
    elif blocks:
        kind, text = "block", f"Fix {blocks} problem" if blocks == 1 else f"Fix {blocks} problems"
    else:
        kind, text = "pass", "Done"
    return {
        "id": part,
        "title": display.TITLES[part][0],
        "href": reverse("request-part", args=[request.ref, part]),
        "hint": display.summary(request, part, pack=pack, names=names),
        "kind": kind,
        "text": text,
    }


def task_list(http: HttpRequest, request: Request) -> HttpResponse:
    """The officer's own draft: nine parts, what the rules say, and the way on."""
    panel = rules_for(request)
    names, pack = display.gatherings_of({"gathering": request.gathering_id}), live_pack()
    groups = [
        (title, [_task(request, name, panel, names, pack) for name in parts])
        for title, parts in display.GROUPS
    ]
    done = sum(finished(request, name) for name in display.ORDER)
    ready = done == len(display.ORDER) and panel is not None and panel.verdict != "block"
    context = {
        "here": "requests",
        "request_row": request,
        "groups": groups,
        "done": done,
        "of": len(display.ORDER),
        "panel": panel,
        "ready": ready,
        "decider": _decider(request) if panel is not None and not panel.waiting else None,
        "question": request.questions.select_related("asked_by").last(),
        "now": clock.now(),
    }
    return render(http, "casework/task_list.html", context)


def _decider(request: Request) -> queries.Decider | None:
    try:
        return queries.who_decides(request)
    except RulesUnavailable:
        return None


@page("GET", "HEAD", "POST")
def check(http: HttpRequest, ref: str) -> HttpResponse:
    """Check your answers, then send. The rules are asked once more by the service; a page cannot send around them."""
    request = queries.find(http.user, ref, Permission.REQUEST_ASK)
    if request.state not in _FREE:
        warned(http, f"{request.ref} was already sent. Nothing was sent twice.", title="Already sent")
        return redirect("request", ref)
    problem = ""
    if http.method == "POST":
        if http.POST.get("digest") != content.current_digest(request):
            problem = "An answer changed since you opened this page. Read your answers again, then send."
        else:
            try:
                services.submit(request=request, by=person(http))
            except services.Blocked as error:
                problem = f"{error.reason} Nothing was sent, and the attempt is on record."
            except RulesUnavailable:
                problem = "We cannot check the rules right now, so nothing can be sent. Your draft is safe."
            except WrongState as error:
                warned(http, str(error))
                return redirect("request", ref)
            else:
                said(http, f"{request.ref} was sent.", title="Sent")
                return redirect("request", ref)
            request = queries.find(http.user, ref, Permission.REQUEST_ASK)
    data = content.content(request)
    panel = rules_for(request)
    unfinished = [name for name in display.ORDER if not finished(request, name)]
    context = {
        "here": "requests",
        "request_row": request,
        "parts": display.by_part(display.answers(data, pack=live_pack())),
        "panel": panel,
        "digest": content.digest(data),
        "can_send": panel is not None and panel.verdict != "block" and not unfinished,
        "unfinished": [display.TITLES[name][0] for name in unfinished],
        "decider": _decider(request) if panel is not None and not unfinished else None,
        "problems": [_Text(problem)] if problem else [],
    }
    return show(http, "casework/check.html", context)


class _Text:
    """A problem that belongs to no field."""

    href = ""

    def __init__(self, text: str) -> None:
        self.text = text


@page("GET", "HEAD", "POST")
def withdraw(http: HttpRequest, ref: str) -> HttpResponse:
    """Take a request back before it is decided."""
    request = queries.find(http.user, ref, Permission.REQUEST_ASK)
    form = Withdraw(http.POST or None)
    if http.method == "POST" and form.is_valid():
        try:
            services.withdraw(request=request, by=person(http), because=form.cleaned_data["because"])
        except WrongState as error:
            warned(http, str(error))
        else:
            said(http, f"{request.ref} is taken back. It stays on record.", title="Taken back")
        return redirect("request", ref)
    context = {
        "here": "requests",
        "request_row": request,
        "form": form,
        "back_href": reverse("request", args=[ref]),
        "back_text": f"Back to {request.title or request.ref}",
    }
    return show(http, "casework/withdraw.html", context, form)
