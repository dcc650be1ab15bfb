"""Who took part in what a complaint is about does not deal with it (Awb 9:7(1))."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from portal.cases.complaining import Said, complain
from portal.cases.customtable.verbs import open_table
from portal.cases.desk.proposals import propose
from portal.cases.desk.verbs import hand_over, take
from portal.cases.involved import Involved, involved_in
from portal.cases.models import Case, Delivery, Outcome, Phase
from portal.cases.talk.asking import ask
from portal.cases.talk.writing import mark_read, write
from portal.cases.terms.verbs import extend
from portal.people.actor import Actor
from portal.people.models import User
from tests.cases.steps import deliver_all, submitted
from tests.cast import Cast, actor, logged_in, make_cast
from tests.factories import make_officer
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
