"""What changed is shown word by word, and nothing of the text that stands is lost."""

from hypothesis import given, settings
from hypothesis import strategies as st

from governance.people import diff

texts = st.lists(
    st.sampled_from(["march", "river", "the", "open", "closed", "40", ".", "\n"]), max_size=14
).map(" ".join)


def after(pieces: list[diff.Piece]) -> str:
    return "".join(p.text for p in pieces if p.kind != "removed")


def before(pieces: list[diff.Piece]) -> str:
    return "".join(p.text for p in pieces if p.kind != "added")


@settings(max_examples=300, deadline=None)
@given(texts, texts)
def test_the_text_that_stands_can_be_read_off_the_changes(old, new):
    pieces = diff.words(old, new)
    assert after(pieces) == new
    assert "".join(before(pieces).split()) == "".join(old.split())


def test_words_put_in_together_are_shown_together():
    pieces = diff.words("We post a diversion.", "We post a diversion. It rained last time.")
    assert [p for p in pieces if p.kind == "added"] == [diff.Piece("added", " It rained last time.")]


def test_equal_texts_have_no_changes():
    assert diff.words("the same", "the same") == [diff.Piece("same", "the same")]


def test_a_long_text_is_compared_by_line_and_still_whole():
    old = "\n".join(f"line {n} of many words here" for n in range(900))
    new = old.replace("line 450 of", "row 450 of")
    pieces = diff.words(old, new)
    assert after(pieces) == new
    assert any("row 450" in p.text for p in pieces if p.kind == "added")
