"""manage.py doctor: what is missing or misconfigured, in sentences."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from django.core.management.base import BaseCommand, CommandParser


@dataclass(frozen=True)
class Finding:
    ok: bool
    what: str
    sentence: str


class Command(BaseCommand):
    help = "Say what is missing or misconfigured. 0 = nothing, 1 = something, 2 = could not look."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        findings = list(examine())
        if options["json"]:
            self.stdout.write(json.dumps([asdict(f) for f in findings], indent=1))
        else:
            for f in findings:
                self.stdout.write(f"{'ok  ' if f.ok else 'FIX '} {f.what}: {f.sentence}")
        sys.exit(0 if all(f.ok for f in findings) else 1)


def examine() -> Iterator[Finding]:
    """Look at everything Candour needs, one finding each. Never raises."""
    for what, look in (
        ("Database", _database),
        ("Guards", _guards),
        ("Rules", _rules),
        ("Platform terms", _terms),
        ("Queue", _queue),
        ("Keys", _keys),
        ("PDF", _pdf),
        ("Redaction", _redaction),
        ("Page components", _components),
    ):
        try:
            yield Finding(True, what, look())
        except Exception as error:
            yield Finding(False, what, str(error).split("\n")[0] or type(error).__name__)


def _database() -> str:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        raise RuntimeError(f"{len(waiting)} migrations wait. Run manage.py migrate.")
    return f"{connection.vendor}, up to date"


def _guards() -> str:
    from django.db import connection

    from audit import guards

    gone = guards.missing(connection)
    if gone:
        raise RuntimeError(
            f"{len(gone)} are missing (first: {gone[0]}). Run manage.py migrate, and find out why."
        )
    return f"all {len(guards.registered())} stand"


def _rules() -> str:
    from governance.decisions.services import live_pack

    pack = live_pack()
    return f"{pack.id} {pack.version}, {len(pack.rules)} rules, {pack.status}"


def _terms() -> str:
    from governance.decisions.services import platform_terms

    platform_terms()
    return "read; platforms whose review is stale are refused"


def _queue() -> str:
    from django.conf import settings

    from config.celery import app

    with app.connection_for_write() as connection:
        connection.ensure_connection(max_retries=1, timeout=2)
    return settings.BROKER_URL.split("://")[0]


def _keys() -> str:
    from django.conf import settings

    folder = settings.VAULT_DIR
    if folder.exists() and folder.stat().st_mode & 0o077:
        raise RuntimeError(f"others can look into {folder.name}. Run: chmod 700 on that folder.")
    return "the folder is ours alone. Leave it out of ordinary backups"


def _pdf() -> str:
    from reports.render import pdf

    found = pdf.problems()
    if found:
        raise RuntimeError(found[0])
    return f"WeasyPrint {pdf.versions()['weasyprint']}, with its own fonts"


def _redaction() -> str:
    import redaction

    hidden = redaction.redact("Write to sam.example@example.com")
    if "sam.example" in hidden.text:
        raise RuntimeError("a plain e-mail address was not hidden. Nothing may be collected.")
    return f"works, fingerprint {redaction.fingerprint()[:12]}"


def _components() -> str:
    from django.conf import settings

    css = settings.BASE_DIR / "static" / "vendor" / "govuk-frontend.min.css"
    if not css.exists():
        raise RuntimeError("the GOV.UK components are not there. Run make demo or make test once.")
    return "there"
