"""Judging: the data protection officer's advice, and the decision. Both are bound to exactly what was read."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from governance.casework import content, display, queries, services
from governance.casework.forms import judge
from governance.casework.models import AdviceOutcome, Request, RequestVersion, Review
from governance.casework.states import RequestState
from governance.decisions import cards
from governance.decisions.cards import Card
from governance.decisions.services import RulesUnavailable, pack_of
from governance.people.access import Answer, can
from governance.people.models import User
from governance.people.pages import Problem, page, person, said, show, warned
from governance.people.roles import Permission
from governance.policy import Pack
from governance.states import WrongState

_OPEN = (RequestState.SUBMITTED, RequestState.ADVISED)


@dataclass(frozen=True)
class Row:
    """One part of the request beside the rules that read it."""

    title: str
    answers: tuple[display.Answer, ...]
    changes: tuple[display.ChangedAnswer, ...]
    cards: tuple[Card, ...]
    passed: tuple[Card, ...]


def _rows(
    version: RequestVersion, since: RequestVersion | None, pack: Pack, *, everything: bool
) -> list[Row]:
    """The request beside its rules: all of it, or what changed and what needs a person."""
    decision = version.decision.decision
    answers = display.by_part(display.answers(version.content, pack=pack))
    changed = display.changed(since.content, version.content, pack=pack) if since else []
    out: list[Row] = []
    for part, title, rows in answers:
        panel = cards.panel(decision, part=part)
        mine = tuple(change for change in changed if change.part == part)
        if everything or mine or panel.open:
            shown = tuple(rows) if everything or not mine else ()
            out.append(Row(title, shown, mine if not everything else (), panel.open, panel.passed))
    known = {part for part, _, _ in answers}
    general = [f for f in decision.findings if f.field not in known]
    made = [cards.card(f) for f in general]
    if made:
        loud = tuple(c for c in made if c.kind != "pass")
        quiet = tuple(c for c in made if c.kind == "pass")
        if everything or loud:
            out.append(Row("The request as a whole", (), (), loud, quiet))
    return out


def _judging(http: HttpRequest, request: Request, version: RequestVersion) -> dict[str, Any]:
    """What both pages show above their form."""
    since = queries.last_read_version(request, http.user)
    everything = since is None or http.GET.get("show") == "all"
    pack = pack_of(version.decision.pack)
    changed = display.changed(since.content, version.content, pack=pack) if since else []
    return {
        "request_row": request,
        "version": version,
        "version_text": str(version.number),
        "since": since,
        "everything": everything,
        "changed": len(changed),
        "rows": _rows(version, since, pack, everything=everything),
        "panel": cards.panel(version.decision.decision),
        "level": pack.levels.get(version.level),
        "pack_name": f"{version.decision.pack.pack_id} {version.decision.pack.version}",
    }


def _officer_says(version: RequestVersion) -> dict[str, str]:
    return {name: str(version.content.get(name) or "") for _, _, name in judge.STAGES}


def _standing(request: Request) -> RequestVersion | None:
    """The version that waits for advice or a decision; None if none does."""
    version = queries.current_version(request)
    return version if request.state in _OPEN else None


def _moved_on(http: HttpRequest, request: Request) -> HttpResponse:
    """Somebody else was first, or it was taken back: say what stands now; nothing of this person's was stored."""
    decided = request.authorisations.select_related("granted_by").first()
    refusal = getattr(request, "refusal", None)
    if decided is not None and request.state == RequestState.AUTHORISED:
        text = f"{decided.granted_by.shown} agreed this. Nothing of yours was saved as a decision."
    elif refusal is not None:
        text = f"{refusal.refused_by.shown} refused this. Nothing of yours was saved as a decision."
    else:
        state = request.get_state_display().lower()
        text = f"{request.ref} is not waiting now: {state}. Nothing of yours was saved as a decision."
    warned(http, text, title="It has moved on")
    return redirect("request", request.ref)


def _changed_under_you(version: RequestVersion, form: forms.Form, what: str) -> tuple[forms.Form, Problem]:
    """The form with the person's words kept and the fingerprint of the version that stands now."""
    kept = dict(form.data.items())
    kept["digest"] = version.digest
    form.data = kept
    sentence = (
        f"This is now version {version.number}. Your {what} was for an earlier version and has not been saved as "
        f"{what}. Your text is below. Read what changed"
    )
    return form, Problem(sentence)


def _not_yours(http: HttpRequest, request: Request, reason: str, *, what: str) -> HttpResponse:
    """The page instead of a disabled button: which rule, which facts, who can."""
    own = request.requested_by_id == person(http).pk
    try:
        decider = queries.who_decides(request)
    except RulesUnavailable:
        decider = None
    context = {
        "here": "waiting",
        "request_row": request,
        "reason": reason,
        "own": own,
        "what": what,
        "rule": "UK-AUT-09" if own else "",
        "decider": decider,
    }
    return show(http, "casework/not_yours.html", context, status=403)


@page("GET", "HEAD", "POST")
def advise(http: HttpRequest, ref: str) -> HttpResponse:
    """The data protection officer's page: what is asked, what the rules say, and the advice."""
    request = queries.find(http.user, ref)
    user = person(http)
    answer = can(user, Permission.REQUEST_ADVISE, request)
    if not answer:
        return _not_yours(http, request, answer.reason, what="advise on")
    version = _standing(request)
    if version is None:
        return _moved_on(http, request)
    says = _officer_says(version)
    form: forms.Form
    if http.method == "POST":
        form = judge.Advice(http.POST, officer_says=says)
        found: list[Problem] = []
        if form.is_valid():
            try:
                return _give_advice(http, request, user, form.cleaned_data)
            except services.Changed:
                request = queries.find(http.user, ref)
                version = _standing(request)
                if version is None:
                    return _moved_on(http, request)
                form, problem = _changed_under_you(version, form, "advice")
                found.append(problem)
            except services.TooLittle as error:
                form.add_error("reasons", str(error))
            except WrongState:
                return _moved_on(http, queries.find(http.user, ref))
    else:
        found = []
        form = judge.Advice(initial={"digest": version.digest}, officer_says=says)
    context = {
        **_judging(http, request, version),
        "here": "waiting",
        "form": form,
        "stages": [name for name, _, _ in judge.STAGES],
        "decider": queries.who_decides(request),
        "problems": found,
        "back_href": reverse("waiting"),
        "back_text": "All reviews",
    }
    return show(http, "casework/advise.html", context, form)


