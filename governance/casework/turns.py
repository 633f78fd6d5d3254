"""Whose turn it is, for a whole list of requests at the price of one (`queries.may_decide` answers for one).

A test holds that both say the same about every state, role and rank.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import prefetch_related_objects

from governance.casework.models import Request
from governance.casework.states import REQUEST, RequestState
from governance.decisions.services import live_pack
from governance.people.access import live_grants
from governance.people.models import RoleGrant, User
from governance.people.roles import ROLES, Permission
from governance.policy import Pack

ADVISE, DECIDE = "advise", "decide"


@dataclass(frozen=True)
class Turn:
    """A waiting request, what this person is asked to do with it ('' = nothing), and why not if nothing."""

    request: Request
    to: str
    reason: str = ""


def turns(user: User, rows: Sequence[Request]) -> list[Turn]:
    """What each of these requests asks of this person, with a fixed number of queries."""
    grants = list(live_grants(user))
    prefetch_related_objects(list(rows), "versions", "reviews", "unit")
    pack = live_pack()
    return [_turn(user, row, grants, pack) for row in rows]


def _holds(grants: Sequence[RoleGrant], permission: Permission, request: Request, role: str = "") -> bool:
    return any(
        permission in ROLES[grant.role].permissions
        and (not role or grant.role == role)
        and request.unit.path.startswith(grant.unit.path)
        for grant in grants
    )


def _turn(user: User, request: Request, grants: Sequence[RoleGrant], pack: Pack) -> Turn:
    own = request.requested_by_id == user.pk
    if (
        not own
        and request.state == RequestState.SUBMITTED
        and any(v.number == request.version and v.needs_advice for v in request.versions.all())
        and _holds(grants, Permission.REQUEST_ADVISE, request)
    ):
        return Turn(request, ADVISE)
    if not _holds(grants, Permission.REQUEST_DECIDE, request):
        return Turn(request, "", "")
    reason = _why_not(user, request, grants, pack)
    return Turn(request, "" if reason else DECIDE, reason)


def _why_not(user: User, request: Request, grants: Sequence[RoleGrant], pack: Pack) -> str:
    """Why this person may not decide it now; '' if they may."""
    version = max(request.versions.all(), key=lambda v: v.number, default=None)
    if request.requested_by_id == user.pk:
        return "You asked for this yourself."
    if version is None or not REQUEST.allows("grant", request.state):
        return "It is not waiting for a decision."
    if not _holds(grants, Permission.REQUEST_DECIDE, request, version.decider_role):
        return f"The rules ask for a {ROLES[version.decider_role].name.lower()}."
    if version.decider_rank and not pack.ranks_at_least(user.rank, version.decider_rank):
        return "The rules ask for a higher rank."
    reviews = list(request.reviews.all())
    if any(review.reviewer_id == user.pk for review in reviews):
        return "You advised on it."
    live = any(r.voided_at is None and r.version_id == version.pk for r in reviews)
    if version.needs_advice and not live:
        return "The data protection officer advises first."
    return ""
