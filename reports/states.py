"""The life of a release, as a table."""

from django.db import models

from governance.states import Table, Transition


class ReleaseState(models.TextChoices):
    DRAFT = "draft", "Draft"
    CHECKED = "checked", "Checked, waiting for a second person"
    PUBLISHED = "published", "Published"
    SUPERSEDED = "superseded", "Replaced by a newer version"
    SET_ASIDE = "set_aside", "Set aside before it was published"


RELEASE = Table(
    # The machine checks the files; a draft that fails stays a draft, with what was found.
    Transition("check", ("draft",), "checked"),
    Transition("publish", ("checked",), "published"),
    Transition("set_aside", ("draft", "checked"), "set_aside"),
    Transition("supersede", ("published",), "superseded"),
)
