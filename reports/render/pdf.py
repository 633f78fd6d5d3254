"""The report as one PDF that is accessible (PDF/UA-1) and archivable (PDF/A-3a), with its data inside.

WeasyPrint draws it. It may read the font files of this installation and nothing else: no network, no other
file. Dates come from the report, so the same report gives the same bytes.
"""

import datetime as dt
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from reports.document import Report
from reports.render.html import ASSETS, in_groups, long_day

VARIANT = "pdf/a-3a"
# About 6 MB of memory per page: what is longer belongs in the CSV files, not on paper.
MOST_ROWS = 2000
FAMILY = "Source Sans 3"
_WEIGHTS = (400, 600, 700)
# Later rules win where both have a letter, so the small basic file comes last.
_SUBSETS = ("latin-ext", "latin")


class PdfUnavailable(RuntimeError):
    """No PDF can be made on this machine; str() says what to install."""


class TooLong(ValueError):
    """The report has more rows than a PDF should hold."""


class ReachedOut(RuntimeError):
    """A page asked for something outside itself. Nothing was fetched and no PDF was made."""


@dataclass(frozen=True)
class Attached:
    """A file carried inside the PDF."""

    name: str
    words: str
    data: bytes
    # PDF/A-3 wants to know: "Data" (what a table was made from) or "Alternative" (the same in another form).
    relationship: str


def fonts() -> dict[tuple[str, int], Path]:
    """The font files found, by subset and weight."""
    folder = Path(settings.BASE_DIR) / "static" / "vendor" / "fonts"
    wanted = {
        (subset, weight): folder / f"source-sans-3-{subset}-{weight}-normal.woff2"
        for subset in _SUBSETS
        for weight in _WEIGHTS
    }
    return {key: path for key, path in wanted.items() if path.is_file()}


def font_licence() -> bytes:
    """The licence that must go wherever the fonts go (SIL Open Font License)."""
    return (Path(settings.BASE_DIR) / "static" / "vendor" / "fonts" / "LICENSE").read_bytes()


def problems() -> list[str]:
    """What stands in the way of good PDFs here, as sentences for the person who set this up."""
    out = []
    try:
        _weasyprint()
    except PdfUnavailable as error:
        out.append(str(error))
    missing = len(_SUBSETS) * len(_WEIGHTS) - len(fonts())
    if missing:
        out.append(
            f"{missing} files of the font {FAMILY} are missing, so PDFs use a font of this machine: "
            "run `python -m config.kit`."
        )
    return out


def versions() -> dict[str, str]:
    """The software that decides the bytes of a PDF."""
    weasyprint = _weasyprint()
    import pydyf
    from weasyprint.text.ffi import pango

    number = pango.pango_version()  # 15012 is 1.50.12
    return {
        "weasyprint": weasyprint.__version__,
        "pydyf": pydyf.__version__,
        "pango": f"{number // 10000}.{number // 100 % 100}.{number % 100}",
        "font": FAMILY if len(fonts()) == len(_SUBSETS) * len(_WEIGHTS) else "a font of the machine",
    }


def render(report: Report, *, attached: Sequence[Attached], fingerprint: str) -> bytes:
    """report.pdf, with the files inside.

    Raises:
        PdfUnavailable: WeasyPrint or Pango is not here.
        TooLong: the tables have more than MOST_ROWS rows.
    """
    rows = sum(len(table.rows) for table in report.tables)
    if rows > MOST_ROWS:
        raise TooLong(f"The report has {rows} table rows; a PDF holds {MOST_ROWS}. Publish them as CSV only.")
    weasyprint = _weasyprint()
    found = fonts()
    page = render_to_string(
        "reports/release/paper.html",
        {
            "report": report,
            # Our own style sheet; the one text in it is written as CSS escapes.
            "css": mark_safe(_style(report, found)),  # noqa: S308
            "dated": long_day(report.dated),
            "stamp": f"{report.dated.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}",
            "period_days": f"{long_day(report.period.first_day)} to {long_day(report.period.last_day)}",
            "fingerprint": in_groups(fingerprint),
            "screen": False,
        },
    )
    moment = report.dated.astimezone(dt.UTC).replace(tzinfo=None)
    attachments = [
        weasyprint.Attachment(
            string=item.data,
            name=item.name,
            description=item.words,
            relationship=item.relationship,
            created=moment,
            modified=moment,
        )
        for item in attached
    ]
    return draw(page, found, attachments)


