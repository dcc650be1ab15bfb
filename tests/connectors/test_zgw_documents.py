"""Documents that the destination `zgw` brings: as what, in which zaak, and what somebody reads in them."""

from __future__ import annotations

import base64
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from connectors import faults
from connectors.base import Document, Misconfigured, Post, Refused
from connectors.destinations.zgw.documents import file_name, name_of
from tests.connectors.zgw import SAMPLES, Content, answer_to, changed, listed, sent
from tests.contract.agency import Agency
from tests.contract.samples import Killed, Sample, Steps, build, build_destination, envelope, post_of

SAMPLE = SAMPLES["documents"]
MESSAGE = replace(post_of(SAMPLE), kind="message", documents=(), reference="LL-5D3R-W8HT-p1")


def filed(sample: Sample = SAMPLE, **settings: str) -> Agency:
    with Agency(sample.content) as agency:
        destination = build(sample.connector, agency.url, 5.0, {**sample.content["settings"], **settings})
        destination.file(envelope(sample), Steps())
    return agency


def brought(post: Post, sample: Sample = SAMPLE) -> Agency:
    """Only what the post brought."""
    with Agency(sample.content) as agency:
        destination = build_destination(sample, agency.url)
        reference = destination.file(envelope(sample), Steps()).their_reference
        agency.effects.clear()
        destination.send(reference, post, Steps())
    return agency


def text_of(document: Content) -> str:
    return base64.b64decode(document["inhoud"]).decode()


def with_zaak(**fields: str) -> Sample:
    """The agency has written these fields in the zaak."""

    def write(content: Content) -> None:
        answer_to(content, "POST /zaken/api/v1/zaken")["json"] |= fields

    return changed(write, SAMPLE)


# --- With the request -----------------------------------------------------------------------------


def test_a_document_is_stored_whole_under_our_reference_and_names_nobody() -> None:
    agency = filed()
    first, _ = sent(agency, "documenten")
    content = b"%PDF-1.7 x"
    assert first == {
        "identificatie": "LL-5D3R-W8HT-d1",
        "bronorganisatie": "999190015",
        "creatiedatum": "2025-11-22",
        "ontvangstdatum": "2025-11-22",
        "titel": "Verklaring van de verloskundige",
        "auteur": "Inwoner, via Levensloket",
        "taal": "dut",
        "status": "definitief",
        "vertrouwelijkheidaanduiding": "zaakvertrouwelijk",
        "formaat": "application/pdf",
        "bestandsnaam": "Verklaring van de verloskundige.pdf",
        "bestandsomvang": len(content),
        "inhoud": base64.b64encode(content).decode(),
        "integriteit": {
            "algoritme": "sha_256",
            "waarde": sha256(content).hexdigest(),
            "datum": "2025-11-22",
        },
        "informatieobjecttype": (
            f"{agency.url}/catalogi/api/v1/informatieobjecttypen/70000000-0000-4000-8000-000000000002"
        ),
    }


def test_each_document_is_in_the_zaak_before_its_first_status() -> None:
    agency = filed()
    kept = [where for where, _ in agency.effects]
    assert kept == [
        *("zaken", "rollen", "rollen", "zaakeigenschappen"),
        *("documenten", "zaakinformatieobjecten", "documenten", "zaakinformatieobjecten"),
        "statussen",
    ]
    links = sent(agency, "zaakinformatieobjecten")
    assert {one["zaak"] for one in links} == {agency.fill(SAMPLE.expect["their_reference"])}
    assert [one["titel"] for one in links] == ["Verklaring van de verloskundige", "Volmacht: getekend"]


def test_who_acts_for_the_citizen_is_in_the_zaak_beside_the_citizen() -> None:
    citizen, representative = sent(filed(), "rollen")
    assert citizen["betrokkeneIdentificatie"] == {"inpBsn": "999990007"}
    assert citizen["indicatieMachtiging"] == "machtiginggever"
    assert citizen["roltype"].endswith("2")
    assert representative["betrokkeneIdentificatie"] == {"inpBsn": "999990019"}
    assert representative["indicatieMachtiging"] == "gemachtigde"
    assert representative["roltype"].endswith("3")


def test_a_kind_of_case_without_a_name_for_it_has_who_asks_along() -> None:
    def rename(content: Content) -> None:
        listed(content, "roltypen")[2].update(omschrijving="Partner", omschrijvingGeneriek="mede_initiator")

    assert sent(filed(changed(rename, SAMPLE)), "rollen")[1]["roltype"].endswith("3")


