"""What the citizen reads of the clock: why the day is what it is, and what to do when the agency is late."""

from __future__ import annotations

import re
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from portal.cases.back.concluding import conclude
from portal.cases.models import Case, Outcome, Phase, Proceeding, ServiceDuration
from portal.cases.proceedings import open_proceeding
from portal.cases.terms.durations import count_durations
from portal.cases.terms.verbs import extend, resume, suspend, tell
from portal.people.actor import Actor
from tests.cases.steps import submitted
from tests.cast import Cast, actor, logged_in, make_cast
from tests.factories import redefine
from tests.registers import Register


@pytest.fixture
def cast(db: None, register: Register) -> Cast:
    return make_cast()


@pytest.fixture
def noor(cast: Cast) -> Client:
    return logged_in(cast.citizen)


@pytest.fixture
def svb(cast: Cast) -> Actor:
    return Actor.of_user(cast.other_officer)


@pytest.fixture
def benefit(cast: Cast, settings: Any) -> Case:
    """Child benefit: with the SVB since Tuesday 9 June 2026, to be decided by Tuesday 4 August."""
    case = submitted(actor(cast.citizen))["kinderbijslag"]
    settings.PORTAL_NOW = date(2026, 7, 1)
    Case.objects.filter(pk=case.pk).update(
        received_on=date(2026, 6, 9), due_on=date(2026, 8, 4), phase=Phase.HANDLED
    )
    return Case.objects.select_related("journey", "citizen").get(pk=case.pk)


def _page(client: Client, case: Case, more: str = "") -> str:
    answer = client.get(f"/aanvragen/{case.reference}/{more}")
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def test_the_page_says_where_the_day_comes_from(noor: Client, benefit: Case) -> None:
    page = _page(noor, benefit)
    assert "Waarom deze datum?" in page
    assert "De SVB heeft uw aanvraag sinds dinsdag 9 juni 2026. De wet geeft 8 weken" in page
    assert "artikel 29c, tweede lid, Algemene Kinderbijslagwet" in page
    assert "Te laat" not in page


def test_a_question_of_the_agency_moves_the_day_and_says_so(
    noor: Client, benefit: Case, svb: Actor, settings: Any
) -> None:
    suspend(
        case=benefit,
        article="4:15 lid 1 onder a",
        actor=svb,
        until=date(2026, 7, 15),
        text="Wij missen het <bewijs>.",
        external_id="ask",
    )
    page = _page(noor, benefit)
    assert "De klok staat stil vanaf donderdag 2 juli 2026, en uiterlijk tot en met dinsdag 14 juli" in page
    assert "De SVB vroeg u om meer gegevens." in page
    assert "Wij missen het &lt;bewijs&gt;." in page
    assert "beslist uiterlijk maandag 17 augustus 2026" in page
    settings.PORTAL_NOW = date(2026, 7, 8)
    resume(case=benefit, actor=actor_of_noor(benefit), external_id="answer")
    page = _page(noor, benefit)
    assert "De klok stond 6 dagen stil: van donderdag 2 juli 2026 tot en met dinsdag 7 juli 2026." in page
    assert "beslist uiterlijk maandag 10 augustus 2026" in page
    assert "De klok loopt weer" in page


def actor_of_noor(case: Case) -> Actor:
    return Actor.system(case.citizen)


def test_without_an_end_in_sight_there_is_no_day_but_what_is_left(
    noor: Client, benefit: Case, svb: Actor
) -> None:
    suspend(case=benefit, article="4:15 lid 1 onder b", actor=svb, text="x", external_id="abroad")
    page = _page(noor, benefit)
    assert "De klok staat stil sinds donderdag 2 juli 2026. Loopt hij weer, dan zijn er nog 34 dagen." in page
    assert "Waarom staat er geen datum?" in page
    assert "beslist uiterlijk" not in page


