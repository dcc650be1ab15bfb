"""What a back office really has of each case, whatever it answered when that was filed."""

from __future__ import annotations

from django.db.models import Count

from connectors.sandbox.zgw.models import (
    FILED,
    PAPERS,
    Informatieobject,
    Rol,
    Status,
    Zaak,
    ZaakEigenschap,
    ZaakInformatieobject,
)


def filed(agency: str) -> dict[str, dict[str, int]]:
    """By identification, how many there are of each of `FILED`, and of `PAPERS` where there is one.

    Documents count for the cases that they are in; one that is in none stands under its own name.
    """
    found: dict[str, dict[str, int]] = {}
    cases = Zaak.objects.filter(agency=agency).order_by().values_list("identificatie")
    for identificatie, number in cases.annotate(Count("uuid")):
        found[identificatie] = {**dict.fromkeys(FILED, 0), "zaken": number}
    for step, parts in (
        ("rollen", Rol.objects),
        ("zaakeigenschappen", ZaakEigenschap.objects),
        ("statussen", Status.objects),
    ):
        counted = parts.filter(zaak__agency=agency).order_by().values_list("zaak__identificatie")
        for identificatie, number in counted.annotate(Count("uuid")):
            # One that came between the two questions is for the next look.
            found.get(identificatie, {})[step] = number
    linked = ZaakInformatieobject.objects.filter(zaak__agency=agency).order_by()
    papers = linked.values_list("zaak__identificatie")
    for identificatie, links, documents in papers.annotate(
        Count("uuid"), Count("informatieobject", distinct=True)
    ):
        found.setdefault(identificatie, {}).update(zip(PAPERS, (documents, links), strict=True))
    lost = Informatieobject.objects.filter(agency=agency, zaken=None).values_list("identificatie", flat=True)
    return found | {identificatie: {PAPERS[0]: 1} for identificatie in lost}
