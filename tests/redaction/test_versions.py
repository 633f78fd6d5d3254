"""The fingerprint names everything that decides what is found."""

import shutil

import redaction
from redaction import versions


def test_it_is_the_same_until_something_changes(monkeypatch, tmp_path):
    versions.fingerprint.cache_clear()
    first = redaction.fingerprint()
    assert len(first) == 64
    versions.fingerprint.cache_clear()
    assert redaction.fingerprint() == first

    room = tmp_path / "redaction"
    shutil.copytree(
        versions.Path(versions.__file__).parent, room, ignore=shutil.ignore_patterns("__pycache__")
    )
    monkeypatch.setattr(versions, "__file__", str(room / "versions.py"))
    versions.fingerprint.cache_clear()
    assert redaction.fingerprint() == first  # the folder does not matter

    (room / "recognisers" / "email.py").open("a").write("\n# changed\n")
    versions.fingerprint.cache_clear()
    changed = redaction.fingerprint()
    assert changed != first

    monkeypatch.setattr(versions, "ENGINE", "2")
    versions.fingerprint.cache_clear()
    assert redaction.fingerprint() not in (first, changed)
    versions.fingerprint.cache_clear()
