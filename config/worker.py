"""The worker and the timetable, for `serve`: threads of the same process (ADR 0005)."""

import logging
import threading
from pathlib import Path

from django.conf import settings

log = logging.getLogger("candour")


class Engine:
    """Starts and stops the Celery worker and its beat inside this process."""

    def __init__(self, *, concurrency: int = 2) -> None:
        from celery.beat import EmbeddedService

        from config.celery import app

        app.conf.beat_schedule_filename = str(Path(settings.VAR_DIR) / "beat")
        self.worker = app.WorkController(
            pool_cls="threads",
            concurrency=concurrency,
            without_gossip=True,
            without_mingle=True,
            without_heartbeat=True,
            loglevel="WARNING",
        )
        self.beat = EmbeddedService(app, thread=True)
        self.thread = threading.Thread(target=self._work, name="worker", daemon=True)

    def _work(self) -> None:
        try:
            self.worker.start()
        except Exception:
            # The pages stay up: jobs are rows, and wait until a worker is back.
            log.exception("the worker stopped; queued work waits")

    def start(self) -> None:
        self.thread.start()
        self.beat.start()

    def stop(self) -> None:
        """Let running tasks end (at most ten seconds), then stop."""
        self.beat.stop()
        self.worker.stop()
        self.thread.join(timeout=10)
