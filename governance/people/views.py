"""Signing in and out, help, and the accessibility statement."""

from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from governance.people import sessions
from governance.people.access import roles_of
from governance.people.forms import SignIn
from governance.people.models import User
from governance.people.pages import page, person, show
from governance.people.roles import ROLES


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
        sessions.signed_in(by=form.user)
        return redirect(_next(request))
    return show(request, "people/sign_in.html", {"form": form, "next": _next(request)}, form)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out. A POST, so that no link or picture elsewhere can do it."""
    if isinstance(request.user, User):
        sessions.signed_out(by=request.user)
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
