"""Posts over HTTP: the same services as the pages."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from governance.casework.api import REFUSALS
from governance.people.pages import person
from governance.posting import queries, services
from governance.posting.models import Post

router = Router(tags=["posts"])
PAGE = 50


class PostOut(Schema):
    """A post as its readers see it."""

    ref: str
    account: str
    state: str
    text: str
    digest: str
    drafted_by: str
    url: str | None = None

    @staticmethod
    def of(post: Post) -> "PostOut":
        published = getattr(post, "published", None)
        return PostOut(
            ref=post.ref,
            account=post.account.ref,
            state=post.state,
            text=post.text,
            digest=post.digest(),
            drafted_by=post.drafted_by.username,
            url=published.url if published else None,
        )


class ReturnIn(Schema):
    digest: str
    reason: str


@router.get("", response={200: list[PostOut], **REFUSALS}, operation_id="list_posts")
def list_posts(request: HttpRequest, before: int | None = None) -> Any:
    """The newest posts you may see, 50 at a time; `before` is the key to go on from."""
    rows = Post.objects.visible_to(request.user).select_related("account", "drafted_by", "published")
    if before is not None:
        rows = rows.filter(pk__lt=min(max(before, 0), 2**62))
    return [PostOut.of(row) for row in rows[:PAGE]]


@router.get("/{ref}", response={200: PostOut, **REFUSALS}, operation_id="read_post")
def read_post(request: HttpRequest, ref: str) -> Any:
    """One post."""
    return PostOut.of(queries.find(request.user, ref))


@router.post("/{ref}/send", response={200: PostOut, **REFUSALS}, operation_id="send_post")
def send_post(request: HttpRequest, ref: str) -> Any:
    """Ask a second person to agree your own draft. 409 with the findings when the rules say no."""
    return PostOut.of(services.submit(post=queries.find(request.user, ref), by=person(request)))


@router.post("/{ref}/return", response={200: PostOut, **REFUSALS}, operation_id="return_post")
def return_post(request: HttpRequest, ref: str, data: ReturnIn) -> Any:
    """Send a post back to its writer."""
    return PostOut.of(
        services.send_back(
            post=queries.find(request.user, ref),
            by=person(request),
            reason=data.reason,
            expected_digest=data.digest,
        )
    )
