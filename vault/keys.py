"""Key files: one file per reference, made once, destroyed for good.

`<ref>.key` holds 32 random bytes. `<ref>.destroyed` holds the moment of destruction and always wins: where
it stands, no key is read and none is made. Nothing is cached, so a destruction in one process is felt by
all others at their next call.
"""

import os
import re
import secrets
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

from vault.errors import AlreadyExists, Destroyed, InvalidRef, KeyMissing, VaultError

KEY_BYTES = 32
# No dot and no slash: a reference can name neither another folder nor one of the suffixes below.
_REF = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}", re.ASCII)
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
_MAKE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def create(ref: str) -> None:
    """Make a random 256-bit key for `ref`.

    The key appears under its name complete or not at all, and only one of several simultaneous callers
    succeeds.

    Raises:
        AlreadyExists: there is a key for `ref`; it stays as it is.
        Destroyed: there was one, and it has been destroyed; the reference is used up.
        InvalidRef: `ref` cannot name a key.
    """
    name = _checked(ref)
    with _folder(make=True) as folder:
        _refuse_destroyed(folder, name)
        draft = f".{name}.{secrets.token_hex(8)}.new"
        _write_new(folder, draft, secrets.token_bytes(KEY_BYTES))
        try:
            # A hard link refuses an existing name, as O_EXCL does, and shows the file only when it is
            # complete.
            os.link(draft, f"{name}.key", src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
        except FileExistsError:
            raise AlreadyExists(f"A key for {name} already exists.") from None
        finally:
            os.unlink(draft, dir_fd=folder)
        os.fsync(folder)
        if _destroyed_at(folder, name) is not None:  # destroyed between the check above and the link
            _shred(folder, f"{name}.key")
            raise Destroyed(f"The key for {name} was destroyed and cannot be made again.")


def destroy(ref: str, *, at: datetime | None = None) -> datetime:
    """Destroy the key for `ref`: overwrite, flush, unlink, and leave a marker so that it is never made again.

    Everything sealed or derived under it is unreadable from the next call on, in every process. Calling it
    again is harmless and returns the first moment. A reference that never had a key is used up as well.
    Overwriting reaches the file, not copies that a filesystem, a snapshot or a backup has kept: keep
    `VAULT_DIR` out of all three.

    Args:
        at: the moment to write down, where the caller keeps the clock; aware. Defaults to now.
    """
    name = _checked(ref)
    if at is not None and at.tzinfo is None:
        raise ValueError("The moment of destruction needs a time zone.")
    moment = at.astimezone(UTC) if at else datetime.fromtimestamp(time.time(), UTC)
    with _folder(make=True) as folder:
        marker = f"{name}.destroyed"
        if _destroyed_at(folder, name) is None:
            # The marker comes first: a crash after it leaves a key that nobody can use any more.
            draft = f".{name}.{secrets.token_hex(8)}.new"
            _write_new(folder, draft, moment.isoformat().encode("ascii"))
            try:
                os.link(draft, marker, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
            except FileExistsError:
                pass  # another process was first; its moment stands
            finally:
                os.unlink(draft, dir_fd=folder)
            os.fsync(folder)
        _shred(folder, f"{name}.key")
        os.fsync(folder)
        return _destroyed_at(folder, name) or moment


def holds(ref: str) -> bool:
    """Is there a usable key for `ref`?"""
    try:
        read(ref)
    except KeyMissing:
        return False
    return True


def destroyed_at(ref: str) -> datetime | None:
    """When the key for `ref` was destroyed; None if it was not."""
    name = _checked(ref)
    try:
        with _folder() as folder:
            return _destroyed_at(folder, name)
    except KeyMissing:
        return None


def read(ref: str) -> bytes:
    """The key itself. For `vault.sealing` only: other rooms ask for something derived from it.

    Raises:
        KeyMissing: never made, or destroyed (`Destroyed`).
        VaultError: the file is a link, has another size, or can be read by other people.
    """
    name = _checked(ref)
    with _folder() as folder:
        _refuse_destroyed(folder, name)
        try:
            descriptor = os.open(f"{name}.key", _READ, dir_fd=folder)
        except FileNotFoundError:
            raise KeyMissing(f"There is no key for {name}.") from None
        except OSError:
            raise VaultError(f"The key for {name} is not a plain file, so it is not used.") from None
        try:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode) or found.st_size != KEY_BYTES:
                raise VaultError(f"The key for {name} is damaged, so it is not used.")
            if found.st_mode & 0o077:
                raise VaultError(f"The key for {name} can be read by other people, so it is not used.")
            key = os.read(descriptor, KEY_BYTES)
        finally:
            os.close(descriptor)
        _refuse_destroyed(folder, name)  # destroyed while it was being read
        if len(key) != KEY_BYTES:
            raise VaultError(f"The key for {name} is damaged, so it is not used.")
        return key


def _checked(ref: str) -> str:
    if not isinstance(ref, str) or _REF.fullmatch(ref) is None:
        raise InvalidRef("A key reference is 1 to 100 letters, digits, hyphens and underscores.")
    return ref


@contextmanager
def _folder(*, make: bool = False) -> Iterator[int]:
    """The vault's folder as an open descriptor, so that no later change of its path can redirect a write."""
    from django.conf import settings

    path = os.fspath(settings.VAULT_DIR)
    if make:
        os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
        with suppress(FileExistsError):
            os.mkdir(path, 0o700)
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        raise KeyMissing("There is no vault yet: no key has been made.") from None
    except OSError:
        raise VaultError("VAULT_DIR is a link or not a folder. Point it at a folder of its own.") from None
    try:
        if os.fstat(descriptor).st_mode & 0o077:
            raise VaultError("Other people can open the folder VAULT_DIR. Set its mode to 0700.")
        yield descriptor
    finally:
        os.close(descriptor)


def _write_new(folder: int, name: str, content: bytes) -> None:
    descriptor = os.open(name, _MAKE, 0o600, dir_fd=folder)
    try:
        os.write(descriptor, content)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _shred(folder: int, name: str) -> None:
    """Overwrite and remove a key file; a link is removed without touching what it points at."""
    try:
        descriptor = os.open(name, os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
    except FileNotFoundError:
        return
    except OSError:
        descriptor = -1
    if descriptor >= 0:
        try:
            os.write(descriptor, secrets.token_bytes(max(KEY_BYTES, os.fstat(descriptor).st_size)))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    with suppress(FileNotFoundError):
        os.unlink(name, dir_fd=folder)


def _destroyed_at(folder: int, name: str) -> datetime | None:
    try:
        descriptor = os.open(f"{name}.destroyed", _READ, dir_fd=folder)
    except FileNotFoundError:
        return None
    except OSError:
        raise VaultError(f"The destruction marker for {name} is not a plain file.") from None
    try:
        written = os.read(descriptor, 64)
    finally:
        os.close(descriptor)
    try:
        return datetime.fromisoformat(written.decode("ascii"))
    except ValueError:
        raise VaultError(f"The destruction marker for {name} is damaged; its key is not used.") from None


def _refuse_destroyed(folder: int, name: str) -> None:
    if _destroyed_at(folder, name) is not None:
        raise Destroyed(f"The key for {name} was destroyed and cannot be made again.")
