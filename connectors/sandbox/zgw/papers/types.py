"""The Catalogi API, for papers: kinds of documents and decisions, and what a kind of case has of them."""

from __future__ import annotations

from uuid import UUID

from connectors.sandbox.zgw.answers import JSON, Answer, Call, paged
from connectors.sandbox.zgw.catalogue import CONCEPT, Catalogue, Type, ZaakType, key_of
from connectors.sandbox.zgw.problems import not_found
from connectors.sandbox.zgw.types import catalogue_url, of_wanted_status, type_url

DOCUMENT_TYPES, DECISION_TYPES = "informatieobjecttypen", "besluittypen"
OF_A_KIND = "zaaktype-informatieobjecttypen"
CONFIDENTIALITY = "zaakvertrouwelijk"
SINCE = "2026-01-01"


# --- Kinds of documents and decisions ---------------------------------------------------------------


def list_document_types(call: Call) -> Answer:
    """`GET informatieobjecttypen?catalogus=&omschrijving=&status=`. Each is published."""
    found = _wanted(call, call.catalogue.informatieobjecttypen)
    return paged(call, found, lambda one: document_type_body(call.catalogue, one))


def show_document_type(call: Call, key: UUID) -> Answer:
    """`GET informatieobjecttypen/<uuid>`."""
    found = call.catalogue.document_type(key)
    if found is None:
        raise not_found()
    return Answer(document_type_body(call.catalogue, found))


def list_decision_types(call: Call) -> Answer:
    """`GET besluittypen?catalogus=&omschrijving=&status=`. Each is published."""
    found = _wanted(call, call.catalogue.besluittypen)
    return paged(call, found, lambda one: decision_type_body(call.catalogue, one))


def show_decision_type(call: Call, key: UUID) -> Answer:
    """`GET besluittypen/<uuid>`."""
    found = call.catalogue.decision_type(key)
    if found is None:
        raise not_found()
    return Answer(decision_type_body(call.catalogue, found))


def _wanted(call: Call, types: tuple[Type, ...]) -> list[Type]:
    if call.only("status") == CONCEPT or call.only("catalogus") not in (None, catalogue_url(call.catalogue)):
        return []
    name = call.only("omschrijving")
    return [one for one in types if name in (None, one.name)]


def document_type_body(catalogue: Catalogue, one: Type) -> JSON:
    """An `InformatieObjectType`."""
    return {
        **_shared(catalogue, DOCUMENT_TYPES, one),
        "vertrouwelijkheidaanduiding": CONFIDENTIALITY,
        "besluittypen": [type_url(catalogue, DECISION_TYPES, two.key) for two in catalogue.besluittypen],
        "informatieobjectcategorie": "Brieven en bijlagen",
        "trefwoord": [],
        "omschrijvingGeneriek": {
            "informatieobjecttypeOmschrijvingGeneriek": "",
            "definitieInformatieobjecttypeOmschrijvingGeneriek": "",
            "herkomstInformatieobjecttypeOmschrijvingGeneriek": "",
            "hierarchieInformatieobjecttypeOmschrijvingGeneriek": "",
            "opmerkingInformatieobjecttypeOmschrijvingGeneriek": "",
        },
    }


def decision_type_body(catalogue: Catalogue, one: Type) -> JSON:
    """A `BesluitType`."""
    letters = [two for two in catalogue.informatieobjecttypen if two.note == "uitgaand"]
    return {
        **_shared(catalogue, DECISION_TYPES, one),
        "omschrijvingGeneriek": one.name,
        "besluitcategorie": "",
        "reactietermijn": "P42D",
        "publicatieIndicatie": False,
        "publicatietekst": "",
        "publicatietermijn": None,
        "toelichting": "",
        "informatieobjecttypen": [type_url(catalogue, DOCUMENT_TYPES, two.key) for two in letters],
        "vastgelegdIn": [two.name for two in letters],
        "resultaattypen": [],
        "resultaattypenOmschrijving": [],
    }


def _shared(catalogue: Catalogue, resource: str, one: Type) -> JSON:
    return {
        "url": type_url(catalogue, resource, one.key),
        "catalogus": catalogue_url(catalogue),
        "omschrijving": one.name,
        "beginGeldigheid": SINCE,
        "eindeGeldigheid": None,
        "concept": False,
        "zaaktypen": [type_url(catalogue, "zaaktypen", two.key) for two in catalogue.zaaktypen],
    }


# --- What a kind of case has of them ----------------------------------------------------------------


def list_links(call: Call) -> Answer:
    """`GET zaaktype-informatieobjecttypen?zaaktype=&informatieobjecttype=&richting=&status=`."""
    zaaktype, kind, direction = (call.only(name) for name in ("zaaktype", "informatieobjecttype", "richting"))
    found = [
        (zaak, one)
        for zaak in of_wanted_status(call)
        for one in call.catalogue.informatieobjecttypen
        if zaaktype in (None, type_url(call.catalogue, "zaaktypen", zaak.key))
        and kind in (None, type_url(call.catalogue, DOCUMENT_TYPES, one.key))
        and direction in (None, one.note)
    ]
    return paged(call, found, lambda pair: _link_body(call.catalogue, *pair))


def show_link(call: Call, key: UUID) -> Answer:
    """`GET zaaktype-informatieobjecttypen/<uuid>`."""
    for zaaktype in call.catalogue.zaaktypen:
        for one in call.catalogue.informatieobjecttypen:
            if _link_key(zaaktype, one) == key:
                return Answer(_link_body(call.catalogue, zaaktype, one))
    raise not_found()


def _link_key(zaaktype: ZaakType, one: Type) -> UUID:
    return key_of(str(zaaktype.key), str(one.key))


def _link_body(catalogue: Catalogue, zaaktype: ZaakType, one: Type) -> JSON:
    return {
        "url": type_url(catalogue, OF_A_KIND, _link_key(zaaktype, one)),
        "zaaktype": type_url(catalogue, "zaaktypen", zaaktype.key),
        "zaaktypeIdentificatie": zaaktype.identificatie,
        "catalogus": catalogue_url(catalogue),
        "informatieobjecttype": type_url(catalogue, DOCUMENT_TYPES, one.key),
        "volgnummer": one.number,
        "richting": one.note,
        "statustype": None,
    }
