"""A request that the SVB has: Noor, who is not that old, asked for a state pension."""

from __future__ import annotations

from typing import Final

from django.test import Client

from portal.cases.journey import journeys
from portal.cases.journey.submit import submit
from portal.cases.models import Case
from portal.catalogue import catalogue
from tests.cases.steps import deliver_all, reloaded, seen
from tests.cast import Cast, actor

_ANSWERS: Final = {
    "pension": {"years_abroad": "0", "tax_credit": "yes"},
    "payment": {"own_iban": "NL02ABNA0123456789"},
    "story": {},
}


def pension(cast: Cast) -> Case:
    """Sent, and delivered."""
    noor = actor(cast.citizen)
    journey = journeys.begin_journey(actor=noor, event=catalogue().events["met-pensioen"], chosen=["aow"])
    journeys.gather_facts(journey=journey)
    for group, item in _ANSWERS.items():
        journeys.answer(journey=journey, group=group, index=0, item=item)
    journey = reloaded(journey)
    (case,) = submit(journey=journey, seen=seen(journey), follow_ups=(), level="midden")
    deliver_all()
    return again(case)


def again(case: Case) -> Case:
    """As the next request reads it."""
    return Case.objects.select_related("journey", "citizen").get(pk=case.pk)


def post(client: Client, case: Case, what: str, form: dict[str, str], status: int = 200) -> str:
    """A form of the officer about it, and the page that follows."""
    answer = client.post(f"/medewerker/{case.reference}/{what}/", form, follow=True)
    assert answer.status_code == status
    return answer.content.decode()


def read(client: Client, path: str) -> str:
    """A page."""
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()
