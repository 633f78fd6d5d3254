"""Signing in."""

from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from governance.people import sessions, words
from governance.people.fields import ShortText
from governance.people.models import User


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
            sessions.failed(username=data["username"])
            raise ValidationError("The user name or the password is not right")
        self.user = user
        return data
