"""Builders for tests. They go through the services, as everything else must."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from audit import clock
from governance.accounts import services as accounts
from governance.accounts.models import OfficialAccount
from governance.casework import content, services
from governance.casework.models import Authorisation, Request
from governance.gatherings import services as gatherings
from governance.gatherings.models import Gathering
from governance.people import services as people
from governance.people.models import Unit, User
from governance.posting import services as posting
from governance.posting.models import Post

SETUP = "system:test"
PASSWORD = "a long pass phrase for tests"
LONG = (
    "Posts about blocked roads reached the control room forty minutes late at the last march, and two ambulances "
    "were held up. If a route is reported blocked we send a traffic officer and post a diversion at once. "
)


@dataclass
class Force:
    """A fictional force: the whole of it, two districts, and a person per role."""

    top: Unit
    north: Unit
    south: Unit
    officer: User
    colleague: User
    supervisor: User
    superintendent: User
    dpo: User
    comms: User
    comms2: User
    inspector: User
    admin: User
    southern_officer: User
    nobody: User

    @classmethod
    def make(cls) -> "Force":
        top = people.record_unit(name="Northshire Police", slug="northshire", by=SETUP)
        north = people.record_unit(name="Aldermere", slug="aldermere", by=SETUP, parent=top)
        south = people.record_unit(name="Southwold Vale", slug="southwold-vale", by=SETUP, parent=top)

        def person(username: str, name: str, role: str, unit: Unit, rank: str = "staff") -> User:
            user = people.record_user(username=username, name=name, by=SETUP, rank=rank, password=PASSWORD)
            if role:
                people.grant_role(user=user, role=role, unit=unit, by=SETUP, because="test")
            return user

        return cls(
            top=top,
            north=north,
            south=south,
            officer=person("priya", "Priya Nair", "officer", north, "inspector"),
            colleague=person("tom", "Tom Ashdown", "officer", north, "sergeant"),
            supervisor=person("helen", "Helen Brook", "supervisor", north, "chief_inspector"),
            superintendent=person("amina", "Amina Shah", "authorising_officer", top, "superintendent"),
            dpo=person("maria", "Maria Okafor", "dpo", top),
            comms=person("ellie", "Ellie Marsh", "communications", top),
            comms2=person("sam", "Sam Whitlock", "communications", top),
            inspector=person("jo", "Jo Lindqvist", "inspector", top),
            admin=person("root", "Kit Farrow", "administrator", top),
            southern_officer=person("ravi", "Ravi Menon", "officer", south, "constable"),
            nobody=person("new", "New Starter", "", top),
        )

    def everyone(self) -> list[User]:
        return [v for v in vars(self).values() if isinstance(v, User)]


def answers(
    *, start: dt.datetime, end: dt.datetime, gathering: Gathering | None = None, **changes: Any
) -> dict[str, dict[str, Any]]:
    """Answers to every page of a plain level 1 request that the rules let through; `changes` by field name."""
    out: dict[str, dict[str, Any]] = {
        "purpose": {
            "title": "March for the River",
            "purpose_code": "event_safety",
            "purpose_text": "Keep people safe and traffic moving while a large march crosses the town centre.",
            "law_ref": "Common law duty to protect life; Data Protection Act 2018 Part 3",
        },
        "event": {"gathering": gathering},
        "terms": {
            "query_scope": "event",
            "platforms": ["mastodon"],
            "terms": ["#MarchForTheRiver", '"Kingsgate Bridge"'],
        },
        "dates": {"start_at": start, "end_at": end},
        "necessity": {"nec_objective": LONG, "nec_text": LONG},
        "proportionality": {
            "size_scope": LONG,
            "rational_link": LONG,
            "least_intrusive": LONG,
            "alternatives": LONG,
            "fair_balance": LONG,
        },
        "others": {"coll_text": LONG, "coll_mitigation": LONG, "bystander_cap": 100},
        "retention": {"retention_class": "R2", "retention_days": 30},
        "people": {
            "overt_notice": True,
            "notice_text": "A notice stands on the force website from three days before.",
            "covert": False,
            "private_info_likely": False,
            "systematic_recording": False,
            "closed_group": False,
            "false_persona": False,
            "relationship": False,
            "personal_account": False,
            "facial_recognition": False,
            "under18": False,
            "sensitive": False,
            "confidential_profession": "none",
            "offence": "",
            "protest_related": bool(gathering and gathering.is_protest),
            "peaceful": True,
            "protected_sole_basis": False,
            "art8": LONG,
            "art10": LONG,
            "art11": LONG,
        },
    }
    for name, value in changes.items():
        part = next(p for p, fields in content.PARTS.items() if name in fields)
        out[part][name] = value
    return out


def gathering(force: Force, *, protest: bool = False, days: int = 3, **changes: Any) -> Gathering:
    """An event `days` from now, seven hours long."""
    start = clock.now().replace(hour=10, minute=0, second=0, microsecond=0) + dt.timedelta(days=days)
    fields = {
        "name": "March for the River",
        "kind": "protest" if protest else "large_scale",
        "place": "Aldermere",
        "starts_at": start,
        "ends_at": start + dt.timedelta(hours=7),
        "unit": force.north,
        "by": force.officer,
    }
    return gatherings.record_gathering(**(fields | changes))


def draft_request(force: Force, *, event: Gathering | None = None, **changes: Any) -> Request:
    """A complete draft, from yesterday to five days from now."""
    now = clock.now().replace(microsecond=0)
    request = services.draft(by=force.officer, unit=force.north)
    whole = answers(
        start=changes.pop("start_at", now - dt.timedelta(days=1)),
        end=changes.pop("end_at", now + dt.timedelta(days=5)),
        gathering=event,
        **changes,
    )
    for part, values in whole.items():
        request = services.save_answers(request=request, by=force.officer, part=part, values=values)
    return request


def sent_request(force: Force, **changes: Any) -> Request:
    """A request that was sent and waits for a decision."""
    return services.submit(request=draft_request(force, **changes), by=force.officer)


def digest(request: Request) -> str:
    """What a reader's page would carry as the fingerprint."""
    return content.current_digest(Request.objects.get(pk=request.pk))