def _give_advice(http: HttpRequest, request: Request, user: User, data: dict[str, Any]) -> HttpResponse:
    if data["outcome"] == judge.RETURN:
        services.send_back(request=request, by=user, question=data["reasons"], expected_digest=data["digest"])
        said(http, f"{request.ref} is back with {request.requested_by.shown}.", title="Returned")
        return redirect("waiting")
    services.advise(
        request=request,
        by=user,
        expected_digest=data["digest"],
        outcome=data["outcome"],
        aim=data["aim"],
        link=data["link"],
        less_intrusive=data["less_intrusive"],
        fair=data["fair"],
        reasons=data["reasons"],
        conditions=data["conditions"],
    )
    said(http, f"Your advice on {request.ref}, version {request.version}, is given.", title="Advice given")
    return redirect("waiting")


def _own_attempt(http: HttpRequest, request: Request, answer: Answer) -> HttpResponse:
    """A decision on one's own work was posted. The service refuses it and keeps the attempt on record."""
    try:
        services.grant(
            request=request,
            by=person(http),
            expected_digest=content.current_digest(request),
            considerations=http.POST.get("reasons", ""),
        )
    except (services.SelfAuthorisation, services.Changed, WrongState):
        return _not_yours(http, request, answer.reason, what="decide")
    raise AssertionError("the service agreed a request for the person who asked")


@page("GET", "HEAD", "POST")
def decide(http: HttpRequest, ref: str) -> HttpResponse:
    """The decision page: what is asked, what the rules and the adviser say, and the decision."""
    request = queries.find(http.user, ref)
    user = person(http)
    answer = queries.may_decide(user, request)
    if request.requested_by_id == user.pk:
        own = answer if not answer else Answer(False, "You asked for this yourself.")
        return (
            _own_attempt(http, request, own)
            if http.method == "POST"
            else _not_yours(http, request, own.reason, what="decide")
        )
    role = can(user, Permission.REQUEST_DECIDE, request)
    if not role:
        return _not_yours(http, request, role.reason, what="decide")
    version = _standing(request)
    if version is None:
        return _moved_on(http, request)
    if not answer:
        return _not_yours(http, request, answer.reason, what="decide")
    advice = queries.live_advice(request)
    objected = advice is not None and advice.outcome == AdviceOutcome.OBJECT
    form: forms.Form = judge.DecisionForm(
        http.POST if http.method == "POST" else None, objected=objected, initial={"digest": version.digest}
    )
    found: list[Problem] = []
    blocked: cards.Panel | None = None
    if http.method == "POST" and form.is_valid():
        try:
            return _decide(http, request, user, form.cleaned_data)
        except services.Changed:
            request = queries.find(http.user, ref)
            version = _standing(request)
            if version is None:
                return _moved_on(http, request)
            form, problem = _changed_under_you(version, form, "decision")
            found.append(problem)
        except services.Blocked as error:
            blocked = cards.panel(error.decision)
            sentence = f"{error.reason} Nothing was decided, and the attempt is on record"
            found.append(Problem(sentence, "stopped"))
        except services.TooLittle as error:
            form.add_error("reasons", str(error))
        except WrongState as error:
            request = queries.find(http.user, ref)
            if request.state not in _OPEN:
                return _moved_on(http, request)
            found.append(Problem(str(error)))
    context = {
        **_judging(http, request, version),
        "here": "waiting",
        "form": form,
        "advice": advice,
        "objected": objected,
        "stages": _stages(advice),
        "blocked": blocked,
        "problems": found,
        "back_href": reverse("waiting"),
        "back_text": "All decisions",
    }
    return show(http, "casework/decide.html", context, form)


def _stages(advice: Review | None) -> list[tuple[str, str]]:
    """The adviser's answers to the four questions, in words."""
    if advice is None:
        return []
    words = {"yes": "Yes", "no": "No", "unsure": "Cannot tell"}
    return [
        (question, words.get(getattr(advice, name), "Not recorded")) for name, question, _ in judge.STAGES
    ]


def _decide(http: HttpRequest, request: Request, user: User, data: dict[str, Any]) -> HttpResponse:
    digest, reasons = data["digest"], data["reasons"]
    if data["outcome"] == judge.RETURN:
        services.send_back(request=request, by=user, question=reasons, expected_digest=digest)
        said(http, f"{request.ref} is back with {request.requested_by.shown}.", title="Returned")
        return redirect("waiting")
    if data["outcome"] == judge.REFUSE:
        services.refuse(
            request=request, by=user, expected_digest=digest, reason=data["refusal"], grounds=reasons
        )
        said(http, f"{request.ref} is refused. It stays on record with your reasons.", title="Refused")
        return redirect("request", request.ref)
    authorisation = services.grant(
        request=request,
        by=user,
        expected_digest=digest,
        considerations=reasons,
        conditions=data.get("conditions", []),
        against_advice_because=data.get("against", ""),
    )
    said(http, f"Agreed as {authorisation.ref}. Collection can start inside what you agreed.", title="Agreed")
    return redirect("authorisation", authorisation.ref)
