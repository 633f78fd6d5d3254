"""Requests, the versions that were read, advice, refusals, and authorisations: the only ticket the gateway takes."""

import datetime as dt
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from guardian.models import UserObjectPermissionBase

from audit import clock
from audit.history import records
from governance.casework.states import AuthorisationState, RequestState
from governance.decisions.models import PolicyDecision
from governance.gatherings.models import Gathering
from governance.people.access import live_grants, units_for
from governance.people.models import Unit
from governance.people.roles import Permission

User = settings.AUTH_USER_MODEL


class Scope(models.TextChoices):
    """What a search is aimed at. People come last on purpose."""

    TOPIC = "topic", "A topic"
    PLACE = "place", "A place"
    EVENT = "event", "An event"
    GROUP = "group", "A group of people"
    PERSON = "person", "One person"
    OWN_ACCOUNT = "own_account", "Replies to our own account"


class Profession(models.TextChoices):
    """Work whose confidences the law protects (code names from law, section 5.4)."""

    NONE = "none", "None of these"
    LAWYER = "lawyer", "Lawyer"
    JOURNALIST = "journalist", "Journalist"
    HEALTH = "health", "Doctor or health worker"
    MINISTER = "minister_of_religion", "Minister of religion"
    ELECTED = "elected", "Elected representative"


class RequestQuerySet(models.QuerySet["Request"]):
    def visible_to(self, user: Any) -> "RequestQuerySet":
        """One's own, those of the units on which one may read, and those shared by a dated grant."""
        if not live_grants(user).exists():
            return self.none()
        shared = RequestGrant.objects.live_for(user).values("content_object_id")
        return self.filter(
            Q(requested_by=user) | Q(unit__in=units_for(user, Permission.REQUEST_READ)) | Q(pk__in=shared)
        )


class Request(models.Model):
    """An application to monitor: what, why, where, how long, and what it does to people."""

    ref = models.CharField(max_length=20, unique=True)
    state = models.CharField(
        max_length=12, choices=RequestState.choices, default=RequestState.DRAFT, db_index=True
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="requests")
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="requests")
    started_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=0, help_text="the last version that was sent; 0 = never")
    # Names of the pages that have been answered, so that "not answered" is never read as "no".
    parts = models.JSONField(default=list)

    # purpose
    title = models.CharField(max_length=160, blank=True)
    purpose_code = models.CharField(max_length=40, blank=True)
    purpose_text = models.TextField(blank=True)
    law_ref = models.CharField(max_length=200, blank=True)
    # event
    gathering = models.ForeignKey(
        Gathering, null=True, blank=True, on_delete=models.PROTECT, related_name="requests"
    )
    # terms
    query_scope = models.CharField(max_length=12, choices=Scope.choices, blank=True)
    platforms = models.JSONField(default=list)
    terms = models.JSONField(default=list)
    # dates
    start_at = models.DateTimeField(null=True, blank=True)
    end_at = models.DateTimeField(null=True, blank=True)
    # necessity
    nec_objective = models.TextField(blank=True)
    nec_text = models.TextField(blank=True)
    # proportionality
    size_scope = models.TextField(blank=True)
    rational_link = models.TextField(blank=True)
    least_intrusive = models.TextField(blank=True)
    alternatives = models.TextField(blank=True)
    fair_balance = models.TextField(blank=True)
    # others
    coll_text = models.TextField(blank=True)
    coll_mitigation = models.TextField(blank=True)
    bystander_cap = models.PositiveIntegerField(null=True, blank=True)
    # retention
    retention_class = models.CharField(max_length=4, blank=True)
    retention_days = models.BigIntegerField(null=True, blank=True)
    # people
    overt_notice = models.BooleanField(null=True)
    notice_text = models.TextField(blank=True)
    covert = models.BooleanField(null=True)
    private_info_likely = models.BooleanField(null=True)
    systematic_recording = models.BooleanField(null=True)
    closed_group = models.BooleanField(null=True)
    false_persona = models.BooleanField(null=True)
    relationship = models.BooleanField(null=True)
    personal_account = models.BooleanField(null=True)
    facial_recognition = models.BooleanField(null=True)
    under18 = models.BooleanField(null=True)
    sensitive = models.BooleanField(null=True)
    confidential_profession = models.CharField(max_length=24, choices=Profession.choices, blank=True)
    offence = models.CharField(max_length=200, blank=True)
    protest_related = models.BooleanField(null=True)
    peaceful = models.BooleanField(null=True)
    protected_sole_basis = models.BooleanField(null=True)
    art8 = models.TextField(blank=True)
    art10 = models.TextField(blank=True)
    art11 = models.TextField(blank=True)

    history = records()
    objects = RequestQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["unit", "state", "id"], name="request_unit_state"),
            models.Index(fields=["requested_by", "id"], name="request_mine"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RequestState.values), name="request_state_known"),
        ]

    @property
    def level(self) -> str:
        """Engagement level, suggested by the answers and never chosen (law section 3)."""
        if self.relationship:
            return "L5"
        if self.false_persona or self.closed_group:
            return "L4"
        if self.covert and (self.systematic_recording or self.query_scope in (Scope.PERSON, Scope.GROUP)):
            return "L3"
        if self.query_scope in (Scope.PERSON, Scope.GROUP):
            return "L2"
        return "L0" if self.query_scope == Scope.OWN_ACCOUNT and self.overt_notice else "L1"

    def barred(self, user: Any, permission: Permission) -> str:
        """Nobody advises on or decides their own request; only its author changes it."""
        own = user.pk == self.requested_by_id
        if own and permission in (Permission.REQUEST_DECIDE, Permission.REQUEST_ADVISE):
            return "You asked for this yourself, so somebody else must decide it."
        if not own and permission is Permission.REQUEST_ASK:
            return "Only the officer who asks can change this request."
        return ""

    def shared_with(self, user: Any, permission: Permission) -> bool:
        """Whether a dated grant on this one request lets the person read it."""
        if permission is not Permission.REQUEST_READ:
            return False
        if user.pk == self.requested_by_id:
            return True
        return RequestGrant.objects.live_for(user).filter(content_object_id=self.pk).exists()

    def __str__(self) -> str:
        return f"{self.ref} {self.title}".strip()


