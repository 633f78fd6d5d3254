"""What the platforms' own terms allow: a gate apart from our law, and both must be open.

Refuses by default: an unknown platform, an unreviewed row and a review that has grown old are all a no.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Literal

from governance.policy.calendar import legal_day
from governance.policy.decision import Citation
from governance.policy.errors import Fault, PackError, within
from governance.policy.explain import say
from governance.policy.lines import Lines
from governance.policy.load import parse_toml
from governance.policy.shape import Table

#: No review counts for longer than this, whatever the file says.
LONGEST_REVIEW_DAYS = 180
STATES = ("allowed", "denied", "unreviewed")
EVIDENCE = ("sourced", "memory", "check", "reading")

Use = Literal["monitor", "post"]


@dataclass(frozen=True, slots=True)
class TermsRow:
    """The terms of one platform. `review_due` is the last day on which the review counts; None without a review."""

    platform: str
    words: str
    monitor: str
    post: str
    clause: str
    address: str
    evidence: str
    reviewed: date | None
    review_due: date | None


@dataclass(frozen=True, slots=True)
class TermsAnswer:
    """May a platform be used in this way? `reason` is one sentence for people."""

    allowed: bool
    reason: str
    citation: Citation | None


@dataclass(frozen=True)
class PlatformTerms:
    """The reviewed terms of all platforms. `digest` is the SHA-256 of the bytes they were read from."""

    version: str
    status: str
    digest: str
    rows: Mapping[str, TermsRow]

    def monitoring(self, platform: str, *, at: datetime) -> TermsAnswer:
        """May posts be read there for a police or council request, at this moment?"""
        return self._answer(platform, "monitor", legal_day(at))

    def posting(self, platform: str, *, at: datetime) -> TermsAnswer:
        """May an official account post there, at this moment?"""
        return self._answer(platform, "post", legal_day(at))

    def strictest(self, platforms: Iterable[str], *, at: datetime) -> Literal["allowed", "denied"]:
        """The value of the fact `act.platform_terms`: allowed only if monitoring is allowed on all; denied for none."""
        answers = [self.monitoring(platform, at=at).allowed for platform in platforms]
        return "allowed" if answers and all(answers) else "denied"

    def _answer(self, platform: str, use: Use, day: date) -> TermsAnswer:
        row = self.rows.get(platform)
        if row is None:
            return TermsAnswer(
                False, "Nobody has reviewed the terms of this platform, so it may not be used.", None
            )
        citation = Citation(f"TERMS-{row.platform}", f"Terms of {row.words}", row.clause, row.address)
        state = row.monitor if use == "monitor" else row.post
        doing = "reading posts" if use == "monitor" else "posting"
        if state == "denied":
            return TermsAnswer(
                False, f"The terms of {row.words} do not allow {doing} for this body.", citation
            )
        if state == "unreviewed" or row.review_due is None or row.reviewed is None:
            return TermsAnswer(
                False, f"Nobody has reviewed whether {row.words} allows {doing}, so it is not done.", citation
            )
        if day > row.review_due:
            reason = f"The terms of {row.words} were last reviewed on {say(row.reviewed, {})}; review them again first."
            return TermsAnswer(False, reason, citation)
        return TermsAnswer(True, f"The terms of {row.words} allow {doing}.", citation)


def load_terms(data: bytes, *, name: str) -> PlatformTerms:
    """Read and check the platforms' terms. `name` is what errors call the file.

    Raises:
        PackError: the file may not be used; says where and how to mend it.
    """
    text = parse_toml(data, name=name)
    try:
        return _terms(Table(tomllib.loads(text), ()), hashlib.sha256(data).hexdigest())
    except Fault as fault:
        line = Lines(text).of(*fault.place)
        raise PackError(file=name, line=line, problem=fault.problem, remedy=fault.remedy) from None


def _terms(top: Table, digest: str) -> PlatformTerms:
    top.only("terms", "platforms")
    with within("terms"):
        head = top.table("terms")
        head.only("version", "status", "longest_review_days")
        days = head.whole("longest_review_days")
        if not 1 <= days <= LONGEST_REVIEW_DAYS:
            raise Fault(
                f"A review counts for {days} days.", f"Use 1 to {LONGEST_REVIEW_DAYS}.", "longest_review_days"
            )
        version, status = head.text("version"), head.text("status")
    rows = {}
    for platform in top.table("platforms"):
        with within("platforms", platform):
            rows[platform] = _row(platform, top.table("platforms").table(platform), days)
    return PlatformTerms(version, status, digest, MappingProxyType(rows))


def _row(platform: str, entry: Table, days: int) -> TermsRow:
    entry.only("words", "monitor", "post", "clause", "address", "evidence", "reviewed")
    reviewed = entry.get("reviewed")
    if reviewed is not None and type(reviewed) is not date:
        raise Fault(f"{reviewed!r} is not a day.", "Write it like 2026-01-01, without quotes.", "reviewed")
    monitor, post = entry.choice("monitor", STATES), entry.choice("post", STATES)
    if "allowed" in (monitor, post) and reviewed is None:
        raise Fault("It is allowed, and nobody has reviewed it.", "Put in the day of the review.", "reviewed")
    address = entry.text("address")
    if not address.startswith("https://"):
        raise Fault(f"{address!r} is not an address.", "Begin it with https://.", "address")
    return TermsRow(
        platform=platform,
        words=entry.text("words"),
        monitor=monitor,
        post=post,
        clause=entry.text("clause"),
        address=address,
        evidence=entry.choice("evidence", EVIDENCE),
        reviewed=reviewed,
        review_due=None if reviewed is None else reviewed + timedelta(days=days),
    )
