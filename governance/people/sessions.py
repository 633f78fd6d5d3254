"""A pause after repeated failures to sign in, counted from the log itself."""

import datetime as dt

from django.utils.crypto import salted_hmac

from audit import Act, clock
from audit.models import EvidenceEvent

# After this many failures for one name within the pause, the name has to wait it out.
TRIES = 5
PAUSE = dt.timedelta(minutes=15)


def mark(username: str) -> str:
    """A keyed mark of the name that was typed, the same for known and unknown names.

    Never the name itself: people type passwords into the wrong box.
    """
    return f"sign-in:{salted_hmac('sign-in', username.strip().casefold()).hexdigest()[:32]}"


def paused_until(username: str) -> dt.datetime | None:
    """When this name may try again; None if now."""
    kind, ref = mark(username).split(":")
    failures = EvidenceEvent.objects.filter(
        act=Act.SIGN_IN_FAILED, about_type=kind, about_ref=ref, at__gt=clock.now() - PAUSE
    ).order_by("-id")[:TRIES]
    moments = [event.at for event in failures]
    return moments[-1] + PAUSE if len(moments) == TRIES else None
