#!/usr/bin/env python
"""Candour's command line: `python manage.py help` lists the verbs."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit(
            "Django is not installed here. Run `make demo` or `make test` first: both set everything up."
        )
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
