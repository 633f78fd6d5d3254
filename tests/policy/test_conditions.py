"""One tree, read in three ways: fast, carefully, and aloud. They must never disagree."""

import ast
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.policy.closures import test_of as run_of
from governance.policy.closures import value_of
from governance.policy.errors import Fault
from governance.policy.explain import read_template, say, with_params
from governance.policy.expression import CLOCK, Scope, read_condition, read_expression
from governance.policy.kinds import (
    WRONG,
    Choice,
    Choices,
    Day,
    Moment,
    Person,
    Reference,
    Scale,
    Text,
    Texts,
    Whole,
    YesNo,
)
from governance.policy.lines import Lines
from governance.policy.measures import MEASURES
from tests.policy import reference
from tests.policy.conftest import PACK, UK_POLICE
from tests.policy.strategies import facts, junk

NOON = reference.NOON

leaves = st.sampled_from(
    [
        "act.covert",
        "rights.peaceful",
        "act.level >= 'L2'",
        "act.level == 'L1'",
        "act.level in ('L0', 'L3')",
        "purpose.code == 'event_safety'",
        "purpose.code not in ('missing_person', 'rumour_correction')",
        "act.query_scope in purposes.scopes",
        "'rss' in act.platforms",
        "'x' not in act.platforms",
        "data.retention_days > purposes.longest_days",
        "data.retention_days - 7 < 24 + 1",
        "data.retention_class not in purposes.retention_classes",
        "length(nec.text) < 120",
        "count(act.queries) == 2",
        "days_between(req.start_at, req.end_at) > 4",
        "req.end_at <= decision.at",
        "auth.rank < levels.min_rank",
        "auth.rank in ('sergeant', 'inspector')",
        "auth.officer_id == req.applicant_id",
        "auth.officer_id != req.applicant_id",
        "mentions(act.queries, ('picket', 'flood'))",
        "has_any(act.platforms, ('rss', 'x'))",
        "retention_classes.collected",
        "data.retention_days == -1",
    ]
)
conditions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        inner.map(lambda one: f"not ({one})"),
        st.lists(inner, min_size=2, max_size=4).map(lambda parts: "(" + ") and (".join(parts) + ")"),
        st.lists(inner, min_size=2, max_size=4).map(lambda parts: "(" + ") or (".join(parts) + ")"),
    ),
    max_leaves=8,
)


@given(conditions, facts(), st.sets(st.sampled_from(sorted(PACK.facts)), max_size=30))
@settings(max_examples=400, deadline=None)
def test_the_fast_and_the_careful_way_agree_with_a_plain_reading(
    source: str, asked: dict[str, Any], gone: set[str]
) -> None:
    condition = read_condition(source, PACK.scope)
    known = {name: value for name, value in asked.items() if name not in gone}
    view = {name: PACK.plan.readers[name](value) for name, value in known.items()} | {CLOCK: NOON}
    test = run_of(condition, PACK.scope)
    plain = reference.walk(condition.tree, PACK, known, NOON)
    careful = test.careful(view)
    if plain is reference.MISSING:
        assert isinstance(careful, frozenset)
        assert careful
        assert careful <= set(condition.facts) - set(known)
    else:
        assert careful is plain
    try:
        assert test.fast(view) is careful
    except KeyError:
        assert set(condition.facts) - set(known)


@given(conditions)
@settings(max_examples=100, deadline=None)
def test_a_tree_says_which_facts_it_reads(source: str) -> None:
    condition = read_condition(source, PACK.scope)
    seen: set[str] = set()

    class Watch(dict[str, Any]):
        def __getitem__(self, name: str) -> Any:
            seen.add(name)
            return super().__getitem__(name)

    asked = {**PACK.scenarios["look-up-decide"].facts}
    view = Watch({n: PACK.plan.readers[n](v) for n, v in asked.items()} | {CLOCK: NOON})
    run_of(condition, PACK.scope).fast(view)
    assert seen - {CLOCK} <= set(condition.facts)


