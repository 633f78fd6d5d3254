"""The readable diff: django-simple-history, set up once so that every room has it the same way.

It is diff, not proof: the evidence log is the proof. History rows are append-only by trigger and name the
actor by key without a foreign key, so nothing that happens to a person's row can blank who did what.
"""

from typing import Any

from django.db import models
from simple_history.models import HistoricalRecords

from audit import context


def _nobody(historical: Any) -> None:
    return None


def _set_nothing(historical: Any, user: Any) -> None:
    return None


class _Actor(models.Model):
    """Two columns beside each version of a row: who changed it, and why if the step gave a reason."""

    history_actor = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        abstract = True


def records(**options: Any) -> HistoricalRecords:
    """A model's history. `excluded_fields` keeps content out of it (what is erased must not live on here)."""
    return HistoricalRecords(
        bases=[_Actor],
        history_user_id_field=models.IntegerField(null=True, editable=False),
        history_user_getter=_nobody,
        history_user_setter=_set_nothing,
        **options,
    )


def stamp(sender: Any, **kwargs: Any) -> None:
    """Receiver of pre_create_historical_record: write who is acting into the history row."""
    row = kwargs["history_instance"]
    row.history_actor = context.current().actor
