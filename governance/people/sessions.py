"""Signing in and out, with evidence, and a pause after repeated failures."""

import datetime as dt

from django.utils.crypto import salted_hmac

from audit import Act, clock, record, step
from audit.models import EvidenceEvent
from governance.people.models import User

# After this many failures for one name within the pause, the name has to wait it out.
TRIES = 5
PAUSE = dt.timedelta(minutes=15)


def _about(username: str) -> str:
    """A keyed mark of the name that was typed, the same for known and unknown names.

    Never the name itself: people type passwords into the wrong box.
    """
    return f"sign-in:{salted_hmac('sign-in', username.strip().casefold()).hexdigest()[:32]}"


def paused_until(username: str) -> dt.datetime | None:
    """When this name may try again; None if now."""
    kind, ref = _about(username).split(":")
    since = clock.now() - PAUSE
    failures = EvidenceEvent.objects.filter(
        act=Act.SIGN_IN_FAILED, about_type=kind, about_ref=ref, at__gt=since
    ).order_by("-id")[:TRIES]
    moments = [event.at for event in failures]
    return moments[-1] + PAUSE if len(moments) == TRIES else None


@step
def failed(*, username: str, by: str = "system:sign-in") -> None:
    """Record that somebody could not sign in."""
    record(Act.SIGN_IN_FAILED, by=by, about=_about(username))


@step
def signed_in(*, by: User) -> None:
    """Record a sign-in."""
    record(Act.SIGNED_IN, by=by, about=by)


@step
def signed_out(*, by: User) -> None:
    """Record a sign-out."""
    record(Act.SIGNED_OUT, by=by, about=by)
