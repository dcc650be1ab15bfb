"""How people act in the stories, and how every page that they see is looked at."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urljoin

from playwright.sync_api import Page, expect

from portal.local.stack import Stack
from tests.conftest import DESKTOP, PHONE
from tests.looks import axe_violations_of_a_new_kind

AtWidth = Callable[[Page, int], None]


@dataclass
class Person:
    """Somebody with a browser of their own. Every page that they come to is checked."""

    page: Page
    stack: Stack
    at_width: AtWidth

    def goes_to(self, path: str) -> None:
        """Types an address: a path of the portal, or somebody else's address in full."""
        self.page.goto(urljoin(self.stack.url, path))
        self.looks()

    def presses(self, words: str) -> None:
        """Presses the button with these words."""
        self.page.get_by_role("button", name=words, exact=True).click()
        self.page.wait_for_load_state()
        self.looks()

    def follows(self, words: str) -> None:
        """Follows the first link with these words."""
        self.page.get_by_role("link", name=words).first.click()
        self.page.wait_for_load_state()
        self.looks()

    def fills_in(self, **answers: str) -> None:
        """Fills in the fields with these names: text, dates and times, choices."""
        for name, value in answers.items():
            field = self.page.locator(f"main [name={name}]").first
            if field.get_attribute("type") == "radio":
                self.page.locator(f"main [name={name}][value={value}]").check()
            elif field.evaluate("element => element.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)

    def reads(self, words: str) -> None:
        """Sees these words somewhere on the page."""
        expect(self.page.locator("body")).to_contain_text(words)

    def logs_in(self, name: str, *, level: str = "midden") -> None:
        """A citizen logs in at the identity provider of the sandbox."""
        self._logs_in(f"{name}, niveau {level}", at="/inloggen/", button="Inloggen")

    def starts_work(self, name: str) -> None:
        """A member of staff logs in there."""
        self._logs_in(name, at="/medewerker/", button="medewerker")

    def helps(self, name: str) -> None:
        """A member of the helpdesk logs in there, and says once who they are themselves."""
        self._logs_in(name, at="/helpdesk/", button="medewerker")
        if self.page.get_by_role("link", name="Zeg wie u bent").count():
            self.follows("Zeg wie u bent")
            self.fills_in(bsn="999990019")
            self.presses("Bewaar")

    def _logs_in(self, account: str, *, at: str, button: str) -> None:
        self.goes_to(at)
        self.page.locator("main").get_by_role("button", name=button).first.click()
        self.page.wait_for_url(f"{self.stack.sandbox_url}/**")
        self.looks()
        self.page.get_by_role("button", name=re.compile(f"^{account}")).click()
        self.page.wait_for_url(f"{self.stack.url}/**")
        self.looks()

    def looks(self) -> None:
        """No mistake that axe knows, no sideways scrolling, on a phone and on a desk; a title of one line."""
        expect(self.page).to_have_title(re.compile(r"^[^<>\n]{3,120}$"))
        for width in (PHONE, DESKTOP):
            self.at_width(self.page, width)
            found = axe_violations_of_a_new_kind(self.page)
            assert not found, f"{self.page.url} at {width} px: {_told(found)}"


def _told(violations: list[dict[str, object]]) -> str:
    return "; ".join(f"{one['id']}: {one['help']} {one['nodes']}" for one in violations)
