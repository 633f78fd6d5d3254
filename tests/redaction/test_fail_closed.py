"""Where redaction cannot vouch for a text, the text is withheld, and nothing says what it was."""

import gc
import logging
import pickle
import traceback

import pytest

import redaction
from redaction import engine, pipeline
from redaction.recogniser import FLAGS, Recogniser, Shape, declared

SECRET = "Jane Example 07700 900123"


def reason(text, using=None) -> str:
    with pytest.raises(redaction.Withheld) as caught:
        pipeline.redact(text, using=using)
    return caught.value.reason


def with_one_more(**fields) -> engine.Engine:
    spec = Recogniser(kind="name", entity="EXTRA", **fields)
    return engine.Engine({"email": declared()["email"], "extra": spec})


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("x" * 10_001, "too_long"),
        ("half a pair \ud83d", "not_text"),
        ("\udc80", "not_text"),
        ("a\0b", "not_text"),
        (b"bytes", "not_text"),
        (None, "not_text"),
        (7, "not_text"),
    ],
)
def test_it_withholds_what_it_cannot_read(text, code):
    assert reason(text) == code
    [result] = redaction.redact_batch([text])
    assert isinstance(result, redaction.Withheld)
    assert result.reason == code


def test_it_reads_ten_thousand_characters():
    assert redaction.redact("x " * 4_990 + "a@b.example").text.endswith("[email 1]")


def test_it_withholds_when_a_recogniser_raises():
    def broken(found):
        raise KeyError(found)

    assert reason(SECRET, with_one_more(shapes=(Shape("any", r"Jane \w+", 0.9),), check=broken)) == "error"


def test_it_withholds_when_a_pattern_runs_too_long(monkeypatch):
    monkeypatch.setattr(engine, "BUDGET_SECONDS", 0.2)
    slow = with_one_more(shapes=(Shape("slow", r"(?:x|x\w)+[yz]!", 0.9),))
    assert reason("x" * 60 + "!", slow) == "skipped_pattern"
    assert pipeline.redact("a@b.example", using=slow).text == "[email 1]"  # and the next text is fine


def test_it_withholds_when_presidio_itself_skips_a_pattern(monkeypatch):
    # A recogniser that compiles its own pattern, as a site's plug-in may: presidio catches the timeout and goes on.
    def build(name):
        from presidio_analyzer import Pattern, PatternRecognizer

        class Impatient(PatternRecognizer):
            def analyze(self, text, entities, nlp_artifacts=None, regex_flags=None):
                import regex

                for pattern in self.patterns:
                    pattern.compiled_with_flags = FLAGS
                    pattern.compiled_regex = regex.compile(pattern.regex, FLAGS)
                return super().analyze(text, entities, nlp_artifacts, regex_flags)

        return Impatient(
            supported_entity="EXTRA", name=name, patterns=[Pattern("slow", r"(?:x|x\w)+[yz]!", 0.9)]
        )

    using = with_one_more(build=build)
    import presidio_analyzer.pattern_recognizer as presidio

    assert presidio.REGEX_TIMEOUT_SECONDS <= engine.BUDGET_SECONDS  # not its own 60 seconds
    monkeypatch.setattr(presidio, "REGEX_TIMEOUT_SECONDS", 0.1)
    assert reason("x" * 60 + "!", using) == "skipped_pattern"


def test_it_withholds_when_presidio_reports_a_problem():
    def build(name):
        from presidio_analyzer import Pattern, PatternRecognizer

        class Worried(PatternRecognizer):
            def analyze(self, text, entities, nlp_artifacts=None, regex_flags=None):
                logging.getLogger("presidio-analyzer").error("Failed to validate text %s", text)
                return []

        return Worried(supported_entity="EXTRA", name=name, patterns=[Pattern("x", "x", 0.9)])

    assert reason(SECRET, with_one_more(build=build)) == "skipped_pattern"


def test_it_withholds_when_the_time_for_a_text_is_spent(monkeypatch):
    monkeypatch.setattr(engine, "BUDGET_SECONDS", 0.0)
    assert reason(SECRET) in ("timeout", "skipped_pattern")


def test_it_withholds_when_the_engine_cannot_be_built(monkeypatch):
    def no_engine():
        raise ImportError("no presidio here")

    monkeypatch.setattr(engine, "shared", no_engine)
    assert reason(SECRET) == "error"


def test_it_looks_again_until_it_finds_nothing_and_gives_up_at_some_point(monkeypatch):
    # Hiding the first of a chain uncovers the next one.
    chain = with_one_more(shapes=(Shape("first", r"(?<![a-z])ab", 0.9),))
    result = pipeline.redact("x abab", using=chain)
    assert result.text == "x [name 1][name 1]"
    assert [(span.start, span.end) for span in result.spans] == [(2, 4), (4, 6)]
    assert reason("x " + "ab" * 20, chain) == "unstable"


def test_it_withholds_more_places_than_chips_can_number():
    assert reason(" ".join(f"@u{n}" for n in range(1_100))) == "unstable"


def test_a_text_that_is_withheld_does_not_hold_up_the_others(monkeypatch):
    results = redaction.redact_batch(["@a_1", "\0", "@b_2", "x" * 10_001, "@c_3"])
    assert [getattr(r, "text", None) or r.reason for r in results] == [
        "[account 1]",
        "not_text",
        "[account 1]",
        "too_long",
        "[account 1]",
    ]


def test_a_refusal_says_nothing_of_the_text():
    def broken(found):
        raise RuntimeError(f"saw {found}")

    using = with_one_more(shapes=(Shape("any", r"Jane \w+", 0.9),), check=broken)
    try:
        pipeline.redact(SECRET, using=using)
    except redaction.Withheld as withheld:
        told = withheld
    assert told.__cause__ is None
    assert told.__context__ is None
    assert "Jane" not in "".join(traceback.format_exception(told))
    assert "Jane" not in f"{told} {told!r} {told.args} {vars(told)}"
    again = pickle.loads(pickle.dumps(told))
    assert (again.reason, str(again)) == (told.reason, str(told))
    [in_batch] = pipeline.redact_batch([SECRET], using=using)
    assert in_batch.__traceback__ is None
    assert SECRET not in gc.get_referents(in_batch)


def test_every_reason_has_a_sentence():
    for code in redaction.Reason:
        assert str(redaction.Withheld(code)).endswith("so it was not kept.")
    with pytest.raises(ValueError):
        redaction.Withheld("something else")


def test_nothing_of_a_text_reaches_the_log(caplog):
    loud = logging.getLogger("presidio-analyzer")
    level = logging.getLogger().level
    logging.getLogger().setLevel(logging.DEBUG)
    try:
        with caplog.at_level(logging.DEBUG):
            redaction.redact(
                "passport 925665416 Zanzibarian de89370400440532013000 sam.zanzibarian@gmail.com"
            )
            engine.Engine({"passport": declared()["passport"]})
    finally:
        logging.getLogger().setLevel(level)
    assert not loud.propagate
    assert "zanzibarian" not in caplog.text.lower()
    assert not [record for record in caplog.records if record.name.startswith(("presidio", "decision"))]
