"""Promises that the database itself keeps, on SQLite and PostgreSQL alike.

A room registers its guards when its app is ready; they are installed after every migration (SQLite drops
triggers when it rebuilds a table) and `missing` says which are gone. A refusal arrives as IntegrityError.
"""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper


@dataclass(frozen=True)
class Guard:
    """Refuse an operation on a table. `when` is SQL over NEW and OLD; empty means always.

    `when` must read the same on both databases; it may hold a sub-select.
    """

    name: str
    table: str
    on: str  # INSERT, UPDATE or DELETE
    message: str
    when: str = ""
    key: str = "id"


_guards: dict[str, Guard] = {}


def register(*guards: Guard) -> None:
    """Remember guards; the same name twice must be the same guard."""
    for guard in guards:
        known = _guards.setdefault(guard.name, guard)
        if known != guard:
            raise ValueError(f"two different guards are named {guard.name}")


def append_only(table: str, *, what: str, key: str = "id") -> None:
    """Rows of `table` are only ever added: no change, no removal, no INSERT OR REPLACE, no TRUNCATE."""
    message = f"{what} cannot be changed or removed"
    register(
        Guard(f"{table}_no_update", table, "UPDATE", message),
        Guard(f"{table}_no_delete", table, "DELETE", message, key=key),
    )


def no_delete(table: str, *, what: str) -> None:
    """Rows of `table` are never removed."""
    register(Guard(f"{table}_no_delete", table, "DELETE", f"{what} cannot be removed"))


def immutable(table: str, *columns: str, what: str) -> None:
    """These columns keep the value they were first given."""
    changed = " OR ".join(f"(NEW.{c} <> OLD.{c}) OR (NEW.{c} IS NULL) <> (OLD.{c} IS NULL)" for c in columns)
    register(Guard(f"{table}_immutable", table, "UPDATE", f"{what} cannot be changed afterwards", changed))


def refuse(name: str, table: str, *, on: str, when: str, message: str) -> None:
    """Refuse one kind of row, such as an authorisation granted by the person who asked for it."""
    register(Guard(name, table, on, message, when))


def registered() -> list[Guard]:
    """Every guard, in the order of its name."""
    return [_guards[name] for name in sorted(_guards)]


def install(connection: BaseDatabaseWrapper) -> int:
    """Put every guard whose table exists in place; returns how many stand. No moment passes without them."""
    tables = set(connection.introspection.table_names())
    count = 0
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for guard in registered():
            if guard.table in tables:
                for statement in _ddl(guard, connection.vendor):
                    cursor.execute(statement)
                count += 1
    return count


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take every guard away. For the test runner, which empties tables between tests; nothing else calls it."""
    tables = set(connection.introspection.table_names())
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for guard in registered():
            if guard.table in tables:
                for statement in _drop(guard, connection.vendor):
                    cursor.execute(statement)


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """The names of guards that should stand in this database and do not."""
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')")
        standing = {row[0] for row in cursor.fetchall()}
    return [g.name for g in registered() if g.table in tables and _trigger(g) not in standing]


def _trigger(guard: Guard) -> str:
    return f"guard_{guard.name}"[:60]


def _drop(guard: Guard, vendor: str) -> list[str]:
    name = _trigger(guard)
    if vendor == "sqlite":
        return [f'DROP TRIGGER IF EXISTS "{name}"', f'DROP TRIGGER IF EXISTS "{name}_r"']
    return [
        f'DROP TRIGGER IF EXISTS "{name}" ON "{guard.table}"',
        f'DROP TRIGGER IF EXISTS "{name}_t" ON "{guard.table}"',
    ]


def _ddl(guard: Guard, vendor: str) -> list[str]:
    name, message = _trigger(guard), guard.message.replace("'", "''")
    out = _drop(guard, vendor)
    if vendor == "sqlite":
        when = f" WHEN {guard.when}" if guard.when else ""
        out.append(
            f'CREATE TRIGGER "{name}" BEFORE {guard.on} ON "{guard.table}"{when} '
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
        if guard.on == "DELETE" and not guard.when:
            # INSERT OR REPLACE removes the old row without firing DELETE triggers unless recursive_triggers is on.
            out.append(
                f'CREATE TRIGGER "{name}_r" BEFORE INSERT ON "{guard.table}" '
                f'WHEN EXISTS (SELECT 1 FROM "{guard.table}" WHERE {guard.key} = NEW.{guard.key}) '
                f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
            )
        return out
    body = f"RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation';"
    if guard.when:
        body = f"IF {guard.when} THEN {body} END IF;"
    answer = "OLD" if guard.on == "DELETE" else "NEW"
    out.append(
        f'CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS $guard$ '
        f"BEGIN {body} RETURN {answer}; END $guard$"
    )
    out.append(
        f'CREATE TRIGGER "{name}" BEFORE {guard.on} ON "{guard.table}" '
        f'FOR EACH ROW EXECUTE FUNCTION "{name}"()'
    )
    if guard.on == "DELETE" and not guard.when:
        out.append(
            f'CREATE OR REPLACE FUNCTION "{name}_t"() RETURNS trigger LANGUAGE plpgsql AS $guard$ '
            f"BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation'; END $guard$"
        )
        out.append(
            f'CREATE TRIGGER "{name}_t" BEFORE TRUNCATE ON "{guard.table}" '
            f'FOR EACH STATEMENT EXECUTE FUNCTION "{name}_t"()'
        )
    return out


def install_after_migrate(**kwargs: Any) -> None:
    """Signal receiver: guards stand again after every migration."""
    from django.db import connections

    install(connections[kwargs.get("using", "default")])
