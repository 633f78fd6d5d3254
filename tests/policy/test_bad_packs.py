"""A pack that may not be used is refused at load, with file, line and remedy in words."""

from pathlib import Path

import pytest

from governance.policy import Pack, PackError, evaluate, load_pack

SMALL = (Path(__file__).parent / "small_pack.toml").read_text("utf-8")


def load(text: str) -> Pack:
    return load_pack(text.encode("utf-8", "surrogatepass"), name="small.toml")


def when(condition: str) -> tuple[str, str]:
    """The condition of T-STA-01, replaced."""
    return 'when = "act.covert"', f'when = "{condition}"'


CONDITIONS = [
    # (condition, words that the error must hold)
    ("act.covret", "no fact 'act.covret'"),
    ("covert", "neither a fact nor a named condition"),
    ("purpose.code == 'saftey'", "'saftey' is not one of"),
    ("purpose.code in ('safety', 'rumor')", "'rumor' is not one of"),
    ("auth.rank < 'colonel'", "'colonel' is not one of"),
    ("purposes.longest > 3", "no column 'purposes.longest'"),
    ("platforms.words == 'x'", "no fact 'platforms.words'"),
    ("data.days > '7'", "word can be compared only"),
    ("data.days > auth.rank", "different kinds"),
    ("auth.rank > act.level", "different lists"),
    ("purpose.code < 'rumour'", "word can be compared only"),
    ("purpose.text == 'x'", "word can be compared only"),
    ("purpose.text == purpose.text", "different kinds"),
    ("auth.by == req.file", "different kinds"),
    ("auth.by < req.by", "no order"),
    ("act.covert == 1", "different kinds"),
    ("data.until < req.at", "different kinds"),
    ("data.days", "not a yes or a no"),
    ("'safety'", "only a word"),
    ("act.covert and data.days", "not a yes or a no"),
    ("not data.days", "not a yes or a no"),
    ("1 < data.days < 5", "three things at once"),
    ("data.days is 5", "only ==, !="),
    ("purpose.code in act.platforms", "different lists"),
    ("data.days in (1, 2)", "not allowed"),
    ("purpose.code in 'safety'", "needs an enumeration and words in brackets"),
    ("length(data.days) > 1", "measures one text"),
    ("length('abc') > 1", "measures one text"),
    ("length(purpose.text, purpose.text) > 1", "takes 1 argument"),
    ("size(purpose.text) > 1", "no measure 'size'"),
    ("length(length(purpose.text)) > 1", "cannot measure"),
    ("count(purpose.text) > 1", "counts one list"),
    ("days_between(data.days, data.until) > 1", "needs two dates"),
    ("has_any(act.platforms, ('x',))", "'x' is not one of"),
    ("mentions(purpose.text, 'x')", "words in brackets"),
    ("mentions(purpose.text, (' ',))", "empty"),
    ("params.most > 1", "no parameter 'most'"),
    ("__import__('os').system('x')", "not allowed"),
    ("(1).__class__ == 1", "no fact"),
    ("act.covert.real", "no fact"),
    ("act['covert']", "not allowed"),
    ("lambda: act.covert", "not allowed"),
    ("[x for x in ()]", "not allowed"),
    ("{1: 2}", "not allowed"),
    ("f'{act.covert}'", "not allowed"),
    ("act.covert if act.covert else act.covert", "not allowed"),
    ("(x := act.covert)", "not allowed"),
    ("data.days * 9999 > 1", "not allowed"),
    ("data.days ** 99 > 1", "not allowed"),
    ("data.days + purpose.code > 1", "not a number"),
    ("data.days > 1.5", "not allowed"),
    ("act.covert; act.covert", "cannot be read"),
    ("act.covert and", "cannot be read"),
    ("import os", "cannot be read"),
    ("print(act.covert)", "no measure 'print'"),
    ("length(*act.queries) > 1", "cannot measure"),
    ("length(text=purpose.text) > 1", "not allowed"),
    ("", "empty"),
    ("not " * 60 + "act.covert", "too deep or too large"),
    ("(" * 30 + "act.covert" + ")" * 30, "Brackets stand 30 deep"),
    (" or ".join(["act.covert"] * 200), "characters; the most is"),
    ("-" * 500 + "1 < 2", "cannot be read"),
    ("data.days > 1" + "0" * 5000, "characters; the most is"),
]


