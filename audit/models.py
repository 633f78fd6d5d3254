"""The evidence log. No foreign keys: evidence must never depend on, or hold back, live rows."""

from django.db import models
from django.db.models.functions import Now

from audit.acts import SCHEMAS, Act


class EvidenceEvent(models.Model):
    """One thing that happened. Rows are only ever added; the database refuses change and removal."""

    act = models.CharField(max_length=40, choices=[(a.value, a.value) for a in Act])
    at = models.DateTimeField(db_index=True, help_text="by the clock that the service read")
    recorded_at = models.DateTimeField(
        db_default=Now(), editable=False, help_text="by the database's own clock"
    )
    actor = models.CharField(
        max_length=60, blank=True, help_text="user:<key> or system:<what>; empty = unattributed"
    )
    origin = models.CharField(max_length=10, blank=True)
    request_id = models.CharField(max_length=32, blank=True)
    about_type = models.CharField(max_length=40, blank=True)
    about_ref = models.CharField(max_length=80, blank=True)
    authorisation_ref = models.CharField(max_length=40, blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["about_type", "about_ref", "id"], name="evidence_about"),
            models.Index(fields=["authorisation_ref", "id"], name="evidence_authorisation"),
            models.Index(fields=["actor", "id"], name="evidence_actor"),
        ]

    def sentence(self) -> str:
        """What happened, as a clause that follows the actor's name."""
        schema = SCHEMAS[Act(self.act)]
        words = dict.fromkeys(schema.fields, "?") | {
            "about": self.about_ref,
            "authorisation": self.authorisation_ref,
            **self.data,
        }
        return schema.sentence.format(**words)


class Series(models.Model):
    """The last number given out in a series of references, such as MON-2026. Numbers have no gaps."""

    prefix = models.CharField(max_length=8)
    year = models.PositiveIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["prefix", "year"], name="series_once")]
