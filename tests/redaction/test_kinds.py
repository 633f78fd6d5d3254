"""Kinds have plain words, and their chips can be read back."""

import redaction
from redaction.kinds import CHIP, KINDS


def test_no_two_kinds_share_a_word_or_a_code():
    assert len({kind.code for kind in KINDS}) == len(KINDS)
    assert len({kind.label for kind in KINDS}) == len(KINDS)
    assert {kind.group for kind in KINDS} <= {"person", "account", "contact", "place"}


def test_it_names_only_kinds_that_it_looks_for():
    codes = [kind.code for kind in redaction.kinds()]
    assert {"email", "phone", "address", "postcode", "handle", "link", "number_plate", "nhs_number"} <= set(
        codes
    )
    assert codes == [kind.code for kind in KINDS if kind.code in codes]
    assert redaction.kind("handle").label == "account"


def test_every_chip_can_be_read_back():
    for kind in KINDS:
        [piece] = redaction.pieces(f"[{kind.label} 12]")
        assert (piece.kind, piece.number, piece.site) == (kind, 12, "")


def test_pieces_join_to_the_text_they_were_cut_from():
    text = redaction.redact("a @sam_1 b https://bbc.co.uk/x, c@d.example").text
    pieces = redaction.pieces(text)
    assert "".join(piece.text for piece in pieces) == text
    assert [piece.kind.code for piece in pieces if piece.kind] == ["handle", "link", "email"]
    assert [piece.site for piece in pieces if piece.site] == ["bbc.co.uk"]


def test_brackets_with_anything_else_in_them_are_no_chip():
    for text in (
        "[email]",
        "[email 0]",
        "[email 1000]",
        "[email 07700900123]",
        "[email 1: x]",
        "[Email 1]",
        "[mood 1]",
    ):
        assert CHIP.search(text) is None
