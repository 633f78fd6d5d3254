"""Reading one rule, and one scenario, of a pack."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, cast

from governance.policy.decision import Citation
from governance.policy.errors import Fault, within
from governance.policy.explain import read_template, with_params
from governance.policy.expression import Scope, read_condition
from governance.policy.kinds import LONGEST_TEXT
from governance.policy.pack import Basis, Example, Fact, InForce, Rule, RuleVerdict, Scenario
from governance.policy.shape import Table

#: The part of the form that a rule speaks about.
FIELDS = (
    "title",
    "purpose",
    "event",
    "terms",
    "dates",
    "necessity",
    "proportionality",
    "others",
    "retention",
    "people",
    "decision",
    "post",
)
BASES = ("statute", "code", "guidance", "case", "local")
EVIDENCE = ("sourced", "memory", "check", "reading")
VERDICTS = ("block", "refer", "warn", "allow")
#: What an example may expect; `silent` means that the rule says nothing: it does not apply, or has nothing to explain.
EXPECTED = ("block", "refer", "warn", "allow", "pass", "silent")
LONGEST_SENTENCE = 14  # words; screens promise fewer than 15
DEEPEST_SCENARIO = 3

_ID = re.compile(r"[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+")
_RULE_KEYS = (
    "id", "title", "field", "applies", "when", "params", "local_params", "verdict", "refer_to", "sentence", "why", "remedy",
    "cite", "basis", "evidence", "in_force", "override", "examples",
)  # fmt: skip


def read_rule(
    entry: Table,
    scope: Scope,
    sources: Mapping[str, Citation],
    roles: frozenset[str],
    pack_in_force: InForce,
    line: int,
) -> Rule:
    """Read one [[rule]]. Raises Fault with the key that is wrong."""
    entry.only(*_RULE_KEYS)
    rule_id = entry.text("id")
    if not _ID.fullmatch(rule_id):
        raise Fault(f"{rule_id!r} cannot be the id of a rule.", "Write it like UK-PUR-01.", "id")
    params = _params(entry)
    inner = Scope(scope.facts, scope.columns, params, scope.conditions)
    with within("applies"):
        applies = read_condition(entry.get("applies"), inner) if "applies" in entry else None
    with within("when"):
        when = read_condition(entry.get("when"), inner)
    verdict = entry.choice("verdict", VERDICTS)
    basis = entry.choice("basis", BASES)
    with within("why"):
        why = read_template(entry.text("why"), inner)
    written = " ".join(
        [str(entry.get(name)) for name in ("applies", "when", "why", "title", "sentence", "remedy")]
    )
    for name in params:
        if not re.search(rf"\bparams\.{name}\b", written):
            raise Fault(
                f"Nothing in {rule_id} uses the parameter {name!r}.", "Use it or remove it.", "params"
            )
    facts = set(when.facts) | set(applies.facts if applies else ())
    return Rule(
        id=rule_id,
        title=_said(entry, "title", params),
        field=entry.choice("field", FIELDS),
        verdict=cast("RuleVerdict", verdict),
        refer_to=_refer_to(entry, verdict, roles),
        applies=applies,
        when=when,
        params=MappingProxyType(params),
        local_params=_local_params(entry, params, inner, basis),
        sentence=_sentence(entry, params),
        why=why,
        remedy=_said(entry, "remedy", params),
        citations=_citations(entry, sources),
        basis=cast("Basis", basis),
        evidence=_evidence(entry),
        in_force=read_in_force(entry.table("in_force"), pack_in_force)
        if "in_force" in entry
        else pack_in_force,
        override=_override(entry, basis, roles),
        examples=_examples(entry, verdict, scope, line),
        facts=tuple(sorted(facts)),
        line=line,
    )


def read_scenario(
    entry: Table, facts: Mapping[str, Fact], earlier: Mapping[str, Scenario], line: int
) -> Scenario:
    """Read one [[scenario]]: complete facts, or those of an earlier one with changes. Raises Fault."""
    entry.only("name", "like", "at", "expect", "refer_to", "decider", "facts", "without")
    like = entry.text("like") if "like" in entry else None
    if like is not None and like not in earlier:
        raise Fault(f"There is no scenario {like!r} above this one.", "Name an earlier scenario.", "like")
    start = earlier[like] if like else None
    at = entry.get("at") if "at" in entry else (start.at if start else None)
    if not isinstance(at, datetime) or at.tzinfo is None:
        raise Fault("A scenario needs a moment with its time zone.", "Write at = 2026-03-01T09:00:00Z.", "at")
    own = flatten(entry.table("facts").data, facts)
    left_out = entry.texts("without")
    return Scenario(
        name=entry.text("name"),
        at=at,
        facts=MappingProxyType(
            {
                name: value
                for name, value in ({**(start.facts if start else {}), **own}).items()
                if name not in left_out
            }
        ),
        expect=entry.choice("expect", ("block", "refer", "warn", "pass")),
        refer_to=entry.texts("refer_to"),
        decider=entry.text("decider") if "decider" in entry else None,
        line=line,
    )


def read_in_force(entry: Table, pack_in_force: InForce | None = None) -> InForce:
    """The days between `from` and `to` (optional)."""
    entry.only("from", "to")
    first, last = entry.get("from"), entry.get("to")
    for day in (first, last):
        if day is not None and type(day) is not date:
            raise Fault(f"{day!r} is not a day.", "Write it like 2026-01-01, without quotes.", "in_force")
    if first is None or (last is not None and last < first):
        raise Fault(
            "`in_force` needs a first day, and any last day after it.",
            "Write { from = 2026-01-01 }.",
            "in_force",
        )
    if pack_in_force is not None and last is not None and last < pack_in_force.from_:
        raise Fault("The rule ended before the pack began.", "Remove it, or mend the dates.", "in_force")
    return InForce(first, last)


def flatten(data: Mapping[str, Any], facts: Mapping[str, object], prefix: str = "") -> dict[str, Any]:
    """Nested tables as one flat mapping of fact names; `{ characters = 60 }` stands for a text of that length.

    Raises Fault for a fact that the pack does not have.
    """
    flat: dict[str, Any] = {}
    for key, value in data.items():
        name = f"{prefix}{key}"
        if name in facts:
            flat[name] = _sample(value)
        elif isinstance(value, dict) and not prefix and "." not in key:
            flat |= flatten(value, facts, f"{key}.")
        else:
            raise Fault(f"There is no fact {name!r}.", "Check its spelling in the [facts] table.")
    return flat


def _sample(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    entry = Table(value, ())
    entry.only("characters")
    length = entry.whole("characters")
    if not 0 <= length <= LONGEST_TEXT:
        raise Fault(
            f"A text of {length} characters cannot be made.", f"Use 0 to {LONGEST_TEXT}.", "characters"
        )
    return "x" * length


def _params(entry: Table) -> dict[str, int]:
    table = entry.table("params")
    with within("params"):
        return {name: table.whole(name) for name in table}


def _local_params(entry: Table, params: Mapping[str, int], scope: Scope, basis: str) -> tuple[str, ...]:
    """Numbers that are this body's choice: parameters or table columns; in a local rule all parameters are."""
    named = entry.texts("local_params")
    for name in named:
        if name not in params and name not in scope.columns:
            raise Fault(
                f"There is no parameter or column {name!r}.", "Name one of this rule.", "local_params"
            )
    return tuple(dict.fromkeys((*named, *(params if basis == "local" else ()))))


