"""A process is killed at every point on the way of a request: nothing is lost, nothing is there twice.

Each of these citizens meets a death at every point on the way of what they sent, one after the other.
"""

from __future__ import annotations

import re

import pytest
import requests

from portal.local.stack import Stack
from tests.cases.answers import CHILD
from tests.faults.conftest import A_MINUTE, Points, arrivals
from tests.faults.points import points
from tests.faults.test_points_after_filing import AT_AN_INTAKE as POST_TO_AN_INTAKE
from tests.faults.test_points_after_filing import FETCHING, IN_PARTS, NOTICES, SAYING, WEBHOOK
from tests.stories.agency import ONE_OF_EACH, Agency
from tests.stories.by_wire import SECONDS
from tests.stories.conftest import NewCaller
from tests.stories.waiting import is_delivered, one, rows, services_of, until

pytestmark = pytest.mark.story

SENDING = ("submit.before-commit", "submit.after-commit", "outbox.before-bell")
FILING = (
    *("delivery.claimed", "delivery.before-send", "step.begun", "zgw.after-zaak", "step.answered"),
    *("zgw.after-rol", "zgw.after-eigenschap", "zgw.after-status"),
    *("delivery.before-commit", "delivery.after-commit"),
)
TELLING = ("report.before-send", "zgw.after-toelichting", "report.before-commit", "report.after-commit")
HEARING = ("hearing.before-read", "hearing.after-read", "hearing.taken-over")
CONCLUDING = ("conclude.before-commit",)
RELEASING = ("release.before-commit", "release.after-commit", "hold.after-keep")
FOLLOW_UP = "kinderbijslag"
SAID = """
    SELECT cases_statusupdate.phase, count(*) FROM cases_statusupdate
    JOIN cases_case ON cases_case.id = case_id WHERE reference = %s GROUP BY cases_statusupdate.phase
"""
RIGHT = {"street": "Kade", "number": "9", "postcode": "9001 AB", "city": "Waterstad"}

AT_AN_INTAKE = ("rest.after-request", "rest.after-note")
DUINZICHT = "gemeente-duinzicht"


HERE = (*SENDING, *FILING, *TELLING, *HEARING, *CONCLUDING, *RELEASING, *AT_AN_INTAKE)
"""A real process dies there, in a test of this file."""

AFTER_FILING = (*SAYING, *IN_PARTS, *FETCHING, *POST_TO_AN_INTAKE, *WEBHOOK, *NOTICES)
"""A real process dies there, in a test of `test_points_after_filing`."""


def test_a_real_process_dies_at_every_point_in_the_code() -> None:
    assert sorted([*HERE, *AFTER_FILING]) == points()


@pytest.mark.parametrize("point", SENDING)
def test_the_web_killed_around_the_commit_sends_once(
    point: str, new_caller: NewCaller, stack: Stack, waterstad: Agency, at_points: Points
) -> None:
    caller = new_caller("Sanne Visser")
    seen = caller.prepares()
    at_points.arm(point, "kill")
    with pytest.raises(requests.ConnectionError):
        caller.sends(seen)
    assert at_points.met(point) == ["kill"]
    was_committed = services_of(stack, caller.journey)
    assert was_committed == ([] if point == "submit.before-commit" else ["geboorteaangifte"])
    # Nobody told the citizen anything: the button is pressed again.
    assert caller.sends(seen).url.endswith(caller.journey)
    assert services_of(stack, caller.journey) == ["geboorteaangifte"]
    reference = caller.reference()
    until(lambda: is_delivered(stack, reference), seconds=A_MINUTE, what="the delivery")
    assert waterstad.has(reference) == ONE_OF_EACH
    assert arrivals(stack, reference) == 1
    assert "De gemeente Waterstad heeft uw aangifte" in caller.get(f"/aanvragen/{reference}/").text


def test_a_worker_killed_at_every_point_of_a_delivery_files_once(
    new_caller: NewCaller, stack: Stack, waterstad: Agency, at_points: Points
) -> None:
    caller = new_caller("Daan Bakker")
    seen = caller.prepares()
    for point in FILING:
        at_points.arm(point, "kill")
    caller.sends(seen)
    reference = caller.reference()
    at_points.kill_at_each(FILING)
    until(lambda: is_delivered(stack, reference), seconds=A_MINUTE, what="the delivery")
    assert {point: at_points.met(point) for point in FILING} == {point: ["kill"] for point in FILING}
    assert waterstad.has(reference) == ONE_OF_EACH
    assert arrivals(stack, reference) == 1
    assert "heeft uw aangifte" in caller.get(f"/aanvragen/{reference}/").text


def test_a_worker_killed_at_every_point_of_telling_a_doubt_tells_it_once(
    new_caller: NewCaller, stack: Stack, waterstad: Agency, at_points: Points
) -> None:
    caller = new_caller("Daan Bakker")
    caller.sends(caller.prepares())
    reference = caller.reference()
    until(lambda: is_delivered(stack, reference), seconds=A_MINUTE, what="the delivery")
    for point in TELLING:
        at_points.arm(point, "kill")
    said = caller.post("/mijn-gegevens/brp.address/klopt-niet/", **RIGHT, explanation="Ik ben verhuisd.")
    assert said.status_code == 200
    at_points.kill_at_each(TELLING)
    until(lambda: _is_told(stack, reference), seconds=A_MINUTE, what="the doubt")
    assert {point: at_points.met(point) for point in TELLING} == {point: ["kill"] for point in TELLING}
    assert _toelichting(stack, reference).count("Volgens de inwoner klopt dit niet: Adres") == 1