def advise(force: Force, request: Request, **changes: Any) -> Any:
    """The data protection officer has no objection, unless `changes` says otherwise."""
    fields: dict[str, Any] = {
        "outcome": "advised",
        "aim": "yes",
        "link": "yes",
        "less_intrusive": "yes",
        "fair": "yes",
        "reasons": "The search keeps to the event and its place, and names are hidden when it is read.",
    }
    return services.advise(
        request=request, by=force.dpo, expected_digest=digest(request), **(fields | changes)
    )


def authorisation(force: Force, **changes: Any) -> Authorisation:
    """A plain request that the supervisor agreed; `considerations` may be given."""
    considerations = changes.pop("considerations", LONG)
    request = sent_request(force, **changes)
    return services.grant(
        request=request, by=force.supervisor, expected_digest=digest(request), considerations=considerations
    )


def account(force: Force, **changes: Any) -> OfficialAccount:
    """The force's broadcast account."""
    fields: dict[str, Any] = {
        "platform": "mastodon",
        "uri": "https://social.example/users/northshire",
        "handle": "northshire",
        "display_name": "Northshire Police",
        "unit": force.north,
        "purpose": "Tell people about events and safety.",
        "mode": "broadcast",
        "standing_notice": "We cannot answer here. In an emergency call 999.",
        "by": force.comms,
    }
    return accounts.register(**(fields | changes))


def draft_post(force: Force, *, of: OfficialAccount | None = None, **changes: Any) -> Post:
    """A plain informing post in draft."""
    post = posting.draft(account=of or account(force), by=force.comms)
    values = {
        "text": "Kingsgate Bridge is open again. Thank you for your patience.",
        "language": "en",
    } | changes
    return posting.edit(post=post, by=force.comms, values=values)


def approved_post(force: Force, **changes: Any) -> Post:
    """A post that a second person agreed and that waits to be sent."""
    post = posting.submit(post=draft_post(force, **changes), by=force.comms)
    posting.approve(
        post=post,
        by=force.comms2,
        expected_digest=post.digest(),
        considerations="True, checked with the control room, and people need to know it now.",
    )
    post.refresh_from_db()
    return post
