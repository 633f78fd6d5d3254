from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    name = "audit"

    def ready(self) -> None:
        from simple_history.models import HistoricalChanges
        from simple_history.signals import pre_create_historical_record

        from audit import guards, history

        guards.append_only("audit_evidenceevent", what="The evidence log")
        pre_create_historical_record.connect(history.stamp, dispatch_uid="audit.stamp")
        post_migrate.connect(guards.install_after_migrate, dispatch_uid="audit.guards")
        for model in apps.get_models():
            if issubclass(model, HistoricalChanges):
                guards.append_only(model._meta.db_table, what="History", key="history_id")
