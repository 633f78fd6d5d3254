"""Every address × every role: who may open it is written here, and no page is without an answer."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from gateway import intake
from tests import factories
from tests.factories import Force

pytestmark = pytest.mark.django_db

# How each person is written in the table below.
PEOPLE = {
    "O": "officer",  # whose request, authorisation and post these are
    "C": "colleague",  # another officer of the same unit
    "S": "supervisor",
    "A": "superintendent",
    "D": "dpo",
    "M": "comms",  # wrote the post
    "N": "comms2",
    "I": "inspector",
    "K": "admin",
    "X": "southern_officer",  # an officer of another unit
    "0": "nobody",  # signed in, without any role
}
EVERYONE = "OCSADMNIKX0"
CASE = "OCSADI"

# name -> who gets the page by opening it. Everybody else is refused: 403 where they may know of it, 404 where they may
# not; whoever has not signed in is sent to sign in (the API answers 401).
PAGES: dict[str, str] = {
    "home": EVERYONE,
    "help": EVERYONE,
    "people": "K",
    "person": "K",
    "requests": EVERYONE,  # each sees their own list; what is in it is `visible_to`, tested with the models
    "waiting": EVERYONE,
    "request-new": "OCX",
    "request": CASE,
    "request-history": CASE,
    "request-part": "O",
    "request-event": "O",
    "request-check": "O",
    "request-withdraw": "O",
    "request-advice": "D",
    "request-decide": "S",
    "authorisations": EVERYONE,
    "authorisation": CASE,
    "authorisation-run": CASE,
    "authorisation-items": CASE,
    "authorisation-take-in": "OC",
    "authorisation-stopped": "OCSA",
    "posts": EVERYONE,
    "post-new": "OCMNX",
    "post": "OCSADMNI",
    "post-edit": "M",
    "post-agree": "N",
    "accounts": EVERYONE,
    "account": "OCSADMNI",
    "account-new": "MN",
    "rules": "OCSADMNIKX",
    "log": "ADI",
    "releases": "ADMNI",
    "list_requests": EVERYONE,
    "read_request": CASE,
    "read_authorisation": CASE,
    "list_posts": EVERYONE,
    "read_post": "OCSADMNI",
}
# Pages about one release: nobody gets one that does not exist, and the tests of reports/ walk one that does.
OF_A_RELEASE = {"release", "release-figures", "release-trace", "release-file"}
# Pages that nobody has to sign in for, and that must not set a cookie.
PUBLIC = {
    "public",
    "public-releases",
    "public-release",
    "public-file",
    "public-latest",
    "public-latest-file",
    "public-accounts",
    "public-accounts-json",
    "public-rules",
    "public-check",
}
NEITHER = {"accessibility", "sign-in", "sign-out", "openapi-json", "api-root"}
# name -> who may do it (by POST); for everybody else nothing happens.
ACTIONS: dict[str, str] = {
    "role-end": "K",
    "request-part": "O",
    "request-event": "O",
    "request-check": "O",
    "request-withdraw": "O",
    "request-advice": "D",
    "request-decide": "S",
    "authorisation-stop": "OCSA",
    "authorisation-stopped": "OCSA",
    "authorisation-take-in": "OC",
    "post-edit": "M",
    "post-agree": "N",
    "post-withdraw": "MN",
    "release-prepare": "D",
    "release-publish": "MN",
    "send_request": "O",
    "advise_on_request": "D",
    "agree_request": "S",
    "refuse_request": "S",
    "stop_authorisation": "OCSA",
    "send_post": "M",
    "agree_post": "N",
    "return_post": "N",
}
BODIES = {
    "advise_on_request": '{"digest": "x", "outcome": "advised", "aim": "yes", "link": "yes", "less_intrusive": "yes", '
    '"fair": "yes", "reasons": "long enough to be reasons in one\'s own words"}',
    "agree_request": '{"digest": "x", "considerations": "y"}',
    "refuse_request": '{"digest": "x", "reason": "other", "grounds": "y"}',
    "stop_authorisation": "{}",
    "agree_post": '{"digest": "x", "considerations": "y"}',
    "return_post": '{"digest": "x", "reason": "y"}',
}


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Every route of the site as (name, pattern)."""
    for entry in (resolver or get_resolver()).url_patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, pattern)
        elif isinstance(entry, URLPattern):
            yield entry.name or pattern, pattern


def world(force: Force) -> dict[str, str]:
    """One of each thing; the values that stand in the addresses."""
    sent = factories.sent_request(
        force, event=factories.gathering(force, protest=True), retention_class="R3", retention_days=30
    )
    plain = factories.sent_request(force)
    draft = factories.draft_request(force)
    authorisation = factories.authorisation(force)
    run = intake.take_upload(
        data=b'{"id": "1", "text": "#MarchForTheRiver is lovely", "created_at": "2020-01-01T10:00:00Z"}\n',
        name="posts.jsonl",
        authorisation=authorisation,
        by=force.officer,
        platform="mastodon",
    )
    post = factories.draft_post(force)
    return {
        "sent": sent.ref,
        "plain": plain.ref,
        "plain_digest": factories.digest(plain),
        "post_digest": post.digest(),
        "draft": draft.ref,
        "authorisation": authorisation.ref,
        "run": run.ref,
        "post": post.ref,
        "account": post.account.ref,
        "username": force.nobody.username,
        "grant": str(force.officer.grants.get().pk),
    }


