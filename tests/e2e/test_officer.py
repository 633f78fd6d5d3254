"""The officer asks to monitor: one thing on a page, the rules beside it, and nothing needs JavaScript."""

from playwright.sync_api import expect

from governance.casework.models import Request
from tests import factories
from tests.e2e.conftest import Reader

WHY = (
    "At the march in September, posts about a blocked Kingsgate Bridge reached us 40 minutes late and two "
    "ambulances were held up. If a route is reported blocked we send a traffic officer and post a diversion."
)
PROPORTIONALITY = (
    "How small is the search, for the harm it is about?",
    "How will reading posts help?",
    "Why is this the way that intrudes least?",
    "What else did you consider?",
    "Is it fair for the people affected?",
)
# Presses of buttons, links, radios and ticks from the home page to a request that is sent. Fewer is better.
MOST_PRESSES = 24


def ask(reader: Reader, *, look: bool = True) -> None:
    """From the home page to a sent request about an event, level 1."""

    def seen(name: str) -> None:
        if look:
            reader.look(name)

    reader.follow("Ask to monitor")
    seen("officer-purpose-empty")
    reader.write("What do you call it?", "March for the River")
    reader.choose("What is it for?", _first_purpose(reader))
    reader.write(
        "The purpose in plain words", "Keep people safe and traffic moving while a march crosses town."
    )
    reader.write(
        "Which law lets you do this?", "Common law duty to protect life; Data Protection Act 2018, Part 3"
    )
    reader.press("Save and continue")
    seen("officer-event")
    reader.presses += 1
    reader.page.get_by_label("March for the River", exact=True).check()
    reader.press("Save and continue")
    reader.choose("Where will you look?", "Mastodon")
    reader.choose("What is the search aimed at?", "An event")
    reader.write("Search term 1", "#MarchForTheRiver")
    reader.write("Search term 2", '"Kingsgate Bridge" AND (blocked OR closed)')
    reader.press("Save and continue")
    seen("officer-dates")
    reader.press("Save and continue")
    seen("officer-necessity-empty")
    reader.write("What do you want to achieve?", WHY)
    reader.write("Why is it necessary?", WHY)
    reader.press("Save and continue")
    for label in PROPORTIONALITY:
        reader.write(label, WHY)
    seen("officer-proportionality")
    reader.press("Save and continue")
    reader.write("Whose posts will you read who are not the aim?", WHY)
    reader.write("How do you keep that small?", WHY)
    reader.write("At how many bystander accounts must it be looked at again?", "100")
    seen("officer-others")
    reader.press("Save and continue")
    reader.presses += 1
    reader.page.locator("input[value=R2]").check()
    reader.write("How many days do you need it?", "30")
    seen("officer-retention")
    reader.press("Save and continue")
    reader.choose("Are the public told about it?", "Yes")
    reader.write("How are they told?", "A notice stands on the force website from three days before.")
    reader.choose("Which of these are true?", "None of these")
    reader.choose("Whose posts, or what kind of information, may come in?", "None of these")
    reader.choose("Is it aimed at somebody whose work the law protects?", "No")
    reader.choose("Does it concern a protest, picket or campaign?", "No")
    reader.choose("Is it peaceful, as far as you know?", "Yes")
    reader.choose("Were people chosen only for their belief, background or lawful views?", "No")
    seen("officer-people")
    reader.press("Save and continue")
    seen("officer-list-done")
    reader.follow("Check your answers")
    seen("officer-check")
    reader.press("Send the request")
    seen("officer-sent")


def _first_purpose(reader: Reader) -> str:
    label = reader.page.get_by_role("group", name="What is it for?").locator("label", has_text="event").first
    return label.inner_text().strip()


def test_an_officer_asks_without_javascript_and_every_page_is_accessible(force, reader):
    factories.gathering(force)
    officer = reader(force.officer)
    officer.look("officer-home-empty")
    officer.open("/requests/")
    officer.look("officer-requests-empty")
    officer.open("/")
    ask(officer)
    request = Request.objects.get()
    assert request.state == "submitted"
    officer.says("was sent")
    assert officer.presses <= MOST_PRESSES, f"{officer.presses} presses"
    officer.open(f"/requests/{request.ref}/history/")
    officer.look("officer-history")
    officer.open("/requests/")
    officer.look("officer-requests")
    officer.open("/")
    officer.look("officer-home")


