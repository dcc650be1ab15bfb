"""What an officer's page must bear: a case that was withdrawn, the back button, markup of the citizen."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from portal.cases.models import Case, Outcome, Phase, Proposal
from portal.cases.talk.withdrawing import withdraw
from portal.cases.talk.writing import write
from tests.backoffice.pension import again, pension, post, read
from tests.cases.steps import deliver_all
from tests.cast import Cast, actor, logged_in, make_cast
from tests.registers import Register

MARKUP = "<script>alert(1)</script><img src=x onerror=alert(2)>"
YES = {"kind": "granted", "motivation": "U krijgt AOW.", "deviation": "Maatwerk.", "article": "artikel 8 AOW"}


@pytest.fixture
def cast(db: None, register: Register) -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    return pension(cast)


@pytest.fixture
def officer(cast: Cast) -> Client:
    return logged_in(cast.other_officer)


def test_what_the_citizen_withdrew_gets_no_outcome(cast: Cast, case: Case, officer: Client) -> None:
    withdraw(case=case, actor=actor(cast.citizen))
    deliver_all()
    assert "De inwoner heeft dit ingetrokken." in post(officer, case, "afronden", YES)
    assert not Outcome.objects.exists()
    assert not Proposal.objects.exists()
    assert again(case).phase == Phase.WITHDRAWN


def test_after_undo_the_back_button_begins_a_minute_anew_and_confirms_nothing(
    cast: Cast, case: Case, officer: Client, settings: Any
) -> None:
    settings.UNDO_SECONDS = 60
    post(officer, case, "afronden", YES)
    post(officer, case, "afronden/terugnemen", {})
    assert "niet meer worden teruggenomen" in post(officer, case, "afronden/terugnemen", {})
    lead = logged_in(cast.other_lead)
    assert "niets meer te bevestigen" in post(lead, case, "afronden/bevestigen", {})
    post(officer, case, "afronden", YES)
    assert Proposal.objects.get().effective_at is None, "a lead confirms it first"
    assert not Outcome.objects.exists()


def test_what_the_citizen_wrote_is_text_for_staff(cast: Cast, case: Case, officer: Client) -> None:
    write(case=case, actor=actor(cast.citizen), text=MARKUP, external_id="m1")
    deliver_all()
    page = read(officer, f"/medewerker/{case.reference}/gesprek/")
    assert "&lt;script&gt;alert(1)" in page
    assert "<img src=x" not in page
