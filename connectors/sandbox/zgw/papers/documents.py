"""The Documenten API (1.4.3): storing a document with its content, finding and reading it.

A document comes in one piece, or in parts (`parts`): then it is locked until all of them are there.
"""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from connectors.sandbox.zgw.addresses import CATALOGI, key_in
from connectors.sandbox.zgw.answers import JSON, Answer, Call, created, paged
from connectors.sandbox.zgw.cases import CONFIDENTIALITY, OF_THE_TYPE
from connectors.sandbox.zgw.catalogue import Catalogue, Type
from connectors.sandbox.zgw.fields import Fields, sure
from connectors.sandbox.zgw.models import Informatieobject
from connectors.sandbox.zgw.papers.parts import part_body
from connectors.sandbox.zgw.papers.storing import TEXTS, add_document, document_url
from connectors.sandbox.zgw.problems import not_found
from connectors.sandbox.zgw.shapes import moment
from connectors.sandbox.zgw.types import type_url

DOCUMENTS = "enkelvoudiginformatieobjecten"
STATUSES = ("in_bewerking", "ter_vaststelling", "definitief", "gearchiveerd")
ALGORITHMS = (
    *("crc_16", "crc_32", "crc_64", "fletcher_4", "fletcher_8", "fletcher_16", "fletcher_32", "hmac"),
    *("md5", "sha_1", "sha_256", "sha_512", "sha_3"),
)
REQUIRED = ("titel", "auteur", "taal")
NOT_PLAYED = ("link", "ondertekening", "indicatieGebruiksrecht", "trefwoorden")
"""Fields of the standard that the sandbox refuses, rather than forget what was sent in them."""


def list_documents(call: Call) -> Answer:
    """`GET enkelvoudiginformatieobjecten?identificatie=&bronorganisatie=`."""
    found = Informatieobject.objects.filter(agency=call.agency)
    for name in ("identificatie", "bronorganisatie"):
        value = call.only(name)
        if value is not None:
            found = found.filter(**{name: value})
    return paged(call, found, lambda one: document_body(call.catalogue, one))


def create_document(call: Call) -> Answer:
    """`POST enkelvoudiginformatieobjecten`, with the content as base64."""
    fields = Fields(call.body)
    kind = fields.link("informatieobjecttype", lambda url: _document_type(call, url))
    content, size = fields.content("inhoud"), fields.whole_number("bestandsomvang")
    if content is not None and size != len(content):
        fields.wrong("bestandsomvang", "file-size", "Dit is niet de grootte van de inhoud.")
    identificatie = fields.text("identificatie", 40)
    bronorganisatie = fields.rsin("bronorganisatie", is_required=True)
    told = _told(fields)
    fields.check()
    made = add_document(
        call.catalogue,
        sure(kind),
        content or b"",
        told,
        identificatie=identificatie,
        bronorganisatie=bronorganisatie,
        parts_of=(size or 0) if content is None else 0,
    )
    return created({**document_body(call.catalogue, made), "lock": made.lock})


def show_document(call: Call, key: UUID) -> Answer:
    """`GET enkelvoudiginformatieobjecten/<uuid>?versie=`: what is known of it."""
    return Answer(document_body(call.catalogue, _version(call, key)))


def download(call: Call, key: UUID) -> Answer:
    """`GET enkelvoudiginformatieobjecten/<uuid>/download?versie=`: its content."""
    found = _version(call, key)
    if found.parts.exists():
        raise not_found()  # a real one has nothing to give either before the parts are joined
    return Answer(bytes(found.content))


def _version(call: Call, key: UUID) -> Informatieobject:
    """A document never changes here: it has one version."""
    found = Informatieobject.objects.filter(agency=call.agency, pk=key).first()
    if found is None or call.only("versie") not in (None, "1"):
        raise not_found()
    return found


def document_body(catalogue: Catalogue, document: Informatieobject) -> JSON:
    """An `EnkelvoudigInformatieObject`."""
    url = document_url(document)
    parts = list(document.parts.defer("content").annotate(is_there=Q(content__isnull=False)))
    return {
        **document.fields,
        "url": url,
        "identificatie": document.identificatie,
        "bronorganisatie": document.bronorganisatie,
        "informatieobjecttype": type_url(catalogue, "informatieobjecttypen", document.informatieobjecttype),
        "versie": 1,
        "beginRegistratie": moment(document.created_at),
        "inhoud": f"{url}/download?versie=1",
        "bestandsomvang": document.size if document.size is not None else len(document.content),
        "link": "",
        "indicatieGebruiksrecht": None,
        "ondertekening": None,
        "locked": bool(document.lock),
        "bestandsdelen": [part_body(one, document) for one in parts],
        "trefwoorden": [],
    }


def _document_type(call: Call, url: str) -> Type | None:
    key = key_in(url, call.agency, CATALOGI, "informatieobjecttypen")
    return call.catalogue.document_type(key) if key else None


def _told(fields: Fields) -> JSON:
    for name in NOT_PLAYED:
        if fields.body.get(name) not in (None, "", [], {}):
            fields.wrong(name, "niet-gespeeld", "De zandbak speelt dit veld niet.")
    texts = {
        name: fields.text(name, longest, is_required=name in REQUIRED) for name, longest in TEXTS.items()
    }
    days = {name: fields.day(name) or None for name in ("ontvangstdatum", "verzenddatum")}
    told = {
        **texts,
        **days,
        "creatiedatum": fields.day("creatiedatum", is_required=True),
        "vertrouwelijkheidaanduiding": fields.choice("vertrouwelijkheidaanduiding", CONFIDENTIALITY)
        or OF_THE_TYPE,
        "status": fields.choice("status", STATUSES),
        "integriteit": _integrity(fields),
    }
    if told["ontvangstdatum"] and told["status"] in STATUSES[:2]:
        fields.wrong("status", "invalid_for_received", "Wat ontvangen is, is niet meer in bewerking.")
    return told


def _integrity(fields: Fields) -> JSON | None:
    given = fields.body.get("integriteit")
    if not given:
        return None
    if not isinstance(given, dict):
        fields.wrong("integriteit", "invalid", "Dit moet een object zijn.")
        return None
    inner = Fields(given)
    read = {
        "algoritme": inner.choice("algoritme", ALGORITHMS, is_required=True),
        "waarde": inner.text("waarde", 128, is_required=True),
        "datum": inner.day("datum", is_required=True),
    }
    for one in inner.wrongs:
        fields.wrong(f"integriteit.{one.name}", one.code, one.reason)
    return read
