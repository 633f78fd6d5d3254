"""manage.py account_token ACCOUNT: keep the access token of an official account, sealed."""

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from gateway import tokens
from governance.accounts.models import OfficialAccount

ACTOR = "system:account-token"


class Command(BaseCommand):
    help = (
        "Seal the access token of an official account. The token is asked for, or read from standard input; "
        "it is never an argument, because arguments can be seen by others. 0 = done, 2 = could not be done."
    )
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("account", help="its reference, such as ACC-2026-0001, or its handle")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask for the token and seal it."""
        wanted = options["account"]
        found = OfficialAccount.objects.filter(ref=wanted) or OfficialAccount.objects.filter(
            handle=wanted.lstrip("@")
        )
        if len(found) != 1:
            many = "more than one account" if found else "no account"
            self._leave(f"There is {many} called {wanted}: give its reference, such as ACC-2026-0001.")
        account = found[0]
        token = getpass.getpass("Access token: ") if sys.stdin.isatty() else sys.stdin.readline()
        try:
            tokens.seal(account=account, token=token, by=ACTOR)
        except ValueError as error:
            self._leave(str(error))
        self.stdout.write(f"The access token of {account} is sealed.")

    def _leave(self, sentence: str) -> None:
        self.stderr.write(sentence)
        sys.exit(2)
