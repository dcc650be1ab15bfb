"""The Zaken API, what belongs to a case: rollen, zaakeigenschappen, statussen and resultaten."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet

from connectors.sandbox.municipality.bsn import passes_11_test
from connectors.sandbox.zgw.addresses import CATALOGI, ZAKEN, key_in
from connectors.sandbox.zgw.answers import JSON, Answer, Call, created, paged, refuse_closed
from connectors.sandbox.zgw.cases import find, zaak_at
from connectors.sandbox.zgw.catalogue import Type
from connectors.sandbox.zgw.fields import Fields, sure
from connectors.sandbox.zgw.filing import add_property, add_result, add_role, add_status
from connectors.sandbox.zgw.models import Resultaat, Rol, Status, Zaak, ZaakEigenschap
from connectors.sandbox.zgw.problems import NO_FIELD, forbidden, not_found
from connectors.sandbox.zgw.shapes import property_body, result_body, role_body, status_body
from connectors.sandbox.zgw.tokens import ADD_STATUS, CHANGE_CLOSED, REOPEN

NATURAL_PERSON = "natuurlijk_persoon"
OF_A_PERSON = {
    "inpBsn": 9,
    "anpIdentificatie": 17,
    "geslachtsnaam": 200,
    "voorvoegselGeslachtsnaam": 80,
    "voorletters": 20,
    "voornamen": 200,
    "geboortedatum": 18,
}
"""What a rol may say of a person, with the longest length."""
OF_A_CONTACT = {"emailadres": 254, "functie": 50, "telefoonnummer": 20, "naam": 40}
MANDATE = ("gemachtigde", "machtiginggever")


# --- Rollen ---------------------------------------------------------------------------------------


def list_roles(call: Call) -> Answer:
    """`GET rollen?zaak=&roltype=&omschrijving=&omschrijvingGeneriek=`. Searching by BSN is not played."""
    found = _of(call, Rol.objects.all(), "roltypen", "roltype")
    for name, attribute in (("omschrijving", "name"), ("omschrijvingGeneriek", "note")):
        wanted = call.only(name)
        if wanted is not None:
            types = [one for zaaktype in call.catalogue.zaaktypen for one in zaaktype.roltypen]
            found = found.filter(roltype__in=[one.key for one in types if getattr(one, attribute) == wanted])
    return paged(call, found, lambda one: role_body(call.catalogue, one))


def create_role(call: Call) -> Answer:
    """`POST rollen`: a natural person."""
    fields = Fields(call.body)
    zaak, roltype = _zaak_and_type(call, fields, "roltypen", "roltype")
    fields.choice("betrokkeneType", (NATURAL_PERSON,), is_required=True)
    content: JSON = {
        "betrokkene": fields.text("betrokkene", 1000),
        "afwijkendeNaamBetrokkene": fields.text("afwijkendeNaamBetrokkene", 625),
        "roltoelichting": fields.text("roltoelichting", 1000, is_required=True),
        "indicatieMachtiging": fields.choice("indicatieMachtiging", MANDATE),
        "contactpersoonRol": _inner(fields, "contactpersoonRol", OF_A_CONTACT),
        "betrokkeneIdentificatie": _inner(fields, "betrokkeneIdentificatie", OF_A_PERSON) or {},
    }
    person = content["betrokkeneIdentificatie"]
    if not content["betrokkene"] and not person:
        fields.wrong(NO_FIELD, "invalid-betrokkene", "Stuur betrokkene of betrokkeneIdentificatie mee.")
    if person and person["inpBsn"] and not passes_11_test(person["inpBsn"]):
        fields.wrong("betrokkeneIdentificatie.inpBsn", "invalid", "Dit is geen geldig BSN.")
    fields.check()
    _refuse_closed(call, sure(zaak))
    return created(role_body(call.catalogue, add_role(call.catalogue, sure(zaak), sure(roltype), content)))


def show_role(call: Call, key: UUID) -> Answer:
    """`GET rollen/<uuid>`."""
    return _shown(call, Rol.objects.all(), key, role_body)


def _inner(fields: Fields, name: str, texts: dict[str, int]) -> JSON | None:
    """An object inside a body, with all of its texts; None where it was not sent."""
    value = fields.body.get(name)
    if not value:
        return None
    if not isinstance(value, dict):
        fields.wrong(name, "invalid", "Dit moet een object zijn.")
        return None
    inner = Fields(value)
    read = {key: inner.text(key, longest) for key, longest in texts.items()}
    for one in inner.wrongs:
        fields.wrong(f"{name}.{one.name}", one.code, one.reason)
    return read


# --- Zaakeigenschappen ----------------------------------------------------------------------------


def list_properties(call: Call, zaak_key: UUID) -> Answer:
    """`GET zaken/<uuid>/zaakeigenschappen`: a plain list, not in pages."""
    found = find(call, zaak_key).zaakeigenschappen.select_related("zaak")
    return Answer([property_body(call.catalogue, one) for one in found])


def create_property(call: Call, zaak_key: UUID) -> Answer:
    """`POST zaken/<uuid>/zaakeigenschappen`."""
    of_address = find(call, zaak_key)
    fields = Fields(call.body)
    zaak, eigenschap = _zaak_and_type(call, fields, "eigenschappen", "eigenschap")
    if zaak and zaak != of_address:
        fields.wrong("zaak", "invalid", "Dit is niet de zaak van het adres.")
    waarde = fields.text("waarde", is_required=True)
    fields.check()
    _refuse_closed(call, sure(zaak))
    one = add_property(call.catalogue, sure(zaak), sure(eigenschap).key, waarde)
    return created(property_body(call.catalogue, one))


def show_property(call: Call, zaak_key: UUID, key: UUID) -> Answer:
    """`GET zaken/<uuid>/zaakeigenschappen/<uuid>`."""
    return _shown(call, ZaakEigenschap.objects.filter(zaak=zaak_key), key, property_body)


# --- Statussen ------------------------------------------------------------------------------------


def list_statuses(call: Call) -> Answer:
    """`GET statussen?zaak=&statustype=`, the latest first."""
    found = _of(call, Status.objects.all(), "statustypen", "statustype")
    return paged(call, found, lambda one: status_body(call.catalogue, one))


def create_status(call: Call) -> Answer:
    """`POST statussen`. Who may only file sets the first status of a case, and no more."""
    fields = Fields(call.body)
    zaak, statustype = _zaak_and_type(call, fields, "statustypen", "statustype")
    set_at = fields.past_moment("datumStatusGezet")
    toelichting = fields.text("statustoelichting", 1000)
    fields.check()
    rights = call.application.rights
    if not rights & {ADD_STATUS, REOPEN} and sure(zaak).statussen.exists():
        raise forbidden("Met dit recht mag u alleen de eerste status zetten.")
    refuse_closed(call, is_closed=sure(zaak).einddatum is not None, right=REOPEN)
    status = add_status(call.catalogue, sure(zaak), sure(statustype), sure(set_at), toelichting)
    return created(status_body(call.catalogue, status))


def show_status(call: Call, key: UUID) -> Answer:
    """`GET statussen/<uuid>`."""
    return _shown(call, Status.objects.all(), key, status_body)


# --- Resultaten -----------------------------------------------------------------------------------


def list_results(call: Call) -> Answer:
    """`GET resultaten?zaak=&resultaattype=`."""
    found = _of(call, Resultaat.objects.order_by("uuid"), "resultaattypen", "resultaattype")
    return paged(call, found, lambda one: result_body(call.catalogue, one))


def create_result(call: Call) -> Answer:
    """`POST resultaten`."""
    fields = Fields(call.body)
    zaak, resultaattype = _zaak_and_type(call, fields, "resultaattypen", "resultaattype")
    toelichting = fields.text("toelichting", 1000)
    fields.check()
    _refuse_closed(call, sure(zaak))
    result = add_result(call.catalogue, sure(zaak), sure(resultaattype).key, toelichting)
    return created(result_body(call.catalogue, result))


def show_result(call: Call, key: UUID) -> Answer:
    """`GET resultaten/<uuid>`."""
    return _shown(call, Resultaat.objects.all(), key, result_body)


# --- Shared ---------------------------------------------------------------------------------------


def _zaak_and_type(call: Call, fields: Fields, resource: str, name: str) -> tuple[Zaak | None, Type | None]:
    """The case and the type that a body names; a type of another kind of case is wrong."""
    zaak = fields.link("zaak", lambda url: zaak_at(call, url))

    def of_catalogue(url: str) -> tuple[UUID, Type] | None:
        key = key_in(url, call.agency, CATALOGI, resource)
        found = call.catalogue.with_type(resource, key) if key else None
        return (found[0].key, found[1]) if found else None

    found = fields.link(name, of_catalogue)
    if zaak and found and found[0] != zaak.zaaktype:
        fields.wrong(NO_FIELD, "zaaktype-mismatch", f"Dit {name} hoort niet bij het zaaktype van de zaak.")
    return zaak, found[1] if found else None


def _refuse_closed(call: Call, zaak: Zaak) -> None:
    refuse_closed(call, is_closed=zaak.einddatum is not None, right=CHANGE_CLOSED)


def _of(call: Call, parts: QuerySet[Any], resource: str, name: str) -> QuerySet[Any]:
    """Those of the agency, of the case and the type that the query names."""
    found = parts.filter(zaak__agency=call.agency).select_related("zaak")
    zaak, kind = call.only("zaak"), call.only(name)
    if zaak is not None:
        found = found.filter(zaak=key_in(zaak, call.agency, ZAKEN, "zaken"))
    if kind is not None:
        found = found.filter(**{name: key_in(kind, call.agency, CATALOGI, resource)})
    return found


def _shown(call: Call, parts: QuerySet[Any], key: UUID, show: Callable[[Any, Any], JSON]) -> Answer:
    part: Model | None = parts.filter(zaak__agency=call.agency, pk=key).select_related("zaak").first()
    if part is None:
        raise not_found()
    return Answer(show(call.catalogue, part))
