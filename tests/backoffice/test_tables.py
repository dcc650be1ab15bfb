"""The custom table: a request that hangs gets a next step, and nobody sees more than they may."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from portal import clock
from portal.cases.customtable.models import CustomTable, NextStep, TableLine
from portal.cases.models import Case, Notice, Phase, Restriction
from portal.cases.talk.texts import erase
from portal.ledger.models import DataUse, StaffAction
from tests.cases.steps import deliver_all, submitted
from tests.cast import Cast, actor, citizen_of, logged_in, make_cast
from tests.factories import make_officer
from tests.registers import Register

QUESTION = "Wie beslist eerst: de gemeente of de SVB?"
BIRTH = "Noor de Wit"
LIST = "/medewerker/tafels/"


@pytest.fixture
def cast(db: None, register: Register) -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    """Noor's registration of a birth, at Waterstad; child benefit waits for it."""
    case = submitted(actor(cast.citizen))["geboorteaangifte"]
    deliver_all()
    return Case.objects.get(pk=case.pk)


@pytest.fixture
def desk(cast: Cast) -> Client:
    return logged_in(cast.officer)


@pytest.fixture
def guest(cast: Cast) -> Client:
    """Petra Kok of the SVB."""
    return logged_in(cast.other_officer)


@pytest.fixture
def table(desk: Client, case: Case) -> CustomTable:
    """Opened by Wilma Bos of Waterstad, who invited Petra Kok."""
    page = desk.get(f"/medewerker/{case.reference}/").content.decode()
    (address,) = re.findall(r'href="([^"]+/maatwerktafel/)"', page)
    assert sends(desk, address, question=QUESTION).status_code == 302
    table = CustomTable.objects.get()
    assert invites(desk, table).status_code == 302
    return table


def sends(who: Client, address: str, prefix: str = "", **said: Any) -> Any:
    said["key"] = said.get("key", uuid.uuid4())
    return who.post(address, {f"{prefix}{name}": value for name, value in said.items()})


def invites(who: Client, table: CustomTable, **more: Any) -> Any:
    said = {"agency": "svb", "name": "Petra", "reason": "De SVB betaalt.", **more}
    return sends(who, f"{LIST}{table.pk}/uitnodigen/", "invite-", **said)


def says(who: Client, table: CustomTable, text: str, **more: Any) -> Any:
    return sends(who, f"{LIST}{table.pk}/zeg/", text=text, **more)


def proposes(who: Client, table: CustomTable, agency: str, what: str) -> Any:
    day = (clock.today() + timedelta(days=3)).isoformat()
    return sends(who, f"{LIST}{table.pk}/stap/", "step-", agency=agency, what=what, by_day=day)


def page_of(who: Client, table: CustomTable) -> str:
    answer = who.get(f"{LIST}{table.pk}/")
    assert answer.status_code == 200
    return answer.content.decode()


def read(cast: Cast, case: Case) -> str:
    """The table as Noor reads it."""
    answer = logged_in(cast.citizen).get(f"/aanvragen/{case.reference}/maatwerktafel/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_who_is_invited_finds_it_and_the_citizen_reads_all_without_a_name(
    cast: Cast, case: Case, table: CustomTable, desk: Client, guest: Client
) -> None:
    assert QUESTION in guest.get(LIST).content.decode()
    assert says(guest, table, "Wij wachten op de akte.").status_code == 302
    assert "Petra Kok" in page_of(desk, table)
    own = read(cast, case)
    assert QUESTION in own
    assert "Wij wachten op de akte." in own
    assert "De SVB betaalt." in own
    assert "Petra Kok" not in own
    assert "Wilma Bos" not in own
    assert "De gemeente Waterstad heeft de leiding" in own
    assert "maatwerktafel" in logged_in(cast.citizen).get(f"/aanvragen/{case.reference}/").content.decode()
    assert Notice.objects.filter(case=case, about__startswith="table:").count() == 3


def test_without_a_ground_no_value_and_no_name_is_seen(
    cast: Cast, case: Case, table: CustomTable, guest: Client
) -> None:
    page = page_of(guest, table)
    assert "U ziet geen gegevens en geen naam" in page
    assert case.reference not in page
    for value in values_of(cast, case):
        assert value not in page


def values_of(cast: Cast, case: Case) -> list[str]:
    """What stands on the officer's own page of the case, as values."""
    page = logged_in(cast.officer).get(f"/medewerker/{case.reference}/").content.decode()
    found = re.findall(r"utrecht-data-list__item-value[^>]*>\s*(?:<[^>]+>\s*)*([^<]{5,}?)\s*<", page)
    assert len(found) > 3
    return found