@pytest.mark.parametrize(("condition", "said"), CONDITIONS, ids=[c[0][:40] or "empty" for c in CONDITIONS])
def test_it_refuses_a_bad_condition_with_its_line(condition: str, said: str) -> None:
    old, new = when(condition)
    text = SMALL.replace(old, new)
    with pytest.raises(PackError) as caught:
        load(text)
    assert said in caught.value.problem
    assert caught.value.file == "small.toml"
    assert text.splitlines()[caught.value.line - 1] == new
    assert caught.value.remedy
    assert "\n" not in str(caught.value)


EDITS = [
    # (old text, new text, words that the error must hold, text of the line that it names; None: the changed line)
    ('id = "T-LOC-01"', 'id = "T-STA-01"', "used twice", 'id = "T-STA-01"'),
    ('id = "T-LOC-01"', 'id = "rule one"', "cannot be the id", 'id = "rule one"'),
    ('cite = [{ key = "DPA", at = "s.39" }]\n', "", "cites nothing", "[[rule]]"),
    ('cite = [{ key = "DPA", at = "s.39" }]', 'cite = [{ key = "DPB" }]', "no source 'DPB'", 'cite = [{ key = "DPB" }]'),
    ('cite = [{ key = "DPA", at = "s.39" }]', 'cite = ["DPA"]', "not a list of tables", 'cite = ["DPA"]'),
    ('basis = "local"\n', "", "'basis' is missing", "[[rule]]"),
    ('basis = "local"', 'basis = "folklore"', "'basis' is 'folklore'", 'basis = "folklore"'),
    ('evidence = "check"\n', "", "'evidence' is missing", "[[rule]]"),
    ('evidence = "check"', 'evidence = "certain"', "no evidence mark", 'evidence = "certain"'),
    ('override = "none"', 'override = "supervisor"', "statute cannot be overridden", 'override = "supervisor"'),
    ('basis = "local"', 'basis = "guidance"', "guidance cannot be overridden", 'override = "supervisor"'),
    ('override = "supervisor"', 'override = "anybody"', "no role 'anybody'", 'override = "anybody"'),
    ('verdict = "refer"', 'verdict = "maybe"', "'verdict' is 'maybe'", 'verdict = "maybe"'),
    ('verdict = "refer"', 'verdict = "warn"', "'refer_to' means nothing", 'refer_to = "officer"'),
    ('refer_to = "officer"\n', "", "'refer_to' is missing", "[[rule]]"),
    ('refer_to = "officer"', 'refer_to = "boss"', "no role 'boss'", 'refer_to = "boss"'),
    ('field = "people"', 'field = "weather"', "'field' is 'weather'", 'field = "weather"'),
    ('sentence = "Work is open."', f'sentence = "{"very " * 15}open."', "has 16 words", None),
    ('sentence = "Work is open."', 'sentence = "Work is {act.covert}."', "cannot stand here", None),
    ('why = "Covert: {act.covert}."', 'why = "Covert: {act.covret}."', "no fact 'act.covret'", None),
    ('why = "Covert: {act.covert}."', 'why = "Covert: {act.covert."', "bracket is open", None),
    ('why = "Covert: {act.covert}."', 'why = "{__import__(1)}"', "no measure", None),
    ('params = { most_days = 30 }', 'params = { most_days = "30" }', "not a whole number", None),
    ('params = { most_days = 30 }', 'params = { most_days = true }', "not a whole number", None),
    ('params = { most_days = 30 }', 'params = { most_days = 30, least = 1 }', "uses the parameter 'least'", None),
    ('applies = "asking"\nwhen = "data', 'colour = "red"\nwhen = "data', "'colour' is not known", 'colour = "red"'),
    ('{ from = "plain", expect = "pass" },\n  { from = "plain", but = { data', '{ from = "plain", but = { data', "none that passes", "examples = ["),
    ('but = { data.days = 31 }, expect = "refer"', 'but = { data.days = 30 }, expect = "refer"', "example 2 expects refer, but the rule says pass", "[[rule]]"),
    ('but = { data.days = 31 }', 'but = { data.dayz = 31 }', "no fact 'data.dayz'", None),
    ('but = { data.days = 31 }', 'sans = { data.days = 31 }', "'sans' is not known", None),
    ('from = "plain", but = { data.days = 31 }', 'from = "plane", but = { data.days = 31 }', "no scenario 'plane'", "[[rule]]"),
    ('expect = "pass"\ndecider', 'expect = "refer"\ndecider', "it is pass, not refer", "[[scenario]]"),
    ('decider = "supervisor"', 'decider = "officer"', "decided by supervisor", "[[scenario]]"),
    ('decider = "supervisor"\n', 'decider = "supervisor"\nrefer_to = ["dpo"]\n', "referred to nobody", "[[scenario]]"),
    ('at = 2026-01-01T09:00:00Z\nexpect', 'at = 2026-01-01T09:00:00\nexpect', "moment with its time zone", "at = 2026-01-01T09:00:00"),
    ('type = "yes/no"', 'type = "perhaps"', "no kind 'perhaps'", None),
    ('of = "levels"', 'of = "heights"', "no scale 'heights'", None),
    ('min = -100, max = 1000', 'min = 1000, max = -100', "needs `min` and `max`", None),
    ('min = -100, max = 1000', f'min = 0, max = {10**18}', "needs `min` and `max`", None),
    ('of = ["R1", "R2"]', 'of = ["R1", "R1"]', "listed twice", None),
    ('of = ["R1", "R2"]', 'of = []', "empty", None),
    ('of = ["R1", "R2"]', 'of = ["R1", "R 2"]', "cannot be a value", None),
    ('data.kept = {', 'data.class = {', "cannot be the name", None),
    ('data.kept = {', 'decision.at = {', "belongs to the engine", None),
    ('data.kept = {', 'data.Kept = {', "cannot be the name", None),
    ('data.kept = {', 'data.kept.sub = {', "'sub' is not known", None),
    ('at = ["asking"], meaning = "the class"', 'at = ["asking", "dreaming"], meaning = "the class"', "no stage 'dreaming'", None),
    (', meaning = "the class"', "", "'meaning' is missing", None),
    ('at = ["asking"], meaning = "done covertly"', 'at = ["running"], meaning = "done covertly"', "nobody supplies it", "[[rule]]"),
    ('longest_days = 7\n\n', 'longest_days = 700\n\n', "must be a whole number from 1 to 365", "longest_days = 700"),
    ('longest_days = 7\n\n', '\n', "no 'longest_days'", "[tables.purposes.rows.rumour]"),
    ('[tables.purposes.rows.rumour]', '[tables.purposes.rows.rumor]', "differ: rumor, rumour", None),
    ('retention_class = "R1"\nretention_classes = ["R1"]', 'retention_class = "R9"\nretention_classes = ["R1"]', "must be one of R1, R2", 'retention_class = "R9"'),
    ('columns.grounds = { type = "text" }', 'columns.reasons = { type = "text" }', "'grounds' is not known", 'grounds = "none"'),
    ('[tables.levels]', '[tables.heights]', "differ: L0, L1, L2", None),
    ('[conditions]\n', '[conditions]\na = "act.covert or act.covert or act.covert or act.covert"\nb = "a or a or a or a or a or a"\nc = "b or b or b or b or b or b"\n', "too deep or too large", 'c = "b or b or b or b or b or b"'),
    ('decided_by = "officer", min_rank = "inspector"', 'decided_by = "dpo", min_rank = "inspector"', "who does not decide", None),
    ('min_rank = "inspector", evidence', 'min_rank = "colonel", evidence', "must be one of staff", None),
    ('part = "advises"', 'part = "watches"', "'part' is 'watches'", None),
    ('min_rank = "superintendent"', 'min_rank = "king"', "'min_rank' is 'king'", None),
    ('posting_decider = "communications"', 'posting_decider = "dpo"', "decider of posts", 'posting_decider = "dpo"'),
    ('address = "https', 'address = "ftp', "not an address", None),
    ('asking = "req.kind', 'length = "req.kind', "cannot name a condition", None),
    ('[conditions]\n', '[conditions]\nidle = "act.covert"\n', "No rule uses the condition 'idle'", 'idle = "act.covert"'),
    ('[conditions]\n', '[conditions]\nfirst = "asking and act.covert"\n', "'asking' is neither", 'first = "asking and act.covert"'),
    ('in_force = { from = 2020-01-01, to = 2030-12-31 }', 'in_force = { from = "2020-01-01" }', "not a day", None),
    ('in_force = { from = 2020-01-01, to = 2030-12-31 }', 'in_force = { from = 2020-01-01, to = 2019-01-01 }', "last day after", None),
    ('ranks = [', 'grades = [', "no scale", "[scales]"),
    ('version = "1.0"\n', "", "'version' is missing", "[pack]"),
    ('[pack]\n', '[pack]\nsecret = "x"\n', "'secret' is not known", 'secret = "x"'),
    ('[sources]', '[surprise]\nx = 1\n[sources]', "'surprise' is not known", "[surprise]"),
    ('id = "small"', 'id = small', "not TOML", "id = small"),
    ('id = "small"', 'id = "small"\nid = "small"', "not TOML", None),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said", "line"), EDITS, ids=[f"{e[2]}: {e[1][:30]!r}" for e in EDITS])
def test_it_refuses_a_bad_pack_with_its_line(old: str, new: str, said: str, line: str | None) -> None:
    assert old in SMALL
    text = SMALL.replace(old, new, 1)
    with pytest.raises(PackError) as caught:
        load(text)
    error = caught.value
    assert said in error.problem
    assert error.remedy
    lines = text.splitlines()
    changed = next(
        i for i, pair in enumerate(zip(lines, SMALL.splitlines(), strict=False)) if pair[0] != pair[1]
    )
    assert lines[error.line - 1] == line if line else error.line == changed + 1


BOMBS = {
    "too large": b"#" * 2_000_001,
    "not UTF-8": b"\xff\xfe",
    "nested lists": b"a = " + b"[" * 5_000 + b"]" * 5_000,
    "nested tables": b"a = " + b"{a = " * 3_000 + b"1" + b"}" * 3_000,
    "long number": b"a = " + b"9" * 10_000,
    "NUL": b"a = \x00",
    "empty": b"",
    "no rules": SMALL.split("[[rule]]")[0].encode(),
    "a list": b"[[pack]]\n",
    "a number": b"pack = 1\n",
    "rules as a table": SMALL.split("[[rule]]")[0].encode() + b"[rule]\nx = 1\n",
}


@pytest.mark.parametrize("data", BOMBS.values(), ids=BOMBS.keys())
def test_it_refuses_bombs_and_rubbish(data: bytes) -> None:
    with pytest.raises(PackError) as caught:
        load_pack(data, name="bomb.toml")
    assert caught.value.line >= 1


def test_the_small_pack_is_good() -> None:
    """Otherwise the tests above would prove nothing."""
    pack = load(SMALL)
    assert [rule.id for rule in pack.rules] == ["T-LOC-01", "T-STA-01"]
    decision = evaluate(pack, pack.scenarios["plain"].facts, at=pack.scenarios["plain"].at)
    assert decision.verdict == "pass"
    assert decision.decider is not None
    assert (decision.decider.role, decision.decider.min_rank) == ("supervisor", "sergeant")


def test_equal_ranks_count_as_one() -> None:
    pack = load(SMALL)
    assert pack.ranks_at_least("team_leader", "sergeant")
    assert pack.ranks_at_least("sergeant", "team_leader")
    assert not pack.ranks_at_least("staff", "team_leader")
    assert not pack.ranks_at_least("colonel", "staff")


def test_a_refer_raises_who_decides_and_never_lowers_it() -> None:
    pack = load(SMALL)
    plain = pack.scenarios["plain"]
    for level, role, rank in [("L1", "officer", "superintendent"), ("L2", "officer", "superintendent")]:
        decision = evaluate(pack, {**plain.facts, "act.level": level, "data.days": 31}, at=plain.at)
        assert decision.verdict == "refer"
        assert decision.decider is not None
        assert (decision.decider.role, decision.decider.min_rank) == (role, rank)


def test_its_digest_is_that_of_the_very_bytes() -> None:
    assert load(SMALL).digest != load(SMALL + "\n").digest


def test_local_numbers_are_named_as_local() -> None:
    pack = load(SMALL)
    assert pack.rule("T-LOC-01").local_params == ("most_days",)
    decision = evaluate(
        pack, {**pack.scenarios["plain"].facts, "data.days": 31}, at=pack.scenarios["plain"].at
    )
    assert decision.findings[0].local_params == ("most days: 30",)
    assert decision.findings[0].override == "supervisor"
