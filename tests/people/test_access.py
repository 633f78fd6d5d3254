"""Roles, units, and what keeps one person from being two."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from audit import clock
from governance.people import services
from governance.people.access import NotAllowed, can, holders, holds, live_grants, units_for
from governance.people.models import RoleGrant
from governance.people.roles import CONFLICTS, ROLES, Permission
from tests.factories import SETUP, Force

pytestmark = pytest.mark.django_db


def test_every_role_describes_itself() -> None:
    for code, role in ROLES.items():
        assert role.code == code
        assert role.name
        assert role.description.endswith(".")
        assert role.permissions <= set(Permission)


def test_invariant_the_dpo_never_authorises_and_an_administrator_sees_no_case_content() -> None:
    assert Permission.REQUEST_DECIDE not in ROLES["dpo"].permissions
    assert ROLES["administrator"].permissions == {Permission.PEOPLE_MANAGE, Permission.RULES_READ}
    changes = {p for p in Permission if not p.endswith(".read")}
    assert not ROLES["inspector"].permissions & changes


def test_a_role_on_a_unit_reaches_the_units_below_and_no_other(force: Force) -> None:
    assert holds(force.superintendent, Permission.REQUEST_DECIDE, force.north)
    assert holds(force.officer, Permission.REQUEST_ASK, force.north)
    assert not holds(force.officer, Permission.REQUEST_ASK, force.south)
    assert not holds(force.officer, Permission.REQUEST_ASK, force.top)
    assert set(units_for(force.dpo, Permission.REQUEST_READ)) == {force.top, force.north, force.south}
    assert list(holders(Permission.REQUEST_DECIDE, force.north, role="authorising_officer")) == [
        force.superintendent
    ]


@pytest.mark.parametrize(("one", "other"), CONFLICTS)
def test_it_refuses_two_roles_that_must_be_apart(force: Force, one: str, other: str) -> None:
    user = force.nobody
    services.grant_role(user=user, role=one, unit=force.north, by=SETUP, because="first")
    with pytest.raises(services.RoleConflict):
        services.grant_role(user=user, role=other, unit=force.south, by=SETUP, because="second")
    with pytest.raises(IntegrityError, match="cannot hold the roles"), transaction.atomic():
        RoleGrant.objects.create(
            user=user, role=other, unit=force.south, valid_from=clock.now(), because="round the service"
        )


def test_nobody_gives_themselves_a_role(force: Force) -> None:
    with pytest.raises(NotAllowed):
        services.grant_role(
            user=force.admin, role="communications", unit=force.top, by=force.admin, because="x"
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.create(
            user=force.nobody,
            role="officer",
            unit=force.top,
            valid_from=clock.now(),
            granted_by=force.nobody,
            because="x",
        )


def test_only_an_administrator_gives_roles(force: Force) -> None:
    with pytest.raises(NotAllowed):
        services.grant_role(
            user=force.nobody, role="officer", unit=force.north, by=force.superintendent, because="x"
        )


def test_an_ended_role_counts_no_more_from_that_moment(force: Force) -> None:
    assert can(force.officer, Permission.REQUEST_ASK)
    services.end_role(grant=force.officer.grants.get(), by=force.admin, because="moved")
    assert not can(force.officer, Permission.REQUEST_ASK)
    assert not live_grants(force.officer).exists()


def test_a_closed_sign_in_may_do_nothing(force: Force) -> None:
    force.officer.is_active = False
    force.officer.save()
    assert not can(force.officer, Permission.REQUEST_READ)
    assert not live_grants(force.officer).exists()


def test_a_role_that_starts_later_does_not_count_yet(force: Force) -> None:
    RoleGrant.objects.create(
        user=force.nobody,
        role="officer",
        unit=force.north,
        valid_from=clock.now() + dt.timedelta(days=1),
        because="starts tomorrow",
    )
    assert not holds(force.nobody, Permission.REQUEST_ASK)


def test_a_person_or_their_role_is_never_removed(force: Force) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        force.officer.grants.all()._raw_delete("default")
    with pytest.raises(IntegrityError), transaction.atomic():
        type(force.officer).objects.filter(pk=force.nobody.pk)._raw_delete("default")
