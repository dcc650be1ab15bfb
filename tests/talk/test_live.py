"""An open page asks by itself whether there is news: it hears of nothing else, and prolongs no session."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from portal import clock
from portal.cases.models import Case
from portal.cases.talk.writing import write
from portal.ledger.states import agency_key, mark_down
from portal.people.actor import Actor
from tests.cast import logged_in
from tests.talk.conftest import fresh

POLLS = {"X-Polling": "1", "HX-Request": "true"}


@pytest.fixture
def citizen(noor: Actor) -> Client:
    """Noor's browser."""
    return logged_in(noor.require_user())


@pytest.fixture(params=["/", "/berichten/", "case"])
def path(request: pytest.FixtureRequest, case: Case) -> str:
    """A page that stays open."""
    return f"/aanvragen/{case.reference}/" if request.param == "case" else str(request.param)


def address(page: str) -> str:
    """What an open page asks."""
    (found,) = re.findall(r'data-ll-poll hx-get="([^"]+)"', page)
    return unescape(found)


def test_it_hears_of_news_once_aloud_and_of_nothing_else(
    citizen: Client, officer: Actor, case: Case, path: str
) -> None:
    citizen.get(path)
    asks = address(citizen.get(path).content.decode())
    nothing = citizen.get(asks, headers=POLLS)
    assert (nothing.status_code, nothing.content) == (204, b"")
    write(case=fresh(case), actor=officer, text="Dag Noor", external_id="m1")
    news = citizen.get(asks, headers=POLLS)
    assert news.status_code == 200
    text = news.content.decode()
    assert 'hx-swap-oob="innerHTML:#ll-live"' in text, "what changed is read aloud"
    assert citizen.get(address(text), headers=POLLS).status_code == 204
    assert 'id="ll-live" role="status"' in citizen.get(path).content.decode()


def test_another_day_is_news(citizen: Client, case: Case, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    citizen.get(path)
    asks = address(citizen.get(path).content.decode())
    tomorrow = clock.today() + timedelta(days=1)
    monkeypatch.setattr(clock, "today", lambda: tomorrow)
    assert citizen.get(asks, headers=POLLS).status_code == 200


def test_an_agency_that_cannot_be_reached_is_news_on_the_page_of_its_case(
    citizen: Client, case: Case
) -> None:
    path = f"/aanvragen/{case.reference}/"
    asks = address(citizen.get(path).content.decode())
    mark_down(agency_key(case.agency))
    assert citizen.get(asks, headers=POLLS).status_code == 200


def test_it_prolongs_no_session(citizen: Client, case: Case, path: str) -> None:
    asks = address(citizen.get(path).content.decode())
    session = citizen.session
    session["active"] = before = int(timezone.now().timestamp()) - 600
    session.save()
    citizen.get(asks, headers=POLLS)
    assert citizen.session["active"] == before
    citizen.get(path)
    assert citizen.session["active"] > before
