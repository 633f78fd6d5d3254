from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        from config import checks, signals  # noqa: F401
        from config.celery import app  # noqa: F401 - so that delay() finds its app
