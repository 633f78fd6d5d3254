"""A release is signed by the body, and the signature is checked without any library."""

import json
import secrets

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from reports import signing, verify
from reports.ed25519 import signer


def envelope(private: Ed25519PrivateKey, message: bytes, **changes: object) -> bytes:
    held = {
        "algorithm": "Ed25519",
        "public_key": private.public_key().public_bytes_raw().hex(),
        "signature": private.sign(message).hex(),
    }
    return json.dumps({**held, **changes}).encode()


def test_it_agrees_with_the_library_on_what_fits() -> None:
    for size in (0, 1, 31, 200, 5000):
        private, message = Ed25519PrivateKey.generate(), secrets.token_bytes(size)
        key = private.public_key().public_bytes_raw().hex()
        assert signer(message, envelope(private, message)) == key
        assert signer(message + b"x", envelope(private, message)) == ""
        other = Ed25519PrivateKey.generate().public_key().public_bytes_raw().hex()
        assert signer(message, envelope(private, message, public_key=other)) == ""


def test_a_flipped_bit_of_the_signature_never_fits() -> None:
    private, message = Ed25519PrivateKey.generate(), b"SHA256SUMS"
    good = bytearray(private.sign(message))
    for place in range(0, 512, 7):
        spoilt = bytearray(good)
        spoilt[place // 8] ^= 1 << place % 8
        assert signer(message, envelope(private, message, signature=spoilt.hex())) == ""


def test_a_second_form_of_the_same_signature_does_not_fit() -> None:
    private, message = Ed25519PrivateKey.generate(), b"SHA256SUMS"
    good = private.sign(message)
    order = 2**252 + 27742317777372353535851937790883648493
    moved = (int.from_bytes(good[32:], "little") + order).to_bytes(32, "little")
    assert signer(message, envelope(private, message, signature=(good[:32] + moved).hex())) == ""


@pytest.mark.parametrize(
    "held", [b"", b"\xff", b"[]", b"{}", b"[" * 9000, b'{"algorithm":"none","public_key":"","signature":""}']
)
def test_what_is_no_signature_does_not_fit(held: bytes) -> None:
    assert signer(b"x", held) == ""


def test_our_own_signature_fits_and_the_key_stays_the_same() -> None:
    assert signing.public_key() == ""
    one, two = signing.sign(b"first"), signing.sign(b"second")
    assert signer(b"first", one) == signer(b"second", two) == signing.public_key() != ""
    assert signing.sign(b"first") == one


def test_a_signed_release_is_checked_with_the_key_that_the_public_knows(folder, tmp_path) -> None:
    sums = (folder / "SHA256SUMS").read_bytes()
    (folder / "SHA256SUMS.sig").write_bytes(signing.sign(sums))
    key = signing.public_key()
    assert verify.verify(folder).signed_by == key
    assert verify.main([str(folder), "--key", key], lambda _: None) == 0
    assert verify.main([str(folder), "--key", "00" * 32], lambda _: None) == 1
    (folder / "SHA256SUMS.sig").write_bytes(signing.sign(sums + b"x"))
    assert not verify.verify(folder).passed
    (folder / "SHA256SUMS.sig").unlink()
    assert verify.verify(folder).passed
    assert not verify.verify(folder, key=key).passed
