"""The engine is cheap to import, made once, and keeps nothing of what it has seen."""

import subprocess
import sys

import redaction
from redaction import engine
from redaction.recogniser import declared


def run(program: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True, timeout=240
    ).stdout.strip()


def test_importing_the_room_imports_nothing_heavy():
    heavy = ["presidio_analyzer", "spacy", "phonenumbers", "tldextract", "numpy", "hyperscan", "django"]
    program = (
        "import sys, redaction; redaction.kinds(); redaction.fingerprint(); redaction.pieces('[email 1]');"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    assert run(program) == "[]"


def test_it_needs_no_network_and_no_model():
    program = (
        "import socket; tried = []; socket.socket.connect = lambda *a: tried.append(a);"
        "socket.getaddrinfo = lambda *a, **k: tried.append(a);"
        "import redaction; print(redaction.redact('a@b.example https://bbc.co.uk/x').text, tried)"
    )
    assert run(program) == "[email 1] [link 1: bbc.co.uk] []"


def test_it_is_built_once():
    assert engine.shared() is engine.shared()


def test_it_keeps_no_words_of_the_texts_it_saw():
    redaction.redact("warm up, passport 925665416")
    strings = engine.shared().presidio.nlp_engine.tokeniser.vocab.strings
    before = len(strings)
    for n in range(50):
        redaction.redact(f"zqxword{n} passport 92566{n:04d}")
    assert len(strings) == before


def test_a_word_beside_a_number_can_tell_what_it_is():
    alone = engine.Engine({"passport": declared()["passport"]})
    assert [r.score for r in alone.analyse("lost my passport 925665416")] == [0.4]
    assert [r.score for r in alone.analyse("925665416 is my passport")] == [0.4]
    assert not alone.analyse("925665416 people were there")
    assert not alone.analyse(
        "passport control moved; bridge, market, river, castle, harbour, museum 925665416"
    )
