"""The shipped police pack: what it says, and what it must never say."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.policy import Decision, Finding, Pack, PackError, evaluate, evaluate_rule, load_pack
from tests.policy.conftest import PACK, UK_POLICE
from tests.policy.strategies import facts

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
RULES = [rule.id for rule in PACK.rules]
EXAMPLES = [(rule.id, index) for rule in PACK.rules for index in range(len(rule.examples))]
many = settings(max_examples=200, deadline=None)

# The rules that one governed journey needs, under ids that are never used again for anything else.
FROM_LAW = ["UK-PUR-01", "UK-PUR-02", "UK-PUR-03", "UK-PUR-05", "UK-CLS-01", "UK-CLS-02", "UK-CLS-03", "UK-CLS-05", "UK-CLS-08", "UK-CLS-09", "UK-CLS-10", "UK-CLS-11", "UK-CLS-12", "UK-CLS-13", "UK-NEC-03", "UK-PRO-01", "UK-PRO-02", "UK-PRO-04", "UK-PRO-05", "UK-COL-01", "UK-AUT-01", "UK-AUT-09", "UK-AUT-11", "UK-AUT-12", "UK-AUT-13", "UK-SAF-02", "UK-SAF-03", "UK-SAF-04", "UK-SAF-07", "UK-PRT-01", "UK-PRT-02", "UK-PRT-03", "UK-PRT-04", "UK-PRT-05", "UK-PRT-06", "UK-DPA-01", "UK-DPA-04", "UK-DPA-08", "UK-DPA-12", "UK-DPA-21", "UK-RET-01", "UK-RET-05", "UK-POST-01", "UK-POST-02", "UK-POST-05", "UK-POST-06", "UK-POST-07", "UK-POST-08", "UK-POST-10", "UK-POST-18", "UK-POST-19", "UK-POST-21", "UK-POST-24", "UK-ACC-01", "UK-ACC-03"]  # fmt: skip
# A remedy tells the reader what to do, so it begins with a verb.
VERBS = ["Aim", "Answer", "Ask", "Choose", "Describe", "Give", "Keep", "Leave", "Let", "Link", "List", "Name", "Put", "Record", "Register", "Ring", "Say", "Set", "Stop", "Take", "Use", "Wait", "Work", "Write", "Read"]  # fmt: skip


def decide(
    scenario: str, without: tuple[str, ...] = (), at: datetime | None = None, **changes: Any
) -> Decision:
    """The decision on a scenario with changes; purpose__code stands for purpose.code."""
    changed = {name.replace("__", "."): value for name, value in changes.items()}
    asked = {k: v for k, v in {**PACK.scenarios[scenario].facts, **changed}.items() if k not in without}
    return evaluate(PACK, asked, at=at or PACK.scenarios[scenario].at)


def said(decision: Decision, *verdicts: str) -> dict[str, Finding]:
    return {f.rule_id: f for f in decision.findings if f.verdict in verdicts}


@pytest.mark.parametrize(("rule_id", "index"), EXAMPLES, ids=[f"{r}-{i + 1}" for r, i in EXAMPLES])
def test_each_rule_keeps_its_examples(rule_id: str, index: int) -> None:
    example = PACK.rule(rule_id).examples[index]
    scenario = PACK.scenarios[example.scenario]
    asked = {k: v for k, v in {**scenario.facts, **example.but}.items() if k not in example.without}
    finding = evaluate_rule(PACK, rule_id, asked, at=scenario.at)
    assert (finding.verdict if finding else "silent") == example.expect


@pytest.mark.parametrize("rule_id", RULES)
def test_each_rule_can_be_read_and_traced(rule_id: str) -> None:
    rule = PACK.rule(rule_id)
    assert re.fullmatch(r"UK-(PUR|CLS|NEC|PRO|COL|AUT|SAF|PRT|DPA|RET|POST|ACC|LOC)-\d\d(-[B-D])?", rule.id)
    assert len(rule.sentence.split()) < 15
    assert rule.sentence.endswith(".")
    assert rule.remedy.split()[0].rstrip(",") in VERBS
    assert not re.search(r"\bs\.|\bart\.|\bsection\b", rule.sentence)
    assert rule.citations
    for citation in rule.citations:
        assert PACK.sources[citation.key].title == citation.title
        assert citation.address.startswith("http")
    assert PACK.in_words(rule.when)


def test_it_holds_the_rules_of_the_spine_under_the_ids_of_the_law() -> None:
    assert set(FROM_LAW) <= set(RULES)
    own = [rule for rule in PACK.rules if rule.id.startswith("UK-LOC")]
    assert all(rule.basis == "local" for rule in own)


def test_every_source_is_cited() -> None:
    assert set(PACK.sources) == {c.key for rule in PACK.rules for c in rule.citations}


def test_no_rule_from_law_can_be_overridden() -> None:
    for rule in PACK.rules:
        assert rule.override is None or rule.basis == "local", rule.id
        assert rule.basis != "statute" or rule.override is None, rule.id


def test_a_blocking_rule_from_statute_offers_no_override_in_its_finding() -> None:
    decision = decide("festival", act__facial_recognition=True, data__retention_days=0)
    for finding in decision.blocks:
        assert finding.override is None


def test_every_number_that_is_not_in_the_law_is_named_as_local() -> None:
    """Of all numbers in the pack only "sources", of which a correction names at least one, come from the guidance."""
    not_local = {(rule.id, name) for rule in PACK.rules for name in set(rule.params) - set(rule.local_params)}
    assert not_local == {("UK-POST-18", "min_sources")}


def test_it_says_that_no_lawyer_has_signed_it() -> None:
    assert (PACK.id, PACK.version) == ("uk-police", "2026.1")
    assert PACK.status == "unverified until your legal adviser signs"


# ---- plain requests go through


def test_a_plain_request_about_an_event_passes_to_a_supervisor() -> None:
    decision = decide("festival")
    assert decision.verdict == "pass"
    assert decision.refer_to == frozenset()
    assert decision.decider is not None
    assert (decision.decider.role, decision.decider.min_rank, decision.decider.advice_from) == (
        "supervisor",
        "inspector",
        (),
    )


def test_a_plain_request_about_a_protest_goes_to_the_supervisor_after_advice() -> None:
    decision = decide("protest")
    assert not said(decision, "block", "warn")
    assert set(said(decision, "refer")) == {"UK-DPA-12"}
    assert decision.decider is not None
    assert (decision.decider.role, decision.decider.advice_from) == ("supervisor", ("dpo",))


def test_short_answers_are_enough_at_level_1() -> None:
    decision = decide(
        "festival",
        nec__objective="",
        prop__rational_link="",
        prop__least_intrusive="",
        prop__alternatives="",
        prop__fair_balance="",
        prop__size_scope="Two terms for five days; a crush at the gate.",
    )
    assert decision.verdict == "pass"


# ---- who decides


@pytest.mark.parametrize(
    ("changes", "role", "rank", "advice"),
    [
        ({"act__systematic_recording": True}, "authorising_officer", "superintendent", ("dpo",)),
        ({"act__query_scope": "group", "rights__protest_related": True, "data__sensitive": True,
          "rights__art8": "x" * 80, "rights__art10": "x" * 80, "rights__art11": "x" * 80},
         "authorising_officer", "superintendent", ("dpo",)),
        ({"purpose__code": "disorder_prevention"}, "authorising_officer", "superintendent", ("dpo",)),
        ({"subj__confidential_profession": "lawyer"}, "supervisor", "inspector", ("dpo",)),
        ({}, "supervisor", "inspector", ("dpo",)),
    ],
)  # fmt: skip
def test_the_pack_names_who_decides(
    changes: dict[str, Any], role: str, rank: str, advice: tuple[str, ...]
) -> None:
    decider = decide("look-up", **changes).decider
    assert decider is not None
    assert (decider.role, decider.min_rank, decider.advice_from) == (role, rank, advice)


@given(facts(), st.sampled_from(["supervisor", "authorising_officer"]), st.sampled_from(PACK.ranks))
@many
def test_nothing_passes_that_was_decided_by_somebody_below_who_the_pack_names(
    asked: dict[str, Any], role: str, rank: str
) -> None:
    decision = evaluate(PACK, {**monitoring(asked), "auth.role": role, "auth.rank": rank}, at=NOON)
    if decision.verdict != "block":
        assert decision.decider is not None
        assert decision.decider.min_rank is not None
        assert PACK.ranks_at_least(rank, decision.decider.min_rank)
        assert decision.decider.role == "supervisor" or role == "authorising_officer"


@given(facts(), st.sampled_from(["officer-1", "7"]))
@many
def test_nothing_passes_that_was_decided_by_who_asked(asked: dict[str, Any], person: str) -> None:
    both = {
        **PACK.scenarios["festival-decide"].facts,
        **asked,
        "req.kind": "monitoring",
        "req.stage": "decide",
    }
    decision = evaluate(PACK, {**both, "auth.officer_id": person, "req.applicant_id": person}, at=NOON)
    assert decision.verdict == "block"
    assert "UK-AUT-09" in said(decision, "block")


def test_a_person_cannot_pass_as_another_by_the_type_of_their_number() -> None:
    decision = decide("festival-decide", req__applicant_id="7", auth__officer_id=7)
    assert "UK-AUT-09" in said(decision, "block")


# ---- guarantees that hold for every pass


def monitoring(asked: dict[str, Any], *, stage: str = "decide") -> dict[str, Any]:
    return {**PACK.scenarios["look-up-decide"].facts, **asked, "req.kind": "monitoring", "req.stage": stage}


@given(facts(most_changes=12))
@settings(max_examples=500, deadline=None)
def test_what_holds_of_every_request_that_is_not_blocked(asked: dict[str, Any]) -> None:
    whole = monitoring(asked)
    decision = evaluate(PACK, whole, at=NOON)
    if decision.verdict == "block":
        return
    purpose = PACK.purposes[whole["purpose.code"]]
    assert whole["act.level"] in ("L0", "L1", "L2")
    assert 1 <= whole["data.retention_days"] <= min(purpose.longest_days, 365)
    assert PACK.retention_classes[whole["data.retention_class"]].collected
    assert whole["act.platform_terms"] == "allowed"
    assert whole["act.query_scope"] in (*purpose.scopes, *purpose.referred_scopes)
    assert not (whole["act.covert"] and whole["act.private_info_likely"])
    for never in (
        "relationship",
        "closed_group",
        "false_persona",
        "personal_account",
        "intrusive",
        "facial_recognition",
    ):
        assert not whole[f"act.{never}"]
    assert not whole["rights.protected_sole_basis"]
    assert whole["auth.officer_id"] != whole["req.applicant_id"]
    assert whole["req.end_at"] > NOON
    if whole["rights.protest_related"]:
        assert whole["data.retention_days"] <= 30 or not whole["rights.peaceful"]
        assert whole["dpo.outcome"] != "none"


@given(facts(most_changes=12))
@settings(max_examples=300, deadline=None)
def test_what_holds_of_every_post_that_is_not_blocked(asked: dict[str, Any]) -> None:
    whole = {**PACK.scenarios["publish"].facts, **asked, "req.kind": "posting", "req.stage": "publish"}
    decision = evaluate(PACK, whole, at=NOON)
    if decision.verdict == "block":
        return
    assert whole["post.approver_id"] != whole["post.drafter_id"]
    assert whole["auth.live"]
    assert whole["auth.digest_matches"]
    assert whole["acct.registered"]
    named = whole["post.person_named"] or whole["post.identifiers"]
    assert not (
        named and whole["post.person_stage"] in ("suspected", "arrested") and not whole["post.sio_approval"]
    )


# ---- single promises


@pytest.mark.parametrize("days", [0, -1, -(10**9), 366, 10**9, 31])
def test_it_refuses_a_retention_that_is_no_retention(days: int) -> None:
    blocked = said(decide("festival", data__retention_days=days), "block")
    assert blocked
    assert all(finding.field == "retention" for finding in blocked.values())


@pytest.mark.parametrize("days", [10**12, "30", 30.0, True, None, float("nan")])
def test_it_refuses_a_retention_that_is_no_number(days: object) -> None:
    blocked = said(decide("festival", data__retention_days=days), "block")
    assert {"UK-DPA-08", "UK-RET-01"} <= set(blocked)
    assert all("how many days posts are kept" in f.why for f in blocked.values())


def test_it_reads_event_dates_as_legal_days_across_the_clock_change() -> None:
    """The event ends on 29 March, the night the clocks go forward; 7 days after is 5 April."""
    event = {
        "req__start_at": datetime(2026, 3, 20, tzinfo=UTC),
        "evt__starts_at": datetime(2026, 3, 28, 10, tzinfo=UTC),
        "evt__ends_at": datetime(2026, 3, 29, 21, tzinfo=UTC),
    }
    last = datetime(2026, 4, 5, 22, 59, tzinfo=UTC)  # 23:59 in London
    assert decide("festival", req__end_at=last, **event).verdict == "pass"
    late = decide("festival", req__end_at=last + timedelta(minutes=1), **event)
    assert set(said(late, "refer")) == {"UK-PUR-05"}
    assert "8 days after" in said(late, "refer")["UK-PUR-05"].why


def test_it_stops_at_the_very_moment_of_expiry() -> None:
    ends = datetime(2026, 3, 14, 12, tzinfo=UTC)
    assert decide("run", auth__expires_at=ends, at=ends - timedelta(microseconds=1)).verdict == "pass"
    assert set(said(decide("run", auth__expires_at=ends, at=ends), "block")) == {"UK-AUT-13"}


def test_it_tells_the_officer_how_much_more_to_write() -> None:
    finding = said(decide("festival-decide", auth__considerations="Approved"), "block")["UK-AUT-11"]
    assert "You need 142 more." in finding.why


def test_it_speaks_in_plain_words_with_the_values_it_found() -> None:
    finding = said(decide("look-up", act__query_scope="group"), "block")["UK-PUR-03"]
    assert finding.why == (
        "The purpose is to find a missing or vulnerable person. It allows a search by person; "
        "this one is aimed at: group."
    )
    assert finding.remedy.startswith("Aim the search")


def test_a_request_for_another_kind_of_body_is_refused() -> None:
    assert "UK-LOC-07" in said(decide("festival", req__authority_type="local_authority"), "block")


def test_padding_is_not_a_reason() -> None:
    assert "UK-LOC-02" in said(decide("festival", nec__text=" \n\t " * 100 + "x"), "block")
    assert "UK-NEC-03" in said(
        decide("festival", nec__text="word " + " " * 500 + "word word word word word word word"), "refer"
    )


@pytest.mark.parametrize(
    ("term", "picket"),
    [
        ("#PicketLine", True),
        ("#picket_line", True),
        ("PICKETS", True),
        ("#TradeUnionRally", False),  # one run-together word; the officer's own answer must catch it
        ("#TradeUnion", True),
        ("trade  unions", True),
        ("picketers", False),
        ("picnic", False),
        ("spicket", False),
        ("industrial-action", True),
    ],
)
def test_it_sees_a_union_event_behind_the_terms(term: str, picket: bool) -> None:
    assert ("UK-PRT-06" in said(decide("festival", act__queries=[term]), "block")) == picket


# ---- the examples are worth something


FLIPS = {
    ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.Gt: ast.LtE, ast.LtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip


def changed_conditions(source: str) -> Iterator[str]:
    """A condition with one comparison turned round, moved by one step, or one part of an and/or left out."""
    whole = ast.parse(source, mode="eval")
    for place, node in enumerate(ast.walk(whole)):
        copy = ast.parse(source, mode="eval")
        twin = list(ast.walk(copy))[place]
        if isinstance(node, ast.Compare):
            twin.ops = [FLIPS[type(node.ops[0])]()]
            yield ast.unparse(copy)
            twin.ops = [
                {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}.get(
                    type(node.ops[0]), type(node.ops[0])
                )()
            ]
            if type(twin.ops[0]) is not type(node.ops[0]):
                yield ast.unparse(copy)
        if isinstance(node, ast.BoolOp):
            for index in range(len(node.values)):
                copy = ast.parse(source, mode="eval")
                del list(ast.walk(copy))[place].values[index]
                yield ast.unparse(copy)
    yield f"not ({source})"


def mutants() -> Iterator[tuple[str, str]]:
    """The pack with one rule changed: its condition, or its verdict weakened."""
    text = UK_POLICE.read_text("utf-8")
    for match in re.finditer(r'\[\[rule\]\]\nid = "([^"]+)".*?\nwhen = "(.*?)"\n', text, re.DOTALL):
        for condition in changed_conditions(match[2]):
            yield f"{match[1]}: {condition}", text[: match.start(2)] + condition + text[match.end(2) :]
        verdict = re.compile(r'\nverdict = "(block|refer)"\n(refer_to = "\w+"\n)?').search(text, match.end(2))
        if verdict and text.find("[[rule]]", match.end(2), verdict.start()) < 0:
            weaker = f'{text[: verdict.start()]}\nverdict = "warn"\n{text[verdict.end() :]}'
            yield f"{match[1]}: warn", weaker


def survivors() -> tuple[list[str], int]:
    alive, count = [], 0
    for name, text in mutants():
        count += 1
        try:
            load_pack(text.encode(), name="mutant.toml")
        except PackError:
            continue
        alive.append(name)
    return alive, count


@pytest.mark.prove
def test_no_rule_can_be_changed_without_an_example_failing() -> None:
    """Every single change to any rule is caught by the pack's own examples; survivors are listed."""
    alive, count = survivors()
    assert count > 300
    assert alive == []


def test_the_pack_gives_the_tables_that_the_house_reads(pack: Pack) -> None:
    assert pack.purposes["event_safety"].retention_class == "R2"
    assert list(pack.retention_classes) == [f"R{n}" for n in range(15)]
    assert [level.decided_by for level in pack.levels.values()] == ["supervisor"] * 3 + [
        "authorising_officer"
    ] * 3
    assert set(pack.platforms) == {
        "mastodon", "bluesky", "rss", "archive", "x", "meta", "tiktok", "telegram", "reddit", "youtube",
    }  # fmt: skip
    assert pack.ranks.index("inspector") < pack.ranks.index("superintendent")
    assert {r.held_by for r in pack.referrals.values()} == {
        "communications",
        "supervisor",
        "authorising_officer",
        "dpo",
    }