@pytest.mark.parametrize(
    ("call", "change", "says"),
    [
        (
            "roltypen",
            lambda found: found[2].update(omschrijving="Partner"),
            "roltype gemachtigde or mede_initiator of zaaktype GEBOORTE-AANGIFTE is not in",
        ),
        (
            "zaaktype-informatieobjecttypen",
            lambda found: [one.update(richting="uitgaand") for one in found],
            "informatieobjecttype that goes in is not in",
        ),
    ],
    ids=["nobody acts for another", "no document goes in"],
)
def test_what_the_agency_lacks_is_named_before_anything_goes_out(call: str, change: Any, says: str) -> None:
    sample = changed(lambda content: change(listed(content, call)), SAMPLE)
    with Agency(sample.content) as agency, pytest.raises(Misconfigured, match=says):
        build_destination(sample, agency.url).file(envelope(sample), Steps())
    assert agency.effects == []


def named_types(content: Content) -> None:
    """The agency has an informatieobjecttype with a name, the last of those that go in."""
    url = "{side}/catalogi/api/v1/informatieobjecttypen/70000000-0000-4000-8000-00000000000"
    found = [
        {"url": f"{url}3", "omschrijving": "Bewijsstuk"},
        {"url": f"{url}1", "omschrijving": "Bewijsstuk"},
    ]
    content["answers"].insert(
        0, {"call": "GET /catalogi/api/v1/informatieobjecttypen", "json": {"next": None, "results": found}}
    )


def test_the_settings_may_choose_the_type_of_what_a_citizen_sends() -> None:
    agency = filed(changed(named_types, SAMPLE), document_type="Bewijsstuk")
    assert {one["informatieobjecttype"][-1] for one in sent(agency, "documenten")} == {"3"}
    with pytest.raises(Misconfigured, match="informatieobjecttype Verslag is not in"):
        filed(changed(named_types, SAMPLE), document_type="Verslag")


def test_without_a_documenten_api_a_request_with_documents_waits_for_the_settings() -> None:
    sample = changed(lambda content: content["settings"].pop("documenten_url"), SAMPLE)
    with Agency(sample.content) as agency:
        destination = build_destination(sample, agency.url)
        with pytest.raises(Misconfigured, match="without documenten_url"):
            destination.file(envelope(sample), Steps())
        assert agency.effects == []
        receipt = destination.file(replace(envelope(sample), documents=()), Steps())
        with pytest.raises(Misconfigured, match="without documenten_url"):
            destination.send(receipt.their_reference, MESSAGE, Steps())


def test_a_document_that_we_stored_and_forgot_is_found_and_not_stored_again() -> None:
    with Agency(SAMPLE.content) as agency:
        for _ in range(2):
            build_destination(SAMPLE, agency.url).file(envelope(SAMPLE), Steps())
    assert len(sent(agency, "documenten")) == len(sent(agency, "zaakinformatieobjecten")) == 2


# --- After it -------------------------------------------------------------------------------------


def test_a_message_is_a_text_that_anybody_can_read() -> None:
    (document,) = sent(brought(MESSAGE), "documenten")
    assert (document["identificatie"], document["titel"]) == ("LL-5D3R-W8HT-p1", "Bericht van de inwoner")
    assert (document["formaat"], document["bestandsnaam"]) == ("text/plain", "Bericht van de inwoner.txt")
    assert text_of(document) == (
        "Bericht van de inwoner\n"
        "Zaak: LL-5D3R-W8HT\n"
        "Kenmerk: LL-5D3R-W8HT-p1\n"
        "Geschreven op: 23-11-2025 om 09:15 uur\n"
        "\n"
        "Het hoeft niet meer. Ik woon nu aan de Gracht 3.\n"
    )


def test_an_answer_says_what_it_is_about_and_what_goes_with_it() -> None:
    papers = (Document("LL-5D3R-W8HT-d4", "Loonstrook", "application/pdf", b"%PDF"),)
    agency = brought(replace(MESSAGE, kind="answer", about="Vraag 7", text="", documents=papers))
    answer, payslip = sent(agency, "documenten")
    assert answer["titel"] == "Antwoord van de inwoner"
    for line in ("Gaat over: Vraag 7", "Bijlagen: Loonstrook", "(zonder tekst)"):
        assert line in text_of(answer)
    assert base64.b64decode(payslip["inhoud"]) == b"%PDF"
    assert len(sent(agency, "zaakinformatieobjecten")) == 2
    assert sent(agency, "zaken changed") == []


