"""Every recogniser keeps the promises of its own table of examples."""

import pytest

from redaction import engine, pipeline
from redaction.kinds import BY_CODE
from redaction.overlaps import merge
from redaction.recogniser import Example, Recogniser, declared, examples

NAMES = sorted(declared())


@pytest.fixture(scope="module")
def alone():
    """An engine with one recogniser only, so that no other one can help or hide it."""
    made: dict[str, engine.Engine] = {}

    def one(name: str) -> engine.Engine:
        if name not in made:
            made[name] = engine.Engine({name: declared()[name]})
        return made[name]

    return one


@pytest.mark.parametrize("name", NAMES)
def test_it_declares_itself_in_full(name):
    spec = declared()[name]
    assert isinstance(spec, Recogniser)
    assert spec.kind in BY_CODE
    assert spec.entity == spec.entity.upper()
    assert 0 < spec.threshold <= 1
    assert all(0 < shape.score <= 1 for shape in spec.shapes)
    assert len({shape.name for shape in spec.shapes}) == len(spec.shapes)
    assert all(word == word.lower() and " " not in word for word in spec.context), (
        "presidio compares single words"
    )


def test_no_two_recognisers_share_an_entity():
    entities = [spec.entity for spec in declared().values()]
    assert len(set(entities)) == len(entities)


@pytest.mark.parametrize("name", NAMES)
def test_it_has_examples_of_what_it_finds_and_of_what_it_leaves(name):
    table = examples()[name]
    assert all(isinstance(row, Example) for row in table)
    assert sum(bool(row.found) for row in table) >= 2
    assert sum(not row.found for row in table) >= 1


@pytest.mark.parametrize(
    ("name", "row"),
    [pytest.param(name, row, id=f"{name}-{n}") for name in NAMES for n, row in enumerate(examples()[name])],
)
def test_it_finds_what_its_examples_say(alone, name, row):
    spans = merge(pipeline.found_in(row.text, alone(name)))
    assert tuple(row.text[span.start : span.end] for span in spans) == row.found
    assert {span.rule for span in spans} <= {name}
    assert {span.kind for span in spans} <= {declared()[name].kind}


@pytest.mark.parametrize(
    ("name", "row"),
    [
        pytest.param(name, row, id=f"{name}-{n}")
        for name in NAMES
        for n, row in enumerate(examples()[name])
        if row.found
    ],
)
def test_nothing_it_finds_survives_beside_the_others(name, row):
    safe = pipeline.redact(row.text)
    for value in row.found:
        assert value not in safe.text
    hidden = "".join(row.text[span.start : span.end] for span in safe.spans)
    assert all(value in hidden for value in row.found)
