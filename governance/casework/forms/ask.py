"""The nine question pages, as forms: they read answers and say what is missing. Rules judge, never a form.

Each page saves what it could read, whatever else is missing, so that nobody loses work. `missing` says which
answers of a page are still needed before it counts as done.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from audit import clock
from governance.casework import display
from governance.casework.content import PARTS
from governance.casework.models import Profession, Request, Scope
from governance.casework.terms import TermError, parse
from governance.decisions.services import platform_terms
from governance.gatherings.models import Gathering, GatheringKind
from governance.people import words
from governance.people.fields import (
    AnyOf,
    Lines,
    LongText,
    Moment,
    OneOf,
    ShortText,
    WholeNumber,
    YesNo,
)
from governance.policy import Pack

NO_EVENT = "none"
NONE_OF_THESE = "none"
_LONGEST_LISTED_EVENTS = 12


class PartForm(forms.Form):
    """One question page. `part` names it; `optional` answers may stay empty."""

    part: ClassVar[str]
    optional: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, *args: Any, request: Request, pack: Pack, **kwargs: Any) -> None:
        self.request, self.pack = request, pack
        kwargs.setdefault("initial", self.stored(request))
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = False  # what is missing is said after what was written is saved
        self.prepare()

    def prepare(self) -> None:
        """Fill in choices and hints that depend on the pack and the request."""

    @staticmethod
    def stored(request: Request) -> dict[str, Any]:
        """What the boxes hold when the page opens."""
        return {name: getattr(request, name) for names in PARTS.values() for name in names}

    def values(self) -> dict[str, Any]:
        """The answers that could be read, for `save_answers`.

        A box that came back as it was shown is left out: what a page cannot show exactly (a line end, a second)
        must not count as an edit and void a decision. So is a box that did not come back at all.
        """
        left_out = {n for n in self.fields if self._omitted(n)}
        if self.part in self.request.parts:
            left_out |= set(self.fields) - set(self.changed_data)
        return {
            n: self.cleaned_data[n] for n in PARTS[self.part] if n in self.cleaned_data and n not in left_out
        }

    def _omitted(self, name: str) -> bool:
        return self.fields[name].widget.value_omitted_from_data(self.data, self.files, self.add_prefix(name))

    def lacking(self) -> dict[str, str]:
        """Which fields of this page still need an answer, and the sentence to show. After validation."""
        out: dict[str, str] = {}
        for name, field in self.fields.items():
            if name in self.optional or name in self.errors:
                continue
            value = self.cleaned_data.get(name)
            if value is None or value in ("", []):
                out[name] = str(field.error_messages["required"])
        return out


class Purpose(PartForm):
    part = "purpose"
    title = ShortText(
        label="What do you call it?",
        help_text="A short name for your own list. Not the name of a person.",
        missing="Give it a short name",
        most=160,
    )
    purpose_code = OneOf(label="What is it for?", choices=[], missing="Choose what it is for")
    purpose_text = LongText(
        label="The purpose in plain words",
        help_text="One or two sentences that could be published.",
        missing="Say in plain words what it is for",
        rows=3,
    )
    law_ref = ShortText(
        label="Which law lets you do this?",
        help_text="For example: common law duty to protect life; Data Protection Act 2018, Part 3.",
        missing="Name the law it rests on",
    )

    def prepare(self) -> None:
        purposes = self.pack.purposes.values()
        self.fields["purpose_code"].choices = [(p.code, words.sentence(p.words)) for p in purposes]  # type: ignore[attr-defined]


class Event(PartForm):
    part = "event"
    gathering = OneOf(
        label="Which event is it about?",
        choices=[],
        missing="Choose the event, or say that there is none",
        help_text="A protest, match, festival or emergency. Collection must fit around it.",
    )

    def __init__(self, *args: Any, gatherings: Any, **kwargs: Any) -> None:
        self.gatherings = {str(g.pk): g for g in gatherings}
        super().__init__(*args, **kwargs)

    @staticmethod
    def stored(request: Request) -> dict[str, Any]:
        answered = "event" in request.parts
        return {"gathering": str(request.gathering_id or NO_EVENT) if answered else None}

    def prepare(self) -> None:
        field: Any = self.fields["gathering"]
        field.choices = [(key, g.name) for key, g in self.gatherings.items()] + [
            (NO_EVENT, "It is not about an event")
        ]
        field.widget.hints = {
            key: display.gathering_in_words(g).split(", ", 1)[1] for key, g in self.gatherings.items()
        }

    def values(self) -> dict[str, Any]:
        if "gathering" not in self.cleaned_data or not self.cleaned_data["gathering"]:
            return {}
        return {"gathering": self.gatherings.get(self.cleaned_data["gathering"])}


class Terms(PartForm):
    part = "terms"
    platforms = AnyOf(label="Where will you look?", choices=[], missing="Choose at least one platform")
    query_scope = OneOf(
        label="What is the search aimed at?",
        choices=Scope.choices,
        missing="Choose what the search is aimed at",
    )
    terms = Lines(
        label="What words will you look for?",
        each="Search term",
        missing="Write at least one search term",
        help_text="A word, a #hashtag, or “a phrase in quotes”. Join them with AND, OR and brackets.",
    )

    def prepare(self) -> None:
        places: Any = self.fields["platforms"]
        terms, now = platform_terms(), clock.now()
        places.widget.hints = {
            code: "The platform’s own terms forbid this kind of use."
            for code in self.pack.platforms
            if not terms.monitoring(code, at=now).allowed
        }
        places.choices = [(p.code, p.words) for p in self.pack.platforms.values()]

    def clean_terms(self) -> list[str]:
        terms: list[str] = self.cleaned_data["terms"]
        for number, term in enumerate(terms, start=1):
            try:
                parse(term)
            except TermError as error:
                raise ValidationError(f"Search term {number}: {error}") from None
        return terms


class Dates(PartForm):
    part = "dates"
    start_at = Moment(label="When does it start?", missing="Say when it starts", what="The start")
    end_at = Moment(
        label="When does it end?",
        missing="Say when it ends",
        what="The end",
        help_text="Collection stops by itself at that moment.",
    )

    @staticmethod
    def stored(request: Request) -> dict[str, Any]:
        """The answers; before there are any, the day of the event, which is often all that is needed."""
        start, end = request.start_at, request.end_at
        event = request.gathering
        if "dates" not in request.parts and event is not None:
            start, end = event.starts_at - dt.timedelta(hours=2), event.ends_at + dt.timedelta(hours=2)
        return {"start_at": start, "end_at": end}

    def clean(self) -> dict[str, Any] | None:
        data = super().clean() or {}
        start, end = data.get("start_at"), data.get("end_at")
        if start and end and end <= start:
            self.add_error("end_at", "The end must be after the start")
        return data


class Necessity(PartForm):
    part = "necessity"
    nec_objective = LongText(
        label="What do you want to achieve?",
        help_text="What will be different if this works? One or two sentences.",
        missing="Say what you want to achieve",
        rows=3,
    )
    nec_text = LongText(
        label="Why is it necessary?",
        help_text="Say what could go wrong, how you know, and what reading public posts lets you do that you "
        "cannot do now. Two or three sentences are enough.",
        missing="Say why it is necessary",
        rows=7,
    )


class Proportionality(PartForm):
    part = "proportionality"
    size_scope = LongText(
        label="How small is the search, for the harm it is about?",
        help_text="The fewer people it touches, the better. Say why it cannot be smaller.",
        missing="Say how small the search is",
    )
    rational_link = LongText(
        label="How will reading posts help?", missing="Say how reading posts will help", rows=3
    )
    least_intrusive = LongText(
        label="Why is this the way that intrudes least?", missing="Say why it intrudes least", rows=3
    )
    alternatives = LongText(
        label="What else did you consider?",
        help_text="For example a phone line, cameras, or asking the organisers. Say why that is not enough.",
        missing="Say what else you considered",
        rows=3,
    )
    fair_balance = LongText(
        label="Is it fair for the people affected?",
        help_text="What it does to them, against what is gained.",
        missing="Say why it is fair for the people affected",
        rows=3,
    )


class Others(PartForm):
    part = "others"
    coll_text = LongText(
        label="Whose posts will you read who are not the aim?",
        help_text="Most people in any search did nothing wrong. Say who they are and how many.",
        missing="Say who else is affected",
    )
    coll_mitigation = LongText(
        label="How do you keep that small?",
        help_text="Phone numbers, addresses, usernames and other personal details are hidden before anyone reads a post. Say what you do besides.",
        missing="Say how you keep it small",
        rows=3,
    )
    bystander_cap = WholeNumber(
        label="At how many bystander accounts must it be looked at again?",
        missing="Write a whole number, for example 100",
    )


class Retention(PartForm):
    part = "retention"
    retention_class = OneOf(
        label="What kind of material is it?", choices=[], missing="Choose what kind of material it is"
    )
    retention_days = WholeNumber(
        label="How many days do you need it?",
        missing="Write a whole number of days",
        help_text="It is deleted by itself after that, and you get a receipt.",
    )

    def prepare(self) -> None:
        purpose = self.pack.purposes.get(self.request.purpose_code)
        offered = [
            c
            for c in self.pack.retention_classes.values()
            if c.collected and (purpose is None or c.code in purpose.retention_classes)
        ]
        field: Any = self.fields["retention_class"]
        field.choices = [(c.code, words.sentence(c.words)) for c in offered]
        field.widget.hints = {c.code: f"At most {c.longest_days} days" for c in offered if c.longest_days}


# The two lists of the last page: what is asked as a tick here is stored as yes or no, each for itself.
_METHODS = {
    "covert": "People are not meant to know about it",
    "private_info_likely": "It is likely to bring in somebody’s private information",
    "systematic_recording": "It records things about one person or group",
    "closed_group": "It goes behind a log-in or into a closed group",
    "false_persona": "It uses a false name or profile",
    "relationship": "It means contacting, following or befriending people",
    "personal_account": "It uses somebody’s own account or phone",
    "facial_recognition": "It matches faces",
}
_PEOPLE = {
    "under18": "People under 18",
    "sensitive": "Religion, politics, health, sex life, ethnic origin or trade union membership",
}
_RIGHTS = ("art8", "art10", "art11")


class People(PartForm):
    part = "people"
    optional = frozenset({"offence", *_RIGHTS})
    overt_notice = YesNo(
        label="Are the public told about it?", missing="Say whether the public are told", yes="", no=""
    )
    notice_text = LongText(
        label="How are they told?", missing="Say how the public are told, or why they are not", rows=2
    )
    methods = AnyOf(
        label="Which of these are true?",
        choices=[*_METHODS.items(), (NONE_OF_THESE, "None of these")],
        missing="Choose what is true, or “None of these”",
    )
    who = AnyOf(
        label="Whose posts, or what kind of information, may come in?",
        choices=[*_PEOPLE.items(), (NONE_OF_THESE, "None of these")],
        missing="Choose who or what may come in, or “None of these”",
        help_text="Think of the words you search for, not only of what you are after.",
    )
    confidential_profession = OneOf(
        label="Is it aimed at somebody whose work the law protects?",
        choices=[c for c in Profession.choices if c[0] != Profession.NONE] + [(Profession.NONE.value, "No")],
        missing="Say whether it is aimed at somebody whose work the law protects",
    )
    offence = ShortText(
        label="Offence (only if one is being investigated)", help_text="Leave it empty if there is none."
    )
    protest_related = YesNo(
        label="Does it concern a protest, picket or campaign?", missing="Say whether it concerns a protest"
    )
    peaceful = YesNo(
        label="Is it peaceful, as far as you know?",
        missing="Say whether it is peaceful",
        help_text="If it is not about a gathering, answer yes.",
    )
    protected_sole_basis = YesNo(
        label="Were people chosen only for their belief, background or lawful views?",
        missing="Say whether people were chosen only for belief, background or lawful views",
    )
    art8 = LongText(
        label="Privacy: what does it do to people’s private life?",
        missing="Say what it does to people’s private life",
        rows=3,
    )
    art10 = LongText(
        label="Free speech: could people say less because of it?",
        missing="Say whether people could say less because of it",
        rows=3,
    )
    art11 = LongText(
        label="Assembly: could people stay away because of it?",
        missing="Say whether people could stay away because of it",
        rows=3,
    )

    @property
    def about_protest(self) -> bool:
        """Whether the three rights questions are asked: the event says so, or the officer did."""
        event = self.request.gathering
        answered = getattr(self, "cleaned_data", {}).get("protest_related")
        return bool((event and event.is_protest) or answered or self.request.protest_related)

    def prepare(self) -> None:
        event = self.request.gathering
        if event is not None and event.is_protest:
            self.fields["protest_related"].help_text = f"{event.name} is marked as a protest."

    @staticmethod
    def stored(request: Request) -> dict[str, Any]:
        initial = PartForm.stored(request)
        initial["methods"] = _ticked(request, _METHODS)
        initial["who"] = _ticked(request, _PEOPLE)
        if (
            initial["protest_related"] is None
            and request.gathering is not None
            and request.gathering.is_protest
        ):
            initial["protest_related"] = True
        return initial

    def clean_methods(self) -> list[str]:
        return _exclusive(self.cleaned_data["methods"])

    def clean_who(self) -> list[str]:
        return _exclusive(self.cleaned_data["who"])

    def values(self) -> dict[str, Any]:
        out = super().values()
        for group, names in (("methods", _METHODS), ("who", _PEOPLE)):
            ticked = self.cleaned_data.get(group)
            if ticked:  # an empty list is "not answered", and stays so
                out |= {name: name in ticked for name in names}
        return out

    def lacking(self) -> dict[str, str]:
        out = super().lacking()
        if self.about_protest:
            for name in _RIGHTS:
                if name not in self.errors and not self.cleaned_data.get(name):
                    out[name] = str(self.fields[name].error_messages["required"])
        return out


def _ticked(request: Request, names: Mapping[str, str]) -> list[str]:
    """Ticks for stored yes-or-no answers: 'None of these' once all were answered no."""
    yes = [name for name in names if getattr(request, name)]
    answered = all(getattr(request, name) is not None for name in names)
    return yes or ([NONE_OF_THESE] if answered else [])


def _exclusive(chosen: list[str]) -> list[str]:
    if NONE_OF_THESE in chosen and len(chosen) > 1:
        raise ValidationError("Choose either “None of these” or the ones that are true")
    return chosen


FORMS: dict[str, type[PartForm]] = {
    form.part: form
    for form in (Purpose, Event, Terms, Dates, Necessity, Proportionality, Others, Retention, People)
}


class NewGathering(forms.Form):
    """Recording an event: place and time only, nothing about who comes."""

    name = ShortText(label="Name of the event", missing="Give the event’s name", most=160)
    kind = OneOf(
        label="What kind of event is it?", choices=GatheringKind.choices, missing="Choose the kind of event"
    )
    place = ShortText(label="Where is it?", missing="Say where it is", most=160)
    starts_at = Moment(label="When does it start?", missing="Say when it starts", what="The start")
    ends_at = Moment(label="When does it end?", missing="Say when it ends", what="The end")
    is_protest = YesNo(
        label="Is it a protest, picket or union event, or could it become one?",
        missing="Say whether it is or could become a protest",
    )

    def clean(self) -> dict[str, Any] | None:
        data = super().clean() or {}
        start, end = data.get("starts_at"), data.get("ends_at")
        if start and end and end <= start:
            self.add_error("ends_at", "The event must end after it starts")
        return data


def finished(request: Request, part: str) -> bool:
    """Whether every answer that a page needs was given. What the answers are worth is the rules' business."""
    if part not in request.parts:
        return False
    if part == "event":
        return True
    optional = set(FORMS[part].optional)
    about_protest = request.protest_related or (
        request.gathering is not None and request.gathering.is_protest
    )
    if part == "people" and about_protest:
        optional -= set(_RIGHTS)
    return all(getattr(request, name) not in (None, "", []) for name in PARTS[part] if name not in optional)


def events_offered(gatherings: Any, *, request: Request, now: dt.datetime) -> list[Gathering]:
    """The events on the page: those not long over, the nearest first, and the chosen one at any date."""
    soon = gatherings.filter(ends_at__gte=now - dt.timedelta(days=7)).order_by("starts_at")
    offered = list(soon[:_LONGEST_LISTED_EVENTS])
    chosen = request.gathering
    if chosen is not None and chosen not in offered:
        offered.insert(0, chosen)
    return offered
