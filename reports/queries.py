"""Questions about releases. Every list goes through `visible_to`; the public ones through `public`."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from audit import clock
from governance.casework.queries import NotFound
from governance.people.access import Answer, NotAllowed, can
from governance.people.roles import Permission
from reports.definitions import definition
from reports.disclosure import CountTable
from reports.models import Release, ReleaseFile, WholeBody
from reports.period import HalfYear
from reports.states import ReleaseState


class Damaged(RuntimeError):
    """A stored file no longer has the fingerprint it was published with. It is not served."""


def readable(user: Any) -> None:
    """Raise NotAllowed unless the person may read reports on the whole body."""
    answer = can(user, Permission.REPORT_READ, WholeBody())
    if not answer:
        raise NotAllowed(answer.reason)


def find(user: Any, ref: str, key: int) -> Release:
    """Fetch a release by its row and check in one step: drafts of one version share reference and number.

    Raises:
        NotFound: it does not exist, or the person may not see it.
    """
    releases = Release.objects.visible_to(user).filter(ref=ref, pk=key)
    release = releases.select_related("prepared_by", "published_by").first()
    if release is None:
        raise NotFound(f"{ref} {key}")
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


# ---------------------------------------------------------------- true counts, for those who read the cases too
@dataclass(frozen=True)
class TrueCell:
    """One figure as it is and as it was published."""

    row: str
    column: str
    value: int
    withheld: bool


@dataclass(frozen=True)
class TrueTable:
    """One table of a release with its true counts: (row label, cells)."""

    name: str
    title: str
    heading: str
    columns: tuple[str, ...]
    lines: tuple[tuple[str, tuple[TrueCell, ...]], ...]


@dataclass(frozen=True)
class Traced:
    """One figure inside: its true value and the references of the records behind it."""

    title: str
    row: str
    column: str
    value: int
    refs: tuple[str, ...]


def may_see_true_counts(user: Any) -> Answer:
    """True counts point to cases, so they are for those who may read both reports and requests of the body."""
    answers = (
        can(user, permission, WholeBody()) for permission in (Permission.REPORT_READ, Permission.REQUEST_READ)
    )
    return next((answer for answer in answers if not answer), Answer(True))


def true_tables(user: Any, release: Release) -> list[TrueTable]:
    """Every table of a release with its true counts. Raises NotAllowed."""
    _true_counts_allowed(user)
    kind, data = definition(release.kind), release.frozen().data
    return [_true_table(table, release.pattern.get(table.name, ())) for table in kind.count(data)]


def trace(user: Any, release: Release, table: str, row: str, column: str) -> Traced:
    """The records behind one figure, withheld or not.

    Raises:
        NotAllowed: the person may not see true counts.
        NotFound: the release has no such figure.
    """
    _true_counts_allowed(user)
    kind, data = definition(release.kind), release.frozen().data
    for counted in kind.count(data):
        if counted.name == table:
            rows = {item.code: item.label for item in counted.rows.shown}
            columns = {item.code: item.label for item in counted.column_items}
            if row not in rows or column not in columns:
                break
            key = counted.key(row, column)
            value = dict(counted.cells())[key]
            return Traced(counted.title, rows[row], columns[column], value, kind.trace(data, key))
    raise NotFound(f"{table}/{row}/{column}")


def _true_counts_allowed(user: Any) -> None:
    answer = may_see_true_counts(user)
    if not answer:
        raise NotAllowed(answer.reason)


def _true_table(table: CountTable, pattern: Iterable[Iterable[str]]) -> TrueTable:
    withheld = {tuple(cell) for cell in pattern}
    values = dict(table.cells())
    return TrueTable(
        table.name,
        table.title,
        table.rows.heading,
        tuple(column.label for column in table.column_items),
        tuple(
            (
                row.label,
                tuple(
                    TrueCell(
                        row.code,
                        column.code,
                        values[table.key(row.code, column.code)],
                        (row.code, column.code) in withheld,
                    )
                    for column in table.column_items
                ),
            )
            for row in table.rows.shown
        ),
    )
