"""What every answer of the internal site carries, and how what views raise is answered."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class PrivateByDefault:
    """Keep internal pages out of every cache; public, frozen pages say otherwise themselves (ASVS 14.3.2)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if "Cache-Control" not in response:
            response["Cache-Control"] = "no-store"
        response.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        return response


class PlainAnswers:
    """Answer what views and services raise with a sentence, in one place: pages never catch these themselves.

    The API has the same table in `config.api`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        from audit import Refusal
        from config import views
        from governance.casework.queries import NotFound
        from governance.decisions.services import RulesUnavailable
        from governance.people.access import NotAllowed
        from governance.states import WrongState

        if isinstance(exception, NotFound):
            return views.not_found(request, exception)
        if isinstance(exception, NotAllowed):
            return views.forbidden(request, exception)
        if isinstance(exception, Refusal | WrongState):
            return views.conflict(request, exception)
        if isinstance(exception, RulesUnavailable):
            return views.no_rules(request, exception)
        return None
