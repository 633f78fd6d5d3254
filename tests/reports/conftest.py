"""One bundle, built once, for all tests that only look at it."""

from pathlib import Path

import pytest

from reports.bundle import Bundle, build
from reports.snapshot import Snapshot
from tests.reports.records import DATED, PERIOD, edition, rows

SALT = "5a" * 32


@pytest.fixture(scope="session")
def snapshot() -> Snapshot:
    return Snapshot("transparency", PERIOD, DATED, SALT, rows().to_json())


@pytest.fixture(scope="session")
def bundle(snapshot: Snapshot) -> Bundle:
    return build(snapshot, edition())


@pytest.fixture
def folder(bundle: Bundle, tmp_path: Path) -> Path:
    """The bundle as a folder that a test may spoil."""
    bundle.write(tmp_path / "release")
    return tmp_path / "release"
