"""Each component keeps the shape that was designed: same tags, classes, roles."""

import datetime as dt
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import SimpleTestCase

same = SimpleTestCase().assertHTMLEqual


def shown(source: str, **context: object) -> str:
    return Template("{% load candour %}" + source).render(Context(context))


def icon(name: str) -> str:
    return f'<svg class="cd-i" aria-hidden="true" focusable="false"><use href="#i-{name}"></use></svg>'


def component(name: str, **context: object) -> str:
    return render_to_string(f"components/{name}.html", context)


@pytest.mark.parametrize("kind", ["pass", "refer", "block", "advice", "idle"])
def test_a_status_has_colour_its_own_shape_and_a_word(kind):
    same(
        shown("{% status kind 'Live' %}", kind=kind),
        f'<span class="cd-status cd-status--{kind}">{icon(kind)}Live</span>',
    )


def test_a_status_of_unknown_kind_looks_idle_never_green():
    assert "cd-status--idle" in shown("{% status 'purple' 'Live' %}")


def test_a_clock_carries_the_absolute_moment():
    at = dt.datetime(2026, 11, 20, 17, 0, tzinfo=dt.UTC)
    same(
        component("clock", kind="soon", text="Advice due today 5pm", at=at),
        f'<span class="cd-clock cd-clock--soon">{icon("clock")}'
        '<time datetime="2026-11-20T17:00:00+00:00">Advice due today 5pm</time></span>',
    )


@pytest.mark.parametrize(
    ("basis", "html"),
    [
        ("statute", '<span class="cd-basis">Law</span>'),
        ("case", '<span class="cd-basis">Law</span>'),
        ("code", '<span class="cd-basis">Code</span>'),
        ("guidance", '<span class="cd-basis">Guidance</span>'),
        ("local", '<span class="cd-basis cd-basis--local">Local rule</span>'),
        ("rumour", '<span class="cd-basis">rumour</span>'),
    ],
)
def test_the_basis_comes_from_the_pack_and_only_local_rules_are_dashed(basis, html):
    same(component("basis", basis=basis), html)


def test_a_verdict_says_rule_reason_fix_and_source_in_that_order():
    html = component(
        "verdict",
        kind="block",
        rule_id="UK-PRT-04",
        rule="At an event, search for topics. Not for people.",
        why="Term 3 follows the account of one person.",
        fix="take out term 3.",
        fix_href="/requests/MON-2026-0001/terms/",
        fix_text="Change search terms",
        cite="Data Protection Act 2018, section 35",
        basis="statute",
    )
    same(
        html,
        f"""<li class="cd-verdict cd-verdict--block">
        <p class="cd-verdict__h"><span class="cd-status cd-status--block">{icon("block")}Block</span>
        <span class="cd-basis">Law</span> <span class="cd-cite cd-mono">UK-PRT-04</span></p>
        <h3 class="cd-verdict__r">At an event, search for topics. Not for people.</h3>
        <p>Term 3 follows the account of one person.</p>
        <p class="cd-verdict__fix"><b>What would fix it:</b> take out term 3.
        <a class="govuk-link" href="/requests/MON-2026-0001/terms/">Change search terms</a></p>
        <p class="cd-cite">Data Protection Act 2018, section 35</p></li>""",
    )


def test_a_verdict_fits_the_outline_of_its_page():
    html = component("verdict", kind="pass", rule="R", basis="code", tag="div", heading="h4")
    assert html.strip().startswith("<div")
    assert '<h4 class="cd-verdict__r">' in html


def test_a_fingerprint_is_shown_in_groups_of_four():
    same(
        shown("{% digest d %}", d="91c40b7e52da88f1" * 4), '<span class="cd-hash">91c4 0b7e 52da 88f1</span>'
    )
    assert shown("{{ d|fingerprint:3 }}", d="91c40b7e52da88f1" * 4) == "91c4 0b7e 52da"
    assert shown("{{ d|fingerprint }}", d="") == "Not recorded"


def test_a_key_figure_is_a_pair_of_term_and_number():
    same(
        component("key", number=5, label="to review", note="Oldest: 2 days", kind="refer"),
        '<div class="cd-key cd-key--refer"><dt>to review</dt><dd>5</dd>'
        '<dd class="cd-key__s">Oldest: 2 days</dd></div>',
    )


@pytest.mark.parametrize(("value", "width"), [(0, 0), (61, 61), (412, 100)])
def test_a_meter_says_its_numbers_and_draws_no_more_than_all(value, width):
    html = component("meter", label="Bystander accounts", value=value, maximum=100)
    assert f'<rect width="{width}" height="1"/>' in html
    assert f"{value} of 100" in html
    assert 'aria-hidden="true"' in html


def test_a_work_item_is_a_heading_with_a_link_a_sentence_and_a_side():
    html = component(
        "work_item",
        title="March for the River",
        href="/requests/MON-2026-0001/",
        detail="Draft. 1 rule stops it.",
        status_kind="block",
        status_text="1 block",
        edge="late",
    )
    same(
        html,
        f"""<li class="is-late"><div><h3 class="cd-work__t">
        <a class="govuk-link" href="/requests/MON-2026-0001/">March for the River</a></h3>
        <p class="cd-work__d">Draft. 1 rule stops it.</p></div><div class="cd-work__side">
        <span class="cd-status cd-status--block">{icon("block")}1 block</span></div></li>""",
    )


def test_a_summary_row_names_what_its_link_changes():
    same(
        component("summary_row", key="Search terms", value="#March", href="/x/"),
        '<div class="govuk-summary-list__row"><dt class="govuk-summary-list__key">Search terms</dt>'
        '<dd class="govuk-summary-list__value">#March</dd><dd class="govuk-summary-list__actions">'
        '<a class="govuk-link" href="/x/">Change<span class="cd-hidden"> search terms</span></a></dd></div>',
    )


