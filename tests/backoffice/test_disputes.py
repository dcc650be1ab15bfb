"""A disputed value at the desk: what it should be, the proof, the report to who keeps the register."""

from __future__ import annotations

import pytest
from django.test import Client

from portal.cases.disputes.verbs import dispute, held_value
from portal.cases.models import Case, Dispute, Proof
from portal.ledger.models import StaffAction
from tests.cases.steps import deliver_all, submitted
from tests.cast import Cast, actor, logged_in, make_cast
from tests.registers import Register

PDF = b"%PDF-1.7 a letter"


@pytest.fixture
def cast(db: None, register: Register) -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    """A birth that Waterstad has."""
    found = submitted(actor(cast.citizen), follow_ups=())["geboorteaangifte"]
    deliver_all()
    return found


@pytest.fixture
def said(cast: Cast, case: Case) -> Dispute:
    """Noor says that her address is wrong."""
    noor = actor(cast.citizen)
    found = dispute(
        actor=noor,
        field="brp.address",
        held=held_value(actor=noor, field="brp.address"),
        right={"street": "Gracht", "number": "3", "postcode": "9001 AA", "city": "Waterstad"},
        explanation="Ik ben in mei verhuisd.",
        proofs=[PDF],
    )
    deliver_all()
    return found


@pytest.fixture
def officer(cast: Cast) -> Client:
    return logged_in(cast.officer)


def page(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_the_case_shows_what_is_disputed_and_leads_to_all_of_it(
    case: Case, said: Dispute, officer: Client
) -> None:
    shown = page(officer, f"/medewerker/{case.reference}/")
    assert "Betwist: Adres" in shown
    assert f"/medewerker/betwist/{said.reference}/" in shown
    assert "Het moet zijn: Gracht 3, 9001 AA Waterstad" in shown


def test_the_officer_reads_both_values_and_opens_the_proof_which_leaves_a_trail(
    cast: Cast, said: Dispute, officer: Client
) -> None:
    base = f"/medewerker/betwist/{said.reference}/"
    shown = page(officer, base)
    for words in ("Gracht 1", "Gracht 3", "Ik ben in mei verhuisd.", "Bewijs 1 (PDF"):
        assert words in shown
    answer = officer.get(f"{base}bewijs/{said.proofs.get().pk}/")
    assert answer.content == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert StaffAction.objects.filter(what="dispute-opened", user=cast.officer).count() == 2
    assert "Een medewerker van de gemeente Waterstad bekeek" in page(
        logged_in(cast.citizen), "/mijn-gegevens/"
    )


@pytest.mark.parametrize("state", [Proof.State.CHECKING, Proof.State.REFUSED])
def test_an_officer_gets_no_proof_that_nobody_looked_into(said: Dispute, officer: Client, state: str) -> None:
    proof = said.proofs.get()
    Proof.objects.update(state=state)
    assert officer.get(f"/medewerker/betwist/{said.reference}/bewijs/{proof.pk}/").status_code == 404


def test_a_report_and_its_end_are_read_by_the_citizen(cast: Cast, said: Dispute, officer: Client) -> None:
    base, noor = f"/medewerker/betwist/{said.reference}/", logged_in(cast.citizen)
    officer.post(f"{base}gemeld/")
    assert "Gemeld bij de bronhouder" not in page(officer, base)
    mine = f"/mijn-gegevens/klopt-niet/{said.pk}/"
    assert "De gemeente Waterstad heeft dit gemeld bij uw gemeente" in page(noor, mine)
    officer.post(f"{base}afloop/", {"result": "kept", "reason": "De huurder woont er nog."})
    shown = page(noor, mine)
    assert "Dit blijft zoals het in het register staat." in shown
    assert "De huurder woont er nog." in shown
    assert "Wilma" not in shown


def test_how_it_ended_needs_a_reason(said: Dispute, officer: Client) -> None:
    base = f"/medewerker/betwist/{said.reference}/"
    officer.post(f"{base}gemeld/")
    assert officer.post(f"{base}afloop/", {"result": "corrected", "reason": ""}).status_code == 422
    said.refresh_from_db()
    assert said.state == Dispute.State.REPORTED


def test_an_agency_that_never_got_the_value_sees_nothing(cast: Cast, said: Dispute) -> None:
    other = logged_in(cast.other_officer)
    base = f"/medewerker/betwist/{said.reference}/"
    assert other.get(base).status_code == 404
    assert other.get(f"{base}bewijs/{said.proofs.get().pk}/").status_code == 404
    assert other.post(f"{base}gemeld/").status_code == 404
