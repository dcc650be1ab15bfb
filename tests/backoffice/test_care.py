"""Before a refusal: the citizen is heard first, called where the service asks that, or reads why not."""

from __future__ import annotations

import re
import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from lifeevents.model import dump
from portal import clock
from portal.cases.deciding.calls import note_call
from portal.cases.deciding.care import NotCalled, NotHeard, StillTime
from portal.cases.deciding.hearing import article_for, hear
from portal.cases.desk.proposals import propose
from portal.cases.desk.verbs import hand_over, take
from portal.cases.disputes.verbs import dispute, held_value
from portal.cases.models import Case, CitizenTask, ContactMoment, Notice, Outcome, Phase, Proposal
from portal.cases.talk.asking import TooEarly
from portal.catalogue import catalogue
from portal.ledger.models import StaffAction
from portal.people.models import Citizen, Role, User
from tests.backoffice.pension import again, pension, post, read
from tests.cast import Cast, actor, citizen_of, logged_in, make_cast
from tests.factories import redefine
from tests.registers import Register

NO = {"kind": "refused", "motivation": "U krijgt nu geen AOW."}
WHY = "Volgens de BRP woonde u tien jaar in het buitenland. U schreef nul jaar."


@pytest.fixture
def cast(db: None, register: Register) -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    return pension(cast)


@pytest.fixture
def officer(cast: Cast) -> Client:
    return logged_in(cast.other_officer)


def _hears(client: Client, case: Case, days: int = 14, status: int = 200) -> str:
    until = clock.today() + timedelta(days=days)
    return post(client, case, "horen", {"key": str(uuid.uuid4()), "why": WHY, "until": str(until)}, status)


def _calls(client: Client, case: Case, said: str, **more: str) -> str:
    form = {"key": str(uuid.uuid4()), "reached": "ja", "said": said} | more
    return post(client, case, "bellen", form)


def _asks_to_call(case: Case) -> Case:
    services = [replace(one, call_before_refusal=True) for one in case.journey.services]
    redefine(case.journey, dump(tuple(services)))
    return again(case)


# --- Hearing ------------------------------------------------------------------------------------------


def test_a_refusal_waits_until_the_citizen_was_heard(cast: Cast, case: Case, officer: Client) -> None:
    assert "Hoor de inwoner eerst" in post(officer, case, "afronden", NO, 422)
    assert not Outcome.objects.exists()
    _hears(officer, case)
    noor = logged_in(cast.citizen)
    assert "Geef uw reactie voordat de organisatie beslist" in read(noor, "/")
    task = CitizenTask.objects.get(case=case)
    page = read(noor, f"/aanvragen/{case.reference}/taken/{task.pk}/")
    assert WHY in page
    assert "Reageren hoeft niet." in page
    assert "nog tijd om te reageren" in post(officer, case, "afronden", NO, 422)
    answer = noor.post(
        f"/aanvragen/{case.reference}/taken/{task.pk}/", {"text": "Ik woonde hier wel.", "do": "send"}
    )
    assert answer.status_code == 302
    assert "Ik woonde hier wel." in read(officer, f"/medewerker/{case.reference}/gesprek/")
    post(officer, case, "afronden", NO)
    outcome = Outcome.objects.get()
    assert (outcome.kind, outcome.not_heard) == ("refused", "")
    assert StaffAction.objects.filter(what="hearing-asked", user=cast.other_officer).count() == 1


def test_the_term_runs_on_while_the_citizen_thinks(case: Case, officer: Client) -> None:
    due = case.due_on
    _hears(officer, case)
    found = again(case)
    assert found.phase == Phase.NEEDS_YOU
    assert found.due_on == due
    assert not found.term_events.exists()
    assert Notice.objects.filter(case=case, kind=Notice.Kind.TASK).count() == 1


def test_who_says_nothing_until_the_last_day_was_heard(case: Case, officer: Client) -> None:
    _hears(officer, case)
    CitizenTask.objects.filter(case=case).update(due_on=clock.today())
    assert "nog tijd" in post(officer, case, "afronden", NO, 422)
    CitizenTask.objects.filter(case=case).update(due_on=clock.today() - timedelta(days=1))
    post(officer, case, "afronden", NO)
    assert Outcome.objects.get().kind == "refused"


def test_nobody_has_to_react_within_days(cast: Cast, case: Case, officer: Client) -> None:
    assert "minstens een week" in _hears(officer, case, days=6, status=422)
    with pytest.raises(TooEarly):
        hear(
            case=case,
            actor=actor(cast.other_officer),
            why=WHY,
            until=clock.today() + timedelta(days=6),
            external_id="x",
        )
    assert not CitizenTask.objects.exists()


def test_the_same_question_twice_is_one(cast: Cast, case: Case, officer: Client) -> None:
    form = {"key": str(uuid.uuid4()), "why": WHY, "until": str(clock.today() + timedelta(days=14))}
    for _ in range(2):
        post(officer, case, "horen", form)
    assert CitizenTask.objects.count() == 1


