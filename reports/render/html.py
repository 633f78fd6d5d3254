"""The report as one static page: HTML first, no script, no cookie, readable from any folder."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.template.loader import render_to_string

from reports.document import Report
from reports.period import LONDON

ASSETS = Path(__file__).resolve().parent / "assets"
# From /transparency/<ref>/v<version>/ up to where the public pages begin.
SITE = "../../../"


@dataclass(frozen=True)
class Download:
    """A file offered beside the page; `size` in words."""

    name: str
    words: str
    size: str


def render(
    report: Report, *, downloads: Sequence[Download], sheets: Sequence[Download], fingerprint: str
) -> bytes:
    """index.html. `sheets` are the tables as CSV; `fingerprint` is the SHA-256 of report.json."""
    return render_to_string(
        "reports/release/page.html",
        {
            "report": report,
            "downloads": downloads,
            "sheets": sheets,
            "fingerprint": in_groups(fingerprint),
            "dated": long_day(report.dated),
            "site": SITE,
            "screen": True,
        },
    ).encode("utf-8")


def style_sheet(faces: Sequence[tuple[int, str]]) -> bytes:
    """report.css, which travels with the page. `faces` are the weights and addresses of fonts beside it."""
    rules = "".join(
        f'@font-face {{ font-family: "Source Sans 3"; font-weight: {weight}; font-display: swap; '
        f'src: url("{address}") format("woff2"); }}\n'
        for weight, address in faces
    )
    return rules.encode() + (ASSETS / "report.css").read_bytes()


def long_day(at: dt.datetime | dt.date) -> str:
    """'6 August 2026', of the legal day."""
    day = at.astimezone(LONDON).date() if isinstance(at, dt.datetime) else at
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def in_groups(digest: str) -> str:
    """A fingerprint in groups of four, as people compare them."""
    return " ".join(digest[i : i + 4] for i in range(0, len(digest), 4))


# Not strftime: the words of a published file may not depend on the machine's locale.
_MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)
