"""How long a login lasts, where one is logged in, and out in one press."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from portal.people import sessions
from portal.people.devices import browser_and_system
from portal.people.models import User
from tests.cast import Cast, logged_in, make_cast
from tests.people.conftest import NOOR_CLAIMS, Visitor

PAGE = "/mijn-gegevens/"
LOGIN = "/inloggen/?next=%2Fmijn-gegevens%2F&verlopen=1"


class Watch:
    """The clock of sessions, in the hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seconds = 1_800_000_000
        monkeypatch.setattr(sessions, "_now", lambda: self.seconds)

    def goes_on(self, *, minutes: float = 0, seconds: int = 0) -> None:
        self.seconds += int(minutes * 60) + seconds


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    return Watch(monkeypatch)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def test_who_does_nothing_for_a_quarter_of_an_hour_is_logged_out_and_comes_back_to_the_same_place(
    cast: Cast, watch: Watch
) -> None:
    citizen = logged_in(cast.citizen)
    watch.goes_on(minutes=15)
    response = citizen.get(PAGE)
    assert (response.status_code, response["Location"]) == (302, LOGIN)
    assert "U bent uitgelogd omdat u lang niets deed" in citizen.get(LOGIN).content.decode()
    watch.goes_on(minutes=-15)
    assert citizen.get(PAGE).status_code == 302, "an ended session stays ended"


def test_activity_starts_the_quarter_again(cast: Cast, watch: Watch) -> None:
    citizen = logged_in(cast.citizen)
    for _ in range(4):
        watch.goes_on(minutes=14)
        assert citizen.get(PAGE).status_code == 200


def test_after_two_hours_activity_does_not_help(cast: Cast, watch: Watch) -> None:
    citizen = logged_in(cast.citizen)
    for _ in range(11):
        watch.goes_on(minutes=10)
        assert citizen.get(PAGE).status_code == 200
    assert citizen.get("/ingelogd/tijd/").json() == {"seconds": 600, "can_stay": True}
    watch.goes_on(minutes=9)
    assert citizen.post("/ingelogd/blijven/").json() == {"seconds": 60, "can_stay": False}
    watch.goes_on(minutes=1)
    assert citizen.get(PAGE).status_code == 302


def test_a_page_that_looks_for_news_does_not_keep_anybody_logged_in(cast: Cast, watch: Watch) -> None:
    citizen = logged_in(cast.citizen)
    for _ in range(3):
        watch.goes_on(minutes=4)
        assert citizen.get(PAGE, headers={"X-Polling": "1"}).status_code == 200
    assert citizen.get("/ingelogd/tijd/", headers={"X-Polling": "1"}).json()["seconds"] == 180
    watch.goes_on(minutes=3)
    assert citizen.get(PAGE, headers={"X-Polling": "1"}).status_code == 302


def test_one_press_keeps_one_logged_in(cast: Cast, watch: Watch) -> None:
    citizen = logged_in(cast.citizen)
    watch.goes_on(minutes=14)
    headers = {"X-Polling": "1"}
    assert citizen.get("/ingelogd/tijd/", headers=headers).json() == {"seconds": 60, "can_stay": True}
    assert citizen.post("/ingelogd/blijven/", headers=headers).json() == {"seconds": 900, "can_stay": True}


def test_a_fresh_page_asks_before_the_warning_is_due(cast: Cast, watch: Watch) -> None:
    citizen = logged_in(cast.citizen)
    assert 'data-look="750" data-warn="120"' in citizen.get(PAGE).content.decode()
    for _ in range(11):
        watch.goes_on(minutes=10)
        citizen.get(PAGE)
    assert 'data-look="480"' in citizen.get(PAGE).content.decode()


def test_a_page_within_half_a_minute_costs_no_extra_query(
    cast: Cast, watch: Watch, django_assert_num_queries: Any
) -> None:
    citizen = logged_in(cast.citizen)
    watch.goes_on(seconds=20)
    with django_assert_num_queries(2):
        assert citizen.get("/ingelogd/tijd/").status_code == 200


def test_one_sees_where_one_is_logged_in_and_ends_it(visitor: Visitor) -> None:
    visitor.log_in(NOOR_CLAIMS)
    elsewhere = Client()
    user = User.objects.get()
    elsewhere.force_login(user)
    sessions.begin(session := elsewhere.session)
    session.save()
    other = UserSession.objects.create(
        user=user,
        session_key=session.session_key,
        ip="127.0.0.1",
        user_agent="Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0",
    )
    page = visitor.client.get("/ingelogd/").content.decode()
    assert page.index("Dit apparaat") < page.index("Edge op Windows")
    assert elsewhere.get(PAGE).status_code == 200
    visitor.client.post(f"/ingelogd/{other.pk}/beeindigen/")
    assert elsewhere.get(PAGE).status_code == 302, "at once, in the middle of what somebody did there"
    assert visitor.client.get(PAGE).status_code == 200
    assert "U bent nergens anders ingelogd." in visitor.client.get("/ingelogd/").content.decode()


def test_one_ends_all_others_in_one_press(visitor: Visitor) -> None:
    visitor.log_in(NOOR_CLAIMS)
    user = User.objects.get()
    others = [Client() for _ in range(3)]
    for each in others:
        each.force_login(user)
        sessions.begin(session := each.session)
        session.save()
        UserSession.objects.create(user=user, session_key=session.session_key, ip="127.0.0.1", user_agent="")
    visitor.client.post("/ingelogd/elders-beeindigen/")
    assert [each.get(PAGE).status_code for each in others] == [302] * 3
    assert visitor.client.get(PAGE).status_code == 200


def test_snel_weg_logs_out_and_leads_elsewhere(cast: Cast, settings: Any) -> None:
    settings.QUICK_EXIT_URL = "https://weer.example/"
    citizen = logged_in(cast.citizen)
    assert "Snel weg" in citizen.get(PAGE).content.decode()
    response = citizen.post("/snel-weg/")
    assert (response.status_code, response["Location"]) == (302, "https://weer.example/")
    assert response["Clear-Site-Data"] == '"cache", "storage"'
    assert citizen.get(PAGE).status_code == 302
    assert "Snel weg" in Client().get("/").content.decode()
    assert "Snel weg" not in logged_in(cast.officer).get("/medewerker/").content.decode()


@pytest.mark.parametrize(
    ("user_agent", "expected"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Mobile Safari/604.1", ("Safari", "iPhone")),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) CriOS/130.0 Mobile Safari/604.1", ("Chrome", "iPhone")),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/130.0 Mobile Safari/537.36", ("Chrome", "Android")),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0", ("Firefox", "Linux")),
        ("curl/8.5", ("", "")),
        ("", ("", "")),
    ],
)
def test_a_device_is_named_as_its_owner_knows_it(user_agent: str, expected: tuple[str, str]) -> None:
    assert browser_and_system(user_agent) == expected
