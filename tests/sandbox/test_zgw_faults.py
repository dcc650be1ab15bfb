"""Breaking a back office on purpose: what happens there, whatever it says about it."""

from __future__ import annotations

import re
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from time import monotonic
from typing import Any

import pytest
import requests

from tests.sandbox.back_office import CRS, HEIDEDORP, JSON, SECONDS, BackOffice, NewBackOffice, token

pytestmark = pytest.mark.story

WRITES = (
    *("zaken", "rollen", "zaakeigenschappen", "statussen"),
    *("enkelvoudiginformatieobjecten", "zaakinformatieobjecten"),
)


def write(office: BackOffice, step: str, zaak: JSON | None) -> requests.Response:
    """One of the calls with an effect; for the first of them, `zaak` is what is sent."""
    if step == "zaken":
        return office.post("zaken/zaken", zaak)
    assert zaak
    if step == "enkelvoudiginformatieobjecten":
        return office.post("documenten/enkelvoudiginformatieobjecten", zaak)
    if step == "zaakinformatieobjecten":
        return office.post(
            "zaken/zaakinformatieobjecten", {"zaak": zaak["url"], "informatieobject": zaak["d"]}
        )
    if step == "rollen":
        return office.post("zaken/rollen", office.role_body(zaak))
    if step == "zaakeigenschappen":
        return office.post(f"{zaak['url']}/zaakeigenschappen", office.property_body(zaak))
    return office.post("zaken/statussen", office.status_body(zaak))


def before(office: BackOffice, step: str) -> JSON:
    """What the call needs."""
    if step == "enkelvoudiginformatieobjecten":
        return office.document_body()
    if step == "zaakinformatieobjecten":
        return office.new_zaak() | {"d": office.new_document()["url"]}
    return office.zaak_body() if step == "zaken" else office.new_zaak()


def count(office: BackOffice, step: str, zaak: JSON) -> int:
    """How often the call had its effect."""
    counted = office.tally(zaak["identificatie"])
    return counted.get(step, 0) if counted else 0


def wait_until_counted(office: BackOffice, step: str, zaak: JSON) -> None:
    """Returns when the effect is there."""
    begun, never = monotonic(), Event()
    while count(office, step, zaak) == 0:
        assert monotonic() - begun < SECONDS
        never.wait(0.05)


@pytest.mark.parametrize("step", WRITES)
def test_an_answer_that_is_lost_was_an_effect(back_office: NewBackOffice, step: str) -> None:
    office = back_office()
    zaak = before(office, step)
    office.set_fault("lost", step=step, times=1)
    with pytest.raises(requests.ConnectionError):
        write(office, step, zaak)
    assert count(office, step, zaak) == 1
    assert write(office, step, zaak).status_code in (201, 400, 403)


@pytest.mark.parametrize("step", WRITES)
def test_a_500_may_mean_stored(back_office: NewBackOffice, step: str) -> None:
    office = back_office()
    zaak = before(office, step)
    office.set_fault("stored-500", step=step, times=1)
    answer = write(office, step, zaak)
    assert (answer.status_code, answer.headers["Content-Type"]) == (500, "application/problem+json")
    assert count(office, step, zaak) == 1


@pytest.mark.parametrize("step", WRITES)
def test_half_an_answer_was_an_effect(back_office: NewBackOffice, step: str) -> None:
    office = back_office()
    zaak = before(office, step)
    office.set_fault("half", step=step, times=1)
    answer = write(office, step, zaak)
    assert answer.status_code == 201
    with pytest.raises(requests.JSONDecodeError):
        answer.json()
    assert count(office, step, zaak) == 1


@pytest.mark.parametrize("step", WRITES)
def test_an_answer_may_be_about_another_case(back_office: NewBackOffice, step: str) -> None:
    office = back_office()
    zaak = before(office, step)
    office.set_fault("mixed-up", step=step, times=1)
    answer = write(office, step, zaak)
    told = answer.json()
    assert (answer.status_code, told["url"].startswith("http")) == (201, True)
    assert told.get("identificatie") != zaak["identificatie"]
    assert told.get("zaak") != zaak.get("url") or "identificatie" in told
    assert count(office, step, zaak) == 1


def test_down_is_a_503_without_an_effect(back_office: NewBackOffice) -> None:
    office = back_office()
    body = office.zaak_body()
    office.set_fault("down")
    assert office.post("zaken/zaken", body).status_code == 503
    assert office.get("catalogi/zaaktypen").status_code == 503
    assert office.get("notificaties/abonnement").status_code == 503
    assert office.tally(body["identificatie"]) is None
    office.set_fault("none")
    assert office.post("zaken/zaken", body).status_code == 201


