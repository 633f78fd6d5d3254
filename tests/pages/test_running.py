"""Running, stopping, taking in and reading: a stop acts at once, and every reading leaves its entry."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from audit import clock
from audit.models import EvidenceEvent
from gateway.models import CollectionRun
from gateway.views.reading import aims_at_person
from governance.casework import services
from tests import factories
from tests.pages.conftest import text_of

pytestmark = pytest.mark.django_db


def line(number: int, text: str) -> str:
    at = clock.now().isoformat(timespec="seconds")
    return f'{{"id": "{number}", "text": "{text}", "created_at": "{at}", "platform": "mastodon", "visibility": "public"}}'


ARCHIVE = [
    "Kingsgate Bridge is blocked, call 07700 900123",
    "Nothing to do with it",
    "<script>alert(1)</script> Kingsgate Bridge & more",
]


def archive(*texts: str) -> bytes:
    return "\n".join(line(n, t) for n, t in enumerate(texts or ARCHIVE)).encode()


def take_in(visitor, row, data: bytes, name: str = "march.jsonl", **fields):
    path = f"/collection/{row.ref}/take-in/"
    token = visitor.form(path)["csrfmiddlewaretoken"]
    return visitor.client.post(
        path,
        {"csrfmiddlewaretoken": token, "archive": SimpleUploadedFile(name, data), **fields},
        follow=True,
    )


@pytest.fixture
def row(force):
    return factories.authorisation(force, event=factories.gathering(force))


def test_an_archive_is_taken_in_and_every_record_accounted_for(force, visit, row):
    page = text_of(take_in(visit(force.officer), row, archive()))
    run = CollectionRun.objects.get()
    assert (run.read, run.stored, run.out_of_scope) == (3, 2, 1)
    assert "The five lines add up to this" in page
    assert "1 without an agreed search term" in page


def test_the_same_file_twice_changes_nothing_and_is_said(force, visit, row):
    officer, data = visit(force.officer), archive()
    take_in(officer, row, data)
    assert "was already taken in" in text_of(take_in(officer, row, data))
    assert row.items.count() == 2


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty"),
        (b"\x00\x01\x02 not an archive", "march.jsonl"),
        (b"PK\x03\x04zipped", "march.jsonl"),
    ],
)
def test_a_file_that_is_no_archive_is_explained(force, visit, row, data, sentence):
    response = take_in(visit(force.officer), row, data)
    assert response.status_code in (200, 422)
    assert sentence in text_of(response)
    assert not row.items.exists()


def test_a_file_that_is_too_large_is_explained(force, visit, row, settings):
    settings.UPLOAD_MAX_BYTES = 1000
    response = take_in(visit(force.officer), row, archive() * 20)
    assert response.status_code == 422
    assert "The most is 1,000 bytes" in text_of(response)
    assert not CollectionRun.objects.exists()


def test_nothing_is_taken_in_after_a_stop(force, visit, row):
    officer = visit(force.officer)
    form = officer.form(f"/collection/{row.ref}/take-in/")
    services.cancel(authorisation=row, by=force.supervisor)
    response = officer.client.post(
        f"/collection/{row.ref}/take-in/",
        {
            "csrfmiddlewaretoken": form["csrfmiddlewaretoken"],
            "archive": SimpleUploadedFile("a.jsonl", archive()),
        },
    )
    assert response.status_code == 422
    assert row.ref in text_of(response)
    assert not row.items.exists()


def test_reading_shows_hidden_pieces_escapes_the_rest_and_leaves_one_entry(force, visit, row):
    take_in(visit(force.officer), row, archive())
    reader = visit(force.dpo)
    before = EvidenceEvent.objects.filter(act="items.consulted").count()
    response = reader.get(f"/collection/{row.ref}/posts/")
    html = response.content.decode()
    assert (
        '<span class="cd-chip cd-chip--contact"><span class="cd-hidden">hidden: </span>Phone 1</span>' in html
    )
    assert "07700" not in html
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    entries = EvidenceEvent.objects.filter(act="items.consulted")
    assert entries.count() == before + 1
    assert entries.last().data["count"] == 2
    assert entries.last().actor == f"user:{force.dpo.pk}"


def test_reading_carries_no_author_and_no_address_of_a_post(force, visit, row):
    take_in(visit(force.officer), row, archive())
    html = visit(force.dpo).get(f"/collection/{row.ref}/posts/").content.decode()
    post = html[html.index("<article") : html.index("</article>")]
    assert "<a " not in post
    assert "<img" not in post


@pytest.mark.parametrize("sought", ["@somebody", "from:somebody", "07700 900123", "a.person@example.com"])
def test_nobody_can_be_searched_for(force, visit, row, sought):
    take_in(visit(force.officer), row, archive())
    page = text_of(visit(force.dpo).get(f"/collection/{row.ref}/posts/", words=sought))
    assert "so it was not searched for" in page
    assert aims_at_person(sought)


def test_words_can_be_searched_for(force, visit, row):
    take_in(visit(force.officer), row, archive())
    dpo = visit(force.dpo)
    assert "1 post, newest first" in text_of(dpo.get(f"/collection/{row.ref}/posts/", words="blocked"))
    assert "No posts match" in text_of(dpo.get(f"/collection/{row.ref}/posts/", words="tunnel"))


def test_a_stop_is_a_post_acts_at_once_and_twice_is_once(force, visit, row):
    supervisor = visit(force.supervisor)
    assert supervisor.get(f"/collection/{row.ref}/stop/").status_code == 405
    response = supervisor.press(f"/collection/{row.ref}/stop/")
    assert "Collection stopped at" in text_of(response)
    row.refresh_from_db()
    assert row.state == "cancelled"
    again = supervisor.press(f"/collection/{row.ref}/stop/")
    assert "had already ended" in text_of(again)
    assert EvidenceEvent.objects.filter(act="authorisation.cancelled").count() == 1


def test_a_stop_needs_no_reason_and_no_second_page(force, visit, row):
    html = visit(force.officer).get(f"/collection/{row.ref}/").content.decode()
    form = html[html.index(f'action="/collection/{row.ref}/stop/"') :]
    assert form.index("</form>") > form.index("Stop collection now")
    assert "<input" in form[: form.index("</form>")]  # the token, and nothing to fill in
    assert "<textarea" not in form[: form.index("</form>")]


def test_after_a_stop_the_posts_are_locked_until_somebody_answers(force, visit, row):
    take_in(visit(force.officer), row, archive())
    supervisor = visit(force.supervisor)
    supervisor.press(f"/collection/{row.ref}/stop/")
    page = text_of(supervisor.get(f"/collection/{row.ref}/posts/"))
    assert "The posts are locked" in page
    assert "blocked" not in page
    response = supervisor.send(f"/collection/{row.ref}/stopped/", because="", product="")
    assert response.status_code == 422
    supervisor.send(f"/collection/{row.ref}/stopped/", because="The march is over.", product="keep_to_term")
    assert "blocked" in text_of(supervisor.get(f"/collection/{row.ref}/posts/"))


def test_who_may_not_stop_or_take_in_sees_no_button_for_it(force, visit, row):
    page = visit(force.inspector).get(f"/collection/{row.ref}/").content.decode()
    assert "Stop collection now" not in page
    assert "Take in an archive" not in page
    inspector = visit(force.inspector)
    assert inspector.press(f"/collection/{row.ref}/stop/").status_code == 403
    row.refresh_from_db()
    assert row.state == "granted"


def test_what_belongs_to_another_district_is_not_there(force, visit, row):
    stranger = visit(force.southern_officer)
    for path in ("", "posts/", "take-in/", "stopped/"):
        assert stranger.get(f"/collection/{row.ref}/{path}").status_code == 404
    assert stranger.press(f"/collection/{row.ref}/stop/").status_code == 404
    assert row.ref not in text_of(stranger.get("/collection/"))


def test_an_ended_authorisation_says_when_and_why(force, visit, row, at):
    assert "Collection stops by itself at that moment" in text_of(
        visit(force.officer).get(f"/collection/{row.ref}/")
    )
    with clock.travel(to=row.expires_at):
        page = text_of(visit(force.officer).get(f"/collection/{row.ref}/"))
    assert "Its time was up, and collection stopped by itself" in page
    assert "Stop collection now" not in page