def test_a_view_that_is_said_aloud_counts_and_reads_so(cast: Cast, case: Case, officer: Client) -> None:
    _hears(officer, case)
    _calls(officer, case, "U zei dat u altijd in Waterstad woonde.", is_view="on")
    task = CitizenTask.objects.get()
    assert task.answer == "spoken"
    assert again(case).phase == Phase.HANDLED
    page = read(logged_in(cast.citizen), f"/aanvragen/{case.reference}/berichten/")
    assert "Per telefoon gezegd op" in page
    assert "U zei dat u altijd in Waterstad woonde." in page
    post(officer, case, "afronden", NO)
    assert Outcome.objects.get().kind == "refused"


def test_who_leaves_hearing_out_says_why_and_the_citizen_reads_it(
    cast: Cast, case: Case, officer: Client
) -> None:
    for half in ({"not_heard": "urgent"}, {"not_heard_because": "Haast."}, {"not_heard": "x"}):
        post(officer, case, "afronden", NO | half, 422)
    reason = {"not_heard": "urgent", "not_heard_because": "U moet morgen uit uw huis."}
    preview = post(officer, case, "afronden", NO | reason | {"bekijk": "1"})
    assert "U bent vooraf" not in preview
    assert "U is vooraf niet om uw reactie gevraagd" in preview
    post(officer, case, "afronden", NO | reason)
    page = read(logged_in(cast.citizen), f"/aanvragen/{case.reference}/")
    assert "U moet morgen uit uw huis." in page
    assert "artikel 4:11 onder a Algemene wet bestuursrecht" in page
    exceptions = read(logged_in(cast.auditor), "/medewerker/controle/uitzonderingen/?soort=unheard")
    assert case.reference in exceptions
    assert "Afgewezen zonder horen (Awb 4:11 onder a)" in exceptions


def test_a_part_is_a_refusal_too_and_all_of_it_is_none(case: Case, officer: Client) -> None:
    departs = {"deviation": "U werkte lang.", "article": "artikel 8 AOW"}
    post(officer, case, "afronden", {"kind": "partly", "motivation": "Een deel."} | departs, 422)
    given = {
        "kind": "granted",
        "motivation": "U krijgt AOW.",
        "not_heard": "urgent",
        "not_heard_because": "x",
    }
    post(officer, case, "afronden", given | departs)
    assert Proposal.objects.get().not_heard == "", "of what was not due nothing is kept"


def test_what_the_citizen_disputes_is_not_called_their_own(cast: Cast, case: Case, officer: Client) -> None:
    noor = actor(cast.citizen)
    held = held_value(actor=noor, field="brp.birth", case=case)
    dispute(actor=noor, field="brp.birth", held=held, right=None, explanation="Ik ben veel ouder.")
    reason = {"not_heard": "own", "not_heard_because": "Alles van de inwoner zelf."}
    post(officer, case, "afronden", NO | reason, 422)
    post(officer, case, "afronden", NO | reason | {"not_heard": "before"})
    assert Outcome.objects.get().not_heard == "before"


def test_the_verb_refuses_as_the_page_does(cast: Cast, case: Case) -> None:
    said: dict[str, Any] = {"kind": Outcome.Kind.REFUSED, "motivation": "Nee."}
    with pytest.raises(NotHeard):
        propose(case=case, actor=actor(cast.other_officer), **said)
    until = clock.today() + timedelta(days=7)
    hear(case=case, actor=actor(cast.other_officer), why=WHY, until=until, external_id="h1")
    with pytest.raises(StillTime):
        propose(case=case, actor=actor(cast.other_officer), **said)


@pytest.mark.parametrize(
    ("service", "article"),
    [("aow", "4:7"), ("bijstand", "4:7"), ("bijstand-melding", "4:8"), ("geboorteaangifte", "")],
)
def test_by_which_article_somebody_is_heard(service: str, article: str) -> None:
    assert article_for(catalogue().services[service]) == article


# --- Calling ------------------------------------------------------------------------------------------


def test_a_note_of_a_call_is_read_by_the_citizen_and_is_a_contact_moment(
    cast: Cast, case: Case, officer: Client
) -> None:
    _calls(officer, case, "Wij spraken over uw jaren in het buitenland.")
    noor = logged_in(cast.citizen)
    own = f"/aanvragen/{case.reference}/"
    for path in (own, f"{own}berichten/", "/praat-met-een-medewerker/"):
        assert "Wij spraken over uw jaren in het buitenland." in read(noor, path)
    assert "Petra" not in read(noor, f"/aanvragen/{case.reference}/berichten/")
    moment = ContactMoment.objects.get()
    assert (moment.case, moment.owner, moment.was_reached) == (case, cast.other_officer, True)
    assert Notice.objects.filter(case=case, about=f"call:{moment.pk}").exists()


def test_the_same_note_twice_is_one_and_another_agency_notes_nothing(
    cast: Cast, case: Case, officer: Client
) -> None:
    form = {"key": str(uuid.uuid4()), "reached": "ja", "said": "Wij belden."}
    for _ in range(2):
        post(officer, case, "bellen", form)
    assert logged_in(cast.officer).post(f"/medewerker/{case.reference}/bellen/", form).status_code == 404
    assert ContactMoment.objects.count() == 1


