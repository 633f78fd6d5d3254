"""The life of a request: bound to bytes, never one's own, void when it changes."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction

import vault
from audit import Act, clock
from audit.models import EvidenceEvent
from governance.casework import content, queries, services
from governance.casework.models import Authorisation, Request, RequestVersion
from governance.casework.states import AUTHORISATION, REQUEST, AuthorisationState, RequestState
from governance.decisions.models import PolicyDecision
from governance.decisions.services import RulesUnavailable, replays
from governance.people.access import NotAllowed
from governance.posting.states import POST
from governance.states import _PAST, WrongState, verbs
from reports.states import RELEASE
from tests import factories
from tests.factories import LONG, Force

pytestmark = pytest.mark.django_db


def acts() -> list[str]:
    return list(EvidenceEvent.objects.order_by("id").values_list("act", flat=True))


def test_a_plain_request_goes_from_draft_to_agreed(force: Force) -> None:
    authorisation = factories.authorisation(force)
    request = authorisation.request
    assert request is not None
    assert request.state == RequestState.AUTHORISED
    assert authorisation.digest == content.current_digest(request) == request.versions.get().digest
    assert authorisation.in_force(clock.now())
    assert vault.holds(authorisation.ref)
    wanted = [Act.REQUEST_DRAFTED, Act.REQUEST_SUBMITTED, Act.AUTHORISATION_GRANTED]
    assert [a for a in acts() if a in wanted] == wanted


def test_a_plain_request_goes_to_the_supervisor_and_a_protest_needs_advice(force: Force) -> None:
    plain = factories.sent_request(force)
    version = queries.current_version(plain)
    assert version is not None
    assert (version.decider_role, version.needs_advice) == ("supervisor", False)
    protest = factories.sent_request(
        force, event=factories.gathering(force, protest=True), retention_class="R3", retention_days=30
    )
    version = queries.current_version(protest)
    assert version is not None
    assert version.needs_advice
    assert not queries.may_decide(force.supervisor, protest)
    assert not queries.may_decide(force.superintendent, protest)


def test_invariant_nobody_decides_their_own_request(force: Force) -> None:
    request = factories.sent_request(force)
    digest = factories.digest(request)
    for attempt in (
        lambda: services.grant(
            request=request, by=force.officer, expected_digest=digest, considerations=LONG
        ),
        lambda: services.refuse(
            request=request, by=force.officer, expected_digest=digest, reason="other", grounds=LONG
        ),
        lambda: (
            factories.advise(force, request)
            if False
            else services.advise(
                request=request,
                by=force.officer,
                expected_digest=digest,
                outcome="advised",
                aim="yes",
                link="yes",
                less_intrusive="yes",
                fair="yes",
                reasons=LONG,
            )
        ),
    ):
        with pytest.raises(services.SelfAuthorisation):
            attempt()
    request.refresh_from_db()
    assert request.state == RequestState.SUBMITTED
    assert acts().count(Act.SELF_AUTHORISATION_REFUSED) == 3


def _copy(authorisation: Authorisation, **changes: object) -> Authorisation:
    row = Authorisation.objects.get(pk=authorisation.pk)
    row.pk, row._state.adding, row.ref = None, True, "AUTH-2026-9999"
    for name, value in changes.items():
        setattr(row, name, value)
    return row


def test_invariant_the_database_refuses_self_authorisation_however_it_is_written(force: Force) -> None:
    authorisation = factories.authorisation(force)
    services.cancel(authorisation=authorisation, by=force.officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        _copy(authorisation, granted_by=force.officer).save()
    # The same with the asker's name changed on the authorisation: the request's own row is asked.
    with pytest.raises(IntegrityError, match="authorises their own"), transaction.atomic():
        _copy(authorisation, granted_by=force.officer, requested_by=force.colleague).save()
    with pytest.raises(IntegrityError), transaction.atomic():
        Authorisation.objects.filter(pk=authorisation.pk).update(granted_by=force.officer)
    # ... or on the request.
    with pytest.raises(IntegrityError), transaction.atomic():
        Request.objects.filter(pk=authorisation.request_id).update(requested_by=force.colleague)


def test_invariant_whoever_advised_does_not_authorise(force: Force) -> None:
    request = factories.sent_request(
        force, event=factories.gathering(force, protest=True), retention_class="R3", retention_days=30
    )
    factories.advise(force, request)
    with pytest.raises(NotAllowed):
        services.grant(
            request=request, by=force.dpo, expected_digest=factories.digest(request), considerations=LONG
        )
    other = factories.authorisation(force)
    with pytest.raises(IntegrityError), transaction.atomic():
        _copy(other, request=request, version=request.versions.get(), granted_by=force.dpo).save()


def test_a_protest_request_is_agreed_after_advice_with_its_conditions(force: Force) -> None:
    request = factories.sent_request(
        force, event=factories.gathering(force, protest=True), retention_class="R3", retention_days=30
    )
    factories.advise(force, request, outcome="conditions", conditions=["Publish the notice by Tuesday."])
    decider = queries.who_decides(request)
    assert decider is not None
    by = decider.people[0]
    authorisation = services.grant(
        request=request,
        by=by,
        expected_digest=factories.digest(request),
        considerations=LONG,
        conditions=["No replies."],
    )
    assert authorisation.conditions == ["Publish the notice by Tuesday.", "No replies."]
    assert authorisation.retention_trigger == "capture"


def test_going_against_the_advice_needs_reasons(force: Force) -> None:
    request = factories.sent_request(
        force, event=factories.gathering(force, protest=True), retention_class="R3", retention_days=30
    )
    factories.advise(force, request, outcome="object")
    decider = queries.who_decides(request)
    assert decider is not None
    by = decider.people[0]
    kwargs = {
        "request": request,
        "by": by,
        "expected_digest": factories.digest(request),
        "considerations": LONG,
    }
    with pytest.raises(services.TooLittle, match="objects"):
        services.grant(**kwargs)
    granted = services.grant(
        **kwargs, against_advice_because="Life is at risk on the bridge and no other way is left."
    )
    assert "Against the advice" in granted.considerations


def test_invariant_an_edit_voids_what_was_decided_and_a_decision_on_old_words_is_refused(
    force: Force,
) -> None:
    request = factories.sent_request(force)
    read = factories.digest(request)
    services.save_answers(
        request=request, by=force.officer, part="terms", values={"terms": ["#MarchForTheRiver", "ferry"]}
    )
    with pytest.raises(services.Changed):
        services.grant(request=request, by=force.supervisor, expected_digest=read, considerations=LONG)
    services.submit(request=request, by=force.officer)
    with pytest.raises(services.Changed):
        services.grant(request=request, by=force.supervisor, expected_digest=read, considerations=LONG)
    authorisation = services.grant(
        request=request, by=force.supervisor, expected_digest=factories.digest(request), considerations=LONG
    )
    services.save_answers(request=request, by=force.officer, part="others", values={"bystander_cap": 5000})
    authorisation.refresh_from_db()
    assert authorisation.state == AuthorisationState.VOID
    assert not authorisation.in_force(clock.now())
    request.refresh_from_db()
    assert request.state == RequestState.DRAFT


def test_saving_the_same_answers_again_voids_nothing(force: Force) -> None:
    authorisation = factories.authorisation(force)
    assert authorisation.request is not None
    services.save_answers(
        request=authorisation.request, by=force.officer, part="others", values={"bystander_cap": 100}
    )
    authorisation.refresh_from_db()
    assert authorisation.state == AuthorisationState.GRANTED


def test_what_the_rules_block_stays_a_draft_and_stays_on_record(force: Force) -> None:
    request = factories.draft_request(
        force,
        event=factories.gathering(force, protest=True),
        retention_class="R3",
        terms=["#MarchForTheRiver", "from:@river_march_aldermere"],
    )
    with pytest.raises(services.Blocked) as caught:
        services.submit(request=request, by=force.officer)
    finding = caught.value.decision.blocks[0]
    assert finding.remedy
    assert finding.citations
    request.refresh_from_db()
    assert (request.state, request.version) == (RequestState.DRAFT, 0)
    row = PolicyDecision.objects.get(about_ref=request.ref)
    assert row.verdict == "block"
    assert row.blocking_rules
    assert Act.DECISION_BLOCKED in acts()


@pytest.mark.parametrize("days", [0, -1, 10**9, 10**15])
def test_it_blocks_a_retention_that_is_none_or_for_ever(force: Force, days: int) -> None:
    request = factories.draft_request(force, retention_days=days)
    with pytest.raises(services.Blocked) as caught:
        services.submit(request=request, by=force.officer)
    assert any(f.field == "retention" for f in caught.value.decision.blocks)


def test_an_unanswered_page_is_a_missing_fact_and_never_a_no(force: Force) -> None:
    request = services.draft(by=force.officer, unit=force.north)
    with pytest.raises(services.Blocked) as caught:
        services.submit(request=request, by=force.officer)
    missing = {name for f in caught.value.decision.blocks for name in f.missing}
    assert "act.covert" in missing or "rights.protest_related" in missing
    assert "purpose.code" in missing


def test_rules_that_cannot_be_asked_mean_no(force: Force, monkeypatch: pytest.MonkeyPatch) -> None:
    request = factories.draft_request(force)

    def broken(*_: object, **__: object) -> None:
        raise RulesUnavailable("gone")

    monkeypatch.setattr("governance.decisions.services.live_pack", broken)
    with pytest.raises(RulesUnavailable):
        services.submit(request=request, by=force.officer)
    request.refresh_from_db()
    assert request.state == RequestState.DRAFT


def test_a_bare_approval_is_refused(force: Force) -> None:
    request = factories.sent_request(force)
    with pytest.raises(services.Blocked):
        services.grant(
            request=request,
            by=force.supervisor,
            expected_digest=factories.digest(request),
            considerations="Approved.",
        )
    assert not Authorisation.objects.exists()


def test_it_cannot_be_decided_twice(force: Force) -> None:
    authorisation = factories.authorisation(force)
    assert authorisation.request is not None
    request = authorisation.request
    with pytest.raises((WrongState, NotAllowed)):
        services.grant(
            request=request,
            by=force.supervisor,
            expected_digest=factories.digest(request),
            considerations=LONG,
        )
    with pytest.raises((WrongState, NotAllowed)):
        services.refuse(
            request=request,
            by=force.supervisor,
            expected_digest=factories.digest(request),
            reason="other",
            grounds=LONG,
        )


def test_a_refusal_keeps_its_grounds_for_ever(force: Force) -> None:
    request = factories.sent_request(force)
    refusal = services.refuse(
        request=request,
        by=force.supervisor,
        expected_digest=factories.digest(request),
        reason="too_wide",
        grounds=LONG,
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        type(refusal).objects.filter(pk=refusal.pk).update(grounds="nothing")
    with pytest.raises(WrongState):
        services.save_answers(request=request, by=force.officer, part="others", values={"bystander_cap": 1})


def test_a_question_brings_it_back_to_the_officer(force: Force) -> None:
    request = factories.sent_request(force)
    services.send_back(
        request=request,
        by=force.supervisor,
        expected_digest=factories.digest(request),
        question="Why the ferry term?",
    )
    request.refresh_from_db()
    assert request.state == RequestState.RETURNED
    services.save_answers(request=request, by=force.officer, part="others", values={"bystander_cap": 50})
    request = services.submit(request=request, by=force.officer)
    assert request.version == 2
    assert queries.changes_since(request, request.versions.get(number=1))[0].field == "bystander_cap"


def test_only_its_author_changes_a_request(force: Force) -> None:
    request = factories.draft_request(force)
    for other in (force.colleague, force.supervisor, force.dpo, force.admin, force.inspector):
        with pytest.raises(NotAllowed):
            services.save_answers(request=request, by=other, part="others", values={"bystander_cap": 1})
        with pytest.raises(NotAllowed):
            services.submit(request=request, by=other)


def test_extra_answers_are_refused(force: Force) -> None:
    request = factories.draft_request(force)
    for name in ("state", "requested_by", "ref", "version"):
        with pytest.raises(ValueError, match="not answers of this page"):
            services.save_answers(request=request, by=force.officer, part="others", values={name: "x"})


@pytest.mark.parametrize("term", ["", "this and that", '"open', "a OR", "river*", "\u200b"])
def test_a_search_term_that_cannot_be_read_is_never_saved(force: Force, term: str) -> None:
    request = factories.draft_request(force)
    with pytest.raises(ValueError, match=r"\."):
        services.save_answers(
            request=request, by=force.officer, part="terms", values={"terms": ["ferry", term]}
        )
    request.refresh_from_db()
    assert request.terms == ["#MarchForTheRiver", '"Kingsgate Bridge"']


def test_stopping_works_at_once_and_only_once(force: Force) -> None:
    authorisation = factories.authorisation(force)
    services.cancel(
        authorisation=authorisation, by=force.officer, because="The march is over.", product="erase_now"
    )
    with pytest.raises(WrongState):
        services.cancel(authorisation=authorisation, by=force.supervisor)
    authorisation.refresh_from_db()
    assert authorisation.state == AuthorisationState.CANCELLED
    with pytest.raises(IntegrityError, match="stays ended"), transaction.atomic():
        Authorisation.objects.filter(pk=authorisation.pk).update(state="granted", ended_at=None)


def test_an_inspector_and_an_administrator_cannot_stop_it(force: Force) -> None:
    authorisation = factories.authorisation(force)
    for by in (force.inspector, force.admin, force.southern_officer, force.nobody):
        with pytest.raises(NotAllowed):
            services.cancel(authorisation=authorisation, by=by)


@pytest.mark.django_db
def test_it_ends_by_itself_at_the_asked_end_or_after_three_months(at: object) -> None:
    at("2026-01-15 10:00")  # type: ignore[operator]
    force = Force.make()
    long = factories.authorisation(
        force,
        start_at=clock.now() - dt.timedelta(minutes=1),
        end_at=clock.now() + dt.timedelta(days=91),
        purpose_code="rumour_correction",
    )
    assert long.expires_at.astimezone(clock.LONDON).strftime("%Y-%m-%d %H:%M") == "2026-04-14 23:59"
    at("2026-04-15 00:00")  # type: ignore[operator]
    assert not long.in_force(clock.now())
    assert services.expire(authorisation=long).state == AuthorisationState.EXPIRED


def test_what_was_sent_is_kept_as_it_was(force: Force) -> None:
    request = factories.sent_request(force)
    version = request.versions.get()
    assert content.digest(version.content) == version.digest
    with pytest.raises(IntegrityError), transaction.atomic():
        RequestVersion.objects.filter(pk=version.pk).update(digest="0" * 64)


def test_every_stored_decision_replays_to_the_same_verdict(force: Force) -> None:
    factories.authorisation(force)
    factories.approved_post(force)
    rows = list(PolicyDecision.objects.select_related("pack"))
    assert len(rows) >= 4
    assert all(replays(row) for row in rows)


def test_the_picture_of_the_states_in_docs_is_the_tables(request: pytest.FixtureRequest) -> None:
    text = (request.config.rootpath / "docs" / "states.md").read_text()
    for table in (REQUEST, AUTHORISATION, POST, RELEASE):
        assert table.mermaid() in text
    assert verbs([REQUEST, AUTHORISATION, POST, RELEASE]) <= set(_PAST)


def test_the_page_of_a_request_in_another_unit_is_not_known(force: Force) -> None:
    request = factories.sent_request(force)
    with pytest.raises(queries.NotFound):
        queries.find(force.southern_officer, request.ref)
    with pytest.raises(queries.NotFound):
        queries.find(force.admin, request.ref)
    assert queries.find(force.inspector, request.ref) == request


def test_the_databases_states_are_the_tables(force: Force) -> None:
    request = factories.draft_request(force)
    with pytest.raises(IntegrityError), transaction.atomic():
        connection.cursor().execute(f"UPDATE casework_request SET state = 'done' WHERE id = {request.pk}")
