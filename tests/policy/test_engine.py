"""What the engine promises for any facts at all."""

import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.policy import (
    NO_RULE,
    NOT_IN_FORCE,
    Decision,
    Pack,
    evaluate,
    evaluate_rule,
    load_pack,
    replay,
)
from governance.policy.calendar import start_of_day
from governance.policy.decision import STRICTNESS
from tests.policy import reference
from tests.policy.conftest import PACK, UK_POLICE
from tests.policy.strategies import any_facts, facts, junk, moments

NOON = reference.NOON
many = settings(max_examples=200, deadline=None)
prove = settings(max_examples=20_000, deadline=None)


def plain(pack: Pack, scenario: str, **changes: Any) -> Decision:
    changed = {name.replace("__", "."): value for name, value in changes.items()}
    return evaluate(pack, {**pack.scenarios[scenario].facts, **changed}, at=pack.scenarios[scenario].at)


def shuffled_pack(seed: int) -> Pack:
    """The shipped pack with its rules, facts' users and tables in another order; the meaning is the same."""
    head, *rules = UK_POLICE.read_text("utf-8").split("\n[[rule]]\n")
    random.Random(seed).shuffle(rules)
    return load_pack("\n[[rule]]\n".join([head, *rules]).encode(), name="shuffled")


SHUFFLED = shuffled_pack(7)


@given(any_facts(), moments)
@many
def test_it_answers_for_any_facts_at_all(given_facts: dict[Any, Any], at: datetime) -> None:
    decision = evaluate(PACK, given_facts, at=at)
    assert decision.verdict in ("block", "refer", "warn", "pass")
    assert decision.verdict == max(
        (f.verdict if f.verdict != "allow" else "pass" for f in decision.findings), key=STRICTNESS.__getitem__
    )
    assert all(f.why for f in decision.findings if f.verdict != "pass")


@given(any_facts(), moments, st.randoms())
@many
def test_it_gives_the_same_answer_whatever_the_order_of_facts(
    given_facts: dict[Any, Any], at: datetime, chance: random.Random
) -> None:
    turned = list(given_facts.items())
    chance.shuffle(turned)
    assert evaluate(PACK, dict(turned), at=at) == evaluate(PACK, given_facts, at=at)


@given(any_facts())
@many
def test_it_gives_the_same_answer_whatever_the_order_of_rules(given_facts: dict[Any, Any]) -> None:
    one, other = evaluate(PACK, given_facts, at=NOON), evaluate(SHUFFLED, given_facts, at=NOON)
    assert (one.verdict, one.findings, one.decider) == (other.verdict, other.findings, other.decider)


@given(facts(), st.data())
@many
def test_it_never_softens_when_a_fact_goes_missing(given_facts: dict[str, Any], data: st.DataObject) -> None:
    full = evaluate(PACK, given_facts, at=NOON)
    gone = data.draw(st.sets(st.sampled_from(sorted(given_facts)), min_size=1, max_size=5))
    fewer = {name: value for name, value in given_facts.items() if name not in gone}
    less = evaluate(PACK, fewer, at=NOON)
    assert STRICTNESS[less.verdict] >= STRICTNESS[full.verdict]
    empty = evaluate(PACK, {**given_facts, **dict.fromkeys(gone)}, at=NOON)
    assert (empty.verdict, empty.findings) == (less.verdict, less.findings)


@pytest.mark.parametrize("scenario", sorted(PACK.scenarios))
def test_it_never_passes_without_a_fact_that_an_applicable_rule_reads(pack: Pack, scenario: str) -> None:
    """Each one taken away in turn: the answer is no, every rule that needed it says so and names it."""
    given_facts, at = pack.scenarios[scenario].facts, pack.scenarios[scenario].at
    full = evaluate(pack, given_facts, at=at)
    read = {name for finding in full.findings for name in finding.facts_read}
    assert len(read) >= len(given_facts) // 2
    for name in read:
        for bad in (None, object()):
            decision = evaluate(pack, {**given_facts, name: bad}, at=at)
            assert decision.verdict == "block", name
            naming = {f.rule_id for f in decision.blocks if name in f.missing}
            assert naming >= {f.rule_id for f in full.findings if name in pack.rule(f.rule_id).when.facts}
            assert all(pack.facts[name].meaning in f.why for f in decision.blocks if name in f.missing)
            assert all(f.override is None for f in decision.blocks if f.missing)


