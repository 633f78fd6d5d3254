"""Reading items: only those who may, and every reading leaves one event."""

import pytest

from audit import Act
from audit.models import EvidenceEvent
from gateway import queries
from gateway.models import CollectionRun, ErasureReceipt, Item
from governance.casework.models import Authorisation
from governance.people.access import NotAllowed, can
from governance.people.roles import Permission
from tests import factories
from tests.factories import Force
from tests.gateway.archives import lines, post, take


@pytest.fixture
def live(force: Force) -> Authorisation:
    live = factories.authorisation(force)
    take(live, lines(*(post(n) for n in range(3))), force)
    return live


def test_a_page_of_items_leaves_one_event(force: Force, live: Authorisation) -> None:
    rows = queries.read_items(authorisation=live, by=force.dpo, most=2)
    event = EvidenceEvent.objects.get(act=Act.ITEMS_CONSULTED)
    assert event.actor == f"user:{force.dpo.pk}"
    assert event.data == {"count": 2, "items": [i.ref for i in rows]}


def test_an_empty_page_leaves_one_event_too(force: Force, live: Authorisation) -> None:
    assert queries.read_items(authorisation=live, by=force.dpo, platform="bluesky") == []
    assert EvidenceEvent.objects.get(act=Act.ITEMS_CONSULTED).data["count"] == 0


def test_who_may_not_read_reads_nothing_and_leaves_nothing(force: Force, live: Authorisation) -> None:
    for person in (force.southern_officer, force.admin, force.comms, force.nobody):
        with pytest.raises(NotAllowed):
            queries.read_items(authorisation=live, by=person)
    assert not EvidenceEvent.objects.filter(act=Act.ITEMS_CONSULTED).exists()


@pytest.mark.parametrize("model", [Item, CollectionRun, ErasureReceipt])
def test_a_list_shows_exactly_what_may_be_read(force: Force, live: Authorisation, model: type) -> None:
    for person in force.everyone():
        listed = model.objects.visible_to(person)
        for row in model.objects.all():
            assert (row in listed) == bool(can(person, Permission.ITEM_READ, row.authorisation)), person
