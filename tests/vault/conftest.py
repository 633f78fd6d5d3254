"""A vault of its own for every test."""

from pathlib import Path

import pytest


@pytest.fixture
def folder(tmp_path: Path, settings) -> Path:
    path = tmp_path / "vault"
    settings.VAULT_DIR = path
    return path
