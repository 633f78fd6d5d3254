"""manage.py verify_release FOLDER [--json] [--key HEX]"""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from reports import verify


class Command(BaseCommand):
    help = (
        "Check a public release offline: 0 = all checks passed, 1 = a check failed, 2 = could not be checked."
    )
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", help="the folder that holds the release")
        parser.add_argument("--json", action="store_true", help="the result for programs")
        parser.add_argument("--key", default="", help="the public key, in hex, that must have signed it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the checks; needs no database and no network."""
        arguments = [options["folder"], *(["--json"] if options["json"] else [])]
        arguments += ["--key", options["key"]] if options["key"] else []
        code = verify.main(arguments, self.stdout.write)
        if code:
            sys.exit(code)
