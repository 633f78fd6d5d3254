"""What changes a release: preparing it, and publishing it by somebody else.

Freezing, protecting and rendering happen before the transaction begins, because they take seconds; what is
stored is what was built, byte for byte.
"""

import datetime as dt
import logging
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings as installation
from django.db import connection, transaction

from audit import Act, clock, record, step
from audit.context import Refusal
from governance.people.access import NotAllowed, require
from governance.people.models import User
from governance.people.roles import Permission
from reports import queries, signing, verify
from reports.bundle import Bundle, File, build
from reports.definitions import definition
from reports.disclosure import Pattern, Settings
from reports.edition import Edition
from reports.models import Release, ReleaseFile, WholeBody
from reports.period import HalfYear
from reports.render.html import long_day
from reports.snapshot import Snapshot
from reports.states import RELEASE, ReleaseState


class NotYet(ValueError):
    """The half-year is not over."""


class AlreadyPublished(ValueError):
    """There is a published release of this half-year."""


class NotAsPrepared(RuntimeError):
    """The stored files are not the ones that were prepared, so nothing is published."""


class OwnReport(Refusal, NotAllowed):
    """Somebody tried to publish what they prepared."""

    def __init__(self, reason: str, **kwargs: Any) -> None:
        Refusal.__init__(self, reason, **kwargs)
        self.rule, self.who_can = "", "Somebody else who may publish reports."


def prepare(*, period: HalfYear | str, by: User, kind: str = "transparency") -> Release:
    """Freeze the records of a half-year, protect them, make every file, and have the machine check them.

    An earlier draft of the same report is set aside. Where a check fails the release stays a draft that cannot
    be published; `checks` says why.

    Raises:
        NotAllowed: `by` may not prepare reports.
        NotYet: the half-year is not over.
        AlreadyPublished: a correction must be checked together with what was published, which this version of
            the tool cannot do.
        NotPublishable: a table could not be proved safe in any form.
        PdfUnavailable: no PDF can be made on this machine.
    """
    require(by, Permission.REPORT_PREPARE, WholeBody())
    period = HalfYear.parse(period) if isinstance(period, str) else period
    report = definition(kind)
    now = clock.now().replace(microsecond=0)
    if now < period.end:
        raise NotYet(
            f"{period.words} ends on {long_day(period.last_day)}. Until then its figures still change, and two "
            "reports on overlapping times would give small numbers away."
        )
    _refuse_second(report.ref(period))
    snapshot = _freeze(kind, period, now)
    edition = Edition(
        ref=report.ref(period),
        version=1,
        kind=kind,
        period=period,
        dated=now,
        body=installation.BODY_NAME,
        contact=f"the data protection officer of {installation.BODY_NAME}",
        fictional=installation.DEMO,
    )
    bundle = build(snapshot, edition)
    checks = examine(snapshot, edition, bundle)
    return _store(snapshot=snapshot, edition=edition, bundle=bundle, checks=checks, by=by)


def _refuse_second(ref: str) -> None:
    if Release.objects.public().filter(ref=ref).exists():
        raise AlreadyPublished(
            f"{ref} is published. Its figures cannot be published in another form: together, two versions could "
            "give small numbers away."
        )


def _freeze(kind: str, period: HalfYear, now: dt.datetime) -> Snapshot:
    """All records as they stand at one moment."""
    alone = not connection.in_atomic_block
    with transaction.atomic():
        if connection.vendor == "postgresql" and alone:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        return Snapshot.take(kind, period, now, definition(kind).collect(period))


def examine(snapshot: Snapshot, edition: Edition, bundle: Bundle) -> list[verify.Check]:
    """What the machine checks before a person may publish: the public's own check, and a rebuild."""
    with tempfile.TemporaryDirectory() as folder:
        bundle.write(Path(folder) / "release")
        checks = list(verify.verify(Path(folder) / "release").checks)
    again = build(snapshot, edition, pattern=bundle.pattern)
    same = again.digest == bundle.digest
    checks.append(
        verify.Check(
            "rebuild",
            same,
            "Made a second time from the frozen records, every file is the same, byte for byte."
            if same
            else "Made a second time from the frozen records, the files differ.",
        )
    )
    return checks


@step
def _store(
    *, snapshot: Snapshot, edition: Edition, bundle: Bundle, checks: list[verify.Check], by: User
) -> Release:
    require(by, Permission.REPORT_PREPARE, WholeBody())
    _refuse_second(edition.ref)
    for earlier in Release.objects.select_for_update().filter(
        ref=edition.ref, state__in=(ReleaseState.DRAFT, ReleaseState.CHECKED)
    ):
        earlier.state = RELEASE.target("set_aside", earlier.state)
        earlier.save(update_fields=["state"])
    release = Release.objects.create(
        ref=edition.ref,
        version=edition.version,
        kind=edition.kind,
        title=f"{definition(edition.kind).title}, {edition.period.words}",
        period_start=edition.period.first_day,
        period_end=edition.period.last_day,
        snapshot=snapshot.to_json(),
        snapshot_digest=snapshot.digest,
        edition={"body": edition.body, "contact": edition.contact, "fictional": edition.fictional},
        pattern=dict(bundle.pattern),
        threshold=Settings().threshold,
        digest=bundle.digest,
        checks=[{"name": c.name, "passed": c.passed, "sentence": c.sentence} for c in checks],
        prepared_by=by,
        prepared_at=edition.dated,
    )
    _store_files(release, bundle.files)
    record(
        Act.RELEASE_PREPARED, by=by, about=release, snapshot=release.snapshot_digest, version=release.version
    )
    passed = all(check.passed for check in checks)
    record(Act.RELEASE_CHECKED, by=by, about=release, passed=passed, withheld=bundle.withheld)
    if passed:
        release.state = RELEASE.target("check", release.state, ref=release.ref)
        release.save(update_fields=["state"])
    return release


