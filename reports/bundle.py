"""A release: a folder of files that say the same thing, each with its fingerprint, frozen for good.

    index.html report.css fonts/* report.pdf report.json tables/*.csv MANIFEST.json SHA256SUMS

`build` is a pure function of the snapshot, the edition, the settings and the withheld pattern: run again in
another process, it gives the same bytes (with the same versions of the software named in the manifest).
"""

import hashlib
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from reports.definitions import definition
from reports.disclosure import Pattern, ProtectedTable, Settings, pattern_of, protect_together
from reports.document import Report
from reports.edition import Edition
from reports.render import csv, html, json, pdf
from reports.snapshot import Snapshot

SCHEMA = "candour-release/1"
SUMS = "SHA256SUMS"
MANIFEST = "MANIFEST.json"


@dataclass(frozen=True)
class File:
    """One file of a release; `name` is its path inside, with forward slashes."""

    name: str
    media_type: str
    data: bytes = field(repr=False)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True)
class Bundle:
    """All files of a release, and what was withheld in it."""

    files: tuple[File, ...]
    pattern: Pattern
    withheld: int

    @property
    def digest(self) -> str:
        """The fingerprint of the whole release: SHA-256 of SHA256SUMS."""
        return self.file(SUMS).sha256

    def file(self, name: str) -> File:
        """One file. Raises KeyError."""
        for file in self.files:
            if file.name == name:
                return file
        raise KeyError(name)

    def write(self, folder: Path) -> None:
        """Write every file below `folder`, which must be empty or not exist yet."""
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise FileExistsError(f"{folder} is not empty; a release is never written over another.")
        for file in self.files:
            path = folder / file.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.data)


def build(
    snapshot: Snapshot, edition: Edition, settings: Settings | None = None, *, pattern: Pattern | None = None
) -> Bundle:
    """Every file of a release.

    Raises:
        NotPublishable: a table could not be proved safe in any form.
        PdfUnavailable: no PDF can be made on this machine.
    """
    settings = settings or Settings()
    kind = definition(snapshot.kind)
    protected = protect_together(kind.count(snapshot.data), settings, pattern=pattern)
    report = kind.compose(edition, snapshot.data, {table.name: table for table in protected})
    files = _files(report)
    files.append(File(MANIFEST, "application/json", _manifest(report, snapshot, settings, files)))
    sums = "".join(f"{file.sha256}  {file.name}\n" for file in sorted(files, key=lambda f: f.name))
    files.append(File(SUMS, "text/plain; charset=utf-8", sums.encode()))
    return Bundle(tuple(files), pattern_of(protected), sum(table.proof.withheld for table in protected))


def _files(report: Report) -> list[File]:
    data = File("report.json", "application/json", json.render(report))
    tables = [
        File(f"tables/{table.name}.csv", "text/csv; charset=utf-8", csv.render(table, report.period))
        for table in report.tables
    ]
    attached = [
        pdf.Attached(file.name.removeprefix("tables/"), f"Data of “{table.title}”", file.data, "Data")
        for file, table in zip(tables, report.tables, strict=True)
    ]
    attached.append(pdf.Attached(data.name, "This report for programs", data.data, "Alternative"))
    paper = File(
        "report.pdf", "application/pdf", pdf.render(report, attached=attached, fingerprint=data.sha256)
    )
    downloads = [
        html.Download(paper.name, "Full report, PDF", _size(len(paper.data))),
        html.Download(data.name, "Data, JSON", _size(len(data.data))),
    ]
    sheets = [
        html.Download(file.name, table.title, _size(len(file.data)))
        for file, table in zip(tables, report.tables, strict=True)
    ]
    page = html.render(report, downloads=downloads, sheets=sheets, fingerprint=data.sha256)
    fonts = _fonts()
    faces = [(weight, font.name) for weight, font in fonts.items()]
    return [
        File("index.html", "text/html; charset=utf-8", page),
        File("report.css", "text/css; charset=utf-8", html.style_sheet(faces)),
        *fonts.values(),
        *([File("fonts/LICENSE.txt", "text/plain; charset=utf-8", pdf.font_licence())] if fonts else []),
        paper,
        data,
        *tables,
    ]


def _fonts() -> dict[int, File]:
    """The font files that travel with the page, by weight: the basic Latin ones, where set-up has fetched them."""
    return {
        weight: File(f"fonts/{path.name}", "font/woff2", path.read_bytes())
        for (subset, weight), path in pdf.fonts().items()
        if subset == "latin"
    }


def _manifest(report: Report, snapshot: Snapshot, settings: Settings, files: list[File]) -> bytes:
    return json.canonical(
        {
            "schema": SCHEMA,
            "ref": report.ref,
            "version": report.version,
            "kind": report.kind,
            "period": report.period.code,
            "dated": report.dated.isoformat(),
            "body": report.body,
            "fictional": report.fictional,
            # Salted, so that nobody can find small numbers by trying snapshots until the hash fits.
            "snapshot_commitment": snapshot.digest,
            "disclosure": {
                "threshold": settings.threshold,
                "rule": "counts from 1 to threshold - 1 are withheld, zeros are shown",
                "tables": {table.name: _proof(table) for table in report.tables},
            },
            "software": {
                "python": platform.python_version(),
                "highspy": version("highspy"),
                **pdf.versions(),
            },
            "files": [
                {
                    "name": file.name,
                    "media_type": file.media_type,
                    "bytes": len(file.data),
                    "sha256": file.sha256,
                }
                for file in sorted(files, key=lambda f: f.name)
            ],
        }
    )


def _proof(table: ProtectedTable) -> Mapping[str, Any]:
    return {
        "class": str(table.measure.klass),
        "withheld": table.proof.withheld,
        "attacked": table.proof.attacked,
        "totals_only": table.proof.coarser,
    }


def _size(count: int) -> str:
    """'310 KB'."""
    return f"{count} bytes" if count < 1024 else f"{round(count / 1024)} KB"
