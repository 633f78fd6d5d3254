"""Questions about casework. Every list goes through `visible_to`; every single thing through `find`."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from audit import clock
from governance.casework import content, facts
from governance.casework.models import Authorisation, Request, RequestVersion, Review
from governance.casework.states import REQUEST, RequestState
from governance.decisions import services as rules
from governance.people.access import Answer, NotAllowed, can, holders, holds
from governance.people.models import Rank, User
from governance.people.roles import ROLES, Permission
from governance.policy import Decision


class NotFound(LookupError):
    """There is no such thing, or the person may not know that there is."""


def find(user: Any, ref: str, permission: Permission = Permission.REQUEST_READ) -> Request:
    """Fetch a request and check in one step, so that forgetting the check is impossible.

    Raises:
        NotFound: it does not exist, or the person may not see it (the same answer, so guessing tells nothing).
        NotAllowed: they may see it but not do this.
    """
    request = (
        Request.objects.visible_to(user)
        .select_related("unit", "requested_by", "gathering")
        .filter(ref=ref)
        .first()
    )
    if request is None:
        raise NotFound(ref)
    if permission is not Permission.REQUEST_READ:
        answer = can(user, permission, request)
        if not answer:
            raise NotAllowed(answer.reason, who_can=who_can_help(request))
    return request


def find_authorisation(
    user: Any, ref: str, permission: Permission = Permission.REQUEST_READ
) -> Authorisation:
    """The same for an authorisation."""
    authorisation = (
        Authorisation.objects.visible_to(user)
        .select_related("unit", "request", "request__gathering", "version", "requested_by", "granted_by")
        .filter(ref=ref)
        .first()
    )
    if authorisation is None:
        raise NotFound(ref)
    if permission is not Permission.REQUEST_READ:
        answer = can(user, permission, authorisation)
        if not answer:
            raise NotAllowed(answer.reason)
    return authorisation


def preview(request: Request) -> Decision:
    """What the rules say about a request as it stands. Nothing is stored.

    Raises:
        RulesUnavailable: the rules cannot be asked, so nothing can be sent.
    """
    now = clock.now()
    return rules.ask(facts.ask(request, at=now), at=now)


def current_version(request: Request) -> RequestVersion | None:
    """The version that was last sent."""
    return request.versions.select_related("decision", "decision__pack").order_by("-number").first()


def live_advice(request: Request) -> Review | None:
    """Advice that still counts: given on the version that stands, and not void."""
    return (
        request.reviews.filter(voided_at=None, version__number=request.version)
        .select_related("reviewer")
        .last()
    )


def last_read_version(request: Request, user: Any) -> RequestVersion | None:
    """The earlier version this person last gave advice on, to show what changed since."""
    review = (
        request.reviews.filter(reviewer=user, version__number__lt=request.version)
        .select_related("version")
        .last()
    )
    if review is not None:
        return review.version
    return request.versions.filter(number=request.version - 1).first() if request.version > 1 else None


def changes_since(request: Request, version: RequestVersion) -> list[content.Change]:
    """Which answers changed since a version."""
    return content.changes(version.content, content.content(request))


@dataclass(frozen=True)
class Decider:
    """Who decides a request: the role, the lowest rank (empty where rank does not matter), and who holds them here."""

    role: str
    rank: str
    people: tuple[User, ...]
    needs_advice: bool

    @property
    def words(self) -> str:
        """The role and rank: 'authorising officer of at least the rank of Superintendent'."""
        name = ROLES[self.role].name.lower()
        return f"{name} of at least the rank of {Rank(self.rank).label}" if self.rank else name

    @property
    def sentence(self) -> str:
        names = ", ".join(person.shown for person in self.people[:4])
        return f"{names} can decide it." if names else f"It takes a {self.words}, and nobody here is one."


def who_decides(request: Request) -> Decider | None:
    """Who may decide this request: the version that was sent says; before that, what the rules say now.

    None while the rules cannot tell.
    """
    version = None
    if request.state not in (RequestState.DRAFT, RequestState.RETURNED):
        version = current_version(request)
    if version is not None:
        role, rank, needs = version.decider_role, version.decider_rank, version.needs_advice
    else:
        decider = preview(request).decider
        if decider is None:
            return None
        role, rank, needs = decider.role, decider.min_rank or "", "dpo" in decider.advice_from
    advisers = set(request.reviews.values_list("reviewer_id", flat=True))
    people = tuple(
        person
        for person in holders(Permission.REQUEST_DECIDE, request.unit, role=role)
        if _ranks(person, rank) and person.pk != request.requested_by_id and person.pk not in advisers
    )
    return Decider(role, rank, people, needs)


def who_can_help(request: Request) -> str:
    """A sentence that says who can decide, for somebody who may not."""
    decider = who_decides(request)
    return decider.sentence if decider else ""


def may_decide(user: Any, request: Request) -> Answer:
    """Whether this person may decide this request as it was sent, and if not, why."""
    answer = can(user, Permission.REQUEST_DECIDE, request)
    if not answer:
        return answer
    version = current_version(request)
    if version is None or not REQUEST.allows("grant", request.state):
        return Answer(False, f"{request.ref} is not waiting for a decision.")
    if not holds(user, Permission.REQUEST_DECIDE, request.unit, role=version.decider_role):
        return Answer(
            False, f"The rules ask for a {ROLES[version.decider_role].name.lower()} to decide this."
        )
    if not _ranks(user, version.decider_rank):
        return Answer(
            False,
            f"The rules ask for the rank of {Rank(version.decider_rank).label} or above to decide this.",
        )
    if request.reviews.filter(reviewer=user).exists():
        return Answer(False, "You advised on this request, so somebody else decides it.")
    if version.needs_advice and live_advice(request) is None:
        return Answer(False, "The data protection officer must advise first.")
    return Answer(True)


def _ranks(user: Any, minimum: str) -> bool:
    """Whether a person's rank is high enough, in the order of the live pack."""
    return not minimum or rules.live_pack().ranks_at_least(user.rank, minimum)


def waiting_for(user: Any) -> QuerySet[Request]:
    """Requests that need this person's advice or decision; finer checks are `may_decide`."""
    visible = Request.objects.visible_to(user).select_related("unit", "requested_by", "gathering")
    states: list[str] = []
    if holds(user, Permission.REQUEST_ADVISE) or holds(user, Permission.REQUEST_DECIDE):
        states = [RequestState.SUBMITTED, RequestState.ADVISED]
    return visible.filter(state__in=states).exclude(requested_by=user).order_by("id")
