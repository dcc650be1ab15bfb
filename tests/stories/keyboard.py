"""A person without a mouse, or with everything four times as large: each place of the focus is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from playwright.sync_api import Locator, Page

from tests.conftest import DESKTOP
from tests.stories.acting import Person

AT_400_PERCENT: Final = {"width": 320, "height": 256}
"""What 1280 by 1024 pixels are in CSS pixels at a zoom of 400% (WCAG 2.2, 1.4.10)."""

MOST_STOPS = 300
PARTS: Final = 8
"""So many places a date with a time has by itself: a browser shows its parts, and a calendar."""

_STOP: Final = """() => {
  const one = document.activeElement;
  if (!one || one === document.body || one === document.documentElement) return null;
  const box = one.getBoundingClientRect();
  const between = (low, value, high) => Math.min(Math.max(value, low), high);
  const x = between(1, box.left + box.width / 2, innerWidth - 2);
  const y = between(1, box.top + box.height / 2, innerHeight - 2);
  const above = document.elementFromPoint(x, y);
  const rings = (part) => {
    const style = getComputedStyle(one, part);
    const hasOutline = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    return hasOutline || style.boxShadow !== "none";
  };
  one.dataset.stop ??= String(window.stops = (window.stops ?? 0) + 1);
  // Inside a date the browser rings its calendar itself, where no script can look.
  const inside_a_date = ["date", "time", "datetime-local"].includes(one.type) && window.stop_before === one;
  window.stop_before = one;
  return {
    number: one.dataset.stop,
    words: `${one.tagName} ${one.id || one.name || one.textContent.trim().slice(0, 40)}`,
    seen: inside_a_date || rings(null) || rings("::after"),
    free: above !== null && (one.contains(above) || above.contains(one)),
    inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
  };
}"""


@dataclass
class Keyboard:
    """The keyboard of a person, and what they see of it."""

    person: Person

    @property
    def page(self) -> Page:
        """What stands before them."""
        return self.person.page

    def presses(self, *keys: str) -> None:
        """Each of these, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def tabs_to(self, target: Locator) -> None:
        """With Tab alone, to an element that is there."""
        for _ in range(MOST_STOPS):
            if target.evaluate("one => one === document.activeElement"):
                return
            self.presses("Tab")
            _look(self.page)
        raise AssertionError(f"the focus never comes to {target} at {self.page.url}")

    def writes(self, name: str, text: str) -> None:
        """Into the field with this name, in place of what stood there."""
        self.tabs_to(self.page.locator(f"main [name={name}]"))
        self.presses("ControlOrMeta+a")
        self.page.keyboard.type(text)

    def chooses(self, label: str) -> None:
        """A radio button: Tab to its group, and down to it."""
        wanted = self.page.get_by_label(label, exact=True)
        group = wanted.evaluate("one => one.name")
        self.tabs_to(self.page.locator(f"main [name={group}]").first)
        self.presses("Space")
        while not wanted.is_checked():
            self.presses("ArrowDown")

    def enters(self, words: str, *, role: Any = "button") -> None:
        """Tab to the button with these words, and Enter; the page that follows is looked at."""
        self.tabs_to(self.page.get_by_role(role, name=words, exact=True).first)
        with self.page.expect_navigation():
            self.presses("Enter")
        self.page.wait_for_load_state()
        self.person.looks()

    def is_at(self, selector: str) -> bool:
        """Whether the focus is on an element of this kind."""
        found: bool = self.page.evaluate("what => document.activeElement.matches(what)", selector)
        return found

    def walks_round(self) -> int:
        """Tab from the first place to the first again: nothing keeps the focus. How many there were."""
        self.page.evaluate("document.activeElement.blur()")
        seen: list[str] = []
        for _ in range(MOST_STOPS):
            self.presses("Tab")
            stop = _look(self.page)
            if stop is None or (len(set(seen)) > 1 and stop["number"] == seen[0]):
                return len(set(seen))
            seen.append(stop["number"])
            stays = len(seen) > PARTS and len(set(seen[-PARTS - 1 :])) == 1
            assert not stays, f"the focus stays at {stop['words']}, {self.page.url}"
        raise AssertionError(f"the focus goes round for ever at {self.page.url}")


def _look(page: Page) -> dict[str, Any] | None:
    """Where the focus is: it can be seen, and nothing lies over it."""
    stop: dict[str, Any] | None = page.evaluate(_STOP)
    if stop is not None:
        where = f"{stop['words']} at {page.url}, {page.viewport_size}"
        assert stop["seen"], f"nobody sees the focus on {where}"
        assert stop["inside"], f"the focus is outside what is shown: {where}"
        assert stop["free"], f"something covers {where}"
    return stop


def fits_at_400_percent(person: Person) -> None:
    """Nothing is read sideways, and nothing that stays in place covers what has the focus."""
    page = person.page
    page.set_viewport_size(AT_400_PERCENT)  # type: ignore[arg-type]
    excess = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert excess <= 0, f"{page.url} scrolls {excess} px sideways at 400%"
    assert Keyboard(person).walks_round() > 5
    page.set_viewport_size({"width": DESKTOP, "height": 900})


def day_as_typed(after: date) -> str:
    """The digits of a day to come that are the same whichever comes first, day or month."""
    year, number = (after.year, after.month + 1) if after.month < 12 else (after.year + 1, 1)
    return f"{number:02}{number:02}{year}"
