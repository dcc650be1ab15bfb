"""Practising: requests in every state, exercises that see what was done, and all of it fresh again."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test import Client

from portal import clock
from portal.access.models import Assist
from portal.cases.models import (
    Case,
    ContactMoment,
    Dispute,
    Message,
    Outcome,
    Phase,
    Proceeding,
    Proposal,
    Side,
)
from portal.catalogue import catalogue, connectors
from portal.ledger.log.uses import PORTAL
from portal.ledger.models import DataUse
from portal.people.models import Role, User
from portal.practice.asking import NotInPractice, ask_for, has_requests
from portal.practice.exercises import EXERCISES, exercises_for
from portal.practice.filling import STATES, agencies, colleague, fill
from portal.practice.fresh import reset
from portal.practice.models import Attempt, Place, Prepared
from portal.practice.place import WrongPlace
from tests.cast import actor, logged_in
from tests.factories import make_officer, make_staff
from tests.registers import NOOR, Register

FILE = Path(__file__).resolve().parents[2] / "portal" / "practice" / "requests.yaml"
WHO = yaml.load(FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
LIST = "/medewerker/oefenen/"


@pytest.fixture
def practice(db: None, register: Register, settings: Any) -> Any:
    """A place to practise; the register knows the people who are there for it, and not the stranger."""
    settings.PRACTICE = True
    for bsn in WHO["people"]:
        register.people[bsn] = dict(NOOR)
    return settings


def page(client: Client, address: str) -> str:
    """What is read there."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def begun(client: Client, slug: str) -> Attempt:
    """The exercise has begun, and nothing of it is done."""
    answer = client.post(f"{LIST}{slug}/begin/", follow=True)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "Nog te doen" in text
    assert "Gelukt." not in text
    return Attempt.objects.select_related("case__journey", "case__citizen", "user").get(exercise=slug)


def is_done(client: Client, slug: str) -> bool:
    """What the page of the exercise says, and the list."""
    done = "Gelukt. U hebt deze oefening gedaan." in page(client, f"{LIST}{slug}/")
    assert ("Gedaan" in page(client, LIST)) is done
    return done


# --- Something to practise on ----------------------------------------------------------------------


def test_there_is_a_request_in_every_state(practice: Any) -> None:
    assert list(fill(["svb"])) == [*(f"svb:{state}" for state in STATES), "helpdesk:letter"]
    made = {one.name.partition(":")[2]: one.case for one in Prepared.objects.select_related("case__citizen")}

    def of(state: str) -> Case:
        found = made[state]
        assert found is not None
        return found

    phases = {state: of(state).phase for state in STATES}
    assert phases == {
        "arrived": Phase.ARRIVED,
        "handled": Phase.HANDLED,
        "late": Phase.ARRIVED,
        "asked": Phase.NEEDS_YOU,
        "answered": Phase.HANDLED,
        "written": Phase.ARRIVED,
        "disputed": Phase.ARRIVED,
        "typed": Phase.ARRIVED,
        "proposed": Phase.ARRIVED,
        "objected": Phase.DECIDED,
        "withdrawn": Phase.WITHDRAWN,
    }
    due = of("late").due_on
    assert due is not None
    assert due < clock.today()
    assert Message.objects.get(case=of("written")).side == Side.CITIZEN
    assert Dispute.objects.get().citizen == of("disputed").citizen
    assert Proposal.objects.get(case=of("proposed")).deviation
    assert Proceeding.objects.get(case=of("objected")).kind == Proceeding.Kind.OBJECTION
    assert ContactMoment.objects.get().by_citizen
    officer = logged_in(make_officer("svb"))
    assert "Door de inwoner ingevuld" in page(officer, f"/medewerker/{of('typed').reference}/")


def test_filling_again_adds_what_is_missing_and_nothing_else(practice: Any) -> None:
    assert list(fill(["svb"]))
    assert list(fill(["svb"])) == []
    Prepared.objects.filter(pk="svb:late").delete()
    assert list(fill(["svb"])) == ["svb:late"]


def test_every_agency_that_works_here_has_something_to_practise_on(practice: Any) -> None:
    pulls = {name for name, one in connectors().destinations.items() if one.pulls}
    assert set(agencies()) == pulls - {PORTAL}, "the portal's own desk gets complaints alone"
    for agency in agencies():
        assert has_requests(agency)
        case = ask_for(agency, turn=0)
        assert (case.agency, case.phase) == (agency, Phase.ARRIVED)


def test_nothing_is_invented_in_a_real_portal(db: None, register: Register) -> None:
    with pytest.raises(NotInPractice):
        ask_for("svb", turn=0)
    with pytest.raises(NotInPractice):
        reset()
    with pytest.raises(CommandError, match="PRACTICE is not set"):
        call_command("practice", "fill")
    assert not Case.objects.exists()


