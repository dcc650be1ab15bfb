"""A case and what belongs to it as JSON, in the shapes of the Zaken API (1.5.1)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from uuid import UUID

from connectors.sandbox.zgw.addresses import ZAKEN, address, property_address
from connectors.sandbox.zgw.answers import JSON
from connectors.sandbox.zgw.catalogue import Catalogue, Type
from connectors.sandbox.zgw.models import (
    Resultaat,
    Rol,
    Status,
    Zaak,
    ZaakEigenschap,
    ZaakInformatieobject,
)
from connectors.sandbox.zgw.types import type_body, type_url, zaaktype_body

EXPANDS = (
    "zaaktype",
    "status",
    "status.statustype",
    "resultaat",
    "resultaat.resultaattype",
    "rollen",
    "eigenschappen",
)
_EMPTY_TEXTS = (
    "omschrijving",
    "toelichting",
    "communicatiekanaal",
    "betalingsindicatie",
    "betalingsindicatieWeergave",
    "selectielijstklasse",
    "opdrachtgevendeOrganisatie",
    "processobjectaard",
)
_EMPTY_LISTS = ("productenOfDiensten", "deelzaken", "relevanteAndereZaken", "zaakobjecten", "kenmerken")
_NULLS = (
    "einddatumGepland",
    "uiterlijkeEinddatumAfdoening",
    "publicatiedatum",
    "laatsteBetaaldatum",
    "zaakgeometrie",
    "verlenging",
    "opschorting",
    "hoofdzaak",
    "archiefnominatie",
    "archiefactiedatum",
    "startdatumBewaartermijn",
    "processobject",
)


def zaak_url(zaak: Zaak) -> str:
    """How a case is named everywhere."""
    return address(zaak.agency, ZAKEN, "zaken", zaak.uuid)


def part_url(part: Rol | Status | Resultaat | ZaakEigenschap) -> str:
    """How a part of a case is named. `part.zaak` is read."""
    if isinstance(part, ZaakEigenschap):
        return property_address(part.zaak.agency, part.zaak_id, part.uuid)
    resource = {Rol: "rollen", Status: "statussen", Resultaat: "resultaten"}[type(part)]
    return address(part.zaak.agency, ZAKEN, resource, part.uuid)


def link_url(link: ZaakInformatieobject) -> str:
    """How a document in the file of a case is named, as part of that case. `link.zaak` is read."""
    return address(link.zaak.agency, ZAKEN, "zaakinformatieobjecten", link.uuid)


def result_of(zaak: Zaak) -> Resultaat | None:
    """What came of a case."""
    return getattr(zaak, "resultaat", None)


def zaak_body(catalogue: Catalogue, zaak: Zaak) -> JSON:
    """A `Zaak`."""
    statuses = list(zaak.statussen.all())
    result = result_of(zaak)
    return {
        **dict.fromkeys(_EMPTY_TEXTS, ""),
        **{name: [] for name in _EMPTY_LISTS},
        **dict.fromkeys(_NULLS),
        "archiefstatus": "nog_te_archiveren",
        **zaak.content,
        "url": zaak_url(zaak),
        "uuid": str(zaak.uuid),
        "identificatie": zaak.identificatie,
        "bronorganisatie": zaak.bronorganisatie,
        "zaaktype": type_url(catalogue, "zaaktypen", zaak.zaaktype),
        "einddatum": zaak.einddatum.isoformat() if zaak.einddatum else None,
        "rollen": [part_url(one) for one in zaak.rollen.all()],
        "eigenschappen": [part_url(one) for one in zaak.zaakeigenschappen.all()],
        "status": part_url(statuses[0]) if statuses else None,
        "resultaat": part_url(result) if result else None,
        "zaakinformatieobjecten": [link_url(one) for one in zaak.zaakinformatieobjecten.all()],
    }


def expansion(catalogue: Catalogue, zaak: Zaak, wanted: Collection[str]) -> JSON:
    """The `_expand` of a case. What it does not have is left out; a path brings its parent along."""
    paths = {*wanted, *(path.partition(".")[0] for path in wanted)}
    status, result = zaak.statussen.first(), result_of(zaak)
    expanded: JSON = {}
    if "zaaktype" in paths:
        expanded["zaaktype"] = zaaktype_body(catalogue, catalogue.known(zaak.zaaktype))
    if "status" in paths and status:
        expanded["status"] = status_body(catalogue, status)
        if "status.statustype" in paths:
            expanded["status"]["_expand"] = {
                "statustype": _type_of(catalogue, zaak, "statustypen", status.statustype)
            }
    if "resultaat" in paths and result:
        expanded["resultaat"] = result_body(catalogue, result)
        if "resultaat.resultaattype" in paths:
            expanded["resultaat"]["_expand"] = {
                "resultaattype": _type_of(catalogue, zaak, "resultaattypen", result.resultaattype)
            }
    if "rollen" in paths and (roles := zaak.rollen.all()):
        expanded["rollen"] = [role_body(catalogue, one) for one in roles]
    if "eigenschappen" in paths and (properties := zaak.zaakeigenschappen.all()):
        expanded["eigenschappen"] = [property_body(catalogue, one) for one in properties]
    return expanded


def status_body(catalogue: Catalogue, status: Status) -> JSON:
    """A `Status`."""
    latest = status.zaak.statussen.first()
    return {
        "url": part_url(status),
        "uuid": str(status.uuid),
        "zaak": zaak_url(status.zaak),
        "statustype": type_url(catalogue, "statustypen", status.statustype),
        "datumStatusGezet": moment(status.set_at),
        "statustoelichting": status.toelichting,
        "indicatieLaatstGezetteStatus": status == latest,
        "gezetdoor": "",
        "zaakinformatieobjecten": [],
    }


def result_body(catalogue: Catalogue, result: Resultaat) -> JSON:
    """A `Resultaat`."""
    return {
        "url": part_url(result),
        "uuid": str(result.uuid),
        "zaak": zaak_url(result.zaak),
        "resultaattype": type_url(catalogue, "resultaattypen", result.resultaattype),
        "toelichting": result.toelichting,
    }


def role_body(catalogue: Catalogue, role: Rol) -> JSON:
    """A `Rol` of a natural person."""
    kind = type_of(catalogue, role.zaak, "roltypen", role.roltype)
    return {
        **role.content,
        "url": part_url(role),
        "uuid": str(role.uuid),
        "zaak": zaak_url(role.zaak),
        "betrokkeneType": "natuurlijk_persoon",
        "roltype": type_url(catalogue, "roltypen", role.roltype),
        "omschrijving": kind.name,
        "omschrijvingGeneriek": kind.note,
        "registratiedatum": moment(role.created_at),
        "statussen": [],
    }


def property_body(catalogue: Catalogue, one: ZaakEigenschap) -> JSON:
    """A `ZaakEigenschap`."""
    return {
        "url": part_url(one),
        "uuid": str(one.uuid),
        "zaak": zaak_url(one.zaak),
        "eigenschap": type_url(catalogue, "eigenschappen", one.eigenschap),
        "naam": type_of(catalogue, one.zaak, "eigenschappen", one.eigenschap).name,
        "waarde": one.waarde,
    }


def type_of(catalogue: Catalogue, zaak: Zaak, resource: str, key: UUID) -> Type:
    """The type of a part of a case that is stored."""
    found = catalogue.known(zaak.zaaktype).type(resource, key)
    if found is None:
        raise LookupError("a stored part is of a type that catalogue.yaml does not have")
    return found


def moment(value: datetime) -> str:
    """As the standard wants it, in UTC."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _type_of(catalogue: Catalogue, zaak: Zaak, resource: str, key: UUID) -> JSON:
    zaaktype = catalogue.known(zaak.zaaktype)
    return type_body(catalogue, resource, zaaktype, type_of(catalogue, zaak, resource, key))
