"""Asking to monitor: saved as it goes, checked beside, and harmless when a form comes twice, late or altered."""

import pytest

from audit.models import EvidenceEvent
from governance.casework.models import Authorisation, Request
from governance.decisions import services as rules
from governance.gatherings.models import Gathering
from tests import factories
from tests.pages.conftest import text_of

pytestmark = pytest.mark.django_db

PURPOSE = {
    "title": "March for the River",
    "purpose_code": "event_safety",
    "purpose_text": "Keep people safe and traffic moving while a march crosses the town.",
    "law_ref": "Common law duty to protect life; Data Protection Act 2018, Part 3",
}


def test_looking_at_the_first_page_leaves_nothing_behind(force, visit):
    assert visit(force.officer).get("/requests/new/").status_code == 200
    assert not Request.objects.exists()


def test_answering_the_first_page_makes_a_draft_and_goes_on(force, visit):
    response = visit(force.officer).send("/requests/new/", **PURPOSE)
    request = Request.objects.get()
    assert (request.title, request.state, request.unit) == (PURPOSE["title"], "draft", force.north)
    assert response.redirect_chain[-1][0] == f"/requests/{request.ref}/part/event/"


def test_the_first_page_sent_twice_makes_one_draft(force, visit):
    officer = visit(force.officer)
    form = officer.form("/requests/new/")
    officer.send("/requests/new/", form=form, **PURPOSE)
    again = officer.send("/requests/new/", form=form, **PURPOSE)
    assert Request.objects.count() == 1
    assert "This page was sent twice" in text_of(again)


def test_extra_fields_change_nothing_else(force, visit):
    request = factories.draft_request(force)
    visit(force.officer).send(
        f"/requests/{request.ref}/part/purpose/",
        title="Renamed",
        state="authorised",
        requested_by=force.colleague.pk,
        version=9,
        nec_text="smuggled",
    )
    request.refresh_from_db()
    assert request.title == "Renamed"
    assert (request.state, request.requested_by, request.version) == ("draft", force.officer, 0)
    assert request.nec_text != "smuggled"


def test_what_could_be_read_is_saved_even_when_something_is_missing(force, visit):
    request = factories.draft_request(force)
    response = visit(force.officer).send(
        f"/requests/{request.ref}/part/necessity/", nec_objective="Faster help.", nec_text=""
    )
    assert response.status_code == 422
    assert "Say why it is necessary" in text_of(response)
    assert response.content.decode().count("<title>Error: ") == 1
    request.refresh_from_db()
    assert (request.nec_objective, request.nec_text) == ("Faster help.", "")


def test_a_bad_date_is_explained_and_the_good_one_saved(force, visit):
    request = factories.draft_request(force)
    before = request.end_at
    response = visit(force.officer).send(
        f"/requests/{request.ref}/part/dates/",
        start_at_day=1,
        start_at_month=12,
        start_at_year=2026,
        start_at_time="9am",
        end_at_day=31,
        end_at_month=2,
    )
    assert response.status_code == 422
    assert "The end must be a real date" in text_of(response)
    request.refresh_from_db()
    assert request.start_at.isoformat() == "2026-12-01T09:00:00+00:00"
    assert request.end_at == before


@pytest.mark.parametrize("days", ["0", "-1", "1000000000", "999999999999999999"])
def test_a_retention_that_cannot_be_right_is_answered_by_a_rule(force, visit, days):
    request = factories.draft_request(force)
    officer = visit(force.officer)
    response = officer.send(f"/requests/{request.ref}/part/retention/", retention_days=days, action="list")
    assert response.status_code == 200
    page = officer.get(f"/requests/{request.ref}/")
    assert "Fix " in text_of(page)
    officer.send(
        f"/requests/{request.ref}/check/", form=officer.form(f"/requests/{request.ref}/part/retention/")
    )
    request.refresh_from_db()
    assert request.state == "draft"


