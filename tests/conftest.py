"""A small force to test with: units, one person per role, and the steps most tests begin with."""

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import TransactionTestCase

from audit import clock, guards
from audit.clock import LONDON

_teardown = TransactionTestCase._fixture_teardown


def _fixture_teardown(self: TransactionTestCase) -> None:
    """Tables are emptied between tests that commit; the guards that forbid it stand aside for that moment."""
    for alias in self._databases_names(include_mirrors=False):
        guards.remove(connections[alias])
    _teardown(self)
    for alias in self._databases_names(include_mirrors=False):
        guards.install(connections[alias])


TransactionTestCase._fixture_teardown = _fixture_teardown


@pytest.fixture(autouse=True)
def _own_folders(settings: Any, tmp_path: Path) -> None:
    """Keys and releases of one test never meet those of another."""
    settings.VAULT_DIR = tmp_path / "vault"
    settings.RELEASE_DIR = tmp_path / "releases"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def force(db: Any) -> Any:
    """A force with two districts and one person per role; see tests.factories.Force."""
    from tests.factories import Force

    return Force.make()


@pytest.fixture
def at() -> Iterator[Callable[[str], None]]:
    """Let the clock stand at a moment in London: at("2026-11-20 10:41")."""
    stack: list[Any] = []

    def go(text: str) -> None:
        moment = dt.datetime.fromisoformat(text).replace(tzinfo=LONDON)
        travel = clock.travel(to=moment)
        travel.__enter__()
        stack.append(travel)

    yield go
    while stack:
        stack.pop().__exit__(None, None, None)