@pytest.mark.parametrize(("kind", "status"), [("busy", 429), ("fails", 500), ("refuses", 400)])
def test_a_call_may_have_no_effect(back_office: NewBackOffice, kind: str, status: int) -> None:
    office = back_office()
    body = office.zaak_body()
    office.set_fault(kind, times=1)
    assert office.get("catalogi/zaaktypen").status_code == 200
    answer = office.post("zaken/zaken", body)
    assert (answer.status_code, answer.headers.get("Retry-After")) == (
        status,
        "1" if kind == "busy" else None,
    )
    assert office.tally(body["identificatie"]) is None
    assert office.post("zaken/zaken", body).status_code == 201


def test_a_fault_of_one_step_leaves_the_rest_alone(back_office: NewBackOffice) -> None:
    office, other = back_office(), back_office(agency=HEIDEDORP)
    zaak = office.new_zaak()
    office.set_fault("down", step="rollen")
    assert write(office, "rollen", zaak).status_code == 503
    assert office.get(f"zaken/rollen?zaak={zaak['url']}").json()["count"] == 0
    assert write(office, "statussen", zaak).status_code == 201
    assert write(other, "rollen", other.new_zaak()).status_code == 201


def test_a_fault_is_over_after_so_many_times(back_office: NewBackOffice) -> None:
    office = back_office()
    zaak = office.new_zaak()
    told = office.set_fault("down", step="statussen", times=2).json()
    assert told == {"register": office.agency, "fault": "down", "step": "statussen", "times": 2}
    assert [write(office, "statussen", zaak).status_code for _ in range(3)] == [503, 503, 201]
    told = requests.get(f"{office.sandbox_url}/storingen/{office.agency}", timeout=SECONDS).json()
    assert told["fault"] == "none"


def test_slow_does_it_and_answers_too_late(back_office: NewBackOffice) -> None:
    office = back_office()
    body = office.zaak_body()
    office.set_fault("slow", step="zaken", times=1)
    with pytest.raises(requests.ReadTimeout):
        requests.post(
            f"{office.url}/zaken/api/v1/zaken",
            json=body,
            headers=_headers(office),
            timeout=(SECONDS, 1),
        )
    assert count(office, "zaken", body) == 1


@pytest.mark.parametrize("step", WRITES)
def test_a_gate_holds_the_answer_until_it_is_opened(back_office: NewBackOffice, step: str) -> None:
    office = back_office()
    zaak = before(office, step)
    office.set_fault("gate", step=step, times=1)
    with ThreadPoolExecutor(1) as pool:
        held: Future[requests.Response] = pool.submit(write, office, step, zaak)
        wait_until_counted(office, step, zaak)
        # One time only: the next call goes through, while the first still waits.
        assert office.new_zaak()
        assert not held.done()
        office.set_fault("none")
        assert held.result(timeout=SECONDS).status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        {"fault": "html"},
        {"fault": "down", "step": "besluiten"},
        {"fault": "down", "times": 0},
        {"fault": "down", "times": "1"},
        {"fault": "lost", "step": None},
    ],
)
def test_what_cannot_be_set_is_refused(back_office: NewBackOffice, body: dict[str, Any]) -> None:
    office = back_office()
    answer = requests.post(f"{office.sandbox_url}/storingen/{office.agency}", json=body, timeout=SECONDS)
    assert answer.status_code == 400
    assert office.get("catalogi/zaaktypen").status_code == 200


def test_a_register_has_no_steps(sandbox_url: str) -> None:
    body = {"fault": "down", "step": "zaken"}
    assert requests.post(f"{sandbox_url}/storingen/brp", json=body, timeout=SECONDS).status_code == 400


def test_faults_are_set_on_the_page_as_well(back_office: NewBackOffice) -> None:
    office = back_office()
    with requests.Session() as browser:
        page = browser.get(f"{office.sandbox_url}/storingen/", timeout=SECONDS)
        assert "Zaaksysteem van Gemeente Waterstad" in page.text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        assert token
        form = {"csrfmiddlewaretoken": token[1], "register": office.agency, "fault": "down", "times": "1"}
        again = browser.post(f"{office.sandbox_url}/storingen/", data={**form, "step": ""}, timeout=SECONDS)
        assert again.status_code == 200
        wrong = browser.post(
            f"{office.sandbox_url}/storingen/", data={**form, "times": "vaak"}, timeout=SECONDS
        )
        assert wrong.status_code == 400
    assert [office.get("zaken/zaken").status_code for _ in range(2)] == [503, 200]


def _headers(office: BackOffice) -> dict[str, str]:
    return {"Authorization": token(office.client_id, office.secret), **CRS}
