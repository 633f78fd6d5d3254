"""A visitor to the pages: a client that enforces CSRF, and forms sent as a browser would send them."""

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client


class _Form(HTMLParser):
    """The fields of the first POST form in `main`, with their values, as a browser would send them."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: list[tuple[str, str]] = []
        self.inside = self.done = False
        self.select = self.area = ""
        self.chosen: str | None = None
        self.text = ""
        self.in_main = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = dict(attrs)
        if tag == "main":
            self.in_main = True
        if tag == "form" and self.in_main and not self.done and a.get("method") == "post":
            self.inside = True
        if not self.inside:
            return
        name, value = a.get("name") or "", a.get("value") or ""
        if tag == "input" and name and a.get("type") in ("radio", "checkbox"):
            if "checked" in a:
                self.fields.append((name, value))
        elif tag == "input" and name and a.get("type") not in ("file", "submit"):
            self.fields.append((name, value))
        elif tag == "textarea":
            self.area, self.text = name, ""
        elif tag == "select":
            self.select, self.chosen = name, None
        elif tag == "option" and self.select and ("selected" in a or self.chosen is None):
            self.chosen = value  # a browser sends the first option where none is selected

    def handle_data(self, data: str) -> None:
        if self.area:
            self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.area:
            self.fields.append((self.area, self.text.removeprefix("\n")))
            self.area = ""
        elif tag == "select" and self.select:
            self.fields.append((self.select, self.chosen or ""))
            self.select = ""
        elif tag == "form" and self.inside:
            self.inside, self.done = False, True


def fields_of(html: str) -> QueryDict:
    """What a browser would send for the page's form if its button were pressed at once."""
    reader = _Form()
    reader.feed(html)
    data = QueryDict(mutable=True)
    for name, value in reader.fields:
        data.appendlist(name, value)
    return data


class Visitor:
    """One person at the pages. `send` opens a page, changes some fields and presses the button."""

    def __init__(self, user: Any) -> None:
        self.client = Client(enforce_csrf_checks=True)
        if user is not None:
            self.client.force_login(user)

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(path, query)

    def form(self, path: str) -> QueryDict:
        """The page's form as it stands."""
        return fields_of(self.client.get(path).content.decode())

    def send(self, path: str, *, form: QueryDict | None = None, follow: bool = True, **changes: Any) -> Any:
        data = self.form(path) if form is None else form.copy()
        for name, value in changes.items():
            data.setlist(name, [str(v) for v in value] if isinstance(value, list) else [str(value)])
        return self.client.post(
            path,
            data.urlencode(),
            content_type="application/x-www-form-urlencoded",
            follow=follow,
        )

    def press(self, path: str, **data: Any) -> Any:
        """A button that is a form of its own: POST with nothing but the token."""
        return self.client.post(path, {"csrfmiddlewaretoken": self.token(), **data}, follow=True)

    def token(self) -> str:
        self.client.get("/help/")
        return str(self.client.cookies["csrftoken"].value)


@pytest.fixture
def visit() -> Callable[[Any], Visitor]:
    return Visitor


def text_of(response: Any) -> str:
    """The page as it reads, in one line."""
    import html
    import re

    body = response.content.decode()
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())