def test_a_search_term_that_cannot_be_read_is_named(force, visit):
    request = factories.draft_request(force)
    response = visit(force.officer).send(
        f"/requests/{request.ref}/part/terms/", terms=["#River", '"open quote'], query_scope="place"
    )
    assert response.status_code == 422
    assert "Search term 2" in text_of(response)
    request.refresh_from_db()
    assert request.query_scope == "place"
    assert '"open quote' not in request.terms


def test_another_box_for_a_term_saves_nothing(force, visit):
    request = factories.draft_request(force)
    was = list(request.terms)
    response = visit(force.officer).send(
        f"/requests/{request.ref}/part/terms/", terms=["#Other", "x"], action="add"
    )
    html = response.content.decode()
    assert 'value="#Other"' in html
    assert "Search term 3" in html
    request.refresh_from_db()
    assert request.terms == was


def test_not_answered_is_never_read_as_no(force, visit):
    request = factories.draft_request(force)
    Request.objects.filter(pk=request.pk).update(covert=None, under18=None)
    path = f"/requests/{request.ref}/part/people/"
    form = visit(force.officer).form(path)
    form.setlist("methods", [])
    form.setlist("who", [])
    response = visit(force.officer).send(path, form=visit_token(visit(force.officer), form, path))
    request.refresh_from_db()
    assert request.covert is None
    assert request.under18 is None
    assert response is not None


def visit_token(visitor, form, path):
    """The same answers with this visitor's own token."""
    form = form.copy()
    form["csrfmiddlewaretoken"] = visitor.form(path)["csrfmiddlewaretoken"]
    return form


def test_none_of_these_means_no_to_each_and_stands_alone(force, visit):
    request = factories.draft_request(force)
    officer = visit(force.officer)
    path = f"/requests/{request.ref}/part/people/"
    officer.send(path, methods=["covert", "closed_group"], who=["under18"])
    request.refresh_from_db()
    assert (request.covert, request.closed_group, request.relationship, request.under18) == (
        True,
        True,
        False,
        True,
    )
    response = officer.send(path, methods=["none", "covert"])
    assert "Choose either “None of these” or the ones that are true" in text_of(response)


def test_an_event_that_is_a_protest_asks_for_the_three_rights(force, visit):
    event = factories.gathering(force, protest=True)
    request = factories.draft_request(force, event=event, art8="", art10="", art11="")
    officer = visit(force.officer)
    page = officer.get(f"/requests/{request.ref}/part/people/")
    assert "Because it concerns a protest" in text_of(page)
    response = officer.send(f"/requests/{request.ref}/part/people/")
    assert "Say whether people could stay away because of it" in text_of(response)


def test_a_new_event_sent_twice_is_recorded_once(force, visit):
    request = factories.draft_request(force)
    officer = visit(force.officer)
    path = f"/requests/{request.ref}/event/"
    form = officer.form(path)
    answers = {
        "name": "Winter Lights",
        "kind": "large_scale",
        "place": "Aldermere",
        "starts_at_day": 1,
        "starts_at_month": 12,
        "starts_at_year": 2026,
        "starts_at_time": "4pm",
        "ends_at_day": 1,
        "ends_at_month": 12,
        "ends_at_year": 2026,
        "ends_at_time": "9pm",
        "is_protest": "no",
    }
    for _ in range(2):
        officer.send(path, form=form, **answers)
    assert Gathering.objects.filter(name="Winter Lights").count() == 1
    request.refresh_from_db()
    assert request.gathering.name == "Winter Lights"


def test_an_event_of_another_district_cannot_be_chosen(force, visit):
    elsewhere = factories.gathering(force, unit=force.south, by=force.southern_officer, name="Regatta")
    request = factories.draft_request(force)
    officer = visit(force.officer)
    assert "Regatta" not in text_of(officer.get(f"/requests/{request.ref}/part/event/"))
    officer.send(f"/requests/{request.ref}/part/event/", gathering=elsewhere.pk)
    request.refresh_from_db()
    assert request.gathering is None


