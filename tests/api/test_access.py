"""Who gets into the API, with what, and how they are shut out again."""

from __future__ import annotations

import base64
import logging
import re
from typing import Any

import pytest
from allauth.idp.oidc.models import Client as OAuthClient
from allauth.idp.oidc.models import Token
from django.test import Client

from portal.access.clients import READ, clear_old_tokens
from portal.access.models import ApiClient
from portal.cases.models import Case
from portal.ledger.models import StaffAction
from tests.api.conftest import BIRTH, WATERSTAD, NewProgram, make_token, says
from tests.cast import Cast, logged_in

SCREEN = "/medewerker/programmas/"
CASES = "/api/v1/cases"


def _issued(operator: Client, agency: str = WATERSTAD, **more: Any) -> tuple[str, str]:
    """What the screen shows once: id and secret."""
    page = operator.get(f"{SCREEN}nieuw/{agency}/").content.decode()
    (client_id,) = re.findall(r'name="client_id" value="([^"]+)"', page)
    form = {"client_id": client_id, "name": "Leverancier A", "services": [BIRTH], **more}
    shown = operator.post(f"{SCREEN}nieuw/{agency}/", form)
    assert shown.status_code == 200
    (identity, secret) = re.findall(r"<code>([^<]+)</code>", shown.content.decode())
    return identity, secret


def _asks_token(client_id: str, secret: str, **fields: str) -> Any:
    basic = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    form = {"grant_type": "client_credentials", **fields}
    return Client().post("/api/v1/token", form, headers={"Authorization": f"Basic {basic}"})


def _with(token: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {token}"})


def test_an_operator_lets_a_program_in_and_it_fetches(cast: Cast, case: Case) -> None:
    client_id, secret = _issued(logged_in(cast.operator), may_write="on")
    answer = _asks_token(client_id, secret).json()
    assert answer["token_type"] == "Bearer"
    assert answer["expires_in"] == 900
    assert set(answer["scope"].split()) == {"cases:read", "cases:write", f"service:{BIRTH}"}
    listed = _with(answer["access_token"]).get(CASES).json()["results"]
    assert [one["reference"] for one in listed] == [case.reference]
    assert StaffAction.objects.get(what="client-issued").user == cast.operator


def test_the_secret_is_shown_once_and_kept_nowhere(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    operator = logged_in(cast.operator)
    client_id, secret = _issued(operator)
    token = _asks_token(client_id, secret).json()["access_token"]
    assert secret not in operator.get(SCREEN).content.decode()
    assert secret not in OAuthClient.objects.get(pk=client_id).secret
    assert token not in Token.objects.get(client_id=client_id).hash
    assert secret not in caplog.text
    assert token not in caplog.text


def test_the_same_form_twice_makes_one_program(cast: Cast) -> None:
    operator = logged_in(cast.operator)
    form = {"client_id": "svb-1234", "name": "A", "services": ["kinderbijslag"]}
    assert operator.post(f"{SCREEN}nieuw/svb/", form).status_code == 200
    again = operator.post(f"{SCREEN}nieuw/svb/", form, follow=True)
    assert "Dit programma is er al" in again.content.decode()
    assert ApiClient.objects.count() == OAuthClient.objects.count() == 1


def test_a_program_can_only_be_let_in_for_what_its_agency_does(cast: Cast) -> None:
    form = {"client_id": "svb-1234", "name": "A", "services": [BIRTH]}
    assert logged_in(cast.operator).post(f"{SCREEN}nieuw/svb/", form).status_code == 422


def test_a_program_that_is_shut_out_is_out_at_once(cast: Cast, case: Case) -> None:
    operator = logged_in(cast.operator)
    client_id, secret = _issued(operator)
    program = _with(_asks_token(client_id, secret).json()["access_token"])
    assert program.get(CASES).status_code == 200
    page = operator.post(f"{SCREEN}{client_id}/intrekken/", follow=True).content.decode()
    assert "Het programma kan er niet meer in." in page
    assert "Niet meer sinds" in page
    assert program.get(CASES).status_code == 401
    assert _asks_token(client_id, secret).status_code == 401
    assert StaffAction.objects.get(what="client-revoked").reference == client_id


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"scope": "cases:write"}, "invalid_scope"),  # was let in for reading only
        ({"scope": "service:kinderbijslag"}, "invalid_scope"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "authorization_code"}, "unsupported_grant_type"),
        ({"grant_type": ""}, "unsupported_grant_type"),
    ],
)
def test_no_token_for_more_than_was_given(cast: Cast, fields: dict[str, str], error: str) -> None:
    answer = _asks_token(*_issued(logged_in(cast.operator)), **fields)
    assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_a_wrong_secret_gets_no_token_and_soon_no_answer(cast: Cast, settings: Any) -> None:
    client_id, _ = _issued(logged_in(cast.operator))
    answers = [_asks_token(client_id, "geraden").status_code for _ in range(31)]
    assert answers[:30] == [401] * 30
    assert answers[30] == 429


