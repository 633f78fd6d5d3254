"""From records to tables of true counts. Pure: the same records give the same tables."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from reports.definitions.transparency.rows import RequestRow, Rows
from reports.disclosure import Axis, CellKey, CountTable, Item, Measure, MeasureClass

REQUESTS = Measure(
    "requests",
    "Requests",
    MeasureClass.PROTECTED,
    "A request is one officer asking to read public posts for one purpose. It counts in the half-year in which "
    "it was first sent, or first stopped by a rule. Sending it again after a change does not count again.",
)
STOPS = Measure(
    "stops",
    "Requests",
    MeasureClass.PROTECTED,
    "Requests that a rule stopped at least once in the half-year, also if they were mended and sent later. "
    "One request can be stopped by several rules, so the numbers do not add up.",
)
READ = Measure(
    "posts_read",
    "Posts",
    MeasureClass.PROTECTED,
    "Public posts that collections begun in the half-year looked at, and what became of each.",
)
HIDDEN = Measure(
    "hidden",
    "Pieces hidden",
    MeasureClass.PROTECTED,
    "Pieces of text that could lead to a person, replaced by a label before anything was stored. One post can "
    "hold several.",
)
ERASED = Measure(
    "erased",
    "Posts deleted",
    MeasureClass.PROTECTED,
    "Stored posts deleted in the half-year, by whether the deletion came by the day that the rules fix.",
)
PUBLISHED = Measure(
    "published",
    "Posts",
    MeasureClass.PUBLIC_EXACT,
    "Posts that official accounts published in the half-year. They are public already, so they are exact.",
)
SAFEGUARDS = Measure(
    "safeguards",
    "Times",
    MeasureClass.PUBLIC_EXACT,
    "What our own people and systems did when a safeguard was tested. The public is owed exact numbers.",
)

# Two answers only: a column of its own for the few that are still open would hide a total beside it.
ANSWERS = {"agreed": "Agreed", "not_agreed": "Not agreed"}
# What is behind "not agreed".
OUTCOMES = {
    "stopped": "A rule stopped it",
    "refused": "A person refused it",
    "taken_back": "The officer took it back",
    "open": "Nobody had decided yet",
}
EVENTS = {"protest": "A protest", "other": "Another event", "none": "No event"}
ENDINGS = {
    "running": "Still running",
    "by_itself": "Ended by itself on its last day",
    "early": "Stopped early",
    "changed": "Ended because the request was changed",
}
FEATURES = {
    "person": "Followed one person",
    "group": "Followed a group of people",
    "under18": "Involved people under 18",
    "covert": "Was hidden from the people concerned",
    "facial_recognition": "Used face recognition",
    "false_persona": "Used a false identity",
    "relationship": "Built a relationship with somebody online",
    "closed_group": "Entered a closed group",
    "personal_account": "Used an officer’s own private account",
    "sole_basis": "Chose people for belief, opinion or origin alone",
}
FATES = {
    "kept": "Kept, with personal details hidden",
    "outside": "Left out: outside what was agreed",
    "withheld": "Left out: could not be made safe to keep",
    "repeated": "Left out: already kept",
    "damaged": "Left out: could not be read",
}
TIMELINESS = {"on_time": "On time", "late": "Late"}
CHECKS = {
    "own_work_refused": "Somebody tried to decide their own request or post, and was refused",
    "against_advice": "Agreed against the advice of the data protection officer",
    "collections_refused": "A collection was refused because no live agreement covered it",
}
# Stands in a record where nothing was given.
NOT_GIVEN = "not_given"


def count(rows: Rows) -> tuple[CountTable, ...]:
    """Every table of the report, in the order of the report."""
    requests = rows.requests
    purpose = _used("purpose", "Purpose", rows.labels["purposes"], [r.purpose for r in requests], "All")
    level = _used("level", "Level", rows.labels["levels"], [r.level for r in requests], "All")
    # All kinds of events, so that "no protest" is a zero that can be read.
    event = _used("event", "Event", EVENTS, [*EVENTS, *(r.event for r in requests)], "All")
    agreed = [row for row in requests if row.answer == "agreed"]
    not_agreed = [row for row in requests if row.answer == "not_agreed"]
    refused = [row for row in not_agreed if row.outcome == "refused"]
    where_agreed, where_not = (("answer", "agreed"),), (("answer", "not_agreed"),)
    return (
        _by(requests, "requests-by-purpose", "Requests by purpose", purpose, lambda r: r.purpose),
        _by(requests, "requests-by-event", "Requests by kind of event", event, lambda r: r.event),
        _by(requests, "requests-by-level", "Requests by level", level, lambda r: r.level),
        _list(
            "why-not-agreed",
            "Requests that were not agreed",
            REQUESTS,
            _axis("outcome", "What happened", OUTCOMES, total="All not agreed"),
            Counter(row.outcome for row in not_agreed),
            where_not,
        ),
        _list(
            "rules-that-stopped",
            "Rules that stopped requests",
            STOPS,
            _used("rule", "Rule", rows.labels["rules"], [x for s in rows.stops for x in s.rules], None),
            Counter(rule for stop in rows.stops for rule in set(stop.rules)),
        ),
        _list(
            "refusal-reasons",
            "Why a person refused",
            REQUESTS,
            _axis("reason", "Reason", rows.labels["reasons"], total="All refused"),
            Counter(row.reason for row in refused),
            (*where_not, ("outcome", "refused")),
        ),
        _list(
            "how-agreed-requests-ended",
            "How agreed requests ended",
            REQUESTS,
            _axis("ending", "Ending", ENDINGS, total="All agreed"),
            Counter(row.ending for row in agreed),
            where_agreed,
        ),
        _list(
            "what-was-agreed",
            "What agreed requests involved",
            REQUESTS,
            _axis("feature", "The agreed request", FEATURES, total=None),
            Counter(feature for row in agreed for feature in set(row.features)),
            where_agreed,
        ),
        _list(
            "posts-read",
            "Posts read, and what became of them",
            READ,
            _axis("fate", "What became of them", FATES, total="All posts read"),
            Counter({fate: sum(getattr(run, fate) for run in rows.runs) for fate in FATES}),
        ),
        _list(
            "hidden-pieces",
            "Pieces of text hidden before storing",
            HIDDEN,
            _used("kind", "Kind", rows.labels["kinds"], [k for run in rows.runs for k in run.hidden], "All"),
            sum((Counter(run.hidden) for run in rows.runs), Counter()),
        ),
        _list(
            "posts-deleted",
            "Stored posts deleted",
            ERASED,
            _axis("timeliness", "Deleted", TIMELINESS, total="All"),
            sum((Counter({"late" if e.late else "on_time": e.count}) for e in rows.erasures), Counter()),
        ),
        _list(
            "posts-published",
            "Posts we published",
            PUBLISHED,
            _used(
                "type",
                "Kind of post",
                rows.labels["types"],
                ["correction", *(post.type for post in rows.posts)],
                "All",
            ),
            Counter(post.type for post in rows.posts),
        ),
        _list(
            "safeguards",
            "When a safeguard was tested",
            SAFEGUARDS,
            _axis("check", "What happened", CHECKS, total=None),
            Counter({name: len(getattr(rows.safeguards, name)) for name in CHECKS}),
        ),
    )


def trace(rows: Rows, key: CellKey) -> tuple[str, ...]:
    """The references of the records behind one figure."""
    measure, pairs = key
    wanted = dict(pairs)
    if measure == REQUESTS.code:
        return tuple(row.ref for row in rows.requests if _fits(row, wanted))
    if measure == STOPS.code:
        return tuple(s.ref for s in rows.stops if "rule" not in wanted or wanted["rule"] in s.rules)
    if measure == READ.code:
        return tuple(r.ref for r in rows.runs if "fate" not in wanted or getattr(r, wanted["fate"]))
    if measure == HIDDEN.code:
        return tuple(r.ref for r in rows.runs if "kind" not in wanted or r.hidden.get(wanted["kind"]))
    if measure == ERASED.code:
        late = wanted.get("timeliness")
        return tuple(e.ref for e in rows.erasures if late is None or e.late == (late == "late"))
    if measure == PUBLISHED.code:
        return tuple(p.ref for p in rows.posts if "type" not in wanted or p.type == wanted["type"])
    return tuple(getattr(rows.safeguards, wanted["check"]))


def _fits(row: RequestRow, wanted: Mapping[str, str]) -> bool:
    return all(
        value in row.features if dimension == "feature" else getattr(row, dimension) == value
        for dimension, value in wanted.items()
    )


def _axis(dimension: str, heading: str, labels: Mapping[str, str], *, total: str | None) -> Axis:
    return Axis(dimension, heading, tuple(Item(code, label) for code, label in labels.items()), total)


def _used(
    dimension: str, heading: str, labels: Mapping[str, str], seen: Iterable[str], total: str | None
) -> Axis:
    """Only the items that occur, in the order of their list; unknown codes keep their code as label."""
    present, known = set(seen), {**labels, NOT_GIVEN: "Not given"}
    items = [Item(code, label) for code, label in known.items() if code in present]
    items += [Item(code, code) for code in sorted(present - known.keys())]
    return Axis(dimension, heading, tuple(items), total)


def _by(
    requests: Iterable[RequestRow], name: str, title: str, axis: Axis, value: Callable[[RequestRow], str]
) -> CountTable:
    """Requests by one property and by answer."""
    answers = _axis("answer", "Answer", ANSWERS, total="Asked")
    counted = Counter((value(row), row.answer) for row in requests)
    counts = tuple(tuple(counted[r.code, c.code] for c in answers.items) for r in axis.items)
    return CountTable(name, title, REQUESTS, axis, answers, counts)


def _list(
    name: str,
    title: str,
    measure: Measure,
    axis: Axis,
    counted: Mapping[str, int],
    where: tuple[tuple[str, str], ...] = (),
) -> CountTable:
    counts = tuple((counted.get(item.code, 0),) for item in axis.items)
    return CountTable(name, title, measure, axis, None, counts, where)