def test_with_a_ground_of_ones_own_only_what_one_uses_already_is_seen(
    cast: Cast, case: Case, table: CustomTable, guest: Client
) -> None:
    Case.objects.filter(service="kinderbijslag").update(phase=Phase.ARRIVED)
    page = page_of(guest, table)
    assert "U ziet gegevens die u al gebruikt" in page
    line = DataUse.objects.filter(outcome="table-opened", recipient="svb").latest("id")
    child_benefit = Case.objects.get(service="kinderbijslag").definition
    assert line.fields
    assert set(line.fields) <= set(child_benefit.needs) & set(case.definition.needs)
    assert child_benefit.activity.id in line.activities


def test_the_citizen_may_allow_more_and_take_it_back(
    cast: Cast, case: Case, table: CustomTable, guest: Client
) -> None:
    citizen, address = logged_in(cast.citizen), f"/aanvragen/{case.reference}/maatwerktafel/svb/"
    assert "Ik heb geen bezwaar dat de SVB mijn aanvraag ziet" in read(cast, case)
    assert citizen.post(address, {"do": "goed"}).status_code == 302
    allowed = page_of(guest, table)
    assert "geen bezwaar te hebben" in allowed
    assert "Dit is niet zichtbaar" in allowed  # where she lives
    line = DataUse.objects.filter(outcome="table-opened", recipient="svb").latest("id")
    assert line.fields
    assert citizen.post(address, {"do": "terug"}).status_code == 302
    assert "U ziet geen gegevens en geen naam" in page_of(guest, table)
    own = citizen.get("/mijn-gegevens/gebruik/").content.decode()
    assert "U zei geen bezwaar te hebben dat de SVB uw aanvraag ziet." in own
    assert "Een medewerker van de SVB bekeek het overleg over uw aanvraag." in own


def test_a_step_is_agreed_when_every_agency_said_so_and_done_by_who_was_to_do_it(
    cast: Cast, case: Case, table: CustomTable, desk: Client, guest: Client
) -> None:
    assert proposes(desk, table, "svb", "Betaalt vooruit.").status_code == 302
    assert "Voorstel, nog niet afgesproken" in read(cast, case)
    step = NextStep.objects.get()
    assert desk.post(f"{LIST}{table.pk}/stap/{step.pk}/gedaan/").status_code == 404
    assert guest.post(f"{LIST}{table.pk}/stap/{step.pk}/gedaan/").status_code == 404
    assert guest.post(f"{LIST}{table.pk}/stap/{step.pk}/eens/").status_code == 302
    assert "Afgesproken" in read(cast, case)
    assert guest.post(f"{LIST}{table.pk}/stap/{step.pk}/gedaan/").status_code == 302
    assert "heeft dit gedaan" in read(cast, case)


def test_a_new_agreement_takes_the_place_of_the_one_before(
    case: Case, table: CustomTable, desk: Client, guest: Client
) -> None:
    for what in ("Belt.", "Schrijft."):
        proposes(desk, table, "svb", what)
        guest.post(f"{LIST}{table.pk}/stap/{NextStep.objects.get(what=what).pk}/eens/")
    page = page_of(desk, table)
    assert NextStep.objects.get(what="Belt.").dropped_at is not None
    assert page.count("Afgesproken") == 1


def test_only_the_coordinator_invites_hands_over_and_closes(
    table: CustomTable, desk: Client, guest: Client
) -> None:
    assert invites(guest, table, agency="gemeente-waterstad", name="Lies").status_code == 404
    assert sends(guest, f"{LIST}{table.pk}/sluiten/", "close-", text="Klaar.").status_code == 404
    seat = table.seats.get(agency="svb")
    assert guest.post(f"{LIST}{table.pk}/leiding/{seat.pk}/").status_code == 404
    assert desk.post(f"{LIST}{table.pk}/leiding/{seat.pk}/").status_code == 302
    assert sends(desk, f"{LIST}{table.pk}/sluiten/", "close-", text="Klaar.").status_code == 404
    assert sends(guest, f"{LIST}{table.pk}/sluiten/", "close-", text="Klaar.").status_code == 302


def test_who_was_not_invited_finds_no_table(cast: Cast, table: CustomTable) -> None:
    for who in (cast.other_lead, cast.lead):
        assert QUESTION not in logged_in(who).get(LIST).content.decode()
        assert logged_in(who).get(f"{LIST}{table.pk}/").status_code == 404


def test_a_name_that_nobody_has_and_who_is_there_already_are_said(
    cast: Cast, table: CustomTable, desk: Client
) -> None:
    assert "werkt niemand met deze naam" in invites(desk, table, name="Klaas").content.decode()
    assert "zit al aan tafel" in invites(desk, table).content.decode()
    assert table.seats.count() == 2


def test_of_several_with_one_name_the_coordinator_chooses(table: CustomTable, desk: Client) -> None:
    first, second = make_officer("svb", name="Jan Jansen"), make_officer("svb", name="Jan Janssen")
    asked = invites(desk, table, name="jan jans").content.decode()
    assert "Kies wie u bedoelt" in asked
    assert "Jan Jansen" in asked
    assert invites(desk, table, name="jan jans", person=str(second.pk)).status_code == 302
    assert table.seats.filter(user=second).exists()
    assert not table.seats.filter(user=first).exists()
    # Somebody who was not among them is not chosen by a crafted form.
    assert invites(desk, table, name="jan jans", person=str(uuid.uuid4())).status_code == 422


