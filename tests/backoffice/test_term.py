"""The officer says what happens to the term; the law says whether it may."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from portal.cases.models import Case, CitizenTask, Delivery, Phase, TermEvent
from portal.cases.talk.asking import ask
from portal.ledger.models import StaffAction
from portal.people.actor import Actor
from tests.cases.steps import submitted
from tests.cast import Cast, actor, logged_in, make_cast
from tests.registers import Register

WHY = {"text": "Wij missen een bewijs."}


@pytest.fixture
def cast(db: None, register: Register) -> Cast:
    return make_cast()


@pytest.fixture
def officer(cast: Cast) -> Client:
    return logged_in(cast.other_officer)


@pytest.fixture
def benefit(cast: Cast, settings: Any) -> Case:
    """Child benefit: with the SVB since Tuesday 9 June 2026, to be decided by Tuesday 4 August."""
    case = submitted(actor(cast.citizen))["kinderbijslag"]
    settings.PORTAL_NOW = date(2026, 7, 1)
    Case.objects.filter(pk=case.pk).update(
        received_on=date(2026, 6, 9), due_on=date(2026, 8, 4), phase=Phase.HANDLED
    )
    Delivery.objects.create(case=case, kind="file", destination="svb", delivered_at="2026-06-09T10:00Z")
    return Case.objects.get(pk=case.pk)


def _says(client: Client, case: Case, say: str, **given: str) -> Any:
    return client.post(f"/medewerker/{case.reference}/termijn/", {"say": say, **WHY, **given})


def _due(case: Case) -> date | None:
    return Case.objects.get(pk=case.pk).due_on


def test_a_question_stops_the_clock_and_a_letter_with_the_answer_starts_it(
    cast: Cast, officer: Client, benefit: Case, settings: Any
) -> None:
    page = officer.get(f"/medewerker/{benefit.reference}/").content.decode()
    assert f"/medewerker/{benefit.reference}/termijn/" in page
    svb = Actor.of_user(cast.other_officer)
    ask(case=benefit, actor=svb, what="Stuur een bewijs", why="x", external_id="q", until=date(2026, 7, 15))
    assert _due(benefit) == date(2026, 8, 17)
    settings.PORTAL_NOW = date(2026, 7, 8)
    page = officer.get(f"/medewerker/{benefit.reference}/termijn/").content.decode()
    (of,) = re.findall(r'name="of" value="([^"]+)"', page)
    assert _says(officer, benefit, "resume", of=of, on="2026-07-08").status_code == 302
    assert _due(benefit) == date(2026, 8, 10)
    assert Case.objects.get(pk=benefit.pk).phase == Phase.HANDLED
    assert CitizenTask.objects.get(case=benefit).dropped_at is not None
    assert StaffAction.objects.filter(what="term-resumed", reference=benefit.reference).count() == 1
    assert 'value="resume"' not in officer.get(f"/medewerker/{benefit.reference}/termijn/").content.decode()


def test_of_two_causes_the_later_one_can_end_first(
    cast: Cast, officer: Client, benefit: Case, settings: Any
) -> None:
    path, svb = f"/medewerker/{benefit.reference}/termijn/", Actor.of_user(cast.other_officer)
    ask(case=benefit, actor=svb, what="Stuur een bewijs", why="x", external_id="q", until=date(2026, 7, 15))
    _says(officer, benefit, "suspend", article="4:15 lid 1 onder b", since="2026-07-01")
    assert _due(benefit) is None
    page = officer.get(path).content.decode()
    assert "U vroeg de inwoner om iets (4:15 lid 1 onder a). Sinds woensdag 1 juli 2026." in page
    assert "Wij vroegen informatie in het buitenland (4:15 lid 1 onder b). Sinds" in page
    question, abroad = re.findall(r'name="of" value="([^"]+)"', page)
    settings.PORTAL_NOW = date(2026, 7, 8)
    assert _says(officer, benefit, "resume", of=abroad, on="2026-07-08").status_code == 302
    assert re.findall(r'name="of" value="([^"]+)"', officer.get(path).content.decode()) == [question]
    assert _due(benefit) == date(2026, 8, 17), "the citizen has until 15 July yet"
    # What is over by now says so, and nothing else ends in its place.
    again = _says(officer, benefit, "resume", of=abroad, on="2026-07-08")
    assert again.status_code == 422
    assert "De klok staat niet stil." in again.content.decode()
    settings.PORTAL_NOW = date(2026, 7, 10)
    assert _says(officer, benefit, "resume", of=question, on="2026-07-10").status_code == 302
    # Eight days, from 2 July up to and including 9 July: from 4 to 12 August.
    assert _due(benefit) == date(2026, 8, 12)


def test_a_second_click_says_nothing_twice(officer: Client, benefit: Case) -> None:
    key = "11111111-1111-4111-8111-111111111111"
    for _ in range(2):
        answer = _says(
            officer,
            benefit,
            "suspend",
            key=key,
            article="4:15 lid 2 onder a",
            since="2026-07-01",
            until="2026-07-21",
        )
        assert answer.status_code == 302
    assert TermEvent.objects.count() == 1
    assert _due(benefit) == date(2026, 8, 25)


def test_what_the_law_does_not_give_is_refused_with_its_reason(officer: Client, benefit: Case) -> None:
    answer = _says(officer, benefit, "suspend", article="4:15 lid 2 onder a", since="2026-07-01")
    assert answer.status_code == 422
    assert "Vul in tot wanneer." in answer.content.decode()
    assert _says(officer, benefit, "extend", until="2026-09-05", since="2026-07-01").status_code == 302
    again = _says(officer, benefit, "extend", until="2026-10-05", since="2026-07-01")
    assert "De wet geeft maar één keer extra tijd." in again.content.decode()
    assert _due(benefit) == date(2026, 9, 5)


def test_telling_a_day_moves_nothing(officer: Client, benefit: Case) -> None:
    assert _says(officer, benefit, "tell", until="2026-09-05").status_code == 302
    assert _due(benefit) == date(2026, 8, 4)


def test_another_agency_and_a_word_that_is_no_form_find_nothing(
    cast: Cast, officer: Client, benefit: Case
) -> None:
    assert _says(officer, benefit, "forget").status_code == 404
    path = f"/medewerker/{benefit.reference}/termijn/"
    assert logged_in(cast.officer).get(path).status_code == 404


def test_a_closed_case_has_no_forms(officer: Client, benefit: Case) -> None:
    Case.objects.filter(pk=benefit.pk).update(phase=Phase.DECIDED)
    page = officer.get(f"/medewerker/{benefit.reference}/termijn/").content.decode()
    assert "Hier loopt geen termijn." in page
    assert 'name="say"' not in page
