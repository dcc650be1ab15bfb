"""The running identity provider as the portal meets it: choose an account, go straight back."""

from __future__ import annotations

import base64
import hashlib
import html
import re
import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
import requests

from tests.sandbox.conftest import SECONDS

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.story

CITIZEN = ("CITIZEN", "/inloggen/oidc/digid/login/callback/")
STAFF = ("STAFF", "/inloggen/oidc/medewerker/login/callback/")
NOOR = "999000019"


class Login:
    """One browser that logs in at the identity provider for one client, with PKCE and a nonce."""

    def __init__(self, sandbox_url: str, settings: dict[str, str], kind: str, callback: str) -> None:
        self.url = sandbox_url
        self.client = settings[f"OIDC_{kind}_CLIENT_ID"]
        self.secret = settings[f"OIDC_{kind}_CLIENT_SECRET"]
        self.callback = settings["PORTAL_URL"] + callback
        self.nonce, self.state = secrets.token_hex(8), secrets.token_hex(8)
        self.verifier = secrets.token_urlsafe(48)
        self.browser = requests.Session()
        self.metadata: dict[str, Any] = self.browser.get(
            f"{sandbox_url}/.well-known/openid-configuration", timeout=SECONDS
        ).json()

    def address(self, **change: str) -> str:
        digest = hashlib.sha256(self.verifier.encode()).digest()
        query = {
            "client_id": self.client,
            "redirect_uri": self.callback,
            "response_type": "code",
            "scope": "openid profile email",
            "state": self.state,
            "nonce": self.nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        return f"{self.metadata['authorization_endpoint']}?{urlencode(query | change)}"

    def list_page(self, **change: str) -> str:
        return self.browser.get(self.address(**change), timeout=SECONDS).text

    def send(self, page: str, **choice: str) -> requests.Response:
        """Presses a button of the list; does not follow."""
        hidden = dict(re.findall(r'name="(csrfmiddlewaretoken|next)" value="([^"]*)"', page))
        body = {name: html.unescape(value) for name, value in hidden.items()} | choice
        return self.browser.post(f"{self.url}/inloggen/", data=body, allow_redirects=False, timeout=SECONDS)

    def choose(self, who: str, **change: str) -> dict[str, list[str]]:
        """Chooses an account and returns what the portal gets in its address."""
        page = self.list_page(**change)
        answer = self.send(page, account=button(page, who))
        onward = self.browser.get(
            self.url + answer.headers["Location"], allow_redirects=False, timeout=SECONDS
        )
        assert onward.headers["Location"].startswith(self.callback)
        return parse_qs(urlsplit(onward.headers["Location"]).query)

    def tokens(self, code: str, **change: str) -> requests.Response:
        body = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.callback,
            "code_verifier": self.verifier,
        }
        return requests.post(
            self.metadata["token_endpoint"],
            data=body | change,
            auth=(self.client, self.secret),
            timeout=SECONDS,
        )

    def claims(self, tokens: dict[str, Any]) -> dict[str, Any]:
        keys = jwt.PyJWKClient(self.metadata["jwks_uri"])
        token = tokens["id_token"]
        claims: dict[str, Any] = jwt.decode(
            token,
            keys.get_signing_key_from_jwt(token).key,
            algorithms=["RS256"],
            audience=self.client,
            issuer=self.url,
        )
        return claims


def button(page: str, who: str) -> str:
    """The value of the button whose tag or text starts with a name."""
    found = re.search(rf'value="([0-9a-f-]{{36}})"(?: aria-label="|>){re.escape(who)}', page)
    assert found, who
    return found[1]


StartLogin = Callable[[tuple[str, str]], Login]


@pytest.fixture
def start_login(sandbox_url: str, settings_of_sandbox: dict[str, str]) -> StartLogin:
    return lambda client: Login(sandbox_url, settings_of_sandbox, *client)


@pytest.mark.parametrize("level", ["basis", "midden", "substantieel", "hoog"])
def test_a_citizen_comes_back_with_bsn_and_level(start_login: StartLogin, level: str) -> None:
    login = start_login(CITIZEN)
    back = login.choose(f"Noor de Wit, niveau {level}")
    assert back["state"] == [login.state]
    tokens = login.tokens(back["code"][0]).json()
    claims = login.claims(tokens)
    assert (claims["bsn"], claims["acr"], claims["nonce"]) == (NOOR, level, login.nonce)
    userinfo = requests.get(
        login.metadata["userinfo_endpoint"],
        headers={"Authorization": f"Bearer {tokens['access_token']}"},
        timeout=SECONDS,
    ).json()
    assert userinfo == {"sub": claims["sub"], "bsn": NOOR, "acr": level}


