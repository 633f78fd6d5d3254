"""The same text as a person reads it, with a way back to where each character stood.

A post is searched in one or two views. The first is the text itself. The second, made only when it differs,
undoes what hides a value from a pattern and not from an eye: HTML and percent escapes, characters without
width, compatibility forms (before look-alikes, or a bold nought would become a letter O), digits of every
script, look-alike letters, accents. Both are searched, since taking a character out can also join a value
to the word before it.

Chips that already stand in the text become one character that no pattern matches, so that redacting
redacted text changes nothing.
"""

import html
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote_to_bytes

import regex

from redaction.kinds import CHIP

BARRIER = "\ufffc"

_ESCAPE = regex.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,24});|(?:%[0-9A-Fa-f]{2})+")
_MARKS = ((0x0300, 0x036F), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFE20, 0xFE2F))
_BLANKS = frozenset(
    "\u115f\u1160\u17b4\u17b5\u3164\uffa0\u034f\u2800"
)  # drawn as nothing, yet not format characters

# Letters of other scripts that are drawn like a Latin letter or a digit. Left: look-alikes, right: what is
# read.
_LOOKALIKES = (
    ("АВЕЅІЈКМНОРСТХҮѴԌԚԜ", "ABESIJKMHOPCTXYVGQW"),  # Cyrillic capitals
    ("авеѕіјкмносрхуѵгԁԛԝһӏьԍ", "abesijkmnocpxyvrdqwhlbg"),  # Cyrillic small letters, some only roughly alike
    ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹϺ", "ABEZHIKMNOPTYXCM"),  # Greek capitals
    ("αβεικνορτυχωϲγη", "abeiknoptuxwcyn"),  # Greek small letters
    ("ՕՍԼՏհոսօզցքյɡ", "OULShnuoqgqjg"),  # Armenian and IPA
    (
        "ƖƠɑɩɪʀʟɴʏʙʜᴀᴄᴅᴇᴊᴋᴍᴏᴘᴛᴜᴠᴡᴢɢꜱꜰıȷ",
        "lOaiirlnybhacdejkmoptuvwzgsfij",
    ),  # small capitals and dotless letters
    ("øØłŁđĐħĦŧŦƀɨƗʉɍɇɟꝁꞓ", "oOlLdDhHtTbiIurejkc"),  # struck through
    ("‐‑‒–—―−﹘﹣⁃˗", "-" * 11),
    ("．﹒。｡․‧∙⋅·٫", "." * 10),
    ("＠﹫", "@@"),
    ("∕⁄⧸／", "////"),
    ("：﹕∶꞉", "::::"),
)
_FOLD: dict[str, str] = {
    seen: read for alike, reads in _LOOKALIKES for seen, read in zip(alike, reads, strict=True)
}
_FOLD.update(
    {chr(0x1F1E6 + i): chr(97 + i) for i in range(26)}
)  # regional indicators, drawn as boxed letters
_FOLD.update({chr(base + i): chr(65 + i) for base in (0x1F150, 0x1F170) for i in range(26)})  # white on black


