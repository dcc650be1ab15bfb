"""The Catalogi API (1.3.1): the types of an agency as JSON, and finding them. Read only."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from connectors.sandbox.zgw.addresses import CATALOGI, address
from connectors.sandbox.zgw.answers import JSON, Answer, Call, paged
from connectors.sandbox.zgw.catalogue import (
    ALL,
    CONCEPT,
    FINAL,
    RESOURCES,
    Catalogue,
    Type,
    ZaakType,
)
from connectors.sandbox.zgw.problems import invalid_field, not_found

LONGEST_VALUE = "4000"
_WANTED: dict[str, Callable[[ZaakType], bool]] = {
    FINAL: lambda zaaktype: not zaaktype.is_concept,
    CONCEPT: lambda zaaktype: zaaktype.is_concept,
    ALL: lambda zaaktype: True,
}


def list_zaaktypen(call: Call) -> Answer:
    """`GET zaaktypen?identificatie=&catalogus=&status=`."""
    found = of_wanted_status(call)
    identificatie, catalogus = call.only("identificatie"), call.only("catalogus")
    if identificatie is not None:
        found = [one for one in found if one.identificatie == identificatie]
    if catalogus is not None and catalogus != catalogue_url(call.catalogue):
        found = []
    return paged(call, found, lambda one: zaaktype_body(call.catalogue, one))


def show_zaaktype(call: Call, key: UUID) -> Answer:
    """`GET zaaktypen/<uuid>`."""
    found = call.catalogue.zaaktype(key)
    if found is None:
        raise not_found()
    return Answer(zaaktype_body(call.catalogue, found))


def list_types(call: Call, resource: str) -> Answer:
    """`GET <resource>?zaaktype=&zaaktypeIdentificatie=&status=`, for each of `RESOURCES`."""
    zaaktypen = of_wanted_status(call)
    url, identificatie = call.only("zaaktype"), call.only("zaaktypeIdentificatie")
    if url is not None:
        zaaktypen = [one for one in zaaktypen if type_url(call.catalogue, "zaaktypen", one.key) == url]
    if identificatie is not None:
        zaaktypen = [one for one in zaaktypen if one.identificatie == identificatie]
    found = [(zaaktype, one) for zaaktype in zaaktypen for one in zaaktype.types(resource)]
    generic = call.only("omschrijvingGeneriek") if resource == "roltypen" else None
    if generic is not None:
        found = [pair for pair in found if pair[1].note == generic]
    return paged(call, found, lambda pair: type_body(call.catalogue, resource, *pair))


def show_type(call: Call, resource: str, key: UUID) -> Answer:
    """`GET <resource>/<uuid>`, for each of `RESOURCES`."""
    found = call.catalogue.with_type(resource, key)
    if found is None:
        raise not_found()
    return Answer(type_body(call.catalogue, resource, *found))


def list_catalogussen(call: Call) -> Answer:
    """`GET catalogussen?domein=&rsin=`: an agency has one."""
    own = call.catalogue
    asked = {"domein": call.only("domein"), "rsin": call.only("rsin")}
    fits = asked["domein"] in (None, own.domein) and asked["rsin"] in (None, own.agency.rsin)
    return paged(call, [own] if fits else [], catalogue_body)


def show_catalogus(call: Call, key: UUID) -> Answer:
    """`GET catalogussen/<uuid>`."""
    if key != call.catalogue.key:
        raise not_found()
    return Answer(catalogue_body(call.catalogue))


def type_url(catalogue: Catalogue, resource: str, key: UUID) -> str:
    """How a type is named in a case."""
    return address(catalogue.agency.id, CATALOGI, resource, key)


def catalogue_url(catalogue: Catalogue) -> str:
    """How the one catalogue of an agency is named."""
    return type_url(catalogue, "catalogussen", catalogue.key)


def _urls(catalogue: Catalogue, resource: str, types: tuple[Type, ...]) -> list[str]:
    return [type_url(catalogue, resource, one.key) for one in types]


def of_wanted_status(call: Call) -> list[ZaakType]:
    """The kinds of cases that the parameter `status` asks for."""
    status = call.only("status") or FINAL
    if status not in _WANTED:
        raise invalid_field("status", "invalid_choice", f"Kies uit {', '.join(_WANTED)}.")
    return [one for one in call.catalogue.zaaktypen if _WANTED[status](one)]


def catalogue_body(catalogue: Catalogue) -> JSON:
    """A `Catalogus`."""
    return {
        "url": catalogue_url(catalogue),
        "domein": catalogue.domein,
        "rsin": catalogue.agency.rsin,
        "contactpersoonBeheerNaam": "Beheer zandbak",
        "zaaktypen": [type_url(catalogue, "zaaktypen", one.key) for one in catalogue.zaaktypen],
        "besluittypen": _urls(catalogue, "besluittypen", catalogue.besluittypen),
        "informatieobjecttypen": _urls(catalogue, "informatieobjecttypen", catalogue.informatieobjecttypen),
        "naam": f"Burgerzaken van {catalogue.agency.name}",
    }


def zaaktype_body(catalogue: Catalogue, zaaktype: ZaakType) -> JSON:
    """A `ZaakType`."""
    told = {
        name: zaaktype.definition[name]
        for name in ("omschrijving", "onderwerp", "doel", "aanleiding", "doorlooptijd", "versiedatum")
    }
    return {
        "url": type_url(catalogue, "zaaktypen", zaaktype.key),
        "identificatie": zaaktype.identificatie,
        **told,
        "vertrouwelijkheidaanduiding": "zaakvertrouwelijk",
        "indicatieInternOfExtern": "extern",
        "handelingInitiator": "aangeven",
        "handelingBehandelaar": "behandelen",
        "opschortingEnAanhoudingMogelijk": False,
        "verlengingMogelijk": False,
        "verlengingstermijn": None,
        "publicatieIndicatie": False,
        "productenOfDiensten": [],
        "referentieproces": {"naam": zaaktype.definition["omschrijving"]},
        "verantwoordelijke": catalogue.agency.name,
        "zaakobjecttypen": [],
        "catalogus": catalogue_url(catalogue),
        **{
            resource: [type_url(catalogue, resource, one.key) for one in zaaktype.types(resource)]
            for resource in RESOURCES
        },
        # An array in every answer, although the specification calls it a string.
        "informatieobjecttypen": _urls(catalogue, "informatieobjecttypen", catalogue.informatieobjecttypen),
        "besluittypen": _urls(catalogue, "besluittypen", catalogue.besluittypen),
        "deelzaaktypen": [],
        "gerelateerdeZaaktypen": [],
        "beginGeldigheid": zaaktype.definition["versiedatum"],
        "eindeGeldigheid": None,
        "concept": zaaktype.is_concept,
    }


def type_body(catalogue: Catalogue, resource: str, zaaktype: ZaakType, one: Type) -> JSON:
    """A `StatusType`, `ResultaatType`, `RolType` or `Eigenschap`."""
    return {
        "url": type_url(catalogue, resource, one.key),
        "zaaktype": type_url(catalogue, "zaaktypen", zaaktype.key),
        "zaaktypeIdentificatie": zaaktype.identificatie,
        "catalogus": catalogue_url(catalogue),
        "beginGeldigheid": zaaktype.definition["versiedatum"],
        "eindeGeldigheid": None,
        **_OWN_FIELDS[resource](catalogue, one),
    }


def _of_statustype(_catalogue: Catalogue, one: Type) -> JSON:
    return {
        "omschrijving": one.name,
        "omschrijvingGeneriek": one.name,
        "statustekst": "",
        "volgnummer": one.number,
        "isEindstatus": one.is_end,
        "informeren": True,
    }


def _of_resultaattype(catalogue: Catalogue, one: Type) -> JSON:
    # Both point at a national list; nobody looks there, so they stay within the sandbox.
    list_url = address(catalogue.agency.id, CATALOGI, "selectielijst", one.key)
    return {
        "omschrijving": one.name,
        "resultaattypeomschrijving": list_url,
        "omschrijvingGeneriek": "Afgehandeld",
        "selectielijstklasse": list_url,
        "toelichting": "",
        "archiefnominatie": "blijvend_bewaren",
        "archiefactietermijn": None,
        "besluittypeOmschrijving": [],
        "informatieobjecttypeOmschrijving": [],
    }


def _of_roltype(_catalogue: Catalogue, one: Type) -> JSON:
    return {"omschrijving": one.name, "omschrijvingGeneriek": one.note}


def _of_eigenschap(_catalogue: Catalogue, one: Type) -> JSON:
    return {
        "naam": one.name,
        "definitie": one.note,
        "specificatie": {
            "groep": "",
            "formaat": "tekst",
            "lengte": LONGEST_VALUE,
            "kardinaliteit": "1",
            "waardenverzameling": [],
        },
        "toelichting": "",
        "statustype": None,
    }


_OWN_FIELDS: dict[str, Callable[[Catalogue, Type], JSON]] = {
    "statustypen": _of_statustype,
    "resultaattypen": _of_resultaattype,
    "roltypen": _of_roltype,
    "eigenschappen": _of_eigenschap,
}
