"""What goes in unsafe comes out safe, readable, and the same each time."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import redaction
from redaction.kinds import CHIP
from tests.redaction import planted

safe = redaction.redact


def test_it_puts_a_plain_word_and_a_number_where_something_was():
    result = safe("email sam@gmail.com or ring 07911 123456, car AB12 CDE")
    assert result.text == "email [email 1] or ring [phone 1], car [number plate 1]"
    assert result.counts == {"email": 1, "number_plate": 1, "phone": 1}
    assert [(s.start, s.end, s.kind) for s in result.spans] == [
        (6, 19, "email"),
        (28, 40, "phone"),
        (46, 54, "number_plate"),
    ]
    assert {s.rule for s in result.spans} == {"email", "phone", "number_plate"}
    assert all(0 < s.score <= 1 for s in result.spans)


def test_it_leaves_words_without_personal_data_as_they_are():
    text = "Road closed at Kingsgate Bridge from 10:30 on 20/11/2026, about 4,500 people, call 101 • gov.uk"
    assert safe(text) == redaction.Redacted(text, (), {})


def test_it_numbers_the_same_value_alike_inside_a_post_only():
    text = safe("@sam_1 told @olu_2 that @SAM_1 left").text
    assert text == "[account 1] told [account 2] that [account 1] left"
    assert safe("@olu_2 is here").text == "[account 1] is here"


def test_it_keeps_the_site_of_a_link_and_nothing_else():
    assert safe("see https://news.bbc.co.uk/sam-smith?id=7 now").text == "see [link 1: bbc.co.uk] now"
    assert safe("https://samblogs.tumblr.com/post/1").text == "[profile 1: tumblr.com]"
    assert safe("https://x.com/sam_1/status/9").text == "[profile 1: x.com]"
    assert safe("http://192.0.2.7/admin").text == "[link 1]"
    assert safe("https://www.gov.uk is a site").text == "https://www.gov.uk is a site"


def test_it_shows_no_site_that_is_itself_personal():
    assert safe("https://07700900123.example.com.07700900124.net/x").text == "[link 1]"


def test_it_hides_everything_that_overlaps():
    # The handle runs into the address: nothing of the longer one may be left over.
    assert safe("@aisha@social.example").text == "[account 1]"
    assert safe("12 High Street SW1A 1AA").text == "[address 1] [postcode 1]"
    assert safe("sam@gmail.com07700900123").text in ("[email 1]", "[email 1][phone 1]")
    assert safe("+447700900123 +44 (0)7700 900124").text.count("900") == 0


def test_it_lets_official_accounts_stand():
    allow = frozenset({"@NorthshirePolice", "northshire@social.example"})
    text = "@northshirepolice and ＠NORTHSHIREPOLICE and @northshire@social.example, not @northshire"
    assert safe(text, allow=allow).text == text.replace("not @northshire", "not [account 1]")
    assert safe("@northshirepolice@evil.example", allow=allow).text == "[account 1]"


def test_it_gives_chips_that_somebody_typed_no_power():
    assert safe("[email 1] and sam@gmail.com").text == "[email 1] and [email 2]"
    assert "900123" not in safe("[link 1: 07700900123.com]").text
    assert "900123" not in safe("[phone 07700900123]").text
    assert safe("[email 999] [email 1] a@b.example").text == "[email 999] [email 1] [email 2]"


def test_it_keeps_the_order_of_a_batch():
    texts = [f"post {n} by @user_{n}" if n % 3 else "x" * 10_001 for n in range(30)]
    results = redaction.redact_batch(iter(texts))
    assert len(results) == len(texts)
    for n, result in enumerate(results):
        if n % 3:
            assert result.text == f"post {n} by [account 1]"
        else:
            assert isinstance(result, redaction.Withheld)


def test_it_gives_the_same_answers_from_many_threads():
    texts = [
        f"call 07700 900{n:03d} or mail a{n}@post.example about passport 92566{n:04d}" for n in range(60)
    ]
    alone = [safe(text) for text in texts]
    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(safe, texts)) == alone


@pytest.mark.parametrize("kind", sorted({**planted.BARE, **planted.TOLD}))
def test_no_planted_value_survives_in_its_plain_form(kind):
    strategy = {**planted.BARE, **planted.TOLD}[kind]

    @settings(max_examples=60, deadline=None)
    @given(value=strategy, carrier=planted.CARRIERS)
    def check(value, carrier):
        text = carrier.format(value)
        result = safe(text)
        hidden = {place for span in result.spans for place in range(span.start, span.end)}
        start = text.index(value)
        left = "".join(
            text[i] for i in range(start, start + len(value)) if text[i].isalnum() and i not in hidden
        )
        if kind in planted.BARE:
            assert not left
        else:
            assert not any(character.isdigit() for character in left)
        assert kind in result.counts or kind in planted.BARE

    check()


ODD = st.text(
    alphabet=st.one_of(
        st.sampled_from("0123456789 .-/:@#()+[]&%;,'\"\n\tſKİ٣४①àßΩ中😂\u200b\u00a0\u2028＠“"),
        st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
    ),
    max_size=80,
)
MIXED = st.lists(
    st.one_of(
        ODD,
        *planted.BARE.values(),
        *planted.TOLD.values(),
        st.sampled_from(["[email 1]", "[link 2: bbc.co.uk]"]),
    ),
    max_size=6,
).map("".join)


@settings(max_examples=200, deadline=None)
@given(MIXED)
def test_redacting_redacted_text_changes_nothing(text):
    try:
        once = safe(text)
    except redaction.Withheld:
        return
    twice = safe(once.text)
    assert twice.text == once.text
    assert not twice.spans


@settings(max_examples=200, deadline=None)
@given(MIXED)
def test_its_spans_lie_in_the_original_in_order_and_apart(text):
    try:
        result = safe(text)
    except redaction.Withheld:
        return
    places = [0, *(edge for span in result.spans for edge in (span.start, span.end)), len(text)]
    assert places == sorted(places)
    assert all(span.start < span.end for span in result.spans)
    assert sum(result.counts.values()) == len(result.spans)
    # What stands between the spans is handed out unchanged; what stands in them is a chip.
    between, last = [], 0
    for span in result.spans:
        between.append(text[last : span.start])
        last = span.end
    between.append(text[last:])
    rest = result.text
    for n, kept in enumerate(between):
        if n:
            chip = CHIP.match(rest)
            assert chip is not None
            rest = rest[chip.end() :]
        assert rest.startswith(kept)
        rest = rest[len(kept) :]
    assert not rest
