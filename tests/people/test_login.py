"""Logging in at an identity provider: who gets in, as whom, and what stays behind."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.urls import NoReverseMatch, reverse

from portal.people.models import Citizen, Role, User
from portal.people.verbs import bsn_of
from tests.cast import NEIGHBOUR_BSN, NOOR_BSN
from tests.people.conftest import NOOR_CLAIMS, WILMA_CLAIMS, Visitor, asked_of
from tests.people.idp import FakeIdp


def test_a_citizen_logs_in_and_comes_back_to_the_same_place(visitor: Visitor) -> None:
    response = visitor.log_in(NOOR_CLAIMS, next="/levensgebeurtenissen/kind-krijgen/?stap=2")
    assert response.status_code == 302
    assert response["Location"] == "/levensgebeurtenissen/kind-krijgen/?stap=2"
    user = User.objects.get()
    assert user.role == Role.CITIZEN
    assert user.citizen is not None
    assert bsn_of(user.citizen) == NOOR_BSN
    assert visitor.client.session["level"] == "midden"
    assert visitor.client.session["_auth_user_id"] == str(user.pk)


def test_a_citizen_without_next_comes_home(visitor: Visitor) -> None:
    assert visitor.log_in(NOOR_CLAIMS)["Location"] == "/"


def test_neither_bsn_nor_subject_nor_token_is_kept_anywhere(visitor: Visitor) -> None:
    started = visitor.start()
    nonce = asked_of(started)["nonce"]
    visitor.finish(started, {**NOOR_CLAIMS, "email": "noor@example.org", "name": "Noor de Wit"})
    account = SocialAccount.objects.get()
    assert account.extra_data == {}
    assert len(account.uid) == 64
    session = json.dumps(dict(visitor.client.session))
    assert account.uid in session, "allauth keeps the uid in the session, which is why it is a keyed HMAC"
    stored = _everything_stored() + session
    for secret in (NOOR_BSN, NOOR_CLAIMS["sub"], nonce, "noor@example.org", "Noor de Wit", "eyJ"):
        assert secret not in stored
        assert secret.encode().hex() not in stored
    assert not SocialToken.objects.exists()


def test_the_session_gets_a_new_key_at_login(visitor: Visitor) -> None:
    started = visitor.start()
    before = visitor.client.session.session_key
    visitor.finish(started, NOOR_CLAIMS)
    assert visitor.client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


def test_logins_at_two_levels_are_one_citizen(visitor: Visitor) -> None:
    visitor.log_in(NOOR_CLAIMS)
    visitor.log_in({**NOOR_CLAIMS, "sub": "another-subject-of-noor", "acr": "hoog"})
    assert User.objects.count() == Citizen.objects.count() == 1
    assert SocialAccount.objects.count() == 2
    assert visitor.client.session["level"] == "hoog"


def test_another_person_in_the_same_browser_is_another_session(visitor: Visitor) -> None:
    visitor.log_in(NOOR_CLAIMS)
    first = visitor.client.session.session_key
    visitor.log_in({"sub": "neighbour", "acr": "basis", "bsn": NEIGHBOUR_BSN})
    assert User.objects.count() == 2
    assert not Session.objects.filter(session_key=first).exists()
    assert visitor.client.session["level"] == "basis"


def test_the_bsn_in_the_token_decides_whose_a_login_is(visitor: Visitor) -> None:
    visitor.log_in(NOOR_CLAIMS)
    visitor.log_in({**NOOR_CLAIMS, "bsn": NEIGHBOUR_BSN})
    user = User.objects.select_related("citizen").get(pk=visitor.client.session["_auth_user_id"])
    assert user.citizen is not None
    assert bsn_of(user.citizen) == NEIGHBOUR_BSN


def test_staff_log_in_with_role_and_agency(visitor: Visitor) -> None:
    response = visitor.log_in(WILMA_CLAIMS, "medewerker")
    assert response["Location"] == "/medewerker/"
    user = User.objects.get()
    assert (user.role, user.agency, user.name) == ("officer", "gemeente-waterstad", "Wilma Bos")
    assert user.citizen is None
    assert visitor.client.session["level"] == ""


def test_role_and_agency_follow_the_provider_at_each_login(visitor: Visitor) -> None:
    visitor.log_in(WILMA_CLAIMS, "medewerker")
    visitor.log_in({**WILMA_CLAIMS, "role": "operator", "agency": "levensloket"}, "medewerker")
    user = User.objects.get()
    assert (user.role, user.agency) == ("operator", "levensloket")


def test_the_citizens_provider_never_makes_staff(visitor: Visitor) -> None:
    visitor.log_in({**NOOR_CLAIMS, "role": "operator", "agency": "svb", "name": "Noor"})
    user = User.objects.get()
    assert (user.role, user.agency, user.name) == ("citizen", "", "")


def test_the_same_subject_at_two_providers_is_two_people(visitor: Visitor) -> None:
    visitor.log_in({**NOOR_CLAIMS, "sub": "7"})
    visitor.log_in({**WILMA_CLAIMS, "sub": "7"}, "medewerker")
    assert User.objects.count() == 2
    assert len(set(SocialAccount.objects.values_list("uid", flat=True))) == 2


def test_we_ask_for_a_code_with_state_nonce_and_pkce(visitor: Visitor, settings: Any) -> None:
    settings.SITE_URL = "https://levensloket.example"
    asked = asked_of(visitor.start())
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 16
    assert asked["redirect_uri"] == "https://levensloket.example/inloggen/oidc/digid/login/callback/"
    assert set(asked["scope"].split()) == {"openid", "profile"}


def test_each_login_has_its_own_nonce_and_state(visitor: Visitor) -> None:
    first, second = asked_of(visitor.start()), asked_of(visitor.start())
    assert first["nonce"] != second["nonce"]
    assert first["state"] != second["state"]


@pytest.mark.parametrize("place", ["query", "form"])
def test_nothing_in_the_address_changes_what_we_ask(visitor: Visitor, place: str) -> None:
    wishes = {
        "auth_params": "acr_values=hoog&nonce=mine&redirect_uri=https://evil.example/",
        "scope": "email,admin",
        "process": "connect",
        "action": "rerequest",
    }
    query = f"?{urlencode(wishes)}" if place == "query" else ""
    asked = asked_of(visitor.start(query=query, **(wishes if place == "form" else {})))
    assert "acr_values" not in asked
    assert asked["nonce"] != "mine"
    assert asked["redirect_uri"].startswith("http://localhost:8000/")
    assert "admin" not in asked["scope"]
    state = visitor.client.session["socialaccount_states"][asked["state"]][0]
    assert state["process"] == "login"


def test_a_level_asked_for_in_the_address_is_not_the_level_one_gets(visitor: Visitor) -> None:
    started = visitor.start(query="?auth_params=acr_values%3Dhoog&acr=hoog&level=hoog")
    asked = asked_of(started)
    code = visitor.idp.authorize(asked, {**NOOR_CLAIMS, "acr": "basis"})
    visitor.back(code=code, state=asked["state"], acr="hoog", level="hoog", auth_params="acr_values=hoog")
    assert visitor.client.session["level"] == "basis"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "http://testserver/aanvragen/",
        "http:evil.example",
        "javascript:alert(1)",
        "aanvragen/",
        "/\t/evil.example",
        "/" + "a" * 1000,
    ],
)
def test_next_never_leads_away(visitor: Visitor, target: str) -> None:
    assert visitor.log_in(NOOR_CLAIMS, next=target)["Location"] == "/"
    page = visitor.client.get("/inloggen/", {"next": target})
    assert page.status_code == 302
    assert page["Location"] == "/"
    assert target not in Client().get("/inloggen/", {"next": target}).content.decode()


def test_next_in_the_callbacks_address_counts_for_nothing_when_it_leads_away(visitor: Visitor) -> None:
    asked = asked_of(visitor.start())
    code = visitor.idp.authorize(asked, NOOR_CLAIMS)
    response = visitor.back(code=code, state=asked["state"], next="https://evil.example/")
    assert response["Location"] == "/"


def test_the_login_page_keeps_a_good_next(db: None) -> None:
    page = Client().get("/inloggen/", {"next": "/aanvragen/?a=1"}).content.decode()
    # For citizens by OpenID Connect and by SAML, and for staff.
    assert page.count('name="next" value="/aanvragen/?a=1"') == 3


def test_logging_out_ends_the_session_on_the_server(visitor: Visitor) -> None:
    visitor.log_in(NOOR_CLAIMS)
    key = visitor.client.session.session_key
    response = visitor.client.post("/uitloggen/")
    assert (response.status_code, response["Location"]) == (302, "/")
    assert not Session.objects.filter(session_key=key).exists()


def test_buttons_need_their_form(visitor: Visitor) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/inloggen/oidc/digid/login/").status_code == 403
    assert strict.get("/inloggen/oidc/digid/login/").status_code == 405
    assert strict.get("/uitloggen/").status_code == 405
    assert visitor.client.post("/inloggen/oidc/digid/login/callback/").status_code == 405


@pytest.mark.parametrize("provider", ["openid_connect", "google", "DIGID"])
def test_an_unknown_provider_does_not_exist(visitor: Visitor, provider: str) -> None:
    assert visitor.start(provider).status_code == 404
    assert visitor.back(provider, code="x", state="y").status_code == 404


def test_a_provider_in_the_database_counts_for_nothing(visitor: Visitor) -> None:
    SocialApp.objects.create(
        provider="openid_connect",
        provider_id="digid",
        name="x",
        client_id="evil",
        settings={"server_url": "http://127.0.0.1:1"},
    )
    SocialApp.objects.create(provider="openid_connect", provider_id="evil", name="x", client_id="evil")
    assert asked_of(visitor.start())["client_id"] == "levensloket"
    assert visitor.start("evil").status_code == 404


@pytest.mark.parametrize(
    "name",
    [
        "account_login",
        "account_signup",
        "account_logout",
        "account_email",
        "account_reset_password",
        "account_reauthenticate",
        "socialaccount_connections",
        "socialaccount_signup",
        "openid_connect_login",
    ],
)
def test_allauths_own_pages_are_not_mounted(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_no_password_logs_anyone_in(db: None) -> None:
    user = User.objects.create(role=Role.OPERATOR)
    assert not user.has_usable_password()
    user.set_password("correct horse battery staple")
    user.save()
    assert not Client().login(username=user.username, password="correct horse battery staple")


def test_a_deactivated_user_is_out_at_once_and_stays_out(visitor: Visitor) -> None:
    visitor.log_in(WILMA_CLAIMS, "medewerker")
    assert visitor.client.get("/inloggen/").status_code == 302
    User.objects.update(is_active=False)
    assert visitor.client.get("/inloggen/").status_code == 200, "the login page shows: nobody is logged in"
    response = visitor.log_in(WILMA_CLAIMS, "medewerker")
    assert response.status_code == 403
    assert visitor.client.get("/inloggen/").status_code == 200


def test_a_second_answer_to_one_login_changes_nothing(visitor: Visitor) -> None:
    started = visitor.start()
    visitor.finish(started, NOOR_CLAIMS)
    user = visitor.client.session["_auth_user_id"]
    response = visitor.finish(started, {"sub": "n", "acr": "hoog", "bsn": NEIGHBOUR_BSN})
    assert (response.status_code, response["Location"]) == (302, "/")
    assert visitor.client.session["_auth_user_id"] == user
    assert visitor.client.session["level"] == "midden"


def test_claims_may_stand_deeper_in_the_token(visitor: Visitor, settings: Any) -> None:
    digid = settings.LOGIN_PROVIDERS["digid"]
    digid["claims"] = {**digid["claims"], "bsn": ["urn:legal.subject", "id"], "level": ["assurance"]}
    digid["levels"] = {"urn:level:3": "hoog"}
    visitor.log_in({"sub": "s", "assurance": "urn:level:3", "urn:legal.subject": {"id": NOOR_BSN}})
    assert visitor.client.session["level"] == "hoog"


def test_a_provider_with_basic_auth_gets_it(visitor: Visitor, idp: FakeIdp) -> None:
    config = json.loads(idp.answer("/.well-known/openid-configuration", {})[2])
    config["token_endpoint_auth_methods_supported"] = ["client_secret_basic"]
    idp.answers["/.well-known/openid-configuration"] = (200, "application/json", json.dumps(config).encode())
    assert visitor.log_in(NOOR_CLAIMS).status_code == 302


def _everything_stored() -> str:
    """Every row of every table as text, and the sessions decoded."""
    with connection.cursor() as cursor:
        rows: list[str] = []
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT t::text FROM "{table}" t')  # noqa: S608 - names of our own tables
            rows += [str(row[0]) for row in cursor.fetchall()]
    return "\n".join([*rows, *(json.dumps(session.get_decoded()) for session in Session.objects.all())])
