"""Browser journeys: pages without JavaScript, each one checked with axe at two widths in a second browser context."""

import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.factories import PASSWORD

CHROMIUM = shutil.which("chromium")
WIDTHS = (1280, 390)
# What axe checks: WCAG 2.0 to 2.2, A and AA, and its best practices.
AXE = {
    "resultTypes": ["violations"],
    "runOnly": [
        "wcag2a",
        "wcag2aa",
        "wcag21a",
        "wcag21aa",
        "wcag22aa",
        "best-practice",
    ],
}
# A folder for screenshots of every page visited; none are taken unless it is named.
SHOTS = os.environ.get("CANDOUR_SHOTS", "")

# Playwright keeps an event loop in this thread, which Django would take for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "e2e" in item.path.parts:
            item.add_marker(pytest.mark.e2e)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="no Chromium here: apt-get install -y chromium"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass
class Reader:
    """One person at a browser without JavaScript. `look` checks the page that is open."""

    page: Page
    address: str
    checker: Page
    seen: list[str] = field(default_factory=list)
    presses: int = 0

    def open(self, path: str) -> None:
        response = self.page.goto(self.address + path)
        assert response is not None
        assert response.status < 500, path

    def press(self, name: str, *, role: str = "button") -> None:
        """Press a button (or follow a link) by the words on it."""
        self.presses += 1
        with self.page.expect_navigation():
            self.page.get_by_role(role, name=name).first.click()  # type: ignore[arg-type]

    def follow(self, name: str) -> None:
        self.press(name, role="link")

    def choose(self, group: str, option: str) -> None:
        """Choose a radio or checkbox in the group with this legend."""
        self.presses += 1
        self.page.get_by_role("group", name=group).get_by_label(option, exact=True).first.check()

    def write(self, label: str, text: str) -> None:
        self.page.get_by_label(label, exact=True).first.fill(text)

    def says(self, text: str) -> None:
        assert text in self.page.locator("body").inner_text(), f"“{text}” is not on {self.page.url}"

    def look(self, name: str = "") -> None:
        """Check the open page: axe, one h1, no skipped heading, no sideways scroll, at each width."""
        html, url = self.page.content(), self.page.url
        self.seen.append(url.removeprefix(self.address))
        self.checker.route(
            url, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8")
        )
        try:
            self.checker.goto(url)
            self.checker.evaluate(Axe().axe_script)
            for width in WIDTHS:
                self.checker.set_viewport_size({"width": width, "height": 900})
                _check(self.checker, f"{url} at {width}")
                if SHOTS and name:
                    Path(SHOTS).mkdir(parents=True, exist_ok=True)
                    self.checker.screenshot(path=f"{SHOTS}/{name}-{width}.png", full_page=True)
        finally:
            self.checker.unroute(url)


def _check(page: Page, where: str) -> None:
    violations = page.evaluate("options => axe.run(options).then(found => found.violations)", AXE)
    broken = [
        f"{v['id']}: {v['help']} ({', '.join(str(n['target'][0]) for n in v['nodes'][:3])})"
        for v in violations
    ]
    assert not broken, f"{where}: " + "; ".join(broken)
    levels = page.eval_on_selector_all(
        "main :is(h1, h2, h3, h4)", "all => all.map(h => Number(h.tagName[1]))"
    )
    assert levels.count(1) == 1, f"{where}: {levels.count(1)} h1"
    after = levels[levels.index(1) :]
    skips = [(a, b) for a, b in itertools.pairwise(after) if b > a + 1]
    assert not skips, f"{where}: headings skip {skips}"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (
        f"{where} scrolls sideways"
    )


@pytest.fixture
def contexts(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    made: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        context = browser.new_context(locale="en-GB", timezone_id="Europe/London", **options)
        context.set_default_timeout(15_000)
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()


@pytest.fixture
def reader(live_server: Any, contexts: Callable[..., BrowserContext]) -> Callable[..., Reader]:
    """reader(user) signs in and comes back with the browser; reader(None) stays outside."""
    checker = contexts(java_script_enabled=True).new_page()

    def make(user: Any = None, **options: Any) -> Reader:
        page = contexts(
            java_script_enabled=False, viewport={"width": 1280, "height": 900}, **options
        ).new_page()
        person = Reader(page, live_server.url, checker)
        if user is not None:
            person.open("/sign-in/")
            person.write("User name", user.username)
            person.write("Password", PASSWORD)
            person.press("Sign in")
            person.presses = 0
        return person

    return make
