"""Answers by SAML that must log nobody in: forged, wrapped, replayed, for another, too late."""

from __future__ import annotations

import base64
import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import pytest
from django.test import Client
from lxml import etree

from portal.people.models import Citizen, User
from portal.people.saml import handover
from tests.cast import NEIGHBOUR_BSN, NOOR_BSN
from tests.people.saml.conftest import HERE, NOOR, Visitor
from tests.people.saml.idp import (
    HOOG,
    NAMES,
    Said,
    assertion_of,
    posted,
    response_around,
    signed,
)
from tests.people.saml.keys import make_pair
from tests.registers import Register

Refused = Callable[[], list[str]]
NEIGHBOUR: Final = f"s00000000:{NEIGHBOUR_BSN}"


def assert_nobody_got_in(visitor: Visitor) -> None:
    assert not visitor.is_logged_in
    assert not User.objects.exists()
    assert not Citizen.objects.exists()


@pytest.mark.parametrize(
    "name_id",
    [
        NOOR_BSN,
        f"s00000001:{NOOR_BSN}",
        f"s00000002:{NOOR_BSN}",
        f"S00000000:{NOOR_BSN}",
        f"s00000000{NOOR_BSN}",
        f"s00000000:{NOOR_BSN}0",
        f"s00000000: {NOOR_BSN}",
        "s00000000:",
        "s00000000:123456789",
        "s00000000:000000000",
        "s00000000:99900001",
        f"s00000000:{NOOR_BSN}s00000000:{NEIGHBOUR_BSN}",
    ],
)
def test_a_number_of_another_sector_or_that_fails_the_eleven_test(
    visitor: Visitor, refused_for: Refused, name_id: str
) -> None:
    response = visitor.log_in(name_id)
    assert response.status_code == 403
    assert "Wij konden niet zien wie u bent" in response.content.decode()
    assert refused_for() == ["bsn"]
    assert_nobody_got_in(visitor)


@pytest.mark.parametrize("level", ["urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified", "hoog", "midden"])
def test_a_level_that_digid_does_not_have(visitor: Visitor, refused_for: Refused, level: str) -> None:
    assert visitor.log_in(level=level).status_code == 403
    assert refused_for() == ["level"]
    assert_nobody_got_in(visitor)


@pytest.mark.parametrize(
    "changes",
    [
        {"audience": "https://another.example"},
        {"audience": None},
        {"issuer": "https://evil.example"},
        {"issuer": ""},
        {"recipient": "https://another.example/acs/"},
        {"recipient": None},
        {"recipient": "https://evil.example/?http://localhost:8000/inloggen/saml/digid-saml/acs/"},
        {"destination": "https://another.example/acs/"},
        {"begins": 3600},
        {"ends": -3600},
        {"ends": None},
        {"confirmed_until": -1},
        {"confirmed_until": None},
        {"method": "urn:oasis:names:tc:SAML:2.0:cm:sender-vouches"},
        {"outer_answers": "_of-another-login"},
        {"more_levels": (HOOG,)},
        {"name_id": ""},
    ],
    ids=str,
)
def test_an_answer_that_is_not_for_us_or_not_now(
    visitor: Visitor, refused_for: Refused, changes: dict[str, Any]
) -> None:
    name_id = changes.pop("name_id", NOOR)
    assert visitor.log_in(name_id, **changes).status_code == 403
    assert refused_for()[0] in ("token", "level")
    assert_nobody_got_in(visitor)


def test_an_answer_is_good_once_and_in_the_browser_that_asked(
    visitor: Visitor, register: Register, refused_for: Refused
) -> None:
    answer = visitor.idp.answer(visitor.start(), NOOR)
    thief = Visitor(Client(), visitor.idp)
    assert thief.back(answer).status_code == 403
    thief.start()
    assert thief.back(answer).status_code == 403, "the login that the thief began is another one"
    assert not thief.is_logged_in
    assert visitor.back(answer).status_code == 302
    assert visitor.client.get("/aanvragen/").status_code == 200
    visitor.client.post("/uitloggen/")
    assert visitor.back(answer).status_code == 403, "a replay"
    assert visitor.client.get("/aanvragen/").status_code == 302
    assert refused_for() == ["expired"] * 3


def test_nobody_is_logged_in_as_somebody_who_did_not_ask(visitor: Visitor, refused_for: Refused) -> None:
    """A login of the attacker's own in the victim's browser (login CSRF), and one that nobody asked for."""
    attacker = Visitor(Client(), visitor.idp)
    answer = visitor.idp.answer(attacker.start(), NEIGHBOUR)
    visitor.start()
    assert visitor.back(answer).status_code == 403
    for in_response_to in (None, "", "_never-asked"):
        said = Said(in_response_to=in_response_to, name_id=NOOR)
        answer = posted(response_around(said, signed(assertion_of(said), visitor.idp.pair)))
        assert visitor.back(answer).status_code == 403
    assert set(refused_for()) == {"expired", "token"}
    assert_nobody_got_in(visitor)