def test_the_command_says_what_it_made(practice: Any) -> None:
    out = StringIO()
    call_command("practice", "fill", "svb", stdout=out)
    assert "svb:late" in out.getvalue()
    assert f"{len(STATES) + 1} made" in out.getvalue()
    with pytest.raises(CommandError, match="nobody-there"):
        call_command("practice", "fill", "nobody-there")
    with pytest.raises(CommandError, match="--yes"):
        call_command("practice", "reset")


def test_fresh_again_what_was_practised_is_gone_and_who_works_here_stays(
    practice: Any, tmp_path: Path
) -> None:
    practice.LOG_HEADS_FOLDER = str(tmp_path)
    (tmp_path / "1").mkdir()
    Place.objects.update_or_create(pk=1, defaults={"is_practice": True})
    officer = make_officer("svb", name="Petra Kok")
    list(fill(["svb"]))
    colleague("svb")
    assert DataUse.objects.exists()
    connection.check_constraints()  # the test is one transaction, with checks that wait for its end
    reset()
    left = (Case, DataUse, Attempt, Prepared, Outcome)
    assert [model for model in left if model._default_manager.exists()] == []
    assert list(User.objects.values_list("name", flat=True)) == [officer.name]
    assert Place.objects.get().is_practice
    assert list(tmp_path.iterdir()) == []
    assert list(fill(["svb"]))


def test_a_real_database_is_never_emptied(practice: Any) -> None:
    Place.objects.update_or_create(pk=1, defaults={"is_practice": False})
    make_officer("svb")
    with pytest.raises(WrongPlace):
        reset()
    assert User.objects.exists()


# --- Exercises -------------------------------------------------------------------------------------


def test_each_sees_the_exercises_of_the_own_work(practice: Any) -> None:
    def slugs(user: User) -> set[str]:
        return {one.slug for one in exercises_for(actor(user))}

    officers = {"oppakken", "aanvulling", "antwoorden", "maatwerk", "maatwerktafel"}
    assert slugs(make_officer("svb")) == officers
    assert slugs(make_staff(Role.LEAD, "svb", name="Guus Prins")) == officers | {"bevestigen"}
    assert slugs(make_staff(Role.LEAD, "rdw", name="Lies Smit")) == officers
    assert slugs(make_staff(Role.HELPDESK, "levensloket", name="Hanna Vos")) == {"meekijken", "opschrijven"}
    assert set().union(officers, {"bevestigen", "meekijken", "opschrijven"}) == set(EXERCISES)


def test_another_ones_exercise_is_not_there(practice: Any) -> None:
    client = logged_in(make_officer("svb"))
    for slug in ("meekijken", "bevestigen", "bestaat-niet"):
        assert client.get(f"{LIST}{slug}/").status_code == 404
        assert client.post(f"{LIST}{slug}/begin/").status_code == 404
    begun(client, "oppakken")
    assert client.post(f"{LIST}oppakken/code/").status_code == 404


def test_a_real_portal_has_no_exercises(db: None) -> None:
    client = logged_in(make_officer("svb"))
    for address in (LIST, f"{LIST}oppakken/"):
        assert client.get(address).status_code == 404
    assert client.post(f"{LIST}oppakken/begin/").status_code == 404


def test_taking_a_request(practice: Any) -> None:
    client = logged_in(make_officer("svb"))
    reference = begun(client, "oppakken").case.reference
    assert not is_done(client, "oppakken")
    client.post(f"/medewerker/{reference}/oppakken/")
    assert is_done(client, "oppakken")


def test_asking_for_a_supplement(practice: Any) -> None:
    client = logged_in(make_officer("svb"))
    case = begun(client, "aanvulling").case
    from portal.cases.talk.asking import ask

    her = actor(User.objects.get(role=Role.OFFICER, is_active=True))
    ask(case=case, actor=her, what="Een bewijs", why="Dat missen wij.", external_id="1")
    assert not is_done(client, "aanvulling")
    text = page(client, f"{LIST}aanvulling/")
    assert text.count("Gedaan") == 1
    until = clock.today().replace(year=clock.today().year + 1)
    ask(case=case, actor=her, what="Nog een", why="Dat missen wij.", external_id="2", until=until)
    assert is_done(client, "aanvulling")


def test_answering_a_citizen(practice: Any) -> None:
    from portal.cases.talk.writing import write

    user = make_officer("svb")
    client = logged_in(user)
    case = begun(client, "antwoorden").case
    assert "Hoe lang duurt het nog?" in page(client, f"/medewerker/{case.reference}/gesprek/")
    write(case=case, actor=actor(user), text="Nog een week.", external_id="1")
    assert is_done(client, "antwoorden")


