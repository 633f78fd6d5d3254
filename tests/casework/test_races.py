"""Two people at once: one wins, the other is told, on both databases."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from governance.casework import services
from governance.casework.models import Authorisation, Request
from governance.people.access import NotAllowed
from governance.states import WrongState
from tests import factories
from tests.factories import LONG, Force

pytestmark = pytest.mark.django_db(transaction=True)


def together(*actions: Callable[[], object]) -> list[object]:
    """Run the actions at the same moment, each on its own connection; what each gave or raised."""
    out: list[object] = [None] * len(actions)
    gate = threading.Barrier(len(actions))

    def run(index: int) -> None:
        gate.wait()
        try:
            out[index] = actions[index]()
        except Exception as error:
            out[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(i,)) for i in range(len(actions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return out


def test_two_deciders_at_once_give_one_decision() -> None:
    force = Force.make()
    for _ in range(5):
        request = factories.sent_request(force)
        digest = factories.digest(request)

        def grant(request: Request = request, digest: str = digest) -> object:
            return services.grant(
                request=request, by=force.supervisor, expected_digest=digest, considerations=LONG
            )

        def refuse(request: Request = request, digest: str = digest) -> object:
            return services.refuse(
                request=request, by=force.supervisor, expected_digest=digest, reason="other", grounds=LONG
            )

        results = together(grant, refuse, grant, refuse)
        won = [r for r in results if not isinstance(r, Exception)]
        lost = [r for r in results if isinstance(r, Exception)]
        assert len(won) == 1, results
        assert all(isinstance(r, NotAllowed | WrongState | services.Changed) for r in lost), lost
        assert Authorisation.objects.filter(request=request).count() <= 1


def test_an_edit_and_a_decision_at_once_never_leave_a_live_authorisation_on_other_words() -> None:
    force = Force.make()
    for cap in range(200, 205):
        request = factories.sent_request(force)
        digest = factories.digest(request)

        def grant(request: Request = request, digest: str = digest) -> object:
            return services.grant(
                request=request, by=force.supervisor, expected_digest=digest, considerations=LONG
            )

        def edit(request: Request = request, cap: int = cap) -> object:
            return services.save_answers(
                request=request, by=force.officer, part="others", values={"bystander_cap": cap}
            )

        together(grant, edit)
        fresh = Request.objects.get(pk=request.pk)
        for authorisation in Authorisation.objects.filter(request=request, state="granted"):
            assert authorisation.digest == factories.digest(fresh)


def test_references_are_dense_when_many_start_at_once() -> None:
    force = Force.make()
    results = together(*(lambda: services.draft(by=force.officer, unit=force.north) for _ in range(8)))
    assert not [r for r in results if isinstance(r, Exception)], results
    numbers = sorted(int(r.ref[-4:]) for r in results)  # type: ignore[attr-defined]
    assert numbers == list(range(numbers[0], numbers[0] + 8))
