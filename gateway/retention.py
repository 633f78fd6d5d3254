"""Erasing on time: clocks fixed when something is stored, purging in batches, receipts, and the key at the end."""

import datetime as dt

from django.db import connection
from django.db.models import Count, Exists, Max, Min, OuterRef

import vault
from audit import Act, clock, record, step
from audit.services import next_ref
from gateway.models import ErasureReceipt, ErasureTrigger, Item
from governance.casework import services as casework
from governance.casework.models import Authorisation, AuthorisationKind, Product
from governance.casework.states import AuthorisationState

BATCH = 500
LONGEST_DAYS = 100 * 366  # the rules allow far less; a number beyond this must not break the clock
BY = "system:retention"


def due(authorisation: Authorisation, *, captured_at: dt.datetime) -> dt.datetime:
    """When something captured now must be erased: the class's trigger plus its days, fixed at intake.

    The trigger was fixed when the authorisation was granted; closing or reopening anything cannot reset it.
    An authorisation without a period keeps nothing.
    """
    start = captured_at if authorisation.retention_from is None else authorisation.retention_from
    return start + dt.timedelta(days=min(authorisation.retention_days or 0, LONGEST_DAYS))


def expire_due() -> int:
    """Mark every authorisation whose time is up. It had stopped working by itself at that moment."""
    over = Authorisation.objects.filter(state=AuthorisationState.GRANTED, expires_at__lte=clock.now())
    count = 0
    for authorisation in over.order_by("expires_at"):
        casework.expire(authorisation=authorisation)
        count += 1
    return count


def purge_due() -> int:
    """Erase every item whose time is up, with a receipt per batch, and the keys that nothing needs any more.

    Returns how many items were erased. Killed half-way it goes on next time.
    """
    now = clock.now()
    erased = 0
    waiting = Item.objects.filter(erased_at=None)
    by_term = waiting.filter(expires_at__lte=now)
    at_once = waiting.filter(authorisation__product=Product.ERASE_NOW)
    for rows, trigger in ((at_once, ErasureTrigger.CANCELLED), (by_term, ErasureTrigger.TERM)):
        for pk in rows.order_by().values_list("authorisation", flat=True).distinct():
            while count := _erase(authorisation_id=pk, trigger=trigger, by=BY):
                erased += count
    if erased:
        _forget_pages()
    destroy_spent_keys()
    return erased


@step
def _erase(*, authorisation_id: int, trigger: ErasureTrigger, by: str) -> int:
    """Erase one batch of what is due under one authorisation: no text stays, only that it was there."""
    now = clock.now()
    authorisation = Authorisation.objects.get(pk=authorisation_id)
    rows = Item.objects.filter(authorisation=authorisation, erased_at=None)
    if trigger is ErasureTrigger.TERM:
        rows = rows.filter(expires_at__lte=now)
    elif authorisation.product != Product.ERASE_NOW:
        return 0
    locked = rows.select_for_update(of=("self",)).order_by("id")[:BATCH]
    keys = list(locked.values_list("pk", flat=True))
    if not keys:
        return 0
    batch = Item.objects.filter(pk__in=keys)
    spread = batch.aggregate(first=Min("expires_at"), last=Max("expires_at"), count=Count("pk"))
    batch.update(text="", hidden={}, declared=[], language="", matched_term="", posted_at=None, erased_at=now)
    receipt = ErasureReceipt.objects.create(
        ref=next_ref("ERA"),
        authorisation=authorisation,
        retention_class=authorisation.retention_class,
        rule=rule(authorisation),
        trigger=trigger,
        count=spread["count"],
        due_from=spread["first"],
        due_to=spread["last"],
        erased_at=now,
        actor=by,
    )
    record(
        Act.ITEMS_ERASED,
        by=by,
        about=receipt,
        authorisation=authorisation,
        count=receipt.count,
        retention_class=authorisation.retention_class,
        trigger=str(trigger),
        receipt=receipt.ref,
    )
    return receipt.count


_TRIGGERS = {
    "capture": "the moment it was collected",
    "event_end": "the end of the event",
    "authorisation_end": "the end of the authorisation",
}


def rule(authorisation: Authorisation) -> str:
    """The retention rule in words: 'R2: 30 days from the end of the event'."""
    start = _TRIGGERS.get(authorisation.retention_trigger, authorisation.retention_trigger)
    days = authorisation.retention_days or 0
    return f"{authorisation.retention_class}: {days} day{'' if days == 1 else 's'} from {start}"


def destroy_spent_keys() -> int:
    """Destroy the key of every ended monitoring authorisation that holds nothing any more."""
    held = Item.objects.filter(authorisation=OuterRef("pk"), erased_at=None)
    ended = Authorisation.objects.filter(kind=AuthorisationKind.MONITORING).exclude(
        state=AuthorisationState.GRANTED
    )
    count = 0
    for authorisation in ended.filter(~Exists(held)).order_by("pk"):
        if vault.holds(authorisation.ref) and _give_up_key(authorisation=authorisation, by=BY):
            # After the evidence is safe: a crash in between destroys the key next time, and says so twice.
            vault.destroy(authorisation.ref)
            count += 1
    return count


@step
def _give_up_key(*, authorisation: Authorisation, by: str) -> bool:
    """Put the end of a key on record, if nothing needs it any more."""
    locked = Authorisation.objects.select_for_update(of=("self",)).get(pk=authorisation.pk)
    if locked.state == AuthorisationState.GRANTED or locked.items.filter(erased_at=None).exists():
        return False
    record(Act.KEY_DESTROYED, by=by, about=locked, authorisation=locked)
    return True


def _forget_pages() -> None:
    """Let the database overwrite what it has freed: SQLite in its log, PostgreSQL in the table."""
    if connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            cursor.execute(f'VACUUM "{Item._meta.db_table}"')
