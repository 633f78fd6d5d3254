"""What can go wrong with a key. No message ever carries key material or the data that was sealed."""


class VaultError(Exception):
    """Something about a key or the vault's folder is not as it must be. Nothing was opened."""


class InvalidRef(VaultError, ValueError):
    """A reference that cannot name a key: it could leave the folder, or is not text."""


class AlreadyExists(VaultError):
    """A key for this reference was made before. The existing key is untouched."""


class KeyMissing(VaultError):
    """There is no key for this reference: never made, or destroyed. Nothing can be derived or opened."""


class Destroyed(KeyMissing):
    """The key was destroyed. It cannot be made again under the same reference."""


class VaultSealError(VaultError):
    """Sealed data does not open: changed, cut short, or sealed for another reference or subject."""
