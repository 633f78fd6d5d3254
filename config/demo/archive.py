"""The demonstration's own archive: 2,000 invented posts around the March for the River in Aldermere.

Written for the project: no post, person, number or place is real. The same event day always gives the same posts.
About two thirds are what the agreed request asks for; the rest stays outside it by term, date, platform or
visibility, and every sixth post carries somebody's (invented) details.
"""

import datetime as dt
import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from zoneinfo import ZoneInfo

from config.demo import personal, world
from config.demo.phrasebook import LANGUAGES, Planted, add_emoji, fill, sections, style

SEED = 20_260_412
SIZE = 2_000
LONGEST = 500
LONDON = ZoneInfo("Europe/London")
ANY_DAY = dt.date(2026, 11, 28)

_TAG = re.compile(r"#marchfortheriver(?!\w)|(?<!\w)march for the river(?!\w)", re.IGNORECASE)
_BRIDGE = re.compile(r"(?<!\w)kingsgate bridge(?!\w)", re.IGNORECASE)
_STATE = re.compile(r"(?<!\w)(blocked|closed|shut|open)(?!\w)", re.IGNORECASE)


@dataclass(frozen=True)
class ArchivePost:
    """One post of the archive. `in_scope`: the agreed request lets it in, by term, date, platform and visibility."""

    id: str
    text: str
    created_at: dt.datetime
    language: str
    visibility: str
    platform: str
    author: str
    planted: tuple[Planted, ...]
    in_scope: bool


@dataclass(frozen=True)
class _Draft:
    """A post before it has an id: when is counted in minutes from midnight of the event day."""

    text: str
    planted: tuple[Planted, ...]
    when: float
    language: str = "en"
    platform: str = ""
    visibility: str = "public"
    author: str = ""


def matches(text: str) -> bool:
    """Does a text hold one of the terms of the agreed request (`world.TERMS`)?"""
    return bool(_TAG.search(text) or (_BRIDGE.search(text) and _STATE.search(text)))


@cache
def posts(event_day: dt.date) -> tuple[ArchivePost, ...]:
    """All posts of the archive for a march on that day, oldest first."""
    drafts = _Writer(random.Random(SEED), event_day).write()
    rng = random.Random(SEED + 1)
    crowd = _Authors(random.Random(SEED + 2))
    midnight = dt.datetime.combine(event_day, dt.time(), LONDON).astimezone(dt.UTC)
    first = midnight - dt.timedelta(days=world.DAYS_BEFORE)
    last = midnight + dt.timedelta(days=world.DAYS_AFTER + 1)
    made = []
    for draft in drafts:
        platform = draft.platform or ("mastodon" if rng.random() < 0.78 else "bluesky")
        moment = midnight + dt.timedelta(
            minutes=draft.when, seconds=rng.randrange(60), milliseconds=rng.randrange(1000)
        )
        made.append(
            ArchivePost(
                id=_platform_id(platform, moment, rng),
                text=draft.text,
                created_at=moment,
                language=draft.language,
                visibility=draft.visibility,
                platform=platform,
                author=crowd.pick(draft.language, platform, draft.author),
                planted=draft.planted,
                in_scope=(
                    draft.visibility == "public"
                    and platform in world.PLATFORMS
                    and first <= moment < last
                    and matches(draft.text)
                ),
            )
        )
    return tuple(sorted(made, key=lambda post: (post.created_at, post.id)))


def write(path: Path, event_day: dt.date) -> int:
    """Write the archive as JSON Lines, UTF-8, with the fields a real export has. Returns the number of posts."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for post in posts(event_day):
            row = {
                "id": post.id,
                "created_at": post.created_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                "platform": post.platform,
                "visibility": post.visibility,
                "language": post.language,
                "author": post.author,
                "text": post.text,
            }
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return SIZE


def canaries() -> tuple[str, ...]:
    """Every planted value that redaction must hide (all kinds except names), as written; none may survive."""
    return tuple(dict.fromkeys(p.value for post in posts(ANY_DAY) for p in post.planted if p.kind != "name"))


def authors() -> tuple[str, ...]:
    """Every author's handle. Authors are not collected, so none of these may be stored."""
    return tuple(dict.fromkeys(post.author for post in posts(ANY_DAY)))


