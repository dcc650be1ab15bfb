"""What somebody tries who wants to be staff and is not."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.access.routes import every_route
from portal.people.models import Role, User
from portal.people.staff import attempts
from portal.people.staff.passwords import OwaspArgon2
from tests.access.walking import walk
from tests.cast import Cast, make_cast
from tests.people.test_staff_login import (
    ACCEPT,
    CODE,
    EMAIL,
    ENROL,
    LOGIN,
    PASSWORD,
    accepted,
    code_of,
    enrolled,
    half_in,
    invited,
    is_in,
)

ELSEWHERE = "203.0.113.7"
WRONG = "niet het goede woord"


@pytest.fixture
def clean(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nobody was wrong before, and all within one window of counting."""
    monkeypatch.setattr(attempts, "_window", lambda: 1)
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def cast(db: None, clean: None) -> Cast:
    """Everybody."""
    return make_cast()


def _tries(password: str = WRONG, *, email: str = EMAIL, address: str = ELSEWHERE) -> str:
    """What one try gives: `in`, `wrong` or `limited`."""
    response = Client(REMOTE_ADDR=address).post(LOGIN, {"email": email, "password": password})
    if response.status_code == 302:
        return "in"
    return "limited" if "Te vaak geprobeerd" in response.content.decode() else "wrong"


# --- Guessing -----------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_fifty_wrong_passwords_at_once_are_looked_at_ten_times(clean: None) -> None:
    User.objects.create(email=EMAIL, name="Nico", role=Role.OFFICER, agency="svb")

    def one(_: int) -> str:
        try:
            return _tries()
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        found = list(pool.map(one, range(50)))
    assert found.count("wrong") == attempts.PER_ACCOUNT
    assert found.count("limited") == 50 - attempts.PER_ACCOUNT


def test_the_right_password_is_not_looked_at_either_by_then(cast: Cast) -> None:
    accepted(invited(cast))
    assert [_tries() for _ in range(attempts.PER_ACCOUNT)] == ["wrong"] * attempts.PER_ACCOUNT
    assert _tries(PASSWORD) == "limited"
    assert _tries(PASSWORD, address="198.51.100.9") == "limited", "an account is one, from wherever one tries"


def test_good_logins_in_between_clear_nothing(cast: Cast) -> None:
    """With an account of one's own, one could else try those of others for ever."""
    accepted(invited(cast))
    tried = 0
    for number in range(attempts.PER_NETWORK):
        assert _tries(PASSWORD) == "in"
        assert _tries(email=f"ander{number}@waterstad.example") == "wrong"
        tried += 1
    assert tried == attempts.PER_NETWORK
    assert _tries(email="nog-een@waterstad.example") == "limited"
    assert _tries(email="nog-een@waterstad.example", address="198.51.100.9") == "wrong"


def test_who_is_right_is_never_counted(cast: Cast) -> None:
    accepted(invited(cast))
    assert {_tries(PASSWORD) for _ in range(attempts.PER_ACCOUNT + 5)} == {"in"}


def test_codes_are_counted_too(cast: Cast) -> None:
    secret = enrolled(accepted(invited(cast)))
    browser = half_in()
    for _ in range(attempts.PER_SECOND_STEP):
        assert "Dit klopt niet" in browser.post(CODE, {"code": "000000"}).content.decode()
    assert "Te vaak" in browser.post(CODE, {"code": code_of(secret, step=1)}).content.decode()
    assert "Te vaak" in half_in().post(CODE, {"code": code_of(secret, step=1)}).content.decode()


# --- Where one comes from -----------------------------------------------------------------------------


def _network(rf: Any, forwarded: str, **meta: str) -> str:
    return attempts.network_of(rf.get("/", headers={"X-Forwarded-For": forwarded}, **meta))


