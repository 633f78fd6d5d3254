"""Questions about posts."""

from typing import Any

from audit import clock
from governance.casework.queries import NotFound
from governance.decisions import services as rules
from governance.people.access import NotAllowed, can
from governance.people.roles import Permission
from governance.policy import Decision
from governance.posting import facts
from governance.posting.models import Post, PostApproval


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
