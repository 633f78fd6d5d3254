"""The public reads what the force does without signing in, without a cookie, and can check it offline."""

from urllib.parse import urljoin

from reports import services
from reports.period import HalfYear
from tests import factories


def test_the_public_reads_and_checks_without_signing_in(force, reader):
    factories.account(force)
    release = services.prepare(period=HalfYear(2026, 1), by=force.dpo)
    services.publish(release=release, by=force.comms)
    public = reader(None)
    for path, name in (
        ("/public/", "public-front"),
        ("/transparency/", "public-releases"),
        (f"/transparency/{release.ref}/", "public-report"),
        ("/accounts/", "public-accounts"),
        ("/rules/", "public-rules"),
        ("/check/", "public-check"),
        ("/accessibility/", "public-accessibility"),
    ):
        public.open(path)
        public.look(name)
    assert not public.page.context.cookies()
    public.open(f"/transparency/{release.ref}/")
    links = [link.get_attribute("href") or "" for link in public.page.locator("a").all()]
    files = [link for link in links if link.endswith((".pdf", ".csv", ".json", "SHA256SUMS"))]
    assert {link.rsplit(".", 1)[-1] for link in files} == {"pdf", "csv", "json", "SHA256SUMS"}
    for link in files:
        assert public.page.request.get(urljoin(public.page.url, link)).status == 200, link


def test_those_who_publish_see_what_was_prepared_and_checked(force, reader):
    release = services.prepare(period=HalfYear(2026, 1), by=force.dpo)
    person = reader(force.comms)
    person.open("/reports/")
    person.look("reports")
    person.open(f"/reports/{release.ref}/{release.pk}/")
    person.look("report-prepared")
    dpo = reader(force.dpo)
    dpo.open(f"/reports/{release.ref}/{release.pk}/figures/")
    dpo.look("report-figures")
