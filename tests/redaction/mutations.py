"""Texts for comparing one engine with another: examples and random characters, joined and damaged."""

import random
from collections.abc import Iterator

from redaction.recogniser import examples

# Characters that two kinds of pattern matching are likely to see differently: marks, joiners, old and new scripts,
# letters that fold to ASCII, digits that are not 0 to 9, line ends.
ODD = (
    "0123456789 .-/:@#()+ abcXYZ'\"\n\t\r\u2028\u0085\u017f\u212a\u0130\u0131٣४①²àßΩ中😂\u200b\u00a0\u0300\u093f\ufe0f\u200d"
    "\u1820\u180e\U00010d30\U00020000\ufffc[]&;%"
)
JOINTS = ("", " ", ". ", " and ", "\n", "\u200b")


def texts(count: int, seed: int, posts: tuple[str, ...] = ()) -> Iterator[str]:
    """`count` texts, the same ones for the same seed."""
    chance = random.Random(seed)
    known = [row.text for table in examples().values() for row in table]
    whole = [*known, *posts]
    for number in range(count):
        match number % 4:
            case 0:
                yield _damaged(chance.choice(known), chance)
            case 1:
                yield _damaged(chance.choice(whole) + chance.choice(JOINTS) + chance.choice(known), chance)
            case 2:
                yield "".join(chance.choice(ODD) for _ in range(chance.randint(1, 90)))
            case _:
                yield chance.choice(posts or known).swapcase() if not posts else chance.choice(posts)


def _damaged(text: str, chance: random.Random) -> str:
    letters = list(text)
    for _ in range(chance.randint(0, 6)):
        place, what = chance.randrange(len(letters) + 1), chance.random()
        if what < 0.4 or not letters:
            letters.insert(place, chance.choice(ODD))
        elif what < 0.7:
            letters.pop(min(place, len(letters) - 1))
        else:
            letters[min(place, len(letters) - 1)] = chance.choice(ODD)
    return "".join(letters)
