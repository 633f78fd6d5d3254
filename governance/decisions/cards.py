"""What the rules said, in the shape that pages show: one card per rule, the strictest first."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from governance.policy import Citation, Decision, Finding, Pack, Rule

_KIND = {"block": "block", "refer": "refer", "warn": "advice", "allow": "pass", "pass": "pass"}
ORDER = ("block", "refer", "advice", "idle", "pass")

# Where a rule's answer can be changed: from the finding's part of the form to (address, words of the link).
Where = Callable[[str], tuple[str, str]]


@dataclass(frozen=True)
class Card:
    """One rule beside an answer; plain values for the verdict component."""

    kind: str
    rule_id: str
    rule: str
    why: str
    fix: str
    cite: str
    basis: str
    evidence: str
    part: str = ""
    href: str = ""
    link: str = ""


@dataclass(frozen=True)
class Panel:
    """All cards of one evaluation, passes apart, and how many there are of each kind."""

    pack: str
    verdict: str
    open: tuple[Card, ...]
    waiting: tuple[Card, ...]
    passed: tuple[Card, ...]

    def count(self, kind: str) -> int:
        return sum(card.kind == kind for card in (*self.open, *self.waiting, *self.passed))

    @property
    def tally(self) -> tuple[tuple[str, str], ...]:
        """('block', '0 block'), … in the order of strictness; 'not checked yet' only where there is any."""
        words = {
            "block": "block",
            "refer": "refer",
            "advice": "advice",
            "idle": "not checked yet",
            "pass": "pass",
        }
        counts = {kind: self.count(kind) for kind in ORDER}
        return tuple(
            (kind, f"{counts[kind]} {words[kind]}") for kind in ORDER if counts[kind] or kind != "idle"
        )

    @property
    def sentence(self) -> str:
        """'1 rule stops this, 1 needs a person, 14 pass.'"""
        blocks, refers, waiting = self.count("block"), self.count("refer"), self.count("idle")
        if waiting and not self.open and not self.passed:
            return "Nothing is checked here yet."
        said = [
            f"{blocks} {'rule stops' if blocks == 1 else 'rules stop'} this"
            if blocks
            else "No rule stops this",
            f"{refers} {'needs' if refers == 1 else 'need'} a person" if refers else "",
            f"{waiting} {'waits' if waiting == 1 else 'wait'} for more answers" if waiting else "",
            f"{self.count('pass')} pass",
        ]
        return ", ".join(part for part in said if part) + "."


def cite(citations: Iterable[Citation]) -> str:
    """The sources of a rule in one line."""
    return "; ".join(f"{c.title}, {c.pinpoint}" if c.pinpoint else c.title for c in citations)


def card(finding: Finding, *, unanswered: frozenset[str] = frozenset(), where: Where | None = None) -> Card:
    """One finding as a card.

    While parts of a form are `unanswered`, a rule that needs one of them is not checked yet, instead of a block.
    """
    lacks = bool(unanswered and finding.missing) or finding.field in unanswered
    kind = "idle" if lacks else _KIND.get(finding.verdict, "block")
    href, link = where(finding.field) if where and finding.field and kind in ("block", "refer") else ("", "")
    return Card(
        kind=kind,
        rule_id=finding.rule_id,
        rule=finding.sentence,
        why="It is checked as soon as you have answered." if kind == "idle" else finding.why,
        fix=finding.remedy if kind in ("block", "refer", "advice") else "",
        cite=cite(finding.citations),
        basis=finding.basis,
        evidence=finding.evidence,
        part=finding.field or "",
        href=href,
        link=link,
    )


def panel(
    decision: Decision,
    *,
    unanswered: frozenset[str] = frozenset(),
    where: Where | None = None,
    part: str | None = None,
) -> Panel:
    """A decision as cards: of all parts of the form, or of one."""
    findings: Iterable[Finding] = decision.findings if part is None else decision.about(part)
    made = [card(finding, unanswered=unanswered, where=where) for finding in findings]
    made.sort(key=lambda c: ORDER.index(c.kind))
    return Panel(
        pack=f"{decision.pack_id} {decision.pack_version}",
        verdict=decision.verdict,
        open=tuple(c for c in made if c.kind in ("block", "refer", "advice")),
        waiting=tuple(c for c in made if c.kind == "idle"),
        passed=tuple(c for c in made if c.kind == "pass"),
    )


def rule_rows(pack: Pack) -> list[tuple[str, list[Rule]]]:
    """The rules of a pack by what they do, for the page that lists them."""
    names = [
        ("block", "These stop a request"),
        ("refer", "These bring in a person"),
        ("warn", "These advise"),
    ]
    names.append(("allow", "These explain a yes"))
    return [(title, [r for r in pack.rules if r.verdict == verdict]) for verdict, title in names]


def rule_card(rule: Rule) -> Card:
    """A rule by itself, as the page that lists the rules shows it."""
    return Card(
        kind=_KIND.get(rule.verdict, "block"),
        rule_id=rule.id,
        rule=rule.sentence,
        why="",
        fix=rule.remedy,
        cite=cite(rule.citations),
        basis=rule.basis,
        evidence=rule.evidence,
        part=rule.field or "",
    )
