"""Posts from official accounts: the draft, the agreement of a second person, and what was published."""

import datetime as dt
import hashlib
import json
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from audit.history import records
from governance.accounts.models import OfficialAccount
from governance.casework.models import Authorisation
from governance.decisions.models import PolicyDecision
from governance.gatherings.models import Gathering
from governance.people.access import units_for
from governance.people.models import Unit
from governance.people.roles import Permission
from governance.posting.states import PostState

User = settings.AUTH_USER_MODEL


class PostType(models.TextChoices):
    INFORMING = "informing", "Telling people something"
    APPEAL = "appeal", "Asking for help"
    CORRECTION = "correction", "Correcting a false story"
    WARNING = "warning", "Warning"
    ENGAGEMENT = "engagement", "Taking part"
    REPLY = "reply", "Answering somebody"
    RECRUITMENT = "recruitment", "Recruitment"


class PersonStage(models.TextChoices):
    """How far a case against, or about, the person in a post has come."""

    NONE = "none", "No person is in it"
    SUSPECTED = "suspected", "Suspected"
    ARRESTED = "arrested", "Arrested"
    CHARGED = "charged", "Charged"
    CONVICTED = "convicted", "Convicted"
    ACQUITTED = "acquitted", "Acquitted"
    NFA = "nfa", "No further action"
    VICTIM = "victim", "Victim"
    WITNESS = "witness", "Witness"
    MISSING = "missing", "Missing"
    WANTED = "wanted", "Wanted"
    DECEASED = "deceased", "Has died"


class PostQuerySet(models.QuerySet["Post"]):
    def visible_to(self, user: Any) -> "PostQuerySet":
        """Posts of the accounts' units on which the person may read posts."""
        return self.filter(account__unit__in=units_for(user, Permission.POST_READ))


class Post(models.Model):
    """A post in the making or made. What is material is what the public would see, and where and when."""

    ref = models.CharField(max_length=20, unique=True)
    state = models.CharField(max_length=12, choices=PostState.choices, default=PostState.DRAFT, db_index=True)
    account = models.ForeignKey(OfficialAccount, on_delete=models.PROTECT, related_name="posts")
    drafted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="posts")
    started_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    type = models.CharField(max_length=12, choices=PostType.choices, default=PostType.INFORMING)
    gathering = models.ForeignKey(
        Gathering, null=True, blank=True, on_delete=models.PROTECT, related_name="posts"
    )
    text = models.TextField(blank=True)
    language = models.CharField(max_length=8, default="en")
    link = models.URLField(max_length=300, blank=True)
    planned_at = models.DateTimeField(null=True, blank=True, help_text="empty = as soon as it is agreed")
    # A correction says what it corrects and on which checked facts it rests (UK-POST-18).
    corrects = models.CharField(
        max_length=300, blank=True, help_text="the false story, in the body's own words"
    )
    corrects_seen_at = models.DateTimeField(null=True, blank=True)
    verified_facts = models.JSONField(default=list)
    person_named = models.BooleanField(default=False)
    person_stage = models.CharField(max_length=12, choices=PersonStage.choices, default=PersonStage.NONE)
    identifiers = models.JSONField(default=list)
    under18 = models.BooleanField(default=False)
    sexual_offence = models.BooleanField(default=False)
    proceedings_active = models.BooleanField(default=False)
    evidence_or_record = models.BooleanField(default=False)
    ethnicity_nationality = models.BooleanField(default=False)
    immigration_status = models.BooleanField(default=False)
    policing_purpose = models.TextField(blank=True)
    sio_approval = models.BooleanField(default=False)
    reveals_tactics = models.BooleanField(default=False)
    failure = models.CharField(max_length=300, blank=True, help_text="why the last attempt to send failed")
    history = records()

    objects = PostQuerySet.as_manager()

    MATERIAL = (
        "account_id",
        "type",
        "gathering_id",
        "text",
        "language",
        "link",
        "planned_at",
        "corrects",
        "verified_facts",
        "person_named",
        "person_stage",
        "identifiers",
        "under18",
        "sexual_offence",
        "proceedings_active",
        "evidence_or_record",
        "ethnicity_nationality",
        "immigration_status",
        "policing_purpose",
        "sio_approval",
        "reveals_tactics",
    )

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["account", "state", "id"], name="post_account_state")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=PostState.values), name="post_state_known"),
            models.CheckConstraint(
                condition=~Q(type="correction") | Q(state__in=("draft", "withdrawn")) | ~Q(corrects=""),
                name="post_correction_says_what",
            ),
        ]

    @property
    def unit(self) -> Unit:
        return self.account.unit

    def content(self) -> dict[str, Any]:
        """Everything that agreement is bound to, as plain data."""
        out: dict[str, Any] = {"drafted_by": self.drafted_by_id}
        for name in self.MATERIAL:
            value = getattr(self, name)
            if isinstance(value, dt.datetime):
                value = value.astimezone(dt.UTC).isoformat(timespec="seconds")
            out[name] = value
        return out

    def digest(self) -> str:
        """SHA-256 of the content in canonical JSON."""
        text = json.dumps(self.content(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def outgoing_text(self) -> str:
        """Exactly the words that are sent: the text, and the link on a line of its own if there is one."""
        return f"{self.text.strip()}\n\n{self.link}" if self.link else self.text.strip()

    def barred(self, user: Any, permission: Permission) -> str:
        """Two people: whoever wrote it does not agree it; only the writer changes it."""
        own = user.pk == self.drafted_by_id
        if own and permission is Permission.POST_APPROVE:
            return "You wrote this post yourself, so a second person must agree it."
        if not own and permission is Permission.POST_DRAFT:
            return "Only the person who wrote this post can change it. You can send it back with a reason."
        return ""

    def __str__(self) -> str:
        return self.ref


class PostApproval(models.Model):
    """A second person's agreement to exactly these words, and the authorisation that came of it."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="approvals")
    digest = models.CharField(max_length=64)
    drafted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="post_approvals")
    approved_at = models.DateTimeField()
    considerations = models.TextField()
    authorisation = models.OneToOneField(
        Authorisation, on_delete=models.PROTECT, related_name="post_approval"
    )
    decision = models.ForeignKey(PolicyDecision, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(approved_by=F("drafted_by")), name="post_not_approved_by_writer"
            ),
        ]


class ReturnedPost(models.Model):
    """Why a second person sent a post back."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="returns")
    digest = models.CharField(max_length=64)
    returned_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    returned_at = models.DateTimeField()
    reason = models.TextField()

    class Meta:
        ordering = ["id"]


class PublishedRecord(models.Model):
    """What the public saw: words, link, where, when, and who wrote and agreed it. Never changed."""

    post = models.OneToOneField(Post, on_delete=models.PROTECT, related_name="published")
    authorisation = models.ForeignKey(Authorisation, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    digest = models.CharField(max_length=64)
    platform = models.CharField(max_length=30)
    platform_id = models.CharField(max_length=200)
    url = models.CharField(max_length=500)
    published_at = models.DateTimeField(help_text="when the platform's answer reached us, by our own clock")
    platform_at = models.DateTimeField(help_text="when the platform says it was published")
    drafted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(approved_by=F("drafted_by")), name="published_by_two_people"),
            models.UniqueConstraint(fields=["platform", "platform_id"], name="published_once"),
        ]
