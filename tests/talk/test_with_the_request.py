"""Documents that go with the request itself: seen on the review page, kept, and brought."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from portal.cases.disputes import proofs
from portal.cases.disputes.corrections import ask_correction
from portal.cases.disputes.verbs import dispute, held_value
from portal.cases.journey import journeys
from portal.cases.journey.answers import answers_of
from portal.cases.journey.files import attach, detach
from portal.cases.journey.payloads import payload_of
from portal.cases.journey.submit import Changed, submit
from portal.cases.models import Case, Delivery, Document, DraftFile, Journey, Phase, Proof
from portal.cases.out.outbox import MAX_ATTEMPTS
from portal.cases.reading.inbox import open_tasks
from portal.cases.reading.showing import sent_context
from portal.cases.talk.asking import Answer, answer
from portal.cases.talk.asking import attach as attach_to_answer
from portal.cases.talk.documents import content_of, look_into
from portal.cases.talk.files import MOST, TooMany, WrongFile
from portal.cases.talk.following import PATIENCE
from portal.cases.talk.staff import open_document
from portal.cases.tasks import check_documents
from portal.people.actor import Actor
from tests.cases.answers import ANSWERS
from tests.cases.steps import answered, begun, deliver_all, reloaded, seen, submitted
from tests.cast import logged_in
from tests.factories import make_citizen_user, make_operator, spare_bsns
from tests.talk.conftest import System, fresh
from tests.talk.files import EICAR, pdf, png

QUESTION = "birth_statement"


def _asks(journey: Journey) -> dict[str, Any]:
    group = next(group for group in journeys.groups_of(journey) if group.id == "birth")
    (question,) = group.document_questions
    return {"group": group, "question": question}


def _with_file(noor: Actor, content: bytes | None = None) -> Journey:
    journey = answered(noor)
    attach(journey=journey, content=content or pdf(), **_asks(journey))
    return reloaded(journey)


def _sent(noor: Actor, content: bytes | None = None) -> Case:
    journey = _with_file(noor, content)
    cases = submit(journey=journey, seen=seen(journey), follow_ups=["kinderbijslag"], level="midden")
    return next(case for case in cases if case.service == "geboorteaangifte")


def test_a_file_goes_with_the_request_and_no_copy_of_it_stays_behind(noor: Actor, system: System) -> None:
    case = _sent(noor)
    document = case.documents.get()
    assert content_of(document) == pdf()
    assert payload_of(case)["answers"]["birth"][0][QUESTION] == [
        {"id": str(document.pk), "media_type": "application/pdf", "size": len(pdf())}
    ]
    assert not DraftFile.objects.exists()
    assert not Document.objects.exclude(case=case).exists(), "nobody else asked for it"
    deliver_all()
    (envelope,) = system.filed
    (attached,) = envelope.documents
    assert (attached.content, attached.reference) == (pdf(), document.pk.hex)
    assert attached.title == "Geboorteverklaring van de arts of verloskundige"


def test_what_was_seen_is_what_is_sent(noor: Actor) -> None:
    journey = answered(noor)
    before = seen(journey)
    attach(journey=journey, content=pdf(), **_asks(journey))
    with pytest.raises(Changed):
        submit(journey=reloaded(journey), seen=before, follow_ups=[], level="midden")
    assert not Case.objects.exists()


def test_a_page_that_is_filled_in_again_keeps_its_files(noor: Actor) -> None:
    journey = _with_file(noor)
    journeys.answer(journey=journey, group="birth", index=0, item=ANSWERS["birth"][0])
    (held,) = answers_of(reloaded(journey)).item("birth", 0)[QUESTION]
    detach(journey=journey, group=_asks(journey)["group"], file_id=DraftFile.objects.get(pk=held["id"]).pk)
    assert QUESTION not in answers_of(reloaded(journey)).item("birth", 0)
    assert not DraftFile.objects.exists()


def test_a_draft_that_is_taken_back_takes_its_files_with_it(noor: Actor) -> None:
    journeys.discard(journey=_with_file(noor))
    assert not DraftFile.objects.exists()


def test_what_may_do_harm_and_what_is_too_much_is_refused(noor: Actor) -> None:
    journey = answered(noor)
    with pytest.raises(WrongFile):
        attach(journey=journey, content=b"MZ a program", **_asks(journey))
    for _ in range(MOST):
        attach(journey=journey, content=png(), **_asks(journey))
    with pytest.raises(TooMany):
        attach(journey=journey, content=png(), **_asks(journey))
    assert DraftFile.objects.count() == MOST


def test_the_draft_holds_no_readable_file(noor: Actor) -> None:
    _with_file(noor)
    assert pdf() not in bytes(DraftFile.objects.get().sealed)


# --- Where the agency works in the portal -------------------------------------------------------------


def test_an_officer_finds_it_and_the_look_is_logged(noor: Actor, officer: Actor) -> None:
    case = _sent(noor)
    deliver_all()
    assert fresh(case).phase == Phase.ARRIVED
    document, content = open_document(actor=officer, case=fresh(case), document_id=case.documents.get().pk)
    assert (document.title, content) == ("Geboorteverklaring van de arts of verloskundige", pdf())
    page = logged_in(officer.require_user()).get(f"/medewerker/{case.reference}/").content.decode()
    assert f"/medewerker/{case.reference}/documenten/{document.pk}/" in page
    shown = sent_context(fresh(case), payload_of(case))["answers"]
    rows = {row.name: row.lines for _title, answers in shown for row in answers}
    assert rows[QUESTION][0].startswith("PDF, ")


# --- The scanner --------------------------------------------------------------------------------------


def test_an_agency_gets_it_only_after_it_was_looked_into(noor: Actor, system: System, clamd: str) -> None:
    case = _sent(noor)
    deliver_all()
    assert system.filed == []
    look_into(document_id=case.documents.get().pk)
    deliver_all()
    assert [len(one.documents) for one in system.filed] == [1]


def test_a_virus_holds_up_nothing_and_the_citizen_is_asked_again(
    noor: Actor, system: System, clamd: str
) -> None:
    case = _sent(noor, pdf(b"% " + EICAR))
    look_into(document_id=case.documents.get().pk)
    deliver_all()
    assert [one.documents for one in system.filed] == [()]
    (task,) = open_tasks(actor=noor)
    assert (task.what, task.wants_document) == ("Stuur een nieuw bestand", True)
    assert fresh(case).phase == Phase.ARRIVED, "the agency waits for nothing"
    attach_to_answer(task=task, actor=noor, content=pdf(), title="Bijlage")
    answer(task=task, actor=noor, answer=Answer())
    for one in Document.objects.filter(state="checking"):
        look_into(document_id=one.pk)
    deliver_all()
    (post,) = system.posts
    assert (post.about, [one.content for one in post.documents]) == ("", [pdf()])
    assert fresh(case).phase == Phase.ARRIVED
    assert Delivery.objects.filter(delivered_at=None, case=case).count() == 0


def time_goes_on(case: Case) -> None:
    """The scanner was away for as long as a request waits for it."""
    long_ago = timezone.now() - PATIENCE
    Delivery.objects.filter(case=case).update(created_at=long_ago)
    Document.objects.filter(case=case).update(created_at=long_ago)


def test_a_scanner_that_is_away_holds_the_request_up_for_a_while_only(
    noor: Actor, system: System, clamd: str
) -> None:
    case = _sent(noor)
    for _ in range(MAX_ATTEMPTS + 1):
        deliver_all()
    row = Delivery.objects.get(case=case, kind="file")
    assert (row.needs_human, row.attempts, system.filed) == ("", 0, [])
    time_goes_on(case)
    deliver_all()
    (envelope,) = system.filed
    assert envelope.documents == (), "nobody gets it before it was looked into"
    for _ in range(MAX_ATTEMPTS + 1):
        deliver_all()
    assert (system.posts, fresh(case).phase) == ([], Phase.ARRIVED)
    look_into(document_id=case.documents.get().pk)
    deliver_all()
    deliver_all()
    (post,) = system.posts
    assert [(one.content, one.reference) for one in post.documents] == [(pdf(), case.documents.get().pk.hex)]
    assert Delivery.objects.filter(case=case, delivered_at=None).count() == 0


def test_a_virus_in_what_follows_asks_the_citizen_again(noor: Actor, system: System, clamd: str) -> None:
    case = _sent(noor, pdf(b"% " + EICAR))
    time_goes_on(case)
    deliver_all()
    look_into(document_id=case.documents.get().pk)
    deliver_all()
    assert [post.documents for post in system.posts] == [()]
    (task,) = open_tasks(actor=noor)
    assert (task.what, task.wants_document) == ("Stuur een nieuw bestand", True)


def test_operators_read_that_the_scanner_is_away(noor: Actor, system: System, clamd: str) -> None:
    case, operator = _sent(noor), logged_in(make_operator())
    assert "De virusscanner antwoordt niet" not in operator.get("/medewerker/koppelingen/").content.decode()
    time_goes_on(case)
    assert "Bestanden die wachten: 1" in operator.get("/medewerker/koppelingen/").content.decode()


# --- Proofs of what is wrong --------------------------------------------------------------------------


def _disputed(noor: Actor, content: bytes) -> Any:
    begun(noor)
    held = held_value(actor=noor, field="brp.address")
    right = {"street": "Gracht", "number": "3", "postcode": "9001 AA", "city": "Waterstad"}
    return dispute(
        actor=noor, field="brp.address", held=held, right=right, explanation="Verhuisd.", proofs=[content]
    )


def test_a_proof_goes_with_the_request_to_correct(noor: Actor, system: System) -> None:
    ask_correction(actor=noor, dispute=_disputed(noor, pdf()), level="midden")
    deliver_all()
    (envelope,) = system.filed
    assert [one.content for one in envelope.documents] == [pdf()]
    assert envelope.properties.get("uitleg") == "Verhuisd."
    assert not DraftFile.objects.exists()


def test_a_proof_that_comes_later_follows_to_who_decides(noor: Actor, system: System) -> None:
    ask_correction(actor=noor, dispute=_disputed(noor, pdf()), level="midden")
    deliver_all()
    _disputed(noor, png())
    deliver_all()
    deliver_all()
    posts = [post for post in system.posts if post.documents]
    assert [[one.content for one in post.documents] for post in posts] == [[png()]]
    assert "wat volgens mij niet klopt: Adres" in posts[0].text


def test_a_proof_follows_to_an_agency_that_was_told_already(
    noor: Actor, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(system, "report", lambda _their, report, _once: told.append(report.kind))
    case = submitted(noor, follow_ups=())["geboorteaangifte"]
    deliver_all()
    held = held_value(actor=noor, field="brp.address", case=case)
    said: dict[str, Any] = {
        "actor": noor,
        "field": "brp.address",
        "held": held,
        "right": None,
        "explanation": "Verhuisd.",
    }
    dispute(**said)
    deliver_all()
    assert (told, system.posts) == (["disputed"], [])
    dispute(**said, proofs=[png()])
    deliver_all()
    deliver_all()
    (post,) = system.posts
    assert [one.content for one in post.documents] == [png()]
    assert told == ["disputed", "disputed"]


def test_a_proof_of_a_secret_address_stays_here(noor: Actor, system: System, monkeypatch: Any) -> None:
    monkeypatch.setattr(system, "report", lambda *_: None)
    case = submitted(noor, follow_ups=())["geboorteaangifte"]
    deliver_all()
    held = replace(held_value(actor=noor, field="brp.address", case=case), secret=True)
    dispute(actor=noor, field="brp.address", held=held, right=None, explanation="x", proofs=[png()])
    deliver_all()
    assert system.posts == []


def test_nobody_gets_a_proof_before_it_was_looked_into(
    noor: Actor, clamd: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = _disputed(noor, pdf())
    page = f"/mijn-gegevens/klopt-niet/{found.pk}/"
    address, client = f"{page}bewijs/{found.proofs.get().pk}/", logged_in(noor.require_user())
    assert client.get(address).status_code == 404
    shown = client.get(page).content.decode()
    assert "wordt gecontroleerd op virussen" in shown
    assert address not in shown
    rung: list[str] = []
    monkeypatch.setattr("portal.cases.out.outbox.ring", lambda pk, task: rung.append(pk))
    check_documents()
    assert rung == [str(found.proofs.get().pk)]
    proofs.look_into(proof_id=found.proofs.get().pk)
    assert b"".join(client.get(address)) == pdf()


def test_a_proof_with_a_virus_is_thrown_away(noor: Actor, system: System, clamd: str) -> None:
    found = _disputed(noor, pdf(b"% " + EICAR))
    proofs.look_into(proof_id=found.proofs.get().pk)
    proof = found.proofs.get()
    assert (proof.state, bytes(proof.sealed)) == (Proof.State.REFUSED, b"")
    client = logged_in(noor.require_user())
    assert "hierin zat een virus" in client.get(f"/mijn-gegevens/klopt-niet/{found.pk}/").content.decode()
    ask_correction(actor=noor, dispute=found, level="midden")
    deliver_all()
    assert [one.documents for one in system.filed] == [()]


# --- The pages, without JavaScript ----------------------------------------------------------------------


def _page(noor: Actor) -> tuple[Client, str]:
    client = logged_in(noor.require_user())
    base = client.post("/levensgebeurtenissen/kind-krijgen/begin/").headers["Location"]
    return client, base.removesuffix("gegevens/")


def _file(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("mijn geheim.pdf", content)


def test_a_file_is_added_opened_taken_out_and_sent(noor: Actor) -> None:
    client, base = _page(noor)
    address = f"{base}vragen/birth/1/"
    filled_in = ANSWERS["birth"][0]
    added = client.post(address, {"role": "gave_birth", QUESTION: _file(pdf()), "add": "1"})
    assert added.headers["Location"] == address, "adding says nothing of what is not filled in yet"
    page = client.get(address).content.decode()
    assert "Haal bestand 1 weg" in page
    assert "geheim" not in page
    assert re.search(r'value="gave_birth"[^>]* checked', page), "what was filled in stays"
    (link,) = re.findall(rf'href="({base}bijlagen/[^"]+)"', page)
    assert client.get(link).content == pdf()
    (held,) = re.findall(r'name="remove" value="([^"]+)"', page)
    assert client.post(address, {**filled_in, "remove": held}).headers["Location"] == address
    assert client.get(link).status_code == 404
    # A file that was chosen is sent by the main button too.
    following = client.post(address, {**filled_in, QUESTION: _file(pdf())})
    assert following.headers["Location"] == f"{base}vragen/child/1/"
    for group in ("child", "parents", "remark", "benefit"):
        client.post(f"{base}vragen/{group}/1/", ANSWERS[group][0])
    review = client.get(f"{base}controle/").content.decode()
    assert "Geboorteverklaring van de arts of verloskundige" in review
    (mark,) = re.findall(r'name="seen" value="(\w+)"', review)
    client.post(f"{base}controle/", {"seen": mark})
    deliver_all()
    case = Case.objects.get(service="geboorteaangifte")
    assert content_of(case.documents.get()) == pdf()
    receipt = client.get(f"/aanvragen/{case.reference}/ontvangstbevestiging/").content.decode()
    assert "Geboorteverklaring van de arts of verloskundige" in receipt


def test_a_file_that_may_do_harm_says_why_and_keeps_the_rest(noor: Actor) -> None:
    client, base = _page(noor)
    address = f"{base}vragen/birth/1/"
    refused = client.post(address, {**ANSWERS["birth"][0], QUESTION: _file(b"MZ"), "add": "1"})
    assert refused.status_code == 422
    assert "Dit is geen PDF, JPEG of PNG" in refused.content.decode()
    lacking = client.post(address, {"role": "gave_birth", QUESTION: _file(pdf())})
    assert lacking.status_code == 422
    assert "Haal bestand 1 weg" in lacking.content.decode(), "what was chosen need not be chosen again"


def test_another_citizen_gets_no_file_of_a_draft(noor: Actor) -> None:
    journey = _with_file(noor)
    address = f"/levensgebeurtenissen/kind-krijgen/{journey.pk}/bijlagen/{DraftFile.objects.get().pk}/"
    assert logged_in(noor.require_user()).get(address).status_code == 200
    neighbour = logged_in(make_citizen_user(next(spare_bsns())))
    assert neighbour.get(address).status_code == 404


def test_without_a_file_all_is_as_before(noor: Actor, system: System) -> None:
    submitted(noor)
    deliver_all()
    assert [one.documents for one in system.filed] == [()]
