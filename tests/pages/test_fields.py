"""Form fields read what people type, and say in one sentence what is wrong."""

import datetime as dt

import pytest
from django import forms
from django.http import QueryDict

from governance.people.fields import AnyOf, Day, Lines, LongText, Moment, OneOf, WholeNumber, YesNo, read_time


class Page(forms.Form):
    start = Moment(label="Start", missing="Say when it starts", what="The start", required=False)
    until = Day(label="Until", missing="Say until when", what="The last day", required=False)
    why = LongText(
        label="Why", missing="Say why it is necessary", most=20, help_text="One sentence.", required=False
    )
    covert = YesNo(label="Covert?", required=False)
    scope = OneOf(
        label="Aim",
        choices=[("topic", "A topic"), ("person", "One person")],
        missing="Choose one",
        required=False,
        hints={"person": "Needs more."},
    )
    places = AnyOf(
        label="Where", choices=[("a", "A"), ("b", "B")], missing="Choose at least one", required=False
    )
    terms = Lines(
        label="Words", each="Search term", missing="Write at least one", most=3, longest=10, required=False
    )
    cap = WholeNumber(label="Limit", missing="Write a whole number", required=False)


def page(query: str) -> Page:
    form = Page(QueryDict(query))
    form.is_valid()
    return form


def moment(day="21", month="11", year="2026", time="9am") -> Page:
    return page(f"start_day={day}&start_month={month}&start_year={year}&start_time={time}")


def test_a_moment_is_read_on_the_british_clock():
    assert moment(month="7").cleaned_data["start"] == dt.datetime(2026, 7, 21, 8, tzinfo=dt.UTC)
    assert moment(month="November").cleaned_data["start"] == dt.datetime(2026, 11, 21, 9, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("parts", "error"),
    [
        ({"day": "31", "month": "2"}, "The start must be a real date, for example 21 11 2026"),
        ({"day": ""}, "The start must include a day"),
        ({"day": "", "year": ""}, "The start must include a day and a year"),
        ({"time": ""}, "The start must include a time, for example 9am"),
        ({"time": "25:00"}, "The start must have a real time, for example 9am or 5:30pm"),
        ({"year": "26"}, "The start must have a year with four digits"),
        ({"year": "9" * 30}, "The start must be a real date, for example 21 11 2026"),
        ({"day": "x"}, "The start must be a real date, for example 21 11 2026"),
    ],
)
def test_a_date_that_cannot_be_read_is_explained(parts, error):
    assert moment(**parts).errors["start"] == [error]


@pytest.mark.parametrize(
    ("day", "month", "said"), [("29", "3", "does not exist"), ("25", "10", "happens twice")]
)
def test_an_hour_that_the_clocks_skip_or_repeat_is_refused(day, month, said):
    assert said in moment(day=day, month=month, time="1:30am").errors["start"][0]


@pytest.mark.parametrize(
    ("said", "time"),
    [
        ("9am", (9, 0)),
        ("9:30 pm", (21, 30)),
        ("21.30", (21, 30)),
        ("2130", (21, 30)),
        ("midday", (12, 0)),
        ("12am", (0, 0)),
        ("12pm", (12, 0)),
        ("5 P.M.", (17, 0)),
        ("midnight", (0, 0)),
    ],
)
def test_times_are_read_as_people_write_them(said, time):
    assert read_time(said) == dt.time(*time)


@pytest.mark.parametrize("said", ["13pm", "0am", "9:60", "soon", "9am9", "-1"])
def test_what_is_not_a_time_is_not_guessed(said):
    with pytest.raises(ValueError):
        read_time(said)


def test_not_answered_is_neither_yes_nor_no():
    assert page("").cleaned_data["covert"] is None
    assert page("covert=yes").cleaned_data["covert"] is True
    assert page("covert=no").cleaned_data["covert"] is False
    assert page("covert=maybe").errors["covert"] == ["Choose yes or no"]


def test_a_list_drops_empty_and_repeated_lines_and_keeps_its_order():
    assert page("terms=%23b&terms=&terms=+a++a+&terms=%23b").cleaned_data["terms"] == ["#b", "a a"]
    assert page("terms=1&terms=2&terms=3&terms=4").errors["terms"] == ["Take some out: the most is 3"]
    assert page("terms=" + "x" * 11).errors["terms"] == [
        "Search term 1 is too long: the most is 10 characters"
    ]


def test_line_ends_of_every_browser_give_the_same_text():
    assert page("why=a%0D%0Ab").cleaned_data["why"] == page("why=a%0Ab").cleaned_data["why"] == "a\nb"


def test_a_text_that_is_too_long_is_not_cut_but_explained():
    assert page("why=" + "x" * 25).errors["why"] == [
        "Shorten this: the most is 20 characters, and you wrote 25"
    ]


@pytest.mark.parametrize(("said", "number"), [("1,500", 1500), ("0", 0), ("-1", -1), ("1000000000", 10**9)])
def test_a_whole_number_is_read_and_left_for_the_rules_to_judge(said, number):
    assert page(f"cap={said}").cleaned_data["cap"] == number


@pytest.mark.parametrize("said", ["1.5", "many", "9" * 40])
def test_what_is_not_a_whole_number_is_explained(said):
    assert page(f"cap={said}").errors["cap"] == ["Write a whole number"]


def test_extra_fields_are_ignored():
    form = page("why=x&state=authorised&requested_by=1")
    assert set(form.cleaned_data) == set(Page.base_fields)


def test_a_text_field_reads_label_hint_error_control_in_that_order():
    html = str(page("why=" + "x" * 25)["why"].as_field_group())
    order = [html.index(part) for part in ("<label", "id_why_helptext", "id_why_error", "<textarea")]
    assert order == sorted(order)
    assert 'aria-describedby="id_why_helptext id_why_error"' in html
    assert 'aria-invalid="true"' in html
    assert "govuk-form-group--error" in html
    assert "maxlength" not in html


def test_radios_are_a_fieldset_with_nothing_chosen_and_hints_tied_to_options():
    html = str(page("")["scope"].as_field_group())
    assert '<legend class="govuk-fieldset__legend govuk-fieldset__legend--s">Aim</legend>' in html
    assert "checked" not in html
    assert 'aria-describedby="id_scope_1_hint"' in html
    assert 'id="id_scope_1_hint"' in html


def test_each_line_has_a_label_of_its_own():
    html = str(page("terms=a&terms=b&terms=c")["terms"].as_field_group())
    for number in (1, 2, 3):
        assert f'<label class="govuk-label" for="id_terms_{number - 1}">Search term {number}</label>' in html


def test_typed_text_comes_back_escaped():
    html = str(page("why=%3Cb%3E&terms=%22%3E%3Cscript%3E")["why"].as_field_group())
    assert "<b>" not in html
    assert "<script>" not in str(page("terms=%22%3E%3Cscript%3E")["terms"].as_field_group())
