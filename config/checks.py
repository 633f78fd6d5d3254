"""What must hold before anybody relies on this installation. `manage.py check` and `doctor` both ask."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register


@register(Tags.security, deploy=True)
def demonstration_is_off(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A real installation is not a demonstration: there the clock can travel and passwords are printed."""
    if settings.DEMO:
        return [Error("CANDOUR_DEMO is on. Real work must not run in demonstration mode.", id="candour.E001")]
    return []


@register(Tags.security, deploy=True)
def keys_are_ours_alone(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The vault's folder is not inside the code, nor readable by others."""
    vault = settings.VAULT_DIR
    out: list[CheckMessage] = []
    if vault.exists() and vault.stat().st_mode & 0o077:
        out.append(
            Error(f"Others can look into the key folder {vault.name}. Run: chmod 700", id="candour.E002")
        )
    if settings.BASE_DIR / "static" in vault.parents:
        out.append(Error("The key folder lies inside the static files.", id="candour.E003"))
    return out


@register(Tags.database)
def guards_stand(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Every trigger that keeps the log and decisions from being rewritten is in the database."""
    from django.db import DatabaseError, connection

    from audit import guards

    if not databases:
        return []
    try:
        gone = guards.missing(connection)
    except DatabaseError:
        return [Warning("The database cannot be reached, so its guards were not checked.", id="candour.W001")]
    if gone:
        return [
            Error(
                f"{len(gone)} guards are missing from the database (first: {gone[0]}).",
                hint="Run manage.py migrate, and find out who removed them.",
                id="candour.E004",
            )
        ]
    return []
