"""Cutting an archive into records, one after another: a bad record costs one record and little memory."""

import csv
import json
import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from gateway.contract import MAX_RECORD_BYTES, BadSource

_CHUNK = 65_536
_BOM = b"\xef\xbb\xbf"
# Everything, whole strings included, up to the next bracket (inside an element) or comma too (between them).
_INSIDE = re.compile(rb'(?:[^"{}\[\]]++|"(?:[^"\\]|\\.)*+")*+', re.DOTALL)
_BETWEEN = re.compile(rb'(?:[^"{}\[\],]++|"(?:[^"\\]|\\.)*+")*+', re.DOTALL)
_IN_STRING = re.compile(rb'["\\]')


@dataclass(frozen=True, slots=True)
class Record:
    """What stands at `line`, `size` bytes long: fields, or a reason out of `gateway.contract.MALFORMED`."""

    line: int
    fields: Mapping[str, Any] | None = None
    reason: str = ""
    size: int = 0


def json_lines(stream: BinaryIO) -> Iterator[Record]:
    """One record from each line that is not blank."""
    for number, raw in _lines(stream):
        if raw is None:
            yield Record(number, reason="too_large")
        elif raw.strip():
            ended = raw.endswith(b"\n")
            record = _json(number, raw)
            yield Record(number, reason="truncated") if record.reason == "format" and not ended else record


def json_list(stream: BinaryIO) -> Iterator[Record]:
    """One record from each element of a JSON list, found by brackets and quotes, without holding the list."""
    depth, quoted, escaped = 0, False, False
    element = _Element()
    stream.seek(0)
    head = stream.read(_CHUNK).removeprefix(_BOM)
    while chunk := head or stream.read(_CHUNK):
        head, at = b"", 0
        while at < len(chunk):
            if escaped:
                end, escaped = at + 1, False
            elif quoted:
                found = _IN_STRING.search(chunk, at)
                end = found.end() if found else len(chunk)
                escaped = found is not None and found.group() == b"\\"
                quoted = found is None or escaped
            else:
                end = (_INSIDE if depth > 1 else _BETWEEN).match(chunk, at).end()  # type: ignore[union-attr]
                element.take(chunk[at:end])
                mark, at, end = chunk[end : end + 1], end, end + 1
                if mark == b"," and depth == 1:
                    yield from element.finished()
                    at = end
                    continue
                if mark in (b"}", b"]"):
                    depth -= 1
                    if depth == 0:
                        yield from element.finished()
                        yield from _after(stream, chunk[end:], element.line)
                        return
                elif mark in (b"{", b"["):
                    depth += 1
                    if depth == 1:
                        at = end
                        continue
                quoted = mark == b'"'
            element.take(chunk[at:end])
            at = end
    yield Record(element.start if element.begun else element.line, reason="truncated")


class _Element:
    """The bytes of the list element being read; the line where it starts; how much of it was too much."""

    def __init__(self) -> None:
        self.line = self.start = 1
        self.bytes = bytearray()
        self.begun = self.large = False

    def take(self, piece: bytes) -> None:
        if not self.begun and (words := piece.lstrip()):
            self.begun, self.start = True, self.line + piece[: len(piece) - len(words)].count(b"\n")
        self.line += piece.count(b"\n")
        if self.begun and not self.large:
            self.bytes += piece
            self.large = len(self.bytes) > MAX_RECORD_BYTES

    def finished(self) -> Iterator[Record]:
        if self.large:
            yield Record(self.start, reason="too_large")
        elif self.begun:
            yield _json(self.start, bytes(self.bytes))
        self.bytes.clear()
        self.begun = self.large = False


