"""Form fields and widgets in GOV.UK's shapes: dates in boxes, options with hints, yes or no, lists of lines.

They read what people type and say what is wrong in one sentence; whether an answer is *allowed* is the rules'
business, never a form's.
"""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict

from audit.clock import LONDON
from governance.people import words

Choices = Sequence[tuple[str, str]]


# ---------------------------------------------------------------- choices
class HintedRadios(forms.RadioSelect):
    """Radios whose options may carry a hint: `hints` maps an option's value to its sentence."""

    def __init__(self, *args: Any, hints: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hints = dict(hints or {})

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        return {**option, "hint": self.hints.get(str(value), "")}


class HintedCheckboxes(forms.CheckboxSelectMultiple):
    """Checkboxes whose options may carry a hint."""

    def __init__(self, *args: Any, hints: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hints = dict(hints or {})

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        return {**option, "hint": self.hints.get(str(value), "")}


class OneOf(forms.ChoiceField):
    """Radios with nothing chosen beforehand."""

    def __init__(
        self,
        *,
        label: str,
        choices: Choices,
        missing: str,
        hints: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        widget = HintedRadios(hints=hints, attrs=kwargs.pop("attrs", None))
        errors = {"required": missing, "invalid_choice": missing}
        super().__init__(label=label, choices=choices, widget=widget, error_messages=errors, **kwargs)


class AnyOf(forms.MultipleChoiceField):
    """Checkboxes."""

    def __init__(
        self,
        *,
        label: str,
        choices: Choices,
        missing: str,
        hints: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        errors = {"required": missing, "invalid_choice": missing, "invalid_list": missing}
        widget = HintedCheckboxes(hints=hints)
        super().__init__(label=label, choices=choices, widget=widget, error_messages=errors, **kwargs)


class YesNo(forms.TypedChoiceField):
    """Yes or no, with nothing chosen beforehand. Not answered is None, never False."""

    def __init__(
        self, *, label: str, missing: str = "Choose yes or no", yes: str = "", no: str = "", **kw: Any
    ) -> None:
        super().__init__(
            label=label,
            choices=[("yes", "Yes"), ("no", "No")],
            coerce=lambda value: value == "yes",
            empty_value=None,
            widget=HintedRadios(
                hints={"yes": yes, "no": no},
                attrs={"class": "govuk-radios--inline" if not (yes or no) else ""},
            ),
            error_messages={"required": missing, "invalid_choice": missing},
            **kw,
        )

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no"}.get(value, value) if not isinstance(value, str) else value


# ---------------------------------------------------------------- text
class LongText(forms.CharField):
    """A paragraph or more. Line ends are made equal, so that a fingerprint does not depend on the browser."""

    def __init__(
        self, *, label: str, missing: str = "", rows: int = 4, most: int = 4000, **kwargs: Any
    ) -> None:
        errors = {
            "required": missing,
            "max_length": f"Shorten this: the most is {most:,} characters, and you wrote %(show_value)d",
        }
        widget = forms.Textarea(attrs={"rows": rows})
        super().__init__(label=label, max_length=most, widget=widget, error_messages=errors, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """No maxlength: browsers cut pasted text without a word. The server says what is too long."""
        return {}

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.to_python(initial) != self.to_python(data)


class ShortText(forms.CharField):
    """One line."""

    def __init__(self, *, label: str, missing: str = "", most: int = 200, **kwargs: Any) -> None:
        errors = {"required": missing, "max_length": f"Shorten this: the most is {most:,} characters"}
        super().__init__(label=label, max_length=most, error_messages=errors, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}


class WholeNumber(forms.IntegerField):
    """A whole number, typed as text (number boxes change by accident when scrolled)."""

    def __init__(self, *, label: str, missing: str, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-5"})
        errors = {"required": missing, "invalid": missing}
        super().__init__(label=label, widget=widget, error_messages=errors, **kwargs)

    def to_python(self, value: Any) -> int | None:
        if isinstance(value, str):
            value = value.replace(",", "").strip()
            if len(value) > 18:  # more than the database could hold
                raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


# ---------------------------------------------------------------- lines
class LinesWidget(forms.Widget):
    """Several text boxes with one name, each with its own label; `extra` adds empty ones."""

    template_name = "django/forms/widgets/lines.html"
    use_fieldset = True

    def __init__(self, *, label: str, least: int = 1, most: int = 20) -> None:
        super().__init__()
        self.label, self.least, self.most, self.extra = label, least, most, 0

    def use_required_attribute(self, initial: Any) -> bool:
        return False

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        return f"{id_}_{index or 0}" if id_ else ""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        values = data.getlist(name) if isinstance(data, MultiValueDict) else data.get(name, [])
        return [str(value).strip() for value in values]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        values = list(value or [])
        boxes = min(self.most, max(self.least, len(values) + self.extra))
        values += [""] * (boxes - len(values))
        context["widget"]["subwidgets"] = [
            {
                "name": name,
                "value": text,
                "part_label": f"{self.label} {number}",
                "attrs": {"id": f"{context['widget']['attrs'].get('id', name)}_{number - 1}"},
            }
            for number, text in enumerate(values, start=1)
        ]
        return context


class Lines(forms.Field):
    """A list of short texts. Empty boxes and exact repetitions are left out."""

    def __init__(
        self,
        *,
        label: str,
        each: str,
        missing: str,
        least: int = 2,
        most: int = 20,
        longest: int = 500,
        **kwargs: Any,
    ) -> None:
        self.each, self.most, self.longest = each, most, longest
        super().__init__(
            label=label,
            widget=LinesWidget(label=each, least=least, most=most),
            error_messages={"required": missing},
            **kwargs,
        )

    def to_python(self, value: Any) -> list[str]:
        lines = [" ".join(str(text).split()) for text in value or []]
        return list(dict.fromkeys(line for line in lines if line))

    def validate(self, value: list[str]) -> None:
        if self.required and not value:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(value) > self.most:
            raise ValidationError(f"Take some out: the most is {self.most}")
        for number, line in enumerate(value, start=1):
            if len(line) > self.longest:
                raise ValidationError(
                    f"{self.each} {number} is too long: the most is {self.longest} characters"
                )


# ---------------------------------------------------------------- days and moments
class PartsWidget(forms.MultiWidget):
    """Day, month and year in boxes, and a box for the time if asked."""

    template_name = "django/forms/widgets/date_parts.html"
    use_fieldset = True

    def __init__(self, *, with_time: bool) -> None:
        self.with_time = with_time
        self.names = ["day", "month", "year"] + (["time"] if with_time else [])
        super().__init__({name: forms.TextInput() for name in self.names})

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        return f"{id_}_0" if id_ else ""

    def decompress(self, value: Any) -> list[Any]:
        if isinstance(value, dt.datetime):
            local = value.astimezone(LONDON)
            return [local.day, local.month, local.year, words.clock(value)][: len(self.names)]
        if isinstance(value, dt.date):
            return [value.day, value.month, value.year, ""][: len(self.names)]
        return [None] * len(self.names)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        widths = {"year": "govuk-input--width-4", "time": "govuk-input--width-5"}
        for part, kind in zip(context["widget"]["subwidgets"], self.names, strict=True):
            part["part_label"] = "Time, such as 9am" if kind == "time" else kind.capitalize()
            part["width"] = widths.get(kind, "govuk-input--width-2")
            part["time"] = kind == "time"
        return context


_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_CLOCK = re.compile(r"^(\d{1,2})(?:[:.]?(\d{2}))?\s*([ap]\.?m\.?)?$")


def _month(text: str) -> int:
    """A month typed as a number or a word."""
    return _MONTHS.index(text[:3].lower()) + 1 if text[:3].lower() in _MONTHS else int(text)


def read_time(text: str) -> dt.time:
    """'9am', '9:30 pm', '21.30', '2130', 'midday', 'midnight'.

    Raises:
        ValueError: it is not a time.
    """
    said = text.strip().lower()
    if said in ("midday", "noon"):
        return dt.time(12)
    if said == "midnight":
        return dt.time(0)
    found = _CLOCK.match(said)
    if not found:
        raise ValueError(text)
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "")[:1]
    if half:
        if not 1 <= hour <= 12:
            raise ValueError(text)
        hour = hour % 12 + (12 if half == "p" else 0)
    return dt.time(hour, minute)


class _Parts(forms.Field):
    """What day and moment fields share: boxes that were all left empty are None."""

    with_time = False

    def __init__(self, *, label: str, missing: str, what: str, **kwargs: Any) -> None:
        self.what = what
        super().__init__(
            label=label,
            widget=PartsWidget(with_time=self.with_time),
            error_messages={"required": missing},
            **kwargs,
        )

    def clean(self, value: Any) -> Any:
        parts = [str(part or "").strip() for part in value or []]
        if not any(parts):
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        return self.read(parts)

    def read(self, parts: list[str]) -> Any:
        raise NotImplementedError

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the boxes hold something else than was shown in them."""
        shown = [str(part or "") for part in self.widget.decompress(initial)]
        return shown != [str(part or "").strip() for part in data or []]

    def _day(self, parts: list[str]) -> dt.date:
        names = ["day", "month", "year"]
        lacking = [name for name, part in zip(names, parts, strict=False) if not part]
        if lacking:
            raise ValidationError(f"{self.what} must include a {' and a '.join(lacking)}", code="incomplete")
        try:
            date = dt.date(int(parts[2]), _month(parts[1]), int(parts[0]))
        except (ValueError, OverflowError):
            raise ValidationError(
                f"{self.what} must be a real date, for example 21 11 2026", code="unreal"
            ) from None
        if not 2000 <= date.year <= 2100:
            raise ValidationError(f"{self.what} must have a year with four digits", code="year")
        return date


class Day(_Parts):
    """A day, as a date."""

    def read(self, parts: list[str]) -> dt.date:
        return self._day(parts)


class Moment(_Parts):
    """A day and a time on a British clock, as an aware moment.

    An hour that the clocks skip or repeat is refused: a collection must not start or end at a moment that two
    people could read differently.
    """

    with_time = True

    def read(self, parts: list[str]) -> dt.datetime:
        date = self._day(parts)
        if len(parts) < 4 or not parts[3]:
            raise ValidationError(f"{self.what} must include a time, for example 9am", code="incomplete")
        try:
            time = read_time(parts[3])
        except ValueError:
            raise ValidationError(
                f"{self.what} must have a real time, for example 9am or 5:30pm", code="time"
            ) from None
        first = dt.datetime.combine(date, time, LONDON)
        second = first.replace(fold=1)
        if first.utcoffset() != second.utcoffset():
            there = first.astimezone(dt.UTC).astimezone(LONDON).replace(tzinfo=None)
            said = "happens twice" if there == first.replace(tzinfo=None) else "does not exist"
            raise ValidationError(
                f"{self.what}: the clocks change that night, and this time {said}. Choose another hour",
                code="clocks",
            )
        return first.astimezone(dt.UTC)
