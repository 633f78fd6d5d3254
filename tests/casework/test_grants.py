"""A dated exception lets one person read one request, and nothing else, and not a moment longer."""

import datetime as dt

import pytest
from django.contrib.auth.models import Permission as DjangoPermission
from django.db import IntegrityError, transaction

from audit import clock
from governance.casework import queries
from governance.casework.models import Request, RequestGrant
from governance.people.access import can
from governance.people.roles import Permission
from tests import factories
from tests.factories import Force

pytestmark = pytest.mark.django_db


def grant(force: Force, request: Request, *, days: int, by: object = None) -> RequestGrant:
    now = clock.now()
    return RequestGrant.objects.create(
        content_object=request,
        user=force.southern_officer,
        permission=DjangoPermission.objects.get(codename="view_request", content_type__app_label="casework"),
        valid_from=now - dt.timedelta(days=2),
        valid_to=now + dt.timedelta(days=days),
        because="a shared case",
        granted_by=by or force.superintendent,
    )


def test_a_live_grant_lets_them_read_this_request_and_only_read_it(force: Force) -> None:
    request, other = factories.sent_request(force), factories.sent_request(force)
    grant(force, request, days=1)
    assert queries.find(force.southern_officer, request.ref) == request
    assert list(Request.objects.visible_to(force.southern_officer)) == [request]
    assert can(force.southern_officer, Permission.REQUEST_READ, request)
    assert not can(force.southern_officer, Permission.REQUEST_DECIDE, request)
    with pytest.raises(queries.NotFound):
        queries.find(force.southern_officer, other.ref)


def test_a_grant_that_has_run_out_lets_them_see_nothing(force: Force) -> None:
    request = factories.sent_request(force)
    grant(force, request, days=-1)
    with pytest.raises(queries.NotFound):
        queries.find(force.southern_officer, request.ref)
    assert not can(force.southern_officer, Permission.REQUEST_READ, request)


def test_nobody_grants_themselves_an_exception(force: Force) -> None:
    request = factories.sent_request(force)
    with pytest.raises(IntegrityError), transaction.atomic():
        grant(force, request, days=1, by=force.southern_officer)
