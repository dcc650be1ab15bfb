"""A case that ends without an outcome, and one that is opened again: only as the law lets that be."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from portal import clock
from portal.cases.back.concluding import conclude
from portal.cases.back.status import apply_status
from portal.cases.deciding.calls import note_call
from portal.cases.deciding.ending import MayNotEnd, end
from portal.cases.deciding.reopening import NoWayBack, possible, reopen
from portal.cases.models import (
    Case,
    CitizenTask,
    Delivery,
    Ending,
    FormerOutcome,
    Message,
    Notice,
    Outcome,
    Phase,
    Proceeding,
    Reopening,
)
from portal.cases.proceedings import open_proceeding
from portal.cases.talk.asking import ask
from portal.cases.talk.withdrawing import withdraw
from portal.ledger.models import DataUse, StaffAction
from portal.people.actor import Actor
from tests.backoffice.pension import again, pension, post, read
from tests.cases.steps import deliver_all
from tests.cast import Cast, actor, logged_in, make_cast
from tests.registers import Register

WHY = "U stuurde het bewijs niet. Stuur u het toch, dan kijken wij weer."
AGAIN = "De rechter gaf u gelijk."


@pytest.fixture
def cast(db: None, register: Register) -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    return pension(cast)


@pytest.fixture
def officer(cast: Cast) -> Client:
    return logged_in(cast.other_officer)


@pytest.fixture
def svb(cast: Cast) -> Actor:
    return actor(cast.other_officer)


def _form(**said: str) -> dict[str, str]:
    return {"key": str(uuid.uuid4()), "text": WHY, **said}


def _asked(case: Case, svb: Actor, *, days_ago: int) -> CitizenTask:
    """A supplement, whose last day was so many days ago."""
    soon = clock.today() + timedelta(days=3)
    task = ask(case=case, actor=svb, what="Stuur bewijs", why="Het ontbreekt.", until=soon, external_id="q1")
    CitizenTask.objects.filter(pk=task.pk).update(due_on=clock.today() - timedelta(days=days_ago))
    return task


def _refused(case: Case, svb: Actor) -> Outcome:
    return conclude(case=case, kind=Outcome.Kind.REFUSED, motivation="U bent te jong.", actor=svb)


def _page(cast: Cast, case: Case) -> str:
    return read(logged_in(cast.citizen), f"/aanvragen/{case.reference}/")


# --- Ending -------------------------------------------------------------------------------------------


def test_what_was_not_completed_in_time_ends_as_a_decision_that_can_be_fought(
    cast: Cast, case: Case, officer: Client, svb: Actor
) -> None:
    _asked(case, svb, days_ago=1)
    post(officer, case, "stoppen", _form(ground="incomplete"))
    assert again(case).phase == Phase.STOPPED
    ending = Ending.objects.get()
    assert ending.remedy == "objection"
    assert ending.remedy_until is not None
    assert ending.remedy_until > clock.today() + timedelta(days=40)
    page = _page(cast, case)
    assert "Stopgezet: uw aanvraag was niet compleet" in page
    assert WHY in page
    assert "artikel 4:5 Algemene wet bestuursrecht" in page
    assert "U kunt bezwaar maken tot en met" in page
    assert Notice.objects.filter(case=case, kind=Notice.Kind.DECISION).count() == 1
    assert StaffAction.objects.get(what="case-ended").user == cast.other_officer


def test_to_that_ending_the_citizen_objects_in_one_click_and_it_reaches_the_agency(
    cast: Cast, case: Case, svb: Actor
) -> None:
    """That a request is not treated is a decision too (Awb 1:3, 4:5)."""
    _asked(case, svb, days_ago=1)
    end(case=case, actor=svb, ground="incomplete", text=WHY, external_id="e1")
    noor, path = logged_in(cast.citizen), f"/aanvragen/{case.reference}/bezwaar/"
    assert path in _page(cast, case)
    shown = noor.get(path)
    assert "Uw aanvraag wordt niet behandeld" in shown.content.decode()
    form = {"key": str(shown.context["form"].initial["key"]), "reasons": "Ik stuurde het wel."}
    for _twice in range(2):
        assert noor.post(path, form).status_code == 302
    made = Proceeding.objects.get()
    assert (made.kind, made.opened_on) == ("objection", clock.today())
    text = Message.objects.get().text
    assert "Uw aanvraag wordt niet behandeld (artikel 4:5 Algemene wet bestuursrecht)." in text
    assert WHY in text
    assert "beslist op uw bezwaar uiterlijk" in _page(cast, case)
    deliver_all()
    row = Delivery.objects.get(kind="objection")
    assert row.delivered_at is not None
    assert DataUse.objects.filter(outcome="objection").exists()
    assert "objection" in possible(again(case))


def test_to_what_ended_by_the_citizens_own_word_nobody_objects(cast: Cast, case: Case, svb: Actor) -> None:
    note_call(case=case, actor=svb, said="Niet meer nodig.", was_reached=True, call_id=uuid.uuid4())
    end(case=case, actor=svb, ground="said", text=WHY, external_id="e1")
    path = f"/aanvragen/{case.reference}/bezwaar/"
    assert path not in _page(cast, case)
    assert logged_in(cast.citizen).get(path).status_code == 404


@pytest.mark.parametrize(
    ("days_ago", "why"), [(-3, "time-left"), (0, "time-left"), (1, ""), (28, ""), (29, "over")]
)
def test_there_are_four_weeks_after_the_last_day(case: Case, svb: Actor, days_ago: int, why: str) -> None:
    _asked(case, svb, days_ago=days_ago)
    said: dict[str, Any] = {"ground": "incomplete", "text": WHY, "external_id": "e1"}
    if not why:
        assert end(case=case, actor=svb, **said).ground == "incomplete"
        return
    with pytest.raises(MayNotEnd) as refused:
        end(case=case, actor=svb, **said)
    assert refused.value.why == why
    assert again(case).phase == Phase.NEEDS_YOU


def test_nothing_ends_out_of_the_blue(case: Case, officer: Client, svb: Actor) -> None:
    assert "Dit kan nu niet." in read(officer, f"/medewerker/{case.reference}/stoppen/")
    for ground, why in (
        ("incomplete", "not-asked"),
        ("said", "not-said"),
        ("twice", "not-twice"),
        ("x", "ground"),
    ):
        with pytest.raises(MayNotEnd) as refused:
            end(case=case, actor=svb, ground=ground, text=WHY, external_id="e1")
        assert refused.value.why == why
    assert not Ending.objects.exists()


def test_what_the_citizen_said_aloud_is_enough_once_it_was_noted(
    cast: Cast, case: Case, officer: Client, svb: Actor
) -> None:
    note_call(case=case, actor=svb, said="U wilt het niet meer.", was_reached=True, call_id=uuid.uuid4())
    post(officer, case, "stoppen", _form(ground="said"))
    assert Ending.objects.get().remedy == "none"
    assert "u zei dat het niet meer nodig is" in _page(cast, case)


def test_it_ends_once_and_only_for_who_has_it(cast: Cast, case: Case, officer: Client, svb: Actor) -> None:
    _asked(case, svb, days_ago=1)
    form = _form(ground="incomplete")
    assert logged_in(cast.officer).post(f"/medewerker/{case.reference}/stoppen/", form).status_code == 404
    with pytest.raises(PermissionError):
        end(case=case, actor=actor(cast.officer), ground="incomplete", text=WHY, external_id="e1")
    end(case=case, actor=svb, ground="incomplete", text=WHY, external_id="e1")
    end(case=case, actor=svb, ground="incomplete", text=WHY, external_id="e1")
    assert Ending.objects.count() == 1


# --- Opening again ------------------------------------------------------------------------------------


def test_a_judgment_opens_a_refusal_again_and_the_next_outcome_is_told_as_the_first(
    cast: Cast, case: Case, officer: Client, svb: Actor
) -> None:
    _refused(case, svb)
    with pytest.raises(NoWayBack):
        reopen(case=case, actor=svb, ground="appeal", text=AGAIN, external_id="r1")
    open_proceeding(case=case, kind=Proceeding.Kind.APPEAL, opened_on=clock.today(), actor=svb)
    until = clock.today() + timedelta(days=20)
    post(officer, case, "heropenen", _form(ground="appeal", text=AGAIN, until=str(until)))
    found = again(case)
    assert (found.phase, found.due_on) == (Phase.HANDLED, until)
    assert not Outcome.objects.exists()
    assert FormerOutcome.objects.get().motivation == "U bent te jong."
    page = _page(cast, case)
    assert AGAIN in page
    assert "artikel 8:72 Awb" in page
    assert "De SVB kijkt er opnieuw naar" in page
    assert "U krijgt geen" not in page
    assert Notice.objects.filter(case=case, about__startswith="reopened-case:").count() == 1
    conclude(case=found, kind=Outcome.Kind.GRANTED, motivation="U krijgt het toch.", actor=svb)
    assert again(case).phase == Phase.DECIDED
    assert "U krijgt het toch." in _page(cast, case)
    assert Notice.objects.filter(case=case, kind=Notice.Kind.DECISION).count() == 2


def test_new_facts_begin_the_term_anew(case: Case, svb: Actor) -> None:
    _refused(case, svb)
    Case.objects.filter(pk=case.pk).update(
        received_on=clock.today() - timedelta(days=300), due_on=clock.today() - timedelta(days=100)
    )
    reopen(case=case, actor=svb, ground="new-facts", text=AGAIN, external_id="r1")
    found = again(case)
    assert found.due_on is not None
    assert found.due_on > clock.today() + timedelta(days=30)
    assert found.received_on == clock.today() - timedelta(days=300), "the day of the application stays"


def test_a_request_that_was_completed_after_all_has_the_term_that_it_had(case: Case, svb: Actor) -> None:
    _asked(case, svb, days_ago=1)
    due = again(case).due_on
    end(case=case, actor=svb, ground="incomplete", text=WHY, external_id="e1")
    reopen(case=case, actor=svb, ground="completed", text=AGAIN, external_id="r1")
    found = again(case)
    assert (found.phase, found.due_on) == (Phase.HANDLED, due)


def test_nobody_but_the_citizen_brings_back_what_the_citizen_withdrew(
    cast: Cast, case: Case, officer: Client, svb: Actor
) -> None:
    withdraw(case=case, actor=actor(cast.citizen))
    deliver_all()
    assert possible(again(case)) == []
    with pytest.raises(NoWayBack):
        reopen(case=case, actor=svb, ground="law", article="artikel 1", text=AGAIN, external_id="r1")
    assert "Dit kan niet weer open." in read(officer, f"/medewerker/{case.reference}/heropenen/")


def test_an_open_case_is_not_opened_and_a_grant_only_by_an_article(
    case: Case, officer: Client, svb: Actor
) -> None:
    assert possible(again(case)) == []
    conclude(case=case, kind=Outcome.Kind.GRANTED, motivation="Ja.", actor=svb)
    assert possible(again(case)) == ["law"]
    assert "Noem het artikel" in post(officer, case, "heropenen", _form(ground="law"), 422)
    post(officer, case, "heropenen", _form(ground="law", article="artikel 24 AOW"))
    assert Reopening.objects.get().article == "artikel 24 AOW"


def test_what_was_said_before_moves_nothing_after_it(case: Case, svb: Actor) -> None:
    _refused(case, svb)
    reopen(case=case, actor=svb, ground="new-facts", text=AGAIN, external_id="r1")
    reopen(case=again(case), actor=svb, ground="new-facts", text=AGAIN, external_id="r1")
    assert Reopening.objects.count() == 1
    apply_status(
        case=again(case),
        phase=Phase.NEEDS_YOU,
        text="",
        set_at=timezone.now() - timedelta(days=2),
        external_id="api:late-news",
        heard_from=case.agency,
    )
    assert again(case).phase == Phase.HANDLED


def test_no_other_word_opens_what_has_ended(case: Case, svb: Actor) -> None:
    _refused(case, svb)
    for external_id in ("reopened-x", "api:reopened-case:1", "taken-up"):
        apply_status(
            case=again(case),
            phase=Phase.HANDLED,
            text="",
            set_at=timezone.now(),
            external_id=external_id,
            heard_from=case.agency,
        )
    assert again(case).phase == Phase.DECIDED


def test_the_database_lets_no_outcome_go_that_is_not_kept(case: Case, svb: Actor) -> None:
    _refused(case, svb)
    with pytest.raises(DatabaseError), transaction.atomic():
        Outcome.objects.all().delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        Outcome.objects.update(motivation="Iets anders.")
    assert Outcome.objects.get().motivation == "U bent te jong."
