"""The Zaken API, the cases themselves: filing one, finding it again, reading it, changing its texts."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from connectors.sandbox.clock import today
from connectors.sandbox.zgw.addresses import CATALOGI, ZAKEN, key_in
from connectors.sandbox.zgw.answers import JSON, Answer, Call, created, paged, refuse_closed
from connectors.sandbox.zgw.catalogue import ZaakType
from connectors.sandbox.zgw.fields import Fields, sure
from connectors.sandbox.zgw.filing import add_zaak, change_zaak
from connectors.sandbox.zgw.models import Zaak
from connectors.sandbox.zgw.problems import invalid_field, not_found
from connectors.sandbox.zgw.shapes import EXPANDS, expansion, zaak_body
from connectors.sandbox.zgw.tokens import CHANGE_CLOSED

CONFIDENTIALITY = (
    "openbaar",
    "beperkt_openbaar",
    "intern",
    "zaakvertrouwelijk",
    "vertrouwelijk",
    "confidentieel",
    "geheim",
    "zeer_geheim",
)
OF_THE_TYPE = "zaakvertrouwelijk"
TEXTS = {"omschrijving": 80, "toelichting": 1000, "communicatiekanaal": 1000}
"""The texts that may change, with their longest length."""
DAYS = ("einddatumGepland", "uiterlijkeEinddatumAfdoening", "publicatiedatum")
"""The optional dates."""
NOT_PLAYED = (
    "productenOfDiensten",
    "betalingsindicatie",
    "laatsteBetaaldatum",
    "zaakgeometrie",
    "verlenging",
    "opschorting",
    "selectielijstklasse",
    "hoofdzaak",
    "relevanteAndereZaken",
    "kenmerken",
    "archiefnominatie",
    "archiefactiedatum",
    "opdrachtgevendeOrganisatie",
    "processobjectaard",
    "startdatumBewaartermijn",
    "processobject",
)
"""Fields of the standard that the sandbox refuses, rather than forget what was sent in them."""


def list_zaken(call: Call) -> Answer:
    """`GET zaken?identificatie=&bronorganisatie=&zaaktype=&expand=`."""
    found = Zaak.objects.filter(agency=call.agency).select_related("resultaat")
    for name in ("identificatie", "bronorganisatie"):
        value = call.only(name)
        if value is not None:
            found = found.filter(**{name: value})
    zaaktype = call.only("zaaktype")
    if zaaktype is not None:
        key = key_in(zaaktype, call.agency, CATALOGI, "zaaktypen")
        found = found.filter(zaaktype=key) if key else found.none()
    wanted = _wanted(call)

    def show(zaak: Zaak) -> JSON:
        return {**zaak_body(call.catalogue, zaak), "_expand": expansion(call.catalogue, zaak, wanted)}

    return paged(call, found, show)


def create_zaak(call: Call) -> Answer:
    """`POST zaken`."""
    fields = Fields(call.body)
    zaaktype = fields.link("zaaktype", lambda url: _zaaktype(call, url))
    if zaaktype and zaaktype.is_concept:
        fields.wrong("zaaktype", "not-published", "Dit zaaktype is nog een concept.")
    identificatie = fields.text("identificatie", 40)
    bronorganisatie = fields.rsin("bronorganisatie", is_required=True)
    content = {
        "verantwoordelijkeOrganisatie": fields.rsin("verantwoordelijkeOrganisatie", is_required=True),
        "startdatum": fields.day("startdatum", is_required=True),
        "registratiedatum": _registered(fields),
        "vertrouwelijkheidaanduiding": fields.choice("vertrouwelijkheidaanduiding", CONFIDENTIALITY)
        or OF_THE_TYPE,
        **_changeable(fields),
    }
    fields.check()
    zaak = add_zaak(
        call.catalogue,
        identificatie=identificatie or _new_reference(),
        bronorganisatie=bronorganisatie,
        zaaktype=sure(zaaktype).key,
        content=content,
    )
    return created({**zaak_body(call.catalogue, zaak), "_expand": {}})


def show_zaak(call: Call, key: UUID) -> Answer:
    """`GET zaken/<uuid>?expand=`. The ETag is the same with and without `expand`."""
    zaak = find(call, key)
    body = zaak_body(call.catalogue, zaak)
    wanted = _wanted(call)
    expanded = expansion(call.catalogue, zaak, wanted)
    if wanted and not expanded:
        return Answer(body)
    return Answer({**body, "_expand": expanded}, told=body)


def patch_zaak(call: Call, key: UUID) -> Answer:
    """`PATCH zaken/<uuid>`: texts and dates; what identifies a case stays."""
    zaak = find(call, key)
    refuse_closed(call, is_closed=zaak.einddatum is not None, right=CHANGE_CLOSED)
    before = zaak_body(call.catalogue, zaak)
    fields = Fields(call.body)
    for name in ("identificatie", "zaaktype"):
        if name in call.body and call.body[name] != before[name]:
            fields.wrong(name, "wijzigen-niet-toegelaten", "Dit veld mag niet gewijzigd worden.")
    content = _changeable(fields)
    fields.check()
    changed = change_zaak(call.catalogue, zaak, content)
    return Answer({**zaak_body(call.catalogue, changed), "_expand": {}})


def find(call: Call, key: UUID) -> Zaak:
    """A case of the agency that is called. Raises a problem when there is none."""
    zaak = Zaak.objects.filter(agency=call.agency, pk=key).select_related("resultaat").first()
    if zaak is None:
        raise not_found()
    return zaak


def zaak_at(call: Call, url: str) -> Zaak | None:
    """The case of this agency that is called so."""
    key = key_in(url, call.agency, ZAKEN, "zaken")
    return Zaak.objects.filter(agency=call.agency, pk=key).first() if key else None


def _zaaktype(call: Call, url: str) -> ZaakType | None:
    key = key_in(url, call.agency, CATALOGI, "zaaktypen")
    return call.catalogue.zaaktype(key) if key else None


def _changeable(fields: Fields) -> dict[str, Any]:
    """Of the fields that may change, those that were sent."""
    for name in NOT_PLAYED:
        if fields.body.get(name) not in (None, "", [], {}):
            fields.wrong(name, "niet-gespeeld", "De zandbak speelt dit veld niet.")
    texts = {name: fields.text(name, longest) for name, longest in TEXTS.items() if name in fields.body}
    days = {name: fields.day(name) or None for name in DAYS if name in fields.body}
    return texts | days


def _registered(fields: Fields) -> str:
    day = fields.day("registratiedatum") or today().isoformat()
    if day > today().isoformat():
        fields.wrong("registratiedatum", "date-in-future", "Deze datum mag niet in de toekomst liggen.")
    return day


def _new_reference() -> str:
    """For who sends none, as real back offices do."""
    return f"ZAAK-{today().year}-{uuid4().hex[:10]}"


def _wanted(call: Call) -> list[str]:
    wanted = [path.strip() for path in (call.only("expand") or "").split(",") if path.strip()]
    if set(wanted) - set(EXPANDS):
        raise invalid_field("expand", "invalid_choice", f"Kies uit {', '.join(EXPANDS)}.")
    return wanted