class RequestGrantManager(models.Manager["RequestGrant"]):
    def live_for(self, user: Any) -> models.QuerySet["RequestGrant"]:
        """Grants on single requests that a person holds at this moment."""
        now = clock.now()
        return self.filter(user=user, user__is_active=True, valid_from__lte=now, valid_to__gt=now)


class RequestGrant(UserObjectPermissionBase):
    """An exception: one person may read one request for a while (oversight, a shared case). Guardian, direct key."""

    content_object = models.ForeignKey(Request, on_delete=models.CASCADE)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()
    because = models.CharField(max_length=300)
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    history = records()
    objects: ClassVar[RequestGrantManager] = RequestGrantManager()  # type: ignore[assignment]

    class Meta(UserObjectPermissionBase.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(valid_to__gt=F("valid_from")), name="grant_ends_after_start"),
            models.CheckConstraint(condition=~Q(user=F("granted_by")), name="grant_not_from_oneself"),
        ]


class RequestVersion(models.Model):
    """Exactly what was sent: the canonical content, its SHA-256, and what the rules said. Never changed."""

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    decision = models.ForeignKey(PolicyDecision, on_delete=models.PROTECT, related_name="+")
    level = models.CharField(max_length=2)
    needs_advice = models.BooleanField()
    decider_role = models.CharField(max_length=30)
    decider_rank = models.CharField(max_length=40, blank=True)
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["request", "number"], name="version_number_once"),
        ]


class AdviceOutcome(models.TextChoices):
    NO_OBJECTION = "advised", "No objection"
    CONDITIONS = "conditions", "No objection, with conditions"
    OBJECT = "object", "Object"


class Review(models.Model):
    """The data protection officer's advice on one version. Void as soon as the request changes."""

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="reviews")
    version = models.ForeignKey(RequestVersion, on_delete=models.PROTECT, related_name="reviews")
    digest = models.CharField(max_length=64)
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reviewer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="reviews")
    outcome = models.CharField(max_length=12, choices=AdviceOutcome.choices)
    # The four-stage test: aim, link, less intrusive way, fair balance (Bank Mellat [2013] UKSC 39). yes/no/unsure.
    aim = models.CharField(max_length=6)
    link = models.CharField(max_length=6)
    less_intrusive = models.CharField(max_length=6)
    fair = models.CharField(max_length=6)
    conditions = models.JSONField(default=list)
    reasons = models.TextField()
    given_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True, blank=True)
    history = records()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reviewer=F("requested_by")), name="review_not_own_request"),
            models.CheckConstraint(
                condition=Q(outcome__in=AdviceOutcome.values), name="review_outcome_known"
            ),
        ]


class RefusalReason(models.TextChoices):
    """Why a person refused, in the groups that are published."""

    TOO_WIDE = "too_wide", "Too wide"
    GENTLER_WAY = "gentler_way", "A gentler way exists"
    AIM_UNCLEAR = "aim_unclear", "The aim is not clear"
    NO_LEGAL_BASIS = "no_legal_basis", "No legal basis"
    NOT_FAIR = "not_fair", "The effect on people is not fair for what is gained"
    OTHER = "other", "Another reason"


class RefusedRequest(models.Model):
    """A refusal stays on record with its grounds (retention class R7)."""

    request = models.OneToOneField(Request, on_delete=models.PROTECT, related_name="refusal")
    version = models.ForeignKey(RequestVersion, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    refused_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="refusals")
    refused_at = models.DateTimeField()
    reason = models.CharField(max_length=20, choices=RefusalReason.choices)
    grounds = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(refused_by=F("requested_by")), name="refusal_not_own_request"
            ),
        ]


