"""The destination `zgw` against the running sandbox, which keeps its own count of what arrived."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest

from connectors.base import Envelope, Heard, Misconfigured, Subject, Unavailable
from connectors.destinations.zgw.destination import ZgwDestination
from tests.connectors.other_side import Asked, OtherSide, raw
from tests.contract.samples import TRACE, Killed, Steps
from tests.sandbox.back_office import NOOR, POLDERVEEN, RSINS, WATERSTAD, BackOffice, place

if TYPE_CHECKING:
    from portal.local.stack import Stack

pytestmark = pytest.mark.story

APIS = ("zaken", "catalogi", "documenten", "besluiten", "notificaties")
CREDENTIAL = "Bearer only-the-agency-knows"
ONE_OF_EACH = {"zaken": 1, "rollen": 1, "zaakeigenschappen": 3, "statussen": 1}


@dataclass(frozen=True, slots=True)
class Municipality:
    """The back office of the sandbox, as the portal and as its own people see it."""

    portal: BackOffice
    own: BackOffice

    def destination(self, **settings: Any) -> ZgwDestination:
        given = {
            **{f"{api}_url": f"{self.portal.url}/{place(self.portal.agency, api)}" for api in APIS},
            "client_id": self.portal.client_id,
            "secret": self.portal.secret,
            "rsin": RSINS[self.portal.agency],
        }
        return ZgwDestination(**{**given, **settings})

    def sets_status(self, zaak: str, name: str) -> None:
        now = datetime.now(UTC).isoformat()
        assert (
            self.own.post("zaken/statussen", self.own.status_body({"url": zaak}, name, now)).status_code
            == 201
        )


@pytest.fixture(params=[WATERSTAD, POLDERVEEN], ids=["plain", "odd"])
def municipality(request: pytest.FixtureRequest, stack: Stack, sandbox_url: str) -> Iterator[Municipality]:
    """Two of them: the second one does everything otherwise that the standard lets it."""
    portal = BackOffice(sandbox_url, stack.env, agency=request.param)
    own = BackOffice(sandbox_url, stack.env, client_id="zaaksysteem", agency=request.param)
    yield Municipality(portal, own)
    portal.set_fault("none")


def request() -> Envelope:
    return Envelope(
        reference=f"LL-{secrets.token_hex(2).upper()}-{secrets.token_hex(2).upper()}",
        service="geboorteaangifte",
        agency="gemeente-waterstad",
        subject=Subject(NOOR),
        payload={},
        submitted_at=datetime.now(UTC) - timedelta(hours=1),
        trace_id=TRACE,
        title="Geboorteaangifte",
        zaaktype="GEBOORTE-AANGIFTE",
        properties={"achternaam": "de Wit", "geboorteplaats": "9001", "kinderen": "[]"},
    )


def test_a_request_is_filed_and_followed_until_its_end(municipality: Municipality) -> None:
    sent, destination = request(), municipality.destination()
    destination.check()
    zaak = destination.file(sent, Steps()).their_reference
    assert municipality.portal.tally(sent.reference) == ONE_OF_EACH

    first = destination.read(zaak, version="", trace_id=TRACE)
    assert first is not None
    assert [heard.word for heard in first.heard] == ["Geregistreerd"]
    assert destination.read(zaak, version=first.version, trace_id=TRACE) is None

    municipality.sets_status(zaak, "In behandeling")
    result = municipality.own.result_body({"url": zaak})
    assert municipality.own.post("zaken/resultaten", result).status_code == 201
    second = destination.read(zaak, version=first.version, trace_id=TRACE)
    assert second is not None
    assert [heard.word for heard in second.heard] == ["Geregistreerd", "In behandeling"]

    municipality.sets_status(zaak, "Afgehandeld")
    last = destination.read(zaak, version=second.version, trace_id=TRACE)
    assert last is not None
    assert [(heard.kind, heard.word) for heard in last.heard[-2:]] == [
        ("status", "Afgehandeld"),
        ("result", "Akte opgemaakt"),
    ]
    assert isinstance(last.heard[-1], Heard)
    assert last.heard[-1].text == "De akte ligt klaar."


@pytest.mark.parametrize("step", ["zaken", "rollen", "zaakeigenschappen", "statussen"])
@pytest.mark.parametrize("fault", ["lost", "stored-500", "down"])
def test_after_a_fault_at_any_step_there_is_one_of_each(
    municipality: Municipality, step: str, fault: str
) -> None:
    sent, steps = request(), Steps()
    municipality.portal.set_fault(fault, step=step, times=1)
    with pytest.raises(Unavailable):
        municipality.destination().file(sent, steps)
    municipality.destination().file(sent, steps)
    assert municipality.portal.tally(sent.reference) == ONE_OF_EACH


@pytest.mark.parametrize("dies_at", range(1, 7))
def test_a_process_that_is_killed_after_any_step_leaves_one_of_each(
    municipality: Municipality, dies_at: int
) -> None:
    sent, steps = request(), Steps(dies_at=dies_at)
    with pytest.raises(Killed):
        municipality.destination().file(sent, steps)
    first = municipality.destination().file(sent, steps)
    assert municipality.destination().file(sent, Steps()).their_reference == first.their_reference
    assert municipality.portal.tally(sent.reference) == ONE_OF_EACH


def test_an_agency_that_is_too_slow_is_unavailable_and_has_it_all_the_same(
    municipality: Municipality,
) -> None:
    sent, steps = request(), Steps()
    municipality.portal.set_fault("slow", step="zaken", times=1)
    with pytest.raises(Unavailable, match="no answer in time"):
        municipality.destination(deadline=1.0).file(sent, steps)
    municipality.portal.set_fault("none")
    municipality.destination().file(sent, steps)
    assert municipality.portal.tally(sent.reference) == ONE_OF_EACH


@pytest.mark.parametrize("wrong", [{"secret": "x" * 40}, {"client_id": "nobody"}])
def test_a_wrong_key_is_a_matter_of_settings(municipality: Municipality, wrong: dict[str, str]) -> None:
    for ask in (lambda one: one.check(), lambda one: one.file(request(), Steps())):
        with pytest.raises(Misconfigured, match="client_id, secret"):
            ask(municipality.destination(**wrong))


def test_the_agency_tries_our_callback_and_calls_it(municipality: Municipality) -> None:
    called = Event()

    def callback(asked: Asked, connection: socket.socket, over: Event) -> bool:
        knows_us = asked.headers.get("authorization") == CREDENTIAL
        if knows_us and "statussen" in repr(asked.body):
            called.set()
        reply = raw(b"", status=204 if knows_us else 401, content_type=None)
        return reply(asked, connection, over)

    with OtherSide(callback) as side:
        destination = municipality.destination()
        address = f"{side.url}/api/v1/notificaties/gemeente-waterstad/"
        for _ in range(2):
            destination.subscribe(address, CREDENTIAL)
        known = municipality.portal.get("notificaties/abonnement").json()
        assert [one["callbackUrl"] for one in known].count(address) == 1
        destination.file(request(), Steps())
        assert called.wait(20)
    for one in known:
        if one["callbackUrl"] == address:
            municipality.portal.call("DELETE", one["url"])