def test_the_id_that_counts_is_the_signed_one(visitor: Visitor, refused_for: Refused) -> None:
    stolen = Said(in_response_to="_of-another-site", name_id=NOOR)
    asked = visitor.start()
    changed = replace(stolen, outer_answers=asked.id)
    assertion = signed(assertion_of(stolen), visitor.idp.pair)
    assert visitor.back(posted(response_around(changed, assertion))).status_code == 403
    assert_nobody_got_in(visitor)


# --- Signatures ---------------------------------------------------------------------------------------


def _honest(visitor: Visitor) -> tuple[Said, etree._Element]:
    said = Said(in_response_to=visitor.start().id, name_id=NOOR)
    return said, signed(assertion_of(said), visitor.idp.pair)


def _unsigned(visitor: Visitor) -> etree._Element:
    said = Said(in_response_to=visitor.start().id, name_id=NOOR)
    return response_around(said, assertion_of(said))


def _by_another_key(visitor: Visitor) -> etree._Element:
    said = Said(in_response_to=visitor.start().id, name_id=NOOR)
    return response_around(said, signed(assertion_of(said), make_pair("digid.example")))


def _by_sha1(visitor: Visitor) -> etree._Element:
    said = Said(in_response_to=visitor.start().id, name_id=NOOR)
    return response_around(said, signed(assertion_of(said), visitor.idp.pair, weak=True))


def _answer_alone_is_signed(visitor: Visitor) -> etree._Element:
    said = Said(in_response_to=visitor.start().id, name_id=NOOR)
    return signed(response_around(said, assertion_of(said)), visitor.idp.pair)


def _other_name(visitor: Visitor) -> etree._Element:
    said, assertion = _honest(visitor)
    assertion.find(".//saml:NameID", NAMES).text = NEIGHBOUR
    return response_around(said, assertion)


def _higher_level(visitor: Visitor) -> etree._Element:
    said, assertion = _honest(visitor)
    assertion.find(".//saml:AuthnContextClassRef", NAMES).text = HOOG
    return response_around(said, assertion)


def _evil(said: Said, assertion: etree._Element, *, same_id: bool) -> etree._Element:
    forged = replace(said, name_id=NEIGHBOUR, level=HOOG)
    return assertion_of(forged, id=str(assertion.get("ID")) if same_id else "")


def _before_it(visitor: Visitor) -> etree._Element:
    said, assertion = _honest(visitor)
    return response_around(said, _evil(said, assertion, same_id=False), assertion)


def _after_it(visitor: Visitor) -> etree._Element:
    said, assertion = _honest(visitor)
    return response_around(said, assertion, _evil(said, assertion, same_id=True))


def _around_it(visitor: Visitor) -> etree._Element:
    said, assertion = _honest(visitor)
    evil = _evil(said, assertion, same_id=False)
    evil.append(assertion)
    return response_around(said, evil)


def _in_its_signature(visitor: Visitor) -> etree._Element:
    """The forged one takes the signature over, with the signed one as an object in it."""
    said, assertion = _honest(visitor)
    evil = _evil(said, assertion, same_id=True)
    signature = copy.deepcopy(assertion.find("ds:Signature", NAMES))
    original = copy.deepcopy(assertion)
    original.remove(original.find("ds:Signature", NAMES))
    etree.SubElement(signature, f"{{{NAMES['ds']}}}Object").append(original)
    evil.insert(1, signature)
    return response_around(said, evil)


def _in_extensions(visitor: Visitor) -> etree._Element:
    said, assertion = _honest(visitor)
    response = response_around(said, _evil(said, assertion, same_id=False))
    extensions = etree.Element(f"{{{NAMES['samlp']}}}Extensions")
    extensions.append(assertion)
    response.insert(1, extensions)
    return response


def _signature_beside_it(visitor: Visitor) -> etree._Element:
    """The signature stays, about an assertion that is hidden; the one that is read has none."""
    said, assertion = _honest(visitor)
    evil = _evil(said, assertion, same_id=True)
    response = response_around(said, evil)
    response.insert(1, copy.deepcopy(assertion.find("ds:Signature", NAMES)))
    return response


@pytest.mark.parametrize(
    "forge",
    [
        _unsigned,
        _by_another_key,
        _by_sha1,
        _answer_alone_is_signed,
        _other_name,
        _higher_level,
        _before_it,
        _after_it,
        _around_it,
        _in_its_signature,
        _in_extensions,
        _signature_beside_it,
    ],
)
def test_what_the_provider_did_not_sign_as_it_is(
    visitor: Visitor, refused_for: Refused, forge: Callable[[Visitor], etree._Element]
) -> None:
    response = visitor.back(posted(forge(visitor)))
    assert response.status_code == 403
    assert refused_for() == ["token"]
    assert_nobody_got_in(visitor)


