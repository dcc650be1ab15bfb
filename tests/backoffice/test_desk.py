"""The officer's desk: complete requests, an outcome with its reasons, and a trail that the citizen sees."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from portal.cases.models import Case, Delivery, Outcome, Phase
from portal.ledger.models import StaffAction
from tests.cases.steps import deliver_all, submitted
from tests.cast import Cast, actor, logged_in, make_cast
from tests.registers import Register

REASON = "De akte is gemaakt op 22 november."


@pytest.fixture
def cast(db: None, register: Register) -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    """A birth that Waterstad has."""
    case = submitted(actor(cast.citizen))["geboorteaangifte"]
    deliver_all()
    return case


@pytest.fixture
def officer(cast: Cast) -> Client:
    return logged_in(cast.officer)


def _page(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_the_work_list_has_what_the_agency_has_and_nothing_else(
    cast: Cast, case: Case, officer: Client
) -> None:
    assert case.reference in _page(officer, "/medewerker/")
    assert case.reference not in _page(logged_in(cast.other_officer), "/medewerker/")


def test_what_was_not_delivered_yet_is_not_on_the_list(cast: Cast, officer: Client) -> None:
    case = submitted(actor(cast.citizen))["geboorteaangifte"]
    assert case.reference not in _page(officer, "/medewerker/")


def test_the_case_is_complete_and_opening_it_leaves_a_trail(cast: Cast, case: Case, officer: Client) -> None:
    page = _page(officer, f"/medewerker/{case.reference}/")
    for shown in ["Noor de Wit", "Gracht 1", "Mia", "14:05", "Bron: Basisregistratie Personen (BRP)"]:
        assert shown in page
    assert "999000019" not in page
    assert StaffAction.objects.get(what="case-opened").user == cast.officer
    mine = _page(logged_in(cast.citizen), "/mijn-gegevens/")
    assert "Een medewerker van de gemeente Waterstad bekeek uw aanvraag." in mine
    assert "Wilma" not in mine


def test_taking_it_up_is_seen_by_the_citizen(cast: Cast, case: Case, officer: Client) -> None:
    for _ in range(2):
        officer.post(f"/medewerker/{case.reference}/oppakken/")
    page = _page(logged_in(cast.citizen), f"/aanvragen/{case.reference}/")
    assert "De gemeente Waterstad behandelt uw aangifte" in page
    assert Case.objects.get(pk=case.pk).updates.filter(phase=Phase.HANDLED).count() == 1


def test_an_outcome_with_maatwerk_reads_as_it_was_written(cast: Cast, case: Case, officer: Client) -> None:
    form = {"kind": "granted", "motivation": REASON, "deviation": "Wij wachtten niet op de verklaring."}
    form |= {"article": "artikel 19 Boek 1 Burgerlijk Wetboek"}
    officer.post(f"/medewerker/{case.reference}/afronden/", form)
    page = _page(logged_in(cast.citizen), f"/aanvragen/{case.reference}/")
    assert "Geboorteaangifte is geregeld." in page
    assert REASON in page
    assert "Wij wachtten niet op de verklaring." in page
    assert "Niet mee eens?" in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "granted", "motivation": ""},
        {"kind": "partly", "motivation": REASON},  # a deed is made or it is not
        {"kind": "", "motivation": REASON},
        {"kind": "granted", "motivation": "x" * 5000},
        {"kind": "granted", "motivation": REASON, "deviation": "Het kan niet anders."},  # by which article?
        {"kind": "granted", "motivation": REASON, "article": "artikel 1"},  # and why?
    ],
)
def test_an_outcome_without_what_it_needs_is_not_one(
    case: Case, officer: Client, wrong: dict[str, str]
) -> None:
    assert officer.post(f"/medewerker/{case.reference}/afronden/", wrong).status_code == 422
    assert not Outcome.objects.exists()


def test_a_colleague_who_was_first_is_not_overruled(case: Case, officer: Client) -> None:
    officer.post(f"/medewerker/{case.reference}/afronden/", {"kind": "granted", "motivation": REASON})
    second = {"kind": "refused", "motivation": "Toch niet."}
    answer = officer.post(f"/medewerker/{case.reference}/afronden/", second, follow=True)
    assert "Een collega rondde dit al af" in answer.content.decode()
    assert Outcome.objects.get().kind == Outcome.Kind.GRANTED


def test_taking_up_a_case_that_a_colleague_concluded_does_not_open_it_again(
    case: Case, officer: Client
) -> None:
    officer.post(f"/medewerker/{case.reference}/afronden/", {"kind": "granted", "motivation": REASON})
    officer.post(f"/medewerker/{case.reference}/oppakken/")  # the page was open since before
    assert Case.objects.get(pk=case.pk).phase == Phase.DECIDED


def test_an_operator_reads_what_is_wrong_and_lets_it_try_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = submitted(actor(cast.citizen))["geboorteaangifte"]
    monkeypatch.setattr("connectors.registry.Connectors.destination", lambda _self, _name: None)
    deliver_all()
    operator = logged_in(cast.operator)
    page = _page(operator, "/medewerker/koppelingen/")
    assert case.reference in page
    assert "no destination for agency gemeente-waterstad" in page
    assert "Een medewerker zoekt het uit" in _page(logged_in(cast.citizen), f"/aanvragen/{case.reference}/")
    monkeypatch.undo()
    operator.post(f"/medewerker/koppelingen/opnieuw/{Delivery.objects.get(case=case).pk}/")
    deliver_all()
    assert Case.objects.get(pk=case.pk).phase == Phase.ARRIVED
    assert case.reference not in _page(operator, "/medewerker/koppelingen/")


def test_an_operator_sees_which_contracts_are_assumed(cast: Cast) -> None:
    rows = _page(logged_in(cast.operator), "/medewerker/koppelingen/").split("<tr ")
    for assumed in ("Polisadministratie (UWV)", "Kentekenregister (RDW)", "Landelijk Register Kinderopvang"):
        (row,) = [row for row in rows if assumed in row]
        assert "Aangenomen contract" in row
    (brp,) = [row for row in rows if "Basisregistratie Personen" in row]
    assert "Standaard" in brp
    assert "Aangenomen" not in brp


def test_the_command_says_which_contracts_are_assumed(cast: Cast) -> None:
    shown = StringIO()
    # Nobody plays the registers here: that they cannot be reached is said too.
    with pytest.raises(CommandError, match="failed"):
        call_command("connectors", "check", stdout=shown)
    lines = shown.getvalue().splitlines()
    assert [line for line in lines if "(svb, assumed contract): NOT reachable" in line]
    assert [line for line in lines if "(bag, standard contract): NOT reachable" in line]
