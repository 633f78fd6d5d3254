"""Questions about what came in. Reading items is a consultation: one evidence event per request."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from audit import Act, record, step
from gateway.models import CollectionRun, ErasureReceipt, Item, Publication
from governance.casework.models import Authorisation
from governance.casework.states import AuthorisationState
from governance.people.access import NotAllowed, require
from governance.people.models import User
from governance.people.roles import Permission
from governance.posting.models import Post


@step
def read_items(
    *,
    authorisation: Authorisation,
    by: User,
    because: str = "",
    first: int = 0,
    most: int = 25,
    **filters: Any,
) -> Sequence[Item]:
    """A page of the items of one authorisation, newest first, and the record that this person read them.

    `filters` are fields of Item, such as platform="mastodon". Erased items have nothing to read and are left out.

    Raises:
        NotAllowed: this person may not read items here, or it was stopped and nobody has said yet what happens to
            the material (law section 6.5); nothing is read and nothing recorded.
    """
    require(by, Permission.ITEM_READ, authorisation)
    if authorisation.state == AuthorisationState.CANCELLED and not authorisation.product:
        raise NotAllowed(
            "Collection was stopped. The posts are locked until somebody says what happens to them.",
            who_can="Whoever stopped it can answer on the page of the authorisation.",
        )
    rows = list(items(authorisation, by).filter(**filters)[first : first + most])
    record(
        Act.ITEMS_CONSULTED,
        by=by,
        about=authorisation,
        authorisation=authorisation,
        count=len(rows),
        items=[item.ref for item in rows],
    )
    return rows


def items(authorisation: Authorisation, user: Any) -> QuerySet[Item]:
    """Items that a person may read under one authorisation, newest first. To show them use `read_items`."""
    rows = Item.objects.visible_to(user).filter(authorisation=authorisation, erased_at=None)
    return rows.order_by("-posted_at", "-id")


def runs(authorisation: Authorisation) -> QuerySet[CollectionRun]:
    """The collections under an authorisation, newest first. Whoever may read it may read their numbers."""
    return CollectionRun.objects.filter(authorisation=authorisation).order_by("-id")


def erasures(authorisation: Authorisation) -> QuerySet[ErasureReceipt]:
    """The receipts for what was erased under an authorisation, newest first."""
    return ErasureReceipt.objects.filter(authorisation=authorisation).order_by("-id")


def publication(post: Post) -> Publication | None:
    """The latest attempt to send a post: its state, and why it failed if it did."""
    return post.publications.order_by("-id").first()
