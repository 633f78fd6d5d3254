"""What every kind of report keeps to. A new definition adds its sample records to SAMPLES."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reports.bundle import build
from reports.definitions import Definition, all_definitions
from reports.definitions.transparency.rows import Rows
from reports.disclosure import protect_together
from reports.snapshot import Snapshot
from reports.verify import verify
from tests.reports import pdfua, records

SAMPLES: dict[str, Callable[[int], dict[str, Any]]] = {
    "transparency": lambda size: records.rows(size=size).to_json(),
}
every_definition = pytest.mark.parametrize("definition", all_definitions().values(), ids=lambda d: d.kind)


def test_every_kind_of_report_has_sample_records() -> None:
    assert set(SAMPLES) == set(all_definitions())


@every_definition
@pytest.mark.parametrize("size", [0, 3, 60])
def test_it_is_complete_safe_accessible_and_reproducible(
    definition: Definition, size: int, tmp_path: Path
) -> None:
    data = SAMPLES[definition.kind](size)
    snapshot = Snapshot(definition.kind, records.PERIOD, records.DATED, "11" * 32, data)
    edition = records.edition(ref=definition.ref(records.PERIOD), kind=definition.kind)
    bundle = build(snapshot, edition)
    assert build(snapshot, edition, pattern=bundle.pattern).digest == bundle.digest
    bundle.write(tmp_path / "release")
    result = verify(tmp_path / "release")
    assert result.passed, result.checks
    assert pdfua.problems(tmp_path / "release" / "report.pdf") == []


@every_definition
def test_every_number_in_its_words_is_a_figure_of_its_tables(definition: Definition) -> None:
    data = SAMPLES[definition.kind](60)
    protected = {table.name: table for table in protect_together(definition.count(data))}
    report = definition.compose(records.edition(kind=definition.kind), data, protected)
    cells = {figure.source for table in protected.values() for _, line in table.lines() for figure in line}
    for sentence in report.sentences():
        for figure in sentence.figures:
            assert set(figure.source.removeprefix("share ").split(" ")) <= cells
    assert len(list(report.sentences())) > 10


@every_definition
def test_every_figure_can_be_followed_to_its_records(definition: Definition) -> None:
    data = SAMPLES[definition.kind](60)
    for table in definition.count(data):
        for key, value in table.cells():
            refs = definition.trace(data, key)
            assert bool(refs) == bool(value), key
            assert all(isinstance(ref, str) for ref in refs)


def test_records_with_a_field_that_nobody_knows_are_refused() -> None:
    data = records.rows(size=2).to_json()
    data["requests"][0]["officer"] = "PC Example"
    with pytest.raises(ValueError, match="officer"):
        Rows.from_json(data)


def test_what_was_not_given_is_counted_as_not_given() -> None:
    full = records.rows(size=30)
    changed = tuple(
        replace(row, purpose="not_given", event="not_given") if n % 3 == 0 else row
        for n, row in enumerate(full.requests)
    )
    definition = all_definitions()["transparency"]
    tables = {t.name: t for t in definition.count(replace(full, requests=changed).to_json())}
    for name in ("requests-by-purpose", "requests-by-event"):
        assert ("not_given", "Not given") in [(i.code, i.label) for i in tables[name].rows.items]
        assert dict(tables[name].cells())["requests", ()] == 30


def test_finding_the_definitions_loads_nothing_heavy() -> None:
    code = (
        "import os, sys, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings'; django.setup(); "
        "import reports.definitions as d; d.all_definitions(); import reports.views; "
        "sys.exit(repr({'weasyprint', 'highspy', 'numpy'} & set(sys.modules)) if "
        "{'weasyprint', 'highspy'} & set(sys.modules) else 0)"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