def test_without_a_proxy_nobody_is_believed_about_where_one_comes_from(rf: Any, settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    assert _network(rf, "198.51.100.1", REMOTE_ADDR=ELSEWHERE) == ELSEWHERE


def test_of_what_was_forwarded_only_our_own_proxys_part_is_believed(rf: Any, settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    made_up = "192.0.2.1, 192.0.2.2, 198.51.100.1"
    assert _network(rf, made_up, REMOTE_ADDR="10.0.0.1") == "198.51.100.1"


def test_a_household_with_ipv6_is_one_network(rf: Any) -> None:
    one, other = (
        attempts.network_of(rf.get("/", REMOTE_ADDR=f"2001:db8:1:2::{end}")) for end in ("1", "ffff")
    )
    assert one == other == "2001:db8:1:2::/64"
    assert attempts.network_of(rf.get("/", REMOTE_ADDR="2001:db8:1:3::1")) != one


def test_another_forwarded_address_each_time_is_no_way_around(cast: Cast, settings: Any) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    for number in range(attempts.PER_NETWORK):
        headers = {"X-Forwarded-For": f"198.51.100.{number}"}
        form = {"email": f"a{number}@example.nl", "password": "x"}
        Client(REMOTE_ADDR=ELSEWHERE).post(LOGIN, form, headers=headers)
    assert _tries(email="b@example.nl") == "limited"


# --- Who is there -------------------------------------------------------------------------------------


def _said(email: str, password: str = WRONG) -> str:
    response = Client().post(LOGIN, {"email": email, "password": password})
    text = re.sub(r'nonce="[^"]*"|value="[^"]*"|X-CSRFToken[^}]*', "", response.content.decode())
    return f"{response.status_code} {text}"


def test_the_answer_does_not_say_who_has_an_account(cast: Cast) -> None:
    enrolled(accepted(invited(cast)))
    User.objects.create(email="dicht@svb.example", name="D", role=Role.OFFICER, agency="svb", is_active=False)
    User.objects.create(email="sso@svb.example", name="S", role=Role.OFFICER, agency="svb")
    nobody = _said("niemand@svb.example")
    assert nobody.startswith("422")
    for email in (EMAIL, "dicht@svb.example", "sso@svb.example"):
        assert _said(email) == nobody


def test_too_often_is_said_of_who_is_not_there_as_well(cast: Cast) -> None:
    for _ in range(attempts.PER_ACCOUNT):
        assert _tries(email="niemand@svb.example") == "wrong"
    assert _tries(email="niemand@svb.example") == "limited"


def test_the_time_does_not_say_who_has_an_account(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The work that counts is the hashing: as often for who is there as for who is not."""
    accepted(invited(cast))
    hashed: list[str] = []
    for name in ("encode", "verify"):
        counted = getattr(OwaspArgon2, name)

        def counting(self: Any, *args: Any, _real: Any = counted, **kwargs: Any) -> Any:
            hashed.append("one")
            return _real(self, *args, **kwargs)

        monkeypatch.setattr(OwaspArgon2, name, counting)
    work: dict[str, tuple[int, int]] = {}
    for email in (EMAIL, "niemand@svb.example"):
        hashed.clear()
        with CaptureQueriesContext(connection) as queries:
            assert _tries(email=email) == "wrong"
        work[email] = (len(hashed), len(queries))
    assert work[EMAIL] == work["niemand@svb.example"] == (1, work[EMAIL][1])


def test_and_by_the_clock_they_are_alike(cast: Cast) -> None:
    accepted(invited(cast))
    times: dict[str, list[float]] = {EMAIL: [], "niemand@svb.example": []}
    for _ in range(7):
        for email, took in times.items():
            begun = time.process_time()
            _tries(email=email)
            took.append(time.process_time() - begun)
    there, not_there = (statistics.median(took) for took in times.values())
    assert 0.4 < there / not_there < 2.5


# --- Another way in -----------------------------------------------------------------------------------


@pytest.mark.parametrize("half", ["before the second step", "before the first"])
def test_half_a_login_opens_no_route_at_all(cast: Cast, half: str) -> None:
    """Each of them, the API's too, gives what it gives to who is not logged in."""
    if half == "before the second step":
        enrolled(accepted(invited(cast)))
        browser = half_in()
    else:
        browser = accepted(invited(cast))
    with_it = {str(visit): visit.status for visit in walk("half", browser, {"-": {}})}
    without = {str(visit): visit.status for visit in walk("half", Client(), {"-": {}})}
    assert len(with_it) > len(list(every_route())) / 4
    own = {"half: GET people:staff-code", "half: GET people:staff-enrol"}
    assert {name for name, status in with_it.items() if without.get(name, status) != status} <= own
    assert not is_in(browser)


def test_no_second_step_of_ones_own_in_place_of_the_one_there_is(cast: Cast) -> None:
    enrolled(accepted(invited(cast)))
    browser = half_in()
    assert browser.get(ENROL)["Location"] == CODE
    assert browser.post(ENROL, {"code": "123456"})["Location"] == CODE
    assert not is_in(browser)


def test_who_never_gave_a_password_gets_no_second_step(cast: Cast) -> None:
    for address in (CODE, ENROL):
        assert Client().get(address)["Location"] == LOGIN
        assert Client().post(address, {"code": "123456"})["Location"] == LOGIN


def test_half_a_login_does_not_last(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = enrolled(accepted(invited(cast)))
    browser = half_in()
    later = time.time() + 11 * 60
    monkeypatch.setattr("portal.people.staff.pending.time.time", lambda: later)
    assert browser.post(CODE, {"code": code_of(secret, step=1)})["Location"] == LOGIN


def test_a_session_that_somebody_planted_is_worth_nothing(cast: Cast) -> None:
    secret = enrolled(accepted(invited(cast)))
    browser = Client()
    browser.get(invited(cast, email="b@svb.example"))  # gives it a session
    planted = browser.session.session_key
    browser.post(LOGIN, {"email": EMAIL, "password": PASSWORD})
    half = browser.session.session_key
    browser.post(CODE, {"code": code_of(secret, step=1)})
    assert is_in(browser)
    assert len({planted, half, browser.session.session_key}) == 3
    for old in (planted, half):
        thief = Client()
        thief.cookies["levensloket"] = str(old)
        assert thief.get("/medewerker/").status_code == 302
        assert thief.get(CODE)["Location"] == LOGIN


def test_a_new_password_ends_half_a_login_with_the_old_one(cast: Cast) -> None:
    secret = enrolled(accepted(invited(cast)))
    half = half_in()
    user = User.objects.get(email=EMAIL)
    user.set_password("heel iets anders nu")
    user.save()
    assert half.post(CODE, {"code": code_of(secret, step=1)})["Location"] == LOGIN


def test_a_password_opens_nothing_of_a_citizen(cast: Cast) -> None:
    cast.citizen.set_password(PASSWORD)
    cast.citizen.email = "noor@example.nl"
    cast.citizen.save()
    assert _tries(PASSWORD, email="noor@example.nl") == "wrong"


def test_accepting_needs_the_link_in_this_very_browser(cast: Cast) -> None:
    invited(cast)
    assert Client().post(ACCEPT, {"password": PASSWORD, "again": PASSWORD}).status_code == 410
    assert not User.objects.filter(email=EMAIL).exists()