def test_a_task_ties_its_status_to_its_link():
    html = component(
        "task",
        id="purpose",
        title="Purpose",
        href="/p/",
        status_kind="pass",
        status_text="Done",
        hint="Safety",
    )
    same(
        html,
        f"""<li class="govuk-task-list__item govuk-task-list__item--with-link"><div
        class="govuk-task-list__name-and-hint"><a class="govuk-link govuk-task-list__link" href="/p/"
        aria-describedby="purpose-status">Purpose</a><div class="govuk-task-list__hint">Safety</div></div>
        <div class="govuk-task-list__status" id="purpose-status">
        <span class="cd-status cd-status--pass">{icon("pass")}Done</span></div></li>""",
    )


def test_a_timeline_entry_says_what_who_and_when():
    at = dt.datetime(2026, 1, 5, 17, 0, tzinfo=dt.UTC)
    html = component("timeline_event", what="Granted", who="Supt Reid", at=at, kind="now", entry=46980)
    assert (
        '<li class="is-now"><p class="cd-time__w">Granted</p><p class="cd-time__m"><span>Supt Reid</span>'
        in html
    )
    assert "Log entry 46,980" in html
    assert 'datetime="2026-01-05T17:00:00+00:00"' in html


def test_the_seal_says_version_fingerprint_and_what_breaks_it():
    html = component(
        "seal", title="You advise on version 3 and no other.", value="ab" * 32, pack="uk-police 1", text="T"
    )
    same(
        html,
        f"""<div class="cd-seal">{icon("seal")}<div><p><b>You advise on version 3 and no other.</b></p>
        <p>Fingerprint
        <span class="cd-hash">abab abab abab abab</span> with rules uk-police 1. T</p></div></div>""",
    )


def test_the_coach_never_looks_like_a_refusal():
    html = component(
        "coach", praise="Good", hints=[{"what": "Vague.", "do": "Say what you would do."}], example="X"
    )
    assert "These are hints. They do not stop you" in html
    for word in ("i-block", "i-refer", "cd-block", "error"):
        assert word not in html


def test_steps_mark_the_one_you_are_at():
    html = component("steps", steps=[{"text": "Ask", "state": "done"}, {"text": "Decide", "state": "here"}])
    assert '<li class="is-done">Ask<span class="cd-hidden"> done</span></li>' in html
    assert '<li aria-current="step">Decide</li>' in html


def test_an_empty_page_says_why_and_what_next():
    html = component("empty", title="Nothing to review", text="All advice is given.", href="/", action="Home")
    same(
        html,
        '<div class="cd-empty"><h2 class="cd-h2">Nothing to review</h2>'
        '<p class="govuk-body">All advice is given.</p>'
        '<p class="govuk-body"><a class="govuk-link" href="/">Home</a></p></div>',
    )


def test_the_error_summary_links_to_the_field():
    html = component("error_summary", errors=[{"href": "id_terms_2", "text": "Term 3 follows one person"}])
    assert '<div role="alert"><h2 class="govuk-error-summary__title">There is a problem</h2>' in html
    assert '<a href="#id_terms_2">Term 3 follows one person</a>' in html
    assert component("error_summary", errors=[]).strip() == ""


def test_the_red_button_is_a_post_that_carries_the_token():
    html = component(
        "live_strip", kind="pass", word="Live", title="Ends", text="T", stop_url="/stop/", csrf_token="tok"
    )
    assert '<form method="post" action="/stop/"' in html
    assert 'value="tok"' in html
    assert "govuk-button--warning" in html
    assert "<form" not in component("live_strip", kind="idle", word="Ended", title="Ended", text="T")


def test_a_chip_says_that_something_is_hidden():
    same(
        component("chip", text="Phone 1", kind="contact"),
        '<span class="cd-chip cd-chip--contact"><span class="cd-hidden">hidden: </span>Phone 1</span>',
    )


def test_stored_text_is_escaped_before_chips_are_put_in():
    html = shown("{{ t|redacted }}", t="<script>alert(1)</script> call [phone 1] or [address 2] & [name 1]")
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "&amp;" in html
    assert (
        '<span class="cd-chip cd-chip--contact"><span class="cd-hidden">hidden: </span>Phone 1</span>' in html
    )
    assert 'cd-chip--place"><span class="cd-hidden">hidden: </span>Address 2' in html
    assert 'cd-chip--person"><span class="cd-hidden">hidden: </span>Name 1' in html


@pytest.mark.parametrize("text", ["[image not kept]", "[1]", "[Name 1]", "[<b> 1]", "[name 12345]", "plain"])
def test_only_placeholders_become_chips(text):
    assert "cd-chip" not in shown("{{ t|redacted }}", t=text)


TEMPLATES = sorted((Path(settings.BASE_DIR) / "templates").rglob("*.html"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(settings.BASE_DIR)))
def test_no_template_carries_a_style_a_script_or_an_address_elsewhere(path):
    text = path.read_text()
    if "reports" in path.parts:
        pytest.skip("a printed report carries its own style sheet")
    assert not re.search(r"\sstyle=|<style|<script|\son[a-z]+=", text)
    assert not re.search(r"(?:src|href|action)=\"https?://", text)


def test_the_style_sheet_fetches_nothing_from_elsewhere():
    css = (Path(settings.BASE_DIR) / "static" / "app.css").read_text()
    assert not re.search(r"https?:|@import", css)
    assert set(re.findall(r'url\("([^"]+)"\)', css)) <= {
        f"vendor/fonts/source-sans-3-{subset}-{weight}-normal.woff2"
        for subset in ("latin", "latin-ext")
        for weight in (400, 600, 700)
    }
