"""Events that people come together for. Screens say "event"."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from audit.history import records
from governance.people.access import units_for
from governance.people.models import Unit
from governance.people.roles import Permission


class GatheringKind(models.TextChoices):
    PROTEST = "protest", "Protest or demonstration"
    LARGE_SCALE = "large_scale", "Large-scale event"
    SPONTANEOUS = "spontaneous", "Spontaneous gathering"
    DISORDER = "disorder", "Disorder"
    EMERGENCY = "emergency", "Emergency"


class GatheringQuerySet(models.QuerySet["Gathering"]):
    def visible_to(self, user: Any) -> "GatheringQuerySet":
        """Events of the units on which the person may read requests."""
        return self.filter(unit__in=units_for(user, Permission.REQUEST_READ))


class Gathering(models.Model):
    """A protest, match, festival: place and time only. Nothing about who comes."""

    ref = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=20, choices=GatheringKind.choices)
    place = models.CharField(max_length=160)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    # Trade-union events and pickets count as protest (Catt v United Kingdom, paragraph 123).
    is_protest = models.BooleanField()
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="gatherings")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    history = records()

    objects = GatheringQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="gathering_ends_after_start"
            ),
            models.CheckConstraint(
                condition=~Q(kind="protest") | Q(is_protest=True), name="gathering_protest_is_protest"
            ),
        ]

    def __str__(self) -> str:
        return self.name
