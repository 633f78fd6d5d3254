"""Recording events."""

import datetime as dt

from audit import Act, record, step
from audit.services import next_ref
from governance.gatherings.models import Gathering, GatheringKind
from governance.people.access import require
from governance.people.models import Unit, User
from governance.people.roles import Permission


@step
def record_gathering(
    *,
    name: str,
    kind: str,
    place: str,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    unit: Unit,
    by: User,
    is_protest: bool = False,
) -> Gathering:
    """Record an event on a unit. A protest is a protest whatever the box says.

    Raises:
        NotAllowed: `by` may not record events on this unit.
        ValueError: it would end before it starts, or the kind is unknown.
    """
    gathering = Gathering(
        name=name,
        kind=GatheringKind(kind),
        place=place,
        starts_at=starts_at,
        ends_at=ends_at,
        unit=unit,
        is_protest=is_protest or kind == GatheringKind.PROTEST,
        recorded_by=by,
    )
    require(by, Permission.GATHERING_MANAGE, gathering)
    if ends_at <= starts_at:
        raise ValueError("The event must end after it starts.")
    gathering.ref = next_ref("EVT")
    gathering.save()
    record(Act.GATHERING_RECORDED, by=by, about=gathering, kind=kind, protest=gathering.is_protest)
    return gathering
