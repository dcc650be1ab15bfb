"""An identity provider that speaks SAML as DigiD does: it signs real assertions, and spoils them if asked."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import xmlsec
from lxml import etree

from tests.people.saml.keys import Pair

ENTITY_ID: Final = "https://digid.example/saml"
SSO: Final = "https://digid.example/saml/inloggen"
ACS: Final = "http://localhost:8000/inloggen/saml/digid-saml/acs/"
BASIS, MIDDEN, SUBSTANTIEEL, HOOG = (
    f"urn:oasis:names:tc:SAML:2.0:ac:classes:{name}"
    for name in ("PasswordProtectedTransport", "MobileTwoFactorContract", "Smartcard", "SmartcardPKI")
)
NAMES: Final = {
    "saml": "urn:oasis:names:tc:SAML:2.0:assertion",
    "samlp": "urn:oasis:names:tc:SAML:2.0:protocol",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
}
_SUCCESS: Final = "urn:oasis:names:tc:SAML:2.0:status:Success"


@dataclass(frozen=True)
class Said:
    """What an answer says. None leaves a part out. Times are seconds from now."""

    in_response_to: str | None
    name_id: str = ""
    level: str = MIDDEN
    issuer: str = ENTITY_ID
    audience: str | None = "http://localhost:8000"
    recipient: str | None = ACS
    destination: str = ACS
    begins: int = -5
    ends: int | None = 120
    confirmed_until: int | None = 120
    method: str = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
    outer_answers: str | None = ""
    """The `InResponseTo` that nobody signed; "" for the same one."""
    attributes: Mapping[str, str] = field(default_factory=dict)
    more_levels: tuple[str, ...] = ()


def assertion_of(said: Said, *, id: str = "") -> etree._Element:
    """The assertion, not signed yet."""
    conditions = _attributes(NotBefore=_at(said.begins), NotOnOrAfter=_at(said.ends))
    confirmation = _attributes(
        InResponseTo=said.in_response_to,
        Recipient=said.recipient,
        NotOnOrAfter=_at(said.confirmed_until),
    )
    audience = f"<saml:Audience>{said.audience}</saml:Audience>" if said.audience else ""
    restriction = f"<saml:AudienceRestriction>{audience}</saml:AudienceRestriction>" if audience else ""
    levels = "".join(
        f"<saml:AuthnContextClassRef>{one}</saml:AuthnContextClassRef>"
        for one in (said.level, *said.more_levels)
    )
    values = "".join(
        f'<saml:Attribute Name="{name}"><saml:AttributeValue>{value}</saml:AttributeValue></saml:Attribute>'
        for name, value in said.attributes.items()
    )
    statement = f"<saml:AttributeStatement>{values}</saml:AttributeStatement>" if values else ""
    return etree.fromstring(
        f'<saml:Assertion xmlns:saml="{NAMES["saml"]}" Version="2.0" ID="{id or _new_id()}" '
        f'IssueInstant="{_at(0)}"><saml:Issuer>{said.issuer}</saml:Issuer>'
        f"<saml:Subject><saml:NameID>{said.name_id}</saml:NameID>"
        f'<saml:SubjectConfirmation Method="{said.method}">'
        f"<saml:SubjectConfirmationData{confirmation}/></saml:SubjectConfirmation></saml:Subject>"
        f"<saml:Conditions{conditions}>{restriction}</saml:Conditions>"
        f'<saml:AuthnStatement AuthnInstant="{_at(0)}" SessionIndex="s1"><saml:AuthnContext>{levels}'
        f"</saml:AuthnContext></saml:AuthnStatement>{statement}</saml:Assertion>"
    )


def response_around(said: Said, *inside: etree._Element, status: str = _SUCCESS) -> etree._Element:
    """The answer around it, which has no signature of its own."""
    answers = said.in_response_to if said.outer_answers == "" else said.outer_answers
    response = etree.fromstring(
        f'<samlp:Response xmlns:samlp="{NAMES["samlp"]}" xmlns:saml="{NAMES["saml"]}" Version="2.0" '
        f'ID="{_new_id()}" IssueInstant="{_at(0)}" Destination="{said.destination}"'
        f"{_attributes(InResponseTo=answers)}><saml:Issuer>{ENTITY_ID}</saml:Issuer>"
        f'<samlp:Status><samlp:StatusCode Value="{status}"/></samlp:Status></samlp:Response>'
    )
    response.extend(inside)
    return response


def signed(element: etree._Element, pair: Pair, *, weak: bool = False) -> etree._Element:
    """With a signature over it, as XML Signature says. `weak`: by SHA-1."""
    method = xmlsec.constants.TransformRsaSha1 if weak else xmlsec.constants.TransformRsaSha256
    digest = xmlsec.constants.TransformSha1 if weak else xmlsec.constants.TransformSha256
    signature = xmlsec.template.create(element, xmlsec.constants.TransformExclC14N, method, ns="ds")
    element.insert(1, signature)  # after the issuer: the schema wants it there
    reference = xmlsec.template.add_reference(signature, digest, uri=f"#{element.get('ID')}")
    xmlsec.template.add_transform(reference, xmlsec.constants.TransformEnveloped)
    xmlsec.template.add_transform(reference, xmlsec.constants.TransformExclC14N)
    xmlsec.template.add_x509_data(xmlsec.template.ensure_key_info(signature))
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(pair.key, xmlsec.constants.KeyDataFormatPem)
    context.key.load_cert_from_memory(pair.certificate, xmlsec.constants.KeyDataFormatPem)
    xmlsec.tree.add_ids(element, ["ID"])
    context.sign(signature)
    return element


def posted(response: etree._Element | bytes) -> str:
    """As the browser posts it."""
    raw = response if isinstance(response, bytes) else etree.tostring(response)
    return base64.b64encode(raw).decode()


@dataclass(frozen=True)
class Asked:
    """A request of ours, as the provider reads it from the address."""

    xml: etree._Element
    query: Mapping[str, str]

    @property
    def id(self) -> str:
        """Its id, which an answer names."""
        return str(self.xml.get("ID"))

    @property
    def levels(self) -> tuple[str, list[str]]:
        """The comparison, and the levels that are asked for."""
        wanted = self.xml.find("samlp:RequestedAuthnContext", NAMES)
        if wanted is None:
            return "", []
        return str(wanted.get("Comparison")), [str(one.text) for one in wanted]


def asked_in(address: str, *, sso: str = SSO) -> Asked:
    """Reads the address that the portal sends the browser to."""
    parts = urlsplit(address)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == sso, address
    query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
    return Asked(etree.fromstring(zlib.decompress(base64.b64decode(query["SAMLRequest"]), -15)), query)


class SamlIdp:
    """Knows its key; `answer` is what its page lets the browser post back."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair

    def answer(self, asked: Asked, name_id: str, **changes: Any) -> str:
        """An honest answer to one request, about this person, unless `changes` spoil it."""
        said = replace(Said(in_response_to=asked.id, name_id=name_id), **changes)
        return posted(response_around(said, signed(assertion_of(said), self.pair)))


def _new_id() -> str:
    return f"_{uuid4().hex}"


def _at(seconds: int | None) -> str | None:
    if seconds is None:
        return None
    return (datetime.now(UTC) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _attributes(**values: str | None) -> str:
    return "".join(f' {name}="{value}"' for name, value in values.items() if value is not None)
