"""Who only calls, or comes to the desk of the agency, answers its questions as well as who types."""

from __future__ import annotations

import uuid
from datetime import timedelta
from html import unescape

import pytest
from django.core.cache import cache
from django.test import Client

from lifeevents.model import Question, Text
from portal import clock
from portal.access.filing.verbs import end_filing
from portal.cases.deciding.calls import note_answer
from portal.cases.models import Case, CitizenTask, ContactMoment, Delivery, Phase
from portal.cases.notices import letters
from portal.cases.talk.answer_said import Said
from portal.cases.talk.asking import Answer, answer, answer_of, ask, save_draft
from portal.cases.talk.withdrawing import withdraw
from portal.ledger.models import StaffAction
from tests.backoffice.pension import again, pension, read
from tests.cases.steps import deliver_all
from tests.cast import Cast, actor, logged_in, make_cast
from tests.factories import make_officer
from tests.helpdesk.filing import Channel, Identity, amal, filed, knows_self, writes_down
from tests.registers import Register

CAR = Question(id="q1", kind="long_text", label=Text(nl="Hebt u een auto?", en="Do you own a car?"))


@pytest.fixture
def cast(db: None, register: Register) -> Cast:
    cache.clear()
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    return pension(cast)


@pytest.fixture
def officer(cast: Cast) -> Client:
    return logged_in(cast.other_officer)


def _asked(cast: Cast, case: Case, **more: object) -> CitizenTask:
    said = {"what": "Waar woonde u?", "why": "Wij zien dat niet.", "external_id": "q"} | more
    return ask(case=case, actor=actor(cast.other_officer), **said)  # type: ignore[arg-type]


def _path(task: CitizenTask) -> str:
    return f"/medewerker/{task.case.reference}/gesprek/vraag/{task.pk}/"


def _form(**more: str) -> dict[str, str]:
    return {"key": str(uuid.uuid4()), "way": "phone", "text": "In Gent."} | more


def _text(client: Client, path: str) -> str:
    return " ".join(unescape(read(client, path)).split())


def test_what_the_citizen_says_on_the_telephone_answers_the_question(
    cast: Cast, case: Case, officer: Client
) -> None:
    task = _asked(cast, case)
    assert again(case).phase == Phase.NEEDS_YOU
    for page in (f"/medewerker/{case.reference}/gesprek/", f"/medewerker/{case.reference}/bellen/"):
        assert _path(task) in read(officer, page)
    assert "Waar woonde u?" in read(officer, _path(task))
    assert officer.post(_path(task), _form())["Location"] == f"/medewerker/{case.reference}/gesprek/"
    task.refresh_from_db()
    assert (task.answer, task.came_by, task.came_on) == ("spoken", "phone", clock.today())
    assert answer_of(task) == Answer("In Gent.")
    assert again(case).phase == Phase.HANDLED
    assert "In Gent." in _text(officer, f"/medewerker/{case.reference}/gesprek/")
    # It was said to the agency itself: nothing more goes to it.
    assert not Delivery.objects.filter(kind="answer").exists()
    assert StaffAction.objects.filter(what="call-noted", user=cast.other_officer).count() == 1


def test_the_citizen_reads_what_was_written_down_and_that_it_is_their_answer(
    cast: Cast, case: Case, officer: Client
) -> None:
    task = _asked(cast, case)
    officer.post(_path(task), _form(way="desk"))
    noor = logged_in(cast.citizen)
    own = f"/aanvragen/{case.reference}/"
    thread = _text(noor, f"{own}berichten/")
    assert "Gesprek aan de balie" in thread
    assert "Aan de balie gezegd op" in thread
    answered = _text(noor, f"{own}taken/{task.pk}/")
    assert "Uw antwoord" in answered
    assert "In Gent." in answered
    assert "Waar woonde u?" not in _text(noor, "/"), "nothing waits for her any more"
    assert "Gesprek aan de balie over" in _text(noor, "/praat-met-een-medewerker/")


def test_the_term_runs_again_from_the_day_on_which_it_was_said(
    cast: Cast, case: Case, officer: Client
) -> None:
    task = _asked(cast, case, until=clock.today() + timedelta(days=14))
    assert case.term_events.filter(kind="suspended", ended_by=None).exists()
    officer.post(_path(task), _form())
    assert not case.term_events.filter(kind="suspended", ended_by=None).exists()
    assert case.term_events.get(kind="resumed").since == clock.today()


