"""Agreeing a post over HTTP: agreed and put in line to be sent, in one step."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from gateway import publish
from governance.casework.api import REFUSALS, AuthorisationOut
from governance.people.pages import person
from governance.posting import queries

router = Router(tags=["posts"])


class ApprovalIn(Schema):
    digest: str
    considerations: str


@router.post("/{ref}/agreement", response={200: AuthorisationOut, **REFUSALS}, operation_id="agree_post")
def agree_post(request: HttpRequest, ref: str, data: ApprovalIn) -> Any:
    """Agree exactly the words named by their digest; they are sent at their time, and not later."""
    publication = publish.approve_and_send(
        post=queries.find(request.user, ref),
        by=person(request),
        expected_digest=data.digest,
        considerations=data.considerations,
    )
    return AuthorisationOut.of(publication.authorisation)