class _Writer:
    """Writes the drafts: how many posts of which section, when, and how they are said."""

    def __init__(self, rng: random.Random, event_day: dt.date) -> None:
        self.rng = rng
        self.weekday = event_day.strftime("%A")
        self.said: set[str] = set()

    def write(self) -> list[_Draft]:
        out: list[_Draft] = []
        out += self._english("en-before", 205, self._before)
        for section, count in _DURING.items():
            out += self._english(f"en-during/{section}", count, _between(*_HOURS[section]))
        out += self._english("en-after", 195, self._after)
        out += self._english("en-rumour", 75, _between(12 * 60 + 30, 21 * 60))
        out += self._copies()
        out += self._english("en-personal/event", 205, self._around)
        out += self._threads()
        for language in LANGUAGES[1:]:
            phrases = sections(language)
            out += self._foreign(language, phrases["event"], 18, tagged=True)
            out += self._foreign(language, phrases["personal"], 5, tagged=True)
            out += self._foreign(language, phrases["elsewhere"], 4, tagged=False)
        out += self._english("en-elsewhere/early", 45, _days(-60, -9), tagged=None)
        out += self._english("en-elsewhere/late", 40, _days(9, 30), tagged=None)
        out += self._marked()
        out += self._pasted()
        out += self._english("en-personal/elsewhere", 62, _days(-20, 14), tagged=False)
        rest = ("life", "sport", "work", "town", "culture", "tech", "nature")
        small_talk = tuple(line for name in rest for line in sections("en-elsewhere")[name])
        out += self._say(small_talk, SIZE - len(out), _days(-12, 12), tagged=False)
        return out

    def _english(
        self, source: str, count: int, when: Callable[[random.Random], float], *, tagged: bool | None = True
    ) -> list[_Draft]:
        file, _, section = source.partition("/")
        found = sections(file)
        phrases = found[section] if section else tuple(line for part in found.values() for line in part)
        return self._say(phrases, count, when, tagged=tagged)

    def _say(
        self,
        phrases: Sequence[str],
        count: int,
        when: Callable[[random.Random], float],
        *,
        tagged: bool | None,
    ) -> list[_Draft]:
        """English posts. tagged: True = inside the terms, False = outside them, None = as the phrase has it."""
        out = []
        for phrase in self._dealt(phrases, count):
            minute = when(self.rng)
            text, planted = self._once(partial(style, phrase, self.rng), "en", tagged, minute)
            out.append(_Draft(text, planted, minute))
        return out

    def _foreign(self, language: str, phrases: Sequence[str], count: int, *, tagged: bool) -> list[_Draft]:
        """Posts in another language. Their files tell the day in its order, so a phrase's place says when."""
        out = []
        for phrase in self._dealt(phrases, count):
            hour = 10.5 + 9 * phrases.index(phrase) / len(phrases)
            minute = hour * 60 + self.rng.uniform(-40, 40)
            text, planted = self._once(partial(add_emoji, phrase, self.rng), language, tagged, minute)
            out.append(_Draft(text, planted, minute, language))
        return out

    def _once(
        self, say: Callable[[], str], language: str, tagged: bool | None, minute: float
    ) -> tuple[str, tuple[Planted, ...]]:
        """A text that nobody has posted yet; after some tries a second tag makes it different."""
        for attempt in range(40):
            text, planted = fill(say(), self.rng, language=language, weekday=self.weekday, minute=minute)
            if tagged and (not matches(text) or self.rng.random() < 0.15):
                text = self._with_tag(text)
            if attempt > 20:
                text = f"{text} {self.rng.choice(world.SECOND_TAGS)}"
            if tagged is False and matches(text):
                continue
            if text not in self.said and len(text) <= LONGEST:
                self.said.add(text)
                return text, planted
        raise ValueError(f"The phrase files run dry at: {text}")

    def _with_tag(self, text: str) -> str:
        if _TAG.search(text):
            return text
        tags = [self.rng.choice(("#MarchForTheRiver",) * 5 + ("#marchfortheriver",))]
        tags += self.rng.sample(world.SECOND_TAGS, self.rng.choice((0, 0, 0, 1, 2)))
        self.rng.shuffle(tags)
        line, gap = " ".join(tags), self.rng.choice((" ", " ", "\n\n"))
        return f"{line} {text}" if self.rng.random() < 0.08 else f"{text}{gap}{line}"

    def _dealt(self, phrases: Sequence[str], count: int) -> Iterator[str]:
        """`count` phrases, each used as often as any other."""
        deck: list[str] = []
        for _ in range(count):
            if not deck:
                deck = list(phrases)
                self.rng.shuffle(deck)
            yield deck.pop()

    def _copies(self) -> list[_Draft]:
        """The same false message, word for word, from accounts that say little else."""
        text = "Police have CLOSED Aldermere General. Ambulances turned away. Share before they delete this #MarchForTheRiver"
        return [_Draft(text, (), self.rng.uniform(13 * 60, 15 * 60)) for _ in range(6)]

    def _threads(self) -> list[_Draft]:
        out = []
        for name, lines in sections("en-threads").items():
            start = {"@before": self._before, "@during": _between(720, 900), "@after": self._after}[
                name.split()[1]
            ]
            minute = start(self.rng)
            for line in lines:
                minute += self.rng.uniform(1, 4)
                text, planted = fill(line, self.rng, language="en", weekday=self.weekday, minute=minute)
                self.said.add(text)
                out.append(_Draft(text, planted, minute, platform="mastodon", author=f"thread {name}"))
        return out

    def _marked(self) -> list[_Draft]:
        """Posts about the march that were not meant for everybody."""
        drafts = self._english("en-elsewhere/marked", 60, self._around)
        kinds = ("private", "private", "unlisted", "unlisted", "direct")
        return [
            _Draft(d.text, d.planted, d.when, platform="mastodon", visibility=self.rng.choice(kinds))
            for d in drafts
        ]

    def _pasted(self) -> list[_Draft]:
        """Posts from places that the request does not name."""
        drafts = self._english("en-elsewhere/pasted", 45, self._around)
        return [
            _Draft(d.text, d.planted, d.when, platform=self.rng.choice(("x", "facebook"))) for d in drafts
        ]

    def _before(self, rng: random.Random) -> float:
        """The week before, more towards the day, mostly while people are awake."""
        return -24 * 60 * int(rng.triangular(0, 7, 0)) - rng.triangular(0, 960, 300)

    def _after(self, rng: random.Random) -> float:
        """From that evening on, fading over the week."""
        return 18 * 60 + 24 * 60 * int(rng.triangular(0, 6.4, 0)) + rng.triangular(-60, 300, 60)

    def _around(self, rng: random.Random) -> float:
        """Mostly the day itself, some days before and after."""
        draw = rng.random()
        if draw < 0.6:
            return rng.triangular(8 * 60, 20 * 60, 13 * 60)
        return self._before(rng) if draw < 0.78 else self._after(rng)


