"""Taking in an archive, and what became of each of its records."""

from collections.abc import Mapping

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from audit import Refusal
from gateway import intake, queries
from gateway.collect import AlreadyDone
from gateway.contract import MALFORMED, BadSource
from gateway.forms import TakeIn
from gateway.models import CollectionRun
from gateway.states import RunState
from gateway.views.running import RUN_STATUS, meanings
from governance.casework.queries import NotFound, find_authorisation
from governance.people import words
from governance.people.access import can
from governance.people.pages import Problem, page, person, show, warned
from governance.people.roles import Permission


@page("GET", "HEAD", "POST")
def take_in(http: HttpRequest, ref: str) -> HttpResponse:
    """Take in an archive. It is read in memory; only what was agreed is kept, with personal details hidden."""
    row = find_authorisation(http.user, ref, Permission.COLLECTION_RUN)
    most = settings.UPLOAD_MAX_BYTES
    data, files = (http.POST, http.FILES) if http.method == "POST" else (None, None)
    form = TakeIn(data, files, authorisation=row, most=most)
    found: list[Problem] = []
    if http.method == "POST" and form.is_valid():
        upload = form.cleaned_data["archive"]
        try:
            run = intake.take_upload(
                data=upload.read(),
                name=upload.name or "upload",
                authorisation=row,
                by=person(http),
                platform=form.cleaned_data["platform"],
                collected_at=form.cleaned_data["collected_at"],
            )
        except AlreadyDone as error:
            warned(http, str(error), title="Already taken in")
            return redirect("authorisation-run", ref, error.run.ref)
        except (BadSource, intake.BadDeclaration) as error:
            form.add_error("archive", str(error))
        except Refusal as error:
            found.append(Problem(error.reason))
        else:
            return redirect("authorisation-run", ref, run.ref)
    elif http.method == "POST" and "archive" in form.errors and _too_large(http, most):
        form.errors["archive"] = form.error_class(
            [f"The file is too large, or was cut off. The most is {words.size(most)}"]
        )
    context = {
        "here": "authorisations",
        "row": row,
        "form": form,
        "title": row.request.title if row.request else row.ref,
        "problems": found,
        "back_href": reverse("authorisation", args=[ref]),
        "back_text": f"Back to {row.ref}",
    }
    return show(http, "gateway/take_in.html", context, form)


def _too_large(http: HttpRequest, most: int) -> bool:
    """The upload handler stops reading a file that is too large, which leaves no file at all."""
    try:
        return int(http.META.get("CONTENT_LENGTH") or 0) > most
    except ValueError:
        return False


@page()
def run(http: HttpRequest, ref: str, run: str) -> HttpResponse:
    """One collection: where every record went."""
    row = find_authorisation(http.user, ref)
    found = queries.runs(row).filter(ref=run).select_related("started_by").first()
    if found is None:
        raise NotFound(run)
    context = {
        "here": "authorisations",
        "row": row,
        "run": found,
        "kind": RUN_STATUS[RunState(found.state)],
        "title": row.request.title if row.request else row.ref,
        "lines": _where_it_went(found),
        "hidden": meanings(found.hidden),
        "places": [
            (at.get("record"), MALFORMED.get(at.get("reason", ""), "could not be read"))
            for at in found.malformed_at
        ],
        "readable": bool(can(person(http), Permission.ITEM_READ, row))
        and found.items.filter(erased_at=None).exists(),
        "back_href": reverse("authorisation", args=[ref]),
        "back_text": f"Back to {row.ref}",
    }
    return render(http, "gateway/run.html", context)


_OUT = {
    "date": "outside the agreed time",
    "platform": "on another platform",
    "term": "without an agreed search term",
    "visibility": "not public",
}
_HELD_BACK = {
    "error": "redaction did not work",
    "not_text": "not readable text",
    "skipped_pattern": "a check did not finish",
    "timeout": "a check took too long",
    "too_long": "too long to check",
    "unstable": "redaction did not settle",
}


def _where_it_went(found: CollectionRun) -> list[tuple[str, int, str]]:
    """(what, how many, why) of every outcome, in the order of the path; they add up to what was read."""

    def why(counts: Mapping[str, int], words: Mapping[str, str]) -> str:
        return "; ".join(f"{n:,} {words.get(r, r.replace('_', ' '))}" for r, n in sorted(counts.items()))

    return [
        ("Could not be read", found.malformed, why(found.malformed_by, MALFORMED)),
        ("Outside what was agreed", found.out_of_scope, why(found.out_of_scope_by, _OUT)),
        ("Already here", found.duplicates, ""),
        (
            "Not kept, because hiding personal details could not be vouched for",
            found.withheld,
            why(found.withheld_by, _HELD_BACK),
        ),
        ("Kept, with personal details hidden", found.stored, f"{found.redacted:,} with something hidden"),
    ]
