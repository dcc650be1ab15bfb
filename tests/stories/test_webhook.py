"""An agency is told that a case came in, by a call that it can believe, and fetches it with its papers."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
import requests

from connectors.signing import signed_headers
from portal.local.environment import DEMO_CLIENT_VARIABLE
from portal.local.stack import Stack
from tests.cases.test_webhooks import BUSY, HEARD, the_check_of_the_document
from tests.connectors.other_side import Asked, OtherSide
from tests.stories.by_wire import SECONDS, Caller
from tests.stories.conftest import NewCaller
from tests.stories.waiting import until
from tests.talk.files import pdf

pytestmark = pytest.mark.story

HEIDEDORP = "gemeente-heidedorp"
_CODE = re.compile(r"<dd><code>([^<]+)</code></dd>")


def test_an_agency_hears_of_a_case_believes_it_and_fetches_it_with_its_papers(
    new_caller: NewCaller, stack: Stack
) -> None:
    operator, citizen = new_caller("Otto Maas", level=""), new_caller("Lotte Smit")
    # The first call finds the agency busy: it comes again by itself.
    with OtherSide(BUSY, HEARD) as listener:
        address = f"{listener.url}/levensloket"
        secrets = _sets(operator, address)
        try:
            reference = _born_with_a_statement(citizen)
            until(lambda: len(listener.asked) >= 2, seconds=90, what="the second call")
        finally:
            operator.post(f"/medewerker/meldingen/{HEIDEDORP}/stop/")
        first, second = listener.asked[:2]
    believes, seen = the_check_of_the_document(), set[str]()
    assert believes(*_parts(first, address), secrets, seen)
    assert believes(*_parts(second, address), secrets, seen), "tried again, it is signed anew"
    assert not believes(*_parts(second, address), secrets, seen), "played again, it is refused"
    _nobody_else_is_believed(second, address, secrets)
    told = json.loads(second.body)
    assert (told["agency"], set(told["waiting"])) == (HEIDEDORP, {"case"})
    assert reference not in second.body.decode(), "a hint names no case"
    _fetches(stack, reference, since=told["since"])


def _sets(operator: Caller, address: str) -> dict[str, str]:
    """The operator says where; the secret by its name, seen once."""
    page = operator.post(f"/medewerker/meldingen/{HEIDEDORP}/", address=address)
    key_id, secret = _CODE.findall(page.text)
    assert secret not in operator.get("/medewerker/meldingen/").text
    return {key_id: secret}


def _born_with_a_statement(citizen: Caller) -> str:
    citizen.begins()
    citizen.answers()
    page, given = f"{citizen.journey}vragen/birth/1/", {"birth_place": "9002", "role": "gave_birth"}
    born = citizen.uploads(page, {"birth_statement": pdf()}, **given)
    assert born.status_code == 200
    assert citizen.sends(citizen.seen()).status_code == 200
    return citizen.reference()


def _parts(asked: Asked, address: str) -> tuple[str, str, Mapping[str, str], bytes]:
    return asked.method, address, asked.headers, asked.body


def _nobody_else_is_believed(asked: Asked, address: str, secrets: dict[str, str]) -> None:
    """Not who changes a true call, and not who signs one without the secret."""
    believes, (key_id,) = the_check_of_the_document(), secrets
    more = asked.body.replace(b'"case": 1', b'"case": 9')
    assert more != asked.body
    assert not believes("POST", address, asked.headers, more, secrets, set())
    forged = signed_headers("POST", address, more, {}, key_id=key_id, secret="guessed" * 6)
    headers = {name.lower(): value for name, value in forged.items()}
    assert not believes("POST", address, headers, more, secrets, set())


def _fetches(stack: Stack, reference: str, *, since: str) -> None:
    """What the agency's program does then: the list, the case, and the document that the case names."""
    client = ("gemeente-heidedorp-proef", stack.env[DEMO_CLIENT_VARIABLE])
    grant = {"grant_type": "client_credentials"}
    token = requests.post(f"{stack.url}/api/v1/token", data=grant, auth=client, timeout=SECONDS).json()
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {token['access_token']}"

    def get(path: str, **query: str) -> Any:
        answer = session.get(f"{stack.url}/api/v1/{path}", params=query, timeout=SECONDS)
        assert answer.status_code == 200, answer.text
        return answer.json()

    day = since.partition("T")[0]
    listed = get("cases", changedSince=f"{day}T00:00:00Z", phase="arrived")["results"]
    assert reference in [one["reference"] for one in listed]
    (named,) = get(f"cases/{reference}")["payload"]["answers"]["birth"][0]["birth_statement"]
    (paper,) = get(f"cases/{reference}/documents")["results"]
    assert paper["id"] == named["id"]
    content = get(f"cases/{reference}/documents/{paper['id']}")["content"]
    assert base64.b64decode(content) == pdf()