def _store_files(release: Release, files: Iterable[File]) -> None:
    ReleaseFile.objects.bulk_create(
        ReleaseFile(
            release=release,
            name=file.name,
            media_type=file.media_type,
            sha256=file.sha256,
            size=len(file.data),
            content=file.data,
        )
        for file in files
    )


@step
def publish(*, release: Release, by: User) -> Release:
    """Publish and sign exactly the files that were prepared and checked. Never by the person who prepared them.

    They are served from the database at once, and written to the folder of releases after the transaction.

    Raises:
        OwnReport: `by` prepared it; the attempt is on record.
        NotAllowed: `by` may not publish reports.
        WrongState: it is not checked, or was set aside or published meanwhile.
        NotAsPrepared: a stored file is not the one that was prepared.
        VaultError: the signing key cannot be used.
    """
    locked = Release.objects.select_for_update(of=("self",)).get(pk=release.pk)
    if locked.prepared_by_id == by.pk:
        raise OwnReport(
            "You prepared this report, so somebody else must publish it.",
            keep=lambda: record(Act.SELF_AUTHORISATION_REFUSED, by=by, about=locked, action="publish"),
        )
    require(by, Permission.REPORT_PUBLISH, locked)
    locked.state = RELEASE.target("publish", locked.state, ref=str(locked))
    files = _as_prepared(locked, expected=release.digest)
    locked.published_by, locked.published_at = by, clock.now()
    locked.save(update_fields=["state", "published_by", "published_at"])
    sums = next(bytes(file.content) for file in files if file.name == verify.SUMS)
    signature = File(verify.SIGNATURE, "application/json", signing.sign(sums))
    _store_files(locked, [signature])
    record(
        Act.RELEASE_PUBLISHED,
        by=by,
        about=locked,
        sums=locked.digest,
        files=len(files),
        version=locked.version,
    )
    transaction.on_commit(lambda: _write_out(locked))
    return locked


def _as_prepared(release: Release, *, expected: str) -> list[ReleaseFile]:
    """The stored files, each with its own fingerprint, under the fingerprint that the person saw."""
    files = list(release.files.all())
    try:
        sums = next(queries.whole(file) for file in files if file.name == verify.SUMS)
        listed = verify.parse_sums(bytes(sums.content))
        for file in files:
            queries.whole(file)
    except (queries.Damaged, StopIteration, ValueError) as error:
        raise NotAsPrepared(
            f"{release} is not as it was prepared: {error or 'its list is missing'}"
        ) from error
    present = {file.name: file.sha256 for file in files if file.name != verify.SUMS}
    if listed != present or sums.sha256 != release.digest or release.digest != expected:
        raise NotAsPrepared(f"{release} is not as it was prepared. Prepare it again.")
    return files


def rebuild(*, release: Release) -> Bundle:
    """The files once more, from the frozen records: the same bytes where the software is the same."""
    edition = Edition(
        ref=release.ref,
        version=release.version,
        kind=release.kind,
        period=release.period,
        dated=release.prepared_at,
        **release.edition,
    )
    return build(
        release.frozen(), edition, Settings(threshold=release.threshold), pattern=_pairs(release.pattern)
    )


def _pairs(stored: dict[str, list[list[str]]]) -> Pattern:
    return {table: [(row, column) for row, column in cells] for table, cells in stored.items()}


def folder_of(release: Release) -> Path:
    """Where a published release is written as files."""
    return Path(installation.RELEASE_DIR) / release.ref / f"v{release.version}"


def write_out(*, release: Release, folder: Path) -> Path:
    """Write the files of a release into an empty or new folder, and check them there.

    Raises:
        FileExistsError: the folder holds something.
        NotAsPrepared: what was written does not pass its own check.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty; a release is never written over another.")
    for file in release.files.all():
        path = folder / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes(queries.whole(file).content))
    result = verify.verify(folder)
    if result.digest != release.digest or not result.passed:
        raise NotAsPrepared(f"{release} did not arrive in {folder} as it was prepared.")
    return folder


def _write_out(release: Release) -> None:
    """After publishing. The public is served from the database, so a full disk delays only the copy."""
    try:
        write_out(release=release, folder=folder_of(release))
    except (OSError, NotAsPrepared) as error:
        logging.getLogger("candour").error("%s was published, but not written as files: %s", release, error)
