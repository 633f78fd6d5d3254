"""What templates may say: dates, clocks, fingerprints, statuses, and chips over what redaction hid.

Load with `{% load candour %}`. Every tag takes plain values; the colour comes from `kind`
(pass, refer, block, advice, idle).
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from audit import clock
from governance.people import words
from redaction import Piece, pieces

register = template.Library()

KINDS = ("pass", "refer", "block", "advice", "idle")
VERDICT_WORDS = {
    "pass": "Pass",
    "refer": "Refer",
    "block": "Block",
    "advice": "Advice",
    "idle": "Not checked yet",
}
# The pack says what a rule stands on; pages say it in one word. Case law binds as law does.
BASIS_WORDS = {"statute": "Law", "case": "Law", "code": "Code", "guidance": "Guidance", "local": "Local rule"}
# Engine verdicts to looks: a warning is advice, and "allow" only explains a pass.
KIND_OF_VERDICT = {"block": "block", "refer": "refer", "warn": "advice", "allow": "pass", "pass": "pass"}


# ---------------------------------------------------------------- moments
def _time(at: dt.date | dt.datetime, said: str) -> SafeString:
    """A moment in words, marked up for machines."""
    if isinstance(at, dt.datetime):
        return format_html(
            '<time datetime="{}">{}</time>', words.local(at).isoformat(timespec="seconds"), said
        )
    return format_html('<time datetime="{}">{}</time>', at.isoformat(), said)


@register.filter
def day(at: dt.date | dt.datetime | None) -> str:
    """'Friday 20 November 2026'; 'Not recorded' for none."""
    return _time(at, words.day(at)) if at else "Not recorded"


@register.filter
def plain_day(at: dt.date | dt.datetime | None) -> str:
    """'20 November 2026'; 'Not recorded' for none."""
    return _time(at, words.plain_day(at)) if at else "Not recorded"


@register.filter
def moment(at: dt.datetime | None) -> str:
    """'Friday 20 November 2026, 10:42am'; 'Not recorded' for none."""
    return _time(at, words.moment(at)) if at else "Not recorded"


@register.filter
def when(at: dt.datetime | None) -> str:
    """'Today 10:42am', 'Yesterday 5pm', '20 Nov, 5pm'; 'Not recorded' for none."""
    return _time(at, words.sentence(words.short_moment(at, now=clock.now()))) if at else "Not recorded"


@register.filter
def when_inside(at: dt.datetime | None) -> str:
    """The same inside a sentence: 'today 10:42am'."""
    return _time(at, words.short_moment(at, now=clock.now())) if at else "not recorded"


@register.filter
def clock_time(at: dt.datetime | None) -> str:
    """'10:42am'; 'Not recorded' for none."""
    return _time(at, words.clock(at)) if at else "Not recorded"


@register.filter
def clock_seconds(at: dt.datetime | None) -> str:
    """'10:43:07am', for stops and receipts; 'Not recorded' for none."""
    return _time(at, words.clock_seconds(at)) if at else "Not recorded"


@register.filter
def until(at: dt.datetime) -> str:
    """How long until a moment, or since it: '9 days 13 hours'."""
    return words.span(at - clock.now())


@register.inclusion_tag("components/clock.html")
def deadline(at: dt.datetime, what: str = "") -> dict[str, Any]:
    """A clock that turns amber within two working days, and red once late."""
    said = words.deadline(what, at, now=clock.now())
    return {"kind": said.kind, "text": said.text, "at": at}


@register.inclusion_tag("components/clock.html")
def starts(at: dt.datetime) -> dict[str, Any]:
    """When something is asked to start: amber when near, red once that moment has passed undecided."""
    said = words.deadline("Starts", at, now=clock.now())
    if said.kind == "late":
        return {"kind": "late", "text": f"Asked to start {words.short_moment(at, now=clock.now())}", "at": at}
    return {"kind": said.kind, "text": said.text, "at": at}


# ---------------------------------------------------------------- words and marks
@register.filter
def fingerprint(digest: str | None, groups: int = 4) -> str:
    """'91c4 0b7e 52da 88f1': enough of a SHA-256 to compare by eye."""
    return words.fingerprint(digest or "", groups=groups)


@register.filter
def iso(at: dt.datetime) -> str:
    """ISO 8601 with the zone, for attributes and receipts."""
    return words.local(at).isoformat(timespec="seconds")


@register.filter
def joined(values: Iterable[Any], word: str = "and") -> str:
    """'Mastodon, Bluesky and X'."""
    return words.joined([str(value) for value in values], word=word)


@register.filter
def join_lines(values: Iterable[Any]) -> str:
    """One value to a line, for places that keep line ends."""
    return "\n".join(str(value) for value in values)


@register.filter
def humanise(code: str) -> str:
    """A code name as words: 'created_at' → 'created at'."""
    return code.replace("_", " ")


@register.filter
def size(count: int) -> str:
    """'14 KB'."""
    return words.size(count)


@register.filter
def thousands(number: int) -> str:
    """'1,234'."""
    return f"{number:,}"


@register.filter
def thousands_of(number: int, maximum: int) -> str:
    """'240 of 1,500 characters': counted by the server."""
    return f"{number:,} of {maximum:,} characters"


@register.filter
def basis_word(basis: str) -> str:
    """The pack's basis in one word; an unknown one is shown as it is, never dressed up as law."""
    return BASIS_WORDS.get(basis, basis)


