"""What the demonstration archive promises: always the same, all invented, full of what must be hidden."""

import datetime as dt
import ipaddress
import json
import random
import re
from collections import Counter
from pathlib import Path

import pytest

from config.demo import archive, personal, phrasebook, world
from governance.casework.terms import folded, matcher

DAY = dt.date(2026, 11, 28)
POSTS = archive.posts(DAY)
PLANTED = [planted for post in POSTS for planted in post.planted]

# Ranges that the numbering authority keeps for drama, as digits after the leading zero.
DRAMA = re.compile(r"0?(7700900\d{3}|1614960\d{3}|2079460\d{3}|1632960\d{3})")


def values(kind: str) -> list[str]:
    found = [planted.value for planted in PLANTED if planted.kind == kind]
    assert found
    return found


def plain(text: str) -> str:
    """A text without tags, numbers, case and punctuation: what makes two posts look stamped."""
    return " ".join(re.sub(r"#\w+|[^\w\s]|\d+", " ", text.casefold()).split())


def test_it_is_the_same_archive_each_time():
    archive.posts.cache_clear()
    assert archive.posts(DAY) == POSTS


def test_it_plants_the_same_values_whatever_the_day_of_the_march():
    other = archive.posts(dt.date(2027, 5, 15))
    assert sorted(p.value for post in other for p in post.planted) == sorted(p.value for p in PLANTED)
    assert sum(post.in_scope for post in other) == sum(post.in_scope for post in POSTS)


def test_it_has_two_thousand_posts_with_ids_of_their_own():
    assert len(POSTS) == archive.SIZE == 2_000
    assert len({post.id for post in POSTS}) == len(POSTS)


def test_it_is_in_the_order_of_time_and_every_moment_has_a_zone():
    moments = [post.created_at for post in POSTS]
    assert moments == sorted(moments)
    assert all(moment.tzinfo is not None for moment in moments)


def test_no_post_is_longer_than_a_post_may_be():
    assert max(len(post.text) for post in POSTS) <= archive.LONGEST
    assert min(len(post.text) for post in POSTS) > 3


def test_every_language_is_there_among_the_posts_in_scope_and_outside():
    for side in (True, False):
        assert {post.language for post in POSTS if post.in_scope is side} == set(phrasebook.LANGUAGES)


def test_hardly_any_text_comes_twice_and_few_look_alike():
    same = Counter(post.text for post in POSTS)
    alike = Counter(plain(post.text) for post in POSTS)
    assert sum(n for n in same.values() if n > 1) / len(POSTS) < 0.02
    assert max(alike.values()) <= 8
    assert len(alike) / len(POSTS) > 0.6


def test_every_kind_of_detail_is_planted_in_fifteen_to_twenty_posts_of_a_hundred():
    assert {planted.kind for planted in PLANTED} == {personal.kind_of(slot) for slot in personal.MAKERS}
    assert 0.15 <= sum(bool(post.planted) for post in POSTS) / len(POSTS) <= 0.20


def test_every_way_of_writing_a_detail_is_asked_for_by_some_phrase():
    files = "\n".join(path.read_text(encoding="utf-8") for path in phrasebook.FOLDER.glob("*.txt"))
    unused = {slot for slot in personal.MAKERS if "{" + slot + "}" not in files}
    assert not unused


def test_a_planted_value_stands_in_its_post_as_it_was_planted():
    for post in POSTS:
        assert all(planted.value in post.text for planted in post.planted)


def test_the_canaries_are_every_planted_value_that_is_not_a_name():
    canaries = archive.canaries()
    assert len(canaries) == len(set(canaries)) > 200
    assert set(canaries) == {planted.value for planted in PLANTED if planted.kind != "name"}
    assert min(len(value) for value in canaries) >= 6


def test_it_marks_as_in_scope_what_the_terms_of_the_request_let_in():
    tests = [matcher(term) for term in world.TERMS]
    zone = archive.LONDON
    first, last = DAY - dt.timedelta(days=world.DAYS_BEFORE), DAY + dt.timedelta(days=world.DAYS_AFTER)
    for post in POSTS:
        asked_for = any(test(folded(post.text)) for test in tests)
        day = post.created_at.astimezone(zone).date()
        inside = first <= day <= last and post.platform in world.PLATFORMS and post.visibility == "public"
        assert post.in_scope is (asked_for and inside)


