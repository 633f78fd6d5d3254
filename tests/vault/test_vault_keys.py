"""Keys are made once, kept private, and destroyed for good."""

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest

import vault

REF = "AUTH-2026-0001"


def test_it_keeps_keys_where_only_their_owner_can_read_them(folder):
    vault.create(REF)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    [file] = folder.iterdir()
    assert file.name == f"{REF}.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.stat().st_size == 32


def test_it_makes_a_key_once(folder):
    vault.create(REF)
    before = vault.derive(REF, "x")
    with pytest.raises(vault.AlreadyExists):
        vault.create(REF)
    assert vault.derive(REF, "x") == before
    assert [f.name for f in folder.iterdir()] == [f"{REF}.key"]


def test_it_lets_one_of_many_simultaneous_makers_win(folder):
    def attempt(_):
        try:
            vault.create(REF)
        except vault.AlreadyExists:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(attempt, range(32)))
    assert sum(outcomes) == 1
    assert [f.name for f in folder.iterdir()] == [f"{REF}.key"]


@pytest.mark.parametrize(
    "ref",
    [
        "",
        ".",
        "..",
        "../x",
        "a/b",
        "a\\b",
        "/etc/passwd",
        "a.key",
        "-a",
        "a b",
        "a\0b",
        "ключ",
        "a" * 101,
        "a\n",
        None,
        7,
    ],
)
@pytest.mark.parametrize("verb", ["create", "destroy", "holds", "destroyed_at"])
def test_it_refuses_a_reference_that_could_leave_the_folder(folder, verb, ref):
    with pytest.raises(vault.InvalidRef):
        getattr(vault, verb)(ref)
    assert not folder.exists()


def test_it_has_nothing_before_the_first_key(folder):
    assert not vault.holds(REF)
    assert vault.destroyed_at(REF) is None
    with pytest.raises(vault.KeyMissing):
        vault.derive(REF, "x")
    assert not folder.exists()


def test_it_does_not_follow_a_link_to_a_key(folder, tmp_path):
    vault.create("AUTH-2026-0002")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(b"k" * 32)
    elsewhere.chmod(0o600)
    (folder / f"{REF}.key").symlink_to(elsewhere)
    with pytest.raises(vault.VaultError):
        vault.derive(REF, "x")
    with pytest.raises(vault.AlreadyExists):
        vault.create(REF)
    vault.destroy(REF)
    assert elsewhere.read_bytes() == b"k" * 32  # destroying a link never writes through it
    assert not (folder / f"{REF}.key").is_symlink()


def test_it_refuses_a_folder_that_is_a_link(folder, tmp_path):
    (tmp_path / "real").mkdir(mode=0o700)
    folder.symlink_to(tmp_path / "real")
    with pytest.raises(vault.VaultError, match="VAULT_DIR"):
        vault.create(REF)
    assert not list((tmp_path / "real").iterdir())


def test_it_refuses_a_folder_or_a_key_that_others_can_open(folder):
    vault.create(REF)
    (folder / f"{REF}.key").chmod(0o640)
    with pytest.raises(vault.VaultError, match="other people"):
        vault.derive(REF, "x")
    (folder / f"{REF}.key").chmod(0o600)
    folder.chmod(0o755)
    with pytest.raises(vault.VaultError, match="0700"):
        vault.derive(REF, "x")


@pytest.mark.parametrize("content", [b"", b"short", b"k" * 33])
def test_it_refuses_a_damaged_key(folder, content):
    vault.create(REF)
    (folder / f"{REF}.key").write_bytes(content)
    with pytest.raises(vault.VaultError, match="damaged"):
        vault.derive(REF, "x")


def test_it_can_never_make_a_destroyed_key_again(folder):
    vault.create(REF)
    vault.destroy(REF)
    assert not vault.holds(REF)
    with pytest.raises(vault.Destroyed):
        vault.create(REF)
    with pytest.raises(vault.KeyMissing):
        vault.derive(REF, "x")
    assert [f.name for f in folder.iterdir()] == [f"{REF}.destroyed"]


def test_it_uses_up_a_reference_that_never_had_a_key(folder):
    vault.destroy(REF)
    with pytest.raises(vault.Destroyed):
        vault.create(REF)


def test_it_destroys_once_and_remembers_when(folder):
    vault.create(REF)
    moment = datetime(2026, 11, 20, 10, 0, tzinfo=timezone(timedelta(hours=1)))
    assert vault.destroy(REF, at=moment) == moment
    assert vault.destroy(REF) == moment == vault.destroyed_at(REF)
    assert vault.destroyed_at(REF).tzinfo == UTC


def test_it_lets_the_marker_win_over_a_key_file_that_came_back(folder):
    vault.create(REF)
    copy = (folder / f"{REF}.key").read_bytes()
    vault.destroy(REF)
    (folder / f"{REF}.key").write_bytes(copy)
    (folder / f"{REF}.key").chmod(0o600)
    with pytest.raises(vault.KeyMissing):
        vault.derive(REF, "x")
    vault.destroy(REF)  # and finishing the job removes it
    assert not (folder / f"{REF}.key").exists()


def test_it_refuses_a_key_whose_marker_is_unreadable(folder):
    vault.create(REF)
    (folder / f"{REF}.destroyed").write_bytes(b"not a date")
    with pytest.raises(vault.VaultError, match="marker"):
        vault.derive(REF, "x")


def test_it_overwrites_before_it_unlinks(folder):
    vault.create(REF)
    descriptor = os.open(folder / f"{REF}.key", os.O_RDONLY)
    before = os.pread(descriptor, 32, 0)
    vault.destroy(REF)
    assert os.pread(descriptor, 32, 0) != before
    os.close(descriptor)


def test_it_feels_a_destruction_by_another_process_at_once(folder):
    vault.create(REF)
    vault.derive(REF, "x")
    program = (
        "from django.conf import settings; settings.configure(VAULT_DIR=__import__('sys').argv[1]);"
        "import vault; vault.destroy('AUTH-2026-0001')"
    )
    subprocess.run([sys.executable, "-c", program, str(folder)], check=True, cwd=os.getcwd())
    with pytest.raises(vault.KeyMissing):
        vault.derive(REF, "x")