def test_more_time_and_a_day_that_is_only_told(noor: Client, benefit: Case, svb: Actor) -> None:
    tell(case=benefit, actor=svb, until=date(2026, 8, 20), text="Het is druk.", external_id="told")
    assert "De datum van de wet verandert daardoor niet." in _page(noor, benefit)
    extend(case=benefit, actor=svb, until=date(2026, 9, 5), text="Wij zoeken nog.", external_id="longer")
    page = _page(noor, benefit)
    assert "De SVB neemt meer tijd." in page
    assert "Het besluit komt nu uiterlijk op zaterdag 5 september 2026." in page
    assert "artikel 29c, derde lid, Algemene Kinderbijslagwet" in page


def test_before_the_last_day_there_is_no_letter(noor: Client, benefit: Case, settings: Any) -> None:
    settings.PORTAL_NOW = date(2026, 8, 4)
    assert noor.get(f"/aanvragen/{benefit.reference}/te-laat/").status_code == 404
    assert noor.get(f"/aanvragen/{benefit.reference}/te-laat/brief.pdf").status_code == 404


def test_a_late_agency_and_the_letter_to_it(noor: Client, benefit: Case, settings: Any) -> None:
    settings.PORTAL_NOW = date(2026, 8, 5)
    page = _page(noor, benefit)
    assert "De SVB is te laat" in page
    assert "Misschien krijgt u een dwangsom." in page
    assert "Nationale ombudsman" in page
    letter = _page(noor, benefit, "te-laat/")
    for said in (
        "Op 9 juni 2026 vroeg ik kinderbijslag aan.",
        "U moest uiterlijk 4 augustus 2026 beslissen.",
        "Ik stel u in gebreke.",
        "Noor de Wit",
        "Postbus 4",
        "hoogstens 42 dagen, samen € 1442",
        "Deze bedragen gelden sinds 2019.",
    ):
        assert said in letter, said


def test_the_letter_is_dutch_on_an_english_page(noor: Client, benefit: Case, settings: Any) -> None:
    settings.PORTAL_NOW = date(2026, 8, 5)
    noor.cookies["ll_language"] = "en"
    answer = noor.get(f"/aanvragen/{benefit.reference}/te-laat/", headers={"Accept-Language": "en"})
    assert "Ik stel u in gebreke." in answer.content.decode()


