"""Who plays in the demonstration: the units, people and accounts of Northshire Police. All invented."""

from dataclasses import dataclass

BODY = "Northshire Police"


@dataclass(frozen=True)
class Unit:
    """A part of the force; `parent` is a slug, empty for the force itself."""

    slug: str
    name: str
    parent: str = "northshire"


@dataclass(frozen=True)
class Person:
    """Somebody who signs in. `roles` are pairs of a role's code and a unit's slug."""

    username: str
    name: str
    job_title: str
    rank: str
    roles: tuple[tuple[str, str], ...]
    does: str

    @property
    def email(self) -> str:
        return f"{self.username}@northshire.example"


@dataclass(frozen=True)
class Account:
    """An official account. `key` is how the texts name it."""

    key: str
    platform: str
    handle: str
    display_name: str
    unit: str
    purpose: str
    mode: str
    standing_notice: str = ""
    monitored_hours: str = ""


UNITS = (
    Unit("northshire", BODY, parent=""),
    Unit("aldermere", "Aldermere"),
    Unit("harrowgate", "Harrowgate Vale"),
    Unit("castlebridge", "Castlebridge"),
    Unit("tarnmouth", "Tarnmouth and Coast"),
    Unit("fenwick", "Fenwick and Moors"),
)

PEOPLE = (
    Person(
        *("nair", "Priya Nair", "Events and traffic inspector", "inspector"),
        roles=(("officer", "northshire"),),
        does="asks to monitor the march, runs it and reads it",
    ),
    Person(
        *("hale", "Tom Hale", "Neighbourhood sergeant", "sergeant"),
        roles=(("officer", "northshire"),),
        does="asks often and is refused now and then",
    ),
    Person(
        *("ruiz", "Ana Ruiz", "Detective, missing people", "constable"),
        roles=(("officer", "northshire"),),
        does="asks when somebody is missing or in danger",
    ),
    Person(
        *("tolland", "Rhys Tolland", "Coast and moors constable", "constable"),
        roles=(("officer", "northshire"),),
        does="asks for the coast and the moors",
    ),
    Person(
        *("tregear", "Morwenna Tregear", "Crime prevention sergeant", "sergeant"),
        roles=(("officer", "northshire"),),
        does="asks about fraud, false accounts and town events",
    ),
    Person(
        *("byrne", "Col Byrne", "Duty inspector", "inspector"),
        roles=(("supervisor", "northshire"), ("communications", "northshire")),
        does="decides plain requests, and agrees posts at night",
    ),
    Person(
        *("iqbal", "Saira Iqbal", "Duty inspector, coast and moors", "inspector"),
        roles=(("supervisor", "northshire"),),
        does="decides plain requests",
    ),
    Person(
        *("okafor", "Maria Okafor", "Data protection officer", "staff"),
        roles=(("dpo", "northshire"),),
        does="advises, and never decides",
    ),
    Person(
        *("reid", "Daniel Reid", "Area commander", "superintendent"),
        roles=(("authorising_officer", "northshire"),),
        does="the same; commands the march, so never decides that",
    ),
    Person(
        *("shah", "Amina Shah", "Head of operations", "superintendent"),
        roles=(("authorising_officer", "northshire"),),
        does="decides what the rules refer to a superintendent",
    ),
    Person(
        *("marsh", "Ellie Marsh", "Communications officer", "staff"),
        roles=(("communications", "northshire"),),
        does="writes posts",
    ),
    Person(
        *("osei", "Lena Osei", "Communications sergeant", "sergeant"),
        roles=(("communications", "northshire"),),
        does="agrees posts as the second person, or sends them back",
    ),
    Person(
        *("lindqvist", "Jo Lindqvist", "Inspector, Northern Oversight Office", "staff"),
        roles=(("inspector", "northshire"),),
        does="reads everything and changes nothing",
    ),
    Person(
        *("pryce", "Owen Pryce", "Systems administrator", "staff"),
        roles=(("administrator", "northshire"),),
        does="keeps people and accounts, and sees no case",
    ),
)

COMMANDS_THE_MARCH = "reid"

ACCOUNTS = (
    Account(
        key="police",
        platform="mastodon",
        handle="@NorthshirePolice",
        display_name=BODY,
        unit="northshire",
        purpose="News, appeals, warnings and corrections for all of Northshire",
        mode="conversation",
        standing_notice="Not watched all the time. In danger now, call 999. Not an emergency, call 101.",
        monitored_hours="8am to 8pm every day",
    ),
    Account(
        key="events",
        platform="mastodon",
        handle="@NorthshireEvents",
        display_name="Northshire Police Events",
        unit="northshire",
        purpose="Roads, buses and safety at marches, matches and other big events",
        mode="broadcast",
        standing_notice="Tells only and cannot answer. In danger now, call 999. Not an emergency, call 101.",
    ),
)