def test_something_falls_outside_by_each_of_term_date_platform_and_visibility():
    named = [post for post in POSTS if archive.matches(post.text)]
    outside = [post for post in named if not post.in_scope]
    assert 1_200 < sum(post.in_scope for post in POSTS) < 1_600
    assert len(POSTS) - len(named) > 300
    assert sum(post.visibility != "public" for post in outside) >= 50
    assert sum(post.platform not in world.PLATFORMS for post in outside) >= 40
    days = {(post.created_at.date() - DAY).days for post in outside if post.visibility == "public"}
    assert min(days) < -20
    assert max(days) > 20


@pytest.mark.parametrize("slot", [slot for slot in personal.MAKERS if slot.startswith("phone")])
def test_a_telephone_number_comes_from_the_ranges_kept_for_drama(slot):
    rng = random.Random(slot)
    for _ in range(300):
        value = personal.make(slot, rng)
        for digit, word in enumerate(personal.DIGIT_WORDS):
            value = value.replace(word, str(digit))
        digits = re.sub(r"\D", "", value.replace("(0)", "").removeprefix("+44"))
        assert DRAMA.fullmatch(digits), value


def test_no_text_holds_a_number_that_could_ring_at_somebodys_home():
    for post in POSTS:
        text = post.text
        for planted in post.planted:
            text = text.replace(planted.value, " ")
        assert not re.search(r"\d(?:[\s().-]?\d){8,}", text), text


def test_mail_and_network_addresses_belong_to_nobody():
    for value in values("email"):
        bare = value.replace(" [at] ", "@").replace(" at ", "@").replace(" [dot] ", ".").replace(" dot ", ".")
        assert bare.endswith(("@example.com", "@example.org", "@example.net"))
    kept = [ipaddress.ip_network(n) for n in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")]
    for value in values("device_address"):
        address = ipaddress.ip_address(value)
        if address.version == 4:
            assert any(address in network for network in kept)
        else:
            assert address in ipaddress.ip_network("2001:db8::/32")


def test_links_and_accounts_lead_to_no_real_place():
    for post in POSTS:
        for host in re.findall(r"(?:https?://|(?<=@))([a-z0-9-]+(?:\.[a-z0-9-]+)+)", post.text):
            assert host == "bsky.app" or host.startswith("example.") or host.endswith(".example")
    for value in values("profile"):
        assert ".example" in value or "//example." in value


def test_numbers_with_a_check_digit_pass_their_check():
    for value in values("nhs_number"):
        digits = value.replace(" ", "")
        assert digits.startswith("999")
        assert digits[9] == personal.nhs_check_digit(digits[:9])
    for kind in ("bank_card", "phone_hardware_number"):
        for value in values(kind):
            digits = re.sub(r"\D", "", value)
            assert digits[-1] == personal.luhn_check_digit(digits[:-1])


def test_official_numbers_have_marks_that_are_never_issued():
    assert all(value[:2] in ("PY", "PZ", "CR", "NC", "MW") for value in values("ni_number"))
    assert all(re.match(r"NE5[1-9] ", value.upper()) for value in values("postcode"))
    for value in values("number_plate"):
        assert value[0].upper() in "JTU"


def test_it_writes_one_valid_record_to_a_line(tmp_path: Path):
    file = tmp_path / "march.jsonl"
    assert archive.write(file, DAY) == len(POSTS)
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [row["text"] for row in rows] == [post.text for post in POSTS]
    for row, post in zip(rows, POSTS, strict=True):
        assert set(row) == {"id", "created_at", "platform", "visibility", "language", "author", "text"}
        written = dt.datetime.fromisoformat(row["created_at"])
        assert abs(written - post.created_at) < dt.timedelta(milliseconds=1)


def test_an_account_keeps_to_one_platform_and_no_account_is_an_official_one():
    platforms: dict[str, set[str]] = {}
    for post in POSTS:
        platforms.setdefault(post.author, set()).add(post.platform)
    assert all(len(where) == 1 for where in platforms.values())
    assert set(archive.authors()) == set(platforms)
    assert not any("police" in author.casefold() for author in platforms)
