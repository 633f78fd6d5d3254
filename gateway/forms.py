"""Taking in an archive, and filtering what was taken in."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from gateway.models import Item
from governance.casework.models import Authorisation
from governance.decisions.services import live_pack
from governance.people.fields import Moment
from governance.people.words import size


class TakeIn(forms.Form):
    """An archive file and what is declared about it."""

    archive = forms.FileField(
        label="Archive file",
        help_text="JSON Lines, CSV, or a list from the Mastodon API. It is read in memory and never stored.",
        allow_empty_file=True,  # an empty file is told apart from none by the reader
        error_messages={"required": "Choose a file"},
    )
    platform = forms.ChoiceField(
        label="If the records do not say: which platform are they from?",
        help_text="What you declare is recorded as declared by you.",
        required=False,
    )
    collected_at = Moment(
        label="If the records do not say: when were they posted?",
        missing="",
        what="The moment",
        required=False,
    )

    def __init__(self, *args: Any, authorisation: Authorisation, most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = live_pack().platforms
        offered = [(p, known[p].words if p in known else p) for p in authorisation.scope.get("platforms", [])]
        platform: Any = self.fields["platform"]
        platform.choices = [("", "The records say it"), *offered]
        self.most = most
        self.fields["archive"].help_text += f" At most {size(most)}."

    def clean_archive(self) -> Any:
        upload = self.cleaned_data["archive"]
        if upload.size == 0:
            raise ValidationError("The file is empty. Choose another")
        return upload


def platforms_of(rows: Any) -> list[str]:
    """The platforms that appear among some items, for the filter."""
    return sorted(rows.order_by().values_list("platform", flat=True).distinct())


def language_name(item: Item) -> str:
    """The item's language for the lang attribute; '' where it was not recorded."""
    return item.language if item.language and item.language.isascii() else ""