def test_who_tries_no_secret_is_not_counted(cast: Cast) -> None:
    client = Client()
    codes = {client.get("/api/v1/token").status_code for _ in range(40)}
    codes |= {client.post("/api/v1/token").status_code for _ in range(40)}
    assert codes == {405, 400}


def test_a_token_may_be_narrower_than_its_client(cast: Cast, case: Case) -> None:
    client_id, secret = _issued(logged_in(cast.operator), may_write="on")
    token = _asks_token(client_id, secret, scope=f"cases:read service:{BIRTH}").json()["access_token"]
    program = _with(token)
    assert program.get(f"{CASES}/{case.reference}").status_code == 200
    refused = says(program, f"cases/{case.reference}/intake", None, method="put")
    assert (refused.status_code, refused.json()["code"]) == (403, "insufficient-scope")
    no_service = _asks_token(client_id, secret, scope="cases:read").json()["access_token"]
    assert _with(no_service).get(CASES).json()["results"] == []


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer onzin", "Basic b256aW4=", "Bearer \x7f"])
def test_without_a_valid_token_it_is_401(cast: Cast, case: Case, header: str) -> None:
    client = Client(headers={"Authorization": header} if header else {})
    for path in (CASES, f"{CASES}/{case.reference}", f"{CASES}/LL-2222-2222"):
        answer = client.get(path)
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"].startswith("Bearer")
        assert answer["Content-Type"] == "application/problem+json"


def test_a_token_of_yesterday_is_worth_nothing_and_is_cleared(cast: Cast, program: Client) -> None:
    client_id = OAuthClient.objects.get().pk
    old = make_token(client_id, [READ, f"service:{BIRTH}"], seconds=-1)
    assert _with(old).get(CASES).status_code == 401
    assert clear_old_tokens() == 1
    assert program.get(CASES).status_code == 200


def test_the_login_of_an_officer_is_no_token(cast: Cast, case: Case) -> None:
    assert logged_in(cast.officer).get(f"{CASES}/{case.reference}").status_code == 401


def test_another_agency_and_another_service_find_nothing(case: Case, new_program: NewProgram) -> None:
    others = [
        new_program(agency="svb", services=("kinderbijslag",)),
        new_program(agency="svb", services=(BIRTH,)),
        new_program(services=("kinderbijslag",)),
    ]
    for other in others:
        assert other.get(CASES).json()["results"] == []
        for path, method in (("", "get"), ("/intake", "put"), ("/statuses", "post"), ("/outcome", "put")):
            answers = [
                says(other, f"cases/{reference}{path}", {"word": "handled"}, method=method, key="12345678")
                for reference in (case.reference, "LL-2222-2222")
            ]
            assert {answer.status_code for answer in answers} == {404}
            assert answers[0].content == answers[1].content
    assert Case.objects.get(pk=case.pk).updates.count() == case.updates.count()


def test_a_program_calls_no_more_often_than_it_may(case: Case, program: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr("portal.api.programs.PerProgram.rate", "3/min", raising=False)
    answers = [program.get(CASES) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert int(answers[3]["Retry-After"]) > 0
