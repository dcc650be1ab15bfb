"""A login that ends: warned in time, ended from elsewhere, and left in one press."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.stories.conftest import NewPerson

pytestmark = pytest.mark.story

FIRST_LOOK = 760_000
"""Milliseconds after which an open page has asked how much time is left."""


def test_somebody_who_stayed_away_is_warned_stays_and_is_logged_out_from_her_telephone(
    new_person: NewPerson,
) -> None:
    at_home = new_person()
    at_home.logs_in("Daan Bakker")
    at_home.page.clock.install()
    at_home.goes_to("/mijn-gegevens/")
    # The page's own clock runs ahead; the server's cannot, so it is told what it would say.
    nearly_over = {"seconds": 90, "can_stay": True}
    at_home.page.route("**/ingelogd/tijd/", lambda route: route.fulfill(json=nearly_over))
    at_home.page.clock.fast_forward(FIRST_LOOK)
    dialog = at_home.page.get_by_role("alertdialog", name="Bent u er nog?")
    expect(dialog).to_contain_text("Binnen 2 minuten logt u vanzelf uit.")
    expect(dialog.get_by_role("button", name="Ingelogd blijven")).to_be_focused()
    at_home.looks()
    dialog.get_by_role("button", name="Ingelogd blijven").click()
    expect(dialog).to_be_hidden()

    telephone = new_person(javascript=False)
    telephone.logs_in("Daan Bakker")
    telephone.goes_to("/ingelogd/")
    telephone.presses("Overal elders uitloggen")
    telephone.reads("U bent op alle andere apparaten uitgelogd.")

    at_home.page.unroute("**/ingelogd/tijd/")
    at_home.page.clock.fast_forward(15 * 60_000)
    at_home.page.wait_for_url("**/inloggen/?verlopen=1&next=%2Fmijn-gegevens%2F")
    at_home.reads("Wat u had opgeslagen, is bewaard.")


def test_one_press_leaves_the_portal_and_the_way_back_shows_nothing(
    new_person: NewPerson, javascript: bool
) -> None:
    person = new_person(javascript=javascript)
    person.logs_in("Daan Bakker")
    person.goes_to("/mijn-gegevens/")
    # Nothing leaves this machine: the page elsewhere is played.
    person.page.context.route("https://www.knmi.nl/**", lambda route: route.fulfill(body="Het weer"))
    person.page.get_by_role("button", name="Snel weg").click()
    person.page.wait_for_url("https://www.knmi.nl/**")
    person.page.go_back()
    person.page.wait_for_url("**/inloggen/**")
