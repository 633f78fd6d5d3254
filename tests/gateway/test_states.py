"""The tables of states, and what the database itself refuses."""

import io
import sys

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from gateway import tokens
from gateway.models import CollectionRun
from gateway.states import PUBLICATION, RUN, PublicationState, RunState
from governance import states
from tests import factories
from tests.factories import Force
from tests.gateway.archives import lines, post, take


@pytest.mark.parametrize(("table", "words"), [(RUN, RunState), (PUBLICATION, PublicationState)])
def test_every_state_is_in_its_table_and_every_verb_has_its_word(table: states.Table, words: type) -> None:
    assert set(table.states()) == set(words.values)
    assert states.verbs([table]) <= set(states._PAST)


def test_a_run_whose_numbers_do_not_add_up_is_refused(force: Force) -> None:
    run = take(factories.authorisation(force), lines(post(1)), force)
    open_run = CollectionRun(
        ref="RUN-1",
        authorisation=run.authorisation,
        connector="archive",
        source_key="x",
        source_digest="x",
        actor="x",
        asked_at=run.asked_at,
        read=2,
        stored=1,
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        open_run.save()


@pytest.mark.parametrize(
    "change", [{"state": "running"}, {"stored": 0, "read": 0, "redacted": 0}, {"actor": "me"}]
)
def test_a_run_that_is_over_stays_as_it_is(force: Force, change: dict[str, object]) -> None:
    take(factories.authorisation(force), lines(post(1)), force)
    with pytest.raises(IntegrityError), transaction.atomic():
        CollectionRun.objects.update(**change)


class TestAccountToken:
    def run(self, monkeypatch: pytest.MonkeyPatch, account: str, token: str) -> tuple[int, str]:
        out = io.StringIO()
        monkeypatch.setattr(sys, "stdin", io.StringIO(token + "\n"))
        try:
            call_command("account_token", account, stdout=out, stderr=out)
        except SystemExit as left:
            return int(left.code or 0), out.getvalue()
        return 0, out.getvalue()

    def test_it_seals_the_token_of_an_account(self, force: Force, monkeypatch: pytest.MonkeyPatch) -> None:
        account = factories.account(force)
        code, said = self.run(monkeypatch, "@northshire", "a-secret-token")
        assert (code, "a-secret-token" in said) == (0, False)
        assert tokens.access(account).token == "a-secret-token"

    def test_an_account_that_is_not_there_is_a_sentence(
        self, force: Force, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert self.run(monkeypatch, "nobody", "t") == (
            2,
            "There is no account called nobody: give its reference, such as ACC-2026-0001.\n",
        )

    def test_no_token_is_a_sentence(self, force: Force, monkeypatch: pytest.MonkeyPatch) -> None:
        code, said = self.run(monkeypatch, factories.account(force).ref, "")
        assert (code, "not an access token" in said) == (2, True)
