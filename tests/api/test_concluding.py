"""What the desk asks for before a refusal, an agency's program is asked for as well, by the same code."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from lifeevents.model import dump
from portal import clock
from portal.cases.desk.proposals import take_back
from portal.cases.models import Case, Outcome, Proceeding, Proposal
from portal.cases.proceedings import open_proceeding
from portal.cases.talk.asking import Answer, answer
from portal.ledger.models import StaffAction
from tests.api.conftest import NewProgram, says
from tests.cast import Cast, actor, logged_in
from tests.factories import redefine

REFUSED = {"word": "refused", "motivation": "Het kind woont niet in Nederland."}
NOT_HEARD = {"notHeard": "own", "notHeardBecause": "U gaf zelf op waar het kind woont."}


@pytest.fixture
def benefit(case: Case) -> Case:
    """The child benefit that the SVB has."""
    found = Case.objects.get(journey=case.journey, service="kinderbijslag")
    found.deliveries.filter(kind="release").delete()
    Case.objects.filter(pk=found.pk).update(phase="arrived", their_reference=found.reference)
    found.deliveries.create(kind="file", destination="svb", delivered_at=timezone.now())
    return Case.objects.get(pk=found.pk)


@pytest.fixture
def svb(new_program: NewProgram) -> Client:
    return new_program(agency="svb", services=("kinderbijslag",))


def _concludes(program: Client, case: Case, said: dict[str, Any] = REFUSED) -> tuple[int, str]:
    answer = says(program, f"cases/{case.reference}/outcome", said, method="put")
    return answer.status_code, answer.json().get("code", "")


def _asks(case: Case, **changes: Any) -> None:
    """Its service asks more than it does."""
    services = [replace(one, **changes) if one.id == case.service else one for one in case.journey.services]
    redefine(case.journey, dump(tuple(services)))


def _heard(program: Client, case: Case) -> None:
    until = (clock.today() + timedelta(days=14)).isoformat()
    said = {"why": "Volgens u woont het kind in Belgi\u00eb.", "until": until}
    assert says(program, f"cases/{case.reference}/hearings", said, key="horen-0001").status_code == 201


def test_a_refusal_comes_after_the_citizen_was_heard(cast: Cast, benefit: Case, svb: Client) -> None:
    assert _concludes(svb, benefit) == (409, "not-heard")
    _heard(svb, benefit)
    assert _concludes(svb, benefit) == (409, "time-left")
    assert _concludes(svb, benefit, REFUSED | {"word": "partly"}) == (409, "time-left")
    assert not Outcome.objects.filter(case=benefit).exists()
    task = benefit.tasks.get(is_hearing=True)
    answer(task=task, actor=actor(cast.citizen), answer=Answer("Het woont bij mij."))
    assert _concludes(svb, benefit) == (200, "")
    assert Outcome.objects.get(case=benefit).not_heard == ""


def test_why_somebody_was_not_heard_is_kept_and_read_by_the_citizen(
    cast: Cast, benefit: Case, svb: Client
) -> None:
    assert _concludes(svb, benefit, REFUSED | {"notHeard": "own"}) == (409, "not-heard")
    assert _concludes(svb, benefit, REFUSED | NOT_HEARD | {"notHeard": "not-own"}) == (409, "not-heard")
    assert _concludes(svb, benefit, REFUSED | NOT_HEARD | {"notHeard": "zomaar"}) == (400, "invalid")
    told = says(svb, f"cases/{benefit.reference}/outcome", REFUSED | NOT_HEARD, method="put")
    assert (told.status_code, told.json() | NOT_HEARD) == (200, told.json())
    page = logged_in(cast.citizen).get(f"/aanvragen/{benefit.reference}/").content.decode()
    assert NOT_HEARD["notHeardBecause"] in page
    assert "Dat mag volgens artikel 4:7 lid 1 Algemene wet bestuursrecht." in page
    # The same again is harmless, also without the reasons.
    assert _concludes(svb, benefit) == (200, "")


def test_what_is_granted_asks_for_nothing(benefit: Case, svb: Client) -> None:
    granted = {"word": "granted", "motivation": "U krijgt het."}
    assert _concludes(svb, benefit, granted | NOT_HEARD) == (200, "")
    assert Outcome.objects.get(case=benefit).not_heard == ""


def test_a_call_comes_first_where_the_service_asks_it(benefit: Case, svb: Client) -> None:
    _asks(benefit, call_before_refusal=True)
    said = REFUSED | NOT_HEARD
    assert _concludes(svb, benefit, said) == (409, "not-called")
    call = {"said": "Wij spraken u.", "reached": True}
    assert says(svb, f"cases/{benefit.reference}/calls", call, key="bellen-0001").status_code == 201
    assert _concludes(svb, benefit, said) == (200, "")


def test_why_nobody_called_is_kept(benefit: Case, svb: Client) -> None:
    _asks(benefit, call_before_refusal=True)
    said = REFUSED | NOT_HEARD | {"notCalledBecause": "U vroeg ons niet te bellen."}
    assert _concludes(svb, benefit, said) == (200, "")
    assert Outcome.objects.get(case=benefit).not_called_because == "U vroeg ons niet te bellen."


@pytest.mark.parametrize(
    ("asked", "said", "result"),
    [
        ("colleague", "", (409, "not-confirmed")),
        ("colleague", "colleague", (200, "")),
        ("colleague", "lead", (200, "")),
        ("lead", "colleague", (409, "not-confirmed")),
        ("lead", "lead", (200, "")),
    ],
)
def test_a_second_pair_of_eyes_agrees_where_the_service_asks_it(
    benefit: Case, svb: Client, asked: str, said: str, result: tuple[int, str]
) -> None:
    _asks(benefit, confirmed_by={"refusal": asked})
    assert _concludes(svb, benefit, REFUSED | NOT_HEARD | {"confirmedBy": said}) == result
    kept = Outcome.objects.filter(case=benefit).values_list("confirmed_by", flat=True)
    assert list(kept) == ([said] if result[0] == 200 else [])


def test_a_departure_needs_its_article_and_who_leads_where_that_is_asked(benefit: Case, svb: Client) -> None:
    said = {"word": "granted", "motivation": "U krijgt het.", "deviation": "Het kind is ziek."}
    assert _concludes(svb, benefit, said) == (422, "reasons")
    said |= {"deviationArticle": "artikel 6 AKW"}
    assert _concludes(svb, benefit, said) == (409, "not-confirmed")
    assert _concludes(svb, benefit, said | {"confirmedBy": "lead"}) == (200, "")


def _for_the_auditor(cast: Cast, part: str) -> str:
    page = logged_in(cast.auditor).get(f"/medewerker/controle/uitzonderingen/?soort={part}")
    assert page.status_code == 200
    return " ".join(page.content.decode().split())


def test_the_auditor_reads_that_a_program_departed_from_the_rule(
    cast: Cast, benefit: Case, svb: Client
) -> None:
    said = {"word": "granted", "motivation": "U krijgt het.", "deviation": "Het kind is ziek."}
    said |= {"deviationArticle": "artikel 6 AKW", "confirmedBy": "lead"}
    for _ in range(2):
        assert _concludes(svb, benefit, said) == (200, "")
    (row,) = StaffAction.objects.filter(what="outcome-departing")
    assert (row.user, row.agency, row.reference) == (None, "svb", benefit.reference)
    page = _for_the_auditor(cast, "departed&organisatie=svb")
    assert benefit.reference in page
    assert row.client in page
    assert "Bevestigd, zegt het programma" in page
    assert benefit.reference not in _for_the_auditor(cast, "departed&organisatie=gemeente-waterstad")
    auditor = logged_in(cast.auditor)
    assert row.client in auditor.get("/medewerker/handelingen/").content.decode()
    file = auditor.get("/medewerker/controle/uitzonderingen/bestand/csv/")
    assert row.client in b"".join(file).decode()


def test_the_auditor_reads_what_a_program_left_out_before_a_refusal(
    cast: Cast, benefit: Case, svb: Client
) -> None:
    _asks(benefit, call_before_refusal=True)
    said = REFUSED | NOT_HEARD | {"notCalledBecause": "Er is geen nummer."}
    assert _concludes(svb, benefit, said) == (200, "")
    assert benefit.reference in _for_the_auditor(cast, "unheard")
    assert benefit.reference in _for_the_auditor(cast, "uncalled")
    assert benefit.reference not in _for_the_auditor(cast, "departed")


def test_a_program_that_decides_while_an_objection_runs_or_opens_a_case_again_is_a_line_too(
    cast: Cast, benefit: Case, svb: Client
) -> None:
    officer = actor(cast.other_officer)
    open_proceeding(case=benefit, kind=Proceeding.Kind.OBJECTION, opened_on=clock.today(), actor=officer)
    assert _concludes(svb, benefit, REFUSED | NOT_HEARD) == (200, "")
    assert benefit.reference in _for_the_auditor(cast, "proceeding")
    back = {"ground": "objection", "text": "Uw bezwaar klopt."}
    assert says(svb, f"cases/{benefit.reference}/reopening", back, key="heropen-01").status_code == 201
    assert benefit.reference in _for_the_auditor(cast, "reopened")


def test_what_an_officer_proposed_is_not_overtaken(cast: Cast, benefit: Case, svb: Client) -> None:
    _asks(benefit, confirmed_by={"every": "lead"})
    granted = {"kind": "granted", "motivation": "U krijgt het."}
    logged_in(cast.other_officer).post(f"/medewerker/{benefit.reference}/afronden/", granted)
    assert Proposal.objects.filter(case=benefit, effective_at=None).exists()
    said = REFUSED | NOT_HEARD | {"confirmedBy": "lead"}
    assert _concludes(svb, benefit, said) == (409, "proposed")
    take_back(case=benefit, actor=actor(cast.other_officer))
    assert _concludes(svb, benefit, said) == (200, "")
