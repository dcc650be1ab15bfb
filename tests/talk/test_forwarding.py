"""What came to the wrong agency is sent on, at once, and the citizen reads so (Awb 2:3)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from lifeevents.terms.suspension import CITIZEN
from portal import clock
from portal.cases.back.concluding import conclude
from portal.cases.back.status import apply_status, take_up
from portal.cases.desk.proposals import propose
from portal.cases.forwarding.verbs import (
    NotNow,
    NotThither,
    OnItsWay,
    OtherForwarding,
    agencies_for,
    agencies_for_case,
    forward_case,
    forward_message,
)
from portal.cases.forwarding.writing import writing_service
from portal.cases.inbox.models import InboxItem
from portal.cases.journey.payloads import payload_of
from portal.cases.models import Case, Delivery, Document, Forwarding, Message, Notice, Outcome, Phase, Side
from portal.cases.out.delivery import deliver
from portal.cases.out.leases import LEASE
from portal.cases.reading.at_agency import staff_case
from portal.cases.reading.inbox import worklist_for
from portal.cases.reading.receipt import receipt_of
from portal.cases.reading.wording import standing_of
from portal.cases.talk.asking import Answer, answer, ask
from portal.cases.talk.export import said_about
from portal.cases.talk.showing import talk_of
from portal.cases.talk.standing import Closed
from portal.cases.talk.texts import WrongText, erase
from portal.cases.talk.thread import thread_of
from portal.cases.talk.writing import add_document, write
from portal.cases.terms.verbs import suspend
from portal.citizen.pages import timeline
from portal.citizen.use_lines import use_lines
from portal.ledger.log.uses import uses_of
from portal.ledger.models import StaffAction
from portal.people.actor import Actor
from tests.cases.steps import deliver_all, submitted
from tests.factories import make_officer, redefine
from tests.talk.conftest import System, fresh
from tests.talk.files import pdf

NEXT = "gemeente-heidedorp"
PDF = pdf()
WHY = "U woont in Heidedorp."
TERM = {"article": {"name": "artikel 4:13 Awb", "verified": True}, "weeks": 8}


@pytest.fixture
def next_officer() -> Actor:
    """Somebody of the municipality that it is for."""
    return Actor.of_user(make_officer(NEXT))


def sent_on(case: Case, officer: Actor, **more: Any) -> Forwarding:
    said = {"to": NEXT, "reason": WHY, "external_id": "form:1", **more}
    return forward_case(case=case, actor=officer, **said)


def message_sent_on(message: Message, officer: Actor, **more: Any) -> Forwarding:
    said = {"to": "svb", "reason": "De SVB gaat hierover.", "external_id": "form:1", **more}
    return forward_message(case=message.case, message_id=message.pk, actor=officer, **said)


def wrote(case: Case, noor: Actor, *files: bytes) -> Message:
    message = write(case=case, actor=noor, text="Krijg ik kinderbijslag?", external_id="1", files=files)
    deliver_all()
    return message


def test_the_case_is_the_next_agencys_and_the_first_one_has_it_no_more(
    case: Case, officer: Actor, next_officer: Actor
) -> None:
    sent_on(case, officer)
    deliver_all()
    assert not worklist_for(actor=officer).exists()
    found, payload = staff_case(actor=next_officer, reference=case.reference)
    assert found.phase == Phase.ARRIVED
    assert found.forwarded_from == "gemeente-waterstad"
    assert payload == payload_of(case)


def test_the_citizen_reads_who_has_it_why_and_by_which_article(
    case: Case, noor: Actor, officer: Actor
) -> None:
    sent_on(case, officer)
    said = talk_of(fresh(case)).thread[-1]
    assert said.who == "Gemeente Waterstad"
    assert "Heidedorp" in said.text
    assert WHY in said.text
    assert "artikel 2:3 Algemene wet bestuursrecht" in said.text
    step = timeline(fresh(case))[0]
    assert "Heidedorp" in step.what
    assert WHY in step.why
    assert Notice.objects.filter(case=case, kind="message", about__startswith="forwarded:").count() == 1
    item = InboxItem.objects.get(kind="case", source=case.pk)
    assert (item.agency, item.read_at) == (NEXT, None)


def test_the_log_says_that_it_was_sent_on_and_by_which_law(case: Case, noor: Actor, officer: Actor) -> None:
    sent_on(case, officer)
    deliver_all()
    line = next(use for use in uses_of(case.citizen) if use.outcome == "forwarded")
    assert line.recipient == NEXT
    assert line.ground.endswith("artikel 2:3 Algemene wet bestuursrecht")
    assert "stuurden door" in use_lines([line])[0].sentence
    assert StaffAction.objects.filter(what="case-forwarded", reference=case.reference).count() == 1


def test_pressed_twice_it_goes_once(case: Case, officer: Actor, system: System) -> None:
    first, second = sent_on(case, officer), sent_on(case, officer)
    deliver_all()
    assert first.pk == second.pk
    assert len(system.filed) == 1
    with pytest.raises(OtherForwarding):
        sent_on(case, officer, to="gemeente-duinzicht")


def test_the_next_system_reads_where_it_came_from(case: Case, officer: Actor, system: System) -> None:
    sent_on(case, officer)
    deliver_all()
    (envelope,) = system.filed
    assert envelope.agency == NEXT
    assert envelope.forwarded is not None
    assert (envelope.forwarded.agency, envelope.forwarded.reason) == ("gemeente-waterstad", WHY)
    assert envelope.forwarded.received_on == clock.today()


def test_all_that_the_citizen_said_goes_along_with_the_question(
    case: Case, noor: Actor, officer: Actor, system: System
) -> None:
    task = ask(case=case, actor=officer, what="Uw trouwboekje", why="Dat mist.", external_id="api:q-1")
    answer(task=task, actor=noor, answer=Answer("Dat heb ik niet."))
    deliver_all()
    message = write(case=case, actor=noor, text="Nog iets.", external_id="1")
    deliver_all()
    Case.objects.filter(pk=case.pk).update(their_reference="A-1")
    before = len(system.posts)
    sent_on(case, officer)
    deliver_all()
    deliver_all()
    posts = {post.kind: post for post in system.posts[before:]}
    assert posts["message"].text == message.text
    assert posts["message"].agency == NEXT
    assert "Uw trouwboekje" in posts["answer"].text
    assert "Dat heb ik niet." in posts["answer"].text
    assert posts["answer"].about == ""


def test_the_next_agency_reads_nothing_of_what_the_first_one_wrote(
    case: Case, noor: Actor, officer: Actor, next_officer: Actor
) -> None:
    write(case=case, actor=officer, text="Wij kijken ernaar.", external_id="a")
    add_document(case=case, actor=officer, content=PDF, title="Intern", external_id="d")
    write(case=case, actor=noor, text="Dank u.", external_id="b")
    sent_on(case, officer)
    deliver_all()
    shown = thread_of(fresh(case), reader=Side.AGENCY).talk
    assert not any("Wij kijken" in said.text for said in shown.thread)
    assert any(said.text == "Dank u." for said in shown.thread)
    assert shown.documents == []
    theirs = next(one for one in talk_of(fresh(case)).thread if "Wij kijken" in one.text)
    assert theirs.who == "Gemeente Waterstad"


def test_what_the_first_agency_said_decides_nothing_any_more(
    case: Case, officer: Actor, next_officer: Actor
) -> None:
    take_up(case=case, actor=officer)
    ask(case=case, actor=officer, what="Iets", why="Daarom.", external_id="api:q-2")
    sent_on(case, officer)
    assert fresh(case).phase == Phase.SENT
    assert case.tasks.get().dropped_at is not None
    assert receipt_of(fresh(case)) is None
    deliver_all()
    assert fresh(case).phase == Phase.ARRIVED
    receipt = receipt_of(fresh(case))
    assert receipt is not None
    assert receipt.agency == "Gemeente Heidedorp"
    apply_status(
        case=case,
        phase=Phase.HANDLED,
        text="",
        set_at=timezone.now() + timedelta(seconds=1),
        external_id="late",
        heard_from="gemeente-heidedorp",
    )
    assert fresh(case).phase == Phase.HANDLED


def test_it_can_come_back(case: Case, officer: Actor, next_officer: Actor) -> None:
    sent_on(case, officer)
    deliver_all()
    sent_on(case, next_officer, to="gemeente-waterstad", external_id="form:2")
    deliver_all()
    found = fresh(case)
    assert (found.agency, found.forwarded_from, found.phase) == ("gemeente-waterstad", NEXT, Phase.ARRIVED)
    assert len([step for step in timeline(found) if "Doorgestuurd" in step.what]) == 2
    assert Delivery.objects.get(case=case, kind="file").destination == "gemeente-waterstad"


def with_intake(case: Case, intake: str) -> Case:
    """The case as if its service said so; the agency had it nine days ago."""
    definitions = [{**one, "intake": intake, "decision_term": TERM} for one in case.journey.definitions]
    redefine(case.journey, definitions)
    day = clock.today() - timedelta(days=9)
    Case.objects.filter(pk=case.pk).update(received_on=day, due_on=day + timedelta(weeks=8))
    return fresh(case)


def test_where_the_portal_is_the_intake_the_term_runs_on(case: Case, officer: Actor) -> None:
    before = with_intake(case, "portal")
    made = sent_on(before, officer)
    assert made.received_on == before.received_on
    deliver_all()
    found = fresh(case)
    assert (found.received_on, found.due_on) == (before.received_on, before.due_on)


def test_elsewhere_the_term_begins_where_it_belongs_and_the_first_day_goes_along(
    case: Case, officer: Actor
) -> None:
    before = with_intake(case, "agency")
    suspend(case=before, article=CITIZEN, actor=officer, external_id="still")
    assert fresh(case).due_on is None
    made = sent_on(before, officer)
    assert made.received_on == before.received_on
    assert (fresh(case).received_on, fresh(case).due_on) == (None, None)
    deliver_all()
    found = fresh(case)
    assert found.received_on == clock.today()
    assert found.due_on is not None
    assert found.due_on >= clock.today() + timedelta(weeks=8)
    assert found.due_on <= clock.today() + timedelta(weeks=8, days=4)


def test_what_is_about_to_end_stays(case: Case, officer: Actor, settings: Any) -> None:
    settings.UNDO_SECONDS = 60
    propose(case=case, actor=officer, kind=Outcome.Kind.GRANTED, motivation="De akte is er.")
    with pytest.raises(NotNow, match="proposal"):
        sent_on(case, officer)


def test_what_has_ended_stays(case: Case, officer: Actor) -> None:
    conclude(case=case, kind=Outcome.Kind.GRANTED, motivation="De akte is er.", actor=officer)
    with pytest.raises(Closed):
        sent_on(case, officer)


def test_what_is_on_its_way_is_not_taken_from_the_worker(case: Case, noor: Actor, officer: Actor) -> None:
    write(case=case, actor=noor, text="Een bericht.", external_id="1")
    Delivery.objects.filter(case=case, kind="message").update(lease_until=timezone.now() + LEASE)
    with pytest.raises(OnItsWay):
        sent_on(case, officer)
    assert fresh(case).agency == "gemeente-waterstad"


def test_a_message_that_was_not_sent_yet_goes_to_the_next_agency_only(
    case: Case, noor: Actor, officer: Actor, system: System
) -> None:
    write(case=case, actor=noor, text="Een bericht.", external_id="1")
    Case.objects.filter(pk=case.pk).update(their_reference="A-1")
    sent_on(case, officer)
    for row in Delivery.objects.filter(case=case).order_by("created_at"):
        deliver(delivery_id=row.pk)
    deliver_all()
    assert [post.agency for post in system.posts] == [NEXT]


def test_only_an_agency_that_does_the_same_gets_the_case_itself(
    case: Case, officer: Actor, next_officer: Actor
) -> None:
    assert NEXT in {one.id for one in agencies_for_case(case)}
    assert all(one.kind == "gemeente" for one in agencies_for_case(case))
    for to in ("gemeente-waterstad", "bestaat-niet", "levensloket"):
        with pytest.raises(NotThither):
            sent_on(case, officer, to=to)
    with pytest.raises(PermissionError):
        sent_on(case, next_officer)
    with pytest.raises(WrongText):
        sent_on(case, officer, reason=" ")


# --- To an agency that does something else --------------------------------------------------------


def test_any_other_agency_gets_what_the_citizen_wrote_and_nothing_of_a_register(
    case: Case, noor: Actor, officer: Actor
) -> None:
    write(case=case, actor=officer, text="Van ons.", external_id="a")
    wrote(case, noor, PDF)
    task = ask(case=case, actor=officer, what="Uw trouwboekje", why="Dat mist.", external_id="api:q-1")
    answer(task=task, actor=noor, answer=Answer("Dat heb ik niet."))
    made = sent_on(case, officer, to="svb")
    deliver_all()
    assert made.to_case is not None
    svb = Actor.of_user(make_officer("svb"))
    found, payload = staff_case(actor=svb, reference=made.to_case.reference)
    assert payload is not None
    assert (found.phase, found.forwarded_from, payload["facts"]) == (Phase.ARRIVED, "gemeente-waterstad", {})
    (item,) = payload["answers"]["message"]
    assert "Geboorteaangifte" in item["text"]
    for words in ("Krijg ik kinderbijslag?", "Uw trouwboekje\nDat heb ik niet.", "Mia"):
        assert words in item["text"]
    assert "Van ons." not in item["text"]
    assert len(item["documents"]) == 1


def test_the_case_ends_where_it_was_and_the_citizen_reads_where_to_look(case: Case, officer: Actor) -> None:
    made = sent_on(case, officer, to="svb")
    deliver_all()
    found = fresh(case)
    assert (found.agency, found.phase) == ("gemeente-waterstad", Phase.STOPPED)
    assert made.to_case is not None
    standing = standing_of(found)
    assert standing.label == "Stopgezet: doorgestuurd naar de SVB"
    assert "De SVB gaat hierover" in standing.sentence
    assert timeline(found)[0].what == "Doorgestuurd naar de SVB"
    said = talk_of(found).thread[-1]
    assert (said.became, "stuurde wat u schreef door naar de SVB" in said.text) == (
        made.to_case.reference,
        True,
    )
    assert sent_on(case, officer, to="svb").pk == made.pk
    assert Case.objects.filter(service="doorgezonden-bericht").count() == 1


def test_what_waited_for_it_stops_too(noor: Actor) -> None:
    cases = submitted(noor)
    deliver_all()
    sent_on(fresh(cases["geboorteaangifte"]), Actor.of_user(make_officer("gemeente-waterstad")), to="duo")
    follower = fresh(cases["kinderbijslag"])
    assert follower.phase == Phase.STOPPED
    assert standing_of(follower).label == "Stopgezet: de geboorteaangifte is doorgestuurd"


def test_more_files_than_a_request_takes_follow_it(
    case: Case, noor: Actor, officer: Actor, system: System
) -> None:
    Case.objects.filter(pk=case.pk).update(their_reference="A-1")
    for number in range(4):
        write(case=case, actor=noor, text="Hier.", external_id=f"m{number}", files=[PDF, PDF])
    deliver_all()
    before = len(system.posts)
    sent_on(case, officer, to="svb")
    deliver_all()
    deliver_all()
    assert len(system.filed[-1].documents) == 5
    assert [len(post.documents) for post in system.posts[before:]] == [3]


def test_the_citizen_cannot_send_it_on(case: Case, noor: Actor) -> None:
    with pytest.raises(PermissionError):
        sent_on(case, noor)


def test_it_is_in_all_that_we_hold_and_goes_with_the_term(case: Case, officer: Actor) -> None:
    sent_on(case, officer)
    (line,) = [one for one in said_about(fresh(case)) if one["kind"] == "forwarding"]
    assert (line["title"], line["text"]) == ("Gemeente Heidedorp", WHY)
    erase([case])
    assert Forwarding.objects.get(case=case).reason == ""
    assert not [one for one in said_about(fresh(case)) if one["kind"] == "forwarding"]


# --- One message ----------------------------------------------------------------------------------


def test_a_message_becomes_a_case_of_the_agency_that_it_is_for(
    case: Case, noor: Actor, officer: Actor
) -> None:
    made = message_sent_on(wrote(case, noor, PDF), officer)
    deliver_all()
    there = made.to_case
    assert there is not None
    svb = Actor.of_user(make_officer("svb"))
    found, payload = staff_case(actor=svb, reference=there.reference)
    assert found.phase == Phase.ARRIVED
    assert payload is not None
    (item,) = payload["answers"]["message"]
    assert item["text"] == "Krijg ik kinderbijslag?"
    assert item["sent_by"] == "Gemeente Waterstad"
    assert item["first_received"] == clock.today().isoformat()
    assert len(item["documents"]) == 1
    assert Document.objects.get(case=there).state == Document.State.READY
    assert fresh(case).agency == "gemeente-waterstad"


def test_nothing_of_the_case_goes_along_with_a_message(case: Case, noor: Actor, officer: Actor) -> None:
    made = message_sent_on(wrote(case, noor), officer)
    assert made.to_case is not None
    payload = payload_of(made.to_case)
    assert (payload["facts"], payload["not_fetched"]) == ({}, [])
    assert made.to_case.definition.activity.fields == ()
    assert writing_service().activity.ground.name.startswith("artikel 2:3")


def test_the_citizen_reads_in_both_places_where_the_message_went(
    case: Case, noor: Actor, officer: Actor
) -> None:
    made = message_sent_on(wrote(case, noor), officer)
    said = talk_of(fresh(case)).thread[-1]
    assert made.to_case is not None
    assert said.became == made.to_case.reference
    assert "de SVB" in said.text
    assert "2:3" in said.text
    assert Notice.objects.filter(case=case, about__startswith="forwarded:").exists()
    assert InboxItem.objects.get(kind="case", source=made.to_case.pk).read_at is None


def test_a_message_is_sent_on_once(case: Case, noor: Actor, officer: Actor) -> None:
    message = wrote(case, noor)
    first, second = message_sent_on(message, officer), message_sent_on(message, officer)
    assert first.pk == second.pk
    with pytest.raises(OtherForwarding):
        message_sent_on(message, officer, external_id="form:2")
    assert Case.objects.filter(service="doorgezonden-bericht").count() == 1


def test_a_message_may_go_to_any_agency_that_is_connected(case: Case, noor: Actor, officer: Actor) -> None:
    assert {"svb", NEXT} <= {one.id for one in agencies_for(case)}
    with pytest.raises(NotThither):
        message_sent_on(wrote(case, noor), officer, to="gemeente-waterstad")


def test_an_attachment_that_was_not_looked_into_holds_the_message_back(
    case: Case, noor: Actor, officer: Actor, clamd: str
) -> None:
    message = write(case=case, actor=noor, text="Met een bijlage.", external_id="1", files=[PDF])
    with pytest.raises(NotNow, match="checking"):
        message_sent_on(message, officer)


def test_what_the_agency_itself_wrote_is_not_sent_on(case: Case, officer: Actor) -> None:
    own = write(case=case, actor=officer, text="Van ons.", external_id="a")
    with pytest.raises(Message.DoesNotExist):
        message_sent_on(own, officer)
