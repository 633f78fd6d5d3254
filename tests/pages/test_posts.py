"""Posts: two people, the checks beside the words, and an agreement that holds for those words only."""

import datetime as dt

import pytest

from audit import clock
from audit.models import EvidenceEvent
from governance.posting import services
from governance.posting.models import Post, PostApproval, ReturnedPost
from tests import factories
from tests.pages.conftest import text_of

pytestmark = pytest.mark.django_db

WORDS = "True, checked with the control room, and people need to know it now."


@pytest.fixture
def waiting(force):
    return services.submit(post=factories.draft_post(force), by=force.comms)


def test_looking_at_an_empty_page_leaves_nothing_behind(force, visit):
    factories.account(force)
    assert visit(force.comms).get("/posts/new/").status_code == 200
    assert not Post.objects.exists()


def test_a_draft_is_made_when_it_is_first_checked(force, visit):
    account = factories.account(force)
    visit(force.comms).send(
        "/posts/new/",
        account=account.ref,
        type="informing",
        text="The bridge is open.",
        about=["none"],
        state="published",
        drafted_by=force.comms2.pk,
    )
    post = Post.objects.get()
    assert (post.text, post.state, post.drafted_by) == ("The bridge is open.", "draft", force.comms)


def test_saving_what_stands_changes_nothing(force, visit, waiting):
    services.approve(post=waiting, by=force.comms2, expected_digest=waiting.digest(), considerations=WORDS)
    visit(force.comms).send(f"/posts/{waiting.ref}/write/")
    waiting.refresh_from_db()
    assert waiting.state == "approved"


def test_a_changed_word_takes_the_agreement_away_and_the_page_says_so_before(force, visit, waiting):
    services.approve(post=waiting, by=force.comms2, expected_digest=waiting.digest(), considerations=WORDS)
    writer = visit(force.comms)
    assert "what they agreed no longer counts" in text_of(writer.get(f"/posts/{waiting.ref}/write/"))
    writer.send(f"/posts/{waiting.ref}/write/", text="The bridge is closed.")
    waiting.refresh_from_db()
    assert waiting.state == "draft"
    assert PostApproval.objects.get().authorisation.state == "void"


def test_only_its_writer_changes_a_post(force, visit, waiting):
    assert visit(force.comms2).get(f"/posts/{waiting.ref}/write/").status_code == 403
    assert visit(force.officer).press(f"/posts/{waiting.ref}/write/", text="x").status_code == 403


def test_what_a_rule_stops_is_not_passed_on(force, visit):
    post = factories.draft_post(
        force, text="Darren Cole has been arrested.", person_named=True, person_stage="arrested"
    )
    response = visit(force.comms).send(f"/posts/{post.ref}/write/", action="ask")
    assert response.status_code == 422
    assert "Nothing was sent on, and the attempt is on record" in text_of(response)
    post.refresh_from_db()
    assert post.state == "draft"


def test_a_second_person_agrees_exactly_what_they_read(force, visit, waiting):
    second = visit(force.comms2)
    form = second.form(f"/posts/{waiting.ref}/agree/")
    services.edit(post=waiting, by=force.comms, values={"text": "Other words."})
    services.submit(post=Post.objects.get(), by=force.comms)
    response = second.send(f"/posts/{waiting.ref}/agree/", form=form, outcome="agree", words=WORDS)
    assert response.status_code == 422
    assert "The post changed since you opened it" in text_of(response)
    assert WORDS in text_of(response)
    assert not PostApproval.objects.exists()


def test_agreed_twice_is_agreed_once(force, visit, waiting):
    second = visit(force.comms2)
    form = second.form(f"/posts/{waiting.ref}/agree/")
    for _ in range(2):
        response = second.send(f"/posts/{waiting.ref}/agree/", form=form, outcome="agree", words=WORDS)
    assert "does not wait for anybody now" in text_of(response)
    assert PostApproval.objects.count() == 1


