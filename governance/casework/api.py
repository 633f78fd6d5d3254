"""Requests and authorisations over HTTP: the same services as the pages."""

import datetime as dt
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from governance.casework import content, queries, services
from governance.casework.models import Authorisation, Request
from governance.people.pages import person

router = Router(tags=["requests"])


class Problem(Schema):
    """What went wrong, as one sentence."""

    problem: str
    findings: list[dict[str, Any]] = []


REFUSALS = {401: Problem, 403: Problem, 404: Problem, 409: Problem, 422: Problem, 503: Problem}


class RequestOut(Schema):
    """A request as its readers see it in lists."""

    ref: str
    title: str
    state: str
    level: str
    version: int
    digest: str
    unit: str
    requested_by: str

    @staticmethod
    def of(request: Request) -> "RequestOut":
        return RequestOut(
            ref=request.ref,
            title=request.title,
            state=request.state,
            level=request.level,
            version=request.version,
            digest=content.current_digest(request),
            unit=request.unit.slug,
            requested_by=request.requested_by.username,
        )


class AuthorisationOut(Schema):
    """An authorisation: what was agreed and until when."""

    ref: str
    state: str
    kind: str
    digest: str
    level: str
    scope: dict[str, Any]
    conditions: list[str]
    starts_at: dt.datetime
    expires_at: dt.datetime

    @staticmethod
    def of(row: Authorisation) -> "AuthorisationOut":
        return AuthorisationOut(
            ref=row.ref,
            state=row.state,
            kind=row.kind,
            digest=row.digest,
            level=row.level,
            scope=row.scope,
            conditions=row.conditions,
            starts_at=row.starts_at,
            expires_at=row.expires_at,
        )


class AdviceIn(Schema):
    digest: str
    outcome: str
    aim: str
    link: str
    less_intrusive: str
    fair: str
    reasons: str
    conditions: list[str] = []


class GrantIn(Schema):
    digest: str
    considerations: str
    conditions: list[str] = []
    against_advice_because: str = ""


class RefusalIn(Schema):
    digest: str
    reason: str
    grounds: str


class StopIn(Schema):
    because: str = ""
    product: str = ""


PAGE = 50


@router.get("", response={200: list[RequestOut], **REFUSALS}, operation_id="list_requests")
def list_requests(request: HttpRequest, before: int | None = None) -> Any:
    """The newest requests you may see, 50 at a time; `before` is the key to go on from."""
    rows = Request.objects.visible_to(request.user).select_related("unit", "requested_by")
    if before is not None:
        rows = rows.filter(pk__lt=min(max(before, 0), 2**62))
    return [RequestOut.of(row) for row in rows[:PAGE]]


@router.get("/{ref}", response={200: RequestOut, **REFUSALS}, operation_id="read_request")
def read_request(request: HttpRequest, ref: str) -> Any:
    """One request."""
    return RequestOut.of(queries.find(request.user, ref))


@router.post("/{ref}/send", response={200: RequestOut, **REFUSALS}, operation_id="send_request")
def send_request(request: HttpRequest, ref: str) -> Any:
    """Send your own draft. 409 with the findings when the rules say no."""
    row = services.submit(request=queries.find(request.user, ref), by=person(request))
    return RequestOut.of(row)


@router.post("/{ref}/advice", response={200: RequestOut, **REFUSALS}, operation_id="advise_on_request")
def advise_on_request(request: HttpRequest, ref: str, data: AdviceIn) -> Any:
    """Give advice on exactly the version named by its digest."""
    row = queries.find(request.user, ref)
    try:
        services.advise(
            request=row,
            by=person(request),
            expected_digest=data.digest,
            outcome=data.outcome,
            aim=data.aim,
            link=data.link,
            less_intrusive=data.less_intrusive,
            fair=data.fair,
            reasons=data.reasons,
            conditions=data.conditions,
        )
    except services.TooLittle:
        raise
    except ValueError as error:
        if isinstance(error, services.Changed | services.WrongState):
            raise
        raise services.TooLittle(f"'{data.outcome}' is not a kind of advice.") from error
    row.refresh_from_db()
    return RequestOut.of(row)


@router.post("/{ref}/agreement", response={200: AuthorisationOut, **REFUSALS}, operation_id="agree_request")
def agree_request(request: HttpRequest, ref: str, data: GrantIn) -> Any:
    """Agree exactly the version named by its digest."""
    authorisation = services.grant(
        request=queries.find(request.user, ref),
        by=person(request),
        expected_digest=data.digest,
        considerations=data.considerations,
        conditions=data.conditions,
        against_advice_because=data.against_advice_because,
    )
    return AuthorisationOut.of(authorisation)


@router.post("/{ref}/refusal", response={200: RequestOut, **REFUSALS}, operation_id="refuse_request")
def refuse_request(request: HttpRequest, ref: str, data: RefusalIn) -> Any:
    """Refuse exactly the version named by its digest."""
    row = queries.find(request.user, ref)
    if data.reason not in services.RefusalReason.values:
        raise services.TooLittle(f"'{data.reason}' is not one of the reasons for a refusal.")
    services.refuse(
        request=row, by=person(request), expected_digest=data.digest, reason=data.reason, grounds=data.grounds
    )
    row.refresh_from_db()
    return RequestOut.of(row)


@router.get(
    "/authorisations/{ref}", response={200: AuthorisationOut, **REFUSALS}, operation_id="read_authorisation"
)
def read_authorisation(request: HttpRequest, ref: str) -> Any:
    """One authorisation."""
    return AuthorisationOut.of(queries.find_authorisation(request.user, ref))


@router.post(
    "/authorisations/{ref}/stop",
    response={200: AuthorisationOut, **REFUSALS},
    operation_id="stop_authorisation",
)
def stop_authorisation(request: HttpRequest, ref: str, data: StopIn) -> Any:
    """Stop an authorisation now."""
    if data.product and data.product not in services.Product.values:
        raise services.TooLittle(f"'{data.product}' is not an answer to what happens to the material.")
    row = queries.find_authorisation(request.user, ref)
    return AuthorisationOut.of(
        services.cancel(authorisation=row, by=person(request), because=data.because, product=data.product)
    )