@dataclass(frozen=True, slots=True)
class View:
    """A searchable form of a text. `text[i]` came from `original[starts[i]:ends[i]]`; no maps = the same
    places."""

    text: str
    starts: tuple[int, ...] | None = None
    ends: tuple[int, ...] | None = None

    def back(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the original that `text[start:end]` came from."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], max(self.ends[start:end])


def views(text: str) -> tuple[View, ...]:
    """The text as written (chips closed off), and, where it differs, as it reads."""
    written = _closed(text)
    if text.isascii() and _ESCAPE.search(text) is None and not _has_controls(text):
        return (written,)
    if _ESCAPE.search(text) is None and all(_as_read(one) == one for one in set(written.text)):
        return (written,)
    read = _read(written, len(text))
    return (written,) if read.text == written.text else (written, read)


def folded(text: str) -> str:
    """One form for comparing names and handles: as it reads, without regard to case."""
    if text.isascii() and _ESCAPE.search(text) is None and not _has_controls(text):
        return text.casefold()
    return _read(View(text), len(text)).text.casefold()


def _closed(text: str) -> View:
    """Chips replaced by a barrier. A site named on a chip stays searchable: anybody can type brackets."""
    if "[" not in text:
        return View(text)
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []

    def copy(start: int, end: int) -> None:
        out.extend(text[start:end])
        starts.extend(range(start, end))
        ends.extend(range(start + 1, end + 1))

    def close(start: int, end: int) -> None:
        out.append(BARRIER)
        starts.append(start)
        ends.append(end)

    last = 0
    for chip in CHIP.finditer(text):
        copy(last, chip.start())
        if chip["site"]:
            close(chip.start(), chip.start("site"))
            copy(*chip.span("site"))
            close(chip.end("site"), chip.end())
        else:
            close(*chip.span())
        last = chip.end()
    if not last:
        return View(text)
    copy(last, len(text))
    return View("".join(out), tuple(starts), tuple(ends))


def _has_controls(text: str) -> bool:
    return not text.isprintable() and any(c < " " and c not in "\t\n\r" for c in text)


def _read(view: View, length: int) -> View:
    starts = list(view.starts) if view.starts is not None else list(range(length))
    ends = list(view.ends) if view.ends is not None else list(range(1, length + 1))
    text = view.text
    for _ in range(3):  # an escape inside an escape: &amp;#64;
        undone = _unescape(text, starts, ends)
        if undone is None:
            break
        text, starts, ends = undone
    out: list[str] = []
    to_starts: list[int] = []
    to_ends: list[int] = []
    for i, character in enumerate(text):
        read = _as_read(character)
        if not read:
            if to_ends:  # what has no width goes with the character before it
                to_ends[-1] = max(to_ends[-1], ends[i])
            continue
        for one in read:
            out.append(one)
            to_starts.append(starts[i])
            to_ends.append(ends[i])
    return View("".join(out), tuple(to_starts), tuple(to_ends))


def _unescape(text: str, starts: list[int], ends: list[int]) -> tuple[str, list[int], list[int]] | None:
    out: list[str] = []
    to_starts: list[int] = []
    to_ends: list[int] = []
    last = 0
    for escape in _ESCAPE.finditer(text):
        plain = _plain(escape[0])
        if plain == escape[0]:
            continue
        out.append(text[last : escape.start()])
        to_starts.extend(starts[last : escape.start()])
        to_ends.extend(ends[last : escape.start()])
        out.append(plain)
        to_starts.extend([starts[escape.start()]] * len(plain))
        to_ends.extend([ends[escape.end() - 1]] * len(plain))
        last = escape.end()
    if not last:
        return None
    out.append(text[last:])
    return "".join(out), to_starts + starts[last:], to_ends + ends[last:]


def _plain(escape: str) -> str:
    if escape.startswith("&"):
        return html.unescape(escape)
    try:
        return unquote_to_bytes(escape).decode("utf-8")
    except UnicodeDecodeError:
        return escape


@lru_cache(maxsize=8192)
def _as_read(character: str) -> str:
    """What an eye takes one character for; empty for what has no width."""
    if character.isascii():
        return character if character >= " " or character in "\t\n\r" else ""
    code = ord(character)
    if any(first <= code <= last for first, last in _MARKS) or character in _BLANKS:
        return ""
    category = unicodedata.category(character)
    if category in ("Cf", "Cc") or 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF:
        return ""
    if category == "Zs":
        return " "
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    if character in _FOLD:
        return _FOLD[character]
    if category[0] not in "LNS":  # punctuation stays: an ellipsis or a curly quote hides nothing
        return character
    compatible = unicodedata.normalize("NFKC", character)
    if compatible != character:
        if compatible.isascii():
            return compatible
        compatible = "".join(_FOLD.get(one, one) for one in compatible)
        if compatible.isascii():
            return compatible
    base = unicodedata.normalize("NFD", character)[0]
    base = _FOLD.get(base, base)
    return base if base.isascii() else character