def test_each_question_of_a_list_is_answered(cast: Cast, case: Case, officer: Client) -> None:
    task = _asked(cast, case, questions=[CAR])
    page = officer.post(_path(task), _form(text=""))
    assert page.status_code == 422
    assert "Hebt u een auto?" in unescape(page.content.decode())
    assert again(case).phase == Phase.NEEDS_YOU
    officer.post(_path(task), _form(text="", q1="Ja, een oude."))
    task.refresh_from_db()
    assert answer_of(task).answers == {"q1": "Ja, een oude."}
    assert ContactMoment.objects.get().note == "Hebt u een auto?\nJa, een oude."


def test_who_asked_for_a_document_may_hear_enough(cast: Cast, case: Case, officer: Client) -> None:
    task = _asked(cast, case, wants_document=True)
    assert "U vroeg ook een document." in read(officer, _path(task))
    officer.post(_path(task), _form(text="Dat is verbrand."))
    task.refresh_from_db()
    assert task.answered_at is not None


def test_the_officer_does_not_see_what_the_citizen_typed_and_did_not_send(
    cast: Cast, case: Case, officer: Client
) -> None:
    task = _asked(cast, case)
    save_draft(task=task, actor=actor(cast.citizen), answer=Answer("Dit durf ik niet te zeggen."))
    assert "durf ik niet" not in read(officer, _path(task))


def test_twice_is_once_and_the_answer_that_came_first_counts(cast: Cast, case: Case, officer: Client) -> None:
    task, form = _asked(cast, case), _form()
    for _ in range(2):
        officer.post(_path(task), form)
    assert ContactMoment.objects.count() == 1
    other = _asked(cast, again(case), external_id="q2")
    answer(task=other, actor=actor(cast.citizen), answer=Answer("Zelf getypt."))
    page = officer.post(_path(other), _form(text="Iets anders."), follow=True)
    assert "Dit kan nu niet meer." in page.content.decode()
    other.refresh_from_db()
    assert answer_of(other) == Answer("Zelf getypt.")


def test_nothing_is_written_down_about_what_ended_or_is_somebody_elses(
    cast: Cast, case: Case, officer: Client
) -> None:
    task = _asked(cast, case)
    assert logged_in(cast.officer).post(_path(task), _form()).status_code == 404
    with pytest.raises(PermissionError):
        note_answer(
            case=case,
            actor=actor(cast.officer),
            task_id=task.pk,
            said=Said(Answer("x")),
            call_id=uuid.uuid4(),
        )
    with pytest.raises(PermissionError):
        note_answer(
            case=case,
            actor=actor(cast.citizen),
            task_id=task.pk,
            said=Said(Answer("x")),
            call_id=uuid.uuid4(),
        )
    withdraw(case=again(case), actor=actor(cast.citizen))
    page = officer.post(_path(task), _form(), follow=True)
    assert "Dit kan nu niet meer." in page.content.decode()
    assert not ContactMoment.objects.exists()


def test_somebody_without_an_account_reads_it_by_letter(db: None, register: Register) -> None:
    cache.clear()
    hanna = knows_self(make_officer("gemeente-waterstad", name="Hanna Vos"))
    desk = writes_down(hanna, amal(), channel=Channel.DESK, identity=Identity.PAPERS)
    case = filed(desk)
    end_filing(staff=desk)
    deliver_all()
    case = again(case)
    task = ask(
        case=case,
        actor=actor(hanna),
        what="Waar woonde u?",
        why="Wij zien dat niet.",
        external_id="q",
    )
    letters.hand_over()
    logged_in(hanna).post(_path(task), _form(text="In Aleppo."))
    batch = letters.hand_over()
    assert batch is not None
    parts = [part for one in letters.letters_of(batch) for part in one.parts]
    words = " ".join(sentence for part in parts for sentence in part.sentences)
    assert "Dit bespraken wij met u aan de telefoon: In Aleppo." in words


def test_the_question_of_another_request_is_not_answered_at_this_address(
    cast: Cast, case: Case, officer: Client
) -> None:
    other = pension(cast)
    task = _asked(cast, other)
    assert other.pk != case.pk
    path = f"/medewerker/{case.reference}/gesprek/vraag/{task.pk}/"
    assert officer.get(path).status_code == 404
    assert officer.post(path, _form()).status_code == 404
    with pytest.raises(CitizenTask.DoesNotExist):
        note_answer(
            case=case,
            actor=actor(cast.other_officer),
            task_id=task.pk,
            said=Said(Answer("x")),
            call_id=uuid.uuid4(),
        )
    task.refresh_from_db()
    assert task.answered_at is None
