"""Signing in and out, help, the accessibility statement, and people with their roles."""

from django.contrib.auth import login, logout
from django.db.models import Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from audit import clock
from governance.people import services
from governance.people.access import NotAllowed, holds, live_grants, roles_of, units_for
from governance.people.forms import EndRole, GiveRole, SignIn
from governance.people.models import RoleGrant, User
from governance.people.pages import keyset, page, person, said, show, warned
from governance.people.roles import ROLES, Permission


def _next(request: HttpRequest) -> str:
    """Where to go after signing in: a page of ours that was asked for, else home."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else resolve_url("home")


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in with name and password."""
    if request.user.is_authenticated:
        return redirect(_next(request))
    form = SignIn(request.POST if request.method == "POST" else None, request=request)
    if form.is_valid() and form.user is not None:
        login(request, form.user)
        return redirect(_next(request))
    return show(request, "people/sign_in.html", {"form": form, "next": _next(request)}, form)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out. A POST, so that no link or picture elsewhere can do it."""
    logout(request)
    return redirect("sign-in")


@page()
def help_page(request: HttpRequest) -> HttpResponse:
    """What you may do here, whom to call, and what is recorded about your use."""
    held = roles_of(person(request))
    return render(
        request,
        "people/help.html",
        {
            "here": "help",
            "my_roles": [role for code, role in ROLES.items() if code in held],
            "roles": ROLES.values(),
        },
    )


@require_http_methods(["GET", "HEAD"])
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement of the internal pages."""
    return render(request, "people/accessibility.html", {})


def _may_manage(request: HttpRequest) -> None:
    if not holds(person(request), Permission.PEOPLE_MANAGE):
        raise NotAllowed("Only a system administrator keeps people and roles.")


@page()
def people(request: HttpRequest) -> HttpResponse:
    """Everybody who can sign in, with the roles they hold now."""
    _may_manage(request)
    now = clock.now()
    live = RoleGrant.objects.filter(valid_from__lte=now).filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=now)
    )
    rows = User.objects.prefetch_related(
        Prefetch("grants", live.select_related("unit"), to_attr="live_grants")
    )
    part = keyset(request, rows, size=50)
    lines = [
        (row, [(ROLES[grant.role].name, grant.unit.name) for grant in row.live_grants])  # type: ignore[attr-defined]
        for row in part.rows
    ]
    return render(request, "people/people.html", {"here": "people", "lines": lines, "slice": part})


@page("GET", "HEAD", "POST")
def one(request: HttpRequest, username: str) -> HttpResponse:
    """One person: their roles, and giving another."""
    _may_manage(request)
    row = User.objects.filter(username=username).first()
    if row is None:
        raise Http404
    by = person(request)
    form = GiveRole(
        request.POST or None, units=list(units_for(by, Permission.PEOPLE_MANAGE).order_by("path"))
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        held = {(grant.role, grant.unit_id) for grant in live_grants(row)}
        unit = form.units[data["unit"]]
        try:
            if (data["role"], unit.pk) in held:
                warned(
                    request,
                    f"{row.shown} holds that role already. Nothing was changed.",
                    title="Already given",
                )
            else:
                services.grant_role(user=row, role=data["role"], unit=unit, by=by, because=data["because"])
                said(
                    request,
                    f"{row.shown} is {ROLES[data['role']].name.lower()} on {unit.name}.",
                    title="Role given",
                )
            return redirect("person", username)
        except services.RoleConflict as error:
            form.add_error("role", str(error))
    grants = row.grants.select_related("unit", "granted_by").order_by("-valid_from")
    now = clock.now()
    context = {
        "here": "people",
        "row": row,
        "form": form,
        "grants": [
            (grant, ROLES[grant.role].name, grant.valid_to is None or grant.valid_to > now)
            for grant in grants
        ],
        "back_href": resolve_url("people"),
        "back_text": "All people",
    }
    return show(request, "people/one.html", context, form)


@page("GET", "HEAD", "POST")
def end_role(request: HttpRequest, username: str, grant: int) -> HttpResponse:
    """End a role now."""
    _may_manage(request)
    row = RoleGrant.objects.select_related("user", "unit").filter(pk=grant, user__username=username).first()
    if row is None:
        raise Http404
    form = EndRole(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.end_role(grant=row, by=person(request), because=form.cleaned_data["because"])
        said(request, f"The role of {row.user.shown} has ended.", title="Role ended")
        return redirect("person", username)
    context = {
        "here": "people",
        "row": row,
        "role": ROLES[row.role].name,
        "form": form,
        "back_href": resolve_url("person", username),
        "back_text": f"Back to {row.user.shown}",
    }
    return show(request, "people/end_role.html", context, form)
