"""Judging: bound to what was read, nothing lost when it moves on, and never one's own work."""

import itertools
import re

import pytest

from audit.models import EvidenceEvent
from governance.casework import queries, services, turns
from governance.casework.models import Authorisation, Question, RefusedRequest, Request, Review
from governance.people import services as people
from tests import factories
from tests.factories import LONG
from tests.pages.conftest import text_of

pytestmark = pytest.mark.django_db

ADVICE = {
    "aim": "yes",
    "link": "yes",
    "less_intrusive": "unsure",
    "fair": "yes",
    "outcome": "advised",
    "reasons": "The search keeps to the event and its place, and names are hidden.",
}


@pytest.fixture
def protest(force):
    return factories.sent_request(force, event=factories.gathering(force, protest=True))


@pytest.fixture
def plain(force):
    return factories.sent_request(force, event=factories.gathering(force))


def test_advice_is_bound_to_the_version_on_the_page(force, visit, protest):
    response = visit(force.dpo).send(f"/requests/{protest.ref}/advice/", **ADVICE)
    assert "is given" in text_of(response)
    review = Review.objects.get()
    assert review.digest == factories.digest(protest)
    assert review.less_intrusive == "unsure"


def test_nothing_is_chosen_beforehand(force, visit, protest, plain):
    for user, ref, what in ((force.dpo, protest.ref, "advice"), (force.supervisor, plain.ref, "decision")):
        html = visit(user).get(f"/requests/{ref}/{what}/").content.decode()
        assert not re.search(r"<input[^>]* checked", html)
        assert not re.search(r"<(?:input|button)[^>]* disabled", html)


def test_advice_on_an_older_version_keeps_the_words_and_says_so(force, visit, protest):
    dpo = visit(force.dpo)
    form = dpo.form(f"/requests/{protest.ref}/advice/")
    services.save_answers(
        request=protest, by=force.officer, part="necessity", values={"nec_text": LONG + "It rained."}
    )
    services.submit(request=Request.objects.get(pk=protest.pk), by=force.officer)
    response = dpo.send(f"/requests/{protest.ref}/advice/", form=form, **ADVICE)
    assert response.status_code == 422
    page = text_of(response)
    assert (
        "This is now version 2. Your advice was for an earlier version and has not been saved as advice"
        in page
    )
    assert ADVICE["reasons"] in page
    assert not Review.objects.exists()
    again = dpo.send(f"/requests/{protest.ref}/advice/", form=_again(response))
    assert "is given" in text_of(again)
    assert Review.objects.get().version.number == 2


def _again(response):
    from tests.pages.conftest import fields_of

    return fields_of(response.content.decode())


def test_the_default_view_shows_what_changed_since_the_version_that_was_read(force, visit, protest):
    factories.advise(force, protest)
    services.save_answers(
        request=protest, by=force.officer, part="necessity", values={"nec_text": LONG.strip() + " It rained."}
    )
    services.submit(request=Request.objects.get(pk=protest.pk), by=force.officer)
    html = visit(force.dpo).get(f"/requests/{protest.ref}/advice/").content.decode()
    assert "<b>Changes since version 1 (1)</b>" in html
    assert '<ins class="cd-ins"><span class="cd-hidden">Added: </span>It rained.</ins>' in html
    whole = visit(force.dpo).get(f"/requests/{protest.ref}/advice/", show="all").content.decode()
    assert "<b>Whole request</b>" in whole
    assert "Law it rests on" in whole


def test_a_question_goes_back_to_the_officer(force, visit, protest):
    visit(force.dpo).send(
        f"/requests/{protest.ref}/advice/", outcome="return", reasons="Why do you need the second term?"
    )
    protest.refresh_from_db()
    assert protest.state == "returned"
    assert Question.objects.get().text == "Why do you need the second term?"
    page = text_of(visit(force.officer).get(f"/requests/{protest.ref}/"))
    assert "Maria Okafor asks" in page
    assert "Why do you need the second term?" in page


def test_advice_on_something_that_moved_on_is_explained(force, visit, protest):
    dpo = visit(force.dpo)
    form = dpo.form(f"/requests/{protest.ref}/advice/")
    services.withdraw(request=protest, by=force.officer)
    response = dpo.send(f"/requests/{protest.ref}/advice/", form=form, **ADVICE)
    assert "is not waiting now: taken back. Nothing of yours was saved as a decision." in text_of(response)


def test_conditions_of_the_adviser_become_limits_of_the_authorisation(force, visit, protest):
    visit(force.dpo).send(
        f"/requests/{protest.ref}/advice/",
        **(ADVICE | {"outcome": "conditions"}),
        conditions=["Publish the notice at least 3 days before.", ""],
    )
    decider = next(p for p in queries.who_decides(protest).people)
    visit(decider).send(f"/requests/{protest.ref}/decision/", outcome="grant", reasons=LONG)
    assert Authorisation.objects.get().conditions == ["Publish the notice at least 3 days before."]


def test_a_decision_makes_an_authorisation_bound_to_what_was_read(force, visit, plain):
    response = visit(force.supervisor).send(
        f"/requests/{plain.ref}/decision/",
        outcome="limits",
        conditions=["At most 100 bystander accounts."],
        reasons=LONG,
    )
    row = Authorisation.objects.get()
    assert row.digest == factories.digest(plain)
    assert row.conditions == ["At most 100 bystander accounts."]
    assert response.redirect_chain[-1][0] == f"/collection/{row.ref}/"


