"""Writing evidence, and giving out references without gaps."""

from typing import Any

from django.db import transaction

from audit import clock, context
from audit.acts import Act, check
from audit.models import EvidenceEvent, Series


class NoTransaction(RuntimeError):
    """Evidence was to be written outside the transaction of what it proves."""


def record(act: Act, *, by: Any, about: Any = None, authorisation: Any = None, **data: Any) -> EvidenceEvent:
    """Add one event to the log, in the transaction of the step it proves.

    `by` is a user, text such as 'system:expiry', or None for whoever is acting. `about` and `authorisation` are
    rows with a `ref` (or a key). `data` holds ids, counts, codes, digests and moments; see `audit.acts`.

    Raises:
        NoTransaction: no transaction is open, so the event could outlive or miss the change.
        BadEvidence: a field is unknown or its value could be content.
    """
    if not transaction.get_connection().in_atomic_block:
        raise NoTransaction(f"{act} must be recorded inside the transaction of its step")
    check(act, data)
    acting = context.current()
    return EvidenceEvent.objects.create(
        act=act,
        at=clock.now(),
        actor=context.actor_of(by) or acting.actor,
        origin=acting.origin,
        request_id=acting.request_id,
        about_type=_type(about),
        about_ref=_ref(about),
        authorisation_ref=_ref(authorisation),
        data=data,
    )


def next_ref(prefix: str) -> str:
    """The next reference of a series, such as MON-2026-0001. A rolled-back step gives its number back.

    Raises:
        NoTransaction: outside a transaction two steps could take the same number.
    """
    if not transaction.get_connection().in_atomic_block:
        raise NoTransaction("a reference is given out inside the transaction that uses it")
    year = clock.today().year
    Series.objects.get_or_create(prefix=prefix, year=year)
    series = Series.objects.select_for_update().get(prefix=prefix, year=year)
    series.last += 1
    series.save(update_fields=["last"])
    return f"{prefix}-{year}-{series.last:04d}"


def _type(about: Any) -> str:
    if about is None:
        return ""
    return about.split(":", 1)[0] if isinstance(about, str) else about._meta.model_name


def _ref(about: Any) -> str:
    if about is None:
        return ""
    if isinstance(about, str):
        return about.split(":", 1)[-1]
    return str(getattr(about, "ref", None) or about.pk)
