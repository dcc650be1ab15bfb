"""Who brings a request to an agency, in the words of the page."""

from __future__ import annotations

import pytest
from django.utils import translation

from connectors.destinations.hold.destination import HoldDestination
from connectors.destinations.rest.destination import RestDestination
from portal.cases.models import Case
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
