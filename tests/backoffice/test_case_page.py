"""What an officer must see of a case at once: how sure each value is, since when, what moved the clock."""

from __future__ import annotations

import html
import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from portal.cases.disputes.verbs import dispute, held_value
from portal.cases.journey.payloads import Payload, payload_of, seal_payload
from portal.cases.models import Case, Delivery, Phase
from portal.cases.talk.asking import ask
from portal.people.actor import Actor
from tests.backoffice.pension import again, pension, read
from tests.cases.steps import submitted
from tests.cast import Cast, actor, logged_in, make_cast
from tests.registers import Register

DOUBTED = "De gemeente onderzoekt of dit klopt."
PROVISIONAL = "Voorlopig: dit komt niet uit het register."
TYPED = "Door de inwoner ingevuld"
DISPUTED = "Volgens de inwoner klopt dit niet: “Ik ben een jaar ouder.”"
WHY = {"text": "Wij missen een bewijs."}


@pytest.fixture
def cast(db: None, register: Register) -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    """A state pension that the SVB has."""
    return pension(cast)


@pytest.fixture
def officer(cast: Cast) -> Client:
    return logged_in(cast.other_officer)


def _values(page: str) -> dict[str, str]:
    """What stands beside each label, in plain text."""
    found = re.findall(r"<dt[^>]*>(.*?)</dt>\s*<dd[^>]*>(.*?)</dd>", page, re.DOTALL)
    return {label: " ".join(re.sub(r"<[^>]*>", " ", html.unescape(text)).split()) for label, text in found}


def _change(case: Case, name: str, **entry: Any) -> None:
    payload: Payload = payload_of(case)
    payload["facts"][name] |= entry
    seal_payload(case, payload)
    case.save(update_fields=["sealed_payload"])


def test_a_sure_value_has_its_source_and_its_day_and_no_mark(case: Case, officer: Client) -> None:
    _change(case, "brp.birth", observed_at="2026-03-02T23:30:00+00:00")
    value = _values(read(officer, f"/medewerker/{case.reference}/"))["Geboortedatum"]
    # The day in the Netherlands, whatever the hour in UTC.
    assert "Bron: Basisregistratie Personen (BRP), 3 maart 2026" in value
    for mark in (DOUBTED, PROVISIONAL, TYPED):
        assert mark not in value


def test_what_the_register_itself_investigates_says_so(case: Case, officer: Client) -> None:
    _change(case, "brp.birth", under_investigation=True)
    values = _values(read(officer, f"/medewerker/{case.reference}/"))
    assert DOUBTED in values["Geboortedatum"]
    assert [label for label, value in values.items() if DOUBTED in value] == ["Geboortedatum"]


def test_what_was_typed_in_place_of_a_register_is_provisional(case: Case, officer: Client) -> None:
    _change(case, "brp.birth", provisional=True, source="citizen", observed_at="")
    value = _values(read(officer, f"/medewerker/{case.reference}/"))["Geboortedatum"]
    assert PROVISIONAL in value
    assert TYPED in value
    assert "Bron:" not in value


def test_an_answer_is_of_the_citizen_and_stands_for_no_register(case: Case, officer: Client) -> None:
    values = _values(read(officer, f"/medewerker/{case.reference}/"))
    typed = [value for value in values.values() if TYPED in value]
    assert typed
    assert not any(PROVISIONAL in value for value in typed)


def test_what_the_citizen_disputes_is_marked_at_the_value_itself(
    cast: Cast, case: Case, officer: Client
) -> None:
    noor = actor(cast.citizen)
    held = held_value(actor=noor, field="brp.birth", case=case)
    dispute(actor=noor, field="brp.birth", held=held, right=None, explanation="Ik ben een jaar ouder.")
    values = _values(read(officer, f"/medewerker/{case.reference}/"))
    assert DISPUTED in values["Geboortedatum"]
    assert [label for label, value in values.items() if DISPUTED in value] == ["Geboortedatum"]


# --- The clock ------------------------------------------------------------------------------------


@pytest.fixture
def benefit(cast: Cast, settings: Any) -> Case:
    """Child benefit: with the SVB since Tuesday 9 June 2026, to be decided by Tuesday 4 August."""
    case = submitted(actor(cast.citizen))["kinderbijslag"]
    settings.PORTAL_NOW = date(2026, 7, 1)
    Case.objects.filter(pk=case.pk).update(
        received_on=date(2026, 6, 9), due_on=date(2026, 8, 4), phase=Phase.HANDLED
    )
    Delivery.objects.create(case=case, kind="file", destination="svb", delivered_at="2026-06-09T10:00Z")
    return again(case)


def _says(client: Client, case: Case, say: str, **given: str) -> None:
    answer = client.post(f"/medewerker/{case.reference}/termijn/", {"say": say, **WHY, **given})
    assert answer.status_code == 302, answer.content.decode()


def _term(page: str) -> str:
    return page.partition("De termijn, zoals de inwoner het leest")[2].partition("</section>")[0]


def test_a_clock_that_just_runs_has_nothing_beside_it(benefit: Case, officer: Client) -> None:
    page = read(officer, f"/medewerker/{benefit.reference}/")
    assert "Vandaag is dag 22 van 56" in page
    assert "De termijn, zoals de inwoner het leest" not in page


def test_a_suspension_stands_there_with_its_article_and_what_the_citizen_was_told(
    benefit: Case, officer: Client
) -> None:
    _says(officer, benefit, "suspend", article="4:15 lid 2 onder a", since="2026-07-01", until="2026-07-21")
    term = _term(read(officer, f"/medewerker/{benefit.reference}/"))
    assert "De klok staat stil vanaf woensdag 1 juli 2026" in term
    assert "artikel 4:15 lid 2 onder a Algemene wet bestuursrecht" in term
    assert "“Wij missen een bewijs.”" in term


def test_a_clock_that_stands_still_without_an_end_says_what_is_left(benefit: Case, officer: Client) -> None:
    _says(officer, benefit, "suspend", article="4:15 lid 2 onder c", since="2026-07-01")
    page = read(officer, f"/medewerker/{benefit.reference}/")
    assert "De klok staat stil sinds woensdag 1 juli 2026. Loopt hij weer, dan zijn er nog" in page
    assert "Vandaag is dag" not in page
    assert "artikel 4:15 lid 2 onder c Algemene wet bestuursrecht" in _term(page)


def test_a_question_that_stops_the_clock_an_extension_and_a_notice_stand_there_too(
    cast: Cast, benefit: Case, officer: Client
) -> None:
    svb = Actor.of_user(cast.other_officer)
    ask(case=benefit, actor=svb, what="Stuur een bewijs", why="x", external_id="q", until=date(2026, 7, 15))
    _says(officer, benefit, "extend", until="2026-09-05", since="2026-07-01")
    _says(officer, benefit, "tell", until="2026-09-10")
    term = _term(read(officer, f"/medewerker/{benefit.reference}/"))
    for words in (
        "De SVB vroeg u om meer gegevens.",
        "artikel 4:15 lid 1 onder a Algemene wet bestuursrecht",
        "De SVB neemt meer tijd.",
        "artikel 29c, derde lid, Algemene Kinderbijslagwet",
        "De datum van de wet verandert daardoor niet.",
        "artikel 4:14 lid 1 Algemene wet bestuursrecht",
    ):
        assert words in term, words
