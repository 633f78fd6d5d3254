"""Values of every kind, good and bad, for properties."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from governance.policy.kinds import (
    Choice,
    Choices,
    Kind,
    Moment,
    Person,
    Scale,
    Text,
    Texts,
    Whole,
    YesNo,
)
from tests.policy.conftest import PACK

SCENARIOS = sorted(PACK.scenarios)

moments = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.timezones()).filter(
    lambda moment: moment.utcoffset() is not None
)


def good(kind: Kind) -> st.SearchStrategy[Any]:
    """Any value of the kind, with those near the rules' limits made likely."""
    match kind:
        case YesNo():
            return st.booleans()
        case Whole(least=least, most=most):
            near = [n for n in (-1, 0, 1, 7, 8, 30, 31, 365, 366, 500, 501) if least <= n <= most]
            return st.sampled_from(near) | st.integers(least, most)
        case Text():
            return st.integers(0, 200).map(lambda n: "reason " * (n // 7)) | st.text(
                st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=160
            )
        case Choice(values=values) | Scale(values=values):
            return st.sampled_from(values)
        case Choices(values=values):
            return st.lists(st.sampled_from(values), max_size=3)
        case Texts():
            return st.lists(st.sampled_from(["#Festival", "#PicketLine", "flood", " "]), max_size=3)
        case Moment():
            return moments
        case Person():
            return st.sampled_from(["officer-1", "officer-2", "comms-1", "comms-2"])
    raise AssertionError(kind)


#: Values that are of no kind, or of the wrong one for most facts.
junk = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.binary(max_size=5),
    st.datetimes(),
    st.dates(),
    st.just(object()),
    st.just("\ud800"),
    st.just("a\0b"),
    st.just(10**400),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
    st.sets(st.text(max_size=3), max_size=2),
    st.just(datetime.max.replace(tzinfo=UTC)),
    st.just(datetime.min.replace(tzinfo=UTC)),
)


@st.composite
def facts(draw: st.DrawFn, *, most_changes: int = 8) -> dict[str, Any]:
    """The facts of a scenario with some of them changed to other good values: most land near a rule's edge."""
    chosen = dict(PACK.scenarios[draw(st.sampled_from(SCENARIOS))].facts)
    names = draw(st.lists(st.sampled_from(sorted(chosen)), unique=True, max_size=most_changes))
    for name in names:
        chosen[name] = draw(good(PACK.facts[name].kind))
    return chosen


@st.composite
def any_facts(draw: st.DrawFn) -> dict[Any, Any]:
    """Facts of any kind at all: missing, wrong, unknown names, even names that are not text."""
    chosen: dict[Any, Any] = dict(draw(facts()))
    for name in draw(st.lists(st.sampled_from(sorted(chosen)), unique=True, max_size=10)):
        chosen[name] = draw(junk)
    for name in draw(st.lists(st.sampled_from(sorted(chosen)), unique=True, max_size=10)):
        del chosen[name]
    chosen |= draw(st.dictionaries(st.text(max_size=12) | st.integers(), junk, max_size=3))
    return chosen