def test_sending_is_bound_to_the_answers_that_were_shown(force, visit):
    request = factories.draft_request(force)
    officer = visit(force.officer)
    form = officer.form(f"/requests/{request.ref}/check/")
    factories.services.save_answers(
        request=request, by=force.officer, part="purpose", values={"title": "Other"}
    )
    response = officer.send(f"/requests/{request.ref}/check/", form=form)
    assert "An answer changed since you opened this page" in text_of(response)
    request.refresh_from_db()
    assert request.state == "draft"


def test_sent_twice_is_sent_once_and_said(force, visit):
    request = factories.draft_request(force)
    officer = visit(force.officer)
    form = officer.form(f"/requests/{request.ref}/check/")
    officer.send(f"/requests/{request.ref}/check/", form=form)
    again = officer.send(f"/requests/{request.ref}/check/", form=form)
    assert "Nothing was sent twice" in text_of(again)
    request.refresh_from_db()
    assert (request.state, request.version) == ("submitted", 1)


def test_sending_out_of_order_is_refused_by_the_rules_and_kept_on_record(force, visit):
    request = factories.services.draft(by=force.officer, unit=force.north, title="Empty")
    officer = visit(force.officer)
    page = officer.get(f"/requests/{request.ref}/check/")
    assert "Send the request" not in text_of(page)
    from governance.casework import content

    response = officer.press(f"/requests/{request.ref}/check/", digest=content.current_digest(request))
    assert response.status_code == 422
    assert "Nothing was sent, and the attempt is on record" in text_of(response)
    assert EvidenceEvent.objects.filter(act="decision.blocked", about_ref=request.ref).count() == 1


def test_half_an_edit_never_voids_a_decision(force, visit):
    row = factories.authorisation(force)
    response = visit(force.officer).send(
        f"/requests/{row.request.ref}/part/dates/", end_at_day=99, start_at_day=1, start_at_month=1
    )
    assert response.status_code == 422
    row.refresh_from_db()
    assert row.state == "granted"


def test_a_whole_edit_voids_and_the_page_says_so_before(force, visit):
    row = factories.authorisation(force)
    officer = visit(force.officer)
    path = f"/requests/{row.request.ref}/part/purpose/"
    assert "the agreement ends at once and collection stops" in text_of(officer.get(path))
    officer.send(path, title="Another name")
    row.refresh_from_db()
    assert row.state == "void"


def test_saving_the_same_answers_again_voids_nothing(force, visit):
    row = factories.authorisation(force)
    officer = visit(force.officer)
    for part in (
        "purpose",
        "event",
        "terms",
        "dates",
        "necessity",
        "proportionality",
        "others",
        "retention",
        "people",
    ):
        officer.send(f"/requests/{row.request.ref}/part/{part}/")
    row.refresh_from_db()
    assert row.state == "granted"


def test_only_its_author_changes_a_request(force, visit):
    request = factories.draft_request(force)
    path = f"/requests/{request.ref}/part/purpose/"
    assert visit(force.colleague).get(path).status_code == 403
    assert visit(force.dpo).get(path).status_code == 403
    assert visit(force.southern_officer).get(path).status_code == 404
    response = visit(force.colleague).press(path, title="Taken over")
    assert response.status_code == 403
    request.refresh_from_db()
    assert request.title != "Taken over"


def test_what_does_not_exist_and_what_is_not_yours_look_the_same(force, visit):
    request = factories.draft_request(force)
    stranger = visit(force.southern_officer)
    hidden, missing = stranger.get(f"/requests/{request.ref}/"), stranger.get("/requests/MON-2026-9999/")
    assert hidden.status_code == missing.status_code == 404
    assert text_of(hidden) == text_of(missing)


def test_a_form_without_its_token_changes_nothing(force, visit):
    request = factories.draft_request(force)
    response = visit(force.officer).client.post(f"/requests/{request.ref}/part/purpose/", {"title": "Forged"})
    assert response.status_code == 403
    request.refresh_from_db()
    assert request.title != "Forged"


