"""The grammar of search terms: what an officer may write, and which posts it lets in.

    "Kingsgate Bridge" AND (blocked OR closed)      #MarchForTheRiver      flood

A word or a phrase in quotes matches whole words, whatever the case, as a hashtag too; a hashtag matches only
hashtags. AND, OR and brackets join them; words side by side mean AND. A term that follows a person
(`@name`, `from:name`, a profile address) is read so that the rules can refuse it, and never matches any post.
Pure: no Django, no clock.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

LONGEST_TERM = 500  # characters; longer ones cannot be read at a glance by the person who decides
MOST_WORDS = 50  # words, phrases and hashtags in one term


class TermError(ValueError):
    """A search term cannot be read. The message is one sentence with the remedy."""


class Kind(StrEnum):
    """What one leaf of a term looks for."""

    HASHTAG = "hashtag"
    PERSON = "person"
    PHRASE = "phrase"


@dataclass(frozen=True, slots=True)
class Leaf:
    """One word, phrase, hashtag or person, as it was written (without quotes and '#')."""

    kind: Kind
    value: str


@dataclass(frozen=True, slots=True)
class Joined:
    """Parts of which all ('AND') or any ('OR') must match."""

    word: str
    parts: "tuple[Node, ...]"


Node = Leaf | Joined

_TOKEN = re.compile(
    r"""
    (?P<open>\() | (?P<close>\)) |
    "(?P<phrase>[^"]*)" | (?P<quote>") |
    (?P<bare>[^\s()"]+)
    """,
    re.VERBOSE,
)
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"'})
# Operators of search pages that aim at one account, and addresses of one account.
_AIMS_AT_PERSON = re.compile(
    r"(?i)^(?:from|to|by|author|user|account|acct|mentions?|in_reply_to|list):\S*$"
    r"|^@\S+$"
    r"|^did:[a-z]+:\S+$|^at://\S+$"
    r"|^(?:/?u|/?user)/[\w-]+$"
    r"|^[^\s@]+@[^\s@]+\.[^\s@]+$"
    r"|^(?:https?://)?(?:www\.|mobile\.|m\.)?[\w.-]+\.[a-z]{2,}/(?:@|users?/|u/|profile/|in/|people/|channel/)\S+$"
    r"|^(?:https?://)?(?:www\.|mobile\.|m\.)?(?:x|twitter|instagram|facebook|threads|tiktok|t)\.(?:com|net|me)/\S+$"
)
# A telephone number is a person too.
_NUMBER = re.compile(r"^\+?[\d\s().-]{9,}$")
_HANDLE = re.compile(r"[A-Za-z0-9_.+-]*@[A-Za-z0-9_.-]+(?:@[A-Za-z0-9_.-]+)?")
_OPERATOR = re.compile(r"(?i)^[a-z_]+:")
# Scripts written without spaces, where the edge of a word cannot be seen.
_NO_SPACES = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]"
)


def parse(term: str) -> Node:
    """Read one search term.

    Raises:
        TermError: it is empty, too long, its quotes or brackets are not closed, it mixes AND with OR without
            brackets, or it holds something that search terms cannot do.
    """
    written = term.strip().translate(_QUOTES)
    if not written:
        raise TermError("A search term is empty: write a word, a hashtag or a phrase in quotes.")
    if len(written) > LONGEST_TERM:
        raise TermError(f"A search term has {len(written)} characters: the most is {LONGEST_TERM}.")
    if any(unicodedata.category(c) in ("Cc", "Cs") and not c.isspace() for c in written):
        raise TermError("A search term holds a character that cannot be seen: type it again.")
    if _person(written.strip('"')):
        return Leaf(Kind.PERSON, written.strip('"'))
    reader = _Reader(term, list(_tokens(written)))
    node = reader.group(depth=0)
    if reader.left():
        raise TermError(f"A bracket is closed but never opened in {_cited(term)}.")
    if sum(1 for _ in leaves(node)) > MOST_WORDS:
        raise TermError(f"A search term has more than {MOST_WORDS} words: use several terms.")
    return node


def leaves(node: Node) -> Iterator[Leaf]:
    """Every word, phrase, hashtag and person of a term, from left to right."""
    if isinstance(node, Leaf):
        yield node
    else:
        for part in node.parts:
            yield from leaves(part)


def follows_person(term: str) -> bool:
    """Does any part of the term aim at one person's account? A term that cannot be read counts if it may."""
    try:
        return any(leaf.kind is Kind.PERSON for leaf in leaves(parse(term)))
    except TermError:
        return any(_person(word) for word in re.split(r"[\s()]+", term.translate(_QUOTES).replace('"', " ")))


def matcher(term: str) -> Callable[[str], bool]:
    """A test for texts that `folded` has prepared.

    Raises:
        TermError: as `parse`.
    """
    return _test(parse(term))


def probes(term: str) -> tuple[Leaf, ...]:
    """The fewest words, phrases and hashtags to ask a platform for without missing what the term matches.

    One part of each AND is enough, because what comes back is tested against the whole term; hashtags are
    preferred, because every server can list them. People are never asked for.
    """
    return _cheapest(parse(term)) or ()


def folded(text: str) -> str:
    """Text as terms see it: compatibility characters made plain, case folded, space runs made one space.

    Account names and e-mail addresses are blanked, so that a plain word cannot be used to follow a person.
    """
    if "@" in text or "＠" in text:
        text = _HANDLE.sub(" ", text.replace("＠", "@"))
    if text.isascii():
        plain = text.lower()
    else:
        plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
        plain = plain.replace("\u00ad", "").replace("\u200b", "")
    return " ".join(plain.split())


class _Reader:
    """Recursive descent over the tokens of one term."""

    def __init__(self, term: str, tokens: list[tuple[str, str]]) -> None:
        self.term, self.tokens, self.at = term, tokens, 0

    def left(self) -> bool:
        return self.at < len(self.tokens)

    def group(self, *, depth: int) -> Node:
        """Parts up to the closing bracket or the end, joined by one kind of word only."""
        if depth > 20:
            raise TermError(f"There are too many brackets within brackets in {_cited(self.term)}.")
        parts, words = [self._part(depth)], set()
        while self.left() and self.tokens[self.at][0] != "close":
            kind, value = self.tokens[self.at]
            if kind == "bare" and value in ("AND", "OR"):
                words.add(value)
                self.at += 1
            else:
                words.add("AND")
            parts.append(self._part(depth))
        if len(words) > 1:
            raise TermError(
                f"{_cited(self.term)} mixes AND with OR: use brackets to say which belong together."
            )
        return Joined(words.pop(), tuple(parts)) if words else parts[0]

    def _part(self, depth: int) -> Node:
        if not self.left():
            raise TermError(f"Something is missing at the end of {_cited(self.term)}.")
        kind, value = self.tokens[self.at]
        self.at += 1
        if kind == "open":
            node = self.group(depth=depth + 1)
            if not self.left():
                raise TermError(f"A bracket is not closed in {_cited(self.term)}.")
            self.at += 1
            return node
        if kind == "close":
            raise TermError(f"There is nothing before a closing bracket in {_cited(self.term)}.")
        if kind == "quote":
            raise TermError(f"A quotation mark is not closed in {_cited(self.term)}.")
        if kind == "phrase":
            return self._phrase(value)
        return self._bare(value)

    def _bare(self, value: str) -> Leaf:
        if value in ("AND", "OR"):
            raise TermError(f"There is nothing beside {value} in {_cited(self.term)}.")
        if value.lower() in ("and", "or"):
            raise TermError(
                f"Write AND and OR in capitals in {_cited(self.term)}, or put the phrase in quotes."
            )
        if value == "NOT" or (value[0] == "-" and len(value) > 1):
            raise TermError(f"Terms cannot leave words out: take {_cited(value)} out of {_cited(self.term)}.")
        if _person(value):
            return Leaf(Kind.PERSON, value)
        if _OPERATOR.match(value) and not value.lower().startswith(("http:", "https:")):
            raise TermError(
                f"Terms have no search commands: take {_cited(value)} out of {_cited(self.term)}."
            )
        if "*" in value or "?" in value:
            raise TermError(f"Terms match whole words: write {_cited(value)} without * or ?.")
        tag = unicodedata.normalize("NFKC", value)
        if tag.startswith("#"):
            if not re.fullmatch(r"#+[\w\u0300-\u036f]+", tag) and not _wordlike(tag.lstrip("#")):
                raise TermError(
                    f"{_cited(value)} is not a hashtag: use letters, digits and underscores only."
                )
            return Leaf(Kind.HASHTAG, tag.lstrip("#"))
        return self._phrase(value)

    def _phrase(self, value: str) -> Leaf:
        plain = " ".join(value.split())
        if _person(plain):
            return Leaf(Kind.PERSON, plain)
        if not any(_is_word_character(c) for c in plain):
            raise TermError(f"{_cited(value)} in {_cited(self.term)} holds no word.")
        return Leaf(Kind.PHRASE, plain)


def _tokens(written: str) -> Iterator[tuple[str, str]]:
    for match in _TOKEN.finditer(written):
        kind = match.lastgroup or "bare"
        yield kind, match.group(kind)


def _cited(text: str) -> str:
    shown = " ".join(text.split())
    return f"‘{shown if len(shown) <= 60 else shown[:57] + '…'}’"


def _person(word: str) -> bool:
    plain = unicodedata.normalize("NFKC", word)
    if _NUMBER.match(plain) and sum(c.isdigit() for c in plain) >= 9:
        return True
    return _AIMS_AT_PERSON.match(plain) is not None


def _is_word_character(c: str) -> bool:
    return c.isalnum() or c == "_" or unicodedata.category(c)[0] == "M" or unicodedata.category(c) == "So"


def _wordlike(tag: str) -> bool:
    return bool(tag) and all(_is_word_character(c) for c in tag)


def _test(node: Node) -> Callable[[str], bool]:
    if isinstance(node, Joined):
        tests = [_test(part) for part in node.parts]
        if node.word == "AND":
            return lambda text: all(test(text) for test in tests)
        return lambda text: any(test(text) for test in tests)
    if node.kind is Kind.PERSON:
        return lambda text: False
    wanted = folded(node.value)
    if node.kind is Kind.HASHTAG:
        return lambda text: _holds(text, "#" + wanted, tag=True)
    return lambda text: _holds(text, wanted, tag=False)


def _holds(text: str, wanted: str, *, tag: bool) -> bool:
    """Is `wanted` in the text with a word's edge on both sides?"""
    at = text.find(wanted)
    while at >= 0:
        end = at + len(wanted)
        if (tag or _edge(text, at - 1, wanted[0])) and _edge(text, end, wanted[-1]):
            return True
        at = text.find(wanted, at + 1)
    return False


def _edge(text: str, at: int, inside: str) -> bool:
    if at < 0 or at >= len(text) or _NO_SPACES.match(inside):
        return True
    beside = text[at]
    return not (beside.isalnum() or beside == "_" or unicodedata.category(beside)[0] == "M")


def _cheapest(node: Node) -> tuple[Leaf, ...] | None:
    """None where nothing may be asked for: the term can match no post."""
    if isinstance(node, Leaf):
        return None if node.kind is Kind.PERSON else (node,)
    plans = [_cheapest(part) for part in node.parts]
    if node.word == "OR":
        merged = [leaf for plan in plans if plan for leaf in plan]
        return tuple(dict.fromkeys(merged)) or None
    if None in plans:
        return None
    return min((p for p in plans if p), key=lambda p: (any(leaf.kind is Kind.PHRASE for leaf in p), len(p)))
