"""Answers to what goes wrong: always a sentence, never a trace, never more than the person may know."""

import secrets

from django.http import HttpRequest, HttpResponse
from django.template import loader

from governance.people.access import NotAllowed


def _page(request: HttpRequest, template: str, status: int, **context: object) -> HttpResponse:
    return HttpResponse(loader.render_to_string(template, context, request=request), status=status)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: which rule, and who can help."""
    known = exception if isinstance(exception, NotAllowed) else None
    return _page(
        request,
        "403.html",
        403,
        reason=known.reason if known else "You cannot open this page.",
        who_can=known.who_can if known else "",
        rule=known.rule if known else "",
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: also for what the person may not know about."""
    return _page(request, "404.html", 404)


def broken(request: HttpRequest) -> HttpResponse:
    """500: a short number that the log line carries, too."""
    import logging

    number = secrets.token_hex(3).upper()
    logging.getLogger("candour").error("page broke, number %s, %s", number, request.path)
    return _page(request, "500.html", 500, number=f"{number[:2]}-{number[2:]}")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that did not come from our page, or from one that was open too long."""
    return _page(request, "csrf_failure.html", 403)


def conflict(request: HttpRequest, exception: Exception) -> HttpResponse:
    """409: it cannot be done now, in the words of what refused it."""
    return _page(request, "409.html", 409, reason=str(exception))


def no_rules(request: HttpRequest, exception: Exception) -> HttpResponse:
    """503: the rules cannot be asked, so the answer is no."""
    return _page(request, "503.html", 503)
