"""What every page shows: whose installation this is, whether it is a demonstration, and the rules in force."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject


def _rules() -> dict[str, str]:
    from governance.decisions.services import RulesUnavailable, live_pack

    try:
        pack = live_pack()
    except RulesUnavailable:
        return {}
    return {"name": f"{pack.id} {pack.version}", "digest": pack.digest, "status": pack.status}


def _menu(request: HttpRequest) -> list[Any]:
    from config.pages.menu import menu

    return menu(request)


def _me(request: HttpRequest) -> str:
    """Who has signed in, as the header says it: 'Inspector Priya Nair – requesting officer'."""
    from config.pages.desk import desk

    found = desk(request)
    if found is None:
        return ""
    return f"{found.user.shown} – {found.role_names}" if found.role_names else found.user.shown


def body(request: HttpRequest) -> dict[str, Any]:
    """For every template. What needs a question to the database is asked only if the template shows it."""
    return {
        "nav": SimpleLazyObject(lambda: _menu(request)),
        "me": SimpleLazyObject(lambda: _me(request)),
        "body_name": settings.BODY_NAME,
        "demo": settings.DEMO,
        "help_contact": settings.HELP_CONTACT,
        "rules": SimpleLazyObject(_rules),
    }
