"""Every file of a release says the same, gives nothing away, and comes out the same again."""

import csv
import io
import json
import logging
import os
import re
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdf
import pytest

from reports.bundle import Bundle, build
from reports.definitions.transparency.rows import Rows, RunRow
from reports.definitions.transparency.tables import FEATURES
from reports.disclosure import MeasureClass
from reports.document import Report
from reports.render import pdf
from reports.snapshot import Snapshot
from reports.verify import _Page, verify
from tests.reports import pdfua
from tests.reports.records import DATED, PERIOD, edition, rows

ROOT = Path(__file__).resolve().parents[2]


def made_of(records: Rows, **changes: object) -> Snapshot:
    return Snapshot("transparency", PERIOD, DATED, "5a" * 32, records.to_json())


def pdf_words(data: bytes) -> list[str]:
    reader = pypdf.PdfReader(io.BytesIO(data))
    return " ".join(page.extract_text() for page in reader.pages).split()


def has_run(words: list[str], run: list[str]) -> bool:
    return any(words[i : i + len(run)] == run for i in range(len(words) - len(run) + 1))


def test_page_pdf_csv_and_json_give_the_same_figures(bundle: Bundle) -> None:
    report = json.loads(bundle.file("report.json").data)
    page = _Page()
    page.feed(bundle.file("index.html").data.decode())
    on_page = {source: text for source, text in page.figures if not source.startswith("share")}
    words = pdf_words(bundle.file("report.pdf").data)
    for table in report["tables"]:
        name = table["name"]
        cells = {(c["row"], c["column"]): c for c in table["cells"]}
        lines = list(csv.DictReader(io.StringIO(bundle.file(f"tables/{name}.csv").data.decode(), newline="")))
        assert len(lines) == len(cells)
        for line in lines:
            dimension = table["columns"]["dimension"]
            key = (line[table["rows"]["dimension"]], line[dimension] if dimension else "all")
            cell = cells[key]
            assert (line["count"], line["status"]) == (
                "" if cell["value"] is None else str(cell["value"]),
                cell["status"],
            )
            text = f"[{cell['status']}]" if cell["value"] is None else f"{cell['value']:,}"
            assert on_page[f"{name}/{key[0]}/{key[1]}"] == text
        for row in table["rows"]["items"]:
            texts = [on_page[f"{name}/{row['code']}/{c['code']}"] for c in table["columns"]["items"]]
            assert has_run(words, [row["label"].split()[-1], *texts]), (name, row["label"])


def test_the_pdf_carries_the_same_csv_and_json(bundle: Bundle) -> None:
    with pikepdf.open(io.BytesIO(bundle.file("report.pdf").data)) as document:
        inside = {name: spec.get_file().read_bytes() for name, spec in document.attachments.items()}
    outside = {
        f.name.removeprefix("tables/"): f.data
        for f in bundle.files
        if f.name.endswith((".csv", "report.json"))
    }
    assert inside == outside


def test_a_release_passes_the_check_that_the_public_can_make(folder: Path) -> None:
    started = time.monotonic()
    result = verify(folder)
    assert result.passed, result.checks
    assert time.monotonic() - started < 5


def with_hidden(pieces: dict[str, int]) -> Rows:
    """Records whose only small numbers are kinds of hidden pieces."""
    full = rows()
    return replace(full, runs=(RunRow("RUN-1", 500, 40, 0, 0, 0, pieces),))


def everything(bundle: Bundle) -> str:
    """All text of all files: HTML, SVG, CSV, JSON, and the PDF's pages, metadata, streams and attachments."""
    parts = [f.data.decode() for f in bundle.files if not f.name.endswith((".pdf", ".woff2"))]
    data = bundle.file("report.pdf").data
    parts.append(" ".join(pdf_words(data)))
    with pikepdf.open(io.BytesIO(data)) as document:
        for thing in document.objects:
            if isinstance(thing, pikepdf.Stream):
                parts.append(thing.read_bytes().decode("latin-1"))
            parts.append(repr(thing) if not isinstance(thing, pikepdf.Stream) else repr(dict(thing.items())))
    return "\n".join(parts)


def test_no_withheld_number_stands_anywhere() -> None:
    # Seven digits, so that no place in a file can look like it. It would give the 3 away, so it is withheld too.
    bundle = build(made_of(with_hidden({"phone": 3, "email": 7_654_321, "handle": 88_004_999})), edition())
    assert set(bundle.pattern["hidden-pieces"]) == {("phone", "all"), ("email", "all")}
    text = everything(bundle)
    assert "88004999" in text
    for number in ("7654321", "7,654,321", "7654324", "7,654,324"):
        assert number not in text


