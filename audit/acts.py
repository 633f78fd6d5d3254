"""Every kind of evidence event: its name, what it may hold, and the sentence people read.

Evidence holds ids, counts, enumerations, moments and digests; never content. Each field of an event is one
of the kinds below, and `check` refuses anything else.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

_CODE = re.compile(r"^[A-Za-z0-9_.:@/+ -]{0,80}$")
_DIGEST = re.compile(r"^[0-9a-f]{64}$")
_MOMENT = re.compile(r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?\+00:00$")

COUNT, FLAG, CODE, DIGEST, MOMENT, CODES, COUNTS = (
    "count",
    "flag",
    "code",
    "digest",
    "moment",
    "codes",
    "counts",
)


class BadEvidence(ValueError):
    """An event holds a field its schema does not know, or a value that could be content."""


@dataclass(frozen=True)
class Schema:
    """`sentence` is a past-tense clause that follows the actor's name; `fields` maps a field to its kind."""

    sentence: str
    fields: Mapping[str, str] = field(default_factory=dict)


class Act(StrEnum):
    """What can happen, alphabetically. A new act needs its row in SCHEMAS."""

    ACCOUNT_CHANGED = "account.changed"
    ACCOUNT_REGISTERED = "account.registered"
    ADVICE_GIVEN = "advice.given"
    AUTHORISATION_CANCELLED = "authorisation.cancelled"
    AUTHORISATION_EXPIRED = "authorisation.expired"
    AUTHORISATION_GRANTED = "authorisation.granted"
    AUTHORISATION_VOIDED = "authorisation.voided"
    BATCH_STORED = "collection.batch-stored"
    DECISION_BLOCKED = "decision.blocked"
    GATHERING_RECORDED = "gathering.recorded"
    ITEMS_CONSULTED = "items.consulted"
    ITEMS_ERASED = "items.erased"
    KEY_DESTROYED = "key.destroyed"
    LOG_CONSULTED = "log.consulted"
    PACK_ACTIVATED = "pack.activated"
    POST_APPROVED = "post.approved"
    POST_CHECKED = "post.checked"
    POST_DRAFTED = "post.drafted"
    POST_EDITED = "post.edited"
    POST_FAILED = "post.failed"
    POST_MISSED = "post.missed"
    POST_PUBLISHED = "post.published"
    POST_RETURNED = "post.returned"
    POST_SUBMITTED = "post.submitted"
    POST_WITHDRAWN = "post.withdrawn"
    RELEASE_CHECKED = "release.checked"
    RELEASE_PREPARED = "release.prepared"
    RELEASE_PUBLISHED = "release.published"
    RELEASE_SUPERSEDED = "release.superseded"
    REQUEST_CHANGED = "request.changed"
    REQUEST_DRAFTED = "request.drafted"
    REQUEST_REFUSED = "request.refused"
    REQUEST_RETURNED = "request.returned"
    REQUEST_SUBMITTED = "request.submitted"
    REQUEST_WITHDRAWN = "request.withdrawn"
    ROLE_ENDED = "role.ended"
    ROLE_GRANTED = "role.granted"
    RULES_CHECKED = "rules.checked"
    RUN_ENDED = "collection.run-ended"
    RUN_REFUSED = "collection.run-refused"
    RUN_STARTED = "collection.run-started"
    SELF_AUTHORISATION_REFUSED = "decision.self-refused"
    SIGN_IN_FAILED = "session.sign-in-failed"
    SIGNED_IN = "session.signed-in"
    SIGNED_OUT = "session.signed-out"
    TOKEN_SEALED = "account.token-sealed"  # noqa: S105 - the name of an event
    UNIT_RECORDED = "unit.recorded"
    USER_RECORDED = "user.recorded"


_PACK = {"pack": CODE, "pack_version": CODE, "pack_digest": DIGEST}
_TALLY = {
    "read": COUNT,
    "malformed": COUNT,
    "out_of_scope": COUNT,
    "duplicates": COUNT,
    "withheld": COUNT,
    "stored": COUNT,
    "redacted": COUNT,
}

