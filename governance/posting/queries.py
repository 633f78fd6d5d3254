"""Questions about posts."""

from typing import Any

from django.db.models import QuerySet

from audit import clock
from governance.casework.queries import NotFound
from governance.decisions import services as rules
from governance.people.access import NotAllowed, can, units_for
from governance.people.roles import Permission
from governance.policy import Decision
from governance.posting import facts
from governance.posting.models import Post, PostApproval
from governance.posting.states import PostState


def find(user: Any, ref: str, permission: Permission = Permission.POST_READ) -> Post:
    """Fetch a post and check in one step.

    Raises:
        NotFound: it does not exist, or the person may not see it.
        NotAllowed: they may see it but not do this.
    """
    post = (
        Post.objects.visible_to(user)
        .select_related("account", "account__unit", "drafted_by", "gathering")
        .filter(ref=ref)
        .first()
    )
    if post is None:
        raise NotFound(ref)
    if permission is not Permission.POST_READ:
        answer = can(user, permission, post)
        if not answer:
            raise NotAllowed(answer.reason)
    return post


def preview(post: Post) -> Decision:
    """What the rules say about a post as it stands. Nothing is stored."""
    now = clock.now()
    return rules.ask(facts.draft(post), at=now)


def standing_approval(post: Post) -> PostApproval | None:
    """The agreement to exactly the words as they stand, if its authorisation has not ended."""
    return (
        post.approvals.select_related("authorisation", "approved_by")
        .filter(digest=post.digest(), authorisation__state="granted")
        .last()
    )


def waiting_for(user: Any) -> QuerySet[Post]:
    """Posts that this person may agree, the earliest planned first."""
    return (
        Post.objects.filter(
            state=PostState.WAITING, account__unit__in=units_for(user, Permission.POST_APPROVE)
        )
        .exclude(drafted_by=user)
        .select_related("account", "drafted_by")
        .order_by("planned_at", "pk")
    )


def back_with(user: Any) -> QuerySet[Post]:
    """A person's own posts that need them: drafts, those sent back, failed or too late. Newest first."""
    states = (PostState.DRAFT, PostState.FAILED, PostState.MISSED)
    rows = Post.objects.filter(drafted_by=user, state__in=states)
    return rows.select_related("account", "drafted_by").order_by("-pk")
