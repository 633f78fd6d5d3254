"""Safe text from a text and its places: each place becomes a chip.

The same value in one text gets the same number, so that a conversation can be followed inside one post and
not beyond. A link keeps the name of its site (the registrable domain: a subdomain can be a person), never
its path or query.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import regex

from redaction.kinds import BY_CODE, CHIP
from redaction.normalise import folded
from redaction.results import Span

_HOST = regex.compile(
    r"(?:[a-z][a-z0-9+.-]{1,15}://)?(?:[^\s/@]*@)?(?P<host>[a-z0-9.-]+\.[a-z]{2,24})(?=[:/?#]|$)", regex.I
)
_NOT_VALUE = regex.compile(r"[^\w@]+")
_MOST_CHIPS = 999


class TooMany(Exception):
    """More places of one kind than chips can number."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Where a stretch of the safe text came from; a chip came from all of its place."""

    start: int
    end: int
    from_start: int
    from_end: int
    chip: bool


@dataclass(frozen=True, slots=True)
class Rendered:
    """Safe text, with the way back to the original."""

    text: str
    stretches: tuple[Stretch, ...]

    def back(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the original that `text[start:end]` came from; a touched chip counts whole."""
        touched = [one for one in self.stretches if one.start < end and start < one.end]
        first, last = touched[0], touched[-1]
        return (
            first.from_start if first.chip else first.from_start + max(0, start - first.start),
            last.from_end if last.chip else last.from_end - max(0, last.end - end),
        )


def render(text: str, places: tuple[Span, ...], findings: tuple[Span, ...]) -> Rendered:
    """`text` with every place replaced by its chip.

    Args:
        places: merged spans, in order, not overlapping. findings: the spans they were merged from; a site's
        name is shown only if nothing but links was found in it.
    """
    # A chip that somebody typed must not become one of ours.
    typed = {(chip["label"], int(chip["number"])) for chip in CHIP.finditer(text)}
    free = {label: _free(label, typed) for label in {BY_CODE[place.kind].label for place in places}}
    numbers: dict[tuple[str, str], int] = {}
    out: list[str] = []
    stretches: list[Stretch] = []
    length = last = 0

    def put(piece: str, start: int, end: int, chip: bool) -> None:
        nonlocal length
        if piece:
            out.append(piece)
            stretches.append(Stretch(length, length + len(piece), start, end, chip))
            length += len(piece)

    for place in places:
        put(text[last : place.start], last, place.start, False)
        kind = BY_CODE[place.kind]
        value = text[place.start : place.end]
        key = (kind.label, _NOT_VALUE.sub("", folded(value)))
        if key not in numbers:
            numbers[key] = next(free[kind.label])
        site = _site(value, place, findings) if kind.keeps_site else ""
        put(f"[{kind.label} {numbers[key]}{': ' + site if site else ''}]", place.start, place.end, True)
        last = place.end
    put(text[last:], last, len(text), False)
    return Rendered("".join(out), tuple(stretches))


def _free(label: str, typed: set[tuple[str, int]]) -> Iterator[int]:
    """Numbers not taken by a chip that already stands in the text."""
    yield from (number for number in range(1, _MOST_CHIPS + 1) if (label, number) not in typed)
    raise TooMany


def _site(value: str, place: Span, findings: tuple[Span, ...]) -> str:
    """The registrable domain of a link; empty where there is none, or where something else was found inside
    it."""
    host = _HOST.match(value)
    if host is None:
        return ""
    start, end = place.start + host.start("host"), place.start + host.end("host")
    if any(one.start < end and start < one.end and not BY_CODE[one.kind].keeps_site for one in findings):
        return ""
    return str(_suffixes()(host["host"].lower()).top_domain_under_public_suffix)


@cache
def _suffixes() -> Any:
    """The public suffix list that ships with tldextract, read from disk. It is never fetched."""
    import tldextract

    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, fallback_to_snapshot=True)
