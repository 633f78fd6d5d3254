"""Incident and log numbers of control rooms, such as "incident 567 of 20 November" or "CAD 1234"."""

from redaction.recogniser import Example, Recogniser, Shape

_IS = r"(?:\s?(?:ref(?:erence)?|no|num|number|id|is)\b\.?){0,4}\s?[:=#.\-]?\s?"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\p{L}*"
_OF_DAY = (
    rf"\s?(?:of|on|/|-)\s?(?:the\s)?(?:\d{{1,2}}(?:st|nd|rd|th)?[\s./\-]?{_MONTH}(?:[\s./\-]?\d{{2,4}})?"
    r"|\d{1,2}[./\-]\d{1,2}[./\-]\d{2,4}|today|\d{6,8})"
)

RECOGNISER = Recogniser(
    kind="incident_number",
    entity="INCIDENT_NUMBER",
    shapes=(
        Shape(
            "of a day",
            rf"(?<=\b(?:incident|log|ref(?:erence)?|cad|command|quote|quoting|job){_IS})\d{{1,6}}{_OF_DAY}(?!\w)",
            0.7,
        ),
        Shape(
            "after CAD",
            rf"(?<=\b(?:cad|storm)\b{_IS})(?=[\w/-]*\d{{3}})[A-Z0-9][A-Z0-9/\-]{{2,17}}(?!\w)",
            0.6,
        ),
        Shape("form", r"(?<!\w)(?:INC[ -]?\d{6,9}|[A-Z]{2,5}-20\d{2}-\d{4,8})(?!\w)", 0.6),
        Shape(
            "after incident number",
            r"(?<=\b(?:incident|log) (?:ref(?:erence)?|no|num|number)(?: is)?\.?\s?[:=#.\-]?\s?)"
            r"(?=[\w/-]*\d{2})[A-Z0-9][A-Z0-9/\-]{1,19}(?!\w)",
            0.7,
        ),
    ),
)

EXAMPLES = (
    Example("call 101 quoting incident 567 of 20 November", ("567 of 20 November",)),
    Example("CAD 1234/20NOV26", ("1234/20NOV26",)),
    Example("incident number NS-20261120-0567", ("NS-20261120-0567",)),
    Example("log 88 of 20/11/2026", ("88 of 20/11/2026",)),
    Example("ref INC5875388, incident NSP-2026-182684", ("INC5875388", "NSP-2026-182684")),
    Example("an incident in 2019, log in at 10"),
    Example("cadence100 and storm2026x"),
    Example("there were 5 incidents on 20 November"),
)