def test_the_letter_on_paper(noor: Client, benefit: Case, settings: Any) -> None:
    settings.PORTAL_NOW = date(2026, 8, 5)
    answer = noor.get(f"/aanvragen/{benefit.reference}/te-laat/brief.pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert benefit.reference not in answer.headers["Content-Disposition"]
    text = PdfReader(BytesIO(answer.content)).pages[0].extract_text()
    for said in ("Ik stel u in gebreke.", "Beslis binnen 2 weken", "Noor de Wit", benefit.reference):
        assert said in text
    assert "Gracht" not in text


def test_a_letter_that_was_sent_sets_the_two_weeks_going(noor: Client, benefit: Case, settings: Any) -> None:
    settings.PORTAL_NOW = date(2026, 8, 6)
    path = f"/aanvragen/{benefit.reference}/te-laat/"
    early = noor.post(path, {"sent_on": "2026-08-04"})
    assert early.status_code == 422
    assert "Een brief die te vroeg komt, telt niet." in early.content.decode()
    assert noor.post(path, {"sent_on": "2026-08-07"}).status_code == 422
    assert noor.post(path, {"sent_on": "2026-08-05"}).status_code == 302
    page = _page(noor, benefit, "te-laat/")
    assert "uiterlijk woensdag 19 augustus 2026 beslissen" in page
    assert "vanaf donderdag 20 augustus 2026, hoogstens tot en met woensdag 30 september 2026" in page
    assert "Dat kan nu." not in page
    assert "Ik heb de brief verstuurd" not in page
    settings.PORTAL_NOW = date(2026, 8, 20)
    assert "Dat kan nu." in _page(noor, benefit, "te-laat/")
    assert "U stuurde een ingebrekestelling" in _page(noor, benefit)


def test_a_letter_counts_no_more_when_the_day_turns_out_to_be_later(
    noor: Client, benefit: Case, svb: Actor, settings: Any
) -> None:
    settings.PORTAL_NOW = date(2026, 8, 6)
    noor.post(f"/aanvragen/{benefit.reference}/te-laat/", {"sent_on": "2026-08-05"})
    # The agency's system passes on what it had agreed in July.
    suspend(
        case=benefit,
        article="4:15 lid 2 onder a",
        actor=svb,
        since=date(2026, 7, 20),
        until=date(2026, 7, 24),
        external_id="agreed",
    )
    assert noor.get(f"/aanvragen/{benefit.reference}/te-laat/").status_code == 404
    settings.PORTAL_NOW = date(2026, 8, 12)
    assert "telt niet meer" in _page(noor, benefit, "te-laat/")


def test_a_service_without_penalty_has_no_letter(noor: Client, benefit: Case, settings: Any) -> None:
    redefine(benefit.journey, [one | {"penalty": False} for one in benefit.journey.definitions])
    settings.PORTAL_NOW = date(2026, 8, 5)
    page = _page(noor, benefit)
    assert "De SVB is te laat" in page
    assert "dwangsom" not in page
    assert "een klacht sturen" in page
    assert noor.get(f"/aanvragen/{benefit.reference}/te-laat/").status_code == 404


def test_the_clock_asks_the_database_no_more_when_more_happened(
    noor: Client, benefit: Case, svb: Actor
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            _page(noor, benefit)
        return len(queries)

    before = asked()
    for day in range(2, 9):
        suspend(
            case=benefit,
            article="4:15 lid 2 onder a",
            actor=svb,
            since=date(2026, 6, 9 + day),
            until=date(2026, 6, 10 + day),
            external_id=f"agreed-{day}",
        )
    assert asked() == before


# --- How long it took others --------------------------------------------------------------------------


def _decided(cast: Cast, days: int, *, on: date) -> None:
    case = submitted(actor(cast.citizen))["geboorteaangifte"]
    Case.objects.filter(pk=case.pk).update(received_on=on - timedelta(days=days), phase=Phase.DECIDED)
    Outcome.objects.create(
        case=case, kind=Outcome.Kind.GRANTED, motivation="x", effective_on=on, remedy="none"
    )


def test_of_fewer_than_twenty_nothing_is_said_and_of_twenty_it_is(
    noor: Client, cast: Cast, settings: Any
) -> None:
    settings.PORTAL_NOW = date(2026, 7, 1)
    for days in range(1, 20):
        _decided(cast, days, on=date(2026, 6, 15))
    _decided(cast, 60, on=date(2026, 4, 2))  # ninety days ago: counts no more
    count_durations()
    assert not ServiceDuration.objects.exists()
    assert "Hoe lang duurt het?" not in noor.get("/levensgebeurtenissen/kind-krijgen/").content.decode()
    _decided(cast, 20, on=date(2026, 4, 3))
    count_durations()
    found = ServiceDuration.objects.get(agency="gemeente-waterstad")
    assert (found.cases, found.median_days, found.most_days) == (20, 10, 18)
    page = re.sub(r"\s+", " ", noor.get("/levensgebeurtenissen/kind-krijgen/").content.decode())
    assert "kreeg de helft binnen 10 dagen antwoord. En 9 van de 10 binnen 18 dagen." in page
    open_case = submitted(actor(cast.citizen))["geboorteaangifte"]
    assert "kreeg de helft binnen 10 dagen antwoord" in _page(noor, open_case)
    # A year later there is nothing to say any more.
    settings.PORTAL_NOW = date(2027, 7, 1)
    assert count_durations() == 0


# --- After the decision -------------------------------------------------------------------------------


def test_an_objection_has_a_term_of_its_own_law(noor: Client, benefit: Case, svb: Actor) -> None:
    conclude(case=benefit, kind=Outcome.Kind.REFUSED, motivation="x", actor=svb)
    open_proceeding(case=benefit, kind=Proceeding.Kind.OBJECTION, opened_on=date(2026, 7, 1), actor=svb)
    # Made known on Wednesday 1 July: to object until 12 August, and thirteen weeks from there.
    page = _page(noor, benefit)
    assert "Er loopt een bezwaar. De SVB beslist op uw bezwaar uiterlijk woensdag 11 november 2026" in page
    assert "artikel 30 Algemene Kinderbijslagwet" in page
