"""Signing in."""

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from governance.people import sessions, words
from governance.people.fields import OneOf, ShortText
from governance.people.models import Unit, User
from governance.people.roles import ROLES


class SignIn(forms.Form):
    """Name and password. One message for every failure, so that names cannot be guessed."""

    username = ShortText(label="User name", missing="Enter your user name", most=60)
    password = forms.CharField(
        label="Password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "Enter your password"},
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.user: User | None = None
        self.fields["username"].widget.attrs |= {
            "autocomplete": "username",
            "autocapitalize": "none",
            "spellcheck": "false",
        }

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        if self.errors or not data:
            return data
        until = sessions.paused_until(data["username"])
        if until is not None:
            raise ValidationError(
                f"Too many tries. You can try again at {words.clock(until)}, or call your digital desk"
            )
        user = authenticate(self.request, username=data["username"], password=data["password"])
        if not isinstance(user, User):
            raise ValidationError("The user name or the password is not right")
        self.user = user
        return data


class GiveRole(forms.Form):
    """A role on a unit, with the reason that stays on record."""

    role = OneOf(
        label="Which role?",
        choices=[(role.code, role.name) for role in ROLES.values()],
        missing="Choose the role",
        hints={role.code: role.description for role in ROLES.values()},
    )
    unit = OneOf(label="On which unit?", choices=[], missing="Choose the unit")
    because = ShortText(label="Why?", help_text="This stays on record.", missing="Say why", most=300)

    def __init__(self, *args: Any, units: list[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = {unit.slug: unit for unit in units}
        choice: Any = self.fields["unit"]
        choice.choices = [(unit.slug, unit.name) for unit in units]
        choice.widget.hints = {
            unit.slug: "And every unit below it" for unit in units if unit.parent_id is None
        }


class EndRole(forms.Form):
    """Why a role ends."""

    because = ShortText(label="Why does it end?", missing="Say why", most=300)
