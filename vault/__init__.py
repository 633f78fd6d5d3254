"""Keys: make, use, destroy. The one owner of every per-authorisation key.

Everything that must become unreadable when an authorisation's material is erased (sealed originals,
pseudonyms, duplicate checks, openings of evidence) is derived from one random key per reference. `destroy`
removes that key for all of them at once, in every process, for good.

Plain Python on `cryptography`; no Django models. Keys are files in `settings.VAULT_DIR` (folder 0700, files
0600). That folder must be left out of backups: a copy of a key undoes its destruction.
"""

from vault.errors import AlreadyExists, Destroyed, InvalidRef, KeyMissing, VaultError, VaultSealError
from vault.keys import create, destroy, destroyed_at, holds
from vault.sealing import derive, digest, open, seal

__all__ = [
    "AlreadyExists",
    "Destroyed",
    "InvalidRef",
    "KeyMissing",
    "VaultError",
    "VaultSealError",
    "create",
    "derive",
    "destroy",
    "destroyed_at",
    "digest",
    "holds",
    "open",
    "seal",
]