def test_a_worker_killed_after_each_call_to_an_intake_files_and_tells_once(
    new_caller: NewCaller, stack: Stack, at_points: Points
) -> None:
    caller = new_caller("Karin Schouten")
    caller.prepares()
    where = {"birth_place": "9004", "role": "gave_birth"}
    assert caller.post(f"{caller.journey}vragen/birth/1/", **where).status_code == 200
    for point in AT_AN_INTAKE:
        at_points.arm(point, "kill")
    caller.sends(caller.seen())
    reference = caller.reference()
    at_points.kill_at_each(AT_AN_INTAKE[:1])
    until(lambda: is_delivered(stack, reference), seconds=A_MINUTE, what="the delivery")
    assert Agency(stack, DUINZICHT).has(reference)["requests"] == 1
    said = caller.post("/mijn-gegevens/brp.address/klopt-niet/", **RIGHT, explanation="Ik ben verhuisd.")
    assert said.status_code == 200
    at_points.kill_at_each(AT_AN_INTAKE[1:])
    until(lambda: _is_told(stack, reference), seconds=A_MINUTE, what="the doubt")
    has = Agency(stack, DUINZICHT).has(reference)
    assert has == {"requests": 1, "notes": 1, "documents": 0, "posts": 0}
    assert arrivals(stack, reference) == 1
    assert "De gemeente Duinzicht heeft uw aangifte" in caller.get(f"/aanvragen/{reference}/").text


def _is_told(stack: Stack, reference: str) -> bool:
    query = """
        SELECT count(*) FROM cases_delivery JOIN cases_case ON cases_case.id = case_id
        WHERE reference = %s AND kind = 'report' AND delivered_at IS NOT NULL
    """
    return bool(one(stack, query, reference))


def _toelichting(stack: Stack, reference: str) -> str:
    """What the municipality has in the zaak."""
    zaak = one(stack, "SELECT their_reference FROM cases_case WHERE reference = %s", reference)
    return Agency(stack).toelichting(zaak)


def test_a_worker_killed_at_every_point_of_hearing_back_and_going_on_says_it_once(
    new_caller: NewCaller, stack: Stack, waterstad: Agency, at_points: Points
) -> None:
    caller = new_caller("Iris Vos")
    caller.sends(caller.prepares(), FOLLOW_UP)
    reference = caller.reference()
    until(lambda: is_delivered(stack, reference), seconds=A_MINUTE, what="the delivery")
    zaak = one(stack, "SELECT their_reference FROM cases_case WHERE reference = %s", reference)
    for point in HEARING:
        at_points.arm(point, "kill")
    waterstad.takes_up(zaak)
    at_points.kill_at_each(HEARING)
    until(lambda: _phase(stack, reference) == "handled", seconds=A_MINUTE, what="that it is taken up")

    for point in (*CONCLUDING, *RELEASING):
        at_points.arm(point, "kill")
    _is_born(stack, "999000159")
    waterstad.closes(zaak, "Akte opgemaakt", "De akte is gemaakt.")
    at_points.kill_at_each(CONCLUDING)
    until(lambda: _phase(stack, reference) == "decided", seconds=A_MINUTE, what="the outcome")
    at_points.kill_at_each(RELEASING)
    benefit = _follow_up(stack, caller.journey)
    until(lambda: _phase(stack, benefit) == "arrived", seconds=A_MINUTE, what="the follow-up")
    every = (*HEARING, *CONCLUDING, *RELEASING)
    assert {point: at_points.met(point) for point in every} == {point: ["kill"] for point in every}
    assert arrivals(stack, benefit) == 1
    said = rows(stack, SAID, reference)
    assert dict(said)["handled"] == dict(said)["decided"] == 1


def _phase(stack: Stack, reference: str) -> str:
    return str(one(stack, "SELECT phase FROM cases_case WHERE reference = %s", reference))


def _follow_up(stack: Stack, journey: str) -> str:
    query = "SELECT reference FROM cases_case WHERE journey_id = %s AND service = %s"
    return str(one(stack, query, journey.strip("/").rsplit("/", 1)[1], FOLLOW_UP))


def _is_born(stack: Stack, parent: str) -> None:
    """The municipality registers the child, so that the register knows it."""
    address = f"{stack.sandbox_url}/gemeente/geboorte/"
    session = requests.Session()
    token = re.search(
        r'name="csrfmiddlewaretoken" value="([^"]+)"', session.get(address, timeout=SECONDS).text
    )
    assert token
    told = {
        "csrfmiddlewaretoken": token[1],
        "parent1": parent,
        "parent2": "",
        "custody": "law",
        "prefix_name": "",
        "family_name": "Smit",
        "birth_date": CHILD["birth_date"],
        "place": "9001",
        "first_names_1": CHILD["first_names"],
        "sex_1": CHILD["sex"],
    }
    answer = session.post(address, data=told, timeout=SECONDS)
    assert "De geboorte is ingeschreven" in answer.text