@given(conditions)
@settings(max_examples=100, deadline=None)
def test_every_condition_can_be_read_aloud(source: str) -> None:
    said = PACK.in_words(read_condition(source, PACK.scope))
    assert said
    assert "<ast" not in said


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("act.level >= 'L3'", "“the level of engagement” is at least level 3: repeated or systematic covert viewing"),
        ("not act.covert and act.intrusive", "not “done so that people are kept unaware” and “what happens in a home, a private vehicle or a legal consultation is watched”"),
        ("length(nec.text) < 120", "the length of “why it is necessary in this case” is less than 120"),
        ("data.retention_days > purposes.longest_days", "“how many days posts are kept” is more than “purposes.longest_days”"),
        ("act.query_scope in ('group', 'person')", "“what the search is aimed at” is one of group or person"),
        ("not (act.covert or act.intrusive)", "not (“done so that people are kept unaware” or “what happens in a home, a private vehicle or a legal consultation is watched”)"),
        ("data.retention_days == -1", "“how many days posts are kept” is −1"),
    ],
)  # fmt: skip
def test_it_reads_a_condition_aloud(source: str, words: str) -> None:
    assert PACK.in_words(read_condition(source, PACK.scope)) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (True, "yes"),
        (False, "no"),
        (0, "0"),
        (12345, "12,345"),
        (datetime(2026, 7, 1, 9, 0, tzinfo=UTC), "1 July 2026, 10am"),
        (datetime(2026, 11, 20, 22, 59, tzinfo=UTC), "20 November 2026, 10:59pm"),
        (datetime(2026, 11, 20, 0, 5, tzinfo=UTC), "20 November 2026, 12:05am"),
        (date(2026, 12, 5), "5 December 2026"),
        (("topic", "own_account", "event"), "topic, our own account and event"),
        (("topic",), "topic"),
        ((), "none"),
        ("", "nothing"),
        ("chief_inspector", "chief inspector"),
        ("uk_gdpr", "UK GDPR"),
    ],
)
def test_it_says_values_in_plain_words(value: object, words: str) -> None:
    assert say(value, PACK.words) == words


def test_a_sentence_shows_missing_values_as_not_answered() -> None:
    template = read_template("Kept {data.retention_days} days for {purposes.words}.", PACK.scope)
    assert template.filled({CLOCK: NOON}, PACK.words) == "Kept not answered days for not answered."
    view = {"data.retention_days": 7, "purpose.code": "event_safety"}
    assert (
        template.filled(view, PACK.words)
        == "Kept 7 days for keep people safe and traffic moving at an event."
    )


def test_a_sentence_takes_nothing_from_what_was_typed_in() -> None:
    """A slot is read once, when the pack is loaded: braces in an officer's words stay words."""
    template = read_template("Offence: {purpose.offence}.", PACK.scope)
    assert template.filled({"purpose.offence": "{auth.rank}"}, {}) == "Offence: {auth.rank}."


@pytest.mark.parametrize("source", ["{", "a {data.retention_days", "}", "{{x}}", "{}", "{ }"])
def test_it_refuses_a_sentence_with_an_open_bracket(source: str) -> None:
    with pytest.raises(Fault):
        read_template(source, PACK.scope)
    with pytest.raises(Fault):
        with_params(source, {})


def test_a_remedy_shows_parameters_only() -> None:
    assert with_params("Keep them {params.days} days.", {"days": 30}) == "Keep them 30 days."
    with pytest.raises(Fault, match="cannot stand here"):
        with_params("Ask {req.applicant_id}.", {"days": 30})


def test_parameters_are_numbers_in_the_tree() -> None:
    scope = Scope(facts=PACK.scope.facts, params={"low": -5, "high": 9})
    condition = read_condition("data.retention_days > params.low", scope)
    assert ast.unparse(condition.tree) == "data.retention_days > -5"
    assert value_of(read_expression("params.high - params.low", scope), scope)({}) == 14


