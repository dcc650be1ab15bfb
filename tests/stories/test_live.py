"""An open page asks for news after 15 seconds, and half as often each time that nobody does anything."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.stories.conftest import NewPerson

pytestmark = pytest.mark.story


def test_an_open_page_asks_half_as_often_each_time_until_somebody_touches_it(new_person: NewPerson) -> None:
    person = new_person()
    person.logs_in("Daan Bakker")
    person.page.clock.install()
    person.goes_to("/berichten/")
    expect(person.page.locator("[data-ll-poll]")).to_be_attached()
    person.page.route("**/berichten/?*seen=*", lambda route: route.fulfill(status=204))
    asked = list[str]()
    person.page.on("request", lambda one: asked.append(one.url) if "seen=" in one.url else None)

    def asks_when(time_goes_by: Callable[[], None]) -> bool:
        with person.page.expect_request_finished(lambda one: "seen=" in one.url) as request:
            time_goes_by()
        # The answer sets when the page asks again: the page has it before it does anything else.
        person.page.evaluate("() => 0")
        return request.value.headers.get("x-polling") == "1"

    def asks_within(seconds: int) -> bool:
        return asks_when(lambda: person.page.clock.run_for(seconds * 1000))

    def stays_silent(seconds: int) -> bool:
        before = len(asked)
        person.page.clock.run_for(seconds * 1000)
        return len(asked) == before

    # From here on no time goes by on the page but what this test lets go by.
    later = datetime.now(UTC) + timedelta(hours=1)
    assert asks_when(lambda: person.page.clock.pause_at(later))
    person.page.keyboard.press("Tab")
    assert stays_silent(14)
    assert asks_within(2)
    assert stays_silent(28)
    assert asks_within(4)
    assert stays_silent(55)
    assert asks_within(10)
    person.page.keyboard.press("Tab")
    assert asks_within(16), "somebody is there again"
