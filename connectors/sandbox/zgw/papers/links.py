"""The Zaken API, for papers: which documents are in a case, and what was decided about it."""

from __future__ import annotations

from uuid import UUID

from connectors.sandbox.zgw.addresses import DOCUMENTEN, ZAKEN, decision_link_address, key_in
from connectors.sandbox.zgw.answers import JSON, Answer, Call, created, refuse_closed
from connectors.sandbox.zgw.cases import find, zaak_at
from connectors.sandbox.zgw.fields import Fields, sure
from connectors.sandbox.zgw.manners import in_order
from connectors.sandbox.zgw.models import Besluit, Informatieobject, ZaakInformatieobject
from connectors.sandbox.zgw.papers.documents import DOCUMENTS
from connectors.sandbox.zgw.papers.storing import add_to_case, decision_url, document_url
from connectors.sandbox.zgw.problems import not_found
from connectors.sandbox.zgw.shapes import link_url, moment, zaak_url
from connectors.sandbox.zgw.tokens import CHANGE_CLOSED


def list_links(call: Call) -> Answer:
    """`GET zaakinformatieobjecten?zaak=&informatieobject=`: a plain list, not in pages."""
    found = ZaakInformatieobject.objects.filter(zaak__agency=call.agency)
    found = found.select_related("zaak", "informatieobject")
    zaak, document = call.only("zaak"), call.only("informatieobject")
    if zaak is not None:
        found = found.filter(zaak=key_in(zaak, call.agency, ZAKEN, "zaken"))
    if document is not None:
        found = found.filter(informatieobject=key_in(document, call.agency, DOCUMENTEN, DOCUMENTS))
    return Answer([_link_body(one) for one in in_order(call.agency, list(found))])


def create_link(call: Call) -> Answer:
    """`POST zaakinformatieobjecten`."""
    fields = Fields(call.body)
    zaak = fields.link("zaak", lambda url: zaak_at(call, url))
    document = fields.link("informatieobject", lambda url: document_at(call, url))
    titel, beschrijving = fields.text("titel", 200), fields.text("beschrijving")
    for name in ("status", "vernietigingsdatum"):
        if fields.body.get(name):
            fields.wrong(name, "niet-gespeeld", "De zandbak speelt dit veld niet.")
    fields.check()
    refuse_closed(call, is_closed=sure(zaak).einddatum is not None, right=CHANGE_CLOSED)
    made = add_to_case(call.catalogue, sure(zaak), sure(document), titel, beschrijving)
    return created(_link_body(made))


def show_link(call: Call, key: UUID) -> Answer:
    """`GET zaakinformatieobjecten/<uuid>`."""
    found = ZaakInformatieobject.objects.filter(zaak__agency=call.agency, pk=key)
    one = found.select_related("zaak", "informatieobject").first()
    if one is None:
        raise not_found()
    return Answer(_link_body(one))


def list_decision_links(call: Call, zaak_key: UUID) -> Answer:
    """`GET zaken/<uuid>/besluiten`: a plain list, not in pages."""
    found = find(call, zaak_key).besluiten.select_related("zaak")
    return Answer([_decision_link_body(one) for one in found])


def show_decision_link(call: Call, zaak_key: UUID, key: UUID) -> Answer:
    """`GET zaken/<uuid>/besluiten/<uuid>`."""
    one = find(call, zaak_key).besluiten.select_related("zaak").filter(pk=key).first()
    if one is None:
        raise not_found()
    return Answer(_decision_link_body(one))


def document_at(call: Call, url: str) -> Informatieobject | None:
    """The document of this agency that is called so."""
    key = key_in(url, call.agency, DOCUMENTEN, DOCUMENTS)
    return Informatieobject.objects.filter(agency=call.agency, pk=key).first() if key else None


def _link_body(link: ZaakInformatieobject) -> JSON:
    """A `ZaakInformatieObject`."""
    return {
        "url": link_url(link),
        "uuid": str(link.uuid),
        "informatieobject": document_url(link.informatieobject),
        "zaak": zaak_url(link.zaak),
        "aardRelatieWeergave": "Hoort bij, omgekeerd: kent",
        "titel": link.titel,
        "beschrijving": link.beschrijving,
        "registratiedatum": moment(link.created_at),
        "vernietigingsdatum": None,
        "status": None,
    }


def _decision_link_body(decision: Besluit) -> JSON:
    """A `ZaakBesluit`. A decision is about one case, so that the two share their key."""
    return {
        "url": decision_link_address(decision.zaak.agency, decision.zaak_id, decision.uuid),
        "uuid": str(decision.uuid),
        "besluit": decision_url(decision),
    }
