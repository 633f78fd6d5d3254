"""Who may do what. Each role describes itself; pages, the API and tests read the same classes.

The spine has seven roles; `law/` section 7 names the rest. The data protection officer advises and holds no
permission to authorise (Data Protection Act 2018 s.70); an administrator of the system sees no case content.
"""

from enum import StrEnum
from typing import ClassVar


class Permission(StrEnum):
    """One verb on one kind of thing. Alphabetical."""

    ACCOUNT_MANAGE = "account.manage"
    ACCOUNT_READ = "account.read"
    AUTHORISATION_CANCEL = "authorisation.cancel"
    COLLECTION_RUN = "collection.run"
    GATHERING_MANAGE = "gathering.manage"
    ITEM_READ = "item.read"
    LOG_READ = "log.read"
    PEOPLE_MANAGE = "people.manage"
    POST_APPROVE = "post.approve"
    POST_DRAFT = "post.draft"
    POST_READ = "post.read"
    REPORT_PREPARE = "report.prepare"
    REPORT_PUBLISH = "report.publish"
    REPORT_READ = "report.read"
    REQUEST_ADVISE = "request.advise"
    REQUEST_ASK = "request.ask"
    REQUEST_DECIDE = "request.decide"
    REQUEST_READ = "request.read"
    RULES_READ = "rules.read"


P = Permission


class Role:
    """A set of permissions on a unit. Subclasses are found by `ROLES`."""

    code: ClassVar[str]
    name: ClassVar[str]
    description: ClassVar[str]
    permissions: ClassVar[frozenset[Permission]]


class Officer(Role):
    code = "officer"
    name = "Requesting officer"
    description = "Asks to monitor, runs what was agreed, and reads what it brought in. Decides nothing."
    permissions = frozenset(
        {
            P.REQUEST_ASK,
            P.REQUEST_READ,
            P.GATHERING_MANAGE,
            P.COLLECTION_RUN,
            P.ITEM_READ,
            P.AUTHORISATION_CANCEL,
            P.POST_DRAFT,
            P.POST_READ,
            P.ACCOUNT_READ,
            P.RULES_READ,
        }
    )


class Supervisor(Role):
    code = "supervisor"
    name = "Supervisor"
    description = "Checks and decides plain requests (levels 0 to 2), never their own."
    permissions = frozenset(
        {
            P.REQUEST_READ,
            P.REQUEST_DECIDE,
            P.AUTHORISATION_CANCEL,
            P.ITEM_READ,
            P.POST_READ,
            P.ACCOUNT_READ,
            P.RULES_READ,
        }
    )


class AuthorisingOfficer(Role):
    code = "authorising_officer"
    name = "Authorising officer"
    description = "Decides what the rules refer to a ranked officer, and stops what should not go on."
    permissions = frozenset(
        {
            P.REQUEST_READ,
            P.REQUEST_DECIDE,
            P.AUTHORISATION_CANCEL,
            P.ITEM_READ,
            P.LOG_READ,
            P.POST_READ,
            P.ACCOUNT_READ,
            P.RULES_READ,
            P.REPORT_READ,
        }
    )


class DataProtectionOfficer(Role):
    code = "dpo"
    name = "Data protection officer"
    description = (
        "Advises on requests and watches redaction, deletion and the log. Never decides the operation."
    )
    permissions = frozenset(
        {
            P.REQUEST_READ,
            P.REQUEST_ADVISE,
            P.ITEM_READ,
            P.LOG_READ,
            P.POST_READ,
            P.ACCOUNT_READ,
            P.RULES_READ,
            P.REPORT_READ,
            P.REPORT_PREPARE,
        }
    )


class Communications(Role):
    code = "communications"
    name = "Communications"
    description = "Writes and agrees posts (never one person both), keeps the accounts, publishes reports."
    permissions = frozenset(
        {
            P.POST_DRAFT,
            P.POST_READ,
            P.POST_APPROVE,
            P.ACCOUNT_READ,
            P.ACCOUNT_MANAGE,
            P.RULES_READ,
            P.REPORT_READ,
            P.REPORT_PUBLISH,
        }
    )


class Inspector(Role):
    code = "inspector"
    name = "Oversight inspector"
    description = "Reads everything in scope and changes nothing. What they read is recorded."
    permissions = frozenset(
        {
            P.REQUEST_READ,
            P.ITEM_READ,
            P.LOG_READ,
            P.POST_READ,
            P.ACCOUNT_READ,
            P.RULES_READ,
            P.REPORT_READ,
        }
    )


class Administrator(Role):
    code = "administrator"
    name = "System administrator"
    description = "Keeps people, units and roles. Sees no case content."
    permissions = frozenset({P.PEOPLE_MANAGE, P.RULES_READ})


ROLES: dict[str, type[Role]] = {role.code: role for role in Role.__subclasses__()}

# Pairs that one person cannot hold at the same time (law section 7): services, database and pages share this.
CONFLICTS: tuple[tuple[str, str], ...] = (
    ("dpo", "authorising_officer"),
    ("dpo", "supervisor"),
    ("administrator", "authorising_officer"),
    ("administrator", "supervisor"),
    ("administrator", "dpo"),
    ("administrator", "officer"),
    ("inspector", "officer"),
    ("inspector", "authorising_officer"),
    ("inspector", "supervisor"),
    ("inspector", "dpo"),
    ("inspector", "administrator"),
)
