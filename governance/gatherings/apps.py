from django.apps import AppConfig


class GatheringsConfig(AppConfig):
    name = "governance.gatherings"
    label = "gatherings"

    def ready(self) -> None:
        from audit import guards

        guards.no_delete("gatherings_gathering", what="A recorded event")
