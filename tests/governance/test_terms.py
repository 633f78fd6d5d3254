"""Search terms: what they let in, what they refuse to read, and that they never follow a person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.casework.terms import Kind, TermError, folded, follows_person, leaves, matcher, parse, probes

BRIDGE = '"Kingsgate Bridge" AND (blocked OR closed)'


def matches(term: str, text: str) -> bool:
    return matcher(term)(folded(text))


@pytest.mark.parametrize(
    ("term", "text"),
    [
        (BRIDGE, "KINGSGATE bridge is closed"),
        (BRIDGE, "They closed Kingsgate\n  Bridge!"),
        ("flood", "Flood, on Mill Lane"),
        ("flood", "#flood on Mill Lane"),
        ("#flood", "water everywhere #FLOOD"),
        ("#flood", "water everywhere ＃ｆｌｏｏｄ"),
        ("bridge", "the bridge's railings"),
        ("straße", "die STRASSE ist zu"),
        ("堵车", "今天桥上堵车了"),
        ("نهر", "مسيرة نهر اليوم"),
        ("river march", "march along the river"),
        ("“river march”", "the River March"),
        ("(flood OR #flood) AND road", "road shut #flood"),
        ("café", "CAFE\u0301 by the bridge"),
    ],
)
def test_it_lets_in_what_an_officer_would_say_it_matches(term: str, text: str) -> None:
    assert matches(term, text)


@pytest.mark.parametrize(
    ("term", "text"),
    [
        (BRIDGE, "Kingsgate Bridge is open"),
        (BRIDGE, "closed: Kingsgate road, and the bridge too"),
        ("flood", "floodlights at the match"),
        ("flood", "flood_watch"),
        ("#flood", "a flood of tears"),
        ("#flood", "#floods"),
        ("“river march”", "march on, river"),
        ("riverside", "ask @riverside about it"),
        ("riverside", "write to riverside@example.org"),
        ("smith", "@jo.smith@example.social"),
        ("नदी", "नदीका"),
        ("flood", ""),
    ],
)
def test_it_keeps_out_what_only_looks_alike(term: str, text: str) -> None:
    assert not matches(term, text)


PERSONAL = [
    "from:@river_march_aldermere",
    "from:river_march_aldermere",
    "from: someone",
    "to:someone",
    "@someone",
    "＠someone",
    "@someone@example.social",
    "flood AND @someone",
    'flood AND "@someone"',
    "someone@example.org",
    "https://mastodon.social/@someone",
    "https://x.com/someone",
    "bsky.app/profile/someone.example",
    "did:plc:abc123",
    "at://did:plc:abc123/app.bsky.feed.post/1",
    "u/someone",
    "07700 900123",
    '"+44 7700 900123"',
    "(unclosed AND @someone",
    'from:"someone"',
]


@pytest.mark.parametrize("term", PERSONAL)
def test_it_recognises_a_term_that_follows_a_person(term: str) -> None:
    assert follows_person(term)


@pytest.mark.parametrize("term", [BRIDGE, "#MarchForTheRiver", "flood", "M25 junction 9", "#20Nov", "(a"])
def test_it_does_not_call_a_topic_a_person(term: str) -> None:
    assert not follows_person(term)


@pytest.mark.parametrize("term", ["@someone", "from:@someone", "someone@example.org", "07700900123"])
@pytest.mark.parametrize(
    "text", ["@someone said", "from:@someone", "someone@example.org", "call 07700900123", "someone"]
)
def test_it_never_matches_by_person(term: str, text: str) -> None:
    assert not matches(term, text)
    assert probes(term) == ()


@pytest.mark.parametrize(
    ("term", "part"),
    [
        ("", "is empty"),
        ("x" * 501, "the most is 500"),
        ("(a OR b", "not closed"),
        ("a)", "never opened"),
        ('"a', "quotation mark"),
        ("a AND", "missing at the end"),
        ("AND a", "nothing beside AND"),
        ("a AND OR b", "nothing beside OR"),
        ("()", "nothing before"),
        ("a AND b OR c", "use brackets"),
        ("a b OR c", "use brackets"),
        ("a and b", "capitals"),
        ("NOT a", "leave words out"),
        ("a -b", "leave words out"),
        ("lang:en", "no search commands"),
        ("riv*", "whole words"),
        ('"..."', "holds no word"),
        ("#a-b", "not a hashtag"),
        ("#", "not a hashtag"),
        ("a\x00b", "cannot be seen"),
        ("(" * 30 + "a" + ")" * 30, "too many brackets"),
        (" ".join(f"w{n}" for n in range(60)), "more than 50"),
    ],
)
def test_it_refuses_in_one_sentence_what_it_cannot_read(term: str, part: str) -> None:
    with pytest.raises(TermError) as refusal:
        parse(term)
    assert part in str(refusal.value)
    assert str(refusal.value).endswith(".")
    assert "\n" not in str(refusal.value)


@given(st.text(max_size=80))
def test_it_reads_or_refuses_anything_and_nothing_else(term: str) -> None:
    try:
        parse(term)
    except TermError:
        return
    matches(term, "the river march on Kingsgate Bridge")
    follows_person(term)


_heard = ["river", "bridge", "flood", "#river", "#flood", "closed", "march", "today"]
_words = st.sampled_from(["river", "bridge", "flood", "#river", "#flood", "closed", '"march today"'])
_terms = st.recursive(
    _words,
    lambda inner: st.tuples(st.lists(inner, min_size=2, max_size=3), st.sampled_from([" AND ", " OR "])).map(
        lambda parts: f"({parts[1].join(parts[0])})"
    ),
    max_leaves=6,
)


@given(_terms, st.lists(st.sampled_from(_heard)))
def test_whatever_matches_is_found_by_what_the_platform_is_asked_for(term: str, words: list[str]) -> None:
    text = folded(" ".join(words))
    if matcher(term)(text):
        asked = [f"#{p.value}" if p.kind is Kind.HASHTAG else f'"{p.value}"' for p in probes(term)]
        assert any(matcher(question)(text) for question in asked)


def test_it_asks_for_hashtags_before_words() -> None:
    assert [leaf.value for leaf in probes("flood AND #river")] == ["river"]
    assert [leaf.value for leaf in leaves(parse(BRIDGE))] == ["Kingsgate Bridge", "blocked", "closed"]
