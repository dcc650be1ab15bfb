"""Logins that must fail: kindly on the screen, with one word in the log, and with nobody logged in."""

from __future__ import annotations

import json
import logging
import time
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client

from portal.people.models import Citizen, User
from tests.cast import NOOR_BSN
from tests.people.conftest import NOOR_CLAIMS, WILMA_CLAIMS, Visitor, asked_of
from tests.people.idp import SECRETS, FakeIdp

DISCOVERY = "/.well-known/openid-configuration"
HTML = (200, "text/html", b"<html>Onderhoud</html>")


@pytest.fixture
def refused_for(caplog: pytest.LogCaptureFixture) -> Any:
    """The reasons that the security log shows; the log must be free of BSN and subject."""
    caplog.set_level(logging.INFO)

    def reasons() -> list[str]:
        text = "\n".join(str(record.msg) + str(record.args) for record in caplog.records)
        for secret in (NOOR_BSN, NOOR_CLAIMS["sub"], "123456789", "eyJ"):
            assert secret not in text
        events = [record.msg for record in caplog.records if isinstance(record.msg, dict)]
        return [event["reason"] for event in events if event.get("event") == "login-refused"]

    return reasons


def assert_nobody_got_in(visitor: Visitor) -> None:
    assert not visitor.is_logged_in
    assert not User.objects.exists()
    assert not Citizen.objects.exists()


@pytest.mark.parametrize(
    "bsn",
    [
        None,
        "",
        "123456789",
        "000000000",
        "99900001",
        "9990000190",
        999000019,
        ["999000019"],
        "s00000001:999000019",
    ],
)
def test_no_good_bsn(visitor: Visitor, refused_for: Any, bsn: Any) -> None:
    response = visitor.log_in({**NOOR_CLAIMS, "bsn": bsn})
    assert response.status_code == 403
    assert "Wij konden niet zien wie u bent" in response.content.decode()
    assert refused_for() == ["bsn"]
    assert_nobody_got_in(visitor)


@pytest.mark.parametrize("acr", [None, "", "super", "HOOG", 3, ["hoog"]])
def test_an_unknown_level(visitor: Visitor, refused_for: Any, acr: Any) -> None:
    assert visitor.log_in({**NOOR_CLAIMS, "acr": acr}).status_code == 403
    assert refused_for() == ["level"]
    assert_nobody_got_in(visitor)


@pytest.mark.parametrize(
    "changes",
    [
        {"role": None},
        {"role": "citizen"},
        {"role": "admin"},
        {"role": ["officer"]},
        {"agency": None},
        {"agency": "bestaat-niet"},
        {"role": "operator", "agency": "bestaat-niet"},
    ],
)
def test_no_good_role_or_agency(visitor: Visitor, refused_for: Any, changes: dict[str, Any]) -> None:
    assert visitor.log_in({**WILMA_CLAIMS, **changes}, "medewerker").status_code == 403
    assert refused_for() == ["role"]
    assert_nobody_got_in(visitor)


@pytest.mark.parametrize(
    "amr", [None, "", [], "otp", ["pwd"], ["pwd", "OTP"], {"otp": True}, [["otp"]]], ids=repr
)
def test_staff_whose_own_login_asked_no_second_step(visitor: Visitor, refused_for: Any, amr: Any) -> None:
    assert visitor.log_in({**WILMA_CLAIMS, "amr": amr}, "medewerker").status_code == 403
    assert refused_for() == ["second-step"]
    assert_nobody_got_in(visitor)


def test_a_forged_nonce(visitor: Visitor, idp: FakeIdp, refused_for: Any) -> None:
    idp.token_changes = {"nonce": "somebody-elses"}
    assert visitor.log_in(NOOR_CLAIMS).status_code == 403
    assert refused_for() == ["nonce"]
    assert_nobody_got_in(visitor)


def test_no_nonce(visitor: Visitor, idp: FakeIdp, refused_for: Any) -> None:
    idp.token_changes = {"nonce": None}
    assert visitor.log_in(NOOR_CLAIMS).status_code == 403
    assert refused_for() == ["nonce"]
    assert_nobody_got_in(visitor)


def test_the_token_of_another_login_of_ours(visitor: Visitor, idp: FakeIdp, refused_for: Any) -> None:
    other = asked_of(visitor.start())
    idp.token_changes = {"nonce": other["nonce"]}
    assert visitor.log_in(NOOR_CLAIMS).status_code == 403
    assert refused_for() == ["nonce"]


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "levensloket-medewerkers"},
        {"aud": None},
        {"azp": "levensloket-medewerkers"},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"exp": int(time.time()) - 3600},
        {"exp": None},
        {"iat": int(time.time()) + 3600},
        {"iat": None},
        {"nbf": int(time.time()) + 3600},
        {"sub": None},
        {"sub": ""},
    ],
)
def test_a_token_that_is_not_for_us_or_not_now(
    visitor: Visitor, idp: FakeIdp, refused_for: Any, changes: dict[str, Any]
) -> None:
    idp.token_changes = changes
    assert visitor.log_in(NOOR_CLAIMS).status_code == 403
    assert refused_for() == ["token"]
    assert_nobody_got_in(visitor)


@pytest.mark.parametrize("how", ["other key", "none", "shared secret", "unknown kid"])
def test_a_token_that_the_provider_did_not_sign(
    visitor: Visitor, idp: FakeIdp, refused_for: Any, how: str
) -> None:
    if how == "other key":
        idp.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    elif how == "none":
        idp.key, idp.algorithm = None, "none"
    elif how == "shared secret":
        idp.key, idp.algorithm = SECRETS["levensloket"], "HS256"
    else:
        idp.headers = {"kid": "another"}
    assert visitor.log_in(NOOR_CLAIMS).status_code == 403
    assert refused_for() == ["token"]
    assert_nobody_got_in(visitor)


