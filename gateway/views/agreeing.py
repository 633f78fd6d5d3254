"""The second person's page for a post. It stands here because what is agreed is sent."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from audit import clock
from gateway import publish
from governance.casework import services
from governance.decisions import cards
from governance.decisions.services import RulesUnavailable
from governance.people.access import can, holders
from governance.people.models import User
from governance.people.pages import Problem, page, person, said, show, warned
from governance.people.roles import Permission
from governance.posting import queries as posts
from governance.posting import services as posting
from governance.posting.forms import RETURN, Agree
from governance.posting.models import Post
from governance.posting.states import PostState
from governance.states import WrongState


@page("GET", "HEAD", "POST")
def agree(http: HttpRequest, ref: str) -> HttpResponse:
    """The second person reads a post and agrees it or sends it back. Agreed, it goes out at its time."""
    post = posts.find(http.user, ref)
    user = person(http)
    answer = can(user, Permission.POST_APPROVE, post)
    if not answer:
        if http.method == "POST" and post.drafted_by_id == user.pk:
            _own_attempt(post, user, http.POST.get("words", ""))
        return _not_yours(http, post, answer.reason)
    if post.state != PostState.WAITING:
        warned(http, f"{post.ref} does not wait for anybody now: {post.get_state_display().lower()}.")
        return redirect("post", ref)
    form = Agree(http.POST or None, initial={"digest": post.digest()})
    found: list[Problem] = []
    blocked: cards.Panel | None = None
    if http.method == "POST" and form.is_valid():
        try:
            return _answer(http, post, user, form.cleaned_data)
        except posting.Changed:
            post = posts.find(http.user, ref)
            kept = dict(form.data.items())
            kept["digest"] = post.digest()
            form.data = kept
            found.append(
                Problem("The post changed since you opened it. Your answer was not counted. Read it again")
            )
        except services.Blocked as error:
            blocked = cards.panel(error.decision)
            found.append(
                Problem(f"{error.reason} Nothing was agreed, and the attempt is on record", "stopped")
            )
        except services.TooLittle as error:
            form.add_error("words", str(error))
        except WrongState as error:
            warned(http, str(error))
            return redirect("post", ref)
    now = clock.now()
    context = {
        "here": "posts",
        "post_row": post,
        "form": form,
        "late": post.planned_at is not None and post.planned_at < now,
        "panel": _checks(post),
        "blocked": blocked,
        "digest": post.digest(),
        "problems": found,
        "back_href": reverse("posts"),
    }
    return show(http, "posting/agree.html", context, form)


def _checks(post: Post) -> cards.Panel | None:
    try:
        return cards.panel(posts.preview(post))
    except RulesUnavailable:
        return None


def _answer(http: HttpRequest, post: Post, user: User, data: dict[str, Any]) -> HttpResponse:
    if data["outcome"] == RETURN:
        posting.send_back(post=post, by=user, reason=data["words"], expected_digest=data["digest"])
        said(http, f"{post.ref} is back with {post.drafted_by.shown}.", title="Sent back")
        return redirect("posts")
    publish.approve_and_send(post=post, by=user, expected_digest=data["digest"], considerations=data["words"])
    said(http, f"{post.ref} is agreed. It goes out at its time, and not later.", title="Agreed")
    return redirect("post", post.ref)


def _own_attempt(post: Post, user: User, considerations: str) -> None:
    """An agreement to one's own post was posted: the service refuses it and keeps the attempt on record."""
    try:
        publish.approve_and_send(
            post=post, by=user, expected_digest=post.digest(), considerations=considerations
        )
    except services.SelfAuthorisation:
        return
    raise AssertionError("the service agreed a post for its writer")


def _not_yours(http: HttpRequest, post: Post, reason: str) -> HttpResponse:
    second = list(holders(Permission.POST_APPROVE, post.unit).exclude(pk=post.drafted_by_id)[:5])
    context = {
        "here": "posts",
        "post_row": post,
        "reason": reason,
        "second": second,
        "back_href": reverse("posts"),
    }
    return show(http, "posting/not_yours.html", context, status=403)
