"""The life of a collection and of a publication, as tables."""

from django.db import models

from governance.states import Table, Transition


class RunState(models.TextChoices):
    PENDING = "pending", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    STOPPED = "stopped", "Stopped"
    FAILED = "failed", "Could not be finished"


class PublicationState(models.TextChoices):
    PENDING = "pending", "Waiting for its time"
    SENDING = "sending", "Being sent"
    PUBLISHED = "published", "Published"
    FAILED = "failed", "Could not be sent"
    MISSED = "missed", "Its time has passed"


RUN = Table(
    # "running" starts again after a crash; a failed run may be tried again with the same source.
    Transition("start", ("pending", "running", "failed"), "running"),
    Transition("finish", ("running",), "done"),
    # The authorisation no longer covers it: it never starts again by itself.
    Transition("stop", ("pending", "running", "failed"), "stopped"),
    Transition("fail", ("pending", "running"), "failed"),
)

PUBLICATION = Table(
    # From "sending" on, the post may be public: it is looked for before anything is sent again.
    Transition("start", ("pending", "sending"), "sending"),
    Transition("publish", ("sending",), "published"),
    Transition("fail", ("pending", "sending"), "failed"),
    Transition("miss", ("pending", "sending"), "missed"),
)
