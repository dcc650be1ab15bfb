"""`make screenshots` takes the pictures of the README from a running demo: a birth, as Noor lives through it.

Start from an empty demo, so that the inbox shows one life event: `make demo-reset demo`, and in another
terminal `make screenshots`. PORT and SANDBOX_PORT are those of the demo.
"""

from __future__ import annotations

import os
import re
import shutil
from datetime import date
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "screenshots"
PORTAL = f"http://localhost:{os.environ.get('PORT') or 8000}"
SANDBOX = f"http://127.0.0.1:{os.environ.get('SANDBOX_PORT') or 8001}"
PHONE, DESKTOP = (320, 760), (1280, 860)
"""Width and height in CSS pixels."""
PATIENCE = 120_000
"""Milliseconds for what the worker does in its own time; an outcome can be taken back for half of it."""

NOOR = "999000019"
HEIDEDORP = "9002"
CITIZEN = ("/inloggen/", "Inloggen", "Noor de Wit, niveau midden")
OFFICER = ("/medewerker/", "Inloggen als medewerker", "Hans Dekker")
TODAY = date.today().isoformat()
ANSWERS: tuple[dict[str, str], ...] = (
    {"birth_place": HEIDEDORP, "role": "gave_birth"},
    {"first_names": "Mia", "birth_date": TODAY, "birth_time": "00:05", "sex": "V"},
    {"other_parent": "none", "family_name": "de Wit"},
    {},
    {"recipient": "me", "iban": "NL02 ABNA 0123 4567 89", "works_abroad": "no"},
)
"""One page of questions each."""


def main() -> None:
    """Needs a running demo and Chromium."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        noor = _open(browser, sharpness=2)
        _asks(noor)
        _makes_the_certificate(_open(browser))
        _enters_the_child(_open(browser))
        _follows(noor, _open(browser))
        browser.close()


def _open(browser: Browser, *, sharpness: int = 1) -> Page:
    """A browser of one's own; a phone has two pixels for one."""
    context = browser.new_context(
        device_scale_factor=sharpness, locale="nl-NL", timezone_id="Europe/Amsterdam", reduced_motion="reduce"
    )
    return context.new_page()


def _asks(page: Page) -> None:
    page.goto(f"{PORTAL}/")
    _keep(page, "start", PHONE)
    _log_in(page, *CITIZEN)
    page.goto(f"{PORTAL}/levensgebeurtenissen/kind-krijgen/")
    _press(page, "Begin")
    page.locator("main").get_by_role("link", name="Ga verder").click()
    for answers in ANSWERS:
        _fill_in(page, answers)
        _press(page, "Ga verder")
    _keep(page, "review", PHONE)
    page.locator("main").get_by_role("checkbox").check()
    _press(page, "Verstuur naar 1 organisatie")
    _open_case(page, "Geboorteaangifte", "heeft uw aangifte")


def _makes_the_certificate(page: Page) -> None:
    """The officer of the municipality of birth."""
    _log_in(page, *OFFICER)
    page.get_by_role("row").filter(has_text="Nieuw").first.get_by_role("link").click()
    page.get_by_label("De akte is gemaakt", exact=True).check()
    page.locator("[name=motivation]").fill("Gefeliciteerd met Mia. De geboorteakte is gemaakt.")
    _press(page, "Rond af en laat het de inwoner weten")


def _enters_the_child(page: Page) -> None:
    """The municipality's work in the register, played at the sandbox."""
    page.goto(f"{SANDBOX}/gemeente/geboorte/")
    for name, value in {"parent1": NOOR, "place": HEIDEDORP, "sex_1": "V"}.items():
        page.locator(f"[name={name}]").select_option(value)
    for name, value in {"family_name": "de Wit", "birth_date": TODAY, "first_names_1": "Mia"}.items():
        page.locator(f"[name={name}]").fill(value)
    _press(page, "Schrijf in")


def _follows(phone: Page, desktop: Page) -> None:
    _open_case(phone, "Kinderbijslag", "heeft uw aanvraag")
    phone.goto(f"{PORTAL}/")
    _keep(phone, "inbox", PHONE)
    _log_in(desktop, *CITIZEN)
    _open_case(desktop, "Kinderbijslag", "heeft uw aanvraag")
    _keep(desktop, "case", DESKTOP)


def _open_case(page: Page, service: str, words: str) -> None:
    """An open page asks by itself whether there is news."""
    page.goto(f"{PORTAL}/aanvragen/")
    page.get_by_role("link", name=service).first.click()
    page.get_by_text(words).first.wait_for(timeout=PATIENCE)


def _log_in(page: Page, path: str, button: str, account: str) -> None:
    page.goto(f"{PORTAL}{path}")
    page.locator("main").get_by_role("button", name=button, exact=True).click()
    page.get_by_role("button", name=re.compile(f"^{account}")).click()
    page.wait_for_url(f"{PORTAL}/**")


def _press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).click()
    page.wait_for_load_state()


def _fill_in(page: Page, answers: dict[str, str]) -> None:
    for name, value in answers.items():
        field = page.locator(f"main [name={name}]").first
        if field.get_attribute("type") == "radio":
            page.locator(f"main [name={name}][value={value}]").check()
        elif field.evaluate("element => element.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def _keep(page: Page, name: str, size: tuple[int, int]) -> None:
    """The top of the page as docs/screenshots/<name>.png."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.evaluate("window.scrollTo(0, 0)")
    page.screenshot(path=FOLDER / f"{name}.png", animations="disabled")


if __name__ == "__main__":
    main()
