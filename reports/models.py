"""Releases: a report's frozen input, its frozen files, and who answers for it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from audit.history import records
from governance.people.access import can
from governance.people.models import Unit
from governance.people.roles import Permission
from reports.period import HalfYear
from reports.snapshot import Snapshot
from reports.states import ReleaseState

User = settings.AUTH_USER_MODEL


class ReleaseQuerySet(models.QuerySet["Release"]):
    def visible_to(self, user: Any) -> "ReleaseQuerySet":
        """All of them for those who may read reports on the whole body; none for anybody else."""
        return self if can(user, Permission.REPORT_READ, WholeBody()) else self.none()

    def public(self) -> "ReleaseQuerySet":
        """What anybody may read: published, and published once and replaced since."""
        return self.filter(state__in=(ReleaseState.PUBLISHED, ReleaseState.SUPERSEDED))


class WholeBody:
    """Reports speak for the whole body, so rights on them are rights on its topmost unit."""

    @property
    def unit(self) -> Unit | None:
        return Unit.objects.filter(parent=None).order_by("pk").first()


class Release(models.Model):
    """One version of one report. Everything but its state and who published it is fixed when it is prepared."""

    ref = models.CharField(max_length=30, help_text="of the report: TR-2026-H1; a new version keeps it")
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=30)
    title = models.CharField(max_length=200)
    period_start = models.DateField()
    period_end = models.DateField(help_text="the last day in it")
    state = models.CharField(
        max_length=12, choices=ReleaseState.choices, default=ReleaseState.DRAFT, db_index=True
    )
    # Inside only: true counts can be made from it. The public gets the salted commitment below.
    snapshot = models.JSONField()
    snapshot_digest = models.CharField(max_length=64)
    edition = models.JSONField(help_text="body, contact and date, as they stand in the files")
    pattern = models.JSONField(help_text="which cells are withheld")
    threshold = models.PositiveIntegerField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of SHA256SUMS: what a person publishes")
    checks = models.JSONField(default=list, help_text="what the machine checked, in sentences")
    prepared_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="releases_prepared")
    prepared_at = models.DateTimeField()
    published_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="releases_published"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    history = records(excluded_fields=["snapshot", "pattern"])

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        ordering = ["-period_start", "-version", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ReleaseState.values), name="release_state_known"),
            models.CheckConstraint(
                condition=Q(published_by__isnull=True) | ~Q(published_by=F("prepared_by")),
                name="release_not_published_by_author",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=("published", "superseded"),
                    published_by__isnull=False,
                    published_at__isnull=False,
                )
                | Q(
                    state__in=("draft", "checked", "set_aside"),
                    published_by__isnull=True,
                    published_at__isnull=True,
                ),
                name="release_published_both_or_neither",
            ),
            models.UniqueConstraint(
                fields=["ref", "version"],
                condition=Q(state__in=("published", "superseded")),
                name="release_version_published_once",
            ),
            models.UniqueConstraint(
                fields=["ref"], condition=Q(state="published"), name="release_one_in_force"
            ),
            models.UniqueConstraint(
                fields=["ref"], condition=Q(state__in=("draft", "checked")), name="release_one_in_hand"
            ),
        ]

    @property
    def unit(self) -> Unit | None:
        return WholeBody().unit

    @property
    def period(self) -> HalfYear:
        return HalfYear.of(self.period_start)

    def frozen(self) -> Snapshot:
        """The records it was made from."""
        return Snapshot.from_json(self.snapshot)

    def barred(self, user: Any, permission: Permission) -> str:
        """Nobody publishes what they prepared."""
        if permission is Permission.REPORT_PUBLISH and user.pk == self.prepared_by_id:
            return "You prepared this report, so somebody else must publish it."
        return ""

    def __str__(self) -> str:
        return f"{self.ref} version {self.version}"


class ReleaseFile(models.Model):
    """One file of a release, byte for byte. Rows are only ever added, and only to a draft."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=200, help_text="path inside the release, with forward slashes")
    media_type = models.CharField(max_length=80)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["release", "name"], name="release_file_once"),
        ]