def test_a_request_that_was_taken_back_stays_so(force, visit):
    request = factories.draft_request(force)
    officer = visit(force.officer)
    officer.send(f"/requests/{request.ref}/take-back/", because="Not needed.")
    request.refresh_from_db()
    assert request.state == "withdrawn"
    again = officer.press(f"/requests/{request.ref}/take-back/")
    assert "cannot be taken back now" in text_of(again)
    late = officer.press(f"/requests/{request.ref}/part/purpose/", **PURPOSE)
    assert "Nothing was changed" in text_of(late)
    request.refresh_from_db()
    assert request.state == "withdrawn"


def test_without_rules_nothing_can_be_sent_and_the_draft_is_safe(force, visit, monkeypatch):
    request = factories.draft_request(force)
    officer = visit(force.officer)
    form = officer.form(f"/requests/{request.ref}/check/")

    def gone(*_, **__):
        raise rules.RulesUnavailable("gone")

    monkeypatch.setattr("governance.casework.queries.rules.ask", gone)
    monkeypatch.setattr("governance.decisions.services.ask", gone)
    page = officer.get(f"/requests/{request.ref}/check/")
    assert "We cannot check the rules right now" in text_of(page)
    assert "Send the request" not in text_of(page)
    response = officer.send(f"/requests/{request.ref}/check/", form=form)
    assert response.status_code in (422, 503)
    request.refresh_from_db()
    assert request.state == "draft"


def test_a_rule_that_stops_what_was_just_written_is_shown_at_once_and_does_not_trap(force, visit):
    officer = visit(force.officer)
    response = officer.send("/requests/new/", **(PURPOSE | {"purpose_text": "Too short."}))
    request = Request.objects.get()
    path = f"/requests/{request.ref}/part/purpose/"
    assert response.redirect_chain[-1][0] == path
    assert "1 rule stops this answer" in text_of(response)
    assert "What would fix it" in text_of(response)
    again = officer.send(path)
    assert again.redirect_chain[-1][0] == f"/requests/{request.ref}/part/event/"


def test_the_coach_hints_and_never_stops(force, visit):
    request = factories.draft_request(force)
    officer = visit(force.officer)
    path = f"/requests/{request.ref}/part/necessity/"
    page = officer.send(path, nec_text="We need it to maintain situational awareness.", action="check")
    assert page.status_code == 200
    assert "“situational awareness” could be said of any event" in text_of(page)
    assert "They do not stop you" in text_of(page)


def test_the_list_of_parts_says_what_is_done_and_what_stops(force, visit):
    request = factories.draft_request(force, terms=["from:@organiser@social.example"])
    page = text_of(visit(force.officer).get(f"/requests/{request.ref}/"))
    assert "9 of 9 parts done" in page
    assert "Cannot be sent yet" in page
    empty = factories.services.draft(by=force.officer, unit=force.north)
    page = text_of(visit(force.officer).get(f"/requests/{empty.ref}/"))
    assert "0 of 9 parts done" in page
    assert "Not started" in page
    assert "Cannot be sent yet" not in page


def test_the_filters_of_the_list_stand_in_the_address(force, visit):
    factories.draft_request(force, title="Alpha march")
    factories.sent_request(force, title="Beta fair")
    officer = visit(force.officer)
    assert "Alpha march" in text_of(officer.get("/requests/", state="draft"))
    assert "Beta fair" not in text_of(officer.get("/requests/", state="draft"))
    assert "Beta fair" in text_of(officer.get("/requests/", words="beta"))
    assert "No request matches" in text_of(officer.get("/requests/", words="gamma"))
    assert (
        officer.get(
            "/requests/", state="nonsense", before="x' OR 1", after="99999999999999999999"
        ).status_code
        == 200
    )
    assert not Authorisation.objects.exists()
