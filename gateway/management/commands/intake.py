"""manage.py intake FILE --authorisation REF [--platform P] [--collected-at T] [--json]"""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import Error as DatabaseTrouble
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from audit import Refusal
from gateway import intake
from gateway.collect import AlreadyDone, Overtaken
from gateway.contract import MALFORMED, BadSource
from gateway.models import CollectionRun
from gateway.states import RunState
from governance.casework.models import Authorisation
from governance.people.access import NotAllowed

ACTOR = "system:intake"
DONE, NO, COULD_NOT = 0, 1, 2


class Command(BaseCommand):
    help = (
        "Take in an archive under an authorisation. 0 = done, 1 = not allowed or stopped, 2 = could not be done. "
        "Stopped half-way, the same command goes on."
    )
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="JSON Lines, CSV, or a JSON list from the Mastodon API")
        parser.add_argument("--authorisation", required=True, metavar="REF", help="such as AUTH-2026-0001")
        parser.add_argument(
            "--platform", default="", metavar="P", help="declared, where the records do not say"
        )
        parser.add_argument(
            "--collected-at", default="", metavar="T", help="declared, where the records have no date"
        )
        parser.add_argument("--json", action="store_true", help="the result for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        """Take the file in, with a progress bar on a terminal."""
        code, words, run = self._take(options)
        if options["json"]:
            self.stdout.write(json.dumps({"exit": code, "sentence": words, "run": run and facts(run)}))
        else:
            out = self.stdout if code == DONE else self.stderr
            if run is not None:
                self.stdout.write(summary(run))
            out.write(words)
        if code:
            sys.exit(code)

    def _take(self, options: dict[str, Any]) -> tuple[int, str, CollectionRun | None]:
        path: Path = options["file"]
        try:
            authorisation = Authorisation.objects.filter(ref=options["authorisation"]).first()
            if authorisation is None:
                return COULD_NOT, f"There is no authorisation {options['authorisation']}.", None
            collected_at = options["collected_at"]
            moment = intake.declared_moment(collected_at) if collected_at else None
            with progress(quiet=options["json"]) as bar:
                task = bar.add_task(
                    path.name, total=path.stat().st_size if path.is_file() else None, stored=0
                )

                def show(run: CollectionRun, read: int) -> None:
                    bar.update(task, completed=read, stored=run.stored)

                run = intake.take_file(
                    path=path,
                    authorisation=authorisation,
                    by=ACTOR,
                    platform=options["platform"],
                    collected_at=moment,
                    on_batch=show,
                )
        except AlreadyDone as already:
            return DONE, str(already), already.run
        except (BadSource, intake.BadDeclaration, Overtaken) as error:
            return COULD_NOT, str(error), None
        except (Refusal, NotAllowed) as refusal:
            return NO, str(refusal), None
        except DatabaseTrouble:
            return (
                COULD_NOT,
                "The database went away. Run the same command again: it goes on from there.",
                None,
            )
        except KeyboardInterrupt:
            return COULD_NOT, "Stopped by you. Run the same command again: it goes on from there.", None
        if run.state == RunState.DONE:
            return DONE, "Done.", run
        return (NO if run.state == RunState.STOPPED else COULD_NOT), run.problem, run


def progress(*, quiet: bool) -> Progress:
    """A bar on the terminal's error stream; nothing where nobody watches."""
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[stored]} stored"),
        TimeRemainingColumn(),
        console=console,
        disable=quiet or not console.is_terminal,
    )


def facts(run: CollectionRun) -> dict[str, Any]:
    """The numbers of a run, for programs."""
    names = (
        "ref",
        "state",
        "read",
        "malformed",
        "out_of_scope",
        "duplicates",
        "withheld",
        "stored",
        "redacted",
    )
    more = ("malformed_by", "out_of_scope_by", "withheld_by", "hidden", "malformed_at", "source_digest")
    return {"authorisation": run.authorisation.ref} | {name: getattr(run, name) for name in names + more}


def summary(run: CollectionRun) -> str:
    """The numbers of a run, for people. They add up to what was read."""
    rows = [
        ("Read", run.read, {}),
        ("Could not be read", run.malformed, run.malformed_by),
        ("Out of scope", run.out_of_scope, run.out_of_scope_by),
        ("Already held", run.duplicates, {}),
        ("Withheld, could not be made safe", run.withheld, run.withheld_by),
        ("Stored", run.stored, {}),
        ("  of them with something hidden", run.redacted, run.hidden),
    ]
    lines = [f"{run.ref}: {run.source_name} under {run.authorisation.ref}"]
    for label, count, by in rows:
        parts = ", ".join(f"{name.replace('_', ' ')} {n:,}" for name, n in sorted(by.items()))
        lines.append(f"  {label:<34}{count:>10,}" + (f"  ({parts})" if parts else ""))
    lines += [f"  Line {place['line']} {MALFORMED[place['reason']]}." for place in run.malformed_at[:5]]
    return "\n".join(lines)