def test_what_stops_a_request_is_named_with_the_law_and_the_remedy(force, reader):
    event = factories.gathering(force, protest=True)
    request = factories.draft_request(force, event=event, terms=["#River", "from:@organiser@social.example"])
    officer = reader(force.officer)
    officer.open(f"/requests/{request.ref}/")
    officer.says("Cannot be sent yet")
    officer.says("What would fix it")
    officer.look("officer-list-blocked")
    officer.open(f"/requests/{request.ref}/part/terms/")
    officer.look("officer-terms-blocked")
    officer.press("Add another term")
    expect(officer.page.get_by_label("Search term 3")).to_be_visible()
    officer.look("officer-terms-more")
    officer.open(f"/requests/{request.ref}/part/dates/")
    officer.write("Day", "31")
    officer.write("Month", "2")
    officer.press("Save and continue")
    officer.says("There is a problem")
    assert officer.page.title().startswith("Error: ")
    officer.look("officer-dates-error")
    officer.open(f"/requests/{request.ref}/check/")
    officer.look("officer-check-blocked")
    assert officer.page.get_by_role("button", name="Send the request").count() == 0
    officer.open(f"/requests/{request.ref}/event/")
    officer.look("officer-new-event")
    officer.open(f"/requests/{request.ref}/take-back/")
    officer.look("officer-take-back")
    officer.press("Take it back")
    officer.look("officer-taken-back")


def test_the_keyboard_alone_is_enough_to_ask(force, reader):
    factories.gathering(force)
    officer = reader(force.officer)
    page = officer.page
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    _enter(page, page.get_by_role("link", name="Ask to monitor").first)

    _type(page, "What do you call it?", "Keyboard march")
    _pick(page, "event_safety")
    _type(
        page,
        "The purpose in plain words",
        "Keep people safe and traffic moving while a march crosses the town.",
    )
    _type(
        page,
        "Which law lets you do this?",
        "Common law duty to protect life; Data Protection Act 2018, Part 3",
    )
    _save(page)
    _pick_label(page, "March for the River")
    _save(page)
    _pick(page, "mastodon")
    _pick(page, "event")
    _type(page, "Search term 1", "#MarchForTheRiver")
    _save(page)
    _save(page)  # the dates of the event stand in the boxes
    for label in ("What do you want to achieve?", "Why is it necessary?"):
        _type(page, label, WHY)
    _save(page)
    for label in PROPORTIONALITY:
        _type(page, label, WHY)
    _save(page)
    _type(page, "Whose posts will you read who are not the aim?", WHY)
    _type(page, "How do you keep that small?", WHY)
    _type(page, "At how many bystander accounts must it be looked at again?", "100")
    _save(page)
    _pick(page, "R2")
    _type(page, "How many days do you need it?", "30")
    _save(page)
    for name, value in (
        ("overt_notice", "yes"),
        ("methods", "none"),
        ("who", "none"),
        ("confidential_profession", "none"),
        ("protest_related", "no"),
        ("peaceful", "yes"),
        ("protected_sole_basis", "no"),
    ):
        if name == "methods":
            _type(page, "How are they told?", "A notice stands on the force website from three days before.")
        _choose(page, page.locator(f"input[name={name}][value={value}]"))
    _save(page)
    _enter(page, page.get_by_role("link", name="Check your answers"))
    _enter(page, page.get_by_role("button", name="Send the request"))
    request = Request.objects.get()
    assert (request.title, request.state) == ("Keyboard march", "submitted")


def _type(page, label: str, text: str) -> None:
    _tab_to(page, page.get_by_label(label, exact=True))
    page.keyboard.insert_text(text)


def _pick(page, value: str) -> None:
    _choose(page, page.locator(f"input[value={value}]"))


def _pick_label(page, label: str) -> None:
    _choose(page, page.get_by_label(label, exact=True))


def _choose(page, target) -> None:
    """Tick a checkbox with Space; reach a radio by Tab to its group and arrows inside it."""
    if target.get_attribute("type") == "checkbox":
        _tab_to(page, target)
        page.keyboard.press("Space")
    else:
        name = target.get_attribute("name")
        _tab_to(page, page.locator(f"input[name={name}]"), among=True)
        page.keyboard.press("Space")
        for _ in range(page.locator(f"input[name={name}]").count()):
            if target.is_checked():
                break
            page.keyboard.press("ArrowDown")
    expect(target).to_be_checked()


def _save(page) -> None:
    _enter(page, page.get_by_role("button", name="Save and continue"))


def _enter(page, target) -> None:
    _tab_to(page, target)
    with page.expect_navigation():
        page.keyboard.press("Enter")


_SHOWS_FOCUS = """() => {
    const e = document.activeElement;
    if (!e || e === document.body || e.id === 'main') return true;
    const own = getComputedStyle(e), label = e.nextElementSibling;
    const drawn = label ? getComputedStyle(label, '::before') : null;
    return own.outlineStyle !== 'none' || own.boxShadow !== 'none' || (drawn && drawn.boxShadow !== 'none');
}"""


def _tab_to(page, target, *, among: bool = False, most: int = 80) -> None:
    """Press Tab until the target (or one of them) has the focus; every stop on the way must show it."""
    reached = "es => es.includes(document.activeElement)"
    for _ in range(most):
        if (
            target.evaluate_all(reached)
            if among
            else target.first.evaluate("e => e === document.activeElement")
        ):
            return
        page.keyboard.press("Tab")
        where = page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
        assert page.evaluate(_SHOWS_FOCUS), f"the focus cannot be seen on {where}"
    raise AssertionError("the keyboard does not get there")