@given(facts(), st.data())
@many
def test_it_treats_a_wrong_value_as_no_value(given_facts: dict[str, Any], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(given_facts)))
    wrong = data.draw(junk)
    reader = PACK.plan.readers[name]
    if wrong is None or repr(reader(wrong)) != "WRONG":
        return
    spoiled = evaluate(PACK, {**given_facts, name: wrong}, at=NOON)
    without = evaluate(PACK, {k: v for k, v in given_facts.items() if k != name}, at=NOON)
    assert spoiled.verdict == without.verdict
    assert [(f.rule_id, f.verdict, f.missing) for f in spoiled.findings] == [
        (f.rule_id, f.verdict, f.missing) for f in without.findings
    ]


@given(facts(), st.sets(st.sampled_from(sorted(PACK.facts)), max_size=3))
@many
def test_it_agrees_with_a_plain_reading_of_the_rules(given_facts: dict[str, Any], gone: set[str]) -> None:
    some = {name: value for name, value in given_facts.items() if name not in gone}
    assert evaluate(PACK, some, at=NOON).verdict == reference.verdict(PACK, some, NOON)


@pytest.mark.prove
@given(facts(most_changes=20), st.sets(st.sampled_from(sorted(PACK.facts)), max_size=3))
@prove
def test_it_agrees_with_a_plain_reading_of_the_rules_at_length(
    given_facts: dict[str, Any], gone: set[str]
) -> None:
    some = {name: value for name, value in given_facts.items() if name not in gone}
    assert evaluate(PACK, some, at=NOON).verdict == reference.verdict(PACK, some, NOON)


@given(any_facts(), moments)
@many
def test_it_replays_a_stored_decision_to_the_same_answer(given_facts: dict[Any, Any], at: datetime) -> None:
    decision = evaluate(PACK, given_facts, at=at)
    text = json.dumps(decision.to_json(), allow_nan=False)
    stored = Decision.from_json(json.loads(text))
    assert stored == decision
    assert Decision.from_json(text) == decision
    assert replay(PACK, stored)


def test_it_does_not_replay_what_was_changed_or_was_decided_under_other_rules(pack: Pack) -> None:
    data = plain(pack, "protest").to_json()
    assert replay(pack, Decision.from_json(data))
    assert not replay(SHUFFLED, Decision.from_json(data))
    for part, value in [("verdict", "pass"), ("findings", []), ("at", "2026-04-30T00:00:00+00:00")]:
        assert not replay(pack, Decision.from_json({**data, part: value})), part
    softened = {**data, "facts": {**data["facts"], "rights.protest_related": False}}
    assert not replay(pack, Decision.from_json(softened))


def test_it_keeps_moments_and_lists_through_json(pack: Pack) -> None:
    stored = Decision.from_json(json.dumps(plain(pack, "festival").to_json()))
    assert stored.facts["req.start_at"] == datetime(2026, 3, 12, tzinfo=UTC)
    assert stored.facts["act.platforms"] == ("mastodon", "rss")


def test_it_stores_no_wrong_value_only_what_kind_of_thing_it_was(pack: Pack) -> None:
    data = plain(pack, "festival", nec__text={"name": "Secret Person"}).to_json()
    assert data["facts"]["nec.text"] == {"unreadable": "dict"}
    assert "Secret" not in json.dumps(data)


