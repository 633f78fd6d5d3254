"""The log: one event per step, no content, and nobody rewrites it."""

import pytest
from django.db import IntegrityError, connection, transaction

from audit import Act, acting, record, step
from audit.acts import SCHEMAS, BadEvidence
from audit.context import Refusal
from audit.models import EvidenceEvent
from audit.services import NoTransaction, next_ref

pytestmark = pytest.mark.django_db


def test_every_act_has_a_schema_and_a_sentence_for_people() -> None:
    assert set(SCHEMAS) == set(Act)
    for act, schema in SCHEMAS.items():
        event = EvidenceEvent(act=act, about_ref="MON-2026-0001", authorisation_ref="AUTH-2026-0001")
        sentence = event.sentence()
        assert sentence, act
        assert "{" not in sentence, act
        assert schema.sentence[0].islower(), f"{act}: the sentence follows the actor's name"


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ({"text": "a post about somebody"}, "is not a field"),
        ({"outcome": "He said: \u201ccall me on 07700 900123\u201d!"}, "is not a code"),
        ({"version": -1}, "is not a count"),
        ({"version": True}, "is not a count"),
        ({"digest": "abc"}, "is not a digest"),
    ],
)
def test_it_refuses_what_could_be_content(data: dict[str, object], problem: str) -> None:
    with pytest.raises(BadEvidence, match=problem):
        record(Act.ADVICE_GIVEN, by="system:test", **data)
    assert not EvidenceEvent.objects.filter(act=Act.ADVICE_GIVEN).exists()


@pytest.mark.django_db(transaction=True)
def test_it_refuses_evidence_outside_the_transaction_of_its_step() -> None:
    with pytest.raises(NoTransaction):
        record(Act.SIGNED_IN, by="system:test")
    with pytest.raises(NoTransaction):
        next_ref("MON")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_evidenceevent SET actor = 'user:2'",
        "DELETE FROM audit_evidenceevent",
        "INSERT OR REPLACE INTO audit_evidenceevent SELECT * FROM audit_evidenceevent",
        "TRUNCATE audit_evidenceevent",
    ],
)
def test_invariant_the_log_is_append_only(statement: str) -> None:
    if connection.vendor == "sqlite" and statement.startswith("TRUNCATE"):
        pytest.skip("SQLite has no TRUNCATE")
    if connection.vendor != "sqlite" and "OR REPLACE" in statement:
        pytest.skip("PostgreSQL has no INSERT OR REPLACE")
    record(Act.SIGNED_IN, by="system:test")
    with pytest.raises(IntegrityError, match="evidence log cannot be changed"), transaction.atomic():
        connection.cursor().execute(statement)
    with pytest.raises(IntegrityError), transaction.atomic():
        EvidenceEvent.objects.all().update(actor="user:2")


def test_it_says_who_acts_and_where_from() -> None:
    with acting("user:7", origin="command"):
        event = record(Act.LOG_CONSULTED, by=None, count=3)
    assert (event.actor, event.origin) == ("user:7", "command")
    assert len(event.request_id) == 32


def test_a_refused_step_is_undone_and_still_leaves_its_trace() -> None:
    @step
    def try_it(*, by: str) -> None:
        record(Act.REQUEST_DRAFTED, by=by, about="request:X", kind="monitoring")
        raise Refusal("no", keep=lambda: record(Act.SELF_AUTHORISATION_REFUSED, by=by, action="try"))

    with pytest.raises(Refusal):
        try_it(by="user:9")
    acts = list(EvidenceEvent.objects.filter(actor="user:9").values_list("act", flat=True))
    assert acts == [Act.SELF_AUTHORISATION_REFUSED]


def test_references_have_no_gaps_when_a_step_is_undone() -> None:
    first = next_ref("TST")
    with pytest.raises(RuntimeError), transaction.atomic():
        next_ref("TST")
        raise RuntimeError
    assert int(next_ref("TST")[-4:]) == int(first[-4:]) + 1