def _said(entry: Table, name: str, params: Mapping[str, int]) -> str:
    with within(name):
        return with_params(entry.text(name), params)


def _sentence(entry: Table, params: Mapping[str, int]) -> str:
    sentence = _said(entry, "sentence", params)
    words = len(sentence.split())
    if words > LONGEST_SENTENCE:
        raise Fault(f"The sentence has {words} words.", f"Say it in {LONGEST_SENTENCE} or fewer.", "sentence")
    return sentence


def _refer_to(entry: Table, verdict: str, roles: frozenset[str]) -> str | None:
    if verdict != "refer":
        entry.without("refer_to")
        return None
    role = entry.text("refer_to")
    if role not in roles:
        raise Fault(
            f"There is no role {role!r} to refer to.",
            f"The roles are: {', '.join(sorted(roles))}.",
            "refer_to",
        )
    return role


def _citations(entry: Table, sources: Mapping[str, Citation]) -> tuple[Citation, ...]:
    cited = entry.tables("cite")
    if not cited:
        raise Fault("The rule cites nothing.", 'Add cite = [{ key = "DPA", at = "s.36(1)" }].', "cite")
    citations = []
    for index, one in enumerate(cited):
        with within("cite", index):
            one.only("key", "at")
            key = one.text("key")
            if key not in sources:
                raise Fault(f"There is no source {key!r}.", "Add it to the [sources] table.")
            source = sources[key]
            citations.append(
                Citation(key, source.title, one.text("at") if "at" in one else "", source.address)
            )
    return tuple(citations)


def _evidence(entry: Table) -> str:
    evidence = entry.text("evidence")
    if any(mark not in EVIDENCE for mark in evidence.split("+")):
        raise Fault(
            f"{evidence!r} is no evidence mark.", f"Use {', '.join(EVIDENCE)}, joined with +.", "evidence"
        )
    return evidence


def _override(entry: Table, basis: str, roles: frozenset[str]) -> str | None:
    override = entry.text("override") if "override" in entry else "none"
    if override == "none":
        return None
    if basis != "local":
        raise Fault(
            f"A rule from {'statute' if basis == 'statute' else basis} cannot be overridden.",
            "Remove `override`: only this body's own rules may be set aside.",
            "override",
        )
    if override not in roles:
        raise Fault(
            f"There is no role {override!r}.", f"The roles are: {', '.join(sorted(roles))}.", "override"
        )
    return override


def _examples(entry: Table, verdict: str, scope: Scope, line: int) -> tuple[Example, ...]:
    examples = []
    for index, one in enumerate(entry.tables("examples")):
        with within("examples", index):
            one.only("from", "but", "without", "expect")
            examples.append(
                Example(
                    scenario=one.text("from"),
                    but=MappingProxyType(flatten(one.table("but").data, scope.facts)),
                    without=one.texts("without"),
                    expect=one.choice("expect", EXPECTED),
                    line=line,
                )
            )
    expected = {example.expect for example in examples}
    if verdict not in expected or not expected & {"pass", "silent"}:
        raise Fault(
            f"The rule has no example that expects {verdict}, or none that passes.",
            "Give it at least one of each.",
            "examples",
        )
    return tuple(examples)
