"""What a back office really has of each case, whatever it answered when that was filed."""

from __future__ import annotations

from django.db.models import Count

from connectors.sandbox.zgw.models import STEPS, Rol, Status, Zaak, ZaakEigenschap


def filed(agency: str) -> dict[str, dict[str, int]]:
    """By identification, how many there are of each of `STEPS`."""
    found: dict[str, dict[str, int]] = {}
    cases = Zaak.objects.filter(agency=agency).order_by().values_list("identificatie")
    for identificatie, number in cases.annotate(Count("uuid")):
        found[identificatie] = {**dict.fromkeys(STEPS, 0), "zaken": number}
    for step, parts in (
        ("rollen", Rol.objects),
        ("zaakeigenschappen", ZaakEigenschap.objects),
        ("statussen", Status.objects),
    ):
        counted = parts.filter(zaak__agency=agency).order_by().values_list("zaak__identificatie")
        for identificatie, number in counted.annotate(Count("uuid")):
            # One that came between the two questions is for the next look.
            found.get(identificatie, {})[step] = number
    return found