def address(name: str, pattern: str, things: dict[str, str]) -> str:
    """The pattern with real things in it."""
    if name.startswith(("authorisation", "read_authorisation", "stop_authorisation")):
        ref = things["authorisation"]
    elif name.startswith("post") or name.endswith("_post"):
        ref = things["post"]
    elif name.startswith("account"):
        ref = things["account"]
    elif name in ("request-part", "request-event", "request-check", "request-withdraw", "send_request"):
        ref = things["draft"]
    elif name in ("request-decide", "agree_request", "refuse_request"):
        ref = things["plain"]
    elif name.startswith(("release", "public")):
        ref = "TR-2025-H2"
    else:
        ref = things["sent"]
    values = {
        "ref": ref,
        "part": "terms",
        "run": things["run"],
        "username": things["username"],
        "grant": things["grant"],
        "key": "1",
        "version": "1",
        "name": "index.html",
        "table": "t",
        "row": "r",
        "column": "c",
    }
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda m: values[m.group(1)], pattern)


def body(name: str, things: dict[str, str]) -> str:
    """A whole and right body, with the digest of what is really there."""
    digest = things["post_digest"] if name.endswith("_post") else things["plain_digest"]
    return BODIES.get(name, "").replace('"digest": "x"', f'"digest": "{digest}"')


@pytest.fixture
def things(force: Force) -> dict[str, str]:
    return world(force)


def signed_in(force: Force, letter: str) -> Client:
    client = Client()
    client.force_login(getattr(force, PEOPLE[letter]))
    return client


def test_every_address_is_in_the_tables() -> None:
    known = set(PAGES) | set(ACTIONS) | PUBLIC | NEITHER | OF_A_RELEASE
    assert {name for name, _ in routes()} == known


def test_invariant_every_page_is_refused_to_whoever_has_no_right_to_it(
    force: Force, things: dict[str, str]
) -> None:
    wrong = []
    clients = {letter: signed_in(force, letter) for letter in PEOPLE}
    for name, pattern in routes():
        if name not in PAGES:
            continue
        url = address(name, pattern, things)
        for letter, client in clients.items():
            code = client.get(url).status_code
            fine = code in (200, 302) if letter in PAGES[name] else code in (403, 404)
            if not fine:
                wrong.append(f"{name} for {PEOPLE[letter]}: {code}")
        code = Client().get(url).status_code
        if code != (401 if url.startswith("/api/") else 302):
            wrong.append(f"{name} without signing in: {code}")
    assert wrong == []


def test_invariant_every_action_is_refused_to_whoever_has_no_right_to_it(
    force: Force, things: dict[str, str]
) -> None:
    from audit.models import EvidenceEvent

    quiet = {"items.consulted", "log.consulted", "decision.self-refused"}
    wrong = []
    clients = {letter: signed_in(force, letter) for letter in PEOPLE}
    before = EvidenceEvent.objects.exclude(act__in=quiet).count()
    for name, pattern in routes():
        if name not in ACTIONS:
            continue
        url = address(name, pattern, things)
        for letter, client in clients.items():
            if letter in ACTIONS[name]:
                continue
            if url.startswith("/api/"):
                code = client.post(url, body(name, things), content_type="application/json").status_code
            else:
                code = client.post(url, {"period": "2025-H2"}).status_code
            if code not in (403, 404):
                wrong.append(f"{name} by {PEOPLE[letter]}: {code}")
        if Client().post(url).status_code not in (302, 401, 403):
            wrong.append(f"{name} without signing in")
    assert not wrong, "\n".join(wrong)
    after = EvidenceEvent.objects.exclude(act__in=quiet).order_by("id")[before:]
    assert [(e.act, e.actor, e.about_ref) for e in after] == [], "something happened after all"


def test_every_change_needs_the_forms_token(force: Force, things: dict[str, str]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(force.officer)
    for name, pattern in routes():
        if name in ACTIONS or name == "sign-out":
            assert client.post(address(name, pattern, things)).status_code in (403, 404), name


def test_public_pages_set_no_cookie_and_ask_nobody_who_they_are(things: dict[str, str]) -> None:
    for name, pattern in routes():
        if name in PUBLIC:
            answer = Client().get(address(name, pattern, things))
            assert answer.status_code in (200, 302, 404), name
            assert not answer.cookies, name
            if answer.status_code != 404:  # the page that says so belongs to the inside
                assert "Cookie" not in answer.get("Vary", ""), name


def test_list_and_single_answers_agree_for_every_person(force: Force, things: dict[str, str]) -> None:
    from governance.casework.models import Request
    from governance.casework.queries import NotFound, find

    for who in force.everyone():
        listed = set(Request.objects.visible_to(who).values_list("ref", flat=True))
        for request in Request.objects.all():
            try:
                find(who, request.ref)
                seen = True
            except NotFound:
                seen = False
            assert seen == (request.ref in listed), (who, request.ref)


def test_no_address_and_no_filter_searches_for_a_person(force: Force, things: dict[str, str]) -> None:
    """Search is by reference and title; nothing takes a handle, an author or a name of somebody monitored."""
    for _, pattern in routes():
        assert not re.search(r"<[^>]*(author|handle|subject|profile|person|nominal)[^>]*>", pattern), pattern
    for room in ("gateway", "governance/casework"):
        for path in Path(room).rglob("*.py"):
            assert not re.search(r"GET\.get\(.(author|handle|subject|person|name)", path.read_text()), path
