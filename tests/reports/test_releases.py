"""From cases to a published release: counted from the records, published by a second person, frozen."""

import datetime as dt
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from audit import Act, clock
from audit.models import EvidenceEvent
from governance.casework import services as casework
from governance.casework.models import Request
from governance.casework.queries import NotFound
from governance.people.access import NotAllowed
from governance.states import WrongState
from reports import queries, services, signing
from reports.definitions import definition
from reports.definitions.transparency.records import collect
from reports.models import Release, ReleaseFile
from reports.period import HalfYear
from reports.render import pdf
from reports.states import ReleaseState
from reports.verify import Check, verify
from tests import factories

pytestmark = pytest.mark.django_db
H1 = HalfYear(2026, 1)


def refused(force: Any) -> Request:
    request = factories.sent_request(force)
    casework.refuse(
        request=request,
        by=force.supervisor,
        expected_digest=factories.digest(request),
        reason="gentler_way",
        grounds="The organisers publish their own route, so asking them is enough here.",
    )
    return request


def stopped(force: Any) -> Request:
    request = factories.draft_request(force, retention_days=4000)
    with pytest.raises(casework.Blocked):
        casework.submit(request=request, by=force.officer)
    return request


@pytest.fixture
def force(db: Any, at: Any) -> Any:
    """A force that was there before the half-year began."""
    at("2025-12-01 09:00")
    return factories.Force.make()


@pytest.fixture
def spring(force: Any, at: Any) -> dict[str, Any]:
    """A few cases of spring 2026, one of each outcome, and one of the half-year after."""
    at("2026-03-02 10:00")
    made = {
        "running": factories.authorisation(force),
        "early": factories.authorisation(force),
        "refused": refused(force),
        "stopped": stopped(force),
        "back": casework.withdraw(request=factories.sent_request(force), by=force.officer),
        "open": factories.sent_request(force),
        "draft": factories.draft_request(force),
    }
    casework.cancel(authorisation=made["early"], by=force.officer, because="It is over.", product="erase_now")
    at("2026-07-01 00:30")
    made["after"] = factories.sent_request(force)
    at("2026-07-02 09:00")
    return made


def test_it_counts_each_request_once_by_what_became_of_it(force: Any, spring: dict[str, Any]) -> None:
    rows = {row.ref: row for row in collect(H1).requests}
    assert spring["after"].ref not in rows
    assert spring["draft"].ref not in rows
    outcomes = {
        name: rows[getattr(spring[name], "request", spring[name]).ref].outcome
        for name in ("running", "early", "refused", "stopped", "back", "open")
    }
    assert outcomes == {
        "running": "agreed",
        "early": "agreed",
        "refused": "refused",
        "stopped": "stopped",
        "back": "taken_back",
        "open": "open",
    }
    assert rows[spring["early"].request.ref].ending == "early"
    assert rows[spring["running"].request.ref].ending == "by_itself"  # its last day was in March
    assert rows[spring["refused"].ref].reason == "gentler_way"
    assert rows[spring["running"].request.ref].level == "L1"
    assert len(rows) == 6
    assert [row.ref for row in collect(HalfYear(2026, 2)).requests] == [spring["after"].ref]


def test_a_request_that_was_mended_and_sent_is_no_longer_stopped(force: Any, at: Any) -> None:
    at("2026-03-02 10:00")
    request = stopped(force)
    casework.save_answers(request=request, by=force.officer, part="retention", values={"retention_days": 30})
    casework.submit(request=Request.objects.get(pk=request.pk), by=force.officer)
    rows = collect(H1)
    assert [(row.ref, row.outcome) for row in rows.requests] == [(request.ref, "open")]
    # That a rule stopped it first is still counted among the rules.
    assert [row.ref for row in rows.stops] == [request.ref]
    assert all(rule in rows.labels["rules"] for row in rows.stops for rule in row.rules)


def test_a_second_try_in_the_next_half_year_is_counted_in_the_first(force: Any, at: Any) -> None:
    at("2026-06-30 23:50")
    request = stopped(force)
    at("2026-07-01 00:10")
    now = clock.now().replace(microsecond=0)
    casework.save_answers(request=request, by=force.officer, part="retention", values={"retention_days": 30})
    casework.save_answers(
        request=request,
        by=force.officer,
        part="dates",
        values={"start_at": now, "end_at": now + dt.timedelta(days=4)},
    )
    casework.submit(request=Request.objects.get(pk=request.pk), by=force.officer)
    assert [row.ref for row in collect(H1).requests] == [request.ref]
    assert collect(HalfYear(2026, 2)).requests == ()


