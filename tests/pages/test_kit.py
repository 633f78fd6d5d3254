"""The kit comes from npm by lock file, never from the repository, and says in a sentence what is missing."""

import json
from pathlib import Path

import pytest

from config import kit

ROOT = Path(kit.ROOT)


def test_the_lock_file_names_no_host():
    assert "://" not in (ROOT / "package-lock.json").read_text()


def test_both_packages_are_pinned_to_one_version_with_a_hash():
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    for name, version in wanted.items():
        assert locked[f"node_modules/{name}"]["version"] == version
        assert locked[f"node_modules/{name}"]["integrity"].startswith("sha512-")


def test_the_fonts_and_crest_of_gov_uk_are_left_out():
    css = kit.adapt(
        "@font-face{font-family:GDS Transport;src:url(/a.woff2)}"
        ".a{font-family:GDS Transport,arial,sans-serif;color:red}.b{background:url(/crest.svg)}"
        "/*# sourceMappingURL=x.map */"
    )
    assert css == ".a{font-family:var(--cd-font);color:red}.b{background:none}\n"


def test_a_release_that_it_does_not_understand_is_refused():
    with pytest.raises(kit.KitError, match="must learn this release"):
        kit.adapt('@import "https://elsewhere.example/x.css";')


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in ("package.json", "package-lock.json", ".npmrc"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "node.txt").write_text("")
    return tmp_path


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """npm that brings the packages without a network; the list says how often it was asked."""
    asked: list[str] = []

    def fetch(root: Path, npm: str) -> None:
        asked.append(npm)
        (root / "node_modules/govuk-frontend/dist/govuk").mkdir(parents=True, exist_ok=True)
        (root / "node_modules/govuk-frontend/dist/govuk/govuk-frontend.min.css").write_text(".a{color:red}")
        files = root / "node_modules/@fontsource/source-sans-3/files"
        files.mkdir(parents=True, exist_ok=True)
        (files.parent / "LICENSE").write_text("OFL")
        for name in kit._font_names():
            (files / name).write_bytes(b"font")

    monkeypatch.setattr(kit, "_system_npm", lambda: "npm")
    monkeypatch.setattr(kit, "_fetch", fetch)
    return asked


def test_it_does_nothing_the_second_time(copy, fetched):
    said: list[str] = []
    assert kit.ensure(copy, say=said.append) is True
    assert said
    assert kit.ensure(copy, say=said.append) is False
    assert len(fetched) == 1


def test_it_starts_over_when_the_lock_changes_or_a_file_is_gone(copy, fetched):
    kit.ensure(copy, say=lambda _: None)
    (copy / "static/vendor/govuk-frontend.min.css").unlink()
    assert kit.ensure(copy, say=lambda _: None) is True
    (copy / "package-lock.json").write_text("{}")
    assert kit.ensure(copy, say=lambda _: None) is True
    assert len(fetched) == 3


def test_an_interrupted_run_leaves_no_stamp(copy, fetched, monkeypatch):
    def broken(*_: object) -> None:
        raise kit.KitError("The disk is full.")

    monkeypatch.setattr(kit, "_write", broken)
    with pytest.raises(kit.KitError):
        kit.ensure(copy, say=lambda _: None)
    assert not (copy / "static/vendor/kit.digest").exists()


def test_without_npm_or_the_wheel_it_says_so_in_a_sentence(copy, monkeypatch, capsys):
    monkeypatch.setattr(kit, "ROOT", copy)
    monkeypatch.setattr(kit, "_system_npm", lambda: None)
    monkeypatch.setattr(kit, "_installer", lambda: ["/nowhere/pip", "install"])
    monkeypatch.setattr(kit.sys, "executable", str(copy / "python"))
    with pytest.raises(kit.KitError, match=r"There is no npm on this machine.*install npm 7 or newer"):
        kit.ensure(copy, say=lambda _: None)


def test_the_command_ends_with_2_and_one_sentence(monkeypatch, capsys):
    def missing(**_: object) -> bool:
        raise kit.KitError("There is no npm on this machine.")

    monkeypatch.setattr(kit, "ensure", missing)
    assert kit.main() == 2
    assert capsys.readouterr().err == "There is no npm on this machine.\n"
