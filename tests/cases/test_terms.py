"""The term of a case: what makes it stand still, run again or longer, and what the law does not give."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from portal.cases.back.status import apply_status
from portal.cases.models import Case, Phase, TermEvent
from portal.cases.terms.verbs import TermRefused, extend, note_default, resume, suspend, tell
from portal.people.actor import Actor
from tests.cases.steps import deliver_all, submitted
from tests.factories import make_officer

SUPPLEMENT = "4:15 lid 1 onder a"
ABROAD = "4:15 lid 1 onder b"
CONSENT = "4:15 lid 2 onder a"
FORCE_MAJEURE = "4:15 lid 2 onder c"


@pytest.fixture
def svb(db: None) -> Actor:
    return Actor.of_user(make_officer("svb"))


@pytest.fixture
def benefit(noor: Actor, settings: Any) -> Case:
    """Child benefit that the SVB has had since Tuesday 9 June 2026: it must decide by Tuesday 4 August."""
    case = submitted(noor)["kinderbijslag"]
    settings.PORTAL_NOW = date(2026, 7, 1)
    Case.objects.filter(pk=case.pk).update(
        received_on=date(2026, 6, 9), due_on=date(2026, 8, 4), phase=Phase.HANDLED
    )
    return Case.objects.select_related("journey", "citizen").get(pk=case.pk)


def due(case: Case) -> date | None:
    return Case.objects.get(pk=case.pk).due_on


def test_a_question_makes_the_term_stand_still_until_the_day_of_the_answer(
    benefit: Case, svb: Actor, settings: Any
) -> None:
    suspend(case=benefit, article=SUPPLEMENT, actor=svb, until=date(2026, 7, 15), external_id="ask-1")
    # 2 to 14 July at most: thirteen days, so until Monday 17 August.
    assert due(benefit) == benefit.due_on == date(2026, 8, 17)
    settings.PORTAL_NOW = date(2026, 7, 8)
    citizen = Actor.system(benefit.citizen)
    resume(case=benefit, actor=citizen, of="ask-1", external_id="answer-1")
    # 2 to 7 July: six days, so until Monday 10 August.
    assert due(benefit) == date(2026, 8, 10)


def test_the_same_word_again_changes_nothing(benefit: Case, svb: Actor) -> None:
    first = suspend(case=benefit, article=SUPPLEMENT, actor=svb, until=date(2026, 7, 15), external_id="ask-1")
    version = Case.objects.get(pk=benefit.pk).version
    again = suspend(case=benefit, article=SUPPLEMENT, actor=svb, until=date(2026, 9, 1), external_id="ask-1")
    assert again == first
    assert Case.objects.get(pk=benefit.pk).version == version
    assert due(benefit) == date(2026, 8, 17)


def test_an_answer_after_the_day_that_was_set_ends_it_on_that_day(
    benefit: Case, svb: Actor, settings: Any
) -> None:
    suspend(case=benefit, article=SUPPLEMENT, actor=svb, until=date(2026, 7, 15), external_id="ask-1")
    settings.PORTAL_NOW = date(2026, 7, 25)
    resume(case=benefit, actor=svb, external_id="answer-1")
    assert due(benefit) == date(2026, 8, 17)


def test_without_an_end_in_sight_there_is_no_day(benefit: Case, svb: Actor, settings: Any) -> None:
    suspend(case=benefit, article=ABROAD, actor=svb, external_id="abroad")
    assert due(benefit) is None
    settings.PORTAL_NOW = date(2026, 10, 1)
    resume(case=benefit, actor=svb, external_id="came")
    # 2 July to 30 September: 91 days after 4 August is Tuesday 3 November.
    assert due(benefit) == date(2026, 11, 3)


def test_the_svb_may_take_longer_by_naming_a_day(benefit: Case, svb: Actor) -> None:
    extend(case=benefit, actor=svb, until=date(2026, 9, 5), external_id="longer")
    # A Saturday that the SVB named itself: no law sets it, so it does not move.
    assert due(benefit) == date(2026, 9, 5)
    with pytest.raises(TermRefused, match="once"):
        extend(case=benefit, actor=svb, until=date(2026, 10, 1), external_id="longer-still")


def test_by_when_it_will_be_there_moves_no_term(benefit: Case, svb: Actor) -> None:
    tell(case=benefit, actor=svb, until=date(2026, 9, 1), external_id="told")
    assert due(benefit) == date(2026, 8, 4)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"article": SUPPLEMENT}, "no-until"),
        ({"article": CONSENT}, "no-until"),
        ({"article": "4:15 lid 9"}, "no-ground"),
        ({"article": "7:10 lid 2", "until": date(2026, 7, 15)}, "no-ground"),
        ({"article": SUPPLEMENT, "until": date(2026, 7, 1)}, "until-too-early"),
        ({"article": SUPPLEMENT, "until": date(2026, 7, 2)}, "no-days"),
        ({"article": SUPPLEMENT, "until": date(9999, 12, 31)}, "until-too-late"),
        ({"article": ABROAD, "since": date(2026, 7, 2)}, "since-in-future"),
        ({"article": ABROAD, "since": date(2026, 6, 8)}, "since-too-early"),
    ],
)
def test_what_is_no_suspension_is_refused(
    benefit: Case, svb: Actor, said: dict[str, Any], reason: str
) -> None:
    with pytest.raises(TermRefused) as refused:
        suspend(case=benefit, actor=svb, external_id="x", **said)
    assert refused.value.reason == reason
    assert not benefit.term_events.exists()
    assert due(benefit) == date(2026, 8, 4)


def test_a_term_that_is_over_stays_over(benefit: Case, svb: Actor, settings: Any) -> None:
    settings.PORTAL_NOW = date(2026, 8, 5)
    with pytest.raises(TermRefused, match="over"):
        suspend(case=benefit, article=FORCE_MAJEURE, actor=svb, external_id="x")
    with pytest.raises(TermRefused, match="over"):
        extend(case=benefit, actor=svb, until=date(2026, 9, 1), external_id="y")
    assert due(benefit) == date(2026, 8, 4)


def test_a_closed_case_has_no_term(benefit: Case, svb: Actor) -> None:
    Case.objects.filter(pk=benefit.pk).update(phase=Phase.DECIDED)
    with pytest.raises(TermRefused, match="closed"):
        suspend(case=benefit, article=FORCE_MAJEURE, actor=svb, external_id="x")


def test_a_deed_has_no_clock_and_no_extension(noor: Actor) -> None:
    case = submitted(noor)["geboorteaangifte"]
    deliver_all()
    case.refresh_from_db()
    officer = Actor.of_user(make_officer(case.agency))
    with pytest.raises(TermRefused, match="no-clock"):
        suspend(case=case, article=FORCE_MAJEURE, actor=officer, external_id="x")
    with pytest.raises(TermRefused, match="no-law"):
        extend(case=case, actor=officer, weeks=2, external_id="x")
    with pytest.raises(TermRefused, match="no-penalty"):
        note_default(case=case, actor=noor)


def test_nothing_ends_what_did_not_stand_still(benefit: Case, svb: Actor) -> None:
    with pytest.raises(TermRefused, match="not-suspended"):
        resume(case=benefit, actor=svb, external_id="x")
    suspend(case=benefit, article=ABROAD, actor=svb, external_id="abroad")
    with pytest.raises(TermRefused, match="not-suspended"):
        resume(case=benefit, actor=svb, of="another", external_id="x")


def test_a_notice_of_default_waits_until_the_term_is_over(benefit: Case, noor: Actor, settings: Any) -> None:
    settings.PORTAL_NOW = date(2026, 8, 4)
    with pytest.raises(TermRefused, match="not-late"):
        note_default(case=benefit, actor=noor)
    settings.PORTAL_NOW = date(2026, 8, 5)
    event = note_default(case=benefit, actor=noor)
    assert (event.kind, event.since, event.heard_from) == ("default", date(2026, 8, 5), "citizen")
    assert note_default(case=benefit, actor=noor) == event


def test_what_happened_cannot_be_changed(benefit: Case, svb: Actor) -> None:
    event = suspend(case=benefit, article=ABROAD, actor=svb, external_id="abroad")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        TermEvent.objects.filter(pk=event.pk).update(text="anders")


def test_a_status_does_not_touch_the_term(benefit: Case, svb: Actor) -> None:
    suspend(case=benefit, article=SUPPLEMENT, actor=svb, until=date(2026, 7, 15), external_id="ask-1")
    apply_status(
        case=benefit,
        phase=Phase.NEEDS_YOU,
        text="",
        set_at=benefit.phase_since,
        external_id="asked",
        heard_from="svb",
    )
    assert due(benefit) == date(2026, 8, 17)
