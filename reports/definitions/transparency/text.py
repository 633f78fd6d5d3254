"""What the transparency report says. Every number comes out of a protected table; everything else is words.

Order and contents follow `law` section 9.2: summary, use, requests and refusals, protests, data, deletion,
posts, safeguards, what is not in it, method, definitions.
"""

from collections.abc import Mapping

from reports.definitions.transparency.rows import Rows
from reports.definitions.transparency.tables import FEATURES
from reports.disclosure import Figure, Item, ProtectedTable
from reports.document import (
    Bars,
    Block,
    Bullets,
    Facts,
    KeyFigure,
    Paragraph,
    Report,
    Section,
    Sentence,
    Table,
    Words,
    say,
)
from reports.edition import Edition
from reports.render.html import long_day

TITLE = "How {body} used social media"
# More bars than this are read as a table anyway.
MOST_BARS = 9


def compose(edition: Edition, rows: Rows, tables: Mapping[str, ProtectedTable]) -> Report:
    """The whole report. Tables whose rows have no natural order are shown largest first, by published size."""
    shown = {
        name: table.largest_first() if name in ("rules-that-stopped", "hidden-pieces") else table
        for name, table in tables.items()
    }
    numbers = {name: place for place, name in enumerate(shown, start=1)}
    return _Author(edition, rows, shown, numbers).report()