def test_it_freezes_references_and_no_words_of_a_case(force: Any, spring: dict[str, Any]) -> None:
    text = json.dumps(collect(H1).to_json())
    assert "MON-2026-" in text
    for words in ("March for the River", "Kingsgate", "ambulances", "Priya", "priya"):
        assert words not in text


def test_a_trial_to_decide_one_s_own_request_is_counted(force: Any, at: Any) -> None:
    at("2026-03-02 10:00")
    request = factories.sent_request(force)
    with pytest.raises(casework.SelfAuthorisation):
        casework.grant(
            request=request,
            by=force.officer,
            expected_digest=factories.digest(request),
            considerations=factories.LONG,
        )
    assert collect(H1).safeguards.own_work_refused == (request.ref,)


# ---------------------------------------------------------------- the life of a release
@pytest.fixture
def release(force: Any, spring: dict[str, Any], monkeypatch: Any) -> Release:
    """Prepared for real, but for the PDF and the machine's second look: other tests have those, and they are slow."""
    monkeypatch.setattr(services, "examine", lambda *_: [Check("looked", True, "Not looked at twice.")])
    monkeypatch.setattr(pdf, "render", lambda *_, **__: b"%PDF: another test looks at the paper")
    return services.prepare(period="2026-H1", by=force.dpo)


def test_a_prepared_release_is_checked_and_waits_for_somebody_else(force: Any, spring: Any) -> None:
    release = services.prepare(period="2026-H1", by=force.dpo)
    assert release.state == ReleaseState.CHECKED
    assert (release.ref, release.version) == ("TR-2026-H1", 1)
    assert {check["name"] for check in release.checks} >= {"fingerprints", "CSV", "page", "sums", "rebuild"}
    assert all(check["passed"] for check in release.checks)
    names = set(release.files.values_list("name", flat=True))
    assert {"index.html", "report.pdf", "report.json", "MANIFEST.json", "SHA256SUMS"} <= names
    acts = list(EvidenceEvent.objects.filter(about_ref="TR-2026-H1").values_list("act", flat=True))
    assert acts == [Act.RELEASE_PREPARED, Act.RELEASE_CHECKED]


def test_only_those_who_may_prepare_do(force: Any, at: Any) -> None:
    at("2026-07-02 09:00")
    for user in force.everyone():
        if user != force.dpo:
            with pytest.raises(NotAllowed):
                services.prepare(period="2026-H1", by=user)


def test_nothing_is_prepared_before_the_half_year_is_over(force: Any, at: Any) -> None:
    at("2026-06-30 23:59")
    with pytest.raises(services.NotYet, match="30 June 2026"):
        services.prepare(period=H1, by=force.dpo)


def test_its_author_cannot_publish_it(force: Any, release: Release) -> None:
    from governance.people import services as people

    people.grant_role(
        user=force.dpo, role="communications", unit=force.top, by=factories.SETUP, because="test"
    )
    with pytest.raises(services.OwnReport, match="somebody else"):
        services.publish(release=release, by=force.dpo)
    assert Release.objects.get().state == ReleaseState.CHECKED
    assert EvidenceEvent.objects.filter(act=Act.SELF_AUTHORISATION_REFUSED, about_ref=release.ref).exists()


