"""The table of life events and services, row by row: each has a place in the catalogue that says the same."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from lifeevents.catalogue import load_catalogue
from lifeevents.model import AgencyByKind, Guidance, Service
from tests.plugin import WITHOUT_STANDARDS

FOLDER = Path(__file__).parents[3] / "shared" / "standards"
TABLE = FOLDER / "derived" / "levensgebeurtenissen-diensten.csv"
CATALOGUE = load_catalogue()

ROWS = {
    ("kind-krijgen", "Erkenning kind"): "erkenning-kind",
    ("kind-krijgen", "Naamskeuze"): "naamskeuze",
    ("kind-krijgen", "Geboorteaangifte"): "geboorteaangifte",
    ("kind-krijgen", "Kinderbijslag"): "kinderbijslag",
    ("kind-krijgen", "Kindgebonden budget"): "kindgebonden-budget",
    ("kind-krijgen", "Kinderopvangtoeslag"): "kinderopvangtoeslag",
    ("kind-krijgen", "Zwangerschaps- en bevallingsuitkering"): "zwangerschapsuitkering",
    ("kind-krijgen", "Zorgverzekering kind"): "zorgverzekering-kind",
    ("overlijden", "Overlijdensaangifte"): "overlijdensaangifte",
    ("overlijden", "Anw-nabestaandenuitkering"): "anw-uitkering",
    ("overlijden", "Wezenuitkering"): "wezenuitkering",
    ("overlijden", "Overlijdensuitkering AOW"): "overlijdensuitkering-aow",
    ("overlijden", "Toeslagen herzien (zorg/huur/kgb)"): "toeslagen-wijzigen",
    ("overlijden", "Aangifte erfbelasting"): "erfbelasting",
    ("overlijden", "Kenteken op naam zetten"): "kenteken-overlijden",
    ("overlijden", "Wlz/Wmo eigen bijdrage eindafrekening"): "cak-eindafrekening",
    ("overlijden", "Parkeervergunning beeindigen/overnemen"): "parkeervergunning-wijzigen",
    ("verhuizen", "Verhuismelding"): "verhuismelding",
    ("verhuizen", "Huurtoeslag aanvragen/wijzigen"): "huurtoeslag",
    ("verhuizen", "Parkeervergunning"): "parkeervergunning",
    ("verhuizen", "Kwijtschelding gemeentelijke/waterschapsbelasting"): "belastingkwijtschelding",
    ("verhuizen", "Vertrek naar buitenland"): "vertrek-buitenland",
    ("werkloos-worden", "Inschrijven als werkzoekende"): "werkzoekende-inschrijving",
    ("werkloos-worden", "WW-uitkering"): "ww-uitkering",
    ("werkloos-worden", "Toeslag Toeslagenwet"): "toeslagenwet",
    ("werkloos-worden", "Bijstand"): "bijstand",
    ("werkloos-worden", "Zorgtoeslag/huurtoeslag inkomen wijzigen"): "toeslagen-wijzigen",
    ("trouwen-samenwonen", "Melding voorgenomen huwelijk"): "huwelijksmelding",
    ("trouwen-samenwonen", "Melding geregistreerd partnerschap"): "partnerschapsmelding",
    ("trouwen-samenwonen", "Naamgebruik wijzigen"): "naamgebruik",
    ("trouwen-samenwonen", "Toeslagpartner doorgeven"): "toeslagpartner",
    ("trouwen-samenwonen", "AOW gehuwdenbedrag"): "aow-samenwonen",
    ("scheiden", "Inschrijving echtscheiding"): "echtscheiding-inschrijving",
    ("scheiden", "Pensioenverevening melden"): "pensioenverevening",
    ("scheiden", "Kinderbijslag co-ouderschap"): "kinderbijslag-wijzigen",
    ("scheiden", "Kindgebonden budget alleenstaande ouder"): "kindgebonden-budget-alleen",
    ("scheiden", "Naamgebruik wijzigen"): "naamgebruik",
    ("scheiden", "Verhuismelding"): "verhuismelding",
    ("18-worden", "Zorgtoeslag"): "zorgtoeslag",
    ("18-worden", "Kinderbijslag stopt"): "kinderbijslag-stopt",
    ("18-worden", "Studiefinanciering"): "studiefinanciering",
    ("18-worden", "Rijbewijs"): "rijbewijs",
    ("18-worden", "Wajong"): "wajong",
    ("met-pensioen", "AOW"): "aow",
    ("met-pensioen", "AIO-aanvulling"): "aio-aanvulling",
    ("met-pensioen", "Pensioenoverzicht"): "pensioenoverzicht",
    ("met-pensioen", "Zorgtoeslag/huurtoeslag wijzigen"): "toeslagen-wijzigen",
    ("ziek-arbeidsongeschikt", "Ziektewet"): "ziektewet",
    ("ziek-arbeidsongeschikt", "WIA"): "wia",
    ("ziek-arbeidsongeschikt", "Wmo-voorziening"): "wmo-voorziening",
    ("ziek-arbeidsongeschikt", "Gehandicaptenparkeerkaart"): "gehandicaptenparkeerkaart",
    ("schulden", "Schuldhulpverlening"): "schuldhulpverlening",
    ("schulden", "Bijzondere bijstand"): "bijzondere-bijstand",
    ("schulden", "Kwijtschelding belastingen"): "belastingkwijtschelding",
    ("schulden", "Wettelijke schuldsanering"): "schuldsanering",
    ("studeren", "Studiefinanciering"): "studiefinanciering",
    ("studeren", "Zorgtoeslag"): "zorgtoeslag",
    ("studeren", "Verhuismelding"): "verhuismelding",
}
"""By life event and service of the table, what it is called here."""
MISSING = {
    "overlijden": ("aow-alleenstaand", "nalatenschap"),
    "kind-krijgen": ("levenloos-geboren-kind", "betaald-ouderschapsverlof"),
    "verhuizen": ("briefadres", "geheimhouding", "eerste-inschrijving"),
    "18-worden": ("tegemoetkoming-scholieren", "eigen-zorgverzekering"),
}
"""The nine that the table lacks, after its corrections."""
RENAMED = {"18-worden": "achttien-worden"}
AGENCIES = {
    "SVB": "svb",
    "UWV": "uwv",
    "DUO": "duo",
    "RDW": "rdw",
    "Dienst Toeslagen": "dienst-toeslagen",
    "Belastingdienst": "belastingdienst",
}


def _of_event(event: str) -> dict[str, Service | Guidance]:
    found = CATALOGUE.events[RENAMED.get(event, event)]
    both: list[Service | Guidance] = [*CATALOGUE.services_of(found), *CATALOGUE.guidance_of(found)]
    return {one.id: one for one in both}


def _table() -> list[dict[str, Any]]:
    if not TABLE.exists():
        return []
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_all_eleven_events_and_sixty_seven_services_are_there() -> None:
    events = {RENAMED.get(event, event) for event, _ in ROWS}
    assert (len(events), len(ROWS), sum(map(len, MISSING.values()))) == (11, 58, 9)
    assert set(CATALOGUE.events) == {*events, "gegevens-verbeteren"}
    for (event, _), name in ROWS.items():
        assert name in _of_event(event)
    for event, names in MISSING.items():
        assert set(names) <= _of_event(event).keys()


def test_nothing_stands_in_an_event_that_is_no_row() -> None:
    for event in {event for event, _ in ROWS}:
        named = {name for (of, _), name in ROWS.items() if of == event} | set(MISSING.get(event, ()))
        assert _of_event(event).keys() == named


@pytest.mark.skipif(not TABLE.exists(), reason=WITHOUT_STANDARDS)
def test_every_row_is_named_here() -> None:
    assert {(row["levensgebeurtenis"], row["dienst"]) for row in _table()} == ROWS.keys()


@pytest.mark.parametrize("row", _table(), ids=lambda row: f"{row['levensgebeurtenis']}: {row['dienst']}")
def test_a_row_says_the_same_here(row: dict[str, str]) -> None:
    found = _of_event(row["levensgebeurtenis"])[ROWS[row["levensgebeurtenis"], row["dienst"]]]

    # A service that two events share carries the product of the row that it was made from.
    products = [one for one in _table() if ROWS[one["levensgebeurtenis"], one["dienst"]] == found.id]
    assert found.upl in {one["upl_uri"] for one in products}
    if "niet geverifieerd" in {one["geverifieerd"] for one in products}:
        assert not found.verified
        assert found.note
    if isinstance(found, Guidance):
        return
    if row["instantie"].startswith("gemeente"):
        assert isinstance(found.agency, AgencyByKind)
        assert found.agency.kind == "gemeente"
    else:
        assert found.agency == AGENCIES[row["instantie"]]
    if "8 weken" in row["beslistermijn"] and found.id not in WITHOUT_TERM and found.decision_term:
        assert found.decision_term.weeks == 8
    if row["beslistermijn"].startswith("13 weken") and found.decision_term:
        assert found.decision_term.weeks == 13
    if "akte" in row["beslistermijn"]:
        assert (found.kind, found.decision_term) == ("deed", None)


WITHOUT_TERM = {"belastingkwijtschelding"}
"""Corrected: no term of Awb 4:13 holds, and no objection."""


def test_the_corrections_hold() -> None:
    remission = CATALOGUE.services["belastingkwijtschelding"]
    assert (remission.remedy, remission.penalty, remission.decision_term) == (
        "administrative-appeal",
        False,
        None,
    )
    assert remission.remedy_term
    assert remission.remedy_term.days == 10
    assert "both" in {
        c.value for g in CATALOGUE.services["naamskeuze"].ask for q in g.questions for c in q.choices
    }
    consent = next(
        q
        for g in CATALOGUE.services["verhuismelding"].ask
        for q in g.questions
        if q.id == "main_occupant_agrees"
    )
    assert "no" in {choice.value for choice in consent.choices}


@pytest.mark.skipif(not (FOLDER / "upl").exists(), reason=WITHOUT_STANDARDS)
def test_names_and_addresses_of_products_stand_in_the_product_list() -> None:
    lines = (FOLDER / "upl" / "UPL-actueel-2023-07.csv").read_text(encoding="utf-8-sig").splitlines()
    listed = {(row["UniformeProductnaam"], row["URI"]) for row in csv.DictReader(lines)}
    named: list[Service | Guidance] = [*CATALOGUE.services.values(), *CATALOGUE.guidance.values()]
    assert [
        one.id for one in named if one.upl and one.upl_name and (one.upl_name, one.upl) not in listed
    ] == []
    assert [one.id for one in named if one.upl and one.upl not in {uri for _, uri in listed}] == []


def test_what_was_not_checked_is_never_a_term_or_penalty_of_the_citizen() -> None:
    assert [one.id for one in CATALOGUE.services.values() if not one.verified and one.penalty] == []


def test_a_decision_on_an_application_has_a_clock_or_says_why_not() -> None:
    without = {
        one.id
        for one in CATALOGUE.services.values()
        if one.kind == "application" and one.outcome == "decision" and one.decision_term is None
    }
    assert without == {"belastingkwijtschelding", "rijbewijs"}
