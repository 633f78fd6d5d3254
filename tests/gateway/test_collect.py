"""Taking posts in: only under a live authorisation, only in scope, only redacted, once, and all accounted for."""

import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

import redaction
import vault
from audit import Act, Refusal, clock
from audit.models import EvidenceEvent
from gateway import collect, intake
from gateway.models import CollectionRun, Item
from governance.casework import services as casework
from tests import factories
from tests.factories import Force

COUNTS = ("read", "malformed", "out_of_scope", "duplicates", "withheld", "stored")


def lines(*records: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(r).encode() + b"\n" for r in records)


def post(number: int, text: str = "", **fields: Any) -> dict[str, Any]:
    at = (clock.now() - dt.timedelta(hours=1)).isoformat()
    return {
        "id": f"p{number}",
        "text": text or f"number {number} #MarchForTheRiver",
        "created_at": at,
        "platform": "mastodon",
    } | fields


def take(authorisation: Any, data: bytes, force: Force, **options: Any) -> CollectionRun:
    return intake.take_upload(
        data=data,
        name=options.pop("name", "posts.jsonl"),
        authorisation=authorisation,
        by=force.officer,
        **options,
    )


@pytest.fixture
def live(force: Force) -> Any:
    return factories.authorisation(force)


def adds_up(run: CollectionRun) -> bool:
    return run.read == sum(getattr(run, name) for name in COUNTS[1:])


def test_it_stores_what_is_in_scope_and_counts_the_rest(force: Force, live: Any) -> None:
    yesterday = (clock.now() - dt.timedelta(days=9)).isoformat()
    data = (
        lines(
            post(1, "Water on the road #MarchForTheRiver"),
            post(2, "Nothing to do with it"),
            post(3, platform="bluesky"),
            post(4, visibility="unlisted"),
            post(5, created_at=yesterday),
            post(1, "Water on the road #MarchForTheRiver"),
        )
        + b'{"id": "6"\n'
    )
    run = take(live, data, force)
    assert (run.state, run.read, run.stored, run.duplicates, run.malformed) == ("done", 7, 1, 1, 1)
    assert run.out_of_scope_by == {"term": 1, "platform": 1, "visibility": 1, "date": 1}
    assert run.malformed_at == [{"record": 7, "line": 7, "reason": "format"}]
    assert adds_up(run)
    item = Item.objects.get()
    assert item.text == "Water on the road #MarchForTheRiver"
    assert item.matched_term == "#MarchForTheRiver"
    assert item.declared == ["visibility"]


def test_it_hides_before_it_stores(force: Force, live: Any) -> None:
    run = take(live, lines(post(1, "Ring 07700 900123 or jo@example.org #MarchForTheRiver")), force)
    item = Item.objects.get()
    assert "07700" not in item.text
    assert "jo@example.org" not in item.text
    assert sum(item.hidden.values()) == sum(run.hidden.values()) == 2
    assert run.redacted == 1