def test_nor_does_the_database_let_the_author_publish(force: Any, release: Release) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Release.objects.filter(pk=release.pk).update(
            state="published", published_by=force.dpo, published_at=clock.now()
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Release.objects.filter(pk=release.pk).update(state="published")


def test_only_those_who_may_publish_do(force: Any, release: Release) -> None:
    for user in force.everyone():
        if user not in (force.comms, force.comms2):
            with pytest.raises(NotAllowed):
                services.publish(release=release, by=user)


def test_what_is_published_is_what_was_prepared(
    force: Any, release: Release, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        published = services.publish(release=release, by=force.comms)
    assert published.state == ReleaseState.PUBLISHED
    assert (published.published_by, published.published_at is not None) == (force.comms, True)
    folder = services.folder_of(published)
    assert verify(folder, key=signing.public_key()).passed
    assert hashlib.sha256((folder / "SHA256SUMS").read_bytes()).hexdigest() == release.digest
    event = EvidenceEvent.objects.get(act=Act.RELEASE_PUBLISHED)
    assert event.data["sums"] == release.digest


def test_it_is_published_once(force: Any, release: Release) -> None:
    services.publish(release=release, by=force.comms)
    with pytest.raises(WrongState, match="cannot be published now"):
        services.publish(release=release, by=force.comms2)
    with pytest.raises(services.AlreadyPublished):
        services.prepare(period=H1, by=force.dpo)


def test_a_new_draft_sets_the_old_one_aside(force: Any, release: Release) -> None:
    again = services.prepare(period=H1, by=force.dpo)
    release.refresh_from_db()
    assert release.state == ReleaseState.SET_ASIDE
    assert again.digest != release.digest  # another salt, so another commitment
    with pytest.raises(WrongState):
        services.publish(release=release, by=force.comms)


def test_a_release_that_fails_a_check_stays_a_draft(force: Any, spring: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(services, "examine", lambda *_: [Check("sums", False, "They do not add up.")])
    release = services.prepare(period=H1, by=force.dpo)
    assert release.state == ReleaseState.DRAFT
    with pytest.raises(WrongState):
        services.publish(release=release, by=force.comms)


def test_the_files_of_a_release_cannot_be_changed_added_or_removed(force: Any, release: Release) -> None:
    file = release.files.get(name="index.html")
    attempts = [
        lambda: ReleaseFile.objects.filter(pk=file.pk).update(content=b"other"),
        lambda: file.delete(),
        lambda: ReleaseFile.objects.create(
            release=release, name="more", media_type="text/plain", sha256="0" * 64, size=1, content=b"x"
        ),
        lambda: Release.objects.filter(pk=release.pk).update(digest="0" * 64),
        lambda: Release.objects.filter(pk=release.pk).update(snapshot={}),
        lambda: Release.objects.filter(pk=release.pk).update(prepared_by=force.comms),
        lambda: release.delete(),
    ]
    for attempt in attempts:
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()


def test_what_is_published_stays_published(force: Any, release: Release) -> None:
    services.publish(release=release, by=force.comms)
    for changes in (
        {"state": "checked"},
        {"published_by": force.comms2},
        {"published_at": clock.now()},
        {"state": "set_aside", "published_by": None, "published_at": None},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Release.objects.filter(pk=release.pk).update(**changes)


def test_stored_bytes_that_changed_are_neither_published_nor_served(force: Any, release: Release) -> None:
    from audit import guards

    guards.remove(connection)
    try:
        ReleaseFile.objects.filter(release=release, name="index.html").update(content=b"other")
    finally:
        guards.install(connection)
    with pytest.raises(services.NotAsPrepared):
        services.publish(release=release, by=force.comms)
    with pytest.raises(queries.Damaged):
        queries.whole(release.files.get(name="index.html"))


def test_a_file_that_was_swapped_with_its_fingerprint_is_not_published(force: Any, release: Release) -> None:
    from audit import guards

    guards.remove(connection)
    try:
        ReleaseFile.objects.filter(release=release, name="report.css").update(
            content=b"other", sha256=hashlib.sha256(b"other").hexdigest()
        )
    finally:
        guards.install(connection)
    with pytest.raises(services.NotAsPrepared):
        services.publish(release=release, by=force.comms)


def test_a_person_publishes_only_what_they_saw(force: Any, release: Release) -> None:
    release.digest = "0" * 64
    with pytest.raises(services.NotAsPrepared):
        services.publish(release=release, by=force.comms)
    assert Release.objects.get().state == ReleaseState.CHECKED


def test_a_rebuild_from_the_frozen_records_gives_the_same_files(force: Any, release: Release) -> None:
    stored = {f.name: f.sha256 for f in release.files.all()}
    fresh = Release.objects.get(pk=release.pk)
    assert {f.name: f.sha256 for f in services.rebuild(release=fresh).files} == stored


def test_every_figure_leads_to_the_records_behind_it(
    force: Any, release: Release, spring: dict[str, Any]
) -> None:
    found = queries.trace(force.dpo, release, "why-not-agreed", "refused", "all")
    assert found.refs == (spring["refused"].ref,)
    assert found.value == 1
    kind, data = definition(release.kind), release.frozen().data
    for table in kind.count(data):
        if table.measure.code == "requests":
            for key, value in table.cells():
                assert len(kind.trace(data, key)) == value
    with pytest.raises(NotAllowed):
        queries.trace(force.officer, release, "why-not-agreed", "refused", "all")


def test_releases_are_seen_by_those_who_may_read_reports(force: Any, release: Release) -> None:
    may = {force.dpo, force.comms, force.comms2, force.inspector, force.superintendent}
    for user in force.everyone():
        assert Release.objects.visible_to(user).exists() == (user in may), user
    with pytest.raises(NotFound):
        queries.find(force.officer, release.ref, release.pk)
