"""Posts: the list, writing with the checks beside, asking a second person, taking back, and the record.

Agreeing is a page of the gateway, because what is agreed is sent.
"""

import textwrap

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from audit import clock
from audit.models import EvidenceEvent
from governance.accounts.models import AccountState, OfficialAccount
from governance.casework import timeline
from governance.casework.services import Blocked
from governance.decisions import cards
from governance.decisions.services import RulesUnavailable
from governance.people.access import NotAllowed, can, holders, holds, units_for
from governance.people.models import User
from governance.people.pages import Problem, keyset, one_of, page, person, said, show, warned
from governance.people.roles import Permission
from governance.posting import queries, services
from governance.posting.forms import LONGEST, Draft
from governance.posting.models import Post
from governance.posting.states import POST, PostState
from governance.states import WrongState

STATUS = {
    PostState.DRAFT: "idle",
    PostState.WAITING: "advice",
    PostState.APPROVED: "pass",
    PostState.PUBLISHED: "pass",
    PostState.FAILED: "block",
    PostState.MISSED: "refer",
    PostState.WITHDRAWN: "idle",
}


def status_of(post: Post) -> tuple[str, str]:
    """(kind, word) of a post's status."""
    state = PostState(post.state)
    return STATUS[state], str(state.label)


def headline(post: Post) -> str:
    """The first words of a post, as its name in lists."""
    return textwrap.shorten(post.text, 78, placeholder="…") or "Post without text"


@page()
def listing(http: HttpRequest) -> HttpResponse:
    """Posts the person may see, newest first, filtered by the address."""
    user = person(http)
    state = one_of(http.GET.get("state"), PostState.values)
    rows = Post.objects.visible_to(user).select_related("account", "drafted_by")
    if state:
        rows = rows.filter(state=state)
    part = keyset(http, rows)
    context = {
        "here": "posts",
        "lines": [(post, headline(post), *status_of(post)) for post in part.rows],
        "slice": part,
        "states": PostState.choices,
        "state": state,
        "filtered": bool(state or http.GET.get("before")),
        "may_write": holds(user, Permission.POST_DRAFT),
    }
    return render(http, "posting/list.html", context)


def _accounts(user: User) -> list[OfficialAccount]:
    """Accounts in use for which a person may write."""
    units = units_for(user, Permission.POST_DRAFT)
    return list(OfficialAccount.objects.filter(unit__in=units, state=AccountState.ACTIVE))


@page("GET", "HEAD", "POST")
def new(http: HttpRequest) -> HttpResponse:
    """Start a post. The draft is made when it is first saved, so that looking leaves nothing behind."""
    user = person(http)
    accounts = _accounts(user)
    if not holds(user, Permission.POST_DRAFT):
        raise NotAllowed("Only people who write posts can start one.", who_can="Communications can help.")
    form = Draft(http.POST or None, accounts=accounts, initial={"language": "en"})
    if http.method == "POST" and form.is_valid():
        values = form.values()
        post = services.draft(account=values["account"], by=user)
        post = services.edit(post=post, by=user, values=values)
        return redirect("post-edit", post.ref)
    context = {
        "here": "posts",
        "form": form,
        "accounts": accounts,
        "longest": LONGEST,
        "back_href": reverse("posts"),
    }
    return show(http, "posting/compose.html", context, form)


@page("GET", "HEAD", "POST")
def edit(http: HttpRequest, ref: str) -> HttpResponse:
    """Write: the form, the checks beside it, and how it will look."""
    post = queries.find(http.user, ref, Permission.POST_DRAFT)
    user = person(http)
    if not POST.allows("edit", post.state):
        warned(http, f"{post.ref} is {post.get_state_display().lower()} and cannot be changed.")
        return redirect("post", ref)
    accounts = _accounts(user)
    form = Draft(http.POST or None, accounts=accounts, initial=Draft.stored(post))
    problems: list[Problem] = []
    if http.method == "POST" and http.POST.get("action") == "add":
        typed = {n: f.widget.value_from_datadict(http.POST, http.FILES, n) for n, f in form.fields.items()}
        form = Draft(accounts=accounts, initial=typed)
        form.fields["verified_facts"].widget.extra = 1
    elif http.method == "POST":
        valid = form.is_valid()
        if valid or post.state == PostState.DRAFT:
            post = services.edit(post=post, by=user, values=form.values())
        if valid and http.POST.get("action") == "ask":
            try:
                services.submit(post=post, by=user)
            except Blocked as error:
                problems = [Problem(f"{error.reason} Nothing was sent on, and the attempt is on record")]
            except RulesUnavailable:
                problems = [Problem("We cannot check the rules right now, so nothing can be sent")]
            else:
                said(http, f"{post.ref} waits for a second person.", title="Asked")
                return redirect("post", ref)
            post = queries.find(http.user, ref, Permission.POST_DRAFT)
    context = {
        "here": "posts",
        "form": form,
        "post_row": post,
        "accounts": accounts,
        "longest": LONGEST,
        "length": len(post.outgoing_text()),
        "panel": _checks(post),
        "status": status_of(post),
        "agreed": post.state in (PostState.WAITING, PostState.APPROVED),
        "second": _second_people(post),
        "returned": post.returns.select_related("returned_by").last(),
        "problems": problems,
        "now": clock.now(),
        "back_href": reverse("posts"),
    }
    return show(http, "posting/compose.html", context, form)


def _checks(post: Post) -> cards.Panel | None:
    try:
        return cards.panel(queries.preview(post))
    except RulesUnavailable:
        return None


def _second_people(post: Post) -> list[User]:
    """Who may agree this post: not its writer."""
    people = holders(Permission.POST_APPROVE, post.unit).exclude(pk=post.drafted_by_id)
    return list(people[:5])


@page()
def one(http: HttpRequest, ref: str) -> HttpResponse:
    """The record of a post: what the public sees, who wrote and agreed it, and what happened to it."""
    post = queries.find(http.user, ref)
    user = person(http)
    approvals = list(post.approvals.select_related("approved_by", "authorisation"))
    published = getattr(post, "published", None)
    events = EvidenceEvent.objects.filter(about_type="post", about_ref=post.ref).order_by("-pk")[:50]
    waiting = post.state == PostState.WAITING
    kind, word = status_of(post)
    context = {
        "here": "posts",
        "post_row": post,
        "headline": headline(post),
        "kind": kind,
        "word": word,
        "published": published,
        "approvals": approvals,
        "returns": list(post.returns.select_related("returned_by")),
        "panel": _checks(post) if not published else None,
        "entries": timeline.entries(events),
        "may_agree": waiting and bool(can(user, Permission.POST_APPROVE, post)),
        "may_edit": POST.allows("edit", post.state) and bool(can(user, Permission.POST_DRAFT, post)),
        "may_withdraw": POST.allows("withdraw", post.state)
        and (post.drafted_by_id == user.pk or holds(user, Permission.POST_APPROVE, post.unit)),
        "second": _second_people(post) if waiting else [],
        "digest": post.digest(),
        "back_href": reverse("posts"),
    }
    return render(http, "posting/record.html", context)


@page("POST")
def withdraw(http: HttpRequest, ref: str) -> HttpResponse:
    """Take a post back before it is sent."""
    post = queries.find(http.user, ref)
    try:
        services.withdraw(post=post, by=person(http))
    except WrongState as error:
        warned(http, str(error))
    else:
        said(http, f"{post.ref} is taken back. Nothing of it is published.", title="Taken back")
    return redirect("post", ref)
