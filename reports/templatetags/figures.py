"""How figures and sentences stand in HTML: each with the cell it comes from, so that a checker can follow it."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from reports.disclosure import Figure, Status
from reports.document import Bars, Sentence
from reports.render import charts

register = template.Library()

MEANINGS = {Status.CONFIDENTIAL: "hidden to protect people", Status.NOT_APPLICABLE: "not applicable"}


@register.filter
def figure(value: Figure) -> SafeString:
    """A number with its source, or its mark with what the mark means."""
    if value.value is None:
        return format_html(
            '<abbr title="{}" data-figure="{}">{}</abbr>', MEANINGS[value.status], value.source, value.text
        )
    return format_html('<data value="{}" data-figure="{}">{}</data>', value.value, value.source, value.text)


@register.filter
def prose(sentence: Sentence) -> SafeString:
    """A sentence with its figures marked up."""
    return format_html_join(
        "", "{}", ((figure(part) if isinstance(part, Figure) else part,) for part in sentence.parts)
    )


@register.filter
def chart(block: Bars) -> SafeString:
    """The block's chart as inline SVG; every text in it is escaped by the drawing itself."""
    data = f"The same numbers stand in the table “{block.table.title}”."
    return mark_safe(charts.bars(block.anchor, block.message.text, block.bars, data=data))  # noqa: S308