class Question(models.Model):
    """A question back to the officer; the request waits with them until they answer by changing it."""

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="questions")
    version = models.ForeignKey(RequestVersion, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    text = models.TextField()

    class Meta:
        ordering = ["id"]


class AuthorisationKind(models.TextChoices):
    MONITORING = "monitoring", "Monitoring"
    POSTING = "posting", "Posting"


class Product(models.TextChoices):
    """What happens to material already held: a cancellation must say (Home Office code; law section 6.5)."""

    ERASE_NOW = "erase_now", "Delete it now"
    KEEP_TO_TERM = "keep_to_term", "Keep it until its time is up"


class AuthorisationQuerySet(models.QuerySet["Authorisation"]):
    def visible_to(self, user: Any) -> "AuthorisationQuerySet":
        """Those of the requests one may see; for posts, of the units on which one may read posts."""
        return self.filter(
            Q(kind=AuthorisationKind.MONITORING, request__in=Request.objects.visible_to(user))
            | Q(kind=AuthorisationKind.POSTING, unit__in=units_for(user, Permission.POST_READ))
        )

    def live(self, *, at: dt.datetime) -> "AuthorisationQuerySet":
        """Those that are in force at a moment."""
        return self.filter(state=AuthorisationState.GRANTED, starts_at__lte=at, expires_at__gt=at)


class Authorisation(models.Model):
    """What was agreed, by whom, for exactly which bytes, until when. The gateway takes no other ticket."""

    ref = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=12, choices=AuthorisationKind.choices)
    state = models.CharField(
        max_length=12, choices=AuthorisationState.choices, default=AuthorisationState.GRANTED, db_index=True
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="authorisations")
    request = models.ForeignKey(
        Request, null=True, blank=True, on_delete=models.PROTECT, related_name="authorisations"
    )
    version = models.ForeignKey(
        RequestVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="authorisations"
    )
    decision = models.ForeignKey(PolicyDecision, on_delete=models.PROTECT, related_name="+")
    advice = models.ForeignKey(Review, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, help_text="SHA-256 of what was agreed")
    # {"platforms": [...], "terms": [...], "from": iso, "to": iso} or {"accounts": [...]}: exactly what is allowed.
    scope = models.JSONField()
    level = models.CharField(max_length=2, blank=True)
    conditions = models.JSONField(default=list)
    considerations = models.TextField()
    retention_class = models.CharField(max_length=4, blank=True)
    retention_days = models.PositiveIntegerField(null=True, blank=True)
    # What the retention clock counts from, fixed now: capture, event_end or authorisation_end (law section 8).
    retention_trigger = models.CharField(max_length=20, blank=True)
    retention_from = models.DateTimeField(
        null=True, blank=True, help_text="fixed moment, unless it is capture"
    )
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="authorisations_asked")
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="authorisations_granted")
    granted_rank = models.CharField(max_length=40)
    granted_at = models.DateTimeField()
    starts_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    cancelled_because = models.TextField(blank=True)
    product = models.CharField(max_length=20, choices=Product.choices, blank=True)
    ended_at = models.DateTimeField(
        null=True, blank=True, help_text="when it stopped being in force, however"
    )

    history = records()
    objects = AuthorisationQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "expires_at"], name="authorisation_ending")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(granted_by=F("requested_by")), name="authorisation_not_own_request"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("starts_at")), name="authorisation_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(kind="monitoring", request__isnull=False, version__isnull=False)
                | Q(kind="posting", request__isnull=True, version__isnull=True),
                name="authorisation_kind_has_subject",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True, cancelled_by__isnull=True)
                | Q(cancelled_at__isnull=False, cancelled_by__isnull=False),
                name="authorisation_cancelled_both_or_neither",
            ),
            models.CheckConstraint(
                condition=Q(state="granted", ended_at__isnull=True)
                | (~Q(state="granted") & Q(ended_at__isnull=False)),
                name="authorisation_ended_both_or_neither",
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | Q(cancelled_at__isnull=False),
                name="authorisation_cancelled_has_person",
            ),
            models.UniqueConstraint(
                fields=["request"], condition=Q(state="granted"), name="authorisation_one_live_per_request"
            ),
        ]

    def in_force(self, at: dt.datetime) -> bool:
        """In force at a moment, by its own row. The gateway also checks the digest, scope and platform terms."""
        return self.state == AuthorisationState.GRANTED and self.starts_at <= at < self.expires_at

    def shared_with(self, user: Any, permission: Permission) -> bool:
        """Who may read the request may read what came of it."""
        if self.request is None or permission is not Permission.REQUEST_READ:
            return False
        return self.request.shared_with(user, permission)

    def __str__(self) -> str:
        return self.ref
