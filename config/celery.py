"""The work queue and its timetable. Jobs are database rows first; the queue only rings the bell."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("candour")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["gateway", "reports"])

# Reviewed code, not rows: what runs by itself, and how often (seconds).
app.conf.beat_schedule = {
    "end what has run out": {"task": "gateway.tasks.expire", "schedule": 30.0},
    "ring stuck jobs again": {"task": "gateway.tasks.sweep", "schedule": 60.0},
    "erase what is due": {"task": "gateway.tasks.purge", "schedule": 300.0},
}
