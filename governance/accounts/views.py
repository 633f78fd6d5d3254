"""The register of official accounts, for those inside."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from governance.accounts import services
from governance.accounts.forms import NewAccount
from governance.accounts.models import OfficialAccount
from governance.people.access import NotAllowed, holds, units_for
from governance.people.pages import keyset, page, person, said, show
from governance.people.roles import Permission


@page()
def listing(http: HttpRequest) -> HttpResponse:
    """Every account of the units on which the person may read accounts."""
    user = person(http)
    part = keyset(http, OfficialAccount.objects.visible_to(user).select_related("unit"))
    context = {
        "here": "accounts",
        "slice": part,
        "may_register": holds(user, Permission.ACCOUNT_MANAGE),
        "filtered": bool(http.GET.get("before")),
    }
    return render(http, "accounts/list.html", context)


@page()
def one(http: HttpRequest, ref: str) -> HttpResponse:
    """One account: whose it is, what it is for, and what the public sees about it."""
    row = (
        OfficialAccount.objects.visible_to(http.user)
        .select_related("unit", "registered_by")
        .filter(ref=ref)
        .first()
    )
    if row is None:
        raise Http404
    context = {"here": "accounts", "row": row, "back_href": reverse("accounts"), "back_text": "All accounts"}
    return render(http, "accounts/one.html", context)


@page("GET", "HEAD", "POST")
def new(http: HttpRequest) -> HttpResponse:
    """Enter an account in the register."""
    user = person(http)
    units = list(units_for(user, Permission.ACCOUNT_MANAGE).order_by("path"))
    if not units:
        raise NotAllowed(
            "Only people who keep the accounts can register one.", who_can="Communications can help."
        )
    form = NewAccount(http.POST or None, units=units)
    if http.method == "POST" and form.is_valid():
        row = services.register(by=user, **form.values())
        said(http, f"{row.display_name} is registered as {row.ref}.", title="Registered")
        return redirect("account", row.ref)
    context = {
        "here": "accounts",
        "form": form,
        "back_href": reverse("accounts"),
        "back_text": "All accounts",
    }
    return show(http, "accounts/new.html", context, form)
