"""Posts: two people, exactly the words that were read, and never late by themselves."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from audit import Act, clock
from audit.models import EvidenceEvent
from governance.casework.models import Authorisation
from governance.casework.services import Blocked, SelfAuthorisation, TooLittle
from governance.people.access import NotAllowed
from governance.posting import services
from governance.posting.models import Post, PostApproval, PublishedRecord
from governance.posting.states import PostState
from governance.states import WrongState
from tests import factories
from tests.factories import Force

pytestmark = pytest.mark.django_db
WORDS = "True, checked with the control room, and people need to know it now."


def publish(post: Post) -> PublishedRecord:
    return services.record_published(
        post=post,
        authorisation=post.approvals.last().authorisation,  # type: ignore[union-attr]
        platform_id="1",
        url="https://social.example/@northshire/1",
        published_at=clock.now(),
    )


def test_a_post_is_agreed_by_a_second_person_and_published_as_it_was_read(force: Force) -> None:
    post = factories.approved_post(force)
    assert post.state == PostState.APPROVED
    published = publish(post)
    assert (published.drafted_by, published.approved_by) == (force.comms, force.comms2)
    assert published.text == post.outgoing_text()
    with pytest.raises(IntegrityError), transaction.atomic():
        PublishedRecord.objects.update(text="other words")


def test_invariant_nobody_agrees_their_own_post(force: Force) -> None:
    post = services.submit(post=factories.draft_post(force), by=force.comms)
    with pytest.raises(SelfAuthorisation):
        services.approve(post=post, by=force.comms, expected_digest=post.digest(), considerations=WORDS)
    assert EvidenceEvent.objects.filter(act=Act.SELF_AUTHORISATION_REFUSED).exists()
    other = factories.approved_post(
        force, of=factories.account(force, uri="https://social.example/users/two")
    )
    approval = other.approvals.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        PostApproval.objects.create(
            post=post,
            digest=post.digest(),
            drafted_by=force.comms2,
            approved_by=force.comms,
            approved_at=clock.now(),
            considerations=WORDS,
            authorisation=approval.authorisation,
            decision=approval.decision,
        )


@pytest.mark.parametrize("who", ["officer", "dpo", "inspector", "admin", "supervisor", "nobody"])
def test_only_communications_agree_posts(force: Force, who: str) -> None:
    post = services.submit(post=factories.draft_post(force), by=force.comms)
    with pytest.raises(NotAllowed):
        services.approve(
            post=post, by=getattr(force, who), expected_digest=post.digest(), considerations=WORDS
        )


def test_invariant_an_edit_after_agreement_voids_it(force: Force) -> None:
    post = factories.approved_post(force)
    authorisation = post.approvals.get().authorisation
    post = services.edit(post=post, by=force.comms, values={"text": "Other words altogether."})
    authorisation.refresh_from_db()
    assert authorisation.state == "void"
    assert post.state == PostState.DRAFT


def test_a_decision_on_words_that_changed_is_refused(force: Force) -> None:
    post = services.submit(post=factories.draft_post(force), by=force.comms)
    read = post.digest()
    services.edit(post=post, by=force.comms, values={"text": "Kingsgate Bridge is shut until eight."})
    with pytest.raises(services.Changed):
        services.approve(post=post, by=force.comms2, expected_digest=read, considerations=WORDS)


def test_a_bare_yes_is_too_little(force: Force) -> None:
    post = services.submit(post=factories.draft_post(force), by=force.comms)
    with pytest.raises(TooLittle):
        services.approve(post=post, by=force.comms2, expected_digest=post.digest(), considerations="ok")


def test_invariant_a_late_agreement_never_publishes_by_itself(force: Force) -> None:
    post = factories.draft_post(force, planned_at=clock.now() - dt.timedelta(hours=2))
    post = services.submit(post=post, by=force.comms)
    with pytest.raises(WrongState, match="will not be sent by itself"):
        services.approve(post=post, by=force.comms2, expected_digest=post.digest(), considerations=WORDS)
    post = services.mark_missed(post=post)
    assert post.state == PostState.MISSED
    assert not Authorisation.objects.filter(kind="posting", state="granted").exists()


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"immigration_status": True}, "UK-POST-06"),
        ({"person_named": True, "person_stage": "arrested"}, "UK-POST-02"),
        ({"type": "correction", "corrects": "The hospital is shut.", "verified_facts": []}, "UK-POST-18"),
        ({"reveals_tactics": True}, "UK-POST-19"),
    ],
)
def test_it_stops_an_unsafe_post_with_the_right_rule(
    force: Force, values: dict[str, object], rule: str
) -> None:
    post = factories.draft_post(force, **values)
    with pytest.raises(Blocked) as caught:
        services.submit(post=post, by=force.comms)
    assert rule in [f.rule_id for f in caught.value.decision.blocks]
    post.refresh_from_db()
    assert post.state == PostState.DRAFT


def test_personal_data_in_the_words_is_a_finding(force: Force) -> None:
    from governance.posting import queries

    post = factories.draft_post(
        force, text="Call Sam on 07700 900123 or write to sam@example.com about the bridge."
    )
    findings = {f.rule_id: f.verdict for f in queries.preview(post).findings}
    assert findings["UK-POST-24"] in ("refer", "block")


def test_a_failure_reaches_the_writer_and_asks_again(force: Force) -> None:
    post = factories.approved_post(force)
    post = services.record_failed(post=post, reason_code="refused", sentence="The server said no.", attempt=1)
    assert (post.state, post.failure) == (PostState.FAILED, "The server said no.")
    assert not Authorisation.objects.filter(kind="posting", state="granted").exists()
    assert services.submit(post=post, by=force.comms).state == PostState.WAITING


def test_only_its_writer_changes_a_post(force: Force) -> None:
    post = factories.draft_post(force)
    for other in (force.comms2, force.officer, force.admin):
        with pytest.raises(NotAllowed):
            services.edit(post=post, by=other, values={"text": "Mine now."})


def test_one_agreement_publishes_once(force: Force) -> None:
    post = factories.approved_post(force)
    publish(post)
    with pytest.raises((WrongState, IntegrityError)), transaction.atomic():
        publish(Post.objects.get(pk=post.pk))
