"""A citizen restricts a use (AVG 18): what stops, what both sides read, who used it all the same, its end."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, ProgrammingError, transaction
from django.test import Client

from portal import clock
from portal.cases.back.settling import settle
from portal.cases.disputes.verbs import dispute, held_value
from portal.cases.journey.answers import answers_of
from portal.cases.journey.earlier import earlier_answers
from portal.cases.journey.journeys import gather_facts, groups_of, known
from portal.cases.journey.payloads import requests_of
from portal.cases.models import Case, DisputeEvent, Message, Notice, RestrictedUse, Restriction
from portal.cases.restricting.standing import in_effect
from portal.cases.restricting.verbs import BEFOREHAND
from portal.cases.retention import purge
from portal.ledger.engine.facts import Failed, Known
from portal.ledger.models import DataUse, Fact, StaffAction
from tests.cases.steps import answered, begun, deliver_all, submitted
from tests.cast import Cast, actor, citizen_of, logged_in, make_cast
from tests.registers import Register

FIELD = "brp.address"
ON_FIELD = f"/mijn-gegevens/{FIELD}/beperken/"
WHY = {"why": "contested"}
REASON = "De rechtbank vroeg ernaar."


@pytest.fixture
def cast(db: None, register: Register) -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    """A birth that Waterstad has."""
    found = submitted(actor(cast.citizen), follow_ups=())["geboorteaangifte"]
    deliver_all()
    return Case.objects.get(pk=found.pk)


@pytest.fixture
def noor(cast: Cast, case: Case) -> Client:
    return logged_in(cast.citizen)


@pytest.fixture
def officer(cast: Cast) -> Client:
    return logged_in(cast.officer)


def page(client: Client, path: str) -> str:
    return client.get(path, follow=True).content.decode()


def restrict(client: Client, path: str, why: str = "contested") -> Restriction:
    assert client.post(path, {"why": why}).status_code == 302
    return Restriction.objects.get(ended_at=None)


def on_case(case: Case) -> str:
    return f"/aanvragen/{case.reference}/beperken/"


# --- A datum ----------------------------------------------------------------------------------------


def test_what_is_restricted_is_neither_used_again_nor_asked_again(
    noor: Client, cast: Cast, register: Register
) -> None:
    restrict(noor, ON_FIELD)
    asked = len(register.asked)
    journey = begun(actor(cast.citizen))
    stands = known(journey)[FIELD]
    assert isinstance(stands, Failed)
    assert stands.kind == "restricted"
    gather_facts(journey=journey, fresh=True)
    assert all(FIELD not in fields for _who, fields in register.asked[asked:])
    sent = requests_of(journey, answers_of(journey))
    assert sent
    assert all(FIELD not in one.payload["facts"] for one in sent)
    assert Fact.objects.filter(field=FIELD).exists(), "it is kept"


def test_what_is_worked_out_of_it_is_not_used_either(noor: Client, cast: Cast) -> None:
    own = {"citizen": citizen_of(cast.citizen), "field": "brp.partner"}
    Restriction.objects.create(why=Restriction.Why.UNLAWFUL, **own)
    stands = known(begun(actor(cast.citizen)))["home.with_partner"]
    assert isinstance(stands, Failed)
    assert stands.kind == "restricted"


def test_the_page_of_an_event_says_so_and_offers_to_type_it(noor: Client, cast: Cast) -> None:
    restrict(noor, ON_FIELD)
    journey = begun(actor(cast.citizen))
    shown = page(noor, f"/levensgebeurtenissen/kind-krijgen/{journey.pk}/gegevens/")
    assert "U vroeg ons dit niet te gebruiken." in shown
    assert f"gegevens/{FIELD}/invullen/" in shown
    assert "Wij kunnen uw gegevens nu niet ophalen" not in shown, "no register is at fault"


def test_my_data_and_the_file_to_take_along_say_what_is_restricted(noor: Client) -> None:
    restrict(noor, ON_FIELD, "claim")
    shown = page(noor, "/mijn-gegevens/")
    assert "Dit gebruiken wij niet" in shown
    assert f'href="{ON_FIELD}"' in shown
    [entry] = noor.post("/mijn-gegevens/download.json").json()["restrictions"]
    assert (entry["field"], entry["ends_on"], entry["ended_at"]) == (FIELD, None, None)
    assert "Ik heb het nog nodig" in entry["why"]


def test_an_agency_with_a_running_request_hears_of_it_once(noor: Client, case: Case, officer: Client) -> None:
    restrict(noor, ON_FIELD)
    restrict(noor, ON_FIELD, "objected")
    message = Message.objects.get(case=case)
    assert "artikel 18 AVG" in message.text
    assert "Gracht" not in message.text, "no value"
    shown = page(officer, f"/medewerker/{case.reference}/")
    assert "Niet gebruiken (artikel 18 AVG): Adres" in shown
    assert "De inwoner maakte bezwaar tegen het gebruik" in shown
    assert "u vroeg om uw gegevens te bewaren" in page(noor, "/mijn-gegevens/gebruik/").lower()


def test_the_citizen_ends_it_at_once(noor: Client, cast: Cast) -> None:
    found = restrict(noor, ON_FIELD)
    noor.post(f"/mijn-gegevens/beperking/{found.pk}/opheffen/")
    assert not in_effect().exists()
    assert isinstance(known(begun(actor(cast.citizen)))[FIELD], Known)
    assert noor.post(f"/mijn-gegevens/beperking/{found.pk}/opheffen/").status_code == 404


def test_what_was_contested_and_decided_on_ends_two_weeks_after_the_citizen_heard(
    noor: Client, cast: Cast, case: Case
) -> None:
    said = dispute(
        actor=actor(cast.citizen),
        field=FIELD,
        held=held_value(actor=actor(cast.citizen), field=FIELD),
        right=None,
        explanation="Ik woon er niet.",
    )
    found = restrict(noor, ON_FIELD)
    settle(dispute=said, kind=DisputeEvent.Kind.REJECTED, note="Het klopt.")
    found.refresh_from_db()
    assert found.ends_on == clock.today() + BEFOREHAND
    assert Notice.objects.filter(case=case, about=f"restriction:{found.pk}").count() == 1
    assert in_effect().exists(), "first the citizen hears"
    assert "De beperking houdt op" in page(noor, ON_FIELD)
    with time_machine.travel(clock.now() + BEFOREHAND + timedelta(hours=1)):
        assert not in_effect().exists()


def test_a_claim_does_not_end_with_a_dispute(noor: Client, cast: Cast) -> None:
    said = dispute(
        actor=actor(cast.citizen),
        field=FIELD,
        held=held_value(actor=actor(cast.citizen), field=FIELD),
        right=None,
        explanation="Ik woon er niet.",
    )
    found = restrict(noor, ON_FIELD, "claim")
    settle(dispute=said, kind=DisputeEvent.Kind.REJECTED)
    found.refresh_from_db()
    assert found.ends_on is None


# --- A request --------------------------------------------------------------------------------------


def test_an_officer_opens_a_restricted_request_with_a_ground_only(
    noor: Client, case: Case, officer: Client, cast: Cast
) -> None:
    restrict(noor, on_case(case), "claim")
    at = f"/medewerker/{case.reference}/"
    gate = f"{at}beperkt/"
    for path in (at, f"{at}gesprek/", f"{at}doorsturen/"):
        assert officer.get(path)["Location"] == gate
    assert officer.post(f"{at}afronden/", {"kind": "made"})["Location"] == gate
    assert "Gracht 1" not in page(officer, at)
    assert officer.post(gate, {"say": "use", "ground": "claim"}).status_code == 422, "why is not said"
    assert officer.post(gate, {"say": "use", "reason": REASON}).status_code == 422, "no ground"
    assert officer.get(at)["Location"] == gate
    assert officer.post(gate, {"say": "use", "ground": "claim", "reason": REASON})["Location"] == at
    assert "Gracht 1" in page(officer, at)
    shown = page(noor, on_case(case))
    assert REASON in shown
    assert "Voor een bezwaar of een rechtszaak" in shown
    assert cast.officer.name not in shown
    used = page(noor, "/mijn-gegevens/gebruik/")
    assert "ook al vroeg u om dat niet te doen" in used
    assert "artikel 18 lid 2" in used
    assert StaffAction.objects.filter(user=cast.officer, what="despite-restriction").count() == 1


def test_a_ground_is_good_for_one_officer_and_one_day(
    noor: Client, case: Case, officer: Client, cast: Cast
) -> None:
    restrict(noor, on_case(case))
    at = f"/medewerker/{case.reference}/"
    officer.post(f"{at}beperkt/", {"say": "use", "ground": "consent", "reason": REASON})
    assert officer.get(at).status_code == 200
    assert logged_in(cast.lead).get(at)["Location"] == f"{at}beperkt/"
    with time_machine.travel(clock.now() + timedelta(days=1)):
        assert logged_in(cast.officer).get(at)["Location"] == f"{at}beperkt/"


def test_a_ground_that_was_named_is_never_changed(noor: Client, case: Case, officer: Client) -> None:
    restrict(noor, on_case(case))
    officer.post(
        f"/medewerker/{case.reference}/beperkt/", {"say": "use", "ground": "public", "reason": REASON}
    )
    with pytest.raises(ProgrammingError), transaction.atomic():
        RestrictedUse.objects.update(ground="consent")


def test_the_officer_lifts_it_with_notice_beforehand(
    noor: Client, case: Case, officer: Client, cast: Cast
) -> None:
    found = restrict(noor, on_case(case))
    gate = f"/medewerker/{case.reference}/beperkt/"
    assert officer.post(gate, {"say": "end"}).status_code == 422
    officer.post(gate, {"say": "end", "why": "Wij zochten het uit: het klopt."})
    officer.post(gate, {"say": "end", "why": "Nog eens."})
    assert Notice.objects.get(about=f"restriction:{found.pk}").kind == Notice.Kind.MESSAGE
    assert "Wij zochten het uit: het klopt." in page(noor, on_case(case))
    assert "Dat stopt op" in page(noor, f"/aanvragen/{case.reference}/")
    assert officer.get(f"/medewerker/{case.reference}/").status_code == 302, "not before the day"
    with time_machine.travel(clock.now() + BEFOREHAND + timedelta(hours=1)):
        assert logged_in(cast.officer).get(f"/medewerker/{case.reference}/").status_code == 200


def test_a_request_can_be_restricted_again_after_that(
    noor: Client, case: Case, officer: Client, cast: Cast
) -> None:
    restrict(noor, on_case(case))
    officer.post(f"/medewerker/{case.reference}/beperkt/", {"say": "end", "why": "Het is uitgezocht."})
    with time_machine.travel(clock.now() + BEFOREHAND + timedelta(hours=1)):
        again = logged_in(cast.citizen)
        assert restrict(again, on_case(case)).ends_on is None
        assert in_effect().count() == 1


def test_what_was_typed_in_it_is_not_offered_again(noor: Client, cast: Cast, case: Case) -> None:
    next_one = answered(actor(cast.citizen))
    groups = groups_of(next_one)
    before = [name for group in groups for name in earlier_answers(next_one, group, {})]
    restrict(noor, on_case(case))
    after = [name for group in groups for name in earlier_answers(next_one, group, {})]
    assert before
    assert after == []


def test_it_is_not_erased_meanwhile(noor: Client, cast: Cast, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(phase="done")
    restrict(noor, on_case(case), "unlawful")
    with time_machine.travel(clock.now() + timedelta(days=365 * 120)):
        assert sum(purge(dry_run=True).paused.values()) >= 1
        Restriction.objects.update(ended_at=clock.now())
        assert sum(purge(dry_run=True).paused.values()) == 0


def test_two_restrictions_of_one_thing_cannot_be(noor: Client, cast: Cast) -> None:
    restrict(noor, ON_FIELD)
    with pytest.raises(IntegrityError), transaction.atomic():
        Restriction.objects.create(citizen=citizen_of(cast.citizen), field=FIELD, why="claim")
    with pytest.raises(IntegrityError), transaction.atomic():
        Restriction.objects.create(citizen=citizen_of(cast.citizen), why="claim")


def test_no_word_of_why_and_nothing_happens(noor: Client, case: Case) -> None:
    for path in (ON_FIELD, on_case(case)):
        assert noor.post(path, {"why": "because"}).status_code == 422
    assert not Restriction.objects.exists()
    assert not DataUse.objects.filter(outcome="restricted").exists()