def test_the_tree_holds_only_what_the_grammar_allows() -> None:
    """What a prover will be given: every node of every rule, after substitution."""
    allowed = (
        ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.Compare, ast.Eq, ast.NotEq, ast.Lt, ast.LtE,
        ast.Gt, ast.GtE, ast.In, ast.NotIn, ast.Attribute, ast.Name, ast.Load, ast.Constant, ast.Tuple, ast.Call,
        ast.BinOp, ast.Add, ast.Sub,
    )  # fmt: skip
    for rule in PACK.rules:
        for condition in filter(None, (rule.applies, rule.when)):
            for node in ast.walk(condition.tree):
                assert isinstance(node, allowed), ast.dump(node)
                if isinstance(node, ast.Call):
                    assert isinstance(node.func, ast.Name)
                    assert node.func.id in MEASURES


KINDS = [
    (YesNo(), [True, False], [0, 1, "yes", None]),
    (Whole(0, 9), [0, 9], [-1, 10, True, 1.0, "1"]),
    (Text(), ["", "a", "é ü 漢 🙂"], ["\0", "\ud800", "x" * 20_001, b"a", 1]),
    (Choice(("a", "b")), ["a"], ["A", "c", "", 1, ["a"], {}]),
    (Scale("s", (("a",), ("b", "c"))), ["a", "c"], ["d", 0, ("a",)]),
    (Day(), [date(2026, 1, 1)], [datetime(2026, 1, 1), "2026-01-01", 1]),
    (Moment(), [datetime(2026, 1, 1, tzinfo=UTC)], [datetime(2026, 1, 1), date(2026, 1, 1), datetime.max.replace(tzinfo=UTC), "now"]),
    (Choices(("a", "b")), [[], ["a", "a"], ("b",)], ["a", ["c"], [1], ["a"] * 1001, {"a"}, None]),
    (Texts(), [[], ["x"]], ["x", [1], ["\0"], ["x"] * 1001, {"x": 1}]),
    (Reference(), ["MON-1"], ["", " MON-1", 1, "a\n"]),
    (Person(), ["user:7"], ["", 7, "user:7 ", None]),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "right", "wrong"), KINDS, ids=[type(k[0]).__name__ for k in KINDS])
def test_each_kind_reads_its_own_values_and_no_other(kind: Any, right: list[Any], wrong: list[Any]) -> None:
    read = kind.reader()
    assert all(read(value) is not WRONG for value in right)
    assert all(read(value) is WRONG for value in wrong)
    assert kind.expects


@given(junk)
@settings(max_examples=300, deadline=None)
def test_no_reader_ever_raises(value: object) -> None:
    for kind, _, _ in KINDS:
        kind.reader()(value)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("  ", 0),
        ("a b", 3),
        (" a  b ", 3),
        ("a\n\n b", 3),
        ("a\u00a0\u00a0b", 3),
        ("漢字", 2),
        ("\ta\t", 1),
    ],
)
def test_it_measures_a_text_without_its_padding(text: str, length: int) -> None:
    assert MEASURES["length"].run(text) == length


@given(st.text(max_size=60))
@settings(max_examples=300)
def test_both_ways_of_measuring_a_text_agree(text: str) -> None:
    assert MEASURES["length"].run(text) == len(" ".join(text.split()))


def test_lines_are_found_for_every_rule_and_key() -> None:
    text = UK_POLICE.read_text("utf-8")
    lines, rows = Lines(text), text.splitlines()
    for index, rule_id in enumerate(r for r in (row for row in rows) if r.startswith('id = "UK-')):
        assert rows[lines.of("rule", index, "id") - 1] == rule_id
        assert rows[lines.of("rule", index, "when") - 1].startswith("when = ")
        assert rows[lines.of("rule", index, "examples", 0) - 1].lstrip().startswith("{ from")
        assert rows[lines.of("rule", index, "nowhere") - 1] == "[[rule]]"
    assert lines.of("nowhere") == 1


def test_lines_are_not_led_astray_by_text_that_looks_like_toml() -> None:
    text = 'a = """\n[[rule]]\nb = 1\n"""\nc = ["x = 1", # [\n "]"]\n[[rule]]\nd = \'[[rule]]\'\n[[rule]]\n e.f = 1\n'
    lines = Lines(text)
    assert (lines.of("a"), lines.of("c"), lines.of("rule", 0), lines.of("rule", 1)) == (1, 5, 7, 9)
    assert lines.of("rule", 1, "e", "f") == 10
    assert lines.of("c", 0) == 6
