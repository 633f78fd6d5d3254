"""What people see: those who prepare and publish, and everybody else without signing in."""

import json
from typing import Any

import pytest
from django.test import Client

from governance.accounts.models import OfficialAccount
from reports import register, services
from reports.models import Release
from reports.render import pdf
from reports.states import ReleaseState
from reports.verify import Check
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def force(db: Any, at: Any) -> Any:
    at("2025-12-01 09:00")
    return factories.Force.make()


@pytest.fixture
def release(force: Any, at: Any, monkeypatch: Any) -> Release:
    monkeypatch.setattr(services, "examine", lambda *_: [Check("looked", True, "Not looked at twice.")])
    monkeypatch.setattr(pdf, "render", lambda *_, **__: b"%PDF: another test looks at the paper")
    at("2026-03-02 10:00")
    factories.sent_request(force)
    at("2026-07-02 09:00")
    return services.prepare(period="2026-H1", by=force.dpo)


@pytest.fixture
def published(force: Any, release: Release) -> Release:
    return services.publish(release=release, by=force.comms)


def as_(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


PUBLIC = ["/transparency/", "/accounts/", "/accounts/accounts.json", "/rules/", "/check/"]


@pytest.mark.parametrize("address", PUBLIC)
def test_anybody_may_read_the_public_pages_and_no_cookie_is_set(
    client: Client, force: Any, address: str
) -> None:
    response = client.get(address)
    assert response.status_code == 200
    assert not response.cookies
    assert "Cookie" not in response.headers.get("Vary", "")
    assert "public" in response["Cache-Control"]
    assert client.post(address).status_code == 405


@pytest.mark.parametrize("address", PUBLIC)
def test_public_pages_run_no_script_and_load_nothing_from_elsewhere(
    client: Client, force: Any, address: str
) -> None:
    page = client.get(address).content.decode()
    assert "<script" not in page
    assert 'src="http' not in page
    assert "style=" not in page


def test_before_the_first_report_the_list_says_so(client: Client, force: Any, at: Any) -> None:
    at("2026-07-02 09:00")
    page = client.get("/transparency/").content.decode()
    assert "No report has been published yet" in page
    assert "January to June 2026" in page


def test_a_release_that_is_not_published_is_nowhere_in_public(client: Client, release: Release) -> None:
    for address in ("", "v1/", "v1/report.pdf", "v1/SHA256SUMS", "index.html"):
        assert client.get(f"/transparency/TR-2026-H1/{address}").status_code == 404
    assert "TR-2026-H1" not in client.get("/transparency/").content.decode()
    assert release.digest[:4] not in client.get("/check/").content.decode()


def test_a_published_release_is_served_byte_for_byte(client: Client, published: Release) -> None:
    for file in published.files.all():
        response = client.get(f"/transparency/TR-2026-H1/v1/{file.name}")
        assert response.content == bytes(file.content)
        assert response["Content-Type"] == file.media_type
        assert response["ETag"] == f'"{file.sha256}"'
        assert "immutable" in response["Cache-Control"]
        assert response["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
        assert response["X-Content-Type-Options"] == "nosniff"
        assert not response.cookies
        assert "Cookie" not in response.headers.get("Vary", "")
    assert "TR-2026-H1" in client.get("/transparency/").content.decode()
    assert published.digest[:4] in client.get("/check/").content.decode()


def test_the_address_without_a_version_leads_to_the_one_in_force(client: Client, published: Release) -> None:
    assert client.get("/transparency/TR-2026-H1/")["Location"] == "/transparency/TR-2026-H1/v1/"
    to_pdf = client.get("/transparency/TR-2026-H1/report.pdf")
    assert to_pdf["Location"] == "/transparency/TR-2026-H1/v1/report.pdf"
    assert client.get("/transparency/TR-2026-H1/v1/").content == bytes(
        published.files.get(name="index.html").content
    )
    assert client.get("/transparency/TR-2026-H1/v2/").status_code == 404
    assert client.get("/transparency/TR-2026-H1/v1/../../secret").status_code == 404


def test_an_unchanged_file_is_not_sent_twice(client: Client, published: Release) -> None:
    tag = client.get("/transparency/TR-2026-H1/v1/report.json")["ETag"]
    again = client.get("/transparency/TR-2026-H1/v1/report.json", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_every_link_of_the_frozen_page_leads_somewhere(client: Client, published: Release) -> None:
    import re
    from urllib.parse import urljoin

    base = "/transparency/TR-2026-H1/v1/"
    page = client.get(base).content.decode()
    for address in re.findall(r'(?:href|src)="([^"#][^"]*)"', page):
        if not address.startswith("data:"):
            assert client.get(urljoin(base, address)).status_code == 200, address


def test_the_frozen_page_leads_nowhere_inside(published: Release) -> None:
    page = bytes(published.files.get(name="index.html").content).decode()
    for inside in ("MON-2026", "AUTH-2026", "/requests/", "/reports/"):
        assert inside not in page


# ---------------------------------------------------------------- inside
def test_a_report_is_prepared_by_one_person_and_published_by_another(force: Any, at: Any) -> None:
    at("2026-07-02 09:00")
    dpo, comms = as_(force.dpo), as_(force.comms)
    answer = dpo.post("/reports/prepare/", {"period": "2026-H1"}, follow=True)
    release = Release.objects.get()
    address = f"/reports/TR-2026-H1/{release.pk}/"
    assert answer.redirect_chain == [(address, 302)]
    assert "Somebody else must publish it" in answer.content.decode()
    own = dpo.get(address).content.decode()
    assert "Publish the report" not in own
    assert dpo.post(f"{address}publish/", {"digest": release.digest}).status_code in (403, 409)
    assert Release.objects.get().state == ReleaseState.CHECKED
    assert "Publish the report" in comms.get(address).content.decode()
    comms.post(f"{address}publish/", {"digest": "0" * 64})
    assert Release.objects.get().state == ReleaseState.CHECKED
    comms.post(f"{address}publish/", {"digest": release.digest})
    assert Release.objects.get().state == ReleaseState.PUBLISHED
    assert comms.get(f"{address}files/report.pdf").content.startswith(b"%PDF")


@pytest.mark.parametrize("period", ["", "2026-H2", "nonsense", "2026-H1; drop"])
def test_a_period_that_cannot_be_reported_is_answered_with_a_sentence(
    force: Any, at: Any, period: str
) -> None:
    at("2026-07-02 09:00")
    page = as_(force.dpo).post("/reports/prepare/", {"period": period}, follow=True).content.decode()
    assert "Not prepared" in page
    assert not Release.objects.exists()


def test_who_may_not_read_reports_sees_none(force: Any, release: Release) -> None:
    address = f"/reports/TR-2026-H1/{release.pk}/"
    for user in (force.officer, force.supervisor, force.admin, force.nobody):
        client = as_(user)
        assert client.get("/reports/").status_code == 403
        for part in ("", "figures/", "files/index.html", "figures/requests-by-purpose/all/all/"):
            assert client.get(address + part).status_code in (403, 404), (user, part)
    assert Client().get(address).status_code == 302


def test_true_counts_are_for_those_who_read_the_cases_too(force: Any, release: Release) -> None:
    address = f"/reports/TR-2026-H1/{release.pk}/figures/"
    assert as_(force.comms).get(address).status_code == 403
    for user in (force.dpo, force.inspector, force.superintendent):
        page = as_(user).get(address).content.decode()
        assert "[c]" in page
        one = as_(user).get(f"{address}requests-by-purpose/all/all/").content.decode()
        assert "MON-2026-0001" in one
    assert as_(force.dpo).get(f"{address}requests-by-purpose/nothing/all/").status_code == 404


# ---------------------------------------------------------------- is this account real?
@pytest.fixture
def account(force: Any, at: Any) -> OfficialAccount:
    return factories.account(force, handle="NorthshirePolice")


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        ("@NorthshirePolice", "ours"),
        ("northshirepolice", "ours"),
        ("NorthshirePolice@social.example", "ours"),
        ("https://social.example/users/northshire", "ours"),
        ("https://social.example/users/northshire/", "ours"),
        ("@Northshire_P0lice", "lookalike"),
        ("NorthshlrePolice", "lookalike"),
        ("Nоrthshire Police", "lookalike"),  # a Cyrillic letter
        ("https://elsewhere.example/@NorthshirePolice", "lookalike"),
        ("@SomebodyElse", "unknown"),
        ("x" * 5000, "unknown"),
    ],
)
def test_an_account_is_ours_only_by_its_own_name_or_address(account: Any, asked: str, kind: str) -> None:
    verdict = register.ask(asked, register.entries())
    assert verdict is not None
    assert verdict.kind == kind


def test_a_name_without_an_account_says_nothing(account: Any) -> None:
    assert register.ask("   ", register.entries()) is None
    assert register.ask("\x00\x1b", register.entries()) is None


def test_a_closed_account_is_still_listed(client: Client, account: OfficialAccount) -> None:
    account.state = "closed"
    account.save()
    page = client.get("/accounts/", {"q": "@NorthshirePolice"}).content.decode()
    assert "We no longer use this account" in page
    assert "Closed accounts" in page


def test_what_is_typed_comes_back_as_text_and_is_not_cached(client: Client, account: OfficialAccount) -> None:
    response = client.get("/accounts/", {"q": "<script>alert(1)</script>"})
    assert "<script" not in response.content.decode()
    assert response["Cache-Control"] == "no-store"


def test_an_account_that_is_not_public_is_not_shown(client: Client, force: Any) -> None:
    factories.account(force, handle="quiet", public=False)
    assert "quiet" not in client.get("/accounts/").content.decode()
    assert json.loads(client.get("/accounts/accounts.json").content)["accounts"] == []


def test_every_rule_in_force_is_public_with_its_source(client: Client, force: Any) -> None:
    from django.utils.html import escape

    from governance.decisions.services import live_pack

    page = client.get("/rules/").content.decode()
    for rule in live_pack().rules:
        assert rule.id in page
        assert escape(rule.sentence) in page
    assert live_pack().status in page
