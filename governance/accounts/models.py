"""The body's own accounts: who they belong to and how they may be used."""

from typing import Any

from django.conf import settings
from django.db import models

from audit.history import records
from governance.people.access import units_for
from governance.people.models import Unit
from governance.people.roles import Permission


class AccountMode(models.TextChoices):
    BROADCAST = "broadcast", "Broadcast only"
    REPLIES = "replies", "Answers replies"
    CONVERSATION = "conversation", "Conversation"


class AccountState(models.TextChoices):
    ACTIVE = "active", "In use"
    CLOSED = "closed", "Closed"


class AccountQuerySet(models.QuerySet["OfficialAccount"]):
    def visible_to(self, user: Any) -> "AccountQuerySet":
        """Accounts of the units on which the person may read accounts."""
        return self.filter(unit__in=units_for(user, Permission.ACCOUNT_READ))

    def on_public_register(self) -> "AccountQuerySet":
        """What anybody may see."""
        return self.filter(public=True)


class OfficialAccount(models.Model):
    """An account that speaks for the body. Identity is the account's URI, never its handle."""

    ref = models.CharField(max_length=20, unique=True)
    platform = models.CharField(max_length=30)
    uri = models.CharField(max_length=300, unique=True, help_text="account URI or DID: what does not change")
    handle = models.CharField(max_length=120)
    display_name = models.CharField(max_length=120)
    server_url = models.CharField(max_length=300, blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="accounts")
    purpose = models.CharField(max_length=300)
    mode = models.CharField(max_length=20, choices=AccountMode.choices, default=AccountMode.BROADCAST)
    # UK-ACC-03: an account nobody watches says so and names the emergency routes.
    standing_notice = models.CharField(max_length=400, blank=True)
    monitored_hours = models.CharField(max_length=120, blank=True)
    public = models.BooleanField(default=True)
    state = models.CharField(max_length=20, choices=AccountState.choices, default=AccountState.ACTIVE)
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    registered_at = models.DateTimeField()
    history = records()

    objects = AccountQuerySet.as_manager()

    class Meta:
        ordering = ["display_name"]

    @property
    def token_ref(self) -> str:
        """The name of this account's own key in the vault."""
        return self.ref

    def __str__(self) -> str:
        return f"{self.display_name} (@{self.handle.lstrip('@')})"
