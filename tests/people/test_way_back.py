"""Where one goes after logging in, stepping up or switching: never to another site, however it is written."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import pytest
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.test import Client

from portal import clock
from portal.access.assist.models import Assist
from portal.access.assist.verbs import begin
from portal.access.representation import accept, authorise
from portal.people.models import User
from portal.people.redirects import is_local_path
from tests.cast import NEIGHBOUR_BSN, NOOR_BSN, actor, citizen_of, logged_in, make_cast
from tests.people.conftest import NOOR_CLAIMS, Visitor
from tests.people.test_staff_login import EMAIL, LOGIN, PASSWORD
from tests.registers import Register

HOSTILE: Final = {
    "another site": "https://evil.example/",
    "no scheme": "//evil.example/",
    "three strokes": "///evil.example/",
    "backslash": "/\\evil.example/",
    "two backslashes": "\\\\evil.example/",
    "backslash first": "\\/evil.example/",
    "stroke and backslash": "/\\/evil.example/",
    "tab": "/\t/evil.example/",
    "tab first": "\t//evil.example/",
    "newline": "/\n/evil.example/",
    "return": "/\r\n/evil.example/",
    "header": "/\r\nSet-Cookie: a=b",
    "space first": " https://evil.example/",
    "null": "/\x00/evil.example/",
    "script": "javascript:alert(1)",
    "script in capitals": "JaVaScRiPt:alert(1)",
    "script with a newline": "java\nscript:alert(1)",
    "data": "data:text/html,<script>alert(1)</script>",
    "another scheme": "ftp://localhost:8000/",
    "half a scheme": "http:evil.example",
    "scheme with one stroke": "https:/evil.example",
    "our name as who logs in": "https://localhost:8000@evil.example/",
    "who logs in": "//localhost@evil.example/",
    "our name in front": "https://localhost.evil.example/",
    "another port": "http://localhost:9999/",
    "our own address in full": "http://localhost:8000/",
    "one dot": "//evil%E3%80%82example/",
    "unicode strokes": "\uff0f\uff0fevil.example/",
    "division signs": "\u2215\u2215evil.example/",
    "unicode stroke after one": "https:\u2044\u2044evil.example/",
    "encoded whole": "%2F%2Fevil.example/",
    "encoded scheme": "https%3A%2F%2Fevil.example/",
    "an address of six": "//[::1]/",
    "broken brackets": "//[evil/",
    "no stroke": "evil.example",
    "nothing": "",
    "very long": "/" + "a" * 2000,
}
LOCAL: Final = (
    "/aanvragen/?a=1",
    "/%2F/evil.example/",
    "/%5Cevil.example",
    "/.//evil.example/",
    "/a?b=//evil.example/",
)
"""Paths here, though they look odd: no browser leaves the site for them."""
hostile = pytest.mark.parametrize("target", HOSTILE.values(), ids=HOSTILE)


def _leads_to(base: str, location: str) -> str:
    """The host that a browser ends up at."""
    return urlsplit(urljoin(base, location)).netloc


@hostile
def test_no_place_elsewhere_is_a_path_here(target: str) -> None:
    assert not is_local_path(target)


@pytest.mark.parametrize("target", LOCAL)
def test_a_path_here_is_one(target: str) -> None:
    assert is_local_path(target)
    assert _leads_to("http://localhost:8000/", target) == "localhost:8000"


def _main(response: Any) -> str:
    """The page without its head and foot, where the form for the language brings one back to this page."""
    found: str = response.content.decode().partition("<main")[2].partition("</main>")[0]
    assert found
    return found


@hostile
def test_after_a_login_a_step_up_or_a_look_at_the_login_page(visitor: Visitor, target: str) -> None:
    assert visitor.log_in(NOOR_CLAIMS, next=target)["Location"] == "/"
    # A step-up is a login of who is logged in.
    assert visitor.log_in(NOOR_CLAIMS | {"acr": "hoog"}, next=target)["Location"] == "/"
    assert visitor.client.get("/inloggen/", {"next": target})["Location"] == "/"
    page = _main(Client().get("/inloggen/", {"next": target}))
    assert 'name="next"' not in page
    assert "?next=" not in page


def test_staff_with_a_password(db: None) -> None:
    user = make_cast().officer
    User.objects.filter(pk=user.pk).update(email=EMAIL, password=make_password(PASSWORD))
    browser = Client()
    for target in HOSTILE.values():
        cache.clear()
        assert browser.post(LOGIN, {"email": EMAIL, "password": PASSWORD, "next": target}).status_code == 302
        assert browser.session["half-logged-in"]["to"] == "", target
        assert 'name="next"' not in _main(Client().get(LOGIN, {"next": target})), target


def test_logging_out_leaving_quickly_and_the_other_language(db: None) -> None:
    citizen = make_cast().citizen
    for target in HOSTILE.values():
        for path, leads in (("/uitloggen/", "/"), ("/snel-weg/", "https://www.knmi.nl/")):
            answer = logged_in(citizen).post(path, {"next": target})
            assert answer["Location"] == leads, target
        # Django's own view.
        answer = Client().post("/taal/", {"language": "en", "next": target})
        assert _leads_to("http://testserver/", answer["Location"]) == "testserver", target


def test_acting_for_another_looking_along_and_moving_in_the_inbox(db: None, register: Register) -> None:
    cast = make_cast()
    register.people[NEIGHBOUR_BSN] = dict(register.people[NOOR_BSN])
    until = clock.today() + timedelta(days=30)
    row, code = authorise(actor=actor(cast.citizen), services=["geboorteaangifte"], until_on=until)
    accept(actor=actor(cast.neighbour), code=code)
    for target in HOSTILE.values():
        helper, noor, staff = logged_in(cast.neighbour), logged_in(cast.citizen), logged_in(cast.helpdesk)
        begun = begin(
            staff=cast.helpdesk,
            citizen=citizen_of(cast.citizen),
            reason=Assist.Reason.STUCK,
            ticket="M-1",
            agreement=Assist.Agreement.PORTAL,
            hidden=True,
        )
        session = staff.session
        session["assist"] = str(begun.pk)
        session.save()
        form = {"next": target, "do": "archive"}
        answers = [
            helper.post(f"/namens/{row.pk}/", form),
            helper.post("/namens/stoppen/", form),
            noor.post("/berichten/verplaatsen/", form),
            staff.post("/helpdesk/meekijken/stop/", form),
        ]
        assert [answer.status_code for answer in answers] == [302] * 4
        for answer in answers:
            assert _leads_to("http://testserver/", answer["Location"]) == "testserver", target
