"""`manage.py intake`: exit codes, sentences, and the same totals after a kill."""

import datetime as dt
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as live_settings
from django.core.management import call_command
from django.db import OperationalError, connection

from audit import clock
from gateway import collect, intake
from gateway.contract import BadSource
from gateway.models import CollectionRun, Item
from governance.casework import services as casework
from governance.casework.models import Authorisation
from tests import factories
from tests.factories import Force
from tests.gateway.archives import adds_up, lines, post


def run_command(*arguments: object) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of the command."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("intake", *(str(a) for a in arguments), stdout=out, stderr=err)
    except SystemExit as left:
        return int(left.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


@pytest.fixture
def live(force: Force) -> Authorisation:
    return factories.authorisation(force)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "posts.jsonl"
    path.write_bytes(
        lines(post(1), post(2, "Ring 07700 900123 #MarchForTheRiver"), post(3, "other")) + b"{\n"
    )
    return path


class TestCommand:
    def test_it_takes_a_file_in_and_its_numbers_add_up(self, live: Authorisation, archive: Path) -> None:
        code, out, err = run_command(archive, "--authorisation", live.ref)
        assert (code, err) == (0, "")
        assert f"posts.jsonl under {live.ref}" in out
        assert "Line 4 is not written in the format of the file." in out
        assert "07700" not in out
        run = CollectionRun.objects.get()
        assert (run.actor, run.stored, run.redacted) == ("system:intake", 2, 1)

    def test_it_speaks_to_programs(self, live: Authorisation, archive: Path) -> None:
        code, out, _ = run_command(archive, "--authorisation", live.ref, "--json")
        told = json.loads(out)
        assert code == told["exit"] == 0
        assert told["run"]["read"] == 4
        assert told["run"]["out_of_scope_by"] == {"term": 1}

    def test_the_same_file_again_says_that_it_is_done(self, live: Authorisation, archive: Path) -> None:
        run_command(archive, "--authorisation", live.ref)
        code, out, _ = run_command(archive, "--authorisation", live.ref)
        assert code == 0
        assert "already taken in" in out
        assert Item.objects.count() == 2

    def test_what_the_records_lack_can_be_declared(self, live: Authorisation, tmp_path: Path) -> None:
        path = tmp_path / "bare.jsonl"
        path.write_bytes(lines({"id": 1, "text": "#MarchForTheRiver"}))
        at = clock.now().astimezone(clock.LONDON).replace(tzinfo=None, microsecond=0) - dt.timedelta(hours=1)
        code, _, _ = run_command(
            path, "--authorisation", live.ref, "--platform", "mastodon", "--collected-at", at.isoformat()
        )
        assert code == 0
        item = Item.objects.get()
        assert item.posted_at == at.replace(tzinfo=clock.LONDON)
        assert item.declared == ["created_at", "platform", "visibility"]

    @pytest.mark.parametrize(
        ("arguments", "part"),
        [
            (["--authorisation", "AUTH-1999-0001"], "There is no authorisation AUTH-1999-0001."),
            (["--collected-at", "yesterday"], "is not a date and time"),
            (["--collected-at", "2199-01-01T00:00"], "cannot have been collected in the future"),
            (["--platform", "<script>"], "is not the name of a platform"),
        ],
    )
    def test_what_cannot_be_is_a_sentence_and_exit_2(
        self, live: Authorisation, archive: Path, arguments: list[str], part: str
    ) -> None:
        given = ["--authorisation", live.ref, *arguments]
        code, _, err = run_command(archive, *given)
        assert code == 2
        assert part in err
        assert err.count("\n") == 1
        assert not CollectionRun.objects.exists()

    def test_a_file_that_cannot_be_used_is_a_sentence_and_exit_2(
        self, live: Authorisation, tmp_path: Path
    ) -> None:
        (tmp_path / "empty.jsonl").touch()
        (tmp_path / "link.jsonl").symlink_to(tmp_path / "empty.jsonl")
        for name, part in (
            ("empty.jsonl", "empty.jsonl is empty."),
            ("link.jsonl", "link.jsonl is a link"),
            ("no.jsonl", "There is no file"),
            (".", "is a folder"),
        ):
            code, _, err = run_command(tmp_path / name, "--authorisation", live.ref)
            assert (code, part in err, err.count("\n")) == (2, True, 1)
        assert not CollectionRun.objects.exists()

    def test_a_no_is_exit_1(self, force: Force, live: Authorisation, archive: Path) -> None:
        casework.cancel(authorisation=live, by=force.officer)
        code, _, err = run_command(archive, "--authorisation", live.ref)
        assert (code, err) == (1, f"{live.ref} has been stopped.\n")

    def test_a_stop_half_way_is_exit_1(
        self, force: Force, live: Authorisation, archive: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        real = collect.start

        def start(**kwargs: Any) -> CollectionRun:
            run = real(**kwargs)
            casework.cancel(authorisation=live, by=force.officer)
            return run

        monkeypatch.setattr(collect, "start", start)
        code, out, err = run_command(archive, "--authorisation", live.ref)
        assert (code, err) == (1, f"{live.ref} has been stopped.\n")
        assert "Stored" in out

    def test_a_database_that_goes_away_is_a_sentence_and_exit_2(
        self, live: Authorisation, archive: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def gone(*args: object, **kwargs: object) -> None:
            raise OperationalError("server closed the connection unexpectedly")

        monkeypatch.setattr(collect, "_store", gone)
        code, _, err = run_command(archive, "--authorisation", live.ref)
        assert code == 2
        assert err == "The database went away. Run the same command again: it goes on from there.\n"
        monkeypatch.undo()
        assert run_command(archive, "--authorisation", live.ref)[0] == 0
        assert adds_up(CollectionRun.objects.get())

    def test_a_file_that_changes_while_it_is_read_is_not_read_on(
        self, live: Authorisation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "posts.jsonl"
        path.write_bytes(lines(*(post(n) for n in range(1200))))
        real = collect._store

        def store_and_append(*args: Any, **kwargs: Any) -> CollectionRun:
            with path.open("ab") as out:
                out.write(lines(post(5000)))
            return real(*args, **kwargs)

        monkeypatch.setattr(collect, "_store", store_and_append)
        code, _, err = run_command(path, "--authorisation", live.ref)
        assert (code, "changed while it was being read" in err) == (2, True)
        assert CollectionRun.objects.get().stored == 500

    def test_it_does_not_leave_the_folder_that_is_set(
        self, live: Authorisation, archive: Path, tmp_path: Path, settings: Any
    ) -> None:
        inbox = tmp_path / "inbox"
        inbox.mkdir()
        settings.INTAKE_DIR = inbox
        code, _, err = run_command(archive, "--authorisation", live.ref)
        assert (code, "outside the folder" in err) == (2, True)


class TestUpload:
    def test_one_that_is_too_large_is_a_sentence(
        self, force: Force, live: Authorisation, settings: Any
    ) -> None:
        settings.UPLOAD_MAX_BYTES = 3 * 1024 * 1024
        with pytest.raises(BadSource, match=r"posts\.jsonl is 4 MB\. The most is 3 MB\."):
            intake.take_upload(
                data=b"x" * (4 * 1024 * 1024), name="posts.jsonl", authorisation=live, by=force.officer
            )

    @pytest.mark.parametrize("name", ["../../etc/posts.jsonl", "C:\\posts\\posts.jsonl"])
    def test_only_the_name_of_the_file_is_kept(self, force: Force, live: Authorisation, name: str) -> None:
        run = intake.take_upload(data=lines(post(1)), name=name, authorisation=live, by=force.officer)
        assert run.source_name == "posts.jsonl"

    def test_it_writes_no_file(
        self, force: Force, live: Authorisation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        import tempfile

        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
        intake.take_upload(data=lines(post(1)), name="a.jsonl", authorisation=live, by=force.officer)
        assert not (tmp_path / "nowhere").exists()


@pytest.mark.django_db(transaction=True)
def test_an_upload_can_go_on_behind_the_page() -> None:
    force = Force.make()
    live = factories.authorisation(force)
    data = lines(*(post(n) for n in range(30)))
    run = intake.take_upload(data=data, name="a.jsonl", authorisation=live, by=force.officer, wait=False)
    assert run.state == "running"
    for _ in range(600):
        run.refresh_from_db()
        if run.state != "running":
            break
        time.sleep(0.05)
    assert (run.state, run.stored) == ("done", 30)


def database_url() -> str:
    """The test database, as another process would be told of it."""
    given = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{given['NAME']}"
    secret = f":{given['PASSWORD']}" if given["PASSWORD"] else ""
    return f"postgres://{given['USER']}{secret}@{given['HOST']}:{given['PORT']}/{given['NAME']}"


@pytest.mark.django_db(transaction=True)
class TestKilled:
    def child(self, path: Path, live: Authorisation) -> subprocess.Popen:
        environment = os.environ | {
            "DATABASE_URL": database_url(),
            "CANDOUR_VAULT": str(live_settings.VAULT_DIR),
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        program = (
            "from django.core.management import execute_from_command_line as go; import sys; go(sys.argv)"
        )
        command = [sys.executable, "-c", program, "intake", str(path), "--authorisation", live.ref]
        return subprocess.Popen(
            command,
            env=environment,
            cwd=live_settings.BASE_DIR,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def test_killed_in_the_middle_it_ends_with_the_same_totals(self, tmp_path: Path) -> None:
        force = Force.make()
        live, reference = factories.authorisation(force), factories.authorisation(force)
        path = tmp_path / "posts.jsonl"
        text = "Ring 07700 900123 or jo@example.org, number {} #MarchForTheRiver"
        plain = "water on the road, number {} #MarchForTheRiver"
        words = [text if n % 20 == 0 else plain if n % 4 else "other {}" for n in range(6000)]
        records = [post(n % 5900, words[n].format(n)) for n in range(6000)]
        path.write_bytes(lines(*records))
        kills, seen = 0, -1
        for _ in range(20):
            child = self.child(path, live)
            while child.poll() is None:
                run = CollectionRun.objects.filter(authorisation=live).first()
                if run is not None and run.read > max(seen, 0) and kills < 2:
                    seen = run.read
                    child.send_signal(signal.SIGKILL)
                    kills += 1
                    break
                time.sleep(0.02)
            _, err = child.communicate()
            if child.returncode == 0:
                break
            assert child.returncode == -signal.SIGKILL, err.decode()
        run = CollectionRun.objects.get(authorisation=live)
        whole = intake.take_file(path=path, authorisation=reference, by="system:intake")
        assert kills >= 1
        assert run.state == whole.state == "done"
        names = (
            "read",
            "malformed",
            "out_of_scope",
            "duplicates",
            "withheld",
            "stored",
            "redacted",
            "hidden",
        )
        assert {n: getattr(run, n) for n in names} == {n: getattr(whole, n) for n in names}
        assert run.read == 6000
        assert Item.objects.filter(authorisation=live).count() == run.stored
        mine = Item.objects.filter(authorisation=live).order_by("id").values_list("text", flat=True)
        theirs = Item.objects.filter(authorisation=reference).order_by("id").values_list("text", flat=True)
        assert list(mine) == list(theirs)


@pytest.mark.real_data
def test_forty_thousand_real_posts_are_all_accounted_for(force: Force) -> None:
    live = factories.authorisation(force, terms=["the", "you", "RT", "is", "it"])
    data = live_settings.CANDOUR_DATA
    path = Path(data) / "feeds" / "real-posts-40k.jsonl"
    if not data or not path.exists():
        pytest.skip("needs the data folder: set CANDOUR_DATA")
    run = intake.take_file(
        path=path, authorisation=live, by="system:intake", platform="mastodon", collected_at=clock.now()
    )
    assert (run.state, run.read) == ("done", 40_000)
    assert run.stored > 10_000
    assert adds_up(run)
