"""Addresses of papers: the Documenten and Besluiten APIs, and what the other two have about them."""

from __future__ import annotations

from django.urls import URLPattern, path

from connectors.sandbox.zgw.addresses import BESLUITEN, CATALOGI, DOCUMENTEN, ZAKEN
from connectors.sandbox.zgw.entry import Endpoint
from connectors.sandbox.zgw.papers import decisions, documents, links, parts, types
from connectors.sandbox.zgw.papers.decisions import DECISIONS, LETTERS
from connectors.sandbox.zgw.papers.documents import DOCUMENTS
from connectors.sandbox.zgw.tokens import (
    CHANGE,
    CHANGE_CLOSED,
    CHANGE_DOCUMENT,
    CREATE_DOCUMENT,
    DECIDE,
    FORCE_UNLOCK,
    LOCK_DOCUMENT,
    READ,
    READ_DECISION,
    READ_DOCUMENT,
    READ_TYPES,
)


def _at(endpoint: Endpoint, address: str) -> URLPattern:
    return path(address, endpoint.view())


def of_types() -> list[URLPattern]:
    """The Catalogi API."""
    found = []
    for name, parameters, show_list, show_one in (
        (
            types.DOCUMENT_TYPES,
            ("catalogus", "omschrijving", "status"),
            types.list_document_types,
            types.show_document_type,
        ),
        (
            types.DECISION_TYPES,
            ("catalogus", "omschrijving", "status"),
            types.list_decision_types,
            types.show_decision_type,
        ),
        (
            types.OF_A_KIND,
            ("zaaktype", "informatieobjecttype", "richting", "status"),
            types.list_links,
            types.show_link,
        ),
    ):
        many = Endpoint(CATALOGI, name, parameters=(*parameters, "page")).on("GET", show_list, READ_TYPES)
        one = Endpoint(CATALOGI, name).on("GET", show_one, READ_TYPES)
        found += [_at(many, name), _at(one, f"{name}/<uuid:key>")]
    return found


def of_cases() -> list[URLPattern]:
    """The Zaken API."""
    name = "zaakinformatieobjecten"
    many = Endpoint(ZAKEN, name, parameters=("zaak", "informatieobject")).on("GET", links.list_links, READ)
    many.on("POST", links.create_link, CHANGE, CHANGE_CLOSED)
    decided = "zaken/<uuid:zaak_key>/besluiten"
    return [
        _at(many, name),
        _at(Endpoint(ZAKEN, name).on("GET", links.show_link, READ), f"{name}/<uuid:key>"),
        _at(Endpoint(ZAKEN, "zaakbesluiten").on("GET", links.list_decision_links, READ), decided),
        _at(
            Endpoint(ZAKEN, "zaakbesluiten").on("GET", links.show_decision_link, READ),
            f"{decided}/<uuid:key>",
        ),
    ]


def of_documents() -> list[URLPattern]:
    """The Documenten API."""
    many = Endpoint(DOCUMENTEN, DOCUMENTS, parameters=("identificatie", "bronorganisatie", "page"))
    many.on("GET", documents.list_documents, READ_DOCUMENT)
    many.on("POST", documents.create_document, CREATE_DOCUMENT)
    lock = Endpoint(DOCUMENTEN, "lock").on("POST", parts.lock, LOCK_DOCUMENT)
    unlock = Endpoint(DOCUMENTEN, "unlock").on("POST", parts.unlock, LOCK_DOCUMENT, FORCE_UNLOCK)
    part = Endpoint(DOCUMENTEN, parts.PARTS, takes_form=True).on("PUT", parts.put_part, CHANGE_DOCUMENT)
    content = Endpoint(DOCUMENTEN, "download", parameters=("versie",), produces="application/octet-stream")
    return [
        _at(many, DOCUMENTS),
        _at(
            Endpoint(DOCUMENTEN, DOCUMENTS, parameters=("versie",)).on(
                "GET", documents.show_document, READ_DOCUMENT
            ),
            f"{DOCUMENTS}/<uuid:key>",
        ),
        _at(content.on("GET", documents.download, READ_DOCUMENT), f"{DOCUMENTS}/<uuid:key>/download"),
        _at(lock, f"{DOCUMENTS}/<uuid:key>/lock"),
        _at(unlock, f"{DOCUMENTS}/<uuid:key>/unlock"),
        _at(part, f"{parts.PARTS}/<uuid:key>"),
    ]


def of_decisions() -> list[URLPattern]:
    """The Besluiten API."""
    asked = ("identificatie", "verantwoordelijkeOrganisatie", "besluittype", "zaak", "page")
    many = Endpoint(BESLUITEN, DECISIONS, parameters=asked).on("GET", decisions.list_decisions, READ_DECISION)
    many.on("POST", decisions.create_decision, DECIDE)
    letters = Endpoint(BESLUITEN, LETTERS, parameters=("besluit", "informatieobject"))
    letters.on("GET", decisions.list_letters, READ_DECISION).on("POST", decisions.create_letter, DECIDE)
    return [
        _at(many, DECISIONS),
        _at(
            Endpoint(BESLUITEN, DECISIONS).on("GET", decisions.show_decision, READ_DECISION),
            f"{DECISIONS}/<uuid:key>",
        ),
        _at(letters, LETTERS),
        _at(
            Endpoint(BESLUITEN, LETTERS).on("GET", decisions.show_letter, READ_DECISION),
            f"{LETTERS}/<uuid:key>",
        ),
    ]
