"""From rows to facts: flat, typed, with the names of the pack's own fact table. Nothing here decides anything."""

import datetime as dt
from typing import Any

from django.conf import settings

from governance.casework.models import Authorisation, Request, Review
from governance.casework.terms import follows_person
from governance.decisions.services import live_pack, platform_terms
from governance.people.models import User

Facts = dict[str, Any]


def _terms_answer(platforms: list[str], at: dt.datetime) -> str:
    """The strictest answer of the platforms' own terms: denied if any of them is, or if none is named."""
    return platform_terms().strictest(platforms, at=at) if platforms else "denied"


def ask(request: Request, *, at: dt.datetime) -> Facts:
    """What the rules may know while somebody asks. An unanswered page is a missing fact, never a 'no'."""
    answered = set(request.parts)
    gathering = request.gathering
    protest = None
    if "people" in answered and "event" in answered:
        # The event's own switch cannot be answered away.
        protest = bool(request.protest_related) or bool(gathering and gathering.is_protest)
    facts: Facts = {
        "req.kind": "monitoring",
        "req.stage": "ask",
        "req.authority_type": settings.BODY_TYPE,
        "req.applicant_id": f"user:{request.requested_by_id}",
        "req.start_at": request.start_at,
        "req.end_at": request.end_at,
        "purpose.code": request.purpose_code or None,
        "purpose.text": request.purpose_text,
        "purpose.offence": request.offence,
        "data.law_ref": request.law_ref,
        "nec.text": request.nec_text,
        "nec.objective": request.nec_objective,
        "prop.size_scope": request.size_scope,
        "prop.rational_link": request.rational_link,
        "prop.least_intrusive": request.least_intrusive,
        "prop.alternatives": request.alternatives,
        "prop.fair_balance": request.fair_balance,
        "coll.text": request.coll_text,
        "coll.mitigation": request.coll_mitigation,
        "coll.bystander_cap": request.bystander_cap,
        "data.retention_class": request.retention_class or None,
        "data.retention_days": request.retention_days,
        "rights.protest_related": protest,
        "rights.art8": request.art8,
        "rights.art10": request.art10,
        "rights.art11": request.art11,
    }
    facts["req.regime"] = _regime(request)
    if "event" in answered:
        facts["req.has_event"] = gathering is not None
        if gathering is not None:
            facts["evt.starts_at"] = gathering.starts_at
            facts["evt.ends_at"] = gathering.ends_at
    if "terms" in answered:
        following = sum(1 for term in request.terms if follows_person(term))
        facts |= {
            "act.query_scope": request.query_scope or None,
            "act.queries": list(request.terms),
            "act.platforms": list(request.platforms),
            "act.platform_terms": _terms_answer(request.platforms, at),
            "act.terms_following_people": following,
            "act.subject_count": following,
        }
    if "people" in answered:
        facts |= {
            "act.level": request.level,
            "act.overt_notice": request.overt_notice,
            "act.covert": request.covert,
            "act.private_info_likely": request.private_info_likely,
            "act.systematic_recording": request.systematic_recording,
            "act.closed_group": request.closed_group,
            "act.false_persona": request.false_persona,
            "act.relationship": request.relationship,
            "act.personal_account": request.personal_account,
            "act.facial_recognition": request.facial_recognition,
            "act.intrusive": False,  # a search of public posts is not intrusive surveillance (RIPA s.26(3))
            "subj.under18": request.under18,
            "subj.confidential_profession": request.confidential_profession or None,
            "data.sensitive": request.sensitive,
            "rights.peaceful": request.peaceful,
            "rights.protected_sole_basis": request.protected_sole_basis,
        }
    return facts


def _regime(request: Request) -> str | None:
    """The data-protection regime of the chosen purpose, from the pack's table of purposes."""
    row = live_pack().purposes.get(request.purpose_code)
    return None if row is None else row.regimes[0]


def decide(
    request: Request,
    *,
    by: User,
    role: str,
    considerations: str,
    review: Review | None,
    required: bool,
    at: dt.datetime,
) -> Facts:
    """What the rules may know when a person decides: everything that was asked, and who decides on what words."""
    return {
        **ask(request, at=at),
        "req.stage": "decide",
        "auth.officer_id": f"user:{by.pk}",
        "auth.rank": by.rank,
        "auth.role": role,
        "auth.considerations": considerations,
        "auth.involved": by.pk == request.requested_by_id,
        "dpo.outcome": review.outcome if review else "none",
        "dpo.required": required,
    }


def run(
    authorisation: Authorisation, *, platforms: list[str], live: bool, digest_matches: bool, at: dt.datetime
) -> Facts:
    """What the rules may know the moment before anything is collected."""
    return {
        "req.kind": "monitoring",
        "req.stage": "run",
        "req.authority_type": settings.BODY_TYPE,
        "auth.live": live,
        "auth.digest_matches": digest_matches,
        "auth.expires_at": authorisation.expires_at,
        "act.platforms": platforms,
        "act.platform_terms": _terms_answer(platforms, at),
        "act.level": authorisation.level,
    }