def csv_rows(stream: BinaryIO, name: str, columns: Mapping[str, tuple[str, ...]]) -> Iterator[Record]:
    """One record from each row; `columns` maps each field to the header names it may have, best first.

    Raises:
        BadSource: the header lacks an id or a text, or the columns are not separated by commas.
    """
    csv.field_size_limit(MAX_RECORD_BYTES)
    lines = _PushBack(stream)
    rows = csv.reader(lines, strict=True)
    names: dict[str, int] | None = None
    width = 0
    while True:
        lines.begin()
        try:
            row = next(rows)
        except StopIteration:
            return
        except (csv.Error, _TooLarge) as error:
            # A quote that is never closed must not swallow the rows below it: read those again.
            reason = "too_large" if isinstance(error, _TooLarge) and len(lines.taken) == 1 else "format"
            if names is None:
                raise BadSource(f"{name}, line 1: this is not a CSV header.") from None
            yield Record(lines.first, reason=reason)
            lines.push_back()
            continue
        if not row or not any(cell.strip() for cell in row):
            continue
        if names is None:
            names, width = _header(row, name, columns, lines.first), len(row)
        elif lines.bad_encoding:
            yield Record(lines.first, reason="encoding")
        elif len(row) != width:
            yield Record(lines.first, reason="columns")
        else:
            yield Record(lines.first, {field: row[at] for field, at in names.items()}, size=lines.size)


def _header(row: list[str], name: str, columns: Mapping[str, tuple[str, ...]], line: int) -> dict[str, int]:
    written = [cell.strip().casefold().replace(" ", "_") for cell in row]
    if len(row) == 1 and re.search(r"[;\t|]", row[0]):
        raise BadSource(f"{name}, line {line}: the columns must be separated by commas.")
    found = {}
    for field, names in columns.items():
        at = next((written.index(n) for n in names if n in written), None)
        if at is not None:
            found[field] = at
    missing = [field for field in ("id", "text") if field not in found]
    if missing:
        raise BadSource(
            f"{name}, line {line}: the header has no column named {' and none named '.join(missing)}."
        )
    return found


def _json(line: int, raw: bytes) -> Record:
    try:
        value = _DECODER.decode(raw.decode("utf-8"))
    except UnicodeDecodeError:
        return Record(line, reason="encoding")
    except (ValueError, RecursionError):
        return Record(line, reason="format")
    return Record(line, value, size=len(raw)) if isinstance(value, dict) else Record(line, reason="format")


def _refuse_constant(word: str) -> None:
    raise ValueError(f"{word} is not JSON")


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)


def _after(stream: BinaryIO, rest: bytes, line: int) -> Iterator[Record]:
    """Anything but white space after the end of the list is worth one malformed record."""
    while True:
        if rest.strip():
            yield Record(line + rest[: len(rest) - len(rest.lstrip())].count(b"\n"), reason="trailing")
            return
        line += rest.count(b"\n")
        rest = stream.read(_CHUNK)
        if not rest:
            return


def _lines(stream: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Numbered lines with their ends; None for one that is too large, whose rest is skipped unread."""
    stream.seek(0)
    number = 0
    while raw := stream.readline(MAX_RECORD_BYTES + 1):
        number += 1
        if number == 1:
            raw = raw.removeprefix(_BOM)
        if len(raw) > MAX_RECORD_BYTES and not raw.endswith(b"\n"):
            while (rest := stream.readline(_CHUNK)) and not rest.endswith(b"\n"):
                pass
            yield number, None
        else:
            yield number, raw


class _TooLarge(Exception):
    """The record being read has grown beyond what one record may be."""


class _PushBack:
    """Lines for the CSV reader that remember the record being read, so that it can be read again."""

    def __init__(self, stream: BinaryIO) -> None:
        self.source = _lines(stream)
        self.pending: deque[tuple[int, bytes | None]] = deque()
        self.begin()

    def begin(self) -> None:
        self.taken: list[tuple[int, bytes | None]] = []
        self.size = 0
        self.bad_encoding = False

    @property
    def first(self) -> int:
        return self.taken[0][0]

    def push_back(self) -> None:
        self.pending.extendleft(reversed(self.taken[1:]))

    def __iter__(self) -> "_PushBack":
        return self

    def __next__(self) -> str:
        number, raw = self.pending.popleft() if self.pending else next(self.source)
        self.taken.append((number, raw))
        self.size += len(raw or b"")
        if raw is None or self.size > MAX_RECORD_BYTES:
            raise _TooLarge
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            self.bad_encoding = True
            return raw.decode("utf-8", "surrogateescape")
