"""A status of the Mastodon API, from a file or from a server, as one incoming post."""

import datetime as dt
import re
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

from gateway.contract import IncomingPost
from gateway.fields import Unreadable, id_of, language_of, moment_of, text_of, visibility_of

PLATFORM = "mastodon"


def is_status(record: Mapping[str, Any]) -> bool:
    """Does this record look like a status of the Mastodon API rather than a plain post?"""
    return "content" in record and ("account" in record or "uri" in record)


def status_post(status: Mapping[str, Any], *, read_at: dt.datetime) -> IncomingPost:
    """One status; a boost is read as the post that it boosts, with that post's own visibility.

    Raises:
        Unreadable: it lacks an id or text, or holds something that cannot be stored.
    """
    original = status.get("reblog")
    if isinstance(original, Mapping):
        status = original
    warning = text_of(status.get("spoiler_text") or "")
    body = plain_text(text_of(status.get("content")))
    account = status.get("account")
    return IncomingPost(
        platform=PLATFORM,
        # `uri` is the same on every server that holds the post; `id` is this server's own number for it.
        platform_id=id_of(status.get("uri") or status.get("id")),
        text=f"{warning}\n\n{body}" if warning else body,
        created_at=moment_of(status.get("created_at"), read_at=read_at),
        visibility=visibility_of(status.get("visibility")),
        url=str(status.get("url") or ""),
        author=str(account.get("acct") or "") if isinstance(account, Mapping) else "",
        language=language_of(status.get("language")),
    )


def plain_text(html: str) -> str:
    """The words of a status: paragraphs and line breaks kept, links in full, markup and scripts gone."""
    if "<" not in html and "&" not in html:
        return html
    reader = _Words()
    try:
        reader.feed(html)
        reader.close()
    except (AssertionError, ValueError):  # the parser's answers to markup that is broken on purpose
        raise Unreadable("format") from None
    text = re.sub(r"[ \t]*\n[ \t]*", "\n", "".join(reader.parts))
    return text_of(re.sub(r"\n{3,}", "\n\n", text).strip())


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style"):
            self.silent += 1
        elif tag == "br":
            self.parts.append("\n")
        elif tag == "li":
            self.parts.append("\n• ")
        elif tag in ("p", "div", "blockquote", "pre", "ul", "ol"):
            self.parts.append("\n\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self.silent = max(0, self.silent - 1)
        elif tag in ("p", "div", "blockquote", "pre", "ul", "ol"):
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.parts.append(data)