def test_nobody_agrees_their_own_post_and_the_attempt_stays_on_record(force, visit, waiting):
    writer = visit(force.comms)
    assert writer.get(f"/posts/{waiting.ref}/agree/").status_code == 403
    response = writer.press(
        f"/posts/{waiting.ref}/agree/", outcome="agree", words=WORDS, digest=waiting.digest()
    )
    assert response.status_code == 403
    assert "You wrote this post yourself" in text_of(response)
    assert EvidenceEvent.objects.filter(act="decision.self-refused", about_ref=waiting.ref).count() == 1
    assert not PostApproval.objects.exists()


def test_sent_back_with_a_reason_the_writer_sees_it(force, visit, waiting):
    visit(force.comms2).send(f"/posts/{waiting.ref}/agree/", outcome="return", words="Take out “thank you”.")
    assert ReturnedPost.objects.get().reason == "Take out “thank you”."
    page = text_of(visit(force.comms).get(f"/posts/{waiting.ref}/write/"))
    assert "Sam Whitlock sent it back" in page
    assert "Take out “thank you”." in page
    assert "Back with you" in text_of(visit(force.comms).get("/"))


def test_a_late_post_says_so_and_never_goes_out_by_itself(force, visit):
    post = factories.draft_post(force, planned_at=clock.now() + dt.timedelta(minutes=10))
    services.submit(post=post, by=force.comms)
    with clock.travel(to=clock.now() + dt.timedelta(minutes=40)):
        page = text_of(visit(force.comms2).get(f"/posts/{post.ref}/agree/"))
    assert "This post is late. Is it still true?" in page
    assert "will not send it by itself" in page
    with clock.travel(to=clock.now() + dt.timedelta(hours=3)):
        second = visit(force.comms2)
        response = second.send(f"/posts/{post.ref}/agree/", outcome="agree", words=WORDS)
    assert "has passed" in text_of(response)
    assert not PostApproval.objects.exists()


def test_taking_a_post_back_is_a_post_and_twice_is_once(force, visit, waiting):
    writer = visit(force.comms)
    assert writer.get(f"/posts/{waiting.ref}/take-back/").status_code == 405
    writer.press(f"/posts/{waiting.ref}/take-back/")
    again = writer.press(f"/posts/{waiting.ref}/take-back/")
    assert "cannot be taken back now" in text_of(again)
    waiting.refresh_from_db()
    assert waiting.state == "withdrawn"


def test_a_link_that_is_no_address_is_explained_and_the_rest_saved(force, visit):
    post = factories.draft_post(force)
    response = visit(force.comms).send(
        f"/posts/{post.ref}/write/", link="javascript:alert(1)", text="New words."
    )
    assert response.status_code == 422
    assert "The link must be a whole address" in text_of(response)
    post.refresh_from_db()
    assert (post.text, post.link) == ("New words.", "")


def test_an_account_of_another_unit_cannot_be_posted_from(force, visit):
    mine = factories.account(force)
    from governance.people import services as people

    people.grant_role(
        user=force.colleague, role="communications", unit=force.south, by="system:test", because="t"
    )
    people.end_role(grant=force.colleague.grants.get(role="officer"), by="system:test", because="t")
    page = visit(force.colleague).get("/posts/new/")
    assert "There is no account to post from" in text_of(page)
    visit(force.colleague).press("/posts/new/", account=mine.ref, type="informing", text="x", about="none")
    assert not Post.objects.exists()


def test_the_record_keeps_text_link_who_and_when(force, visit):
    post = factories.approved_post(force)
    approval = post.approvals.get()
    services.record_published(
        post=post,
        authorisation=approval.authorisation,
        platform_id="1",
        url="https://social.example/@northshire/1",
        published_at=clock.now(),
    )
    page = text_of(visit(force.comms).get(f"/posts/{post.ref}/"))
    for said in (
        "What the public sees",
        post.text,
        "https://social.example/@northshire/1",
        "Ellie Marsh",
        "Sam Whitlock",
    ):
        assert said in page
