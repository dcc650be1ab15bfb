"""How an officer ends a case: final a minute later, taken back until then, confirmed where that is asked."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone

from lifeevents.model import dump
from portal.cases.back.concluding import conclude
from portal.cases.deciding.before import confirmer_of
from portal.cases.desk.proposals import conclude_due
from portal.cases.models import Case, Outcome, Phase, Proposal
from portal.cases.talk.withdrawing import withdraw
from portal.catalogue import catalogue
from portal.ledger.models import DataUse, StaffAction
from portal.people.models import Role, User
from tests.cases.steps import deliver_all, submitted
from tests.cast import Cast, actor, logged_in, make_cast
from tests.factories import redefine
from tests.registers import Register

REASON = "De akte is gemaakt."
GRANTED = {"kind": "granted", "motivation": REASON}


@pytest.fixture(autouse=True)
def a_minute(settings: Any) -> None:
    settings.UNDO_SECONDS = 60


@pytest.fixture
def cast(db: None, register: Register) -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    case = submitted(actor(cast.citizen))["geboorteaangifte"]
    deliver_all()
    return Case.objects.get(pk=case.pk)


@pytest.fixture
def officer(cast: Cast) -> Client:
    return logged_in(cast.officer)


@pytest.fixture
def colleague(cast: Cast) -> User:
    return User.objects.create(role=Role.OFFICER, agency=cast.officer.agency, name="Bea de Graaf")


def _asks(case: Case, **confirmed_by: str) -> None:
    """Its service asks for a second pair of eyes."""
    asked: dict[Any, Any] = confirmed_by
    services = [replace(one, confirmed_by=asked) for one in case.journey.services]
    redefine(case.journey, dump(tuple(services)))


def _post(client: Client, case: Case, what: str = "", form: dict[str, str] | None = None) -> str:
    answer = client.post(f"/medewerker/{case.reference}/afronden/{what}", form or {}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def _a_minute_passes() -> None:
    Proposal.objects.update(effective_at=F("effective_at") - timedelta(seconds=61))


def _seen_by_citizen(cast: Cast, case: Case) -> str:
    return logged_in(cast.citizen).get(f"/aanvragen/{case.reference}/").content.decode()


# --- A minute ---------------------------------------------------------------------------------------


def test_until_then_nobody_sees_it_and_then_it_counts(cast: Cast, case: Case, officer: Client) -> None:
    page = _post(officer, case, form=GRANTED)
    assert "De inwoner leest dit vanaf" in page
    assert REASON in page
    assert conclude_due() == 0
    assert REASON not in _seen_by_citizen(cast, case)
    assert Case.objects.get(pk=case.pk).phase == Phase.ARRIVED
    assert not DataUse.objects.filter(operation=DataUse.Operation.OUTCOME).exists()
    _a_minute_passes()
    assert conclude_due() == 1
    assert REASON in _seen_by_citizen(cast, case)
    assert not Proposal.objects.exists()
    assert StaffAction.objects.get(what="case-concluded").user == cast.officer


def test_it_is_taken_back_and_the_citizen_never_saw_it(cast: Cast, case: Case, officer: Client) -> None:
    _post(officer, case, form=GRANTED)
    assert "heeft er niets van gezien" in _post(officer, case, "terugnemen/")
    _a_minute_passes()
    assert conclude_due() == 0
    assert not Outcome.objects.exists()
    refused = {"kind": "refused", "motivation": "Het kind staat al ingeschreven."}
    _post(officer, case, form=refused)
    _a_minute_passes()
    conclude_due()
    assert Outcome.objects.get().kind == Outcome.Kind.REFUSED


def test_once_it_counts_the_back_button_takes_nothing_back(case: Case, officer: Client) -> None:
    _post(officer, case, form=GRANTED)
    _a_minute_passes()
    # Also in the seconds in which the timetable did not come by yet.
    assert "niet meer worden teruggenomen" in _post(officer, case, "terugnemen/")
    conclude_due()
    assert "niet meer worden teruggenomen" in _post(officer, case, "terugnemen/")
    assert Outcome.objects.count() == 1


def test_of_two_officers_at_once_one_is_first(case: Case, officer: Client, colleague: User) -> None:
    _post(officer, case, form=GRANTED)
    second = {"kind": "refused", "motivation": "Toch niet."}
    assert "Een collega stelde al voor" in _post(logged_in(colleague), case, form=second)
    assert Proposal.objects.get().kind == "granted"


def test_a_program_or_the_citizen_who_is_first_wins(cast: Cast, case: Case, officer: Client) -> None:
    _post(officer, case, form=GRANTED)
    conclude(case=case, kind=Outcome.Kind.REFUSED, motivation="Al geregeld.", actor=actor(cast.officer))
    _a_minute_passes()
    assert conclude_due() == 0
    assert Outcome.objects.get().motivation == "Al geregeld."
    assert not Proposal.objects.exists()


def test_one_that_cannot_be_made_final_stops_itself_alone(
    cast: Cast, case: Case, officer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    _post(officer, case, form=GRANTED)
    _a_minute_passes()

    def breaks(**_: Any) -> None:
        raise RuntimeError("a fault of ours")

    with monkeypatch.context() as patched:
        patched.setattr("portal.cases.desk.proposals.conclude", breaks)
        assert conclude_due() == 0
    assert Proposal.objects.exists(), "it is tried again"
    assert conclude_due() == 1


def test_who_left_in_that_minute_decided_while_they_might(cast: Cast, case: Case, officer: Client) -> None:
    _post(officer, case, form=GRANTED)
    User.objects.filter(pk=cast.officer.pk).update(is_active=False)
    _a_minute_passes()
    assert conclude_due() == 1


def test_a_case_that_the_citizen_takes_back_in_that_minute_ends_so(
    cast: Cast, case: Case, officer: Client
) -> None:
    _post(officer, case, form=GRANTED)
    withdraw(case=case, actor=actor(cast.citizen))
    deliver_all()
    _a_minute_passes()
    assert conclude_due() == 0
    assert not Proposal.objects.exists()
    assert Case.objects.get(pk=case.pk).phase == Phase.WITHDRAWN
    assert "De inwoner trok dit in op" in officer.get(f"/medewerker/{case.reference}/").content.decode()


# --- A second pair of eyes ----------------------------------------------------------------------------


def test_a_colleague_confirms_a_refusal_and_not_who_proposed_it(
    cast: Cast, case: Case, officer: Client, colleague: User
) -> None:
    _asks(case, refusal="colleague")
    page = _post(officer, case, form={"kind": "refused", "motivation": "Nee."})
    assert "Een collega moet dit bevestigen." in page
    assert "Bevestig dit" not in page
    assert "iemand anders bevestigen" in _post(officer, case, "bevestigen/")
    _a_minute_passes()
    assert conclude_due() == 0
    assert "De inwoner leest dit vanaf" in _post(logged_in(colleague), case, "bevestigen/")
    _a_minute_passes()
    assert conclude_due() == 1
    acts = StaffAction.objects.filter(what__startswith="outcome-").order_by("pk")
    whats = acts.values_list("what", "user__name")
    assert list(whats) == [("outcome-proposed", cast.officer.name), ("outcome-confirmed", "Bea de Graaf")]


def test_it_is_confirmed_once(case: Case, officer: Client, colleague: User) -> None:
    _asks(case, every="colleague")
    _post(officer, case, form=GRANTED)
    _post(logged_in(colleague), case, "bevestigen/")
    assert "niets meer te bevestigen" in _post(logged_in(colleague), case, "bevestigen/")
    assert "niets meer te bevestigen" in _post(officer, case, "bevestigen/")


def test_another_agency_confirms_nothing(cast: Cast, case: Case, officer: Client) -> None:
    _asks(case, every="colleague")
    _post(officer, case, form=GRANTED)
    for what in ("bevestigen/", "terugnemen/"):
        path = f"/medewerker/{case.reference}/afronden/{what}"
        assert logged_in(cast.other_officer).post(path).status_code == 404
    assert Proposal.objects.get().effective_at is None


@pytest.mark.parametrize(
    ("asked", "kind", "deviation", "who"),
    [
        ({}, "refused", "x", ""),
        ({"refusal": "colleague"}, "granted", "", ""),
        ({"refusal": "colleague"}, "refused", "", "colleague"),
        ({"deviation": "lead"}, "granted", "", ""),
        ({"deviation": "lead"}, "granted", "Omdat het moet.", "lead"),
        ({"every": "colleague", "deviation": "lead"}, "granted", "", "colleague"),
        ({"every": "colleague", "deviation": "lead"}, "granted", "x", "lead"),
    ],
)
def test_who_must_agree(case: Case, asked: dict[Any, Any], kind: str, deviation: str, who: str) -> None:
    service = replace(case.definition, confirmed_by=asked)
    assert confirmer_of(service, kind, deviation) == who


@pytest.mark.parametrize(
    ("service", "asked"),
    [
        ("bijstand", {"refusal": "colleague", "deviation": "lead"}),
        ("kinderbijslag", {"deviation": "lead"}),
        ("aow", {"deviation": "lead"}),
        ("briefadres", {"refusal": "colleague"}),
        ("erkenning-kind", {"refusal": "colleague"}),
    ],
)
def test_services_of_each_kind_ask_for_a_second_pair_of_eyes(service: str, asked: dict[str, str]) -> None:
    assert catalogue().services[service].confirmed_by == asked


def test_time_runs_from_the_confirmation(case: Case, officer: Client, colleague: User) -> None:
    _asks(case, every="colleague")
    _post(officer, case, form=GRANTED)
    Proposal.objects.update(proposed_at=timezone.now() - timedelta(days=3))
    _post(logged_in(colleague), case, "bevestigen/")
    moment = Proposal.objects.get().effective_at
    assert moment is not None
    assert moment > timezone.now() + timedelta(seconds=30)


def test_what_waits_for_a_second_pair_of_eyes_is_found(case: Case, officer: Client, colleague: User) -> None:
    _asks(case, every="colleague")
    found = "/medewerker/?let-op=te-bevestigen"
    assert case.reference not in officer.get(found).content.decode()
    _post(officer, case, form=GRANTED)
    page = logged_in(colleague).get(found).content.decode()
    assert case.reference in page
    assert 'class="ll-mark">Te bevestigen' in page
    _post(logged_in(colleague), case, "bevestigen/")
    assert case.reference not in officer.get(found).content.decode()


def test_an_officer_sees_it_first_as_the_citizen_will_read_it(
    cast: Cast, case: Case, officer: Client
) -> None:
    deviation = {"deviation": "De verklaring komt later.", "article": "artikel 19a BW 1"}
    page = _post(officer, case, form=GRANTED | deviation | {"bekijk": "1"})
    preview = _preview(page)
    assert "Geboorteaangifte is geregeld." in preview
    assert REASON in page.split("<textarea")[1], "what was written still stands in the form"
    assert not Proposal.objects.exists()
    _post(officer, case, form=GRANTED | deviation)
    _a_minute_passes()
    conclude_due()
    read = _plain(_seen_by_citizen(cast, case))
    assert set(preview) - {""} <= set(read)


def _preview(page: str) -> list[str]:
    found = re.search(r'class="ll-preview ll-flow">(.*?)</div>', page, re.DOTALL)
    assert found is not None
    return _plain(found[1])


def _plain(html: str) -> list[str]:
    return [line.strip() for line in re.sub(r"<[^>]*>", "\n", html).split("\n")]


def test_what_is_not_right_yet_is_not_shown_first(case: Case, officer: Client) -> None:
    path = f"/medewerker/{case.reference}/afronden/"
    answer = officer.post(path, {"kind": "granted", "motivation": "", "bekijk": "1"})
    assert answer.status_code == 422
    assert "ll-preview" not in answer.content.decode()
