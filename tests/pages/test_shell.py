"""What holds for every page: signed in, marked, styled by classes only, in order, and never cached."""

import datetime as dt
import itertools
import re

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from audit import clock
from audit.models import EvidenceEvent
from governance.people import services as people
from tests import factories
from tests.factories import PASSWORD
from tests.pages.conftest import text_of
from tests.pages.test_running import archive, take_in

pytestmark = pytest.mark.django_db

OPEN = {"sign-in", "sign-out", "accessibility"}  # pages of ours that need no sign-in


def internal_patterns(resolver=None, prefix=""):
    """(name, route) of every page that is not public and not the API."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            if getattr(pattern, "namespace", None) != "api":
                yield from internal_patterns(pattern, prefix + str(pattern.pattern))
        elif isinstance(pattern, URLPattern) and not str(pattern.name or "").startswith("public"):
            yield pattern.name, prefix + str(pattern.pattern)


def filled(route: str) -> str:
    """An address with something in each slot."""
    return "/" + re.sub(r"<(?:(\w+):)?(\w+)>", lambda m: "1" if m[1] == "int" else "X-1", route)


def test_every_page_but_the_open_ones_asks_who_you_are():
    asked = 0
    for name, route in internal_patterns():
        for method in ("get", "post"):
            response = getattr(Client(), method)(filled(route))
            if name in OPEN:
                continue
            assert response.status_code in (302, 405), (name, method, response.status_code)
            if response.status_code == 302:
                assert response["Location"].startswith("/sign-in/?next="), name
                asked += 1
    assert asked > 40


@pytest.fixture
def addresses(force, visit):
    """Every page that somebody can read, with something on it."""
    event = factories.gathering(force, protest=True)
    row = factories.authorisation(force, event=factories.gathering(force))
    take_in(visit(force.officer), row, archive())
    sent = factories.sent_request(force, event=event)
    draft = factories.draft_request(force, event=event)
    post = factories.draft_post(force)
    parts = (
        "purpose",
        "event",
        "terms",
        "dates",
        "necessity",
        "proportionality",
        "others",
        "retention",
        "people",
    )
    run = row.runs.get()
    return {
        force.officer: [
            "/",
            "/help/",
            "/requests/",
            "/requests/new/",
            f"/requests/{draft.ref}/",
            *(f"/requests/{draft.ref}/part/{part}/" for part in parts),
            f"/requests/{draft.ref}/event/",
            f"/requests/{draft.ref}/check/",
            f"/requests/{draft.ref}/take-back/",
            f"/requests/{sent.ref}/",
            f"/requests/{sent.ref}/history/",
            f"/requests/{sent.ref}/decision/",
            f"/collection/{row.ref}/take-in/",
            "/requests/NONE/",
        ],
        force.dpo: [
            "/",
            "/requests/waiting/",
            f"/requests/{sent.ref}/advice/",
            "/our-rules/",
            "/log/",
            f"/collection/{row.ref}/",
            f"/collection/{row.ref}/posts/",
            f"/collection/{row.ref}/runs/{run.ref}/",
            "/collection/",
        ],
        force.comms: [
            "/",
            "/posts/",
            "/posts/new/",
            f"/posts/{post.ref}/",
            f"/posts/{post.ref}/write/",
            f"/posts/{post.ref}/agree/",
            "/our-accounts/",
            "/our-accounts/new/",
            f"/our-accounts/{post.account.ref}/",
        ],
        force.admin: ["/", "/people/", f"/people/{force.officer.username}/", "/log/"],
        None: ["/sign-in/", "/accessibility/"],
    }


def test_every_page_is_marked_styled_by_classes_in_order_and_private(force, visit, addresses):
    for user, paths in addresses.items():
        visitor = visit(user)
        for path in paths:
            response = visitor.get(path)
            html = response.content.decode()
            where = f"{user} {path}"
            assert "OFFICIAL–SENSITIVE · demonstration data" in html, where
            assert "is a fictional force" in html, where
            assert "All times are UK time" in html, where
            assert not re.search(r"\sstyle=|<style|<script|\son\w+=\"", html), where
            assert not re.search(r'(?:src|href|action)="https?://', html), where
            assert response["Cache-Control"] == "no-store" or "no-store" in response["Cache-Control"], where
            assert "script-src 'none'" in response["Content-Security-Policy"], where
            assert "unsafe" not in response["Content-Security-Policy"], where
            main = html[html.index("<main") : html.index("</main>")]
            levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", main)]
            assert levels.count(1) == 1, where
            after = levels[levels.index(1) :]
            assert all(b <= a + 1 for a, b in itertools.pairwise(after)), (where, levels)
            ids = re.findall(r'\sid="([^"]+)"', html)
            assert len(ids) == len(set(ids)), (where, [i for i in ids if ids.count(i) > 1])
            known = set(ids)
            for described in re.findall(r'aria-(?:describedby|labelledby)="([^"]+)"', html):
                assert set(described.split()) <= known, (where, described)
            for target in re.findall(r'href="#([^"]+)"', main):
                assert target in known or target.startswith("i-"), (where, target)


def test_browser_titles_carry_no_case_name(force, visit):
    row = factories.authorisation(force, title="Operation Heron", event=factories.gathering(force))
    officer = visit(force.officer)
    for path in (f"/requests/{row.request.ref}/", f"/collection/{row.ref}/", f"/collection/{row.ref}/posts/"):
        title = re.search(r"<title>([^<]*)</title>", officer.get(path).content.decode())
        assert title is not None
        assert "Heron" not in title[1]


def test_the_menu_shows_what_a_person_can_open(force, visit):
    for user in force.everyone():
        visitor = visit(user)
        html = visitor.get("/").content.decode()
        nav = html[html.index('<nav class="cd-nav"') :]
        nav = nav[: nav.index("</nav>")]
        for address in re.findall(r'href="([^"]+)"', nav):
            assert visitor.get(address).status_code == 200, (user, address)


def test_signing_out_is_a_button_not_a_link(force, visit):
    officer = visit(force.officer)
    assert officer.get("/sign-out/").status_code == 405
    assert officer.client.post("/sign-out/").status_code == 403  # without the token
    officer.press("/sign-out/")
    assert officer.get("/").status_code == 302
    assert EvidenceEvent.objects.filter(act="session.signed-out").count() == 1


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_signing_in_never_leads_elsewhere(force, elsewhere):
    client = Client()
    response = client.post("/sign-in/", {"username": "priya", "password": PASSWORD, "next": elsewhere})
    assert response.status_code == 302
    assert response["Location"] == "/"


def test_signing_in_leads_to_the_page_that_was_asked_for(force):
    client = Client()
    response = client.post(
        "/sign-in/", {"username": "priya", "password": PASSWORD, "next": "/requests/?state=draft"}
    )
    assert response["Location"] == "/requests/?state=draft"


def test_after_five_failures_the_name_waits_whether_it_exists_or_not(force):
    for name in ("priya", "no-such-person"):
        client = Client()
        for _ in range(5):
            assert client.post("/sign-in/", {"username": name, "password": "wrong"}).status_code == 422
        right = client.post("/sign-in/", {"username": name, "password": PASSWORD})
        assert "Too many tries" in text_of(right)
    with clock.travel(to=clock.now() + dt.timedelta(minutes=16)):
        assert Client().post("/sign-in/", {"username": "priya", "password": PASSWORD}).status_code == 302


def test_the_name_that_was_typed_is_not_kept(force):
    Client().post("/sign-in/", {"username": "my secret password", "password": "x"})
    event = EvidenceEvent.objects.filter(act="session.sign-in-failed").get()
    assert "secret" not in f"{event.about_ref} {event.data} {event.actor}"


def test_somebody_without_a_role_is_told_what_to_do(force, visit):
    page = text_of(visit(force.nobody).get("/"))
    assert "You have no role yet" in page


def test_a_closed_sign_in_opens_nothing(force):
    force.officer.is_active = False
    force.officer.save()
    assert Client().post("/sign-in/", {"username": "priya", "password": PASSWORD}).status_code == 422


def test_an_administrator_sees_no_case(force, visit):
    row = factories.authorisation(force, title="Operation Heron", event=factories.gathering(force))
    admin = visit(force.admin)
    for path in ("/", "/requests/", "/collection/", "/posts/"):
        page = text_of(admin.get(path))
        assert "Heron" not in page
        assert row.ref not in page
    for path in (
        f"/requests/{row.request.ref}/",
        f"/collection/{row.ref}/",
        f"/requests/{row.request.ref}/history/",
    ):
        assert admin.get(path).status_code == 404


def test_roles_are_given_and_ended_with_a_reason_and_never_to_oneself(force, visit):
    admin = visit(force.admin)
    admin.send("/people/new/", role="officer", unit="aldermere", because="Joined the events team.")
    grant = force.nobody.grants.get()
    assert (grant.role, grant.unit, grant.because) == ("officer", force.north, "Joined the events team.")
    admin.send("/people/new/", role="officer", unit="aldermere", because="Again.")
    assert force.nobody.grants.count() == 1
    conflict = admin.send("/people/new/", role="inspector", unit="northshire", because="Both.")
    assert conflict.status_code == 422
    own = admin.send("/people/root/", role="officer", unit="aldermere", because="Me.")
    assert own.status_code == 403
    admin.send(f"/people/new/roles/{grant.pk}/end/", because="Left the team.")
    grant.refresh_from_db()
    assert grant.valid_to is not None


def test_an_inspector_is_told_when_their_access_ends(force, visit):
    grant = force.inspector.grants.get()
    grant.valid_to = clock.now() + dt.timedelta(days=6)
    grant.save()
    assert "Your access ends" in text_of(visit(force.inspector).get("/"))


def test_reading_the_log_is_itself_an_entry(force, visit):
    visit(force.dpo).get("/log/")
    assert EvidenceEvent.objects.filter(act="log.consulted", actor=f"user:{force.dpo.pk}").count() == 1
    assert visit(force.officer).get("/log/").status_code == 403


def test_the_log_of_one_district_shows_that_district_only(force, visit):
    people.grant_role(
        user=force.colleague, role="authorising_officer", unit=force.south, by="system:test", because="t"
    )
    people.end_role(grant=force.colleague.grants.get(role="officer"), by="system:test", because="t")
    request = factories.sent_request(force)
    assert request.ref in text_of(visit(force.dpo).get("/log/"))
    assert request.ref not in text_of(visit(force.colleague).get("/log/"))


def test_a_page_that_breaks_says_so_without_a_trace(force, visit, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("secret detail")

    monkeypatch.setattr("governance.casework.views.read.keyset", broken)
    visitor = visit(force.officer)
    visitor.client.raise_request_exception = False
    response = visitor.get("/requests/")
    assert response.status_code == 500
    page = text_of(response)
    assert "Something broke on our side" in page
    assert "secret" not in page
    assert re.search(r"[0-9A-F]{2}-[0-9A-F]{4}", page)
