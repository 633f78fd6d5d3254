"""The rules in force, as everybody inside can read them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from governance.decisions import cards
from governance.decisions.models import PackActivation
from governance.decisions.services import live_pack
from governance.people.access import NotAllowed, holds
from governance.people.pages import page, person
from governance.people.roles import Permission


@page()
def rules(http: HttpRequest) -> HttpResponse:
    """Every rule of the pack in force: what must be true, what it stands on, what helps."""
    if not holds(person(http), Permission.RULES_READ):
        raise NotAllowed("You have no role yet, so there are no rules for you to read here.")
    pack = live_pack()
    since = PackActivation.objects.order_by("-id").first()
    groups = [
        (title, [cards.rule_card(rule) for rule in rows]) for title, rows in cards.rule_rows(pack) if rows
    ]
    context = {"here": "rules", "pack_row": pack, "groups": groups, "since": since, "total": len(pack.rules)}
    return render(http, "rules/list.html", context)
