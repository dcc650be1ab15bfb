"""Logging in by SAML: who gets in, as whom, and what stays behind."""

from __future__ import annotations

import base64
import importlib.util
import json
import os
import subprocess
import sys
from typing import Any
from urllib.parse import parse_qsl, quote_plus, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import load_pem_x509_certificate
from django.conf import settings as current
from django.contrib.sessions.models import Session
from django.core.checks import run_checks
from django.db import connection
from django.test import Client
from lxml import etree

from portal.access.models import Representation
from portal.cases.models import Case, Journey
from portal.local.environment import ROOT
from portal.people.models import Citizen, Role, User
from portal.people.verbs import bsn_of
from tests.cases.steps import answered, seen
from tests.cast import NEIGHBOUR_BSN, NOOR_BSN, actor
from tests.people.saml.conftest import HERE, NOOR, Visitor
from tests.people.saml.idp import ACS, BASIS, HOOG, MIDDEN, NAMES, SUBSTANTIEEL
from tests.registers import Register

UUID = "7f3c2c52-0f6a-4a8e-8f0e-3a5a5f2f9b11"
LEGAL, ACTING, SERVICE = (
    f"urn:nl-eid-gdi:1.0:{name}" for name in ("LegalSubjectID", "ActingSubjectID", "ServiceUUID")
)


def test_a_citizen_logs_in_and_comes_back_to_the_same_place(visitor: Visitor) -> None:
    response = visitor.log_in(form={"next": "/levensgebeurtenissen/kind-krijgen/?stap=2"})
    assert (response.status_code, response["Location"]) == (302, "/levensgebeurtenissen/kind-krijgen/?stap=2")
    user = User.objects.get()
    assert user.role == Role.CITIZEN
    assert user.citizen is not None
    assert bsn_of(user.citizen) == NOOR_BSN
    assert visitor.client.session["_auth_user_id"] == str(user.pk)


@pytest.mark.parametrize(
    ("word", "level"),
    [(BASIS, "basis"), (MIDDEN, "midden"), (SUBSTANTIEEL, "substantieel"), (HOOG, "hoog")],
)
def test_the_levels_of_digid_are_ours(visitor: Visitor, word: str, level: str) -> None:
    visitor.log_in(level=word)
    assert visitor.client.session["level"] == level


def test_the_bsn_stands_nowhere_as_it_is_nor_does_the_name_of_the_subject(visitor: Visitor) -> None:
    asked = visitor.start()
    answer = visitor.idp.answer(asked, NOOR, attributes={"urn:email": "noor@example.org"})
    posted = visitor.post(answer)
    cookie = posted.cookies["levensloket-saml"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 60)
    on_its_way = _everything_stored() + cookie.value + str(base64.urlsafe_b64decode(cookie.value))
    finished = visitor.client.get(posted["Location"])
    assert finished.cookies["levensloket-saml"].value == ""
    account = SocialAccount.objects.get()
    assert (len(account.uid), account.extra_data) == (64, {})
    stored = on_its_way + _everything_stored() + json.dumps(dict(visitor.client.session))
    for secret in (NOOR_BSN, "s00000000", "noor@example.org"):
        assert secret not in stored
        assert secret.encode().hex() not in stored
        assert base64.b64encode(secret.encode()).decode().rstrip("=") not in stored
    assert answer[:60] not in stored


def test_one_person_is_one_citizen_by_whichever_protocol(visitor: Visitor) -> None:
    visitor.log_in()
    other = Visitor(Client(), visitor.idp)
    other.log_in(level=HOOG)
    assert User.objects.count() == Citizen.objects.count() == 1


def test_we_ask_signed_for_a_level_and_name_this_site_whatever_the_host_header_says(visitor: Visitor) -> None:
    response = visitor.client.post(f"{HERE}login/", headers={"host": "localhost:9999"})
    query = urlsplit(response["Location"]).query
    asked = visitor.start()
    assert asked.xml.get("AssertionConsumerServiceURL") == ACS
    assert asked.levels == ("minimum", [BASIS])
    assert asked.xml.get("ForceAuthn") is None
    words = dict(parse_qsl(query, keep_blank_values=True))
    assert words["SigAlg"] == "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
    content = "&".join(
        f"{name}={quote_plus(words[name])}" for name in ("SAMLRequest", "RelayState", "SigAlg")
    )
    own = load_pem_x509_certificate(current.LOGIN_PROVIDERS["digid-saml"]["certificate"].encode())
    public = own.public_key()
    assert isinstance(public, RSAPublicKey)
    public.verify(base64.b64decode(words["Signature"]), content.encode(), PKCS1v15(), SHA256())


def test_nothing_in_the_address_changes_what_we_ask(visitor: Visitor) -> None:
    response = visitor.client.post(
        f"{HERE}login/?process=connect&auth_params=x&RelayState=https://evil.example"
    )
    assert "evil" not in response["Location"]
    assert visitor.client.get(f"{HERE}login/").status_code == 405


@pytest.mark.parametrize(
    "place", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:1"]
)
def test_one_never_comes_back_at_another_site(visitor: Visitor, place: str) -> None:
    assert visitor.log_in(form={"next": place})["Location"] == "/"


