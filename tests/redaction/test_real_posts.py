"""On real posts: nothing is withheld, nothing changes the second time, and little is hidden that is not personal."""

import json
import os
import random
from pathlib import Path

import pytest

import redaction

DATA = os.environ.get("CANDOUR_DATA", "")

pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(
        not DATA, reason="CANDOUR_DATA is not set: the real posts are not part of the project"
    ),
]


@pytest.fixture(scope="module")
def posts() -> list[str]:
    with (Path(DATA) / "feeds" / "real-posts-40k.jsonl").open(encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    random.Random(5).shuffle(texts)
    return texts[:1500]


def test_it_vouches_for_real_posts_and_hides_little_that_is_not_personal(posts):
    results = redaction.redact_batch(posts)
    assert all(isinstance(result, redaction.Redacted) for result in results)
    again = redaction.redact_batch([result.text for result in results])
    assert [result.text for result in again] == [result.text for result in results]
    expected = {"handle", "link", "profile"}  # about four in ten real posts hold one
    others = sum(span.kind not in expected for result in results for span in result.spans)
    assert others / len(posts) * 1000 <= 3
