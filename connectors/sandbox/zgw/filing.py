"""What happens to a case, whoever does it: each effect with its notification, inside a transaction.

The parts of one case are written one after the other, because its row is locked first.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from connectors.sandbox.zgw.catalogue import Catalogue, Type
from connectors.sandbox.zgw.models import Resultaat, Rol, Status, Zaak, ZaakEigenschap
from connectors.sandbox.zgw.notifying import announce
from connectors.sandbox.zgw.problems import NO_FIELD, invalid_field
from connectors.sandbox.zgw.shapes import part_url, result_of, type_of, zaak_url

INITIATOR = "initiator"


@transaction.atomic
def add_zaak(catalogue: Catalogue, **fields: Any) -> Zaak:
    """A new case. Raises a problem when the organisation has used this identification before."""
    try:
        with transaction.atomic():
            zaak = Zaak.objects.create(agency=catalogue.agency.id, **fields)
    except IntegrityError:
        raise invalid_field(
            "identificatie", "identificatie-niet-uniek", "Deze identificatie bestaat al."
        ) from None
    announce(catalogue, zaak, "zaak", zaak_url(zaak), "create")
    return zaak


@transaction.atomic
def change_zaak(catalogue: Catalogue, zaak: Zaak, content: dict[str, Any]) -> Zaak:
    """Other content for a case."""
    locked = _lock(zaak)
    locked.content = locked.content | content
    locked.save(update_fields=["content"])
    announce(catalogue, locked, "zaak", zaak_url(locked), "partial_update")
    return locked


@transaction.atomic
def add_role(catalogue: Catalogue, zaak: Zaak, roltype: Type, content: dict[str, Any]) -> Rol:
    """Somebody has to do with a case. Raises a problem for a second initiator."""
    locked = _lock(zaak)
    others = [type_of(catalogue, locked, "roltypen", one.roltype).note for one in locked.rollen.all()]
    if roltype.note == INITIATOR and INITIATOR in others:
        raise invalid_field("roltype", "max-occurences", "Er is al een initiator.")
    role = Rol.objects.create(zaak=locked, roltype=roltype.key, content=content)
    announce(catalogue, locked, "rol", part_url(role), "create")
    return role


@transaction.atomic
def add_property(catalogue: Catalogue, zaak: Zaak, eigenschap: UUID, waarde: str) -> ZaakEigenschap:
    """A value of what was filed. Nothing stops a second one."""
    locked = _lock(zaak)
    one = ZaakEigenschap.objects.create(zaak=locked, eigenschap=eigenschap, waarde=waarde)
    announce(catalogue, locked, "zaakeigenschap", part_url(one), "create")
    return one


@transaction.atomic
def add_status(
    catalogue: Catalogue, zaak: Zaak, statustype: Type, set_at: datetime, toelichting: str = ""
) -> Status:
    """A case gets a status. The last of its kind closes it, for which it needs a result; others open it."""
    locked = _lock(zaak)
    if statustype.is_end and result_of(locked) is None:
        raise invalid_field(NO_FIELD, "resultaat-does-not-exist", "De zaak heeft nog geen resultaat.")
    if locked.statussen.filter(set_at=set_at).exists():
        raise invalid_field(NO_FIELD, "unique", "De zaak heeft al een status op dit tijdstip.")
    status = Status.objects.create(
        zaak=locked, statustype=statustype.key, set_at=set_at, toelichting=toelichting
    )
    locked.einddatum = timezone.localdate(set_at) if statustype.is_end else None
    locked.save(update_fields=["einddatum"])
    announce(catalogue, locked, "status", part_url(status), "create")
    return status


@transaction.atomic
def add_result(catalogue: Catalogue, zaak: Zaak, resultaattype: UUID, toelichting: str) -> Resultaat:
    """What came of a case. Raises a problem when it has a result already."""
    locked = _lock(zaak)
    if result_of(locked) is not None:
        raise invalid_field("zaak", "unique", "De zaak heeft al een resultaat.")
    result = Resultaat.objects.create(zaak=locked, resultaattype=resultaattype, toelichting=toelichting)
    announce(catalogue, locked, "resultaat", part_url(result), "create")
    return result


def _lock(zaak: Zaak) -> Zaak:
    return Zaak.objects.select_for_update().get(pk=zaak.pk)
