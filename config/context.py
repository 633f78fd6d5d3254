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


def body(request: HttpRequest) -> dict[str, Any]:
    return {
        "body_name": settings.BODY_NAME,
        "demo": settings.DEMO,
        "help_contact": settings.HELP_CONTACT,
        "rules": SimpleLazyObject(_rules),
    }