def test_a_service_asks_for_a_call_before_a_refusal(cast: Cast, case: Case, officer: Client) -> None:
    case = _asks_to_call(case)
    heard = {"not_heard": "before", "not_heard_because": "U schreef ons gisteren."}
    assert "Bel de inwoner eerst" in post(officer, case, "afronden", NO | heard, 422)
    _calls(officer, case, "Niemand nam op.", reached="nee")
    post(officer, case, "afronden", NO | heard, 422)
    _calls(officer, case, "Wij legden uit wat wij van plan zijn.")
    post(officer, case, "afronden", NO | heard)
    assert Outcome.objects.get().not_called_because == ""


def test_two_days_of_trying_are_enough_and_a_reason_too(cast: Cast, case: Case, officer: Client) -> None:
    case = _asks_to_call(case)
    heard = {"not_heard": "before", "not_heard_because": "U schreef ons gisteren."}
    for days in (1, 2):
        _calls(officer, case, "Niemand nam op.", reached="nee")
        newest = ContactMoment.objects.order_by("-created_at")[:1].get()
        ContactMoment.objects.filter(pk=newest.pk).update(created_at=newest.created_at - timedelta(days=days))
    assert "Waarom belt u niet eerst?" not in read(officer, f"/medewerker/{case.reference}/")
    ContactMoment.objects.all().delete()
    post(officer, case, "afronden", NO | heard | {"not_called_because": "U vroeg ons om niet te bellen."})
    page = read(logged_in(cast.citizen), f"/aanvragen/{case.reference}/")
    assert "U vroeg ons om niet te bellen." in page
    assert case.reference in read(
        logged_in(cast.auditor), "/medewerker/controle/uitzonderingen/?soort=uncalled"
    )


def test_who_is_in_danger_is_not_called(cast: Cast, case: Case) -> None:
    case = _asks_to_call(case)
    said: dict[str, Any] = {"kind": Outcome.Kind.REFUSED, "motivation": "Nee."}
    until = clock.today() + timedelta(days=7)
    hear(case=case, actor=actor(cast.other_officer), why=WHY, until=until, external_id="h1")
    CitizenTask.objects.filter(case=case).update(due_on=clock.today() - timedelta(days=1))
    with pytest.raises(NotCalled):
        propose(case=case, actor=actor(cast.other_officer), **said)
    Citizen.objects.filter(pk=citizen_of(cast.citizen).pk).update(safety_flag=True)
    propose(case=again(case), actor=actor(cast.other_officer), **said)


def test_services_that_hit_hard_ask_for_a_call() -> None:
    asking = {name for name, one in catalogue().services.items() if one.call_before_refusal}
    assert {"bijstand", "briefadres"} <= asking


def test_a_citizen_notes_no_call(cast: Cast, case: Case) -> None:
    with pytest.raises(PermissionError):
        note_call(
            case=case, actor=actor(cast.citizen), said="Ik belde.", was_reached=True, call_id=uuid.uuid4()
        )


def test_markup_in_a_note_is_text(cast: Cast, case: Case, officer: Client) -> None:
    _calls(officer, case, "<script>alert(1)</script>")
    for client, path in (
        (officer, f"/medewerker/{case.reference}/bellen/"),
        (officer, f"/medewerker/{case.reference}/gesprek/"),
        (logged_in(cast.citizen), f"/aanvragen/{case.reference}/"),
    ):
        assert not re.search(r"<script>alert", read(client, path))


# --- Who has it in hand -------------------------------------------------------------------------------


def test_the_citizen_reads_who_has_it_only_where_the_officer_wants_that(
    cast: Cast, case: Case, officer: Client
) -> None:
    noor, path = logged_in(cast.citizen), f"/aanvragen/{case.reference}/"
    assert officer.post(f"/medewerker/{case.reference}/naam/", {"noem": "ja"}).status_code == 404
    take(actor=actor(cast.other_officer), references=[case.reference])
    assert "Petra Kok" not in read(noor, path)
    post(officer, case, "naam", {"noem": "ja"})
    assert "Uw aanvraag is bij Petra Kok van de SVB." in read(noor, path)
    colleague = User.objects.create(role=Role.OFFICER, agency="svb", name="Bea de Graaf")
    hand_over(actor=actor(cast.other_officer), references=[case.reference], to=colleague.pk)
    page = read(noor, path)
    assert "Petra Kok" not in page
    assert "Bea de Graaf" not in page


def test_the_name_goes_when_the_officer_takes_it_back(cast: Cast, case: Case, officer: Client) -> None:
    take(actor=actor(cast.other_officer), references=[case.reference])
    post(officer, case, "naam", {"noem": "ja"})
    post(officer, case, "naam", {"noem": "nee"})
    assert "Petra Kok" not in read(logged_in(cast.citizen), f"/aanvragen/{case.reference}/")
