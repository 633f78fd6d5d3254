"""Small archives for tests, and a look into every table of the database."""

import datetime as dt
import json
from typing import Any

from django.db import connection

from audit import clock
from gateway import intake
from gateway.models import CollectionRun
from governance.casework.models import Authorisation
from tests.factories import Force


def lines(*records: dict[str, Any]) -> bytes:
    """Records as JSON Lines."""
    return b"".join(json.dumps(r).encode() + b"\n" for r in records)


def post(number: int, text: str = "", **fields: Any) -> dict[str, Any]:
    """A post of an hour ago that the plain test authorisation covers, unless `fields` say otherwise."""
    return {
        "id": f"p{number}",
        "text": text or f"number {number} #MarchForTheRiver",
        "created_at": (clock.now() - dt.timedelta(hours=1)).isoformat(),
        "platform": "mastodon",
    } | fields


def take(authorisation: Authorisation, data: bytes, force: Force, **options: Any) -> CollectionRun:
    """Take an archive in, as the requesting officer would on the page."""
    given = {"name": "posts.jsonl", "by": force.officer} | options
    return intake.take_upload(data=data, authorisation=authorisation, **given)


def adds_up(run: CollectionRun) -> bool:
    """Whether every record that was read is accounted for."""
    return run.read == run.malformed + run.out_of_scope + run.duplicates + run.withheld + run.stored


def in_every_table() -> str:
    """Every value of every row of every table, as text."""
    out = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                out += [
                    bytes(v).decode("utf-8", "replace") if isinstance(v, bytes | memoryview) else str(v)
                    for v in row
                ]
    return "\n".join(out)