def test_nothing_in_any_file_depends_on_a_withheld_number() -> None:
    """Two worlds that differ only in what is withheld give the same files, down to the byte."""
    one = build(made_of(with_hidden({"phone": 3, "email": 4711, "handle": 88_004})), edition())
    two = build(
        made_of(with_hidden({"phone": 1, "email": 4713, "handle": 88_004})), edition(), pattern=one.pattern
    )
    for file in one.files:
        if file.name not in ("MANIFEST.json", "SHA256SUMS"):
            assert two.file(file.name).data == file.data, file.name
    before, after = (json.loads(b.file("MANIFEST.json").data) for b in (one, two))
    differing = {key for key in before if before[key] != after[key]}
    # The salted commitment alone tells the worlds apart, and to nobody without the salt.
    assert differing == {"snapshot_commitment"}


def test_the_commitment_to_the_records_cannot_be_found_by_trying_numbers(snapshot: Snapshot) -> None:
    one, two = (Snapshot.take("transparency", PERIOD, DATED, snapshot.data) for _ in range(2))
    assert len(one.salt) == 64
    assert one.salt != two.salt
    assert one.digest != two.digest


def test_a_rebuild_elsewhere_gives_the_same_bytes(bundle: Bundle, tmp_path: Path) -> None:
    code = (
        "import django; django.setup()\n"
        "from reports.bundle import build\n"
        "from tests.reports.records import edition, rows\n"
        "from tests.reports.test_bundle import made_of\n"
        "bundle = build(made_of(rows()), edition())\n"
        "print('\\n'.join(f'{f.sha256} {f.name}' for f in bundle.files))\n"
    )
    for seed, zone, language in (("1", "Pacific/Kiritimati", "C"), ("77", "America/New_York", "C.UTF-8")):
        env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "PYTHONPATH": str(ROOT),
            "PYTHONHASHSEED": seed,
            "TZ": zone,
            "LC_ALL": language,
            "CANDOUR_VAR": str(tmp_path / seed),
        }
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.split("\n")[:-1] == [f"{f.sha256} {f.name}" for f in bundle.files]


def test_the_pdf_is_accessible_in_substance(folder: Path) -> None:
    assert pdfua.problems(folder / "report.pdf") == []


def test_the_check_of_the_pdf_sees_a_table_tied_to_the_wrong_headers(tmp_path: Path) -> None:
    table = (
        '<html lang="en"><head><title>T</title></head><body><h1>T</h1><table><thead>'
        '<tr><th rowspan="2">A</th><th colspan="2">B</th></tr><tr><th>C</th><th>D</th></tr></thead>'
        "<tbody><tr><th>E</th><td>1</td><td>2</td></tr></tbody></table></body></html>"
    )
    path = tmp_path / "wrong.pdf"
    path.write_bytes(pdf.draw(table, pdf.fonts()))
    assert pdfua.problems(path)


def test_the_renderer_has_nothing_to_complain_about(snapshot: Snapshot, caplog) -> None:
    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        build(snapshot, edition())
    assert [record.getMessage() for record in caplog.records if record.name.startswith("weasyprint")] == []


def test_no_made_up_font_is_needed(folder: Path) -> None:
    if len(pdf.fonts()) < 6:
        pytest.skip("the fonts of set-up are not here")
    with pikepdf.open(folder / "report.pdf") as document:
        names = {
            str(o.BaseFont)
            for o in document.objects
            if isinstance(o, pikepdf.Dictionary) and "/BaseFont" in o
        }
    assert names
    assert all("Source-Sans-3" in name for name in names), names


@pytest.mark.parametrize(
    "asks",
    [
        '<img src="http://127.0.0.1:9/x.png" alt="x">',
        '<img src="file:///etc/hostname" alt="x">',
        '<style>@import url("https://example.org/x.css");</style>',
        '<link rel="stylesheet" href="https://example.org/x.css">',
        '<p style="background:url(file:///etc/passwd)">x</p>',
        '<link rel="attachment" href="file:///etc/passwd">',
    ],
)
def test_the_renderer_fetches_nothing(asks: str) -> None:
    page = f'<html lang="en"><head><title>T</title></head><body><h1>T</h1>{asks}</body></html>'
    with pytest.raises(pdf.ReachedOut):
        pdf.draw(page, pdf.fonts())


def test_without_the_fonts_a_pdf_is_still_made_and_doctor_says_so(snapshot, settings, tmp_path) -> None:
    settings.BASE_DIR = tmp_path
    bundle = build(snapshot, edition())
    assert bundle.file("report.pdf").data.startswith(b"%PDF")
    assert not [f for f in bundle.files if f.name.startswith("fonts/")]
    assert "Source Sans 3" in " ".join(pdf.problems())
    assert json.loads(bundle.file("MANIFEST.json").data)["software"]["font"] == "a font of the machine"


def test_what_is_too_long_for_paper_is_refused(monkeypatch, snapshot) -> None:
    monkeypatch.setattr(pdf, "MOST_ROWS", 10)
    with pytest.raises(pdf.TooLong, match="CSV"):
        build(snapshot, edition())


