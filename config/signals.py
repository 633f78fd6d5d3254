"""Signing in, failing to, and signing out leave evidence."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import transaction
from django.dispatch import receiver

from audit import Act, record
from governance.people import sessions


@receiver(user_logged_in, dispatch_uid="candour.signed_in")
def signed_in(sender: Any, user: Any, **kwargs: Any) -> None:
    with transaction.atomic():
        record(Act.SIGNED_IN, by=user, about=user)


@receiver(user_logged_out, dispatch_uid="candour.signed_out")
def signed_out(sender: Any, user: Any, **kwargs: Any) -> None:
    if user is not None:
        with transaction.atomic():
            record(Act.SIGNED_OUT, by=user, about=user)


@receiver(user_login_failed, dispatch_uid="candour.sign_in_failed")
def sign_in_failed(sender: Any, credentials: dict[str, Any], **kwargs: Any) -> None:
    # The name that was typed may be a password typed into the wrong box: only a keyed mark of it is kept.
    with transaction.atomic():
        record(Act.SIGN_IN_FAILED, by="anonymous", about=sessions.mark(str(credentials.get("username", ""))))