SCHEMAS: dict[Act, Schema] = {
    Act.ACCOUNT_CHANGED: Schema("changed the official account {about}", {"fields": CODES}),
    Act.ACCOUNT_REGISTERED: Schema(
        "registered the official account {about}", {"platform": CODE, "mode": CODE}
    ),
    Act.ADVICE_GIVEN: Schema(
        "gave advice on {about}: {outcome}",
        {"outcome": CODE, "version": COUNT, "digest": DIGEST, "conditions": COUNT},
    ),
    Act.AUTHORISATION_CANCELLED: Schema("stopped {about}", {"reason": CODE}),
    Act.AUTHORISATION_EXPIRED: Schema("saw {about} end by itself", {"expired_at": MOMENT}),
    Act.AUTHORISATION_GRANTED: Schema(
        "agreed {about}",
        {
            "kind": CODE,
            "level": CODE,
            "digest": DIGEST,
            "version": COUNT,
            "starts_at": MOMENT,
            "expires_at": MOMENT,
            "limited": FLAG,
            "against_advice": FLAG,
            **_PACK,
        },
    ),
    Act.AUTHORISATION_VOIDED: Schema("made {about} void by a change to what was agreed", {"reason": CODE}),
    Act.BATCH_STORED: Schema(
        "took in a batch under {authorisation}",
        {"run": CODE, **_TALLY, "out_by": COUNTS, "withheld_by": COUNTS},
    ),
    Act.DECISION_BLOCKED: Schema(
        "was stopped by the rules on {about}", {"rules": CODES, "stage": CODE, **_PACK}
    ),
    Act.GATHERING_RECORDED: Schema("recorded the event {about}", {"kind": CODE, "protest": FLAG}),
    Act.ITEMS_CONSULTED: Schema("read {count} items under {authorisation}", {"count": COUNT, "items": CODES}),
    Act.ITEMS_ERASED: Schema(
        "erased {count} items of {authorisation}",
        {"count": COUNT, "retention_class": CODE, "trigger": CODE, "receipt": CODE},
    ),
    Act.KEY_DESTROYED: Schema("destroyed the key of {authorisation}", {}),
    Act.LOG_CONSULTED: Schema("read the log", {"count": COUNT, "page": CODE}),
    Act.PACK_ACTIVATED: Schema("put rule pack {pack} {pack_version} in force", {**_PACK, "first": FLAG}),
    Act.POST_APPROVED: Schema("agreed the post {about}", {"digest": DIGEST, "life_safety": FLAG, **_PACK}),
    Act.POST_CHECKED: Schema(
        "had the post {about} checked: {verdict}", {"verdict": CODE, "digest": DIGEST, **_PACK}
    ),
    Act.POST_DRAFTED: Schema("started the post {about}", {"account": CODE}),
    Act.POST_EDITED: Schema("changed the post {about}", {"digest": DIGEST, "voided": FLAG}),
    Act.POST_FAILED: Schema("could not send the post {about}: {reason}", {"reason": CODE, "attempt": COUNT}),
    Act.POST_MISSED: Schema("did not send the post {about}: its time had passed", {"planned_at": MOMENT}),
    Act.POST_PUBLISHED: Schema(
        "published the post {about}", {"digest": DIGEST, "platform": CODE, "account": CODE}
    ),
    Act.POST_RETURNED: Schema("sent the post {about} back", {}),
    Act.POST_SUBMITTED: Schema("asked a second person to agree the post {about}", {"digest": DIGEST}),
    Act.POST_WITHDRAWN: Schema("took back the post {about}", {}),
    Act.RELEASE_CHECKED: Schema("had the release {about} checked", {"passed": FLAG, "withheld": COUNT}),
    Act.RELEASE_PREPARED: Schema("prepared the release {about}", {"snapshot": DIGEST, "version": COUNT}),
    Act.RELEASE_PUBLISHED: Schema(
        "published the release {about}", {"sums": DIGEST, "files": COUNT, "version": COUNT}
    ),
    Act.RELEASE_SUPERSEDED: Schema("replaced the release {about}", {"by_version": COUNT}),
    Act.REQUEST_CHANGED: Schema("changed {about}", {"part": CODE, "fields": CODES, "voided": FLAG}),
    Act.REQUEST_DRAFTED: Schema("started the request {about}", {"kind": CODE}),
    Act.REQUEST_REFUSED: Schema(
        "refused {about}", {"version": COUNT, "digest": DIGEST, "reason": CODE, **_PACK}
    ),
    Act.REQUEST_RETURNED: Schema("returned {about} with a question", {"version": COUNT, "digest": DIGEST}),
    Act.REQUEST_SUBMITTED: Schema(
        "sent {about} (version {version})", {"version": COUNT, "digest": DIGEST, **_PACK}
    ),
    Act.REQUEST_WITHDRAWN: Schema("took back {about}", {"state": CODE}),
    Act.ROLE_ENDED: Schema("ended the role {role} of {about}", {"role": CODE, "unit": CODE}),
    Act.ROLE_GRANTED: Schema("gave {about} the role {role}", {"role": CODE, "unit": CODE}),
    Act.RULES_CHECKED: Schema(
        "had {about} checked: {verdict}", {"verdict": CODE, "stage": CODE, "rules": CODES, **_PACK}
    ),
    Act.RUN_ENDED: Schema(
        "ended a collection under {authorisation}: {state}", {"run": CODE, "state": CODE, **_TALLY}
    ),
    Act.RUN_REFUSED: Schema(
        "was refused a collection under {authorisation}: {reason}", {"reason": CODE, "platform": CODE}
    ),
    Act.RUN_STARTED: Schema(
        "started a collection under {authorisation}",
        {
            "run": CODE,
            "platform": CODE,
            "connector": CODE,
            "source": DIGEST,
            "resumed": FLAG,
            "declared": CODES,
            "redactor": DIGEST,
        },
    ),
    Act.SELF_AUTHORISATION_REFUSED: Schema(
        "was refused a decision on their own work, {about}", {"action": CODE}
    ),
    Act.SIGN_IN_FAILED: Schema("tried to sign in and could not", {}),
    Act.SIGNED_IN: Schema("signed in", {}),
    Act.SIGNED_OUT: Schema("signed out", {}),
    Act.TOKEN_SEALED: Schema("sealed the access token of {about}", {}),
    Act.UNIT_RECORDED: Schema("recorded the unit {about}", {}),
    Act.USER_RECORDED: Schema("recorded the person {about}", {}),
}


def _right(kind: str, value: object) -> bool:
    if kind == FLAG:
        return isinstance(value, bool)
    if kind == COUNT:
        return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53
    if kind == CODES:
        return isinstance(value, list | tuple) and len(value) <= 1000 and all(_right(CODE, v) for v in value)
    if kind == COUNTS:
        return (
            isinstance(value, Mapping)
            and len(value) <= 60
            and all(isinstance(k, str) and _right(CODE, k) and _right(COUNT, v) for k, v in value.items())
        )
    pattern = {CODE: _CODE, DIGEST: _DIGEST, MOMENT: _MOMENT}[kind]
    return isinstance(value, str) and pattern.match(value) is not None


def check(act: Act, data: Mapping[str, object]) -> None:
    """Refuse an event that does not fit its schema.

    Raises:
        BadEvidence: names the act and the field, never the value.
    """
    fields = SCHEMAS[act].fields
    for name, value in data.items():
        if name not in fields:
            raise BadEvidence(f"{act}: '{name}' is not a field of this event")
        if not _right(fields[name], value):
            raise BadEvidence(f"{act}: '{name}' is not a {fields[name]}")