@register.filter
def verdict_kind(verdict: str) -> str:
    """The look of an engine verdict. Anything unknown looks like a block: never a green tick by accident."""
    return KIND_OF_VERDICT.get(verdict, "block")


@register.filter
def verdict_word(kind: str) -> str:
    """'Block', 'Refer', 'Advice', 'Pass'."""
    return VERDICT_WORDS.get(kind, "Block")


@register.filter
def percent(value: int, maximum: int) -> int:
    """A share in whole per cent, from 0 to 100; 0 of 0 is 0."""
    return max(0, min(100, round(100 * value / maximum))) if maximum else 0


@register.filter
def redacted(text: str) -> SafeString:
    """Stored text with a chip where something is hidden. Every stretch is escaped: no post becomes markup."""
    return format_html_join("", "{}", ((_piece(piece),) for piece in pieces(text)))


def _piece(piece: Piece) -> SafeString | str:
    if piece.kind is None:
        return piece.text
    label = f"{piece.kind.label[0].upper()}{piece.kind.label[1:]} {piece.number}"
    return format_html(
        '<span class="cd-chip cd-chip--{}"><span class="cd-hidden">hidden: </span>{}</span>',
        piece.kind.group,
        f"{label}: {piece.site}" if piece.site else label,
    )


@register.filter
def initials(name: str) -> str:
    """'Priya Nair' → 'PN': for the round marks beside names, which are hidden from screen readers."""
    parts = name.split()
    return "".join(part[0] for part in (parts[:1] + parts[-1:] if len(parts) > 1 else parts)).upper()


# ---------------------------------------------------------------- components used inside sentences and rows
@register.inclusion_tag("components/icon.html")
def icon(name: str) -> dict[str, Any]:
    """One of the line icons of base.html's sprite."""
    return {"name": name}


@register.inclusion_tag("components/status.html")
def status(kind: str, text: str) -> dict[str, Any]:
    """A status: colour, its own shape, and the word."""
    return {"kind": kind if kind in KINDS else "idle", "text": text}


@register.inclusion_tag("components/hash.html")
def digest(value: str, groups: int = 4) -> dict[str, Any]:
    """A fingerprint in its frame."""
    return {"value": words.fingerprint(value, groups=groups)}


@register.inclusion_tag("components/field.html")
def field(bound: Any, size: str = "s", heading: bool = False, note: str = "") -> dict[str, Any]:
    """A form field in GOV.UK markup. `heading` makes its label or legend the page's h1; `note` comes last."""
    return {"field": bound, "size": size, "heading": heading, "note": note}


@register.filter
def invalid(widget: Any) -> bool:
    """Whether the form found a problem with this widget's field."""
    return "aria-invalid" in widget.get("attrs", {})
