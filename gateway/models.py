"""What came in (runs and items), what went out (publications), and what was erased. No author, no raw id, no address."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from audit.history import records
from gateway.states import PublicationState, RunState
from governance.accounts.models import OfficialAccount
from governance.casework.models import Authorisation
from governance.people.access import units_for
from governance.people.models import Unit
from governance.people.roles import Permission
from governance.posting.models import Post

User = settings.AUTH_USER_MODEL


class UnderAuthorisationQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> Any:
        """Of authorisations of the units on which the person may read items."""
        return self.filter(authorisation__unit__in=units_for(user, Permission.ITEM_READ))


class CollectionRun(models.Model):
    """One source taken in under one authorisation: what it was, how far it came, and where every record went.

    The numbers add up at every moment, also for the database:
    read = malformed + out of scope + duplicates + withheld + stored.
    """

    ref = models.CharField(max_length=20, unique=True)
    authorisation = models.ForeignKey(Authorisation, on_delete=models.PROTECT, related_name="runs")
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.PENDING, db_index=True)
    connector = models.CharField(max_length=30)
    account = models.ForeignKey(
        OfficialAccount,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="runs",
        help_text="whose access is used to ask a platform; empty for an archive",
    )
    source_name = models.CharField(max_length=200, help_text="file name or server, as it was given")
    source_digest = models.CharField(max_length=64, help_text="SHA-256 of the file, or of what was asked for")
    # One row per source and declaration, so that the same file again is the same run.
    source_key = models.CharField(max_length=64)
    declared_platform = models.CharField(max_length=40, blank=True)
    declared_collected_at = models.DateTimeField(null=True, blank=True)
    started_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    actor = models.CharField(max_length=60, help_text="who started it, as evidence names them")
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    moved_at = models.DateTimeField(null=True, blank=True, help_text="when the last batch was stored")
    finished_at = models.DateTimeField(null=True, blank=True)
    cursor = models.TextField(blank=True)

    read = models.PositiveIntegerField(default=0)
    malformed = models.PositiveIntegerField(default=0)
    out_of_scope = models.PositiveIntegerField(default=0)
    duplicates = models.PositiveIntegerField(default=0)
    withheld = models.PositiveIntegerField(default=0)
    stored = models.PositiveIntegerField(default=0)
    redacted = models.PositiveIntegerField(default=0, help_text="stored items in which something was hidden")
    malformed_by = models.JSONField(default=dict)
    out_of_scope_by = models.JSONField(default=dict)
    withheld_by = models.JSONField(default=dict)
    hidden = models.JSONField(default=dict, help_text="hidden pieces by kind")
    # Where the first malformed records stood: [{"record", "line", "reason"}], never what they said.
    malformed_at = models.JSONField(default=list)

    redactor = models.CharField(max_length=64, blank=True, help_text="fingerprint of the redaction in use")
    pack_digest = models.CharField(max_length=64, blank=True)
    problem = models.CharField(
        max_length=300, blank=True, help_text="why it stopped or failed, as a sentence"
    )
    history = records(excluded_fields=["cursor"])

    objects = UnderAuthorisationQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["authorisation", "source_key"], name="run_source_once"),
            models.CheckConstraint(condition=Q(state__in=RunState.values), name="run_state_known"),
            models.CheckConstraint(
                condition=Q(
                    read=F("malformed") + F("out_of_scope") + F("duplicates") + F("withheld") + F("stored")
                ),
                name="run_adds_up",
            ),
            models.CheckConstraint(condition=Q(redacted__lte=F("stored")), name="run_redacted_are_stored"),
            models.CheckConstraint(
                condition=Q(state__in=("pending", "running"), finished_at__isnull=True)
                | Q(state__in=("done", "stopped", "failed"), finished_at__isnull=False),
                name="run_ended_both_or_neither",
            ),
        ]

    @property
    def unit(self) -> Unit:
        return self.authorisation.unit

    @property
    def running(self) -> bool:
        return self.state in (RunState.PENDING, RunState.RUNNING)

    def __str__(self) -> str:
        return self.ref


class Item(models.Model):
    """Our stored copy of one post, redacted before it came here.

    `source_key` is a keyed hash of platform and id, for recognising duplicates; it outlives erasure so that
    nothing comes back, and means nothing once the key is destroyed.
    """

    authorisation = models.ForeignKey(Authorisation, on_delete=models.PROTECT, related_name="items")
    run = models.ForeignKey(CollectionRun, on_delete=models.PROTECT, related_name="items")
    source_key = models.CharField(max_length=64)
    platform = models.CharField(max_length=40)
    posted_at = models.DateTimeField(null=True, help_text="empty once erased")
    collected_at = models.DateTimeField()
    declared = models.JSONField(default=list, help_text="fields that a person vouched for")
    text = models.TextField(blank=True, help_text="redacted; empty once erased")
    hidden = models.JSONField(default=dict, help_text="hidden pieces by kind")
    language = models.CharField(max_length=20, blank=True)
    matched_term = models.CharField(max_length=500, blank=True)
    expires_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = UnderAuthorisationQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["authorisation", "id"], name="item_authorisation"),
            models.Index(fields=["expires_at"], condition=Q(erased_at=None), name="item_due"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["authorisation", "source_key"], name="item_once"),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True, posted_at__isnull=False)
                | Q(erased_at__isnull=False, text="", language="", matched_term="", posted_at__isnull=True),
                name="item_erased_holds_nothing",
            ),
        ]

    @property
    def unit(self) -> Unit:
        return self.authorisation.unit

    @property
    def ref(self) -> str:
        return str(self.pk)


class ErasureTrigger(models.TextChoices):
    """Why material was erased."""

    TERM = "term", "Its time was up"
    CANCELLED = "cancelled", "Deleted because the authorisation was stopped"


class ErasureReceipt(models.Model):
    """That material was erased: how much, under which rule, when. It holds nothing of what was erased."""

    ref = models.CharField(max_length=20, unique=True)
    authorisation = models.ForeignKey(Authorisation, on_delete=models.PROTECT, related_name="erasures")
    retention_class = models.CharField(max_length=4)
    rule = models.CharField(max_length=120, help_text="the class's period and what its clock counts from")
    trigger = models.CharField(max_length=12, choices=ErasureTrigger.choices)
    count = models.PositiveIntegerField()
    due_from = models.DateTimeField(help_text="when the first of them was due")
    due_to = models.DateTimeField(help_text="when the last of them was due")
    erased_at = models.DateTimeField()
    actor = models.CharField(max_length=60)

    objects = UnderAuthorisationQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=Q(count__gt=0), name="erasure_of_something")]


class PublicationQuerySet(models.QuerySet["Publication"]):
    def visible_to(self, user: Any) -> "PublicationQuerySet":
        """Of the posts that the person may see."""
        return self.filter(post__in=Post.objects.visible_to(user))

    def due(self, *, at: dt.datetime) -> "PublicationQuerySet":
        """Those that somebody should work on at this moment."""
        return self.filter(state__in=(PublicationState.PENDING, PublicationState.SENDING), due_at__lte=at)


class Publication(models.Model):
    """The job of sending one agreed post: a row before anything is sent, so that no crash can forget or repeat it.

    `mark` is the account's newest post before the first attempt: our own, if it got out, is newer than that.
    """

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="publications")
    authorisation = models.OneToOneField(Authorisation, on_delete=models.PROTECT, related_name="publication")
    account = models.ForeignKey(OfficialAccount, on_delete=models.PROTECT, related_name="publications")
    digest = models.CharField(max_length=64, help_text="of the post that was agreed")
    idempotency_key = models.CharField(max_length=64, unique=True)
    state = models.CharField(
        max_length=10, choices=PublicationState.choices, default=PublicationState.PENDING, db_index=True
    )
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="not before this moment; moves on after each attempt")
    attempts = models.PositiveIntegerField(default=0, help_text="how often it was begun")
    sends = models.PositiveIntegerField(default=0, help_text="how often it may have reached the platform")
    mark = models.CharField(max_length=200, blank=True)
    marked_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True, help_text="when the last attempt was let go")
    ended_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True)
    history = records()

    objects = PublicationQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "due_at"], name="publication_due")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=PublicationState.values), name="publication_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("pending", "sending"), ended_at__isnull=True)
                | Q(state__in=("published", "failed", "missed"), ended_at__isnull=False),
                name="publication_ended_both_or_neither",
            ),
            models.UniqueConstraint(
                fields=["post"],
                condition=Q(state__in=("pending", "sending")),
                name="publication_one_open_per_post",
            ),
        ]

    @property
    def unit(self) -> Unit:
        return self.account.unit


class AccountToken(models.Model):
    """The access token of one official account, sealed under the account's own key. Opened only to send."""

    account = models.OneToOneField(OfficialAccount, on_delete=models.PROTECT, related_name="token")
    sealed = models.BinaryField()
    sealed_at = models.DateTimeField()
    sealed_by = models.CharField(max_length=60)