@pytest.mark.parametrize("body", [{"access_token": "a"}, {"id_token": 7}, {"id_token": "not.a.token"}])
def test_an_answer_without_a_token(
    visitor: Visitor, idp: FakeIdp, refused_for: Any, body: dict[str, Any]
) -> None:
    idp.answers["/token"] = (200, "application/json", json.dumps(body).encode())
    assert visitor.log_in(NOOR_CLAIMS).status_code == 403
    assert refused_for() == ["token"]


BROKEN = [
    pytest.param(HTML, id="HTML"),
    pytest.param((500, "application/json", b"{}"), id="500"),
    pytest.param((302, "text/html", b""), id="redirect"),
    pytest.param((200, "application/json", b"[1]"), id="list"),
    pytest.param((200, "application/json", b"{}" + b" " * 300_000), id="huge"),
    pytest.param((200, "application/json", b"[" * 100_000), id="deep"),
]


@pytest.mark.parametrize("answer", [*BROKEN, pytest.param((200, "application/json", b"{}"), id="empty")])
def test_a_provider_that_is_down_when_one_starts(
    visitor: Visitor, idp: FakeIdp, refused_for: Any, answer: tuple[int, str, bytes]
) -> None:
    idp.answers[DISCOVERY] = answer
    response = visitor.start()
    assert response.status_code == 503
    assert "Inloggen lukt nu niet" in response.content.decode()
    assert refused_for() == ["unavailable"]
    assert "/elsewhere" not in idp.seen


@pytest.mark.parametrize("path", [DISCOVERY, "/token", "/jwks"])
@pytest.mark.parametrize("answer", BROKEN)
def test_a_provider_that_goes_down_halfway(
    visitor: Visitor, idp: FakeIdp, refused_for: Any, path: str, answer: tuple[int, str, bytes]
) -> None:
    started = visitor.start()
    idp.answers[path] = answer
    assert visitor.finish(started, NOOR_CLAIMS).status_code == 503
    assert refused_for() == ["unavailable"]
    assert "/elsewhere" not in idp.seen
    assert_nobody_got_in(visitor)


def test_a_provider_that_is_not_there(visitor: Visitor, settings: Any, refused_for: Any) -> None:
    settings.LOGIN_PROVIDERS["digid"]["server_url"] = "http://127.0.0.1:1"
    assert visitor.start().status_code == 503
    assert refused_for() == ["unavailable"]


def test_a_made_up_code(visitor: Visitor, refused_for: Any) -> None:
    asked = asked_of(visitor.start())
    assert visitor.back(code="made-up", state=asked["state"]).status_code == 403
    assert refused_for() == ["failed"]
    assert_nobody_got_in(visitor)


def test_a_code_stolen_from_another_browser(visitor: Visitor, idp: FakeIdp, refused_for: Any) -> None:
    stolen = idp.authorize(asked_of(visitor.start()), NOOR_CLAIMS)
    thief = Visitor(Client(), idp)
    asked = asked_of(thief.start())
    response = thief.back(code=stolen, state=asked["state"])
    assert response.status_code == 403, "PKCE: the thief has not the verifier that goes with the code"
    assert refused_for() == ["failed"]
    assert not thief.is_logged_in


def test_the_state_of_another_browser(visitor: Visitor, idp: FakeIdp, refused_for: Any) -> None:
    asked = asked_of(visitor.start())
    code = idp.authorize(asked, NOOR_CLAIMS)
    victim = Visitor(Client(), idp)
    assert victim.back(code=code, state=asked["state"]).status_code == 403
    assert refused_for() == ["expired"]
    assert not victim.is_logged_in


def test_the_state_of_the_other_provider(visitor: Visitor, refused_for: Any) -> None:
    asked = asked_of(visitor.start("digid"))
    code = visitor.idp.authorize(asked, {**WILMA_CLAIMS, "role": "operator"})
    assert visitor.back("medewerker", code=code, state=asked["state"]).status_code == 403
    assert refused_for() == ["expired"]
    assert_nobody_got_in(visitor)


@pytest.mark.parametrize("query", [{}, {"code": "x"}, {"state": "x"}, {"code": "x", "state": "x"}])
def test_an_answer_to_nothing(visitor: Visitor, refused_for: Any, query: dict[str, str]) -> None:
    response = visitor.back(**query)
    assert response.status_code == 403
    assert "Begin opnieuw" in response.content.decode()
    assert refused_for() == ["expired"]


def test_whoever_stops_is_told_so_and_may_start_again(visitor: Visitor, refused_for: Any) -> None:
    asked = asked_of(visitor.start())
    response = visitor.back(error="access_denied", state=asked["state"])
    assert response.status_code == 200
    assert "U bent gestopt met inloggen" in response.content.decode()
    assert refused_for() == ["cancelled"]


def test_the_providers_own_words_are_not_on_the_page(visitor: Visitor, refused_for: Any) -> None:
    asked = asked_of(visitor.start())
    response = visitor.back(
        error="server_error", error_description="<b>bel 0900-oplichter</b>", state=asked["state"]
    )
    assert response.status_code == 403
    assert "oplichter" not in response.content.decode().partition("<main")[2].partition("</main>")[0]
    assert refused_for() == ["failed"]
