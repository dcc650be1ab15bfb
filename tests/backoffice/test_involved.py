"""Who took part in what a complaint is about does not deal with it (Awb 9:7(1))."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from portal.cases.complaining import Said, complain
from portal.cases.customtable.verbs import open_table
from portal.cases.desk.proposals import propose
from portal.cases.desk.verbs import hand_over, take
from portal.cases.helpdesk.moments import ask_contact, close, forget_old, note_contact, opened
from portal.cases.helpdesk.moments import take as take_talk
from portal.cases.involved import Involved, NotSaid, involved_in, say_part
from portal.cases.journey.payloads import payload_of
from portal.cases.models import Case, ContactMoment, Delivery, Outcome, Phase
from portal.cases.talk.asking import ask
from portal.cases.talk.writing import mark_read, write
from portal.cases.terms.verbs import extend
from portal.catalogue import connectors
from portal.ledger.log.uses import PORTAL
from portal.ledger.models import StaffAction
from portal.people.actor import Actor
from portal.people.models import Role, User
from tests.cases.steps import deliver_all, submitted
from tests.cast import Cast, actor, logged_in, make_cast
from tests.factories import make_officer, make_staff
from tests.registers import Register

SORRY = "U werd onvriendelijk behandeld. Dat spijt ons."


@pytest.fixture
def cast(db: None, register: Register) -> Cast:
    return make_cast()


@pytest.fixture
def benefit(cast: Cast, settings: Any) -> Case:
    """Child benefit at the SVB, that its officer took in hand."""
    settings.PORTAL_NOW = date(2026, 3, 3)
    case = submitted(actor(cast.citizen))["kinderbijslag"]
    Case.objects.filter(pk=case.pk).update(
        phase=Phase.ARRIVED, received_on=date(2026, 2, 2), their_reference=case.reference
    )
    Delivery.objects.create(case=case, kind="file", destination="svb", delivered_at="2026-02-02T10:00Z")
    take(actor=actor(cast.other_officer), references=[case.reference])
    return Case.objects.select_related("journey", "citizen").get(pk=case.pk)


@pytest.fixture
def complaint(cast: Cast, benefit: Case) -> Case:
    """About that, arrived."""
    said = Said(conduct="Er werd niet geluisterd.")
    made = complain(
        actor=actor(cast.citizen), said=said, external_id=str(uuid4()), level="substantieel", about=benefit
    )
    deliver_all()
    return Case.objects.select_related("journey", "citizen").get(pk=made.pk)


@pytest.fixture
def colleague(cast: Cast) -> User:
    return make_officer("svb")


def _acts(case: Case, who: Actor) -> list[Any]:
    """What dealing with it is, each as something to call."""
    return [
        lambda: take(actor=who, references=[case.reference]),
        lambda: ask(
            case=case,
            actor=who,
            external_id="v1",
            what="Wat zei de medewerker?",
            why="Dan kunnen wij het uitzoeken.",
        ),
        lambda: write(case=case, actor=who, text="Wij zoeken het uit.", external_id="b1"),
        lambda: extend(case=case, actor=who, external_id="t1", weeks=4),
        lambda: open_table(actor=who, case=case, question="Wie zoekt dit uit?", external_id="m1"),
        lambda: propose(case=case, actor=who, kind=Outcome.Kind.GRANTED, motivation=SORRY),
    ]


def test_who_had_the_request_in_hand_takes_no_step_with_the_complaint(cast: Cast, complaint: Case) -> None:
    who = actor(cast.other_officer)
    assert list(involved_in(complaint)) == [cast.other_officer]
    for act in _acts(complaint, who):
        with pytest.raises(Involved):
            act()
    mark_read(case=complaint, actor=who)  # to read it, and to be heard about it, is no dealing with it
    complaint.refresh_from_db()
    assert (complaint.handler, complaint.phase) == (None, Phase.ARRIVED)


def test_a_colleague_deals_with_it_and_cannot_give_it_to_who_was_involved(
    cast: Cast, complaint: Case, colleague: User
) -> None:
    say_part(case=complaint, actor=actor(colleague), took_part=False)
    assert take(actor=actor(colleague), references=[complaint.reference]) == 1
    with pytest.raises(Involved, match=complaint.reference):
        hand_over(actor=actor(colleague), references=[complaint.reference], to=cast.other_officer.pk)
    propose(case=complaint, actor=actor(colleague), kind=Outcome.Kind.GRANTED, motivation=SORRY)


def test_who_only_looked_at_the_request_was_not_involved(
    cast: Cast, benefit: Case, complaint: Case, colleague: User
) -> None:
    assert logged_in(colleague).get(f"/medewerker/{benefit.reference}/").status_code == 200
    assert list(involved_in(complaint)) == [cast.other_officer]


def test_of_any_other_case_nobody_is_kept_out(cast: Cast, benefit: Case) -> None:
    assert not involved_in(benefit).exists()


def test_the_page_says_who_and_offers_them_nothing_to_do(
    cast: Cast, complaint: Case, colleague: User
) -> None:
    say_part(case=complaint, actor=actor(colleague), took_part=False)
    mine, other = logged_in(cast.other_officer), logged_in(colleague)
    path = f"/medewerker/{complaint.reference}/"
    page, theirs = (client.get(path).content.decode() for client in (mine, other))
    assert "U was betrokken bij waar deze klacht over gaat." in page
    assert f'action="{path}afronden/"' not in page
    assert f'action="{path}oppakken/"' not in page
    assert f"geen behandelaar: {cast.other_officer.name}." in theirs
    assert f'action="{path}afronden/"' in theirs


@pytest.mark.parametrize("way", ["oppakken/", "gesprek/bericht/", "afronden/"])
def test_a_crafted_form_changes_nothing_and_says_why(cast: Cast, complaint: Case, way: str) -> None:
    mine: Client = logged_in(cast.other_officer)
    form = {"text": "Nee.", "key": str(uuid4()), "kind": "granted", "motivation": SORRY}
    answer = mine.post(f"/medewerker/{complaint.reference}/{way}", form, follow=True)
    assert "U was betrokken bij waar deze klacht over gaat." in answer.content.decode()
    complaint.refresh_from_db()
    assert (complaint.handler, complaint.phase) == (None, Phase.ARRIVED)
    assert not complaint.messages.exists()
    assert not hasattr(complaint, "proposal")


def test_the_work_list_names_the_complaint_that_cannot_go_there(
    cast: Cast, complaint: Case, colleague: User
) -> None:
    mine, other = logged_in(cast.other_officer), logged_in(colleague)
    taken = mine.post(
        "/medewerker/werklijst/verdelen/", {"doen": "pak", "aanvraag": complaint.reference}, follow=True
    )
    assert f"waar klacht {complaint.reference} over gaat" in taken.content.decode()
    form = {"doen": "geef", "aan": str(cast.other_officer.pk), "aanvraag": complaint.reference}
    given = other.post("/medewerker/werklijst/verdelen/", form, follow=True)
    assert "Kies een ander (9:7 Awb)." in given.content.decode()


@pytest.fixture
def of_a_desk(cast: Cast, benefit: Case) -> Case:
    """A complaint about nothing that the portal knows, arrived at the SVB."""
    said = Said(conduct="Aan de balie werd ik weggestuurd.")
    made = complain(
        actor=actor(cast.citizen), said=said, external_id=str(uuid4()), level="substantieel", agency="svb"
    )
    deliver_all()
    return Case.objects.select_related("journey", "citizen").get(pk=made.pk)


def test_nobody_takes_a_step_before_they_said_that_they_took_no_part(
    of_a_desk: Case, colleague: User, cast: Cast
) -> None:
    who = actor(colleague)
    for act in _acts(of_a_desk, who):
        with pytest.raises(NotSaid, match=of_a_desk.reference):
            act()
    of_a_desk.refresh_from_db()
    assert (of_a_desk.handler, of_a_desk.phase) == (None, Phase.ARRIVED)
    say_part(case=of_a_desk, actor=who, took_part=False)
    for act in _acts(of_a_desk, who)[:-2]:
        act()
    # A colleague can be given it, and says it then.
    hand_over(actor=who, references=[of_a_desk.reference], to=cast.other_officer.pk)
    with pytest.raises(NotSaid):
        write(case=of_a_desk, actor=actor(cast.other_officer), text="Dag.", external_id="b2")


def test_who_says_that_they_took_part_is_kept_out_for_good(of_a_desk: Case, colleague: User) -> None:
    who = actor(colleague)
    say_part(case=of_a_desk, actor=who, took_part=False)
    say_part(case=of_a_desk, actor=who, took_part=True)
    say_part(case=of_a_desk, actor=who, took_part=False)
    assert list(involved_in(of_a_desk)) == [colleague]
    for act in _acts(of_a_desk, who):
        with pytest.raises(Involved):
            act()


def test_the_page_asks_it_before_anything_else_and_one_press_takes_it_up(
    of_a_desk: Case, colleague: User, cast: Cast
) -> None:
    client, path = logged_in(colleague), f"/medewerker/{of_a_desk.reference}/"
    page = client.get(path).content.decode()
    assert "Was u betrokken bij waar deze klacht over gaat?" in page
    assert f'action="{path}afronden/"' not in page
    said = client.post(f"{path}gesprek/bericht/", {"text": "Dag.", "key": str(uuid4())}, follow=True)
    assert "Zeg eerst of u betrokken was" in said.content.decode()
    assert not of_a_desk.messages.exists()
    for page_to_type_on in ("gesprek/", "termijn/"):
        assert client.get(path + page_to_type_on).headers["Location"] == path

    page = client.post(f"{path}oppakken/", {"betrokken": "nee"}, follow=True).content.decode()
    assert "Was u betrokken" not in page
    assert f'action="{path}afronden/"' in page
    assert client.get(f"{path}gesprek/").status_code == 200
    of_a_desk.refresh_from_db()
    assert (of_a_desk.handler, of_a_desk.phase) == (colleague, Phase.HANDLED)
    # Who leads looks too, and leaves it where it is.
    lead = cast.other_lead
    logged_in(lead).post(f"{path}oppakken/", {"betrokken": "nee"})
    of_a_desk.refresh_from_db()
    assert of_a_desk.handler == colleague

    # It turns out that they did take part: then it is nobody's, and the others read who.
    page = client.post(f"{path}oppakken/", {"betrokken": "ja"}, follow=True).content.decode()
    assert "U was betrokken bij waar deze klacht over gaat." in page
    assert Case.objects.get(pk=of_a_desk.pk).handler is None
    assert f"geen behandelaar: {colleague.name}." in logged_in(lead).get(path).content.decode()
    done = [row.what for row in StaffAction.objects.filter(reference=of_a_desk.reference, user=colleague)]
    assert {"complaint-took-no-part", "complaint-took-part"} <= set(done)


def test_of_a_request_and_at_another_agency_nobody_says_anything(
    benefit: Case, of_a_desk: Case, colleague: User, cast: Cast
) -> None:
    for case, who in ((benefit, colleague), (of_a_desk, cast.officer)):
        with pytest.raises(PermissionError):
            say_part(case=case, actor=actor(who), took_part=False)


def test_the_work_list_says_of_which_complaint_it_must_be_said_first(
    of_a_desk: Case, colleague: User
) -> None:
    form = {"doen": "pak", "aanvraag": of_a_desk.reference}
    page = logged_in(colleague).post("/medewerker/werklijst/verdelen/", form, follow=True).content.decode()
    assert f"Zeg eerst bij klacht {of_a_desk.reference} of u erbij betrokken was" in page


@pytest.fixture
def talk(cast: Cast) -> ContactMoment:
    """Hanna of the helpdesk spoke with Noor."""
    return note_contact(
        staff=actor(cast.helpdesk),
        citizen=actor(cast.citizen).require_citizen(),
        way=ContactMoment.Way.PHONE,
        about="Mijn toeslag",
        promise="",
        promised_at=None,
        note="Wij legden uit hoe het werkt.",
    )


def test_a_complaint_about_a_talk_goes_to_the_portals_own_desk_and_knows_who_spoke(
    cast: Cast, talk: ContactMoment, settings: Any
) -> None:
    citizen = logged_in(cast.citizen)
    page = citizen.get("/klacht/").content.decode()
    assert f"?gesprek={talk.pk}" in page
    page = citizen.get(f"/klacht/?gesprek={talk.pk}").content.decode()
    assert "Over ons contact van" in page
    assert "Mijn toeslag" in page
    assert "Over welke organisatie" not in page
    form = {"conduct": "Ik kreeg geen antwoord.", "key": str(uuid4())}
    citizen.post(f"/klacht/?gesprek={talk.pk}", form)
    deliver_all()
    made = Case.objects.select_related("journey", "citizen").get(service="klacht")
    assert (made.agency, made.phase) == (PORTAL, Phase.ARRIVED)
    subject = payload_of(made)["answers"]["complaint"][0]["about"]
    assert subject.startswith("Contact met de helpdesk, ")
    assert "toeslag" not in subject  # who deals with it reads the day, and not what was said

    # While it runs there is one, and who spoke is known.
    assert citizen.get(f"/klacht/?gesprek={talk.pk}").headers["Location"] == f"/aanvragen/{made.reference}/"
    citizen.post(f"/klacht/?gesprek={talk.pk}", {**form, "key": str(uuid4())})
    assert Case.objects.filter(service="klacht").count() == 1
    assert list(involved_in(made)) == [cast.helpdesk]


def test_who_took_or_closed_a_talk_took_part_and_who_looked_did_not(cast: Cast) -> None:
    asked = ask_contact(
        citizen=actor(cast.citizen).require_citizen(), way=ContactMoment.Way.LETTER, about="Een brief"
    )
    other, looked = make_staff(Role.HELPDESK, name="Otto Bos"), make_staff(Role.HELPDESK, name="Ria Bos")
    opened(staff=actor(looked), moment_id=asked.pk)
    take_talk(staff=actor(cast.helpdesk), moment_id=asked.pk)
    close(staff=actor(other), moment_id=asked.pk, note="Verstuurd.")
    made = complain(
        actor=actor(cast.citizen),
        said=Said(conduct="Te laat."),
        external_id=str(uuid4()),
        level="substantieel",
        talk=asked,
    )
    assert set(involved_in(made)) == {cast.helpdesk, other}

    # Nobody forgets the talk while that runs.
    long_after = timezone.now() + timedelta(days=800)
    with time_machine.travel(long_after, tick=True):
        assert forget_old() == 0
        Case.objects.filter(pk=made.pk).update(phase=Phase.DECIDED)
        forget_old()
    assert not ContactMoment.objects.filter(pk=asked.pk).exists()


@pytest.mark.parametrize("named", ["geen-gesprek", str(UUID(int=7)), ""])
def test_another_ones_talk_is_as_absent_as_one_that_never_was(
    cast: Cast, talk: ContactMoment, named: str
) -> None:
    other = logged_in(cast.neighbour)
    address = f"/klacht/?gesprek={named or talk.pk}"
    assert other.get(address).status_code == 404
    assert other.post(address, {"conduct": "x", "key": str(uuid4())}).status_code == 404


def test_where_the_portal_takes_no_complaints_here_none_is_offered(
    cast: Cast, talk: ContactMoment, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, all_others = type(connectors()), connectors().destination
    monkeypatch.setattr(found, "destination", lambda _self, one: None if one == PORTAL else all_others(one))
    assert "?gesprek=" not in logged_in(cast.citizen).get("/klacht/").content.decode()
