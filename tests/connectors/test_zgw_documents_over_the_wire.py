"""Documents, messages and decisions between `zgw` and the running sandbox, which keeps its own count."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import requests

from connectors.base import ConnectorError, Document, Envelope, Malformed, Post, Refused, Subject, Unavailable
from connectors.destinations.zgw.destination import ZgwDestination
from tests.connectors.test_zgw_over_the_wire import Municipality, request
from tests.contract.samples import TRACE, Killed, Steps
from tests.sandbox.back_office import POLDERVEEN, SECONDS, WATERSTAD, BackOffice

if TYPE_CHECKING:
    from portal.local.stack import Stack

pytestmark = pytest.mark.story

PARTNER = "999000032"
PAPERS = ("enkelvoudiginformatieobjecten", "zaakinformatieobjecten")
FAULTS = {"lost": Unavailable, "stored-500": Unavailable, "half": Malformed, "mixed-up": Malformed}
"""Faults of an agency that does what it is asked, and what each looks like from here."""


@pytest.fixture(params=[WATERSTAD, POLDERVEEN], ids=["plain", "odd"])
def municipality(request: pytest.FixtureRequest, stack: Stack, sandbox_url: str) -> Iterator[Municipality]:
    """Two of them: the second one does everything otherwise that the standard lets it."""
    portal = BackOffice(sandbox_url, stack.env, agency=request.param)
    own = BackOffice(sandbox_url, stack.env, client_id="zaaksysteem", agency=request.param)
    yield Municipality(portal, own)
    portal.set_fault("none")


def paper(name: str = "Verklaring") -> Document:
    return Document(secrets.token_hex(16), name, "application/pdf", b"%PDF-1.7 " + secrets.token_bytes(500))


def with_papers() -> Envelope:
    return replace(request(), documents=(paper(), paper("Volmacht")), representative=Subject(PARTNER))


def message(kind: str = "message", *documents: Document) -> Post:
    return Post(
        reference=secrets.token_hex(16),
        agency="gemeente-waterstad",
        kind=kind,  # type: ignore[arg-type]
        text="Kan het ook op dinsdag?",
        written_at=datetime.now(UTC),
        trace_id=TRACE,
        documents=documents,
    )


def counted(municipality: Municipality, sent: Envelope, papers: int) -> None:
    """The agency has that many documents in the case, and none beside it."""
    tally = municipality.portal.tally(sent.reference) or {}
    assert {step: tally.get(step) for step in PAPERS} == dict.fromkeys(PAPERS, papers)


def nowhere_else(municipality: Municipality, *references: str) -> None:
    """No document of these hangs on no case."""
    assert [municipality.portal.tally(one) for one in references] == [None] * len(references)


# --- Going there ----------------------------------------------------------------------------------


def test_a_request_with_documents_and_somebody_who_acts_arrives_whole(municipality: Municipality) -> None:
    sent, destination = with_papers(), municipality.destination()
    zaak = destination.file(sent, Steps()).their_reference
    counted(municipality, sent, 2)
    roles = municipality.own.get(f"zaken/rollen?zaak={zaak}").json()["results"]
    marks = {one["indicatieMachtiging"]: one["betrokkeneIdentificatie"]["inpBsn"] for one in roles}
    assert marks == {"machtiginggever": sent.subject.bsn, "gemachtigde": PARTNER}
    links = municipality.own.get(f"zaken/zaakinformatieobjecten?zaak={zaak}").json()
    stored = {
        one["titel"]: municipality.own.get(
            municipality.own.get(one["informatieobject"]).json()["inhoud"], Accept="*/*"
        ).content
        for one in links
    }
    assert stored == {one.title: one.content for one in sent.documents}


@pytest.mark.parametrize("step", PAPERS)
@pytest.mark.parametrize("fault", [*FAULTS, "down"])
def test_after_a_fault_at_a_document_of_a_request_there_is_one_of_each(
    municipality: Municipality, step: str, fault: str
) -> None:
    sent, steps = with_papers(), Steps()
    municipality.portal.set_fault(fault, step=step, times=1)
    with pytest.raises(FAULTS.get(fault, Unavailable)):
        municipality.destination().file(sent, steps)
    municipality.destination().file(sent, steps)
    counted(municipality, sent, 2)
    nowhere_else(municipality, *(one.reference for one in sent.documents))


@pytest.mark.parametrize("step", ["zaken", "rollen", "zaakeigenschappen", "statussen"])
@pytest.mark.parametrize("fault", ["half", "mixed-up"])
def test_half_an_answer_or_another_cases_leaves_one_of_each(
    municipality: Municipality, step: str, fault: str
) -> None:
    sent, steps = with_papers(), Steps()
    municipality.portal.set_fault(fault, step=step, times=1)
    with pytest.raises(Malformed):
        municipality.destination().file(sent, steps)
    municipality.destination().file(sent, steps)
    tally = municipality.portal.tally(sent.reference)
    assert tally == {
        **{"zaken": 1, "rollen": 2, "zaakeigenschappen": 3, "statussen": 1},
        **dict.fromkeys(PAPERS, 2),
    }


@pytest.mark.parametrize("step", PAPERS)
@pytest.mark.parametrize("fault", [*FAULTS, "down"])
@pytest.mark.parametrize("kind", ["message", "withdrawal"])
def test_after_a_fault_what_a_citizen_says_arrived_once(
    municipality: Municipality, step: str, fault: str, kind: str
) -> None:
    sent, steps = request(), Steps()
    zaak = municipality.destination().file(sent, Steps()).their_reference
    post = message(kind, paper())
    municipality.portal.set_fault(fault, step=step, times=1)
    with pytest.raises(FAULTS.get(fault, Unavailable)):
        municipality.destination().send(zaak, post, steps)
    municipality.destination().send(zaak, post, steps)
    counted(municipality, sent, 2)
    nowhere_else(municipality, post.reference, post.documents[0].reference)
    told = municipality.own.get(zaak).json()["toelichting"]
    assert told.count(post.reference) == (1 if kind == "withdrawal" else 0)


@pytest.mark.parametrize("dies_at", range(1, 6))
def test_a_process_that_is_killed_between_the_document_and_its_place_leaves_one_of_each(
    municipality: Municipality, dies_at: int
) -> None:
    sent, steps = request(), Steps(dies_at=dies_at)
    zaak = municipality.destination().file(sent, Steps()).their_reference
    post = message("withdrawal", paper())
    with pytest.raises(Killed):
        municipality.destination().send(zaak, post, steps)
    municipality.destination().send(zaak, post, steps)
    municipality.destination().send(zaak, post, steps)
    counted(municipality, sent, 2)
    assert municipality.own.get(zaak).json()["toelichting"].count(post.reference) == 1


def test_a_closed_case_takes_nothing_more_but_an_objection(municipality: Municipality) -> None:
    sent, destination = request(), municipality.destination()
    zaak = destination.file(sent, Steps()).their_reference
    result = municipality.own.result_body({"url": zaak})
    assert municipality.own.post("zaken/resultaten", result).status_code == 201
    municipality.sets_status(zaak, "Afgehandeld")
    post = message()
    with pytest.raises(Refused, match="closed"):
        destination.send(zaak, post, Steps())
    nowhere_else(municipality, post.reference)
    objection, steps = message("objection"), Steps()
    for _ in range(2):
        destination.send(zaak, objection, steps)
    counted(municipality, sent, 1)


# --- What is too large for one call -----------------------------------------------------------------


LARGE = 700_000
PARTLY = ("bestandsdelen", "unlock")


def large(name: str = "Plattegrond") -> Document:
    return Document(secrets.token_hex(16), name, "application/pdf", b"%PDF-1.7 " + secrets.token_bytes(LARGE))


def in_parts(municipality: Municipality) -> ZgwDestination:
    return municipality.destination(parts_from=LARGE)


def stored(municipality: Municipality, zaak: str, title: str) -> list[bytes]:
    """The content of each document of that title, which is whole and locked no more."""
    links = municipality.own.get(f"zaken/zaakinformatieobjecten?zaak={zaak}").json()
    found = [municipality.own.get(one["informatieobject"]).json() for one in links if one["titel"] == title]
    assert [(one["locked"], one["bestandsdelen"]) for one in found] == [(False, [])] * len(found)
    return [municipality.own.get(one["inhoud"], Accept="*/*").content for one in found]


def test_a_large_document_arrives_whole_in_parts(municipality: Municipality) -> None:
    document = large()
    sent = replace(request(), documents=(document, paper()))
    zaak = in_parts(municipality).file(sent, Steps()).their_reference
    counted(municipality, sent, 2)
    assert stored(municipality, zaak, document.title) == [document.content]


@pytest.mark.parametrize("step", [*PARTLY, PAPERS[0]])
@pytest.mark.parametrize("fault", ["lost", "stored-500", "down"])
def test_after_a_fault_at_a_part_or_the_lock_a_document_is_there_once_and_whole(
    municipality: Municipality, step: str, fault: str
) -> None:
    sent, document = request(), large()
    zaak = in_parts(municipality).file(sent, Steps()).their_reference
    post, steps = message("objection", document), Steps()
    municipality.portal.set_fault(fault, step=step, times=1)
    with pytest.raises(Unavailable):
        in_parts(municipality).send(zaak, post, steps)
    in_parts(municipality).send(zaak, post, steps)
    counted(municipality, sent, 2)
    assert stored(municipality, zaak, document.title) == [document.content]
    nowhere_else(municipality, post.reference, document.reference)


@pytest.mark.parametrize("dies_at", [3, 4, 6, 7, 8])
def test_a_process_that_is_killed_at_any_part_leaves_one_whole_document(
    municipality: Municipality, dies_at: int
) -> None:
    sent, document, steps = request(), large(), Steps(dies_at=dies_at)
    zaak = in_parts(municipality).file(sent, Steps()).their_reference
    post = message("message", document)
    with pytest.raises(Killed):
        in_parts(municipality).send(zaak, post, steps)
    for _ in range(2):
        in_parts(municipality).send(zaak, post, steps)
    counted(municipality, sent, 2)
    assert stored(municipality, zaak, document.title) == [document.content]


# --- Coming back ----------------------------------------------------------------------------------


def officer_adds(municipality: Municipality, zaak: str, kind: str, title: str) -> None:
    """At the desk of the sandbox, as a person does."""
    address = f"{municipality.own.url}/zaak/{zaak.rsplit('/', 1)[1]}/"
    with requests.Session() as browser:
        page = browser.get(address, timeout=SECONDS).text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token
        form = {"csrfmiddlewaretoken": token[1], "kind": kind, "title": title, "letter": f"{title}."}
        assert browser.post(f"{address}document", data=form, timeout=SECONDS).status_code == 200


def titles(destination: ZgwDestination, zaak: str) -> list[tuple[str, bool]]:
    reading = destination.read(zaak, version="", trace_id=TRACE)
    assert reading is not None
    return [(one.title, one.decision) for one in reading.papers]


def test_the_citizen_gets_letters_and_decisions_and_never_notes_or_their_own_documents(
    municipality: Municipality,
) -> None:
    destination = municipality.destination()
    zaak = destination.file(with_papers(), Steps()).their_reference
    first = destination.read(zaak, version="", trace_id=TRACE)
    assert first is not None
    assert first.papers == ()
    assert destination.read(zaak, version=first.version, trace_id=TRACE) is None
    for kind, title in (("letter", "Uitnodiging"), ("internal", "Bellen"), ("decision", "Besluit")):
        officer_adds(municipality, zaak, kind, title)
    reading = destination.read(zaak, version=first.version, trace_id=TRACE)
    assert reading is not None
    assert [(one.title, one.decision) for one in reading.papers] == [
        ("Uitnodiging", False),
        ("Besluit", True),
    ]
    assert destination.read(zaak, version=reading.version, trace_id=TRACE) is None
    for one in reading.papers:
        content = destination.document(zaak, one, trace_id=TRACE)
        assert content.startswith(b"%PDF-")
        assert f"({one.title}.) Tj".encode() in content
        assert one.size == len(content)


def test_a_document_of_another_case_cannot_be_read(municipality: Municipality) -> None:
    destination = municipality.destination()
    own, other = (destination.file(request(), Steps()).their_reference for _ in range(2))
    officer_adds(municipality, other, "letter", "Uitnodiging")
    reading = destination.read(other, version="", trace_id=TRACE)
    assert reading is not None
    with pytest.raises(Refused, match="does not show"):
        destination.document(own, reading.papers[0], trace_id=TRACE)


@pytest.mark.parametrize(
    "ask",
    [
        lambda one, zaak: one.read(zaak, version="", trace_id=TRACE),
        lambda one, zaak: one.send(zaak, message(), Steps()),
        lambda one, zaak: one.check(),
    ],
    ids=["read", "send", "check"],
)
def test_an_agency_that_is_down_has_not_no_documents(
    municipality: Municipality, ask: Callable[[ZgwDestination, str], object]
) -> None:
    zaak = municipality.destination().file(request(), Steps()).their_reference
    officer_adds(municipality, zaak, "letter", "Uitnodiging")
    municipality.portal.set_fault("down")
    with pytest.raises(ConnectorError):
        ask(municipality.destination(), zaak)
    municipality.portal.set_fault("none")
    assert titles(municipality.destination(), zaak) == [("Uitnodiging", False)]
