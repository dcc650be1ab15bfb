"""What happens to papers, whoever does it: each effect with its notification, inside a transaction."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.db import IntegrityError, transaction

from connectors.sandbox.clock import today
from connectors.sandbox.zgw.addresses import BESLUITEN, DOCUMENTEN, address, decision_link_address
from connectors.sandbox.zgw.catalogue import Catalogue, Type
from connectors.sandbox.zgw.models import (
    Besluit,
    BesluitInformatieobject,
    Bestandsdeel,
    Informatieobject,
    Zaak,
    ZaakInformatieobject,
)
from connectors.sandbox.zgw.notifying import announce, tell
from connectors.sandbox.zgw.problems import NO_FIELD, invalid_field
from connectors.sandbox.zgw.shapes import link_url
from connectors.sandbox.zgw.types import type_url

TEXTS = {
    "titel": 200,
    "auteur": 200,
    "vertrouwelijkheidaanduiding": 20,
    "status": 20,
    "formaat": 255,
    "taal": 3,
    "bestandsnaam": 255,
    "beschrijving": 1000,
    "verschijningsvorm": 1000,
}
"""The texts about a document, with their longest length."""


PART_SIZE = 250_000
"""Bytes of each part but the last: small, so that a test need not send much."""


def divide(document: Informatieobject, size: int) -> None:
    """The parts in which so many bytes will come."""
    sizes = [min(PART_SIZE, size - begin) for begin in range(0, size, PART_SIZE)]
    Bestandsdeel.objects.bulk_create(
        Bestandsdeel(document=document, number=number, size=one) for number, one in enumerate(sizes, start=1)
    )


def document_url(document: Informatieobject) -> str:
    """How a document is named everywhere."""
    return address(document.agency, DOCUMENTEN, "enkelvoudiginformatieobjecten", document.uuid)


def decision_url(decision: Besluit) -> str:
    """How a decision is named everywhere. `decision.zaak` is read."""
    return address(decision.zaak.agency, BESLUITEN, "besluiten", decision.uuid)


def add_document(
    catalogue: Catalogue,
    kind: Type,
    content: bytes,
    fields: dict[str, Any],
    *,
    identificatie: str = "",
    bronorganisatie: str = "",
    parts_of: int = 0,
) -> Informatieobject:
    """A new document. Raises a problem when the organisation has used this identification before.

    With `parts_of` (bytes) its content still has to come, in parts; it is locked until then.
    """
    given = {**dict.fromkeys(TEXTS, ""), "ontvangstdatum": None, "verzenddatum": None, "integriteit": None}
    try:
        with transaction.atomic():
            made = Informatieobject.objects.create(
                agency=catalogue.agency.id,
                identificatie=identificatie or f"DOCUMENT-{today().year}-{uuid4().hex[:10]}",
                bronorganisatie=bronorganisatie or catalogue.agency.rsin,
                informatieobjecttype=kind.key,
                fields={**given, "creatiedatum": today().isoformat(), **fields},
                content=content,
                size=parts_of or None,
                lock=uuid4().hex if parts_of else "",
            )
            divide(made, parts_of)
            tell_of_document(catalogue, made, "create")
            return made
    except IntegrityError:
        raise invalid_field(
            "identificatie", "identificatie-niet-uniek", "Deze identificatie bestaat al."
        ) from None


@transaction.atomic
def add_to_case(
    catalogue: Catalogue, zaak: Zaak, document: Informatieobject, titel: str = "", beschrijving: str = ""
) -> ZaakInformatieobject:
    """A document comes into the file of a case. Raises a problem when it is there already."""
    try:
        with transaction.atomic():
            link = ZaakInformatieobject.objects.create(
                zaak=zaak, informatieobject=document, titel=titel, beschrijving=beschrijving
            )
    except IntegrityError:
        raise invalid_field(NO_FIELD, "unique", "Dit document zit al in deze zaak.") from None
    announce(catalogue, zaak, "zaakinformatieobject", link_url(link), "create")
    return link


@transaction.atomic
def add_decision(
    catalogue: Catalogue, zaak: Zaak, kind: Type, fields: dict[str, Any], *, identificatie: str = ""
) -> Besluit:
    """Something is decided about a case."""
    decision = Besluit.objects.create(
        zaak=zaak,
        identificatie=identificatie or f"BESLUIT-{today().year}-{uuid4().hex[:10]}",
        besluittype=kind.key,
        fields=fields,
    )
    link = decision_link_address(zaak.agency, zaak.uuid, decision.uuid)
    announce(catalogue, zaak, "zaakbesluit", link, "create")
    url = decision_url(decision)
    _tell_of_decision(catalogue, decision, ("besluit", url, "create"))
    return decision


@transaction.atomic
def add_letter(
    catalogue: Catalogue, decision: Besluit, document: Informatieobject
) -> BesluitInformatieobject:
    """A document says what was decided. Raises a problem when it does already.

    That is told on the channel of decisions alone: the case itself looks as it did.
    """
    try:
        with transaction.atomic():
            made = BesluitInformatieobject.objects.create(besluit=decision, informatieobject=document)
    except IntegrityError:
        raise invalid_field(NO_FIELD, "unique", "Dit document hoort al bij dit besluit.") from None
    url = address(decision.zaak.agency, BESLUITEN, "besluitinformatieobjecten", made.uuid)
    _tell_of_decision(catalogue, decision, ("besluitinformatieobject", url, "create"))
    return made


def tell_of_document(catalogue: Catalogue, document: Informatieobject, action: str) -> None:
    """Who listens for documents hears of it."""
    features = {
        "bronorganisatie": document.bronorganisatie,
        "informatieobjecttype": type_url(catalogue, "informatieobjecttypen", document.informatieobjecttype),
        "vertrouwelijkheidaanduiding": document.fields["vertrouwelijkheidaanduiding"],
    }
    url = document_url(document)
    tell(catalogue, "documenten", url, ("enkelvoudiginformatieobject", url, action), features)


def _tell_of_decision(catalogue: Catalogue, decision: Besluit, what: tuple[str, str, str]) -> None:
    organisation = decision.fields.get("verantwoordelijkeOrganisatie") or catalogue.agency.rsin
    features = {
        "verantwoordelijkeOrganisatie": organisation,
        "besluittype": type_url(catalogue, "besluittypen", decision.besluittype),
    }
    tell(catalogue, "besluiten", decision_url(decision), what, features)
