"""What is made from a key: subkeys, keyed digests and sealed data.

HKDF-SHA256 separates the uses (RFC 5869), HMAC-SHA256 makes digests, AES-256-GCM seals (NIST SP 800-38D).
The labels below keep the three families apart, so that no purpose a caller chooses can yield the sealing
key.
"""

import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from vault import keys
from vault.errors import VaultError, VaultSealError

_VERSION = b"\x01"
_NONCE = 12
_TAG = 16


def derive(ref: str, purpose: str) -> bytes:
    """A 32-byte subkey of `ref` for one purpose; the same each time until the key is destroyed.

    Raises:
        KeyMissing: destroyed or never made.
    """
    return _subkey(ref, "derive", purpose)


def digest(ref: str, purpose: str, value: str) -> str:
    """A keyed HMAC-SHA256 of `value` in hex, for duplicate checks and pseudonyms.

    Equal values agree under one reference and purpose, and cannot be matched across references. Without the
    key the value cannot be guessed from it; after `destroy` it can never be made again. The value is taken
    as it is: bring it to one form first.

    Raises:
        KeyMissing: destroyed or never made.
    """
    return hmac.new(_subkey(ref, "digest", purpose), _bytes(value), hashlib.sha256).hexdigest()


def seal(ref: str, data: bytes, about: str) -> bytes:
    """Encrypt `data` so that it opens only under the same reference and for the same subject `about`.

    Raises:
        KeyMissing: destroyed or never made; nothing is encrypted.
    """
    nonce = secrets.token_bytes(_NONCE)
    return _VERSION + nonce + AESGCM(_subkey(ref, "seal", "")).encrypt(nonce, data, _associated(ref, about))


def open(ref: str, sealed: bytes, about: str) -> bytes:
    """The data that `seal` was given.

    Raises:
        KeyMissing: destroyed or never made.
        VaultSealError: changed, cut short, or sealed under another reference or for another subject.
    """
    key = _subkey(ref, "seal", "")
    sealed = bytes(sealed)
    if len(sealed) < len(_VERSION) + _NONCE + _TAG or not sealed.startswith(_VERSION):
        raise VaultSealError("This sealed data is damaged and cannot be opened.")
    nonce, body = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
    try:
        return AESGCM(key).decrypt(nonce, body, _associated(ref, about))
    except InvalidTag:
        raise VaultSealError("This sealed data was changed, or belongs to something else.") from None


def _subkey(ref: str, family: str, purpose: str) -> bytes:
    if not isinstance(purpose, str):
        raise VaultError("The purpose of a subkey is a word.")
    info = b"candour vault 1\0" + family.encode() + b"\0" + _bytes(purpose)
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(keys.read(ref))


def _associated(ref: str, about: str) -> bytes:
    return ref.encode() + b"\0" + _bytes(about)


def _bytes(text: str) -> bytes:
    # Half a surrogate pair is not text, but a keyed hash of it must not fail either.
    return text.encode("utf-8", "surrogatepass")
