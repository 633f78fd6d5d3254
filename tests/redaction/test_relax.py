"""A relaxed pattern matches wherever the pattern does, whatever the letters are."""

import re

import pytest
import regex

from redaction import engine
from redaction.recogniser import declared
from redaction.relax import UNFOLDABLE, CannotRelax, relaxed
from tests.redaction.mutations import texts


def found(pattern: str, text: str) -> bool:
    return re.search(relaxed(pattern), text.encode(), re.DOTALL | re.IGNORECASE) is not None


@pytest.fixture(scope="module")
def patterns() -> list[tuple[str, object]]:
    recognisers = engine.Engine(declared()).presidio.registry.recognizers
    return [
        (one.regex, one.compiled_regex.compiled)
        for made in recognisers
        for one in getattr(made, "patterns", ())
    ]


def test_every_pattern_in_use_can_be_relaxed(patterns):
    assert len(patterns) > 60
    for pattern, _ in patterns:
        relaxed(pattern)


def test_it_never_misses_a_match(patterns):
    some = [text for text in texts(800, seed=21) if not any(odd in text for odd in UNFOLDABLE)]
    coarse = [(re.compile(relaxed(p), re.DOTALL | re.IGNORECASE), compiled) for p, compiled in patterns]
    for text in some:
        data = text.encode()
        for rough, exact in coarse:
            if exact.search(text):
                assert rough.search(data), (exact.pattern, text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"\w+@", "é@"),
        (r"@\w", "@\u0300"),
        (r"\d{3}", "٣٣٣"),
        (r"[^\s<>]x", "→x"),
        (r"\bfoo\b", "foo²"),
        (r"(?<=reg )\w{2}", "reg ab"),
        (r"(?<!a)b(?!c)", "abc b"),
        (r"a(?=b)b", "ab"),
        (r"\p{L}\p{Lu}", "ée"),
        (r"(?-i:A)b", "Ab"),
        (r"(a)\1", "aa"),
        (r"(?:é|b){2}c", "ébc"),
        (r"x.y", "x\ny"),
        (r"1(?=2)(?=3|2)", "12"),
        (r"(?:1(?=2))(?=3|2)", "12"),
        (r"(?<=a)(?<=ba)c", "bac"),
        (r"(?<=a)(?:(?<=ba)c|d)", "bac"),
    ],
)
def test_it_matches_what_the_pattern_matches(pattern, text):
    assert regex.search(pattern, text, regex.IGNORECASE | regex.DOTALL) or "abc" in text
    assert found(pattern, text)


def test_it_still_tells_texts_apart():
    assert not found(r"(?<=\breg )\w{2,7}", "regular words")
    assert not found(r"\w+@(?:gmail|proton)\b", "a@ b and c")
    assert not found(r"\d{3} \d{3}", "12 345")
    assert not found(r"(?:he|she) said(?= so\b)", "he said no")


@pytest.mark.parametrize("pattern", [r"(a)?(?(1)b|c)", r"a\Kb", r"\p{Greek}", "(", r"[a-z&&b]\Q"])
def test_it_says_when_it_cannot(pattern):
    with pytest.raises(CannotRelax):
        relaxed(pattern)


def test_it_knows_every_letter_that_equals_an_ascii_letter():
    ascii_letter = regex.compile("[a-z]|[A-Z]", regex.IGNORECASE)
    beyond = {
        chr(c) for c in range(128, 0x110000) if not 0xD800 <= c <= 0xDFFF and ascii_letter.match(chr(c))
    }
    assert beyond == set(UNFOLDABLE)
