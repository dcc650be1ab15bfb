"""What an agency shows to the citizen, and what it does not: letters, decisions, and their content."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from connectors.base import ConnectorError, Malformed, Misconfigured, Paper, Reading, Refused, Unavailable
from tests.connectors.zgw_papers import (
    DECISION,
    IN,
    INSIDE,
    LETTER,
    OURS,
    PDF,
    ZAAK,
    Content,
    Papers,
    document,
    document_url,
    link,
    reader,
)
from tests.contract.agency import BEFORE, Agency, Fault
from tests.contract.samples import TRACE

Change = Callable[[Papers], Any]


def read(papers: Papers, version: str = "", **settings: Any) -> Reading | None:
    with Agency(papers.content()) as agency:
        return reader(agency, **settings).read(agency.fill(ZAAK), version=version, trace_id=TRACE)


def shown(change: Change = lambda papers: None, **settings: Any) -> list[str]:
    """The last sign of each document that is shown, oldest first."""
    papers = Papers()
    change(papers)
    reading = read(papers, **settings)
    assert reading is not None
    return [paper.external_id[-1] for paper in reading.papers]


def content_of(change: Change, key: str = LETTER, **settings: Any) -> bytes:
    papers = Papers()
    paper = read(papers)
    assert paper is not None
    (wanted,) = [one for one in paper.papers if one.external_id == key]
    change(papers)
    with Agency(papers.content()) as agency:
        return reader(agency, **settings).document(agency.fill(ZAAK), wanted, trace_id=TRACE)


# --- What is shown --------------------------------------------------------------------------------


def test_a_letter_and_a_decision_are_shown_and_what_the_citizen_sent_is_not() -> None:
    reading = read(Papers())
    assert reading is not None
    letter, decision = reading.papers
    assert (letter.external_id, letter.title, letter.media_type) == (LETTER, "Brief 1", "application/pdf")
    assert (letter.size, letter.decision) == (len(PDF), False)
    assert (decision.external_id, decision.title, decision.decision) == (DECISION, "Besluit", True)
    assert letter.set_at < decision.set_at


@pytest.mark.parametrize(
    "change",
    [
        {"status": "in_bewerking"},
        {"status": "ter_vaststelling"},
        {"status": ""},
        {"bestandsdelen": [{"volgnummer": 1, "voltooid": False}]},
        {"vertrouwelijkheidaanduiding": "intern"},
        {"vertrouwelijkheidaanduiding": "vertrouwelijk"},
        {"vertrouwelijkheidaanduiding": "geheim"},
        {"vertrouwelijkheidaanduiding": ""},
        {"ontvangstdatum": "2025-11-22"},
        {"auteur": "Inwoner, via Levensloket"},
        {"informatieobjecttype": IN},
        {"informatieobjecttype": INSIDE},
    ],
    ids=str,
)
def test_a_letter_is_shown_when_everything_says_yes(change: Content) -> None:
    assert shown(lambda papers: papers.documents[LETTER].update(change)) == ["2"]


@pytest.mark.parametrize(
    "change",
    [
        {"status": "gearchiveerd"},
        {"vertrouwelijkheidaanduiding": "openbaar"},
        {"vertrouwelijkheidaanduiding": "beperkt_openbaar"},
        {"locked": True},
    ],
    ids=str,
)
def test_some_letters_look_otherwise_and_are_shown(change: Content) -> None:
    assert shown(lambda papers: papers.documents[LETTER].update(change)) == ["1", "2"]


def test_the_letter_of_a_decision_may_be_of_any_type_but_not_confidential() -> None:
    assert shown(lambda papers: papers.documents[DECISION].update(informatieobjecttype=INSIDE)) == ["1", "2"]
    assert shown(lambda papers: papers.documents[DECISION].update(vertrouwelijkheidaanduiding="intern")) == [
        "1"
    ]


def test_a_decision_whose_letter_is_not_in_the_zaak_is_shown() -> None:
    def leave(papers: Papers) -> None:
        papers.links = [one for one in papers.links if not one["informatieobject"].endswith(DECISION)]

    assert shown(leave) == ["1", "2"]


def test_without_a_besluiten_api_the_letter_of_a_decision_is_a_letter() -> None:
    reading = read(Papers(), besluiten_url=None)
    assert reading is not None
    assert [paper.decision for paper in reading.papers] == [False, False]


def test_without_a_documenten_api_there_are_no_papers() -> None:
    assert shown(documenten_url=None, besluiten_url=None) == []


def test_decisions_and_documents_of_another_zaak_are_not_shown() -> None:
    def mix(papers: Papers) -> None:
        papers.decisions[0]["zaak"] = f"{ZAAK[:-1]}9"
        papers.links[1]["zaak"] = f"{ZAAK[:-1]}9"

    assert shown(mix) == ["2"]


@pytest.mark.parametrize("status", [403, 404])
def test_a_document_that_is_not_for_us_or_gone_hides_no_other(status: int) -> None:
    assert shown(lambda papers: papers.gone.update({LETTER: status})) == ["2"]


def test_a_document_of_another_host_is_not_fetched(caplog: pytest.LogCaptureFixture) -> None:
    elsewhere = "https://elders.test/documenten/api/v1/enkelvoudiginformatieobjecten"
    assert shown(lambda papers: papers.links[1].update(informatieobject=f"{elsewhere}/{LETTER}")) == ["2"]
    assert "another Documenten API is not shown" in caplog.text
    assert "elders" not in caplog.text


def test_a_newer_server_that_brings_documents_along_is_not_asked_for_them() -> None:
    papers = Papers()
    for one in papers.links:
        known = papers.documents[one["informatieobject"].rsplit("/", 1)[1]]
        one["_expand"] = {"informatieobject": known}
    with Agency(papers.content()) as agency:
        reading = reader(agency).read(agency.fill(ZAAK), version="", trace_id=TRACE)
    assert reading is not None
    assert [paper.external_id for paper in reading.papers] == [LETTER, DECISION]
    assert not [asked for asked in agency.asked if "/documenten/" in asked.target]


@pytest.mark.parametrize(
    ("given", "name", "expected"),
    [
        ("application/pdf", "", "application/pdf"),
        ("Text/Plain; charset=utf-8", "", "text/plain"),
        (".pdf", "brief.pdf", "application/pdf"),
        ("", "brief", "application/octet-stream"),
        ("text/html\r\nX: y", "", "application/octet-stream"),
    ],
)
def test_the_type_of_a_document_is_a_type(given: str, name: str, expected: str) -> None:
    papers = Papers()
    papers.documents[LETTER].update(formaat=given, bestandsnaam=name)
    reading = read(papers)
    assert reading is not None
    assert reading.papers[0].media_type == expected


def test_the_name_in_the_zaak_counts_before_that_of_the_document() -> None:
    papers = Papers()
    papers.links[1]["titel"] = "Uitnodiging"
    reading = read(papers)
    assert reading is not None
    assert reading.papers[0].title == "Uitnodiging"


@pytest.mark.parametrize(
    "change",
    [
        lambda papers: papers.documents[LETTER].update(url=document_url(OURS)),
        lambda papers: papers.documents[LETTER].update(titel=7),
        lambda papers: papers.links[1].update(registratiedatum="gisteren"),
        lambda papers: papers.links[1].update(registratiedatum="2025-11-24T10:00:00"),
    ],
    ids=["another document", "no text", "no moment", "no time zone"],
)
def test_what_is_not_as_the_standard_says_is_malformed(change: Change) -> None:
    with pytest.raises(Malformed):
        shown(change)


HIDE_ONE = ("403", "404")
"""These answers to a question about one document are about that document alone."""


@pytest.mark.parametrize(
    "fault", [one for one in BEFORE if one.name not in HIDE_ONE], ids=lambda fault: fault.name
)
def test_a_failure_at_any_call_is_never_taken_for_having_no_papers(fault: Fault) -> None:
    whole = read(Papers())
    with Agency(Papers().content()) as agency:
        reader(agency).read(agency.fill(ZAAK), version="", trace_id=TRACE)
        calls = len(agency.asked)
    assert calls > 8
    for call in range(1, calls + 1):
        with Agency(Papers().content()) as agency:
            agency.faults[call] = fault
            slow = reader(agency, deadline=fault.seconds, document_deadline=fault.seconds)
            with pytest.raises(ConnectorError) as caught:
                slow.read(agency.fill(ZAAK), version="", trace_id=TRACE)
            assert caught.value.kind in fault.kinds, f"call {call}"
            assert reader(agency).read(agency.fill(ZAAK), version="", trace_id=TRACE) == whole


# --- When to look again ---------------------------------------------------------------------------


def test_nothing_new_costs_no_call_about_documents() -> None:
    papers = Papers()
    first = read(papers)
    assert first is not None
    with Agency(papers.content()) as agency:
        again = reader(agency).read(agency.fill(ZAAK), version=first.version, trace_id=TRACE)
    assert again is None
    assert [asked.target.partition("?")[0].rsplit("/", 1)[-1] for asked in agency.asked] == [
        ZAAK[-36:],
        "besluiten",
        "besluitinformatieobjecten",
    ]


def test_a_decision_is_heard_of_although_the_zaak_looks_unchanged() -> None:
    papers = Papers()
    papers.letters = []
    first = read(papers)
    assert first is not None
    papers.letters = Papers().letters
    second = read(papers, first.version)
    assert second is not None
    assert [paper.decision for paper in second.papers] == [False, True]
    assert read(papers, second.version) is None


def test_a_letter_that_is_still_being_written_is_looked_for_each_time() -> None:
    papers = Papers()
    papers.documents[LETTER]["status"] = "in_bewerking"
    first = read(papers)
    assert first is not None
    assert first.version == ""
    papers.documents[LETTER]["status"] = "definitief"
    second = read(papers, first.version)
    assert second is not None
    assert len(second.papers) == 2
    assert second.version.startswith('"b5e1" ')


def test_an_internal_note_in_the_making_keeps_nobody_looking() -> None:
    papers = Papers()
    papers.documents["d0000000-0000-4000-8000-000000000004"] = document(
        "d0000000-0000-4000-8000-000000000004", status="in_bewerking", informatieobjecttype=INSIDE
    )
    papers.links.append(link("d0000000-0000-4000-8000-000000000004"))
    reading = read(papers)
    assert reading is not None
    assert reading.version.startswith('"b5e1" ')


def test_a_server_without_etags_is_read_each_time() -> None:
    papers = Papers()
    papers.etag = ""
    reading = read(papers)
    assert reading is not None
    assert reading.version == ""


# --- Their content --------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [LETTER, DECISION])
def test_a_document_that_is_shown_can_be_read(key: str) -> None:
    assert content_of(lambda papers: None, key) == PDF


def _hide(papers: Papers) -> None:
    papers.documents[LETTER]["vertrouwelijkheidaanduiding"] = "geheim"


def _unlink(papers: Papers) -> None:
    del papers.links[1]


@pytest.mark.parametrize(
    "change",
    [
        _hide,
        _unlink,
        lambda papers: papers.documents[LETTER].update(status="in_bewerking"),
        lambda papers: papers.gone.update({LETTER: 404}),
    ],
    ids=["confidential now", "out of the zaak", "being written again", "gone"],
)
def test_what_is_not_shown_any_more_cannot_be_read(change: Change) -> None:
    with pytest.raises(Refused, match="does not show"):
        content_of(change)


@pytest.mark.parametrize("name", ["", "../zaken", "d0000000-0000-4000-8000-00000000000a/../x", "7"])
def test_only_what_is_named_like_a_document_is_asked_for(name: str) -> None:
    reading = read(Papers())
    assert reading is not None
    paper: Paper = replace(reading.papers[0], external_id=name)
    with Agency({}) as agency, pytest.raises(Refused, match="called so"):
        reader(agency).document(agency.fill(ZAAK), paper, trace_id=TRACE)
    assert agency.asked == []


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        (lambda papers: papers.files[LETTER].update(text="%PDF-1.7 beste"), Malformed, "not as long"),
        (lambda papers: papers.files[LETTER].update(text=PDF.decode().upper()), Malformed, "checksum"),
        (
            lambda papers: papers.files[LETTER].update(headers={"Content-Type": "text/html"}),
            Malformed,
            "not with a file",
        ),
        (lambda papers: papers.files[LETTER].update(status=503), Unavailable, "503"),
        (lambda papers: papers.files[LETTER].update(status=403), Misconfigured, "rights"),
        (
            lambda papers: papers.documents[LETTER].update(bestandsomvang=26_214_401),
            Refused,
            "larger than 26214400",
        ),
    ],
    ids=["half", "another", "a page", "down", "no right", "too large"],
)
def test_other_bytes_than_were_stored_are_no_document(
    change: Change, error: type[ConnectorError], says: str
) -> None:
    with pytest.raises(error, match=says):
        content_of(change)


def test_a_document_that_says_no_size_is_bound_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.destinations.zgw.papers.LARGEST", 10)
    with pytest.raises(Malformed, match="larger than 10 bytes"):
        content_of(lambda papers: papers.documents[LETTER].update(bestandsomvang=None, integriteit=None))


def test_without_a_documenten_api_no_content_can_be_read() -> None:
    with pytest.raises(Misconfigured, match="documenten_url"):
        content_of(lambda papers: None, documenten_url=None, besluiten_url=None)


def test_a_besluiten_api_alone_is_a_mistake_in_the_settings() -> None:
    with pytest.raises(ValueError, match="besluiten_url"), Agency({}) as agency:
        reader(agency, documenten_url=None)


def test_a_kind_of_case_without_document_types_shows_decisions_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.connectors.zgw_papers.WAYS", ())
    assert shown() == ["2"]
