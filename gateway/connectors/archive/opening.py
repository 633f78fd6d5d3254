"""Opening an archive: a regular file, not a link, inside its folder; and what its first bytes say it is."""

import errno
import hashlib
import json
import os
import stat
from enum import StrEnum
from pathlib import Path, PurePath
from typing import BinaryIO

from gateway.contract import BadSource

_HEAD = 65_536
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_OTHER_THINGS = {
    b"\x1f\x8b": "a gzip file: unpack it first",
    b"PK\x03\x04": "a ZIP file or a spreadsheet: unpack it, or save it as CSV",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"SQLite format 3": "a database",
    b"\xff\xfe": "written in UTF-16: save it as UTF-8",
    b"\xfe\xff": "written in UTF-16: save it as UTF-8",
    b"\x00\x00\xfe\xff": "written in UTF-32: save it as UTF-8",
}


class Format(StrEnum):
    """What an archive may be written in."""

    CSV = "CSV"
    JSON = "a JSON list"
    JSONL = "JSON Lines"


_SUFFIXES = {".csv": Format.CSV, ".json": Format.JSON, ".jsonl": Format.JSONL, ".ndjson": Format.JSONL}


def open_archive(path: Path, *, within: Path | None = None) -> BinaryIO:
    """Open a regular file for reading, without following a link. `within` is a folder it may not leave.

    Raises:
        BadSource: one sentence that names the file.
    """
    try:
        fd = _open_below(within, path) if within else os.open(path, _FLAGS)
    except OSError as error:
        raise BadSource(_why(path, error)) from None
    except ValueError:
        raise BadSource(f"{path.name!r} is not the name of a file.") from None
    kind = os.fstat(fd).st_mode
    if not stat.S_ISREG(kind):
        os.close(fd)
        what = "a folder" if stat.S_ISDIR(kind) else "not a regular file"
        raise BadSource(f"{path.name} is {what}: give one archive file.")
    os.set_blocking(fd, True)
    return os.fdopen(fd, "rb")


def digest(stream: BinaryIO) -> str:
    """SHA-256 of the whole stream, in hexadecimal; the stream is left at its beginning."""
    stream.seek(0)
    total = hashlib.sha256()
    while chunk := stream.read(1 << 20):
        total.update(chunk)
    stream.seek(0)
    return total.hexdigest()


def detect(stream: BinaryIO, name: str) -> Format:
    """What the archive is written in, by its name and checked against its first bytes.

    Raises:
        BadSource: it is empty, or something else than its name claims.
    """
    stream.seek(0)
    head = stream.read(_HEAD)
    stream.seek(0)
    if not head:
        raise BadSource(f"{name} is empty.")
    for magic, what in _OTHER_THINGS.items():
        if head.startswith(magic):
            raise BadSource(f"{name} is {what}.")
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        raise BadSource(f"{name} holds no posts: it is blank.")
    if head.count(0) > len(head) // 10:
        raise BadSource(f"{name} is not a text file.")
    claimed = _SUFFIXES.get(PurePath(name).suffix.lower())
    looks = _looks_like(start)
    if claimed is None:
        if looks is None:
            raise BadSource(f"{name} does not say what it is: name it .jsonl, .csv or .json.")
        return looks
    if looks is not None and looks is not claimed:
        raise BadSource(f"{name}, line 1: this is {looks}, not {claimed}; name the file for what it is.")
    if claimed is Format.JSON and looks is None:
        raise BadSource(f"{name}, line 1: this is not {claimed} of posts.")
    if claimed is Format.JSONL and not any(line.lstrip().startswith(b"{") for line in start.splitlines()):
        raise BadSource(f"{name}, line 1: this is not {claimed}, one record in {{}} on each line.")
    return claimed


def _looks_like(start: bytes) -> Format | None:
    if start.startswith(b"["):
        return Format.JSON
    if start.startswith(b"{"):
        # One object over several lines is neither: the check of the claimed format says so.
        first = start.split(b"\n", 1)[0]
        if len(start) < _HEAD and first == start.rstrip():
            return Format.JSONL
        try:
            json.loads(first)
        except (ValueError, RecursionError):
            return Format.JSONL if b"\n{" in start or len(first) == len(start) else None
        return Format.JSONL
    return None


def _open_below(folder: Path, path: Path) -> int:
    """Open `path` step by step below `folder`, following no link on the way."""
    wanted = PurePath(path)
    if wanted.is_absolute():
        if not wanted.is_relative_to(folder):
            raise OSError(errno.EXDEV, "outside")
        wanted = wanted.relative_to(folder)
    if not wanted.parts or ".." in wanted.parts:
        raise OSError(errno.EXDEV, "outside")
    at = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for part in wanted.parts[:-1]:
            below = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=at)
            os.close(at)
            at = below
        return os.open(wanted.parts[-1], _FLAGS, dir_fd=at)
    finally:
        os.close(at)


def _why(path: Path, error: OSError) -> str:
    if error.errno in (errno.ELOOP, errno.EMLINK):
        return f"{path.name} is a link: give the file itself."
    if error.errno == errno.EXDEV:
        return f"{path.name} is outside the folder that archives are taken from."
    if error.errno == errno.ENOENT:
        return f"There is no file {path}."
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"{path.name} may not be read by this account: ask its owner for permission to read it."
    if error.errno == errno.ENOTDIR:
        return f"{path} leads through a link or something that is not a folder."
    return f"{path.name} could not be opened: {os.strerror(error.errno or 0)}."