def test_invited_twice_by_one_press_is_invited_once(table: CustomTable, desk: Client) -> None:
    make_officer("duo", name="Sara Kuiper")
    key = uuid.uuid4()
    for _time in range(2):
        assert invites(desk, table, agency="duo", name="Sara", key=key).status_code == 302
    assert table.seats.filter(agency="duo").count() == 1


def test_who_leaves_takes_along_what_the_citizen_allowed(
    cast: Cast, case: Case, table: CustomTable, desk: Client, guest: Client
) -> None:
    logged_in(cast.citizen).post(f"/aanvragen/{case.reference}/maatwerktafel/svb/", {"do": "goed"})
    assert guest.post(f"{LIST}{table.pk}/weg/").status_code == 302
    assert guest.get(f"{LIST}{table.pk}/").status_code == 404
    assert invites(desk, table).status_code == 302
    assert "U ziet geen gegevens en geen naam" in page_of(guest, table)


def test_said_twice_is_said_once(table: CustomTable, guest: Client) -> None:
    key = uuid.uuid4()
    for _time in range(2):
        assert says(guest, table, "Wij wachten.", key=key).status_code == 302
    assert TableLine.objects.filter(text="Wij wachten.").count() == 1


def test_the_citizen_says_something_at_the_table(
    cast: Cast, case: Case, table: CustomTable, guest: Client
) -> None:
    citizen = logged_in(cast.citizen)
    said = {"text": "Ik wacht al lang. <b>Bel mij</b>", "key": uuid.uuid4()}
    assert citizen.post(f"/aanvragen/{case.reference}/maatwerktafel/", said).status_code == 302
    page = page_of(guest, table)
    assert "&lt;b&gt;Bel mij" in page
    assert "De inwoner" in page


def test_when_it_is_closed_the_guest_sees_it_no_more_and_the_citizen_still_does(
    cast: Cast, case: Case, table: CustomTable, desk: Client, guest: Client
) -> None:
    sends(desk, f"{LIST}{table.pk}/sluiten/", "close-", text="De gemeente beslist eerst.")
    assert guest.get(f"{LIST}{table.pk}/").status_code == 404
    assert "De gemeente beslist eerst." in read(cast, case)
    own = desk.get(f"/medewerker/{case.reference}/maatwerktafel/").content.decode()
    assert "De gemeente beslist eerst." in own
    assert "Leg deze aanvraag voor" in own


def test_of_a_request_that_ended_nothing_more_is_agreed_but_it_can_be_closed(
    case: Case, table: CustomTable, desk: Client, guest: Client
) -> None:
    Case.objects.filter(pk=case.pk).update(phase=Phase.WITHDRAWN)
    assert says(guest, table, "Nog iets.").status_code == 302
    assert proposes(desk, table, "svb", "Nog iets.").status_code == 302
    assert not TableLine.objects.filter(text="Nog iets.").exists()
    assert not NextStep.objects.exists()
    assert "intussen geëindigd" in page_of(desk, table)
    assert sends(desk, f"{LIST}{table.pk}/sluiten/", "close-", text="Ingetrokken.").status_code == 302


def test_what_the_citizen_restricted_nobody_sees_at_the_table(
    cast: Cast, case: Case, table: CustomTable, guest: Client
) -> None:
    logged_in(cast.citizen).post(f"/aanvragen/{case.reference}/maatwerktafel/svb/", {"do": "goed"})
    Restriction.objects.create(citizen=citizen_of(cast.citizen), case=case, why=Restriction.Why.CONTESTED)
    assert "U ziet geen gegevens en geen naam" in page_of(guest, table)


def test_a_second_table_about_the_same_request_is_not_opened(
    case: Case, table: CustomTable, desk: Client
) -> None:
    answer = sends(desk, f"/medewerker/{case.reference}/maatwerktafel/", question="Nog een?")
    assert answer.status_code == 302
    assert CustomTable.objects.count() == 1


def test_a_request_on_a_table_is_not_sent_on(case: Case, table: CustomTable, desk: Client) -> None:
    answer = sends(desk, f"/medewerker/{case.reference}/doorsturen/", to="gemeente-heidedorp", reason="Daar.")
    assert answer.status_code == 422
    assert "Sluit die eerst af" in answer.content.decode()


def test_who_did_what_is_there_for_the_auditor_and_texts_go_with_the_request(
    cast: Cast, case: Case, table: CustomTable, guest: Client
) -> None:
    says(guest, table, "Wij wachten.")
    assert StaffAction.objects.get(what="table-said").user == cast.other_officer
    assert StaffAction.objects.get(what="table-invited").user == cast.officer
    erase([case])
    assert set(TableLine.objects.values_list("text", flat=True)) == {""}
    assert CustomTable.objects.get().question == ""
