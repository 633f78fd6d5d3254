"""Reads the phrase files of the demonstration archive and turns a phrase into a post.

A phrase file is plain text: one phrase to a line, `== name` opens a section, `%%` a comment. In a phrase
`[a|b]` is a choice and `{word}` a slot, filled from `world` (nothing personal) or from `personal` (planted).
"""

import random
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from config.demo import personal, world

FOLDER = Path(__file__).parent / "phrases"
LANGUAGES = ("en", "cy", "pl", "ro", "es", "fr", "pt", "uk", "zh", "ar", "ur", "hi", "pa", "bn")

_CHOICE = re.compile(r"\[([^\[\]|]+(?:\|[^\[\]|]+)+)\]")
_SLOT = re.compile(r"\{([a-z0-9.]+)\}")
_EMOJI = ("🙌", "💙", "🌊", "🐟", "🦦", "☔", "👏", "🤷", "🙏", "😅", "❤️", "🔵", "👀", "🫠", "😮")
_LAUGHS = ("😂", "🤣", "😭", "💀")
_FUNNY = re.compile(r"\b(lol|otter|tuba|soup|trombone|potato|fish|lasagne)\b", re.IGNORECASE)
_OPENERS = (
    "ok so",
    "Right,",
    "honestly,",
    "Anyone else?",
    "Update:",
    "FYI",
    "lol",
    "hmm.",
    "Well.",
    "tbf",
    "Hi all,",
)
_CLOSERS = (
    "just saying",
    "that's all",
    "anyway.",
    "sorry, had to",
    "you heard it here",
    "ffs",
    "bless",
    "pls rt",
    "thoughts?",
)
_SLIPS = (
    ("the ", "teh "),
    ("ing ", "in "),
    ("you ", "u "),
    ("'", ""),
    ("because", "becuase"),
    ("people", "ppl"),
    ("ie", "ei"),
)


@dataclass(frozen=True)
class Planted:
    """A personal detail that stands in a post, exactly as it is written there."""

    kind: str
    value: str


@cache
def sections(file: str) -> dict[str, tuple[str, ...]]:
    """The phrases of one file by section, in the order of the file."""
    found: dict[str, list[str]] = {}
    current: list[str] = []
    for line in (FOLDER / f"{file}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            current = found.setdefault(line[3:].strip(), [])
        elif line.strip() and not line.startswith("%%"):
            current.append(line.strip())
    return {name: tuple(phrases) for name, phrases in found.items()}


def style(phrase: str, rng: random.Random) -> str:
    """Say an English phrase as somebody in a hurry would: shouting, slips, all lower case, an opener, an emoji.

    Slots are left alone, so that planted values stay as they were made.
    """
    phrase = _CHOICE.sub(lambda choice: rng.choice(choice[1].split("|")), phrase)
    pieces = re.split(r"(\{[a-z0-9.]+\})", phrase)
    mood = rng.random()
    for at in range(0, len(pieces), 2):
        if mood < 0.04:
            pieces[at] = pieces[at].upper()
        elif mood < 0.16:
            pieces[at] = pieces[at].lower()
        elif mood < 0.24:
            right, wrong = rng.choice(_SLIPS)
            pieces[at] = pieces[at].replace(right, wrong, 1)
    said = "".join(pieces)
    if rng.random() < 0.10:
        said = f"{rng.choice(_OPENERS)} {said}"
    if rng.random() < 0.08:
        said = f"{said} {rng.choice(_CLOSERS)}"
    return add_emoji(said, rng)


def add_emoji(text: str, rng: random.Random) -> str:
    """One to three emoji behind a quarter of all posts."""
    if rng.random() < 0.25:
        pool = _LAUGHS if _FUNNY.search(text) else _EMOJI
        return f"{text} {rng.choice(pool) * rng.choice((1, 1, 1, 2, 3))}"
    return text


def fill(
    phrase: str, rng: random.Random, *, language: str, weekday: str, minute: float
) -> tuple[str, tuple[Planted, ...]]:
    """Put values into the slots of a phrase. `minute`: when it is written, from midnight of the event day.

    Returns:
        The text, and every personal value in it, in order.

    Raises:
        KeyError: the phrase asks for a slot that nobody fills.
    """
    planted: list[Planted] = []

    def value(slot: re.Match[str]) -> str:
        harmless = world.fill(slot[1], rng, weekday=weekday, minute=minute)
        if harmless is not None:
            return harmless
        made = personal.make(slot[1], rng, language)
        planted.append(Planted(personal.kind_of(slot[1]), made))
        return made

    return _SLOT.sub(value, phrase), tuple(planted)
