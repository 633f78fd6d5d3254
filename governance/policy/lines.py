"""Where things stand in a TOML file, so that a mistake can be shown with its line.

`tomllib` gives values without places. This reads headers, keys and the entries of lists, and nothing else; it is given only
text that `tomllib` has already accepted. Where it is not sure it names the nearest line above.
"""

from __future__ import annotations

import re

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*((?:"[^"]*"|'[^']*'|[\w-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[\w-]+))*)\s*=(.*)$""")
_PART = re.compile(r""""([^"]*)"|'([^']*)'|([\w-]+)""")

Place = tuple[str | int, ...]


class Lines:
    """Line numbers (from 1) of the headers, keys and list entries of a TOML text."""

    def __init__(self, text: str) -> None:
        self._at: dict[Place, int] = {}
        self._read(text)

    def of(self, *place: str | int) -> int:
        """The line of a place such as ("rule", 3, "when"), or of the nearest place around it; 1 when unknown."""
        for length in range(len(place), 0, -1):
            if place[:length] in self._at:
                return self._at[place[:length]]
        return 1

    def _read(self, text: str) -> None:
        table: Place = ()
        counts: dict[Place, int] = {}
        inside: Place = ()
        depth = entry = 0
        quote = ""
        for number, line in enumerate(text.splitlines(), start=1):
            if quote:
                depth, quote = _scan(line, depth, quote)
                continue
            if depth:
                if line.strip() and not line.strip().startswith(("#", "]")):
                    self._at.setdefault((*inside, entry), number)
                    entry += 1
                depth, quote = _scan(line, depth, quote)
                continue
            header = _HEADER.match(line)
            if header:
                names = _names(header[2])
                if header[1] == "[[":
                    index = counts.get(names, -1) + 1
                    counts[names] = index
                    table = (*names, index)
                else:
                    table = names
                self._at.setdefault(table, number)
                continue
            key = _KEY.match(line)
            if key:
                inside, entry = (*table, *_names(key[1])), 0
                for length in range(len(table) + 1, len(inside) + 1):
                    self._at.setdefault(inside[:length], number)
                depth, quote = _scan(key[2], 0, "")


def _names(dotted: str) -> tuple[str, ...]:
    return tuple(a or b or c for a, b, c in _PART.findall(dotted))


def _scan(line: str, depth: int, quote: str) -> tuple[int, str]:
    """Bracket depth and open quotation mark after a line."""
    place = 0
    while place < len(line):
        if quote:
            if line[place] == "\\" and quote[0] == '"':
                place += 2
                continue
            if line.startswith(quote, place):
                place += len(quote)
                quote = ""
                continue
        elif line[place] == "#":
            break
        elif line[place] in "\"'":
            quote = line[place] * 3 if line.startswith(line[place] * 3, place) else line[place]
            place += len(quote)
            continue
        else:
            depth += (line[place] in "[{") - (line[place] in "]}")
        place += 1
    return depth, quote if len(quote) == 3 else ""
