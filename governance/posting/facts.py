"""From a post to facts. What the redactor finds in the words is a fact, too."""

from typing import Any

from django.conf import settings

import redaction
from governance.accounts.models import AccountState
from governance.accounts.services import allowed_handles
from governance.people.models import User
from governance.posting.models import Post, PostType

Facts = dict[str, Any]


def personal_data_found(post: Post) -> int:
    """How many pieces of personal data the redactor sees in the words; our own handles do not count.

    If the redactor cannot answer, one piece is assumed: unknown never means clean.
    """
    found = redaction.redact_batch([post.text], allow=allowed_handles())[0]
    if isinstance(found, redaction.Withheld):
        return 1
    return sum(count for kind, count in found.counts.items() if kind != "link")


def draft(post: Post) -> Facts:
    """What the rules may know about a draft."""
    account = post.account
    return {
        "req.kind": "posting",
        "req.stage": "post",
        "req.authority_type": settings.BODY_TYPE,
        "post.text": post.text,
        "post.type": post.type,
        "post.drafter_id": f"user:{post.drafted_by_id}",
        "acct.registered": account.state == AccountState.ACTIVE,
        "acct.mode": account.mode,
        "acct.monitored_notice": bool(account.standing_notice or account.monitored_hours),
        "post.person_named": post.person_named,
        "post.person_stage": post.person_stage,
        "post.under18": post.under18,
        "post.sexual_offence": post.sexual_offence,
        "post.identifiers": list(post.identifiers),
        "post.proceedings_active": post.proceedings_active,
        "post.evidence_or_record": post.evidence_or_record,
        "post.ethnicity_nationality": post.ethnicity_nationality,
        "post.immigration_status": post.immigration_status,
        "post.policing_purpose": post.policing_purpose,
        "post.sio_approval": post.sio_approval,
        "post.verified_facts": list(post.verified_facts),
        "post.is_correction": post.type == PostType.CORRECTION,
        "post.reveals_tactics": post.reveals_tactics,
        "post.pii_found": personal_data_found(post),
        "post.media_count": 0,
        "post.alt_text": True,
        "post.life_safety": False,
    }


def publish(post: Post, *, approver: User, live: bool, digest_matches: bool) -> Facts:
    """What the rules may know when a second person agrees, and again the moment before it is sent."""
    return {
        **draft(post),
        "req.stage": "publish",
        "post.approver_id": f"user:{approver.pk}",
        "auth.live": live,
        "auth.digest_matches": digest_matches,
    }
