"""The body's signature over a release: Ed25519 over SHA256SUMS, by a key that lives in the vault.

The key is made on first use and never leaves this machine; its public half stands on the public page /check/.
"""

import json

import vault

KEY_REF = "RELEASES"
_PURPOSE = "ed25519 signature of releases"


def sign(sums: bytes) -> bytes:
    """The content of SHA256SUMS.sig: algorithm, public key and signature, as JSON.

    Raises:
        vault.VaultError: the key cannot be read or made, so nothing is signed.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    if not vault.holds(KEY_REF):
        vault.create(KEY_REF)
    private = Ed25519PrivateKey.from_private_bytes(vault.derive(KEY_REF, _PURPOSE))
    envelope = {
        "algorithm": "Ed25519",
        "file": "SHA256SUMS",
        "public_key": private.public_key().public_bytes_raw().hex(),
        "signature": private.sign(sums).hex(),
    }
    return (json.dumps(envelope, indent=1, sort_keys=True) + "\n").encode("ascii")


def public_key() -> str:
    """The public key in hex; nothing before the first release was signed."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    if not vault.holds(KEY_REF):
        return ""
    private = Ed25519PrivateKey.from_private_bytes(vault.derive(KEY_REF, _PURPOSE))
    return private.public_key().public_bytes_raw().hex()
