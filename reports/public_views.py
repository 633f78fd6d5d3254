"""Pages for everybody: no sign-in, no cookie, no script. Frozen files are served byte for byte."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from audit import clock
from governance.decisions.cards import cite
from governance.decisions.services import live_pack
from reports import queries, register, signing
from reports.models import Release, ReleaseFile
from reports.period import HalfYear
from reports.states import ReleaseState
from reports.verify import SUMS

# A frozen page needs its own style sheet and fonts, and nothing from anywhere.
FROZEN_POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
A_YEAR = "public, max-age=31536000, immutable"
MINUTES = "public, max-age=300"


def frozen(request: HttpRequest, file: ReleaseFile, *, cache: str) -> HttpResponse:
    """A file of a release, exactly as it is stored, with headers that let it reach nothing."""
    if request.headers.get("If-None-Match") == f'"{file.sha256}"':
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(bytes(file.content), content_type=file.media_type)
    response["ETag"] = f'"{file.sha256}"'
    response["Cache-Control"] = cache
    response["Content-Security-Policy"] = FROZEN_POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_safe
def file(request: HttpRequest, ref: str, version: int, name: str = "index.html") -> HttpResponse:
    """One file of one version. It never changes, so it may be kept for a year."""
    try:
        return frozen(request, queries.public_file(ref, version, name or "index.html"), cache=A_YEAR)
    except queries.Damaged as error:
        return HttpResponse(f"This file is not served: {error}\n", status=503, content_type="text/plain")


@require_safe
def latest(request: HttpRequest, ref: str, name: str = "") -> HttpResponse:
    """The version in force, at its own permanent address."""
    release = queries.current(ref)
    address = redirect("public-release", ref, release.version)
    if name:
        address = redirect("public-file", ref, release.version, name)
    address["Cache-Control"] = MINUTES
    return address


@require_safe
def releases(request: HttpRequest) -> HttpResponse:
    """Every published report, newest first."""
    published = Release.objects.filter(state=ReleaseState.PUBLISHED)
    sizes = ReleaseFile.objects.filter(release__in=published, name="report.pdf").values_list(
        "release", "size"
    )
    pdf_size = dict(sizes)
    rows = [(release, pdf_size.get(release.pk)) for release in published]
    return _page(request, "public/releases.html", {"here": "transparency", "rows": rows, "next": _next()})


def _next() -> HalfYear:
    """Of the next report: after the newest that is published; before the first, the last one that is over."""
    newest = Release.objects.filter(state=ReleaseState.PUBLISHED).order_by("-period_start").first()
    if newest is not None:
        return newest.period.next
    return HalfYear.of(clock.now()).before


@require_safe
def accounts(request: HttpRequest) -> HttpResponse:
    """Is this account real? What is typed is answered and not kept."""
    known = register.entries()
    answer = register.ask(request.GET.get("q", ""), known)
    response = _page(
        request,
        "public/accounts.html",
        {
            "here": "accounts",
            "answer": answer,
            "open": [entry for entry in known if not entry.closed],
            "closed": [entry for entry in known if entry.closed],
        },
    )
    if answer is not None:
        response["Cache-Control"] = "no-store"
    return response


@require_safe
def accounts_json(request: HttpRequest) -> HttpResponse:
    """The register for programs."""
    response = JsonResponse(
        register.to_json(register.entries(), settings.BODY_NAME),
        json_dumps_params={"ensure_ascii": False, "indent": 1},
    )
    response["Cache-Control"] = MINUTES
    response["Access-Control-Allow-Origin"] = "*"
    return response


# What a rule does to a request or post that breaks it.
DOES = {
    "block": "Stops it.",
    "refer": "Sends it to a person.",
    "warn": "Gives a hint.",
    "allow": "Explains a yes.",
}

# What stands behind a citation, in words (the pack's own marks).
EVIDENCE = {
    "sourced": "read in the source",
    "reading": "interpreted",
    "memory": "not yet read in the source",
    "check": "to be checked",
}


def _evidence(marks: str) -> str:
    """'Read in the source, interpreted': every mark of a rule; an unknown one is shown as it is."""
    said = ", ".join(EVIDENCE.get(mark, mark) for mark in marks.split("+"))
    return said[:1].upper() + said[1:]


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """The rules in force, one sentence each, with where each comes from and how well that was checked."""
    pack = live_pack()
    groups: dict[str, list[dict[str, Any]]] = {}
    for rule in pack.rules:
        groups.setdefault(rule.id.split("-")[1], []).append(
            {
                "id": rule.id,
                "sentence": rule.sentence,
                "verdict": rule.verdict,
                "does": DOES[rule.verdict],
                "basis": rule.basis,
                "cite": cite(rule.citations),
                "evidence": _evidence(rule.evidence),
            }
        )
    named = [(GROUPS.get(code, "Other rules"), f"g-{code.lower()}", found) for code, found in groups.items()]
    return _page(
        request,
        "public/rules.html",
        {
            "here": "rules",
            "pack_row": pack,
            "groups": named,
            "levels": [(level.words[:1].upper() + level.words[1:]) for level in pack.levels.values()],
        },
    )


# The middle part of a rule's id says what it is about.
GROUPS = {
    "ACC": "Our accounts",
    "AUT": "Who decides, and what a decision covers",
    "CLS": "Open, covert, and how far to go",
    "COL": "Other people",
    "DPA": "Data protection",
    "LOC": "This body’s own rules",
    "NEC": "Necessity",
    "POST": "What we post",
    "PRO": "Proportionality",
    "PRT": "Protest and belief",
    "PUR": "Purpose",
    "RET": "How long things are kept",
    "SAF": "People and work that need more care",
}


@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """How to check a report without trusting this website, with the fingerprint of every release."""
    published = Release.objects.public().order_by("-period_start", "-version")
    return _page(
        request,
        "public/check.html",
        {"here": "check", "releases": published, "sums": SUMS, "key": signing.public_key()},
    )


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """Where the public pages begin."""
    return redirect("public-releases")


def _page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    response = render(request, template, context)
    response["Cache-Control"] = MINUTES
    return response
