"""What every page does the same way: who may open it, how errors are listed, how a list goes on."""

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from governance.people.models import User

P = ParamSpec("P")
Row = TypeVar("Row", bound=Model)
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

PAGE = 25


def page(*methods: str) -> Callable[[View[P]], View[P]]:
    """A page for people who have signed in, answering these methods (GET alone if none are named).

    What a view raises (not found, not allowed, no rules) is answered by `config.middleware.PlainAnswers`.
    """

    def decorate(view: View[P]) -> View[P]:
        return functools.wraps(view)(require_http_methods(methods or ("GET", "HEAD"))(login_required(view)))

    return decorate


def person(request: HttpRequest) -> User:
    """The person who has signed in; only for views under `page`."""
    if not isinstance(request.user, User):
        raise TypeError("this view is not under @page")
    return request.user


@dataclass(frozen=True)
class Problem:
    """One line of the error summary: the same words as beside the field, and where the field is."""

    text: str
    href: str = ""


def problems(*bound: forms.Form) -> list[Problem]:
    """Every error of the forms of a page, in the order of their fields."""
    out: list[Problem] = []
    for form in bound:
        for name, errors in form.errors.items():
            field = form[name] if name in form.fields else None
            target = ""
            if field is not None:
                target = field.id_for_label or f"{field.auto_id}_0"
            out += [Problem(str(text), target) for text in errors]
    return out


def show(
    request: HttpRequest, template: str, context: dict[str, Any], *form: forms.Form, status: int | None = None
) -> HttpResponse:
    """Render a page; with errors in its forms the title says so and the answer is 422."""
    found = [*context.pop("problems", []), *problems(*(f for f in form if f.is_bound))]
    code = status or (422 if found else 200)
    return render(request, template, {**context, "errors": found}, status=code)


def said(request: HttpRequest, heading: str, *, title: str = "Done") -> None:
    """Tell the person, on the next page, what was done."""
    messages.success(request, heading, extra_tags=title)


def warned(request: HttpRequest, heading: str, *, title: str = "Not done") -> None:
    """Tell the person, on the next page, what was not done and why."""
    messages.warning(request, heading, extra_tags=title)


@dataclass(frozen=True)
class Slice(Generic[Row]):
    """One page of a list, newest first, and the addresses of the pages beside it ('' = none)."""

    rows: list[Row]
    newer: str
    older: str


def _key(text: str | None) -> int | None:
    """A row key from an address; anything else is as if it were not there."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


def keyset(request: HttpRequest, rows: QuerySet[Row], *, size: int = PAGE) -> Slice[Row]:
    """A page of rows by key, newest first: `?before=KEY` goes on, `?after=KEY` goes back.

    Counts nothing, so a long list costs what a short one costs, and new rows never shift the pages.
    """
    before, after = _key(request.GET.get("before")), _key(request.GET.get("after"))
    if after is not None:
        found = list(rows.filter(pk__gt=after).order_by("pk")[: size + 1])
        more_newer, found = len(found) > size, found[:size][::-1]
        more_older = bool(found)
    else:
        if before is not None:
            rows = rows.filter(pk__lt=before)
        found = list(rows.order_by("-pk")[: size + 1])
        more_older, found = len(found) > size, found[:size]
        more_newer = before is not None and bool(found)
    return Slice(
        rows=found,
        newer=_address(request, after=found[0].pk) if found and more_newer else "",
        older=_address(request, before=found[-1].pk) if found and more_older else "",
    )


def _address(request: HttpRequest, **key: int) -> str:
    """This page's address with its filters, from another row on."""
    query = request.GET.copy()
    for name in ("before", "after"):
        query.pop(name, None)
    for name, value in key.items():
        query[name] = str(value)
    return f"?{query.urlencode()}"


def one_of(value: str | None, allowed: Iterable[str]) -> str:
    """A filter's value if it is one of those offered, else ''."""
    return value if value in set(allowed) else ""
