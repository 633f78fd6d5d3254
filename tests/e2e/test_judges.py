"""Those who advise, decide, watch and run: each reads everything on one page and answers for exactly that."""

import pytest

from audit.models import EvidenceEvent
from gateway import intake
from governance.casework.models import Authorisation, Request, Review
from tests import factories
from tests.factories import LONG

POSTS = "\n".join(
    f'{{"id": "{n}", "text": "{text}", "created_at": "{{at}}", "platform": "mastodon", "visibility": "public"}}'
    for n, text in enumerate(
        [
            "Kingsgate Bridge is blocked, call 07700 900123 if you are stuck",
            "Heard from sam.jones@example.com that #MarchForTheRiver starts late",
            "Nothing to do with it",
            "Is Kingsgate Bridge open? Ask @aldermere_walker or see https://news.example.com/a/b",
        ]
    )
)


def archive() -> bytes:
    from audit import clock

    return POSTS.replace("{at}", clock.now().isoformat(timespec="seconds")).encode()


def test_the_dpo_reads_what_changed_and_advises_on_exactly_that(force, reader):
    event = factories.gathering(force, protest=True)
    request = factories.sent_request(force, event=event)
    factories.advise(force, request)
    from governance.casework import services

    services.save_answers(
        request=request,
        by=force.officer,
        part="necessity",
        values={"nec_text": LONG + " It rained last time."},
    )
    services.submit(request=Request.objects.get(pk=request.pk), by=force.officer)
    dpo = reader(force.dpo)
    dpo.says("To review")
    dpo.look("dpo-home")
    dpo.follow("Reviews")
    dpo.look("dpo-reviews")
    dpo.follow("March for the River")
    dpo.says("It rained last time.")
    dpo.look("dpo-review-changes")
    dpo.follow("Whole request")
    dpo.look("dpo-review-whole")
    dpo.press("Give this advice")
    dpo.says("Choose your advice")
    dpo.look("dpo-review-error")
    for question in ("1.", "2.", "3.", "4."):
        dpo.choose(question, "Yes")
    dpo.choose("Your advice", "No objection, with conditions")
    dpo.write("Condition 1", "Publish the notice at least 3 days before.")
    dpo.write(
        "Reasons, in your own words", "The search keeps to the event. I ask for the notice to be early."
    )
    dpo.press("Give this advice")
    dpo.look("dpo-reviews-empty")
    review = Review.objects.latest("pk")
    assert review.conditions == ["Publish the notice at least 3 days before."]
    assert review.digest == factories.digest(request)
    for path, name in (
        ("/log/", "log"),
        ("/our-rules/", "rules"),
        ("/help/", "help"),
        ("/accessibility/", "a11y"),
    ):
        dpo.open(path)
        dpo.look(name)
    dpo.open(f"/requests/{request.ref}/")
    dpo.look("dpo-request")


def test_the_decider_decides_watches_it_run_and_stops_it_at_once(force, reader):
    factories.sent_request(force, event=factories.gathering(force))
    decider = reader(force.supervisor)
    decider.look("decider-home")
    decider.follow("March for the River")
    decider.look("decider-decide")
    decider.choose("Your decision", "Agree")
    decider.write("Your reasons, in your own words", "Approved")
    decider.press("Record this decision")
    decider.says("Nothing was decided, and the attempt is on record")
    decider.look("decider-bare-approval")
    decider.write("Your reasons, in your own words", LONG)
    decider.press("Record this decision")
    decider.says("Live")
    decider.look("authorisation-new")
    row = Authorisation.objects.get()
    intake.take_upload(data=archive(), name="march.jsonl", authorisation=row, by=force.officer)
    decider.open(f"/collection/{row.ref}/")
    decider.look("authorisation")
    decider.follow("march.jsonl")
    decider.look("run")
    decider.open(f"/collection/{row.ref}/posts/")
    decider.says("We record that you opened this page")
    assert "07700" not in decider.page.content()
    assert "sam.jones" not in decider.page.content()
    decider.look("items")
    decider.open(f"/collection/{row.ref}/posts/?words=tunnel")
    decider.look("items-none")
    decider.open(f"/collection/{row.ref}/")
    decider.press("Stop collection now")
    decider.says("Collection stopped at")
    row.refresh_from_db()
    assert row.state == "cancelled"
    decider.look("stopped")
    decider.open(f"/collection/{row.ref}/posts/")
    decider.says("The posts are locked")
    decider.look("items-locked")
    decider.open("/")
    decider.look("decider-home-unanswered")
    decider.follow("March for the River")
    decider.write("Why did you stop it?", "The aim was met: the march is over.")
    decider.choose("What happens to the posts?", "Keep it until its time is up")
    decider.press("Finish and close")
    decider.look("authorisation-stopped")
    decider.open("/collection/")
    decider.look("authorisations")


def test_nobody_decides_their_own_request(force, reader):
    from governance.people import services as people

    people.grant_role(
        user=force.officer, role="supervisor", unit=force.north, by="system:test", because="test"
    )
    request = factories.sent_request(force, event=factories.gathering(force))
    officer = reader(force.officer)
    officer.open(f"/requests/{request.ref}/decision/")
    officer.says("You cannot decide this request")
    assert officer.page.get_by_role("button", name="Record this decision").count() == 0
    officer.look("not-yours")
    assert not Authorisation.objects.exists()


def test_the_officer_takes_in_an_archive(force, reader, tmp_path):
    row = factories.authorisation(force, event=factories.gathering(force))
    file = tmp_path / "march.jsonl"
    file.write_bytes(archive())
    officer = reader(force.officer)
    officer.open(f"/collection/{row.ref}/take-in/")
    officer.look("take-in")
    officer.press("Take it in")
    officer.says("Choose a file")
    officer.page.get_by_label("Archive file").set_input_files(file)
    officer.press("Take it in")
    officer.says("Where every record went")
    officer.look("take-in-run")
    assert row.items.count() == 3


@pytest.mark.parametrize("who", ["inspector", "admin", "nobody"])
def test_others_find_their_way_or_a_reason(force, reader, who):
    factories.authorisation(force, event=factories.gathering(force))
    person = reader(getattr(force, who))
    person.look(f"{who}-home")
    if who == "inspector":
        for path, name in (
            ("/requests/?state=refused", "requests-none"),
            ("/log/?act=decision.blocked", "log-none"),
        ):
            person.open(path)
            person.look(f"inspector-{name}")
        row = Authorisation.objects.get()
        person.open(f"/collection/{row.ref}/")
        person.look("inspector-authorisation")
        assert person.page.get_by_role("button", name="Stop collection now").count() == 0
    elif who == "admin":
        person.open("/people/")
        person.look("people")
        person.follow("New Starter")
        person.look("person")
        person.choose("Which role?", "Requesting officer")
        person.choose("On which unit?", "Aldermere")
        person.write("Why?", "Joined the events team.")
        person.press("Give this role")
        person.look("person-with-role")
        person.press("End it", role="link")
        person.look("end-role")
    else:
        person.open("/requests/MON-2026-0001/")
        person.look("404")
        person.open("/requests/new/")
        person.look("403")


def test_signing_in_says_the_same_whatever_is_wrong(force, reader):
    outside = reader(None)
    outside.open("/requests/")
    outside.look("sign-in")
    for name in ("priya", "nobody-of-that-name"):
        outside.write("User name", name)
        outside.write("Password", "wrong")
        outside.press("Sign in")
        outside.says("The user name or the password is not right")
    outside.look("sign-in-error")
    assert EvidenceEvent.objects.filter(act="session.sign-in-failed").count() == 2
