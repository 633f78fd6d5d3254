"""Bar charts as small accessible SVG: no dependency, the same in page and PDF.

The message and every number stand in <title>, because that is what PDF readers speak; <desc> says where the
data are. Bars are labelled directly, a withheld number is a hatched stub of one fixed size with its mark, and
no length is drawn from anything that is not shown.
"""

import math
from collections.abc import Sequence
from xml.sax.saxutils import escape

from reports.disclosure import Figure, Item

INK, MUTED, BAR = "#0b0c0c", "#4a5559", "#0a5c6b"
# Named, because a PDF has no font to inherit; pages set their own by style sheet.
FONT = "Source Sans 3, Liberation Sans, DejaVu Sans, Arial, sans-serif"
WIDTH, LABELS, VALUES = 720, 320, 76
BAR_HEIGHT, GAP, LINE = 22, 11, 18
STUB = 18
# So many letters of 16 px fit beside the bars, in wide fonts too.
LABEL_LETTERS = 36
LABEL_LINES = 2


def bars(anchor: str, message: str, rows: Sequence[tuple[Item, Figure]], *, data: str) -> str:
    """Horizontal bars in the order given.

    Args:
        anchor: makes the ids unique on the page.
        message: what the chart shows, in one sentence.
        data: where the same numbers stand as a table.
    """
    spoken = "; ".join(f"{item.label} {_spoken(figure)}" for item, figure in rows)
    longest = max((figure.value for _, figure in rows if figure.value is not None), default=0)
    scale = (WIDTH - LABELS - VALUES) / _round_up(longest)
    drawn: list[str] = []
    y = 6.0
    for item, figure in rows:
        lines = _lines(item.label)
        height = max(BAR_HEIGHT, LINE * len(lines))
        middle = y + height / 2
        drawn.append(_label(lines, middle))
        drawn.append(_bar(figure, middle, scale, anchor))
        y += height + GAP
    bottom = y - GAP + 6
    size = f'viewBox="0 0 {WIDTH} {_number(bottom)}" width="{WIDTH}" height="{_number(bottom)}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="{anchor}-t {anchor}-d" '
        f'font-family="{FONT}" font-size="16" class="chart">'
        f'<title id="{anchor}-t">{escape(f"Bar chart. {message} {spoken}.")}</title>'
        f'<desc id="{anchor}-d">{escape(data)}</desc>{_hatch(anchor)}{"".join(drawn)}'
        f'<line x1="{LABELS}" y1="2" x2="{LABELS}" y2="{_number(bottom - 2)}" stroke="{INK}"/></svg>'
    )


def _spoken(figure: Figure) -> str:
    return "withheld" if figure.value is None else figure.text


def _label(lines: list[str], middle: float) -> str:
    top = middle - LINE * (len(lines) - 1) / 2 + 5.5
    place = f'x="{LABELS - 10}" text-anchor="end" fill="{INK}"'
    return "".join(
        f'<text {place} y="{_number(top + LINE * i)}">{escape(line)}</text>' for i, line in enumerate(lines)
    )


def _bar(figure: Figure, middle: float, scale: float, anchor: str) -> str:
    top, text = _number(middle - BAR_HEIGHT / 2), _number(middle + 5.5)
    if figure.value is None:
        return (
            f'<rect x="{LABELS}" y="{top}" width="{STUB}" height="{BAR_HEIGHT}" fill="url(#{anchor}-h)" '
            f'stroke="{MUTED}" stroke-width="1"/>'
            f'<text x="{LABELS + STUB + 7}" y="{text}" fill="{MUTED}">{figure.text}</text>'
        )
    width = figure.value * scale
    place = f'x="{_number(LABELS + width + 7)}" y="{text}"'
    return (
        f'<rect x="{LABELS}" y="{top}" width="{_number(width)}" height="{BAR_HEIGHT}" fill="{BAR}"/>'
        f'<text {place} fill="{INK}" font-weight="600">{figure.text}</text>'
    )


def _hatch(anchor: str) -> str:
    return (
        f'<defs><pattern id="{anchor}-h" width="6" height="6" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><rect width="6" height="6" fill="#fff"/>'
        f'<line x1="0" y1="0" x2="0" y2="6" stroke="{MUTED}" stroke-width="2"/></pattern></defs>'
    )


def _lines(label: str) -> list[str]:
    """The label in a few lines; what does not fit ends with an ellipsis."""
    lines, line = [], ""
    for word in label.split():
        if line and len(line) + 1 + len(word) > LABEL_LETTERS:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    lines.append(line)
    if len(lines) > LABEL_LINES:
        lines = [*lines[: LABEL_LINES - 1], lines[LABEL_LINES - 1][: LABEL_LETTERS - 1].rstrip() + "…"]
    return [line if len(line) <= LABEL_LETTERS + 6 else line[: LABEL_LETTERS + 5] + "…" for line in lines]


def _round_up(value: int) -> float:
    """A round number at or above `value`, so that a small change does not rescale the whole chart."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if value <= step * power)


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