def test_departing_from_the_rule_and_confirming_it(practice: Any) -> None:
    from portal.cases.desk.proposals import confirm, propose
    from portal.cases.journey.payloads import payload_of
    from portal.cases.judging.ruling import ruling_of

    user = make_officer("svb")
    client = logged_in(user)
    case = begun(client, "maatwerk").case
    propose(
        case=case,
        actor=actor(user),
        kind=Outcome.Kind.GRANTED,
        motivation="U krijgt dit.",
        deviation="Het pakt anders uit.",
        article="artikel 4:84 Awb",
        ruling=ruling_of(case, payload_of(case)),
    )
    assert is_done(client, "maatwerk")
    lead = make_staff(Role.LEAD, "svb", name="Guus Prins")
    client = logged_in(lead)
    case = begun(client, "bevestigen").case
    assert "Oefencollega" in page(client, f"/medewerker/{case.reference}/")
    confirm(case=case, actor=actor(lead))
    assert is_done(client, "bevestigen")


def test_a_custom_table(practice: Any) -> None:
    from portal.cases.customtable.verbs import open_table, propose, seat_for

    user = make_officer("svb")
    client = logged_in(user)
    case = begun(client, "maatwerktafel").case
    table = open_table(actor=actor(user), case=case, question="Wie betaalt dit?", external_id="1")
    assert not is_done(client, "maatwerktafel")
    seat = seat_for(actor=actor(user), table_id=table.pk)
    propose(seat=seat, agency="svb", what="Wij bellen.", by_day=clock.today(), external_id="2")
    assert is_done(client, "maatwerktafel")


def test_looking_along_with_a_code_that_the_invented_citizen_reads_out(practice: Any) -> None:
    from portal.access.assist.verbs import Agreement, begin, end_by_citizen
    from portal.practice.asking import as_citizen

    user = make_staff(Role.HELPDESK, "levensloket", name="Hanna Vos")
    client = logged_in(user)
    attempt = begun(client, "meekijken")
    answer = client.post(f"{LIST}meekijken/code/")
    assert "Mijn code is" in answer.content.decode()
    code = answer.context["code"]
    from portal.access.assist.codes import use_code

    assert use_code(staff=user, citizen=attempt.case.citizen, code=code)
    begin(
        staff=user,
        citizen=attempt.case.citizen,
        reason=Assist.Reason.QUESTION,
        ticket="1",
        agreement=Agreement.PORTAL,
        hidden=False,
    )
    assert not is_done(client, "meekijken")
    end_by_citizen(actor=as_citizen(attempt.case.citizen))
    assert is_done(client, "meekijken")


def test_writing_down_what_was_agreed(practice: Any) -> None:
    from portal.cases.helpdesk.moments import note_contact

    user = make_staff(Role.HELPDESK, "levensloket", name="Hanna Vos")
    client = logged_in(user)
    citizen = begun(client, "opschrijven").case.citizen
    note_contact(
        staff=actor(user),
        citizen=citizen,
        way=ContactMoment.Way.PHONE,
        about="Hoe lang nog?",
        promise="",
        promised_at=None,
        note="Nog een week.",
    )
    assert is_done(client, "opschrijven")


def test_beginning_again_takes_another_request(practice: Any) -> None:
    client = logged_in(make_officer("svb"))
    first = begun(client, "oppakken").case
    client.post(f"/medewerker/{first.reference}/oppakken/")
    assert is_done(client, "oppakken")
    second = begun(client, "oppakken").case
    assert second.pk != first.pk
    assert not is_done(client, "oppakken")
    assert Attempt.objects.count() == 1


def test_what_was_done_stays_done_and_two_who_practise_are_not_in_each_others_way(practice: Any) -> None:
    one, other = logged_in(make_officer("svb")), logged_in(make_officer("svb"))
    reference = begun(one, "oppakken").case.reference
    one.post(f"/medewerker/{reference}/oppakken/")
    assert is_done(one, "oppakken")
    assert "Nog niet begonnen" in page(other, f"{LIST}")
    other.post(f"/medewerker/{reference}/oppakken/")
    assert is_done(one, "oppakken")


def test_what_a_silent_register_cannot_say_is_typed(practice: Any, register: Register) -> None:
    from connectors.base import Unavailable

    register.failure = Unavailable("brp: no answer")
    client = logged_in(make_officer("svb"))
    client.post(f"{LIST}oppakken/begin/")
    case = Attempt.objects.get().case
    assert "Door de inwoner ingevuld" in page(client, f"/medewerker/{case.reference}/")


def test_the_catalogue_has_what_can_be_asked() -> None:
    for one in WHO["requests"]:
        event = catalogue().events[one["event"]]
        assert one["service"] in [service.id for service in catalogue().services_of(event)]
