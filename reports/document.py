"""What a report says, free of any format: sections of blocks whose every number is a protected Figure.

A sentence is written as a template whose own words hold no digits; numbers come only through slots that take
a Figure. Names of laws and dates, which hold digits too, go through slots that take Words.
"""

import datetime as dt
import re
import string
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from reports.disclosure import Figure, Item, ProtectedTable
from reports.period import HalfYear

_ANCHOR = re.compile(r"^[a-z][a-z0-9-]*$")


class LooseNumber(ValueError):
    """A sentence holds a number that does not come from a protected table."""


@dataclass(frozen=True)
class Words:
    """Words that may hold digits because they count nothing: the name of a law, a date, a rule's own text."""

    text: str


@dataclass(frozen=True)
class Sentence:
    """Words and figures in reading order."""

    parts: tuple[str | Figure, ...]

    @property
    def text(self) -> str:
        return "".join(part if isinstance(part, str) else part.text for part in self.parts)

    @property
    def figures(self) -> tuple[Figure, ...]:
        return tuple(part for part in self.parts if isinstance(part, Figure))


def say(template: str, **slots: Figure | Words) -> Sentence:
    """A sentence from a template such as "Officers asked {asked} times."

    Raises:
        LooseNumber: the template itself holds a digit.
        KeyError: a slot is not filled.
    """
    parts: list[str | Figure] = []
    for literal, slot, _, _ in string.Formatter().parse(template):
        if any(character.isdigit() for character in literal):
            raise LooseNumber(f"'{literal.strip()}' holds a number; numbers come from protected tables.")
        if literal:
            parts.append(literal)
        if slot is not None:
            filled = slots[slot]
            if not isinstance(filled, Figure | Words):
                raise LooseNumber(f"The slot '{slot}' takes a Figure or Words.")
            parts.append(filled if isinstance(filled, Figure) else filled.text)
    return Sentence(tuple(parts))


@dataclass(frozen=True)
class KeyFigure:
    """One of the few numbers at the top."""

    figure: Figure
    label: str
    note: Sentence | None = None


class _Block:
    kind: ClassVar[str]

    @property
    def template(self) -> str:
        """Where the look of this kind of block is kept, for page and paper alike."""
        return f"reports/release/blocks/{self.kind}.html"


@dataclass(frozen=True)
class Paragraph(_Block):
    kind = "paragraph"
    sentence: Sentence


@dataclass(frozen=True)
class Bullets(_Block):
    kind = "bullets"
    items: tuple[Sentence, ...]


@dataclass(frozen=True)
class Facts(_Block):
    """Terms and what is to be said of each."""

    kind = "facts"
    rows: tuple[tuple[str, Sentence], ...]


@dataclass(frozen=True)
class Bars(_Block):
    """A bar chart over the rows of one table. `message`, its title, says what it shows, not what it is."""

    kind = "bars"
    anchor: str
    message: Sentence
    subtitle: str
    bars: tuple[tuple[Item, Figure], ...]
    table: ProtectedTable


@dataclass(frozen=True)
class Table(_Block):
    """A protected table, with where its numbers come from."""

    kind = "table"
    number: int
    table: ProtectedTable
    source: Sentence


Block = Paragraph | Bullets | Facts | Bars | Table


@dataclass(frozen=True)
class Section:
    anchor: str
    heading: str
    blocks: tuple[Block, ...]

    def __post_init__(self) -> None:
        if not _ANCHOR.match(self.anchor):
            raise ValueError(f"'{self.anchor}' cannot be the address of a section.")


@dataclass(frozen=True)
class Report:
    """One report, ready for any renderer."""

    ref: str
    version: int
    kind: str
    title: str
    lede: Sentence
    period: HalfYear
    dated: dt.datetime
    body: str
    contact: str
    fictional: bool
    keys: tuple[KeyFigure, ...]
    sections: tuple[Section, ...]
    tables: tuple[ProtectedTable, ...]

    def __post_init__(self) -> None:
        shown = [block.table.name for _, block in self.blocks() if isinstance(block, Table)]
        if sorted(shown) != sorted(table.name for table in self.tables):
            raise ValueError("Every table of a report is shown once, and nothing else is.")

    def blocks(self) -> Iterator[tuple[Section, Block]]:
        """Every block with its section, in reading order."""
        for section in self.sections:
            for block in section.blocks:
                yield section, block

    def sentences(self) -> Iterator[Sentence]:
        """Every sentence, in reading order."""
        yield self.lede
        for key in self.keys:
            if key.note is not None:
                yield key.note
        for _, block in self.blocks():
            if isinstance(block, Paragraph):
                yield block.sentence
            elif isinstance(block, Bullets):
                yield from block.items
            elif isinstance(block, Facts):
                yield from (sentence for _, sentence in block.rows)
            elif isinstance(block, Bars):
                yield block.message
            else:
                yield block.source
