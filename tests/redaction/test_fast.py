"""The fast engine finds what presidio's own loop finds: nothing more, nothing less."""

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from redaction import engine, pipeline
from redaction.engine import Engine
from redaction.fast import FastEngine
from redaction.recogniser import Recogniser, Shape, declared
from redaction.relax import UNFOLDABLE
from tests.redaction.mutations import texts

hyperscan = pytest.importorskip("hyperscan", reason="hyperscan is not installed: presidio's own loop is used")


@pytest.fixture(scope="module")
def both() -> tuple[Engine, FastEngine]:
    return Engine(declared()), FastEngine(declared())


def findings(using: Engine, text: str) -> object:
    try:
        with engine.budget(60):
            return sorted(
                (
                    one.entity_type,
                    one.start,
                    one.end,
                    round(one.score, 6),
                    one.recognition_metadata["recognizer_name"],
                )
                for one in using.analyse(text)
            )
    except Exception as problem:
        return type(problem).__name__


def differences(both, some) -> list[str]:
    reference, fast = both
    return [text for text in some if findings(reference, text) != findings(fast, text)]


def test_it_finds_what_the_reference_finds(both):
    assert differences(both, texts(1_500, seed=11)) == []


@pytest.mark.prove
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_it_finds_what_the_reference_finds_in_twenty_thousand_texts(both, seed):
    assert differences(both, texts(20_000, seed=seed)) == []


@pytest.mark.prove
@pytest.mark.real_data
@pytest.mark.skipif("CANDOUR_DATA" not in os.environ, reason="CANDOUR_DATA is not set")
def test_it_finds_what_the_reference_finds_in_real_posts(both):
    lines = (
        (Path(os.environ["CANDOUR_DATA"]) / "feeds" / "real-posts-40k.jsonl").read_text("utf-8").splitlines()
    )
    posts = tuple(json.loads(line)["text"] for line in lines)
    assert differences(both, texts(20_000, seed=4, posts=posts)) == []


def test_it_raises_where_the_reference_raises(monkeypatch):
    def broken(found):
        raise KeyError

    for spec in (
        Recogniser(kind="name", entity="EXTRA", shapes=(Shape("any", "Jane", 0.9),), check=broken),
        Recogniser(kind="name", entity="EXTRA", shapes=(Shape("slow", r"(?:x|x\w)+[yz]!", 0.9),)),
    ):
        for made in (Engine, FastEngine):
            using = made({"extra": spec})
            monkeypatch.setattr(engine, "BUDGET_SECONDS", 0.2)
            assert isinstance(
                pipeline.redact_batch(["Jane " + "x" * 60 + "y! " + "x" * 60 + "!"], using=using)[0],
                Exception,
            )


def test_it_runs_a_pattern_that_it_cannot_filter():
    for pattern in (r"(a)?b(?(1)c|d)", r"x\Kab", r"\p{Script=Greek}{2}"):
        spec = {"extra": Recogniser(kind="name", entity="EXTRA", shapes=(Shape("odd", pattern, 0.9),))}
        both = Engine(spec), FastEngine(spec)
        assert both[1]._prefilter.unfiltered == [0]
        assert differences(both, ["abc bd xab αβ", "nothing", ""]) == []


@pytest.mark.parametrize("odd", UNFOLDABLE)
def test_it_runs_everything_on_letters_that_hyperscan_does_not_fold(odd):
    spec = {
        "extra": Recogniser(kind="name", entity="EXTRA", shapes=(Shape("word", r"b[ski]b|b[SKI]b", 0.9),))
    }
    both = Engine(spec), FastEngine(spec)
    assert findings(both[0], f"a b{odd}b c")
    assert differences(both, [f"a b{odd}b c"]) == []


def test_each_thread_has_its_own_working_memory(both):
    some = list(texts(200, seed=5))
    alone = [findings(both[1], text) for text in some]
    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(lambda text: findings(both[1], text), some * 3)) == alone * 3


def test_it_is_used_where_hyperscan_is_installed(monkeypatch):
    monkeypatch.setattr(engine, "declared", lambda: {"email": declared()["email"]})
    assert type(engine._shared.__wrapped__()) is FastEngine
    monkeypatch.setitem(sys.modules, "hyperscan", None)
    assert type(engine._shared.__wrapped__()) is Engine