def test_a_bare_approval_is_stopped_by_a_rule_and_the_words_are_kept(force, visit, plain):
    response = visit(force.supervisor).send(
        f"/requests/{plain.ref}/decision/", outcome="grant", reasons="Approved"
    )
    assert response.status_code == 422
    assert "Nothing was decided, and the attempt is on record" in text_of(response)
    assert ">\nApproved</textarea>" in response.content.decode()
    assert not Authorisation.objects.exists()


def test_a_refusal_keeps_its_reason_and_tells_the_officer(force, visit, plain):
    visit(force.supervisor).send(
        f"/requests/{plain.ref}/decision/", outcome="refuse", refusal="too_wide", reasons=LONG
    )
    assert RefusedRequest.objects.get().reason == "too_wide"
    page = text_of(visit(force.officer).get(f"/requests/{plain.ref}/"))
    assert "Refused: too wide" in page
    assert LONG.strip() in page


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"reasons": LONG}, "Choose your decision"),
        ({"outcome": "limits", "reasons": LONG}, "Write at least one limit, or choose “Agree”"),
        ({"outcome": "grant", "conditions": ["Only by day."], "reasons": LONG}, "choose “Agree with limits”"),
        ({"outcome": "refuse", "reasons": LONG}, "Choose the main reason for refusing"),
        ({"outcome": "grant", "reasons": ""}, "Write your reasons. “Approved” alone is not accepted"),
    ],
)
def test_a_decision_that_is_not_whole_is_explained(force, visit, plain, answers, sentence):
    response = visit(force.supervisor).send(f"/requests/{plain.ref}/decision/", **answers)
    assert response.status_code == 422
    assert sentence in text_of(response)
    assert not Authorisation.objects.exists()


def test_two_deciders_at_once_the_second_is_told_who_was_first(force, visit, plain):
    first, second = visit(force.supervisor), visit(force.supervisor)
    form = second.form(f"/requests/{plain.ref}/decision/")
    first.send(f"/requests/{plain.ref}/decision/", outcome="grant", reasons=LONG)
    response = second.send(
        f"/requests/{plain.ref}/decision/", form=form, outcome="refuse", refusal="other", reasons=LONG
    )
    assert "Chief Inspector Helen Brook agreed this. Nothing of yours was saved as a decision." in text_of(
        response
    )
    assert not RefusedRequest.objects.exists()


def test_against_the_advice_needs_its_own_reasons(force, visit, protest):
    factories.advise(force, protest, outcome="object")
    decider = visit(queries.who_decides(protest).people[0])
    path = f"/requests/{protest.ref}/decision/"
    response = decider.send(path, outcome="grant", reasons=LONG)
    assert "Write why you go against it" in text_of(response)
    assert not Authorisation.objects.exists()
    decider.send(path, outcome="grant", reasons=LONG, against=LONG)
    assert Authorisation.objects.count() == 1


def test_instead_of_a_button_that_does_nothing_the_page_says_who_can(force, visit, protest):
    page = visit(force.supervisor).get(f"/requests/{protest.ref}/decision/")
    assert page.status_code == 403
    assert "You cannot decide this request" in text_of(page)
    assert "Record this decision" not in text_of(page)


def test_an_attempt_on_ones_own_request_is_refused_and_kept_on_record(force, visit, plain):
    people.grant_role(
        user=force.officer, role="supervisor", unit=force.north, by="system:test", because="test"
    )
    officer = visit(force.officer)
    for data in ({}, {"outcome": "grant", "reasons": LONG, "digest": factories.digest(plain)}):
        response = officer.press(f"/requests/{plain.ref}/decision/", **data)
        assert response.status_code == 403
        assert "UK-AUT-09" in text_of(response)
    assert EvidenceEvent.objects.filter(act="decision.self-refused", about_ref=plain.ref).count() == 2
    assert not Authorisation.objects.exists()


def test_an_adviser_who_asked_advises_on_others_only(force, visit):
    people.grant_role(user=force.dpo, role="officer", unit=force.north, by="system:test", because="test")
    request = services.draft(by=force.dpo, unit=force.north, title="Own")
    page = visit(force.dpo).get(f"/requests/{request.ref}/advice/")
    assert page.status_code == 403
    assert "You cannot advise on this request" in text_of(page)


def test_the_list_of_turns_says_what_deciding_would_say(force):
    """For every person and every request in every state, with one question for all of them."""
    event, march = factories.gathering(force), factories.gathering(force, protest=True)
    rows = [
        factories.draft_request(force),
        factories.sent_request(force, event=event),
        factories.sent_request(force, event=march),
    ]
    advised = factories.sent_request(force, event=march)
    ranked = factories.sent_request(
        force,
        purpose_code="disorder_prevention",
        query_scope="person",
        terms=["from:@fenwick_meets"],
        offence="Dangerous driving (Road Traffic Act 1988, section 2)",
        retention_days=14,
        private_info_likely=True,
    )
    assert queries.who_decides(ranked).rank == "superintendent"
    for request in (advised, ranked):
        factories.advise(force, request)
    rows += [advised, ranked, factories.authorisation(force, event=event).request]
    people.grant_role(
        user=force.officer, role="supervisor", unit=force.north, by="system:test", because="test"
    )
    people.grant_role(
        user=force.colleague, role="authorising_officer", unit=force.north, by="system:test", because="t"
    )
    rows = [Request.objects.get(pk=row.pk) for row in rows]
    for user, row in itertools.product(force.everyone(), rows):
        (turn,) = turns.turns(user, [Request.objects.get(pk=row.pk)])
        decides = bool(queries.may_decide(user, row))
        if turn.to != turns.ADVISE:
            assert (turn.to == turns.DECIDE) == decides, (user, row, row.state, turn)
