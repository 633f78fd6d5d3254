"""Guards stand in the database itself, and their absence is noticed."""

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from audit import guards
from tests.factories import Force

pytestmark = pytest.mark.django_db


def test_every_guard_stands_after_migrations() -> None:
    assert len(guards.registered()) > 30
    assert guards.missing(connection) == []


def test_a_dropped_guard_is_found_and_comes_back() -> None:
    name = guards._trigger(guards.registered()[0])
    table = guards.registered()[0].table
    with connection.cursor() as cursor:
        tail = "" if connection.vendor == "sqlite" else f' ON "{table}"'
        cursor.execute(f'DROP TRIGGER "{name}"{tail}')
    assert guards.missing(connection) == [guards.registered()[0].name]
    guards.install(connection)
    assert guards.missing(connection) == []


def test_history_rows_cannot_be_edited(force: Force) -> None:
    history = force.officer.history.model
    assert history.objects.count() > 0
    with pytest.raises(IntegrityError, match="History cannot be changed"), transaction.atomic():
        history.objects.update(name="Somebody Else")
    with pytest.raises(IntegrityError), transaction.atomic():
        history.objects.all()._raw_delete("default")


def test_history_names_who_changed_a_row_without_a_foreign_key(force: Force) -> None:
    from governance.people import services

    grant = services.end_role(grant=force.officer.grants.get(), by=force.admin, because="left the team")
    assert grant.history.first().history_actor == f"user:{force.admin.pk}"


def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