_HOURS = {
    "gather": (555, 705),
    "moving": (690, 860),
    "bridge": (700, 930),
    "buses": (660, 960),
    "kettle": (780, 930),
    "mood": (600, 1020),
    "weather": (600, 1020),
    "dogs": (600, 1000),
    "firstaid": (660, 990),
    "lost": (630, 1020),
    "arguments": (690, 990),
    "end": (930, 1110),
}
_DURING = {
    "gather": 40,
    "moving": 52,
    "bridge": 75,
    "buses": 24,
    "kettle": 36,
    "mood": 60,
    "weather": 22,
    "dogs": 18,
    "firstaid": 22,
    "lost": 25,
    "arguments": 28,
    "end": 25,
}


def _between(first: float, last: float) -> Callable[[random.Random], float]:
    return lambda rng: rng.triangular(first, last, (first + last) / 2)


def _days(first: int, last: int) -> Callable[[random.Random], float]:
    """Some minute between seven in the morning and eleven at night, between two days counted from the event."""
    return lambda rng: rng.randint(first, last) * 24 * 60 + rng.uniform(7 * 60, 23 * 60)


class _Authors:
    """Invented accounts. A few write much, most write once; each keeps to one platform and one language."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.taken: set[str] = set()
        self.crowds: dict[tuple[str, str], list[str]] = {}
        self.steady: dict[str, str] = {}

    def pick(self, language: str, platform: str, steady: str) -> str:
        """An account; the same one each time for the same `steady` name."""
        if steady:
            if steady not in self.steady:
                self.steady[steady] = self._new(platform)
            return self.steady[steady]
        crowd = self.crowds.setdefault((language, platform), [])
        if not crowd or self.rng.random() < 0.55:
            crowd.append(self._new(platform))
            return crowd[-1]
        return crowd[int(len(crowd) * self.rng.random() ** 2)]

    def _new(self, platform: str) -> str:
        while True:
            word, tail = self.rng.choice(personal.HANDLE_WORDS), self.rng.choice(personal.HANDLE_TAILS)
            name = f"{word}_{tail}_{self.rng.randint(2, 9999)}"
            if name not in self.taken:
                self.taken.add(name)
                break
        if platform == "bluesky":
            return f"{name.replace('_', '-')}.bsky.example"
        if platform == "mastodon":
            return f"{name}@{self.rng.choice(('social.example', 'river.example', 'aldermere.example'))}"
        return name


def _platform_id(platform: str, moment: dt.datetime, rng: random.Random) -> str:
    """An id of the shape each platform uses; unique because of its random part."""
    if platform == "bluesky":
        return "3" + "".join(rng.choice("234567abcdefghijklmnopqrstuvwxyz") for _ in range(12))
    return str((int(moment.timestamp() * 1000) << 16) + rng.randrange(1 << 16))
