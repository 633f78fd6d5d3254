"""The checks that every record goes through, whatever it came in: text, id, moment, platform, visibility."""

import datetime as dt
import re

from gateway.contract import Visibility

LONGEST_ID = 500
CLOCK_SKEW = dt.timedelta(minutes=5)  # how far ahead of ours another clock may run

_PLATFORM = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_SURROGATE = re.compile("[\ud800-\udfff]")
_VISIBILITY = {
    "public": Visibility.PUBLIC,
    "unlisted": Visibility.UNLISTED,
    "private": Visibility.FOLLOWERS,
    "followers": Visibility.FOLLOWERS,
    "limited": Visibility.FOLLOWERS,
    "direct": Visibility.DIRECT,
}


class Unreadable(Exception):
    """A record cannot be used; `reason` is one of `gateway.contract.MALFORMED`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def text_of(value: object) -> str:
    """The words of a post. NUL and half characters are refused: they hide words from redaction."""
    if not isinstance(value, str):
        raise Unreadable("text_missing")
    return _storable(value)


def id_of(value: object) -> str:
    """The id that the platform gave the post."""
    if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
        raise Unreadable("id_missing")
    text = str(value).strip()
    if len(text) > LONGEST_ID:
        raise Unreadable("id_too_long")
    return _storable(text)


def moment_of(value: object, *, read_at: dt.datetime) -> dt.datetime | None:
    """A moment in UTC from ISO 8601 with a zone; None if the record has none. `read_at` bounds the future."""
    if value is None or value == "":
        return None
    try:
        moment = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(str(value).strip())
        if moment.tzinfo is None:
            raise Unreadable("date_naive")
        moment = moment.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        raise Unreadable("date") from None
    if moment > read_at + CLOCK_SKEW:
        raise Unreadable("date_in_future")
    return moment


def platform_of(value: object) -> str:
    """The code of a platform, such as 'mastodon'; empty if the record has none."""
    if value is None or value == "":
        return ""
    code = str(value).strip().casefold()
    if not _PLATFORM.fullmatch(code):
        raise Unreadable("platform_missing")
    return code


def visibility_of(value: object) -> Visibility:
    """Whom the author let see it; what we do not know is never public."""
    return (
        _VISIBILITY.get(value.strip().casefold(), Visibility.UNKNOWN)
        if isinstance(value, str)
        else Visibility.UNKNOWN
    )


def language_of(value: object) -> str:
    """A language tag, or empty."""
    return value if isinstance(value, str) and len(value) <= 20 and _LANGUAGE.fullmatch(value) else ""


def _storable(text: str) -> str:
    if "\x00" in text:
        raise Unreadable("nul")
    if not text.isascii() and _SURROGATE.search(text):
        raise Unreadable("surrogate")
    return text
