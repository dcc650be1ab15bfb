"""Who brings a request to an agency, in the words of the page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from connectors.destinations.hold.destination import HoldDestination
from connectors.destinations.rest.destination import RestDestination
from portal import clock
from portal.cases.models import Case, Delivery, Outcome, Phase
from portal.cases.reading.wording import standing_of
from portal.people.actor import Actor
from tests.cases.steps import submitted
from tests.contract.samples import SECRET

FETCHES = HoldDestination()
IS_BROUGHT = RestDestination("https://intake.example/v1", "k", SECRET)


@pytest.mark.parametrize(
    ("destination", "language", "says"),
    [
        (FETCHES, "nl", "De gemeente Waterstad haalt het nog op."),
        (FETCHES, "en", "still has to collect it."),
        (IS_BROUGHT, "nl", "Wij bezorgen het nog bij de gemeente Waterstad."),
        (IS_BROUGHT, "en", "We are still delivering it to"),
        (None, "nl", "Wij bezorgen het nog bij de gemeente Waterstad."),
    ],
)
@pytest.mark.parametrize("is_in_time", [True, False])
def test_who_acts_next_until_the_agency_has_it(
    noor: Actor,
    monkeypatch: pytest.MonkeyPatch,
    destination: object,
    language: str,
    says: str,
    is_in_time: bool,
) -> None:
    case: Case = submitted(noor)["geboorteaangifte"]
    case.received_on = case.phase_since.date() if is_in_time else None
    monkeypatch.setattr("connectors.registry.Connectors.destination", lambda _self, _name: destination)
    with translation.override(language):
        sentence = standing_of(case).sentence
    assert says in sentence
    in_time = {"nl": "U bent op tijd.", "en": "You are on time."}[language]
    assert (in_time in sentence) is is_in_time


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("phase", list(Phase))
def test_every_phase_has_a_name_and_says_who_has_it_or_what_happens_next(
    noor: Actor, phase: Phase, language: str
) -> None:
    case: Case = submitted(noor)["kinderbijslag"]
    case.phase = phase
    with translation.override(language):
        standing = standing_of(case)
    assert standing.label
    assert standing.sentence.endswith(".")
    assert "%" not in standing.label + standing.sentence
    says_who = {"nl": ("SVB", "medewerker", "Wij"), "en": ("SVB", "staff", "We ", "we ", "you")}[language]
    assert any(who in standing.label + standing.sentence for who in says_who), standing


@pytest.mark.parametrize(
    ("days", "says"),
    [(1, "Niet mee eens? Dan kunt u iets doen tot en met"), (-1, "U hoeft niets meer te doen.")],
)
def test_a_decision_says_until_when_something_can_be_done_about_it(noor: Actor, days: int, says: str) -> None:
    case: Case = submitted(noor)["kinderbijslag"]
    case.phase = Phase.DECIDED
    until = clock.today() + timedelta(days=days)
    case.outcome = Outcome(case=case, kind=Outcome.Kind.REFUSED, remedy="objection", remedy_until=until)
    assert says in standing_of(case).sentence


def test_who_took_a_request_back_reads_whether_the_agency_knows_it(noor: Actor) -> None:
    case: Case = submitted(noor)["kinderbijslag"]
    case.phase = Phase.WITHDRAWN
    assert "Er is niets naar de SVB gegaan." in standing_of(case).sentence
    row = Delivery.objects.create(case=case, kind=Delivery.Kind.WITHDRAW, destination="svb")
    assert "Wij laten het de SVB nog weten." in standing_of(case).sentence
    row.delivered_at = timezone.now()
    row.save()
    assert "De SVB weet het en doet er niets meer mee." in standing_of(case).sentence
