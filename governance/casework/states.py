"""The life of a request and of an authorisation, as tables."""

from django.db import models

from governance.states import Table, Transition


class RequestState(models.TextChoices):
    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Sent"
    ADVISED = "advised", "Advised on"
    RETURNED = "returned", "Returned to you"
    AUTHORISED = "authorised", "Agreed"
    REFUSED = "refused", "Refused"
    WITHDRAWN = "withdrawn", "Taken back"


class AuthorisationState(models.TextChoices):
    GRANTED = "granted", "Agreed"
    CANCELLED = "cancelled", "Stopped"
    EXPIRED = "expired", "Ended by itself"
    VOID = "void", "Void"


_OPEN = ("submitted", "advised")

REQUEST = Table(
    # An edit of anything material goes back to draft: advice and decisions on the old words no longer count.
    Transition("edit", ("draft", "returned", "submitted", "advised", "authorised"), "draft"),
    Transition("submit", ("draft", "returned"), "submitted"),
    Transition("advise", ("submitted", "advised"), "advised"),
    Transition("send_back", _OPEN, "returned"),
    Transition("grant", _OPEN, "authorised"),
    Transition("refuse", _OPEN, "refused"),
    Transition("withdraw", ("draft", "returned", *_OPEN), "withdrawn"),
)

AUTHORISATION = Table(
    Transition("cancel", ("granted",), "cancelled"),
    Transition("expire", ("granted",), "expired"),
    Transition("void", ("granted",), "void"),
)
