"""What is made from a key opens only where, and for what, it was made."""

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

import vault

A, B = "AUTH-2026-0001", "AUTH-2026-0002"


@pytest.fixture
def two(folder):
    vault.create(A)
    vault.create(B)


def test_it_opens_what_it_sealed(two):
    sealed = vault.seal(A, b"an original post", "item/1")
    assert b"original" not in sealed
    assert vault.open(A, sealed, "item/1") == b"an original post"
    assert vault.seal(A, b"an original post", "item/1") != sealed  # never the same bytes twice


def test_it_refuses_to_open_for_another_authorisation_or_subject(two):
    sealed = vault.seal(A, b"x", "item/1")
    with pytest.raises(vault.VaultSealError):
        vault.open(B, sealed, "item/1")
    with pytest.raises(vault.VaultSealError):
        vault.open(A, sealed, "item/2")


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(place=st.integers(0, 10_000), flip=st.integers(1, 255))
def test_it_refuses_sealed_data_with_any_byte_changed(two, place, flip):
    sealed = bytearray(vault.seal(A, b"some data", "item/1"))
    sealed[place % len(sealed)] ^= flip
    with pytest.raises(vault.VaultSealError):
        vault.open(A, bytes(sealed), "item/1")


@pytest.mark.parametrize("keep", [0, 1, 12, 13, 28])
def test_it_refuses_sealed_data_cut_short(two, keep):
    with pytest.raises(vault.VaultSealError):
        vault.open(A, vault.seal(A, b"x", "item/1")[:keep], "item/1")


def test_it_cannot_open_or_seal_after_destruction(two):
    sealed = vault.seal(A, b"x", "item/1")
    vault.destroy(A)
    for attempt in (
        lambda: vault.open(A, sealed, "item/1"),
        lambda: vault.seal(A, b"x", "item/1"),
        lambda: vault.digest(A, "duplicate", "x"),
        lambda: vault.derive(A, "x"),
    ):
        with pytest.raises(vault.KeyMissing):
            attempt()


def test_it_gives_one_digest_per_authorisation_and_purpose(two):
    mine = vault.digest(A, "duplicate", "42")
    assert len(mine) == 64
    assert mine == vault.digest(A, "duplicate", "42")
    assert len({mine, vault.digest(B, "duplicate", "42"), vault.digest(A, "pseudonym", "42")}) == 3
    assert vault.digest(A, "duplicate", "\ud800") != vault.digest(A, "duplicate", "\ud801")


def test_it_keeps_the_families_of_subkeys_apart(two):
    assert len(vault.derive(A, "x")) == 32
    assert vault.derive(A, "x") == vault.derive(A, "x")
    keys = {vault.derive(A, "x"), vault.derive(A, "y"), vault.derive(B, "x")}
    assert len(keys) == 3
    from vault.sealing import _subkey

    assert not keys & {_subkey(A, "seal", ""), _subkey(A, "digest", "x")}
    assert vault.derive(A, "") != _subkey(A, "seal", "")


def test_its_errors_say_nothing_of_the_data(two):
    sealed = vault.seal(A, b"Jane Example, 12 High Street", "item/1")
    with pytest.raises(vault.VaultSealError) as caught:
        vault.open(B, sealed, "Jane Example")
    assert "Jane" not in str(caught.value)