class _Author:
    """Writes the sections, each from the tables it needs."""

    def __init__(
        self,
        edition: Edition,
        rows: Rows,
        tables: Mapping[str, ProtectedTable],
        numbers: Mapping[str, int],
    ) -> None:
        self.edition, self.rows, self.tables, self.numbers = edition, rows, tables, numbers

    def report(self) -> Report:
        requests = self.tables["requests-by-purpose"]
        return Report(
            ref=self.edition.ref,
            version=self.edition.version,
            kind=self.edition.kind,
            title=TITLE.format(body=self.edition.body),
            lede=say(
                "Officers asked {asked} times to read public posts. {agreed} of these requests were agreed and "
                "{no} were not: a rule or a person said no, the officer took the request back, or nobody had "
                "decided yet.",
                asked=requests.figure(),
                agreed=requests.figure(column="agreed"),
                no=requests.figure(column="not_agreed"),
            ),
            period=self.edition.period,
            dated=self.edition.dated,
            body=self.edition.body,
            contact=self.edition.contact,
            fictional=self.edition.fictional,
            keys=self.keys(),
            sections=(
                Section("asked", "What officers asked for", self.asked()),
                Section("no", "When the answer was no", self.refusals()),
                Section("agreed", "What was agreed, and how it ended", self.agreed()),
                Section("read", "What was read, and what was hidden", self.read()),
                Section("deleted", "What was deleted", self.deleted()),
                Section("said", "What we said ourselves", self.said()),
                Section("safeguards", "When a safeguard was tested", self.safeguards()),
                Section("never", "What did not happen", self.never()),
                Section("missing", "What is not in this report", self.missing()),
                Section("method", "How these figures were made", self.method()),
                Section("words", "Words and signs", self.words()),
            ),
            tables=tuple(self.tables.values()),
        )

    # ------------------------------------------------------------ the top
    def keys(self) -> tuple[KeyFigure, ...]:
        requests, fates = self.tables["requests-by-purpose"], self.tables["posts-read"]
        asked, refused = requests.figure(), requests.figure(column="not_agreed")
        deleted = self.tables["posts-deleted"]
        posts = self.tables["posts-published"]
        return (
            KeyFigure(asked, "requests to monitor"),
            KeyFigure(refused.share_of(asked), "not agreed", say("{n} of {all}", n=refused, all=asked)),
            KeyFigure(fates.figure(), "public posts read", say("{n} kept", n=fates.figure("kept"))),
            KeyFigure(
                self.tables["hidden-pieces"].figure(),
                "personal details hidden",
                say("Before anything is stored"),
            ),
            KeyFigure(
                deleted.figure("late"),
                "stored posts deleted late",
                say("{n} on time", n=deleted.figure("on_time")),
            ),
            KeyFigure(
                posts.figure("correction"),
                "false stories corrected",
                say("{n} posts published in all", n=posts.figure()),
            ),
        )

    # ------------------------------------------------------------ sections
    def asked(self) -> tuple[Block, ...]:
        table = self.tables["requests-by-purpose"]
        bars = [(row, table.figure(row.code)) for row in table.rows if row.code != "all"]
        return (
            *self._chart(
                "by-purpose",
                table,
                bars,
                "was the most common reason to ask",
                "Requests by purpose, all outcomes.",
            ),
            self._table("requests-by-purpose", say("Counted from the register of requests.")),
            Paragraph(
                say(
                    "Monitoring a protest can make people afraid to come, so requests about protests are shown "
                    "on their own."
                )
            ),
            self._table("requests-by-event", say("The kind of event is the one recorded for the request.")),
            self._table(
                "requests-by-level",
                say(
                    "The level follows from the answers in the request; nobody chooses it. Higher is more intrusive."
                ),
            ),
        )

    def refusals(self) -> tuple[Block, ...]:
        return (
            Paragraph(
                say(
                    "Every request is checked against written rules before a person sees it. A rule can stop it; "
                    "then the officer is told which rule, and what would mend it. A person decides the rest, and "
                    "never the person who asked."
                )
            ),
            self._table("why-not-agreed", say("How things stood when the records were frozen.")),
            self._table(
                "rules-that-stopped", say("{text}", text=_definition(self.tables["rules-that-stopped"]))
            ),
            self._table("refusal-reasons", say("The main ground that the deciding person gave.")),
        )

    def agreed(self) -> tuple[Block, ...]:
        return (
            self._table(
                "how-agreed-requests-ended",
                say(
                    "As things stood on {day}. Collection stops by itself on the last day.",
                    day=Words(long_day(self.edition.dated)),
                ),
            ),
            self._table("what-was-agreed", say("One agreed request can appear in several rows.")),
        )

    def read(self) -> tuple[Block, ...]:
        hidden = self.tables["hidden-pieces"]
        blocks: list[Block] = [
            Paragraph(
                say(
                    "A collection may keep only posts that match the agreed words, dates and platforms. Personal "
                    "details of the kinds in table {number} are hidden before a post is stored. If that cannot be "
                    "done safely, the post is not kept.",
                    number=Words(str(self.numbers["hidden-pieces"])),
                )
            ),
            self._table("posts-read", say("{text}", text=_definition(self.tables["posts-read"]))),
        ]
        if len(hidden.rows) > 1:
            blocks += self._chart(
                "by-kind",
                hidden,
                hidden.by_size(),
                "was the kind hidden most often",
                "Pieces of text hidden, by kind.",
            )
        blocks.append(self._table("hidden-pieces", say("{text}", text=_definition(hidden))))
        blocks.append(Paragraph(say("{text}", text=Words(self._limits_of_hiding()))))
        return tuple(blocks)

    def _limits_of_hiding(self) -> str:
        kinds = self.rows.labels["kinds"]
        seen = {row.code for row in self.tables["hidden-pieces"].rows}
        others = [_lower(label) for code, label in kinds.items() if code not in seen]
        said = f"It also looked for these and found none: {'; '.join(others)}. " if others else ""
        names = (
            "" if "name" in kinds else "It does not find names of people that are written as plain words. "
        )
        return f"{said}{names}No machine finds every detail. Each reading of what is kept is recorded."

    def deleted(self) -> tuple[Block, ...]:
        return (
            Paragraph(
                say(
                    "Every agreement says how long posts may be kept. On that day they are deleted, and a receipt "
                    "without any content stays behind."
                )
            ),
            self._table("posts-deleted", say("Counted from deletion receipts.")),
        )

    def said(self) -> tuple[Block, ...]:
        return (
            Paragraph(say("A post is written by one person and agreed by another before it is published.")),
            self._table("posts-published", say("{text}", text=_definition(self.tables["posts-published"]))),
        )

    def safeguards(self) -> tuple[Block, ...]:
        return (self._table("safeguards", say("{text}", text=_definition(self.tables["safeguards"]))),)

    def never(self) -> tuple[Block, ...]:
        table = self.tables["what-was-agreed"]
        none = [item for item in table.rows if table.figure(item.code).value == 0]
        blocks: list[Block] = []
        if none:
            blocks.append(Paragraph(say("In this half-year, no agreed request:")))
            blocks.append(Bullets(tuple(say("{text}.", text=Words(_lower(item.label))) for item in none)))
        if len(none) < len(FEATURES):
            blocks.append(
                Paragraph(
                    say(
                        "What agreed requests did involve is in table {number}.",
                        number=Words(str(self.numbers["what-was-agreed"])),
                    )
                )
            )
        blocks.append(Paragraph(say("The tool we use cannot:")))
        blocks.append(
            Bullets(
                (
                    say("collect anything without a live agreement that covers it;"),
                    say("search for a person by name, or build a profile of a person;"),
                    say("publish a post that only one person has agreed to."),
                )
            )
        )
        return tuple(blocks)

    def missing(self) -> tuple[Block, ...]:
        return (
            Bullets(
                (
                    say(
                        "Secret work under the {act}. It is counted nationally by the Investigatory Powers "
                        "Commissioner. We neither confirm nor deny any single operation.",
                        act=Words("Regulation of Investigatory Powers Act 2000"),
                    ),
                    say("Posts that officers came across without asking to monitor."),
                    say(
                        "Not recorded in the tool that made this report: complaints, cost, effects on different "
                        "groups of people, and how many different accounts the posts came from."
                    ),
                    say("Who asked, who decided, and where. Small numbers of those would point to people."),
                )
            ),
        )

    def method(self) -> tuple[Block, ...]:
        edition, rules = self.edition, self.rows.rules
        period = edition.period
        threshold = self.tables["requests-by-purpose"].proof.threshold
        return (
            Facts(
                (
                    (
                        "Period",
                        say(
                            "{first} to {last}, UK time. Records were frozen on {day}.",
                            first=Words(long_day(period.first_day)),
                            last=Words(long_day(period.last_day)),
                            day=Words(long_day(edition.dated)),
                        ),
                    ),
                    (
                        "Small numbers",
                        say(
                            "Numbers from {low} to {high} are hidden, because they could point to a person or to "
                            "one operation. So are some larger ones, without which a small one could be worked "
                            "out. Both carry the same mark. Zeros are real zeros.",
                            low=Words("1"),
                            high=Words(str(threshold - 1)),
                        ),
                    ),
                    (
                        "How we know that is enough",
                        say(
                            "A second program, which sees only the published figures, tried to narrow down every "
                            "hidden number. Each could still be {limit} or more. It does not cover what readers "
                            "know from elsewhere.",
                            limit=Words(str(threshold)),
                        ),
                    ),
                    (
                        "Rules in force",
                        say(
                            "{name} ({title}), fingerprint {digest}. Legal review: {status}.",
                            name=Words(rules.name),
                            title=Words(rules.title),
                            digest=Words(rules.digest[:16]),
                            status=Words(rules.status),
                        ),
                    ),
                    (
                        "What counts as a request",
                        say("{text}", text=_definition(self.tables["requests-by-purpose"])),
                    ),
                    (
                        "What may change",
                        say(
                            "A request that nobody had decided when the records were frozen stays undecided here. "
                            "If we find a mistake, we publish a new version and say what changed. This one "
                            "stays."
                        ),
                    ),
                )
            ),
        )

    def words(self) -> tuple[Block, ...]:
        return (
            Facts(
                (
                    ("Request", say("One officer asks to read public posts for one purpose.")),
                    (
                        "Agreed",
                        say("The right person said yes, to exactly the words they read, until a fixed day."),
                    ),
                    (
                        "A rule stopped it",
                        say("A written rule said no, and the request had not been mended and sent by then."),
                    ),
                    ("Took it back", say("The officer gave the request up before it was decided.")),
                    (
                        "Nobody had decided",
                        say("Sent, and waiting for a decision or for the officer’s answer."),
                    ),
                    ("Collection", say("One taking-in of posts under one agreed request.")),
                    (
                        "Hidden",
                        say("Replaced by a label such as [phone] before the post was stored."),
                    ),
                    (
                        "[c]",
                        say("Hidden number: it is small, or it would let somebody work out a small one."),
                    ),
                    ("[z]", say("Not applicable: a share of nothing.")),
                )
            ),
        )

    # ------------------------------------------------------------ parts
    def _table(self, name: str, source: Sentence) -> Table:
        return Table(self.numbers[name], self.tables[name], source)

    def _chart(
        self, anchor: str, table: ProtectedTable, bars: list[tuple[Item, Figure]], most: str, subtitle: str
    ) -> tuple[Block, ...]:
        """A chart whose title claims what the shown figures allow; none where there is nothing to compare."""
        ordered = sorted(bars, key=lambda bar: (bar[1].value is None, -(bar[1].value or 0), bar[0].label))
        numbers = [figure.value for _, figure in ordered if figure.value is not None]
        if len(ordered) < 2 or not any(numbers):
            return ()
        top = Words(ordered[0][0].label)
        if len(numbers) > 1 and numbers[0] == numbers[1]:
            message = say("No single one stands out")
        elif len(numbers) < len(ordered):
            message = say("Of those we can show, “{top}” {most}", top=top, most=Words(most))
        else:
            message = say("“{top}” {most}", top=top, most=Words(most))
        drawn = ordered[:MOST_BARS]
        if len(drawn) < len(ordered):
            subtitle += " The most frequent; all are in the table."
        if any(figure.value is None for _, figure in drawn):
            subtitle += " [c] means that the number is hidden to protect people."
        return (Bars(anchor, message, subtitle, tuple(drawn), table),)


def _definition(table: ProtectedTable) -> Words:
    return Words(table.measure.definition)


def _lower(label: str) -> str:
    return label[:1].lower() + label[1:]
