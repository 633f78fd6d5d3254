"""What changed between two texts, word by word, for people who read it again."""

import difflib
import re
from dataclasses import dataclass

_WORDS = re.compile(r"\s+|[^\s\w]|\w+")
# Above this many words the comparison is by line: word by word would take seconds.
_MOST_WORDS = 4000


@dataclass(frozen=True)
class Piece:
    """A stretch of text that is 'same', 'added' or 'removed'."""

    kind: str
    text: str


def words(before: str, after: str) -> list[Piece]:
    """The text after, with what was added and removed. Equal texts give one 'same' piece."""
    split = _WORDS.findall
    old, new = split(before), split(after)
    if len(old) + len(new) > _MOST_WORDS:
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    pieces: list[Piece] = []
    for op, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if op == "equal":
            pieces.append(Piece("same", "".join(new[j1:j2])))
            continue
        if i1 < i2:
            pieces.append(Piece("removed", "".join(old[i1:i2])))
        if j1 < j2:
            pieces.append(Piece("added", "".join(new[j1:j2])))
    return _joined(pieces)


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Changes with nothing but a space between them read as one change."""
    out: list[Piece] = []
    removed, added = "", ""

    def flush() -> None:
        nonlocal removed, added
        if removed:
            out.append(Piece("removed", removed))
        if added:
            out.append(Piece("added", added))
        removed = added = ""

    for index, piece in enumerate(pieces):
        between = 0 < index < len(pieces) - 1 and piece.kind == "same" and piece.text.isspace()
        if piece.kind == "removed":
            removed += piece.text
        elif piece.kind == "added":
            added += piece.text
        elif between and added and pieces[index + 1].kind != "same":
            # The space stays in the text after; beside a removal it is shown as removed there, too.
            removed, added = removed + piece.text if removed else "", added + piece.text
        else:
            flush()
            out.append(piece)
    flush()
    return out
