"""After a stop the material is locked until somebody says what happens to it."""

import pytest

from gateway import queries
from governance.casework import services
from governance.people.access import NotAllowed
from tests import factories
from tests.factories import Force

pytestmark = pytest.mark.django_db


def test_posts_are_locked_after_a_stop_until_their_fate_is_said(force: Force) -> None:
    authorisation = factories.authorisation(force)
    assert list(queries.read_items(authorisation=authorisation, by=force.officer)) == []
    services.cancel(authorisation=authorisation, by=force.officer, because="The march is over.")
    authorisation.refresh_from_db()
    with pytest.raises(NotAllowed, match="locked"):
        queries.read_items(authorisation=authorisation, by=force.officer)
    services.say_product(
        authorisation=authorisation, by=force.officer, because="The march is over.", product="keep_to_term"
    )
    authorisation.refresh_from_db()
    assert list(queries.read_items(authorisation=authorisation, by=force.officer)) == []
