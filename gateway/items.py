"""Putting items into their table, a batch at a time.

Plain SQL, because it is the hottest place of the gateway: 500 rows by `bulk_create` took 130 ms, by one
prepared statement 15 ms (SQLite, the same machine and hour). The columns come from the model, so that a change
of the model that this file does not know fails at once.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from django.db import IntegrityError, connection, models, transaction

import redaction
from gateway import retention
from gateway.contract import IncomingPost
from gateway.models import CollectionRun, Item
from governance.casework.models import Authorisation


@dataclass(frozen=True, slots=True, repr=False)
class Safe:
    """One post that may be stored: what is kept of it, and what recognises it again."""

    key: str
    post: IncomingPost
    term: str
    redacted: redaction.Redacted


def known(authorisation: Authorisation, keys: Collection[str]) -> set[str]:
    """Which of these posts are stored, or were and have been erased."""
    rows = Item.objects.filter(authorisation=authorisation, source_key__in=list(keys))
    return set(rows.values_list("source_key", flat=True))


def insert(
    batch: Sequence[Safe], *, run: CollectionRun, authorisation: Authorisation, at: dt.datetime
) -> Sequence[Safe]:
    """Store a batch and return what was new in it.

    The caller holds the authorisation's row, so that nobody else adds items to it meanwhile. Posts that came in
    since the batch was prepared are met by the constraint, and only then looked for.
    """
    try:
        with transaction.atomic():
            _insert(batch, run, authorisation, at)
        return batch
    except IntegrityError:
        held = known(authorisation, [safe.key for safe in batch])
        if not held:  # it was another constraint
            raise
        new = [safe for safe in batch if safe.key not in held]
        _insert(new, run, authorisation, at)
        return new


def _insert(batch: Sequence[Safe], run: CollectionRun, authorisation: Authorisation, at: dt.datetime) -> None:
    if not batch:
        return
    ready = _Ready()
    same = {
        "authorisation": authorisation.pk,
        "run": run.pk,
        "collected_at": ready("collected_at", at),
        "expires_at": ready("expires_at", retention.due(authorisation, captured_at=at)),
        "erased_at": None,
    }
    rows = []
    for safe in batch:
        post = safe.post
        row = same | {
            "source_key": safe.key,
            "platform": post.platform,
            "posted_at": ready("posted_at", post.created_at),
            "declared": ready("declared", sorted(post.declared)),
            "text": safe.redacted.text,
            "hidden": ready("hidden", dict(safe.redacted.counts)),
            "language": post.language,
            "matched_term": safe.term,
        }
        rows.append([row[name] for name in _names()])
    with connection.cursor() as cursor:
        cursor.executemany(_statement(), rows)


@cache
def _names() -> tuple[str, ...]:
    return tuple(field.name for field in Item._meta.concrete_fields if not field.primary_key)


@cache
def _statement() -> str:
    quote = connection.ops.quote_name
    columns = [quote(str(Item._meta.get_field(name).column)) for name in _names()]  # type: ignore[union-attr]
    table, marks = quote(Item._meta.db_table), ", ".join(["%s"] * len(columns))
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - our own names


class _Ready:
    """Values as the database wants them; the same value is prepared once."""

    def __init__(self) -> None:
        self.seen: dict[tuple[str, str], Any] = {}

    def __call__(self, name: str, value: Any) -> Any:
        seen = (name, repr(value))
        if seen not in self.seen:
            field = cast("models.Field[Any, Any]", Item._meta.get_field(name))
            self.seen[seen] = field.get_db_prep_save(value, connection)
        return self.seen[seen]