def test_a_step_up_asks_for_the_level_and_the_answer_says_what_it_became(
    visitor: Visitor, register: Register
) -> None:
    visitor.log_in(level=BASIS)
    journey = answered(actor(User.objects.get()))
    review = f"/levensgebeurtenissen/kind-krijgen/{journey.pk}/controle/"
    page = visitor.client.post(review, {"seen": seen(Journey.objects.get())})
    assert page.status_code == 403
    assert f'action="{HERE}login/"' in page.content.decode()
    asked = visitor.start(next=review)
    assert asked.levels == ("minimum", [MIDDEN])
    assert visitor.back(visitor.idp.answer(asked, NOOR, level=BASIS))["Location"] == review
    assert visitor.client.post(review, {"seen": seen(Journey.objects.get())}).status_code == 403
    assert not Case.objects.exists()
    assert visitor.log_in(level=MIDDEN, form={"next": review})["Location"] == review
    assert visitor.client.post(review, {"seen": seen(Journey.objects.get())}).status_code == 302
    assert Case.objects.exists()


def test_who_has_died_is_refused_as_by_any_other_way(visitor: Visitor, register: Register) -> None:
    register.people[NOOR_BSN]["brp.alive"] = {"alive": False}
    response = visitor.log_in()
    assert response.status_code == 403
    assert "is overleden" in response.content.decode()
    assert not visitor.is_logged_in


def test_somebody_who_acts_for_another_by_the_word_of_digid(
    visitor: Visitor, register: Register, settings: Any
) -> None:
    register.people[NEIGHBOUR_BSN] = dict(register.people[NOOR_BSN])
    settings.LOGIN_PROVIDERS["digid-saml"]["services"] = {UUID: ["geboorteaangifte"]}
    both = {LEGAL: NOOR, ACTING: f"s00000000:{NEIGHBOUR_BSN}", SERVICE: UUID}
    assert visitor.log_in("a-transient-name", attributes=both).status_code == 302
    user = User.objects.get()
    assert user.citizen is not None
    assert bsn_of(user.citizen) == NEIGHBOUR_BSN
    mandate = Representation.objects.get()
    assert bsn_of(mandate.represented) == NOOR_BSN
    assert mandate.services == ["geboorteaangifte"]


@pytest.mark.parametrize(
    "attributes",
    [
        {LEGAL: NOOR, SERVICE: UUID},
        {LEGAL: "", ACTING: "", SERVICE: UUID},
        {LEGAL: "<saml:NameID/>", SERVICE: UUID},
        {LEGAL: NOOR, ACTING: f"s00000000:{NEIGHBOUR_BSN}", SERVICE: "another"},
        {LEGAL: NOOR, ACTING: NOOR, SERVICE: UUID},
    ],
)
def test_half_a_mandate_logs_nobody_in_not_for_themselves_either(
    visitor: Visitor, settings: Any, refused_for: Any, attributes: dict[str, str]
) -> None:
    settings.LOGIN_PROVIDERS["digid-saml"]["services"] = {UUID: ["geboorteaangifte"]}
    assert visitor.log_in(f"s00000000:{NEIGHBOUR_BSN}", attributes=attributes).status_code == 403
    assert refused_for()[0] in ("mandate", "bsn")
    assert not User.objects.exists()


def test_the_provider_can_read_who_we_are(visitor: Visitor) -> None:
    response = visitor.client.get(f"{HERE}metadata/")
    assert response["Content-Type"] == "application/samlmetadata+xml"
    found = etree.fromstring(response.content)
    names = {**NAMES, "md": "urn:oasis:names:tc:SAML:2.0:metadata"}
    assert found.get("entityID") == "http://localhost:8000"
    (acs,) = found.iterfind(".//md:AssertionConsumerService", names)
    assert acs.get("Location") == ACS
    assert found.find(".//md:SPSSODescriptor", names).get("WantAssertionsSigned") == "true"
    assert "PRIVATE" not in response.content.decode()


@pytest.mark.parametrize("missing", ["secret", "entity_id", "certificates", "certificate", "server_url"])
def test_the_portal_does_not_start_with_half_of_it(settings: Any, missing: str) -> None:
    entry = {**settings.LOGIN_PROVIDERS["digid-saml"], missing: ""}
    settings.LOGIN_PROVIDERS = {"digid-saml": entry}
    assert "people.E003" in {str(problem.id) for problem in run_checks()}


WITHOUT_THE_EXTRA = """
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("onelogin", "xmlsec", "lxml", "isodate"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Missing())
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", "check"])
from django.test import Client
for path in ("/inloggen/", "/inloggen/saml/digid-saml/login/"):
    print(path, Client(headers={"host": "localhost"}).post(path).status_code)
"""


@pytest.mark.parametrize("entity_id", ["", "https://digid.example/saml"])
def test_without_the_extra_the_portal_starts_and_has_no_such_address_unless_it_is_set(entity_id: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", WITHOUT_THE_EXTRA],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "portal.settings", "SAML_IDP_ENTITY_ID": entity_id},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if entity_id:
        assert ended.returncode != 0
        assert "pip install 'levensloket[saml]'" in ended.stderr
    else:
        assert ended.returncode == 0, ended.stderr
        assert "/inloggen/ 405\n/inloggen/saml/digid-saml/login/ 404" in ended.stdout


def test_the_runtime_has_not_the_extra_and_the_tests_have() -> None:
    assert "python3-saml" not in (ROOT / "requirements.lock").read_text()
    assert "python3-saml" in (ROOT / "requirements-saml.lock").read_text()
    assert importlib.util.find_spec("onelogin")


def _everything_stored() -> str:
    """Every row of every table as text, and the sessions decoded."""
    with connection.cursor() as cursor:
        rows: list[str] = []
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT t::text FROM "{table}" t')  # noqa: S608 - names of our own tables
            rows += [str(row[0]) for row in cursor.fetchall()]
    return "\n".join([*rows, *(json.dumps(session.get_decoded()) for session in Session.objects.all())])
