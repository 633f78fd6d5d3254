"""Set-up says what is missing in one sentence, and never shows a trace."""

import ctypes.util
import sys
from types import SimpleNamespace

import pytest

from config import bootstrap


def refused(capsys: pytest.CaptureFixture[str], call: object) -> str:
    with pytest.raises(SystemExit) as caught:
        call()  # type: ignore[operator]
    assert caught.value.code == 2
    said = capsys.readouterr().err.strip()
    assert "\n" not in said
    assert "Traceback" not in said
    return said


def test_without_pango_it_says_what_to_install(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ctypes.util, "find_library", lambda name: None)
    assert "libpango-1.0-0" in refused(capsys, bootstrap.need_pango)


def test_with_another_python_it_says_which(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        bootstrap, "sys", SimpleNamespace(version_info=(3, 9, 0), stderr=sys.stderr, exit=sys.exit)
    )
    assert "needs Python 3.11; this is 3.9" in refused(capsys, bootstrap.need_python)


def test_it_refuses_to_set_up_what_it_does_not_know(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["bootstrap", "everything"])
    assert "run or dev" in refused(capsys, bootstrap.main)
