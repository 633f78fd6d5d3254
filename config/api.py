"""The HTTP API. The same services, the same checks, the same sentences as the pages."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import ValidationError
from ninja.security import django_auth

from audit import Refusal
from gateway.api import router as sending
from governance.casework.api import router as casework
from governance.casework.queries import NotFound
from governance.casework.services import Blocked, Changed, TooLittle
from governance.decisions.services import RulesUnavailable
from governance.people.access import NotAllowed
from governance.posting.api import router as posting
from governance.posting.services import Changed as PostChanged
from governance.states import WrongState


class Problem(Schema):
    """What went wrong, as one sentence, and the findings of the rules where they said no."""

    problem: str
    findings: list[dict[str, Any]] = []


api = NinjaAPI(
    title="Candour",
    version="1",
    description="Requests, decisions, authorisations and posts of one public body.",
    auth=django_auth,
    docs_url=None,
    urls_namespace="api",
)
api.add_router("/requests", casework)
api.add_router("/posts", posting)
api.add_router("/posts", sending)


def _problem(request: HttpRequest, status: int, text: str, **more: Any) -> HttpResponse:
    return api.create_response(request, {"problem": text, **more}, status=status)


@api.exception_handler(NotFound)
def _missing(request: HttpRequest, error: NotFound) -> HttpResponse:
    return _problem(request, 404, "There is nothing here, or you may not know about it. Check the number.")


@api.exception_handler(NotAllowed)
def _refused(request: HttpRequest, error: NotAllowed) -> HttpResponse:
    return _problem(request, 403, error.reason)


@api.exception_handler(Refusal)
def _rules_say_no(request: HttpRequest, error: Refusal) -> HttpResponse:
    if isinstance(error, NotAllowed):
        return _problem(request, 403, error.reason)
    findings = error.decision.to_json()["findings"] if isinstance(error, Blocked) else []
    return _problem(request, 409, error.reason, findings=[f for f in findings if f["verdict"] == "block"])


@api.exception_handler(Changed)
@api.exception_handler(PostChanged)
@api.exception_handler(WrongState)
def _conflict(request: HttpRequest, error: Exception) -> HttpResponse:
    return _problem(request, 409, str(error))


@api.exception_handler(TooLittle)
def _too_little(request: HttpRequest, error: TooLittle) -> HttpResponse:
    return _problem(request, 422, str(error))


@api.exception_handler(ValidationError)
def _not_understood(request: HttpRequest, error: ValidationError) -> HttpResponse:
    where = "; ".join(f"{'.'.join(str(p) for p in e['loc'][1:])}: {e['msg']}" for e in error.errors)
    return _problem(request, 422, f"This was not understood: {where}.")


@api.exception_handler(RulesUnavailable)
def _no_rules(request: HttpRequest, error: RulesUnavailable) -> HttpResponse:
    return _problem(
        request, 503, "The rules cannot be asked right now, so the answer is no. Nothing was changed."
    )
