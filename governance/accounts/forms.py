"""Registering an official account."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from governance.accounts.models import AccountMode, OfficialAccount
from governance.decisions.services import live_pack
from governance.people.fields import LongText, OneOf, ShortText, YesNo
from governance.people.models import Unit


class NewAccount(forms.Form):
    """Whose account it is, where it is, and how it may be used."""

    unit = OneOf(label="Which unit does it speak for?", choices=[], missing="Choose the unit")
    platform = OneOf(label="On which platform?", choices=[], missing="Choose the platform")
    display_name = ShortText(label="Name shown", missing="Give the name that people see", most=120)
    handle = ShortText(
        label="Handle", help_text="For example @northshire", missing="Give the handle", most=120
    )
    uri = ShortText(
        label="Address of the account that does not change",
        help_text="The account’s URI or DID. Handles change hands; this does not.",
        missing="Give the account’s own address",
        most=300,
    )
    server_url = ShortText(label="Server, if it has one of its own", required=False, most=300)
    purpose = ShortText(label="What is it for?", missing="Say what it is for", most=300)
    mode = OneOf(label="How does it talk?", choices=AccountMode.choices, missing="Choose how it talks")
    standing_notice = LongText(
        label="What it says when nobody is watching",
        help_text="For example: “We cannot answer here. In an emergency call 999.”",
        required=False,
        rows=2,
        most=400,
    )
    monitored_hours = ShortText(label="When somebody is watching", required=False, most=120)
    public = YesNo(
        label="Show it on the public register?", missing="Say whether the public register shows it"
    )

    def __init__(self, *args: Any, units: list[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = {unit.slug: unit for unit in units}
        unit: Any = self.fields["unit"]
        unit.choices = [(u.slug, u.name) for u in units]
        platform: Any = self.fields["platform"]
        platform.choices = [(p.code, p.words) for p in live_pack().platforms.values()]

    def clean_uri(self) -> str:
        uri: str = self.cleaned_data["uri"]
        if OfficialAccount.objects.filter(uri=uri).exists():
            raise ValidationError("This account is registered already")
        return uri

    def values(self) -> dict[str, Any]:
        """What was read, for `services.register`."""
        return {**self.cleaned_data, "unit": self.units[self.cleaned_data["unit"]]}
