"""A text is searched as it is written and as it reads, and every finding leads back to where it stood."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import redaction
from redaction.normalise import folded, views


def test_plain_text_has_one_view():
    [view] = views("plain text, 100 % plain & simple [not a chip]")
    assert view.starts is None
    assert view.back(3, 7) == (3, 7)
    assert len(views("curly “quotes”, an ellipsis… and 😂")) == 1


@pytest.mark.parametrize(
    ("written", "reads"),
    [
        ("０７７００", "07700"),
        ("𝟎𝟕𝟕", "077"),
        ("٠٧٧", "077"),
        ("०७७", "077"),
        ("①②", "12"),
        ("0\ufe0f\u20e37\ufe0f\u20e3", "07"),
        ("p\u200ba\u00ady\u2060", "pay"),
        ("\u202eabc\u202c", "abc"),
        ("\U000e0041b", "b"),
        ("раураl", "paypal"),
        ("ｓａｍ＠ｘ．ｃｏｍ", "sam@x.com"),
        ("𝐬𝐚𝐦", "sam"),
        ("café", "cafe"),
        ("e\u0301t", "et"),
        ("🅰🅱", "AB"),
        ("sam&#64;x&period;com", "sam@x.com"),
        ("sam&amp;#64;x", "sam@x"),
        ("sam%40x%2Ecom", "sam@x.com"),
        ("a\u2003b", "a b"),
        ("0\x017", "07"),
    ],
)
def test_it_reads_what_an_eye_reads(written, reads):
    assert views(written)[-1].text == reads


def test_a_bold_nought_is_a_nought_and_not_a_letter():
    assert folded("𝟎𝐎") == "0o"


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_every_view_leads_back_into_the_original(text):
    for view in views(text):
        if view.starts is None:
            assert view.text == text
            continue
        assert len(view.text) == len(view.starts) == len(view.ends)
        assert all(0 <= start < end <= len(text) for start, end in zip(view.starts, view.ends, strict=True))
        assert list(view.starts) == sorted(view.starts)


KEYCAP = "\ufe0f\u20e3"


@pytest.mark.parametrize(
    "text",
    [
        "+44\u200b7700\u200b900123",
        "0\u200b7\u200b7\u200b0\u200b0\u200b9\u200b0\u200b0\u200b1\u200b2\u200b3",
        "０７７００ ９００１２３",
        "𝟎𝟕𝟕𝟎𝟎 𝟗𝟎𝟎𝟏𝟐𝟑",
        "٠٧٧٠٠ ٩٠٠١٢٣",
        KEYCAP.join("07700900123") + KEYCAP,
        "sam.smith@gmail\u200b.com",
        "sаm.smith@gmаil.com",
        "ｓａｍ．ｓｍｉｔｈ＠ｇｍａｉｌ．ｃｏｍ",
        "sam.smith&#64;gmail.com",
        "sam.smith%40gmail.com",
        "𝐬𝐚𝐦.𝐬𝐦𝐢𝐭𝐡@𝐠𝐦𝐚𝐢𝐥.𝐜𝐨𝐦",
        "\u202esam.smith@gmail.com\u202c",
        "S\u00adW1A 1\u2060AA",
        "ＳＷ１Ａ １ＡＡ",
        "ЅW1А 1АА",
        "@sam\u200b_smith",
        "sam.smith at gmail dot com",
        "s a m @ g m a i l . c o m",
        "oh seven seven double oh, nine double-oh, one two three",
        "S W 1 A 1 A A",
    ],
)
def test_a_disguise_does_not_help(text):
    result = redaction.redact(f"write to {text} ok")
    rest = result.text.removeprefix("write to ").removesuffix(" ok")
    assert result.spans
    assert not [
        c
        for c in rest.replace("email", "").replace("phone", "").replace("account", "").replace("postcode", "")
        if c.isalnum() and c != "1"
    ]


def test_a_value_stuck_to_a_word_by_a_space_without_width_is_found():
    # Taking the space out would join the two; the text as written is searched as well.
    assert "900123" not in redaction.redact("number\u200b07700900123").text
