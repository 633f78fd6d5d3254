"""What every step on a request asks first, and the ways in which it can be refused."""

from typing import Any

from audit import Act, Refusal, clock, record
from governance.casework import content, queries
from governance.casework.models import (
    Request,
    RequestVersion,
)
from governance.casework.states import REQUEST
from governance.decisions import services as rules
from governance.people.access import NotAllowed
from governance.people.models import User
from governance.policy import Decision


class Changed(ValueError):
    """The request changed while the person was reading it. Carries the version that stands now."""

    def __init__(self, request: Request) -> None:
        super().__init__(
            f"{request.ref} has changed since you opened it. Nothing was saved as a decision. Read what changed."
        )
        self.request = request


class Blocked(Refusal):
    """The rules say no. Carries the decision, with each finding's reason and remedy."""

    def __init__(self, reason: str, decision: Decision, **kwargs: Any) -> None:
        super().__init__(reason, **kwargs)
        self.decision = decision


class SelfAuthorisation(Refusal, NotAllowed):
    """Somebody tried to decide their own work."""

    def __init__(self, reason: str, **kwargs: Any) -> None:
        Refusal.__init__(self, reason, **kwargs)
        self.rule, self.who_can = "UK-AUT-09", ""


class TooLittle(ValueError):
    """Words that a decision needs are missing. The message says which."""


def lock(request: Request) -> Request:
    """The row as it is now, held until the transaction ends."""
    return (
        Request.objects.select_for_update(of=("self",))
        .select_related("unit", "requested_by", "gathering")
        .get(pk=request.pk)
    )


def as_read(request: Request, expected_digest: str) -> RequestVersion:
    """The version the person read, if the (locked) request still is exactly that, or `Changed`."""
    version = queries.current_version(request)
    digest = content.current_digest(request)
    if version is None or version.digest != digest or digest != expected_digest:
        raise Changed(request)
    return version


def not_own(request: Request, by: User, action: str) -> None:
    if request.requested_by_id == by.pk:
        raise SelfAuthorisation(
            "You asked for this yourself, so somebody else must decide it.",
            keep=lambda: record(Act.SELF_AUTHORISATION_REFUSED, by=by, about=request, action=action),
        )


def move(request: Request, verb: str) -> None:
    request.state = REQUEST.target(verb, request.state, ref=request.ref)
    request.changed_at = clock.now()


def blocked(request: Request, decision: Decision, *, stage: str, by: User) -> Blocked:
    """The refusal of the rules, which stays on record although nothing else does."""

    def keep() -> None:
        rules.keep(decision, about=request, stage=stage, by=by)
        record(
            Act.DECISION_BLOCKED,
            by=by,
            about=request,
            stage=stage,
            rules=[f.rule_id for f in decision.findings if f.verdict == "block"],
            **rules.evidence(decision),
        )

    first = next(f for f in decision.findings if f.verdict == "block")
    return Blocked(f"The rules stop this: {first.sentence}", decision, keep=keep)
