"""Who is acting, why, and from where: carried by context variables, never by guessing."""

import functools
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

from django.db import transaction
from django.http import HttpRequest, HttpResponse

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class Acting:
    """`actor` is the user's key as text, or `system:<what>`; `origin` is web, api, command or task."""

    actor: str = ""
    origin: str = ""
    request_id: str = ""
    because: str = ""


NOBODY = Acting()
_stepping: ContextVar[bool] = ContextVar("candour_stepping", default=False)
_acting: ContextVar[Acting] = ContextVar("candour_acting", default=NOBODY)


def current() -> Acting:
    """Who is acting now; an empty actor means nobody said, and is shown as unattributed."""
    return _acting.get()


def actor_of(by: Any) -> str:
    """The stable name of a person in evidence: their key, never their name."""
    if by is None:
        return ""
    if isinstance(by, str):
        return by
    return f"user:{by.pk}"


@contextmanager
def acting(by: Any, *, origin: str = "", because: str = "") -> Iterator[None]:
    """Let everything inside the block be done by `by` (a user, or text such as 'system:expiry')."""
    before = _acting.get()
    token = _acting.set(
        Acting(
            actor=actor_of(by) or before.actor,
            origin=origin or before.origin,
            request_id=before.request_id or uuid.uuid4().hex,
            because=because or before.because,
        )
    )
    try:
        yield
    finally:
        _acting.reset(token)


class Refusal(Exception):
    """A step was refused, and the refusal itself must leave evidence although the step is rolled back.

    `keep` runs in a transaction of its own after the step's has been undone.
    """

    def __init__(self, reason: str, *, keep: Callable[[], object] | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.keep = keep


def step(function: Callable[P, R]) -> Callable[P, R]:
    """A step of the spine: one transaction, done by the keyword `by`, for the keyword `because` if given.

    A `Refusal` undoes everything the step did and then leaves its own trace.
    """

    @functools.wraps(function)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        if args:
            raise TypeError(f"{function.__name__} takes keywords only")
        outermost = not _stepping.get()
        token = _stepping.set(True)
        try:
            with acting(kwargs.get("by"), because=str(kwargs.get("because") or "")):
                try:
                    with transaction.atomic():
                        return function(*args, **kwargs)
                except Refusal as refusal:
                    # Once, by the outermost step: what an inner one kept would be undone with the outer one.
                    if outermost and refusal.keep is not None:
                        keep, refusal.keep = refusal.keep, None
                        with transaction.atomic():
                            keep()
                    raise
        finally:
            _stepping.reset(token)

    return wrapped


def history_actor(instance: Any = None, **_: Any) -> str:
    """The actor simple-history writes beside each version of a row."""
    return current().actor


class ActorMiddleware:
    """Every step taken while answering a request is the signed-in person's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Public pages must not touch the session: asking who somebody is would set a cookie's Vary header.
        if "sessionid" not in request.COOKIES:
            with acting(None, origin="web"):
                return self.get_response(request)
        user = request.user
        origin = "api" if request.path.startswith("/api/") else "web"
        with acting(user if user.is_authenticated else None, origin=origin):
            return self.get_response(request)
