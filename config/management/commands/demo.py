"""manage.py demo: a fictional force, its story told through the real services, and the pages to look at."""

import fcntl
import shutil
import sys
import time
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import OperationalError, connection

from config.management.commands.serve import port_is_free

MARK = "candour demonstration"
FOLDERS = ("vault", "queue", "releases", "release", "peer")
FILES = ("candour.sqlite3", "candour.sqlite3-wal", "candour.sqlite3-shm", "secret-key", "beat")


class NotDone(RuntimeError):
    """The demonstration cannot be played; the message is for the person who asked."""


class Command(BaseCommand):
    help = "Play the demonstration from the beginning, and serve it. 0 = played, 2 = could not be played."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do not leave a server running")
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._play(**options)
        except NotDone as sentence:
            self.stderr.write(str(sentence))
            sys.exit(2)

    def _play(self, *, once: bool, host: str, port: int, **_: Any) -> None:
        from config.demo import acts, cast, peer
        from config.demo.play import OffScript, Player

        if not settings.DEMO:
            raise NotDone("The demonstration is played only with CANDOUR_DEMO=1. Run: make demo")
        if not once and not port_is_free(host, port):
            raise NotDone(f"Port {port} on {host} is taken. Choose another: make demo PORT={port + 1}")
        began = time.monotonic()
        folder = Path(settings.VAR_DIR)
        with _alone(folder):
            start_over(folder)
            self.say("An empty database, and the rules in force")
            call_command("migrate", verbosity=0, interactive=False)
            mark_database()
            try:
                with peer.mastodon(folder / "peer", [a.handle.lstrip("@") for a in cast.ACCOUNTS]) as server:
                    played = acts.play(Player(folder=folder, server=server, say=self.say))
                    self._verify(played.release)
                    self.say(f"Played in {time.monotonic() - began:.0f} seconds")
                    if not once:
                        self._invite(host, port, played)
                        from config.management.commands.serve import serve

                        serve(host, port, say=self.stdout.write)
            except (OffScript, peer.NoPeer) as error:
                raise NotDone(str(error)) from error

    def say(self, text: str) -> None:
        """One line of progress."""
        self.stdout.write(f"  · {text}")
        self.stdout.flush()

    def _verify(self, folder: Path) -> None:
        call_command("verify_release", str(folder), stdout=self.stdout)

    def _invite(self, host: str, port: int, played: Any) -> None:
        from config.demo import cast
        from config.demo.play import PASSWORD

        base = f"http://{host}:{port}"
        self.stdout.write(f"\n{cast.BODY} is a fictional force; everything in it is invented.\n")
        self.stdout.write(f"Public pages, no sign-in:  {base}/transparency/")
        self.stdout.write(f"Sign in at:                {base}/sign-in/   password for everyone: {PASSWORD}\n")
        width = max(len(p.username) for p in cast.PEOPLE)
        for person in cast.PEOPLE:
            self.stdout.write(f"  {person.username:<{width}}  {person.name}, {person.does}")
        self.stdout.write(f"\nAn archive to take in under {played.live}: {played.archive}\n")


class _alone:
    """Only one demonstration at a time in a folder."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "demonstration.lock"
        self.file: IO[str] | None = None

    def __enter__(self) -> None:
        self.file = self.path.open("w")
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise NotDone(
                "The demonstration is already running in another window. Stop it there first (Ctrl-C)."
            ) from error

    def __exit__(self, *_: object) -> None:
        if self.file is not None:
            self.file.close()


def start_over(folder: Path) -> None:
    """Clear what an earlier demonstration left. Anything that is not a demonstration's is refused, not cleared.

    Raises:
        NotDone: the database holds something else, or cannot be reached.
    """
    mark = folder / MARK.replace(" ", "-")
    if connection.vendor == "sqlite":
        if (folder / FILES[0]).exists() and not mark.exists():
            raise NotDone(f"{folder} holds a database that is not a demonstration's. Nothing was touched.")
        connection.close()
        for name in FILES[:3]:
            (folder / name).unlink(missing_ok=True)
    else:
        _start_over_postgres()
    for name in FOLDERS:
        shutil.rmtree(folder / name, ignore_errors=True)
    for part in ("in", "control"):
        (folder / "queue" / part).mkdir(parents=True, exist_ok=True, mode=0o700)
    mark.touch()


def _start_over_postgres() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
            tables = cursor.fetchone()[0]
            cursor.execute("SELECT obj_description('public'::regnamespace, 'pg_namespace')")
            mark = cursor.fetchone()[0]
            if tables and mark != MARK:
                raise NotDone(
                    "The database in DATABASE_URL holds something that is not a demonstration's. Nothing was touched."
                )
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("CREATE SCHEMA public")
    except OperationalError as error:
        raise NotDone(f"The database cannot be reached: {str(error).splitlines()[0]}") from error


def mark_database() -> None:
    """Remember in the database itself that it is a demonstration's, so that it may be cleared again."""
    if connection.vendor != "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"COMMENT ON SCHEMA public IS '{MARK}'")
