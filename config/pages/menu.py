"""The menu: one table for all roles. A person sees what at least one of their permissions opens."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from config.pages.desk import Desk, desk
from governance.people.roles import Permission as P


@dataclass(frozen=True)
class Entry:
    """One entry of the menu, as the page shows it."""

    name: str
    text: str
    href: str
    waiting: int = 0


# (name, words, name of the address, any of these permissions opens it); None = everybody signed in.
TABLE: tuple[tuple[str, str, str, frozenset[P] | None], ...] = (
    ("home", "Home", "home", None),
    ("waiting", "Reviews", "waiting", frozenset({P.REQUEST_ADVISE})),
    ("waiting", "Decisions", "waiting", frozenset({P.REQUEST_DECIDE})),
    ("requests", "Requests", "requests", frozenset({P.REQUEST_READ, P.REQUEST_ASK})),
    ("authorisations", "Authorisations", "authorisations", frozenset({P.REQUEST_READ})),
    ("posts", "Posts", "posts", frozenset({P.POST_READ})),
    ("accounts", "Accounts", "accounts", frozenset({P.ACCOUNT_READ})),
    ("reports", "Reports", "releases", frozenset({P.REPORT_READ})),
    ("rules", "Rules", "rules", frozenset({P.LOG_READ, P.PEOPLE_MANAGE})),
    ("log", "Log", "log", frozenset({P.LOG_READ})),
    ("people", "People", "people", frozenset({P.PEOPLE_MANAGE})),
    ("help", "Help", "help", None),
)


def _waiting(name: str, found: Desk) -> int:
    if name == "home":
        return found.count
    if name == "waiting":
        return len(found.mine)
    return (
        len(found.to_agree) + len(found.posts_back)
        if name == "posts"
        else len(found.returned) * (name == "requests")
    )


def menu(http: HttpRequest) -> list[Entry]:
    """The menu of whoever is signed in; empty for nobody."""
    found = desk(http)
    if found is None:
        return []
    may = found.permissions
    out: list[Entry] = []
    for name, text, address, opens in TABLE:
        if (opens is None or opens & may) and name not in {entry.name for entry in out}:
            out.append(Entry(name, text, reverse(address), _waiting(name, found)))
    return out
