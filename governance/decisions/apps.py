from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def put_first_pack_in_force(sender: Any, **kwargs: Any) -> None:
    """A new database starts under the shipped pack; afterwards only people change what is in force."""
    from governance.decisions.services import activate_shipped_pack

    if kwargs.get("using", "default") == "default":
        activate_shipped_pack()


class DecisionsConfig(AppConfig):
    name = "governance.decisions"
    label = "decisions"

    def ready(self) -> None:
        from audit import guards

        guards.append_only("decisions_storedpack", what="A rule pack that was in force")
        guards.append_only("decisions_packactivation", what="When a pack came into force")
        guards.append_only("decisions_policydecision", what="A policy decision")
        post_migrate.connect(put_first_pack_in_force, sender=self, dispatch_uid="decisions.first_pack")