def test_the_honest_one_of_these_gets_in(visitor: Visitor) -> None:
    """So that the others are refused for what is forged in them, and nothing else."""
    said, assertion = _honest(visitor)
    assert visitor.back(posted(response_around(said, assertion))).status_code == 302
    assert visitor.is_logged_in


def test_a_comment_cuts_no_number_short(visitor: Visitor, refused_for: Refused) -> None:
    """Signed by exclusive C14N a comment may be put in afterwards: whoever reads up to it reads another."""
    said = Said(in_response_to=visitor.start().id, name_id=f"s00000000:{NOOR_BSN}7")
    raw = etree.tostring(response_around(said, signed(assertion_of(said), visitor.idp.pair)))
    cut = raw.replace(f"{NOOR_BSN}7".encode(), f"{NOOR_BSN}<!-- -->7".encode())
    assert cut != raw
    assert visitor.back(posted(cut)).status_code == 403
    assert refused_for() == ["bsn"]
    assert_nobody_got_in(visitor)


ENTITIES = b"""<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><r>&c;</r>"""
FILE = b"""<!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/hostname">]><r>&f;</r>"""


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "not base64 \N{SNOWMAN}",
        posted(b"no XML"),
        posted(b"<a/>"),
        posted(b"\xff\xfe\x00"),
        posted(ENTITIES),
        posted(FILE),
        "A" * 200_000,
        posted(b"<a>" * 20_000),
    ],
    ids=["nothing", "no base64", "no XML", "no answer", "bytes", "entities", "file", "huge", "deep"],
)
def test_anything_that_a_stranger_posts(visitor: Visitor, refused_for: Refused, answer: str) -> None:
    response = visitor.back(answer)
    assert response.status_code == 403
    assert refused_for() == ["token"]
    assert_nobody_got_in(visitor)


def test_whoever_stops_is_told_so_and_may_start_again(visitor: Visitor, refused_for: Refused) -> None:
    said = Said(in_response_to=visitor.start().id)
    words = "urn:oasis:names:tc:SAML:2.0:status:AuthnFailed"
    response = visitor.back(posted(response_around(said, status=words)))
    assert response.status_code == 200
    assert "U bent gestopt met inloggen" in response.content.decode()
    assert refused_for() == ["cancelled"]


def test_words_of_the_provider_for_a_failure_are_not_on_the_page(
    visitor: Visitor, refused_for: Refused
) -> None:
    said = Said(in_response_to=visitor.start().id)
    response = response_around(said, status="urn:oasis:names:tc:SAML:2.0:status:Responder")
    status = response.find("samlp:Status", NAMES)
    etree.SubElement(status, f"{{{NAMES['samlp']}}}StatusMessage").text = "bel 0900-oplichter"
    shown = visitor.back(posted(response))
    assert shown.status_code == 403
    assert "oplichter" not in shown.content.decode()
    assert refused_for() == ["token"]


# --- On the way into the session ----------------------------------------------------------------------


def test_what_travels_in_the_cookie_cannot_be_changed_and_is_soon_over(
    visitor: Visitor, refused_for: Refused, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = visitor.idp.answer(visitor.start(), NOOR)
    after = visitor.post(answer)["Location"]
    sealed = bytearray(base64.urlsafe_b64decode(visitor.client.cookies["levensloket-saml"].value))
    now = handover.time.time()
    monkeypatch.setattr(handover.time, "time", lambda: now + 61)
    assert visitor.client.get(after).status_code == 403
    monkeypatch.undo()
    sealed[-20] ^= 1
    for cookie in (base64.urlsafe_b64encode(bytes(sealed)).decode(), "", "x", "eyJhIjoxfQ=="):
        visitor.client.cookies["levensloket-saml"] = cookie
        assert visitor.client.get(after).status_code == 403
    assert refused_for() == ["expired"] * 5
    assert_nobody_got_in(visitor)


def test_an_address_of_the_other_protocol_or_of_nobody(visitor: Visitor) -> None:
    for path in ("login/", "acs/"):
        assert visitor.client.post(f"/inloggen/saml/digid/{path}").status_code == 404
        assert visitor.client.post(f"/inloggen/saml/bestaat-niet/{path}").status_code == 404
    for provider in ("digid", "medewerker", "bestaat-niet"):
        assert visitor.client.get(f"/inloggen/saml/{provider}/klaar/").status_code == 404
        assert visitor.client.get(f"/inloggen/saml/{provider}/metadata/").status_code == 404
    assert visitor.client.post("/inloggen/oidc/digid-saml/login/").status_code == 404
    assert visitor.client.get(f"{HERE}acs/").status_code == 405


def test_no_login_by_saml_makes_staff(visitor: Visitor) -> None:
    visitor.log_in(attributes={"role": "operator", "agency": "svb", "name": "Noor"})
    user = User.objects.get()
    assert (user.role, user.agency, user.name) == ("citizen", "", "")
