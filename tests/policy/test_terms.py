"""The platforms' own terms: a second gate that refuses by default."""

from datetime import UTC, date, datetime

import pytest

from governance.policy import Pack, PackError
from governance.policy.terms import PlatformTerms, load_terms
from tests.policy.conftest import TERMS

REVIEWED = datetime(2026, 11, 21, 12, tzinfo=UTC)
LAST_DAY = datetime(2027, 5, 20, 22, 59, tzinfo=UTC)  # 180 days later, 23:59 in London
TEXT = TERMS.read_text("utf-8")


@pytest.mark.parametrize(
    ("platform", "monitor", "post"),
    [
        ("mastodon", True, True),
        ("bluesky", True, True),
        ("rss", True, False),
        ("archive", True, False),
        ("x", False, True),
        ("meta", False, False),
        ("tiktok", False, False),
        ("telegram", False, False),
        ("reddit", False, False),
        ("youtube", False, False),
        ("gab", False, False),
        ("", False, False),
        ("Mastodon", False, False),
    ],
)
def test_it_allows_only_what_was_reviewed_and_found_allowed(
    terms: PlatformTerms, platform: str, monitor: bool, post: bool
) -> None:
    assert terms.monitoring(platform, at=REVIEWED).allowed is monitor
    assert terms.posting(platform, at=REVIEWED).allowed is post


def test_it_gives_a_reason_and_the_clause(terms: PlatformTerms) -> None:
    answer = terms.monitoring("meta", at=REVIEWED)
    assert (
        answer.reason
        == "The terms of Facebook, Instagram or Threads do not allow reading posts for this body."
    )
    assert answer.citation is not None
    assert "law enforcement" in answer.citation.pinpoint
    assert answer.citation.address.startswith("https://")
    assert terms.monitoring("gab", at=REVIEWED).citation is None


def test_a_review_that_has_grown_old_counts_as_none(terms: PlatformTerms) -> None:
    assert terms.rows["mastodon"].review_due == date(2027, 5, 20)
    assert terms.monitoring("mastodon", at=LAST_DAY).allowed
    late = terms.monitoring("mastodon", at=LAST_DAY.replace(hour=23, minute=0))
    assert not late.allowed
    assert "21 November 2026" in late.reason
    assert not terms.posting("x", at=LAST_DAY.replace(hour=23)).allowed


def test_an_old_review_never_turns_a_refusal_into_anything_else(terms: PlatformTerms) -> None:
    assert not terms.monitoring("x", at=datetime(2040, 1, 1, tzinfo=UTC)).allowed


def test_the_strictest_platform_decides(terms: PlatformTerms) -> None:
    assert terms.strictest(["mastodon", "rss"], at=REVIEWED) == "allowed"
    assert terms.strictest(["mastodon", "x"], at=REVIEWED) == "denied"
    assert terms.strictest(["mastodon", "gab"], at=REVIEWED) == "denied"
    assert terms.strictest([], at=REVIEWED) == "denied"


def test_it_covers_every_platform_of_the_pack(terms: PlatformTerms, pack: Pack) -> None:
    assert set(terms.rows) == set(pack.platforms)
    assert {code: row.words for code, row in terms.rows.items()} == {
        code: platform.words for code, platform in pack.platforms.items()
    }


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('monitor = "allowed"', 'monitor = "maybe"', "'monitor' is 'maybe'"),
        ("reviewed = 2026-11-21\n", "", "nobody has reviewed it"),
        ("reviewed = 2026-11-21", 'reviewed = "2026-11-21"', "not a day"),
        ("reviewed = 2026-11-21", "reviewed = 2026-11-21T10:00:00Z", "not a day"),
        ("longest_review_days = 180", "longest_review_days = 181", "counts for 181 days"),
        ("longest_review_days = 180", "longest_review_days = 0", "counts for 0 days"),
        ("address = ", "adress = ", "'adress' is not known"),
        ('address = "https', 'address = "http', "not an address"),
        ('evidence = "sourced"', 'evidence = "rumour"', "'evidence' is 'rumour'"),
        ("[terms]", "[termz]", "'termz' is not known"),
        ('clause = "Each', 'clause = ""\nx = "Each', "'x' is not known"),
        ("[platforms.mastodon]", "[platforms.mastodon", "not TOML"),
    ],
)
def test_it_refuses_a_bad_file_with_its_line(old: str, new: str, said: str) -> None:
    text = TEXT.replace(old, new, 1)
    with pytest.raises(PackError) as caught:
        load_terms(text.encode(), name="platform-terms.toml")
    assert said in caught.value.problem
    assert caught.value.file == "platform-terms.toml"
    line = text.splitlines()[caught.value.line - 1]
    assert line.startswith("[") or new.split("\n")[-1][:8] in line or new[:8] in line


def test_it_keeps_the_digest_of_the_very_bytes(terms: PlatformTerms) -> None:
    assert terms.digest != load_terms((TEXT + "\n").encode(), name="x").digest
