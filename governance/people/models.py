"""People, units, and the roles people hold on units."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from audit.history import records
from governance.people.roles import ROLES


class Rank(models.TextChoices):
    """Police ranks in order, and the grade of somebody who holds none."""

    STAFF = "staff", "Police staff"
    CONSTABLE = "constable", "Constable"
    SERGEANT = "sergeant", "Sergeant"
    INSPECTOR = "inspector", "Inspector"
    CHIEF_INSPECTOR = "chief_inspector", "Chief Inspector"
    SUPERINTENDENT = "superintendent", "Superintendent"
    CHIEF_SUPERINTENDENT = "chief_superintendent", "Chief Superintendent"
    ASSISTANT_CHIEF_CONSTABLE = "assistant_chief_constable", "Assistant Chief Constable"
    DEPUTY_CHIEF_CONSTABLE = "deputy_chief_constable", "Deputy Chief Constable"
    CHIEF_CONSTABLE = "chief_constable", "Chief Constable"


class Unit(models.Model):
    """A part of the body: a district, a department. A role on a unit reaches the units below it."""

    name = models.CharField(max_length=120, unique=True)
    slug = models.SlugField(max_length=60, unique=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    # "/1/4/": keys from the top down to this unit, so that "below" is one indexed prefix match.
    path = models.CharField(max_length=200, db_index=True, editable=False, default="")
    history = records()

    class Meta:
        ordering = ["name"]

    @property
    def ref(self) -> str:
        return self.slug

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def create_user(self, *, username: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person who signs in. Rows are never removed: history must keep who did what.

    There are no superusers: every right comes from a role on a unit, or a dated grant on one case.
    """

    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    job_title = models.CharField(max_length=120, blank=True)
    rank = models.CharField(max_length=40, choices=Rank.choices, default=Rank.STAFF)
    email = models.EmailField(blank=True)
    is_active = models.BooleanField(default=True)
    # Who recorded this person; a person may not be given their first role by themselves.
    history = records(excluded_fields=["password", "last_login"])

    objects = UserManager()
    USERNAME_FIELD = "username"

    class Meta:
        ordering = ["name"]

    @property
    def ref(self) -> str:
        return self.username

    @property
    def shown(self) -> str:
        """Rank, where there is one, and name: 'Inspector Priya Nair'."""
        return self.name if self.rank == Rank.STAFF else f"{self.get_rank_display()} {self.name}"

    def __str__(self) -> str:
        return self.shown


class RoleGrant(models.Model):
    """A role on a unit, from a moment until it is ended."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=30, choices=[(code, role.name) for code, role in ROLES.items()])
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="grants")
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True, blank=True)
    granted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="grants_given")
    because = models.CharField(max_length=300)
    ended_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="grants_ended"
    )
    history = records()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(granted_by__isnull=True) | ~Q(granted_by=F("user")), name="role_not_from_oneself"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="role_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(ended_by__isnull=True) | Q(valid_to__isnull=False), name="role_ended_has_moment"
            ),
        ]
        indexes = [models.Index(fields=["user", "valid_from", "valid_to"], name="role_live")]