def test_hostile_labels_stay_text() -> None:
    nasty = '=HYPERLINK("http://x")<script>alert(1)</script>'
    records = with_hidden({"phone": 70, nasty: 90})
    bundle = build(made_of(records), edition(body="<b>Force</b> & Co \"}'"))
    page = bundle.file("index.html").data.decode()
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "<b>Force" not in page
    lines = bundle.file("tables/hidden-pieces.csv").data.decode().split("\r\n")
    assert not re.search(r'(^|,)"?[=+@]', "\n".join(lines))
    assert "'=HYPERLINK" in lines[1] + lines[2]
    assert bundle.file("report.pdf").data.startswith(b"%PDF")


def test_the_page_is_static_and_asks_nobody_for_anything(bundle: Bundle) -> None:
    page = bundle.file("index.html").data.decode()
    style = bundle.file("report.css").data.decode()
    assert not re.search(r"<script|<iframe|<form|<object|\son[a-z]+=|\sstyle=|javascript:", page)
    addresses = re.findall(r'(?:href|src)="([^"]*)"', page)
    assert addresses
    assert all(not a.startswith(("http:", "https:", "//", "/")) for a in addresses)
    assert "@import" not in style
    assert all(a.startswith("fonts/") for a in re.findall(r"url\(\"?([^\")]*)", style))
    files = {f.name for f in bundle.files}
    inside = [a for a in addresses if not a.startswith(("#", "../", "data:"))]
    assert set(inside) <= files
    anchors = set(re.findall(r'id="([^"]+)"', page))
    assert {a[1:] for a in addresses if a.startswith("#")} <= anchors
    assert len(re.findall(r'id="([^"]+)"', page)) == len(anchors)


def test_an_invented_force_is_marked_as_invented_everywhere(bundle: Bundle) -> None:
    assert "invented" in bundle.file("index.html").data.decode()
    assert "is invented," in " ".join(pdf_words(bundle.file("report.pdf").data))
    assert json.loads(bundle.file("report.json").data)["fictional"] is True
    real = build(made_of(rows(size=12)), edition(fictional=False))
    assert "invented" not in real.file("index.html").data.decode()


def test_an_empty_half_year_is_still_a_report(tmp_path: Path) -> None:
    bundle = build(made_of(rows(size=0)), edition())
    bundle.write(tmp_path / "empty")
    assert verify(tmp_path / "empty").passed
    assert "Officers asked" in bundle.file("index.html").data.decode()


@pytest.mark.parametrize("size", [1, 6, 23])
def test_a_half_year_with_few_requests_is_published_safely(size: int, tmp_path: Path) -> None:
    bundle = build(made_of(rows(size=size, seed=size)), edition())
    bundle.write(tmp_path / "few")
    assert verify(tmp_path / "few").passed


def test_it_says_that_nothing_happened_only_where_the_figure_is_a_shown_zero() -> None:
    full = rows()
    agreed = next(i for i, r in enumerate(full.requests) if r.outcome == "agreed")
    changed = list(full.requests)
    changed[agreed] = replace(changed[agreed], features=("facial_recognition",))
    bundle = build(made_of(replace(full, requests=tuple(changed))), edition())
    page = bundle.file("index.html").data.decode()
    never = page.split('id="never"')[1].split("</section>")[0]
    assert "face recognition" not in never
    assert "followed one person" in never
    assert len(FEATURES) > 5


def test_a_release_is_never_written_over_another(bundle: Bundle, folder: Path) -> None:
    with pytest.raises(FileExistsError):
        bundle.write(folder)


def test_every_class_of_measure_is_said_in_the_data(bundle: Bundle) -> None:
    report = json.loads(bundle.file("report.json").data)
    assert {t["class"] for t in report["tables"]} == {
        str(MeasureClass.PROTECTED),
        str(MeasureClass.PUBLIC_EXACT),
    }


def test_every_table_is_shown_once(bundle: Bundle, snapshot: Snapshot) -> None:
    from reports.definitions import definition
    from reports.disclosure import protect_together

    kind = definition("transparency")
    protected = protect_together(kind.count(snapshot.data), pattern=bundle.pattern)
    report = kind.compose(edition(), snapshot.data, {t.name: t for t in protected})
    with pytest.raises(ValueError, match="shown once"):
        Report(**{**vars(report), "tables": report.tables[1:]})


def test_a_database_that_sorts_the_keys_of_objects_changes_nothing(
    bundle: Bundle, snapshot: Snapshot
) -> None:
    # PostgreSQL's jsonb does.
    stored = json.loads(json.dumps(snapshot.to_json(), sort_keys=True))
    again = build(Snapshot.from_json(stored), edition(), pattern=bundle.pattern)
    assert again.digest == bundle.digest


def test_a_table_longer_than_a_page_keeps_its_headers(tmp_path: Path) -> None:
    bundle = build(made_of(with_hidden({f"kind{n}": 10 + n for n in range(120)})), edition())
    bundle.write(tmp_path / "long")
    assert pdfua.problems(tmp_path / "long" / "report.pdf") == []
    assert pdf_words(bundle.file("report.pdf").data).count("hidden") > 2
