"""Questions about releases. Every list goes through `visible_to`; the public ones through `public`."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from audit import clock
from governance.people.access import NotAllowed, can
from governance.people.roles import Permission
from reports.definitions import definition
from reports.disclosure import CountTable
from reports.models import Release, ReleaseFile, WholeBody
from reports.period import HalfYear
from reports.states import ReleaseState


class NotFound(LookupError):
    """There is no such release, or the person may not know that there is."""


class Damaged(RuntimeError):
    """A stored file no longer has the fingerprint it was published with. It is not served."""


def find(user: Any, ref: str, version: int, permission: Permission = Permission.REPORT_READ) -> Release:
    """Fetch the newest release of a version and check in one step.

    Raises:
        NotFound: it does not exist, or the person may not see it.
        NotAllowed: they may see it but not do this.
    """
    releases = Release.objects.visible_to(user).filter(ref=ref, version=version)
    release = releases.select_related("prepared_by", "published_by").order_by("-id").first()
    if release is None:
        raise NotFound(f"{ref} version {version}")
    if permission is not Permission.REPORT_READ:
        answer = can(user, permission, release)
        if not answer:
            raise NotAllowed(answer.reason)
    return release


def current(ref: str) -> Release:
    """The version that is in force for the public. Raises NotFound."""
    release = Release.objects.filter(ref=ref, state=ReleaseState.PUBLISHED).first()
    if release is None:
        raise NotFound(ref)
    return release


def public_file(ref: str, version: int, name: str) -> ReleaseFile:
    """A file of a published release, checked against its fingerprint.

    Raises:
        NotFound: nothing of that name was published.
        Damaged: its bytes have changed.
    """
    file = ReleaseFile.objects.filter(
        release__in=Release.objects.public().filter(ref=ref, version=version), name=name
    ).first()
    if file is None:
        raise NotFound(f"{ref} version {version}: {name}")
    return whole(file)


def whole(file: ReleaseFile) -> ReleaseFile:
    """The file itself, if its bytes are the ones that were frozen. Raises Damaged."""
    if hashlib.sha256(bytes(file.content)).hexdigest() != file.sha256:
        raise Damaged(f"{file.name} does not have the fingerprint it was published with.")
    return file


def open_periods() -> list[HalfYear]:
    """Half-years that are over and of which nothing is published yet, newest first: the last four."""
    period = HalfYear.of(clock.now()).before
    published = set(
        Release.objects.filter(state=ReleaseState.PUBLISHED).values_list("period_start", flat=True)
    )
    recent = [period, period.before, period.before.before, period.before.before.before]
    return [each for each in recent if each.first_day not in published]


@dataclass(frozen=True)
class Traced:
    """One figure inside: its true value and the references of the records behind it."""

    table: str
    row: str
    column: str
    value: int
    refs: tuple[str, ...]


def trace(user: Any, release: Release, table: str, row: str, column: str) -> Traced:
    """The records behind one figure, withheld or not. For those who prepare or inspect reports.

    Raises:
        NotAllowed: the person may not read reports.
        NotFound: the release has no such figure.
    """
    answer = can(user, Permission.REPORT_READ, WholeBody())
    if not answer:
        raise NotAllowed(answer.reason)
    kind, data = definition(release.kind), release.frozen().data
    counted = _table(kind.count(data), table)
    if counted is None:
        raise NotFound(table)
    key = counted.key(row, column)
    values = dict(counted.cells())
    if key not in values:
        raise NotFound(f"{table}/{row}/{column}")
    return Traced(table, row, column, values[key], kind.trace(data, key))


def _table(tables: Iterable[CountTable], name: str) -> CountTable | None:
    return next((table for table in tables if table.name == name), None)
