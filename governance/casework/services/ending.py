"""How an authorisation ends: stopped by a person, or by itself."""

import datetime as dt

from audit import Act, clock, record, step
from governance.casework.models import (
    Authorisation,
    Product,
)
from governance.casework.states import AUTHORISATION, AuthorisationState
from governance.people.access import require
from governance.people.models import User
from governance.people.roles import Permission
from governance.states import WrongState


@step
def cancel(*, authorisation: Authorisation, by: User, because: str = "", product: str = "") -> Authorisation:
    """Stop an authorisation now.

    Collectors stop before their next batch; queued posts are refused. `product` says what happens to material
    already held (law section 6.5); it may be answered later with `say_product`, the stop never waits for it.

    Raises:
        NotAllowed: `by` may not stop it.
        WrongState: it had already ended; nothing changes.
    """
    authorisation = Authorisation.objects.select_for_update().get(pk=authorisation.pk)
    require(by, Permission.AUTHORISATION_CANCEL, authorisation)
    now = clock.now()
    authorisation.state = AUTHORISATION.target("cancel", authorisation.state, ref=authorisation.ref)
    authorisation.cancelled_at = authorisation.ended_at = now
    authorisation.cancelled_by = by
    authorisation.cancelled_because = because
    authorisation.product = Product(product) if product else ""
    authorisation.save(
        update_fields=["state", "cancelled_at", "ended_at", "cancelled_by", "cancelled_because", "product"]
    )
    record(
        Act.AUTHORISATION_CANCELLED,
        by=by,
        about=authorisation,
        authorisation=authorisation,
        reason=product or "unanswered",
    )
    return authorisation


@step
def say_product(*, authorisation: Authorisation, by: User, because: str, product: str) -> Authorisation:
    """Answer, after a stop, why it was stopped and what happens to the material already held."""
    authorisation = Authorisation.objects.select_for_update().get(pk=authorisation.pk)
    require(by, Permission.AUTHORISATION_CANCEL, authorisation)
    if authorisation.state != AuthorisationState.CANCELLED or authorisation.product:
        raise WrongState(f"{authorisation.ref} has no open question about its material.")
    authorisation.product = Product(product)
    authorisation.cancelled_because = because
    authorisation.save(update_fields=["product", "cancelled_because"])
    record(
        Act.AUTHORISATION_CANCELLED, by=by, about=authorisation, authorisation=authorisation, reason=product
    )
    return authorisation


@step
def expire(*, authorisation: Authorisation, by: str = "system:expiry") -> Authorisation:
    """Mark an authorisation whose time is up. It had already stopped working by itself at that moment."""
    authorisation = Authorisation.objects.select_for_update().get(pk=authorisation.pk)
    if authorisation.state == AuthorisationState.GRANTED and authorisation.expires_at <= clock.now():
        authorisation.state = AUTHORISATION.target("expire", authorisation.state)
        authorisation.ended_at = authorisation.expires_at
        authorisation.save(update_fields=["state", "ended_at"])
        record(
            Act.AUTHORISATION_EXPIRED,
            by=by,
            about=authorisation,
            authorisation=authorisation,
            expired_at=authorisation.expires_at.astimezone(dt.UTC).isoformat(),
        )
    return authorisation