def test_a_withdrawal_is_a_document_and_a_line_that_nobody_overlooks() -> None:
    agency = brought(post_of(SAMPLE))
    letter, _ = sent(agency, "documenten")
    assert letter["titel"] == "Intrekking door de inwoner"
    (line,) = sent(agency, "zaken changed")
    assert line["toelichting"].startswith("[LL-5D3R-W8HT.p3] De inwoner trekt de aanvraag in.")
    assert {where for where, _ in agency.effects} == {"documenten", "zaakinformatieobjecten", "zaken changed"}


def test_a_withdrawal_arrives_where_the_toelichting_is_full() -> None:
    agency = brought(post_of(SAMPLE), with_zaak(toelichting="a" * 990))
    assert len(sent(agency, "documenten")) == 2
    assert sent(agency, "zaken changed") == []


def test_a_zaak_that_is_closed_takes_nothing_more() -> None:
    for post in (MESSAGE, post_of(SAMPLE)):
        sample = with_zaak(einddatum="2026-11-24")
        with Agency(sample.content) as agency:
            destination = build_destination(sample, agency.url)
            reference = destination.file(envelope(sample), Steps()).their_reference
            agency.effects.clear()
            with pytest.raises(Refused, match="closed"):
                destination.send(reference, post, Steps())
            assert agency.effects == []


def test_a_zaak_that_is_closed_between_the_document_and_its_place_asks_for_a_person() -> None:
    with Agency(SAMPLE.content) as agency:
        destination = build_destination(SAMPLE, agency.url)
        reference = destination.file(envelope(SAMPLE), Steps()).their_reference
        steps = Steps(dies_at=1)
        with pytest.raises(Killed):
            destination.send(reference, MESSAGE, steps)
        refused = {"call": "POST /zaken/api/v1/zaakinformatieobjecten", "status": 403, "json": {}}
        agency.answers = [_closed(agency, reference), refused, *agency.answers]
        with pytest.raises(Refused, match="closed"):
            destination.send(reference, MESSAGE, steps)


def _closed(agency: Agency, zaak: str) -> Content:
    """The zaak as it is once the agency has closed it."""
    (filed_as,) = sent(agency, "zaken")
    told = {**filed_as, "url": zaak, "einddatum": "2026-11-24"}
    return {"call": "GET /zaken/api/v1/zaken/{uuid}", "json": told}


def test_what_arrived_before_the_zaak_was_closed_did_arrive() -> None:
    with Agency(SAMPLE.content) as agency:
        destination, steps = build_destination(SAMPLE, agency.url), Steps()
        reference = destination.file(envelope(SAMPLE), Steps()).their_reference
        destination.send(reference, MESSAGE, steps)
        effects = agency.outcome
        steps.forget()
        agency.answers = [_closed(agency, reference), *agency.answers]
        destination.send(reference, MESSAGE, steps)
        assert agency.outcome == effects


# --- Names ----------------------------------------------------------------------------------------


def test_a_reference_that_the_standard_does_not_take_becomes_one_that_it_does() -> None:
    assert name_of("LL-3F6H-8KWP-d1") == "LL-3F6H-8KWP-d1"
    names = [name_of(one) for one in ("LL-3F6H.17", "LL-3F6H-17", "LL-3F6H 17", "x" * 41, "x" * 42)]
    assert len(set(names)) == len(names)
    assert all(len(name) <= 40 and name.replace("-", "").isalnum() for name in names)
    assert names[0] == name_of("LL-3F6H.17")


@pytest.mark.parametrize(
    ("title", "kind", "name"),
    [
        ("Brief: nr. 1/2", "application/pdf", "Brief nr 1 2.pdf"),
        ("../../etc/passwd", "text/plain", "etc passwd.txt"),
        ("…", "image/png", "document.png"),
        ("Foto", "application/x-unknown", "Foto"),
        ("a" * 300, "image/jpeg", f"{'a' * 100}.jpg"),
    ],
)
def test_a_title_becomes_the_name_of_a_file(title: str, kind: str, name: str) -> None:
    assert file_name(Document("d1", title, kind, b"")) == name


# --- Breaking off ---------------------------------------------------------------------------------


@pytest.mark.parametrize("point", ["zgw.after-document", "zgw.after-link"])
def test_what_breaks_off_after_an_effect_has_it_once(
    point: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faults, "_folder", tmp_path)
    faults.arm(tmp_path, point, "pass", "raise")
    with Agency(SAMPLE.content) as agency:
        destination, steps = build_destination(SAMPLE, agency.url), Steps()
        with pytest.raises(faults.Broken):
            destination.file(envelope(SAMPLE), steps)
        destination.file(envelope(SAMPLE), steps)
    assert faults.met(tmp_path, point) == ["pass", "raise"]
    assert len(sent(agency, "documenten")) == len(sent(agency, "zaakinformatieobjecten")) == 2
