"""The one place that answers "may this person do this to that?", with the reason in words.

`can(user, permission, thing)` decides about one thing; `units_for(user, permission)` feeds each model's one
`visible_to(user)`, so that a list can never show what `can` would refuse.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from audit import clock
from governance.people.models import RoleGrant, Unit, User
from governance.people.roles import ROLES, Permission


@dataclass(frozen=True)
class Answer:
    """Allowed or not, and why, as a sentence for the person who asked."""

    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed


class NotAllowed(PermissionError):
    """A person tried what they may not do. Carries the sentence they are shown, the rule, and who can."""

    def __init__(self, reason: str, *, rule: str = "", who_can: str = "") -> None:
        super().__init__(reason)
        self.reason, self.rule, self.who_can = reason, rule, who_can


YES = Answer(True)


def live_grants(user: Any) -> QuerySet[RoleGrant]:
    """The roles a person holds at this moment. Nobody signed in, or nobody active: none."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return RoleGrant.objects.none()
    now = clock.now()
    return (
        RoleGrant.objects.filter(user=user, valid_from__lte=now)
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gt=now))
        .select_related("unit")
    )


def roles_of(user: Any) -> frozenset[str]:
    """Codes of the roles a person holds now, on any unit."""
    return frozenset(grant.role for grant in live_grants(user))


def permissions_of(user: Any) -> frozenset[Permission]:
    """Every permission a person holds now, on any unit."""
    return frozenset().union(*(ROLES[role].permissions for role in roles_of(user)))


def _roles_with(permission: Permission) -> list[str]:
    return [code for code, role in ROLES.items() if permission in role.permissions]


def units_for(user: Any, permission: Permission) -> QuerySet[Unit]:
    """The units, with those below them, on which a person holds a permission now."""
    paths = [g.unit.path for g in live_grants(user) if g.role in _roles_with(permission)]
    if not paths:
        return Unit.objects.none()
    below = Q()
    for path in paths:
        below |= Q(path__startswith=path)
    return Unit.objects.filter(below)


def holds(user: Any, permission: Permission, unit: Unit | None = None, *, role: str = "") -> bool:
    """Whether a person holds a permission now, on this unit (or on any), by this role (or by any)."""
    roles = [role] if role else _roles_with(permission)
    return any(
        grant.role in roles
        and permission in ROLES[grant.role].permissions
        and (unit is None or unit.path.startswith(grant.unit.path))
        for grant in live_grants(user)
    )


def can(user: Any, permission: Permission, thing: Any = None) -> Answer:
    """Whether `user` may do `permission` to `thing` (anything with a `unit`, or None for "at all").

    A thing may add its own conditions (never one's own work, say) by a method `barred(user, permission)`
    that answers the reason, or nothing.
    """
    if not getattr(user, "is_authenticated", False):
        return Answer(False, "Sign in first.")
    if not user.is_active:
        return Answer(False, "This sign-in has been closed.")
    unit = getattr(thing, "unit", None)
    granted = holds(user, permission, unit)
    if not granted and thing is not None:
        granted = bool(getattr(thing, "shared_with", lambda *_: False)(user, permission))
    if not granted:
        names = " or ".join(ROLES[code].name.lower() for code in _roles_with(permission))
        return Answer(False, f"This is for somebody with the role {names} on this unit.")
    barred = getattr(thing, "barred", None)
    reason = barred(user, permission) if barred else ""
    return Answer(False, reason) if reason else YES


def require(user: Any, permission: Permission, thing: Any = None) -> None:
    """Raise NotAllowed unless `can` says yes."""
    answer = can(user, permission, thing)
    if not answer:
        raise NotAllowed(answer.reason)


def holders(permission: Permission, unit: Unit, *, role: str = "") -> QuerySet[User]:
    """The active people who hold a permission on a unit now (by one role, if named), by name."""
    now = clock.now()
    roles = [role] if role else _roles_with(permission)
    above = [int(key) for key in unit.path.strip("/").split("/") if key]
    grants = RoleGrant.objects.filter(role__in=roles, unit_id__in=above, valid_from__lte=now).filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=now)
    )
    return User.objects.filter(is_active=True, pk__in=grants.values("user_id"))
