"""The Besluiten API (1.1.0): what was decided about a case, and the documents that say so."""

from __future__ import annotations

from uuid import UUID

from connectors.sandbox.clock import today
from connectors.sandbox.zgw.addresses import BESLUITEN, CATALOGI, DOCUMENTEN, ZAKEN, address, key_in
from connectors.sandbox.zgw.answers import JSON, Answer, Call, created, paged
from connectors.sandbox.zgw.cases import zaak_at
from connectors.sandbox.zgw.catalogue import Catalogue, Type
from connectors.sandbox.zgw.fields import Fields, sure
from connectors.sandbox.zgw.manners import in_order
from connectors.sandbox.zgw.models import Besluit, BesluitInformatieobject
from connectors.sandbox.zgw.papers.documents import DOCUMENTS
from connectors.sandbox.zgw.papers.links import document_at
from connectors.sandbox.zgw.papers.storing import add_decision, add_letter, decision_url, document_url
from connectors.sandbox.zgw.problems import not_found
from connectors.sandbox.zgw.shapes import zaak_url
from connectors.sandbox.zgw.types import type_url

DECISIONS, LETTERS = "besluiten", "besluitinformatieobjecten"
DAYS = ("vervaldatum", "publicatiedatum", "verzenddatum", "uiterlijkeReactiedatum")


def list_decisions(call: Call) -> Answer:
    """`GET besluiten?identificatie=&verantwoordelijkeOrganisatie=&besluittype=&zaak=`."""
    found = Besluit.objects.filter(zaak__agency=call.agency).select_related("zaak")
    name, organisation = call.only("identificatie"), call.only("verantwoordelijkeOrganisatie")
    kind, zaak = call.only("besluittype"), call.only("zaak")
    if name is not None:
        found = found.filter(identificatie=name)
    if organisation is not None:
        found = found.filter(fields__verantwoordelijkeOrganisatie=organisation)
    if kind is not None:
        known = _decision_type(call, kind)
        found = found.filter(besluittype=known.key) if known else found.none()
    if zaak is not None:
        found = found.filter(zaak=key_in(zaak, call.agency, ZAKEN, "zaken"))
    return paged(call, found, lambda one: decision_body(call.catalogue, one))


def create_decision(call: Call) -> Answer:
    """`POST besluiten`: about a case."""
    fields = Fields(call.body)
    zaak = fields.link("zaak", lambda url: zaak_at(call, url))
    kind = fields.link("besluittype", lambda url: _decision_type(call, url))
    told = {
        "verantwoordelijkeOrganisatie": fields.rsin("verantwoordelijkeOrganisatie", is_required=True),
        "datum": fields.day("datum", is_required=True),
        "ingangsdatum": fields.day("ingangsdatum", is_required=True),
        "toelichting": fields.text("toelichting"),
        "bestuursorgaan": fields.text("bestuursorgaan", 50),
        **{name: fields.day(name) or None for name in DAYS},
    }
    if told["datum"] and told["datum"] > today().isoformat():
        fields.wrong("datum", "future_not_allowed", "Deze datum mag niet in de toekomst liggen.")
    name = fields.text("identificatie", 50)
    fields.check()
    made = add_decision(call.catalogue, sure(zaak), sure(kind), told, identificatie=name)
    return created(decision_body(call.catalogue, made))


def show_decision(call: Call, key: UUID) -> Answer:
    """`GET besluiten/<uuid>`."""
    found = Besluit.objects.filter(zaak__agency=call.agency, pk=key).select_related("zaak").first()
    if found is None:
        raise not_found()
    return Answer(decision_body(call.catalogue, found))


def list_letters(call: Call) -> Answer:
    """`GET besluitinformatieobjecten?besluit=&informatieobject=`: a plain list, not in pages."""
    found = BesluitInformatieobject.objects.filter(besluit__zaak__agency=call.agency)
    found = found.select_related("besluit__zaak", "informatieobject")
    decision, document = call.only("besluit"), call.only("informatieobject")
    if decision is not None:
        found = found.filter(besluit=key_in(decision, call.agency, BESLUITEN, DECISIONS))
    if document is not None:
        found = found.filter(informatieobject=key_in(document, call.agency, DOCUMENTEN, DOCUMENTS))
    return Answer([_letter_body(one) for one in in_order(call.agency, list(found))])


def create_letter(call: Call) -> Answer:
    """`POST besluitinformatieobjecten`."""
    fields = Fields(call.body)
    decision = fields.link("besluit", lambda url: _decision_at(call, url))
    document = fields.link("informatieobject", lambda url: document_at(call, url))
    fields.check()
    return created(_letter_body(add_letter(call.catalogue, sure(decision), sure(document))))


def show_letter(call: Call, key: UUID) -> Answer:
    """`GET besluitinformatieobjecten/<uuid>`."""
    found = BesluitInformatieobject.objects.filter(besluit__zaak__agency=call.agency, pk=key)
    one = found.select_related("besluit__zaak", "informatieobject").first()
    if one is None:
        raise not_found()
    return Answer(_letter_body(one))


def decision_body(catalogue: Catalogue, decision: Besluit) -> JSON:
    """A `Besluit`."""
    return {
        **decision.fields,
        "url": decision_url(decision),
        "identificatie": decision.identificatie,
        "besluittype": type_url(catalogue, "besluittypen", decision.besluittype),
        "zaak": zaak_url(decision.zaak),
        "vervalredenWeergave": "Onbekend",
    }


def _letter_body(letter: BesluitInformatieobject) -> JSON:
    """A `BesluitInformatieObject`."""
    return {
        "url": address(letter.besluit.zaak.agency, BESLUITEN, LETTERS, letter.uuid),
        "informatieobject": document_url(letter.informatieobject),
        "besluit": decision_url(letter.besluit),
    }


def _decision_type(call: Call, url: str) -> Type | None:
    key = key_in(url, call.agency, CATALOGI, "besluittypen")
    return call.catalogue.decision_type(key) if key else None


def _decision_at(call: Call, url: str) -> Besluit | None:
    key = key_in(url, call.agency, BESLUITEN, DECISIONS)
    if key is None:
        return None
    return Besluit.objects.filter(zaak__agency=call.agency, pk=key).select_related("zaak").first()