def test_the_subject_is_opaque_and_the_same_at_every_level(start_login: StartLogin) -> None:
    subjects = set()
    for who in ("Noor de Wit, niveau basis", "Noor de Wit, niveau hoog", "Daan Bakker, niveau hoog"):
        login = start_login(CITIZEN)
        subjects.add(login.claims(login.tokens(login.choose(who)["code"][0]).json())["sub"])
    assert len(subjects) == 2
    assert not any("9990000" in subject for subject in subjects)


@pytest.mark.parametrize(
    ("who", "role", "agency"),
    [
        ("Wilma Bos", "officer", "gemeente-waterstad"),
        ("Hans Dekker", "officer", "gemeente-heidedorp"),
        ("Petra Kok", "officer", "svb"),
        ("Otto Maas", "operator", "levensloket"),
        ("Hanna Visser", "helpdesk", "levensloket"),
    ],
)
def test_staff_come_back_with_role_and_agency(
    start_login: StartLogin, who: str, role: str, agency: str
) -> None:
    login = start_login(STAFF)
    claims = login.claims(login.tokens(login.choose(who)["code"][0]).json())
    assert (claims["name"], claims["role"], claims["agency"]) == (who, role, agency)
    assert not claims.keys() & {"bsn", "acr"}


def test_the_lists_are_apart(start_login: StartLogin) -> None:
    citizens, staff = start_login(CITIZEN), start_login(STAFF)
    assert "Wilma Bos" not in citizens.list_page()
    staff_page = staff.list_page()
    assert "Noor de Wit" not in staff_page
    assert citizens.send(citizens.list_page(), account=button(staff_page, "Wilma Bos")).status_code == 400


def test_the_next_login_starts_with_the_list_again(start_login: StartLogin) -> None:
    login = start_login(CITIZEN)
    login.choose("Noor de Wit, niveau hoog")
    assert "zandbak_session" not in login.browser.cookies
    assert "Dit is geen DigiD." in login.list_page()
    assert login.choose("Daan Bakker, niveau basis")["code"]


def test_a_choice_counts_for_one_login_only(start_login: StartLogin) -> None:
    login = start_login(CITIZEN)
    page = login.list_page()
    assert login.send(page, account=button(page, "Noor de Wit, niveau hoog")).status_code == 302
    assert "Dit is geen DigiD." in login.list_page(state="another")


def test_a_portal_that_asks_for_a_new_login_gets_one(start_login: StartLogin) -> None:
    assert start_login(CITIZEN).choose("Noor de Wit, niveau hoog", prompt="login")["code"]


def test_a_code_needs_its_verifier_and_works_once(start_login: StartLogin) -> None:
    login = start_login(CITIZEN)
    code = login.choose("Noor de Wit, niveau hoog")["code"][0]
    assert login.tokens(code, code_verifier="x" * 50).status_code == 400
    assert login.tokens(code).status_code == 200
    assert login.tokens(code).status_code == 400


def test_changing_your_mind_brings_you_back(start_login: StartLogin) -> None:
    login = start_login(CITIZEN)
    answer = login.send(login.list_page(), cancel="1")
    assert answer.headers["Location"] == f"{login.callback}?error=access_denied&state={login.state}"


def test_a_silent_login_is_refused(start_login: StartLogin) -> None:
    login = start_login(CITIZEN)
    answer = login.browser.get(login.address(prompt="none"), allow_redirects=False, timeout=SECONDS)
    assert answer.headers["Location"].startswith(f"{login.callback}?error=login_required")


@pytest.mark.parametrize("choice", ["cancel", "account"])
def test_nobody_is_sent_to_an_unknown_address(start_login: StartLogin, choice: str) -> None:
    login = start_login(CITIZEN)
    page = login.list_page(redirect_uri="http://localhost:1/elsewhere")
    answer = login.send(page, **{choice: button(page, "Noor de Wit, niveau hoog")})
    if choice == "account":
        answer = login.browser.get(
            login.url + answer.headers["Location"], allow_redirects=False, timeout=SECONDS
        )
    assert "Location" not in answer.headers


@pytest.mark.parametrize("onward", ["", "/", "http://localhost:1/identity/o/authorize?client_id=levensloket"])
def test_a_login_that_is_for_nothing_is_no_login(sandbox_url: str, onward: str) -> None:
    answer = requests.get(f"{sandbox_url}/inloggen/", params={"next": onward}, timeout=SECONDS)
    assert answer.status_code == 400
    assert "Inloggen begint bij Levensloket" in answer.text


def test_a_browser_without_javascript_gets_back_to_the_portal(
    start_login: StartLogin,
    open_page: Callable[..., Page],
    at_width: Callable[[Page, int], None],
    settings_of_sandbox: dict[str, str],
) -> None:
    page = open_page(javascript=False, width=320)
    page.goto(start_login(CITIZEN).address())
    at_width(page, 320)
    page.get_by_role("button", name="Noor de Wit, niveau hoog").click()
    page.wait_for_url(f"{settings_of_sandbox['PORTAL_URL']}/**")
