"""Of who has no account: a value that is wrong, taking along what we hold, and what follows a death."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from portal import clock
from portal.access.filing.verbs import end_filing
from portal.access.standing import standing_of
from portal.cases.back.concluding import conclude
from portal.cases.disputes.marks import content_of
from portal.cases.helpdesk.joining import join, send_letter
from portal.cases.models import Case, Dispute, DisputeMark, Message, Notification, Outcome
from portal.cases.notices import letters
from portal.cases.talk.asking import ask
from portal.citizen.download import export
from portal.ledger.engine.facts import expire
from portal.ledger.log.uses import uses_of
from portal.ledger.models import StaffAction
from portal.people.actor import Actor
from portal.people.models import Citizen, Role, User
from tests.cases.steps import deliver_all
from tests.cast import NOOR_BSN, logged_in
from tests.factories import make_citizen, make_citizen_user, make_officer, make_staff
from tests.helpdesk.filing import (
    Channel,
    Identity,
    amal,
    filed,
    filled_in,
    knows_self,
    on_paper,
    opened,
    text_of,
    writes_down,
)
from tests.registers import Register

FIELD = "brp.address"
RIGHT = {"street": "Gracht", "number": "3", "postcode": "9001 AA", "city": "Waterstad"}
WRONG = RIGHT | {"explanation": "Ik woon op nummer 3."}


@pytest.fixture
def helper(db: None) -> User:
    cache.clear()
    return knows_self(make_staff(Role.HELPDESK, name="Hanna Vos"))


@pytest.fixture
def noor(helper: User, register: Register) -> Citizen:
    """In the register, and without an account."""
    return make_citizen(NOOR_BSN)


def _sent(helper: User, person: Citizen, **more: Any) -> Case:
    """A birth that staff wrote down, at its agency; its receipt is at the print house."""
    by = writes_down(helper, person, **more)
    found = filed(by)
    end_filing(staff=by)
    deliver_all()
    letters.hand_over()
    return Case.objects.select_related("citizen", "journey").get(pk=found.pk)


@pytest.fixture
def case(helper: User, noor: Citizen) -> Case:
    return _sent(helper, noor)


@pytest.fixture
def browser(case: Case, helper: User) -> Client:
    """Somebody of the helpdesk with Noor on the telephone."""
    return opened(helper, writes_down(helper, case.citizen))


def _log(citizen: Citizen) -> set[str]:
    return {use.outcome for use in uses_of(citizen) if use.outcome.startswith("filing-")}


def _letter() -> str:
    batch = letters.hand_over()
    assert batch is not None
    parts = [part for one in letters.letters_of(batch) for part in one.parts]
    return " ".join(words for part in parts for words in part.sentences)


# --- Saying that it is wrong -------------------------------------------------------------------------


def test_what_a_caller_says_is_wrong_is_written_down_and_told(
    browser: Client, case: Case, helper: User
) -> None:
    path = f"/aanvragen/{case.reference}/{FIELD}/klopt-niet/"
    overview = text_of(browser.get("/helpdesk/invullen/"))
    assert path in overview
    assert "Gracht 1" not in overview, "the names of the values alone"
    assert browser.get(path).status_code == 200
    assert browser.post(path, WRONG)["Location"] == "/helpdesk/invullen/"
    found = Dispute.objects.get(citizen=case.citizen, field=FIELD)
    assert content_of(found).explanation == "Ik woon op nummer 3."
    assert DisputeMark.objects.get(dispute=found).case == case
    assert {"filing-dispute:phone", "filing-page:dispute-sent"} <= _log(case.citizen)
    assert StaffAction.objects.get(what="filing-dispute:phone").user == helper
    assert "Wij schreven op wat volgens u niet klopt" in _letter()
    officer = logged_in(make_officer(case.agency))
    assert "Ik woon op nummer 3." in text_of(officer.get(f"/medewerker/{case.reference}/"))


def test_so_is_what_is_wrong_before_anything_was_sent(helper: User, noor: Citizen) -> None:
    by = writes_down(helper, noor)
    journey = filled_in(by)
    browser = opened(helper, by)
    facts = f"/levensgebeurtenissen/{journey.event}/{journey.pk}/gegevens/"
    path = f"{facts}{FIELD}/klopt-niet/"
    assert path in text_of(browser.get(facts))
    assert browser.post(path, WRONG)["Location"] == facts
    assert Dispute.objects.get(citizen=noor).field == FIELD
    assert "filing-dispute:phone" in _log(noor)


def test_what_the_citizen_said_of_it_before_is_not_read_out(browser: Client, case: Case) -> None:
    path = f"/aanvragen/{case.reference}/{FIELD}/klopt-niet/"
    browser.post(path, WRONG | {"explanation": "Ik ben gevlucht."})
    assert "gevlucht" not in text_of(browser.get(path))


def test_on_paper_the_municipality_is_asked_to_correct_it_by_that_letter(case: Case, helper: User) -> None:
    browser = opened(helper, on_paper(helper, case.citizen, received_on=clock.today()))
    path = f"/aanvragen/{case.reference}/{FIELD}/klopt-niet/"
    assert "Ja, vraag" in text_of(browser.get(path))
    browser.post(path, WRONG | {"ask": "on"})
    asked = Case.objects.select_related("journey__filing").get(service="brp-correctie")
    assert asked.journey.filing is not None
    assert asked.journey.filing.channel == "paper"
    deliver_all()
    assert Notification.objects.filter(notice__case=asked, channel="post").exists()


def test_nothing_is_said_of_the_values_of_who_has_an_account_or_is_somebody_else(
    browser: Client, case: Case, helper: User
) -> None:
    other = _sent(knows_self(make_staff(Role.HELPDESK, name="Een ander")), amal())
    for path in (f"/aanvragen/{other.reference}/{FIELD}/klopt-niet/", f"/mijn-gegevens/{FIELD}/klopt-niet/"):
        assert browser.post(path, WRONG).status_code == 404
    make_citizen_user(NOOR_BSN)
    assert browser.post(f"/aanvragen/{case.reference}/{FIELD}/klopt-niet/", WRONG).status_code == 404
    assert not Dispute.objects.exists()


def test_what_somebody_without_a_bsn_said_is_changed_not_disputed(helper: User, register: Register) -> None:
    own = _sent(helper, amal())
    browser = opened(helper, writes_down(helper, own.citizen))
    assert "klopt-niet" not in text_of(browser.get("/helpdesk/invullen/"))
    assert browser.get(f"/aanvragen/{own.reference}/{FIELD}/klopt-niet/").status_code == 404


# --- Taking it along ---------------------------------------------------------------------------------


def test_what_we_hold_of_somebody_without_a_bsn_is_whole(helper: User, register: Register) -> None:
    own = _sent(helper, amal(), channel=Channel.DESK, identity=Identity.PAPERS)
    document = export(actor=Actor.system(own.citizen))
    assert own.reference in {one["reference"] for one in document["sent"]}
    assert "Opvangweg" in json.dumps(document)
    assert {"exported"} <= {use.outcome for use in uses_of(own.citizen)}


def test_who_joined_it_to_an_account_takes_it_along_there(helper: User, register: Register) -> None:
    own = _sent(helper, amal(), channel=Channel.DESK, identity=Identity.PAPERS)
    register.people[NOOR_BSN]["brp.birth"] = {"date": "1990-05-01"}
    account = make_citizen_user(NOOR_BSN)
    send_letter(staff=Actor.of_user(helper), citizen=own.citizen)
    code = next(word for word in _letter().split() if word.count("-") == 2).rstrip(".")
    row = join(actor=Actor.of_user(account), reference=own.reference, code=code)
    browser = logged_in(account)
    browser.post(f"/namens/{row.pk}/")
    taken = browser.post("/mijn-gegevens/download.json")
    assert taken.status_code == 200
    assert own.reference in taken.content.decode()


# --- A death -----------------------------------------------------------------------------------------


def _died(citizen: Citizen, register: Register) -> None:
    register.people[NOOR_BSN]["brp.alive"] = {"alive": False, "died_on": "2026-06-01"}
    expire(citizen, "brp.alive")
    assert standing_of(citizen).died


def test_after_a_death_what_has_a_term_goes_to_the_heirs_on_paper_and_is_written_out(
    case: Case, register: Register
) -> None:
    officer = Actor.of_user(make_officer(case.agency))
    _died(case.citizen, register)
    conclude(case=case, kind=Outcome.Kind.REFUSED, motivation="De akte ontbreekt.", actor=officer)
    batch = letters.hand_over()
    assert batch is not None
    (letter,) = letters.letters_of(batch)
    assert letter.to[0] == "Aan de erven van Noor de Wit"
    assert [part.kind for part in letter.parts] == ["decision"]


def test_after_a_death_nobody_files_or_says_anything_in_that_name(
    case: Case, helper: User, register: Register
) -> None:
    _died(case.citizen, register)
    desk = logged_in(helper)
    desk.post("/helpdesk/", {"zoek": "kenmerk", "reference": case.reference})
    path = f"/helpdesk/inwoner/{case.citizen_id}/"
    desk.post(f"{path}aan-de-balie/")
    page = desk.post(f"{path}invullen/", {"channel": "desk", "identity": "papers"})
    assert page.status_code == 422
    assert "overleden" in text_of(page)
    assert not Message.objects.exists()


def test_a_question_after_a_death_still_reaches_the_heirs(case: Case, register: Register) -> None:
    officer = Actor.of_user(make_officer(case.agency))
    _died(case.citizen, register)
    ask(case=case, actor=officer, what="De akte", why="Wij missen hem.", external_id="q", until=None)
    batch = letters.hand_over()
    assert batch is not None
    (letter,) = letters.letters_of(batch)
    assert letter.to[0] == "Aan de erven van Noor de Wit"
