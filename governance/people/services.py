"""Recording people and units, and giving and ending roles."""

from audit import Act, clock, record, step
from governance.people.access import NotAllowed, holds, live_grants
from governance.people.models import Rank, RoleGrant, Unit, User
from governance.people.roles import CONFLICTS, ROLES, Permission


class RoleConflict(ValueError):
    """Two roles that one person cannot hold at the same time."""


def _may_manage(by: User | str, unit: Unit | None) -> None:
    if isinstance(
        by, str
    ):  # 'system:setup': the first start, or the command line of whoever owns the machine
        return
    if not holds(by, Permission.PEOPLE_MANAGE, unit):
        raise NotAllowed("Only a system administrator keeps people, units and roles.")


@step
def record_unit(*, name: str, slug: str, by: User | str, parent: Unit | None = None) -> Unit:
    """Add a unit below `parent` (or at the top)."""
    _may_manage(by, parent)
    unit = Unit.objects.create(name=name, slug=slug, parent=parent)
    unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
    unit.save(update_fields=["path"])
    record(Act.UNIT_RECORDED, by=by, about=unit)
    return unit


@step
def record_user(
    *,
    username: str,
    name: str,
    by: User | str,
    rank: str = Rank.STAFF,
    job_title: str = "",
    email: str = "",
    password: str | None = None,
) -> User:
    """Add a person who can sign in, without any role yet."""
    _may_manage(by, None)
    user = User.objects.create_user(
        username=username, name=name, rank=rank, job_title=job_title, email=email, password=password
    )
    record(Act.USER_RECORDED, by=by, about=user)
    return user


@step
def grant_role(*, user: User, role: str, unit: Unit, by: User | str, because: str) -> RoleGrant:
    """Give a person a role on a unit from now on.

    Raises:
        NotAllowed: `by` does not keep people there, or is the person themselves.
        RoleConflict: the person holds a role that must be kept apart from this one (law section 7).
    """
    _may_manage(by, unit)
    if by == user:
        raise NotAllowed("Nobody gives themselves a role. Ask another administrator.")
    if role not in ROLES:
        raise ValueError(f"There is no role '{role}'.")
    held = {grant.role for grant in live_grants(user)}
    for one, other in CONFLICTS:
        if role in (one, other) and held & ({one, other} - {role}):
            raise RoleConflict(
                f"One person cannot be {ROLES[one].name.lower()} and {ROLES[other].name.lower()}."
            )
    grant = RoleGrant.objects.create(
        user=user,
        role=role,
        unit=unit,
        valid_from=clock.now(),
        granted_by=None if isinstance(by, str) else by,
        because=because,
    )
    record(Act.ROLE_GRANTED, by=by, about=user, role=role, unit=unit.slug)
    return grant


@step
def end_role(*, grant: RoleGrant, by: User | str, because: str) -> RoleGrant:
    """End a role now; the person's next request is refused what it allowed."""
    _may_manage(by, grant.unit)
    if grant.valid_to is None:
        grant.valid_to = clock.now()
        grant.ended_by = None if isinstance(by, str) else by
        grant.save(update_fields=["valid_to", "ended_by"])
        record(Act.ROLE_ENDED, by=by, about=grant.user, role=grant.role, unit=grant.unit.slug)
    return grant