def draw(page: str, found: dict[tuple[str, int], Path], attachments: Sequence[Any] = ()) -> bytes:
    """The PDF of an HTML page that may use these font files and nothing else.

    Raises:
        ReachedOut: the page asked for something else.
    """
    weasyprint = _weasyprint()
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import FatalURLFetchingError

    try:
        document = weasyprint.HTML(string=page, base_url=None, url_fetcher=_fetcher(found)).render(
            pdf_variant=VARIANT, font_config=FontConfiguration()
        )
        _also_pdf_ua(document)
        return bytes(document.write_pdf(pdf_variant=VARIANT, attachments=list(attachments)))
    except FatalURLFetchingError as error:  # a BaseException: it would walk past every handler above
        raise ReachedOut(str(error)) from error


def _style(report: Report, found: dict[tuple[str, int], Path]) -> str:
    faces = "".join(
        f'@font-face{{font-family:"{FAMILY}";font-weight:{weight};src:url("{found[subset, weight].as_uri()}")}}'
        for subset in _SUBSETS
        for weight in _WEIGHTS
        if (subset, weight) in found
    )
    running = f"{report.body} · {report.ref} · version {report.version}"
    return f"{faces}h1{{string-set:running {_css_string(running)}}}{_paper()}"


@lru_cache(maxsize=1)
def _paper() -> str:
    return (ASSETS / "paper.css").read_text(encoding="utf-8")


def _css_string(text: str) -> str:
    """A CSS string that cannot end early, nor end the style element that it stands in."""
    safe = "".join(c if c.isalnum() or c in " ·-.," else f"\\{ord(c):x} " for c in text)
    return f'"{safe}"'


@lru_cache(maxsize=1)
def _weasyprint() -> Any:
    try:
        import weasyprint
    except (ImportError, OSError) as error:
        raise PdfUnavailable(
            "PDFs need WeasyPrint and Pango. On Debian: apt-get install libpango-1.0-0 libpangoft2-1.0-0 "
            f"libharfbuzz-subset0. ({error.__class__.__name__})"
        ) from error
    return weasyprint


def _fetcher(found: dict[tuple[str, int], Path]) -> Any:
    from weasyprint.urls import FatalURLFetchingError, URLFetcher

    allowed = {path.as_uri() for path in found.values()}

    class OnlyOurFonts(URLFetcher):  # type: ignore[misc, unused-ignore]
        """Opens the font files of this installation. Anything else ends the rendering."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if url not in allowed:
                raise FatalURLFetchingError(
                    "A report asked for something outside itself; nothing was fetched."
                )
            return super().fetch(url, headers)

    return OnlyOurFonts(allowed_protocols=("file",), allow_redirects=False, fail_on_errors=True)


def _also_pdf_ua(document: Any) -> None:
    """Add the PDF/UA-1 mark to the file's description; WeasyPrint writes one variant's mark only."""
    write = document.metadata.generate_rdf_metadata

    def both(*args: Any, **kwargs: Any) -> bytes:
        root = ET.fromstring(write(*args, **kwargs))  # noqa: S314 - written by WeasyPrint just now
        root.extend(ET.fromstring((ASSETS / "pdfua.xml").read_bytes()))  # noqa: S314 - our own file
        return ET.tostring(root, encoding="utf-8")

    for prefix, uri in _NAMESPACES.items():
        ET.register_namespace(prefix, uri)
    document.metadata.generate_rdf_metadata = both


_NAMESPACES = {
    "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
    "pdfaExtension": "http://www.aiim.org/pdfa/ns/extension/",
    "pdfaSchema": "http://www.aiim.org/pdfa/ns/schema#",
    "pdfaProperty": "http://www.aiim.org/pdfa/ns/property#",
}
