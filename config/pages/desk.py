"""What needs a person now, gathered once for each page: the menu counts it and the home page lists it."""

import datetime as dt
from dataclasses import dataclass, field

from django.http import HttpRequest

from audit import clock
from governance.casework import queries as casework
from governance.casework.models import Authorisation, AuthorisationKind, Request
from governance.casework.states import AuthorisationState, RequestState
from governance.casework.turns import Turn
from governance.casework.turns import turns as turns_of
from governance.decisions.services import RulesUnavailable
from governance.people.access import live_grants, units_for
from governance.people.models import RoleGrant, User
from governance.people.roles import ROLES, Permission
from governance.posting import queries as posting
from governance.posting.models import Post

_MOST = 50  # of each kind of waiting thing; nobody reads a longer list, and the count says "50"


@dataclass
class Desk:
    """Everything that waits for one person."""

    user: User
    grants: list[RoleGrant]
    turns: list[Turn] = field(default_factory=list)
    returned: list[Request] = field(default_factory=list)
    unanswered: list[Authorisation] = field(default_factory=list)
    to_agree: list[Post] = field(default_factory=list)
    posts_back: list[Post] = field(default_factory=list)

    @property
    def permissions(self) -> frozenset[Permission]:
        return frozenset().union(*(ROLES[grant.role].permissions for grant in self.grants))

    @property
    def role_names(self) -> str:
        return ", ".join(dict.fromkeys(ROLES[grant.role].name.lower() for grant in self.grants))

    @property
    def mine(self) -> list[Turn]:
        """Requests whose turn is this person's."""
        return [turn for turn in self.turns if turn.to]

    @property
    def others(self) -> list[Turn]:
        """Waiting requests that this person could decide by role, but may not, with why."""
        return [turn for turn in self.turns if not turn.to and turn.reason]

    @property
    def count(self) -> int:
        """How many things wait for this person."""
        lists = (self.mine, self.returned, self.unanswered, self.to_agree, self.posts_back)
        return sum(len(rows) for rows in lists)

    @property
    def access_ends(self) -> dt.datetime | None:
        """When an inspector's access ends, if their grant has an end."""
        ends = [grant.valid_to for grant in self.grants if grant.role == "inspector" and grant.valid_to]
        return min(ends) if ends else None


def desk(http: HttpRequest) -> Desk | None:
    """The desk of whoever is signed in, made once for each request; None for nobody."""
    user = http.user
    if not isinstance(user, User):
        return None
    made: Desk | None = getattr(http, "candour_desk", None)
    if made is None:
        made = gather(user)
        http.candour_desk = made  # type: ignore[attr-defined]
    return made


def gather(user: User) -> Desk:
    """Look everywhere once. The number of questions does not grow with what is found."""
    found = Desk(user, list(live_grants(user)))
    may = found.permissions
    if may & {Permission.REQUEST_ADVISE, Permission.REQUEST_DECIDE}:
        try:
            found.turns = turns_of(user, list(casework.waiting_for(user)[:_MOST]))
        except RulesUnavailable:
            found.turns = []  # without rules nobody may decide anything
    if Permission.REQUEST_ASK in may:
        found.returned = list(
            Request.objects.filter(requested_by=user, state=RequestState.RETURNED).select_related("unit")[
                :_MOST
            ]
        )
    if Permission.AUTHORISATION_CANCEL in may:
        found.unanswered = list(
            Authorisation.objects.filter(
                state=AuthorisationState.CANCELLED, product="", cancelled_by=user
            ).select_related("request")[:_MOST]
        )
    if Permission.POST_APPROVE in may:
        found.to_agree = list(posting.waiting_for(user)[:_MOST])
    if Permission.POST_DRAFT in may:
        found.posts_back = [
            post
            for post in posting.back_with(user).prefetch_related("returns")[:_MOST]
            if post.state != "draft" or post.returns.all()
        ]
    return found


def live_authorisations(user: User, *, most: int = 12) -> list[Authorisation]:
    """What runs now on the units of this person, the first to end first."""
    now = clock.now()
    rows = Authorisation.objects.live(at=now).filter(
        kind=AuthorisationKind.MONITORING, unit__in=units_for(user, Permission.REQUEST_READ)
    )
    return list(rows.select_related("request", "granted_by").order_by("expires_at")[:most])
