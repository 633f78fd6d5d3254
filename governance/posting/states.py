"""The life of a post, as a table."""

from django.db import models

from governance.states import Table, Transition


class PostState(models.TextChoices):
    DRAFT = "draft", "Draft"
    WAITING = "waiting", "Waiting for a second person"
    APPROVED = "approved", "Agreed, being sent"
    PUBLISHED = "published", "Published"
    FAILED = "failed", "Could not be sent"
    MISSED = "missed", "Its time has passed"
    WITHDRAWN = "withdrawn", "Taken back"


POST = Table(
    # An edit voids what was agreed; the post starts again as a draft.
    Transition("edit", ("draft", "waiting", "approved", "failed", "missed"), "draft"),
    Transition("submit", ("draft", "failed", "missed"), "waiting"),
    Transition("send_back", ("waiting",), "draft"),
    Transition("approve", ("waiting",), "approved"),
    Transition("publish", ("approved",), "published"),
    Transition("fail", ("approved",), "failed"),
    # A late approval never publishes by itself: it asks again.
    Transition("miss", ("approved", "waiting"), "missed"),
    Transition("withdraw", ("draft", "waiting", "approved", "failed", "missed"), "withdrawn"),
)