def test_it_blocks_where_no_rule_applies(pack: Pack) -> None:
    decision = evaluate(pack, {"req.kind": "posting", "req.stage": "run"}, at=NOON)
    assert decision.verdict == "block"
    assert [f.rule_id for f in decision.findings] == [NO_RULE]


def test_it_blocks_where_only_explanations_apply(pack: Pack) -> None:
    finding = evaluate_rule(
        pack, "UK-CLS-01", {**pack.scenarios["festival"].facts, "act.level": "L0"}, at=NOON
    )
    assert finding is not None
    assert finding.verdict == "allow"


def test_it_blocks_everything_without_facts(pack: Pack) -> None:
    decision = evaluate(pack, {}, at=NOON)
    assert decision.verdict == "block"
    assert decision.decider is None
    assert len(decision.blocks) == len([rule for rule in pack.rules if rule.verdict != "allow"])


def test_it_blocks_on_days_when_the_rules_are_not_in_force(pack: Pack) -> None:
    first = start_of_day(pack.in_force.from_)
    decision = evaluate(pack, pack.scenarios["festival"].facts, at=first - timedelta(microseconds=1))
    assert (decision.verdict, [f.rule_id for f in decision.findings]) == ("block", [NOT_IN_FORCE])
    assert evaluate(pack, {}, at=first).findings[0].rule_id != NOT_IN_FORCE


def test_a_rule_is_judged_only_on_the_days_on_which_it_is_in_force(pack: Pack) -> None:
    rule = pack.rule("UK-POST-06")
    first = start_of_day(rule.in_force.from_)
    assert pack.in_force.covers(rule.in_force.from_ - timedelta(days=1))
    asked = {**pack.scenarios["post"].facts, "post.immigration_status": True}
    assert evaluate(pack, asked, at=first).verdict == "block"
    assert evaluate(pack, asked, at=first - timedelta(microseconds=1)).verdict == "pass"


def test_it_needs_a_clock(pack: Pack) -> None:
    for at in (datetime(2026, 3, 2), datetime.max.replace(tzinfo=UTC)):
        with pytest.raises(ValueError, match="moment"):
            evaluate(pack, {}, at=at)


def test_it_names_facts_that_it_does_not_know(pack: Pack) -> None:
    decision = plain(pack, "festival", act__levle="L1")
    assert decision.ignored == ("act.levle",)
    assert "act.levle" not in decision.facts


def test_it_puts_the_strictest_finding_first_and_passes_last(pack: Pack) -> None:
    decision = plain(
        pack,
        "protest",
        act__covert=True,
        act__facial_recognition=True,
        nec__text="x" * 50,
        rights__art8="short",
    )
    strictness = [STRICTNESS[f.verdict] for f in decision.findings]
    assert strictness == sorted(strictness, reverse=True)
    assert {"block", "refer", "warn", "pass"} == {f.verdict for f in decision.findings}


def test_it_says_which_part_of_the_form_a_finding_is_about(pack: Pack) -> None:
    decision = plain(pack, "festival", data__retention_days=0)
    assert [f.rule_id for f in decision.about("retention") if f.verdict == "block"] == ["UK-DPA-08"]
    assert not [f for f in decision.about("purpose") if f.verdict == "block"]


def test_a_decision_cannot_be_changed(pack: Pack) -> None:
    decision = plain(pack, "festival")
    with pytest.raises(TypeError):
        decision.facts["act.level"] = "L0"  # type: ignore[index]
    with pytest.raises(AttributeError):
        decision.verdict = "pass"  # type: ignore[misc]


def test_it_keeps_the_facts_as_they_were_when_the_caller_changes_his(pack: Pack) -> None:
    mine = dict(pack.scenarios["festival"].facts)
    mine["act.queries"] = ["#Festival"]
    decision = evaluate(pack, mine, at=NOON)
    mine["act.queries"].append("from:@somebody")
    mine["act.level"] = "L5"
    assert decision.facts["act.queries"] == ("#Festival",)
    assert decision.facts["act.level"] == "L1"
