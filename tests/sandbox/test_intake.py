"""An agency that implements our intake API: it keeps to the contract, and knows who calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.conftest import DESKTOP, PHONE
from tests.connectors.openapi import Specification
from tests.sandbox.intake import JSON, NOOR, PDF, SECONDS, Intake, document, envelope, note, post, send

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.story

CONTRACT = Path(__file__).resolve().parents[2] / "connectors" / "destinations" / "rest" / "openapi.yaml"


PARTNER = "999000032"
ONE = {"requests": 1, "notes": 0, "documents": 0, "posts": 0}
"""What there is of a request that was filed just now."""


SAID: dict[str, Callable[[JSON], JSON]] = {"notes": note, "documents": document, "posts": post}
"""What comes after filing, by its step."""


@pytest.fixture(scope="module")
def contract() -> Specification:
    return Specification(CONTRACT, "")


@pytest.fixture
def intake(sandbox_url: str, settings_of_sandbox: dict[str, str]) -> Iterator[Intake]:
    made = Intake(sandbox_url, settings_of_sandbox["INTAKE_SECRET"])
    yield made
    made.set_fault("none")


def test_every_answer_is_as_the_contract_says(intake: Intake, contract: Specification) -> None:
    sent = envelope()
    first = intake.file(sent)
    receipt = first.json()
    path = f"/requests/{receipt['theirReference']}"
    said = note(receipt)
    note_path = f"{path}/notes/{said['reference']}"
    answers = [
        ("POST", "/requests", first, 201),
        ("POST", "/requests", intake.file(sent), 200),
        ("GET", "/requests", intake.call("GET", f"/requests?reference={sent['reference']}"), 200),
        ("GET", "/requests", intake.call("GET", "/requests?reference=LL-0000-0000"), 200),
        ("GET", path, intake.call("GET", path), 200),
        ("PUT", note_path, intake.put_note(receipt, said), 200),
        ("GET", "/requests/nobodys", intake.call("GET", "/requests/nobodys"), 404),
        ("POST", "/requests", intake.file(sent, secret="another"), 401),
        ("POST", "/requests", intake.file(envelope(subject={})), 400),
    ]
    for method, place, answer, status in answers:
        assert answer.status_code == status, answer.text
        assert contract.answer_errors(method, place, answer.json(), status) == []
    assert receipt["reference"] == sent["reference"]


def test_the_same_request_again_is_the_first_receipt(intake: Intake) -> None:
    sent = envelope()
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: intake.file(sent), range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
    assert len({answer.text for answer in answers}) == 1
    assert intake.has(sent["reference"]) == ONE


def test_the_same_note_again_changes_nothing(intake: Intake) -> None:
    receipt = intake.filed()
    assert [intake.put_note(receipt, note(receipt)).status_code for _ in range(3)] == [200, 200, 200]
    assert intake.put_note(receipt, note(receipt, 2)).status_code == 200
    assert intake.has(receipt["reference"]) == {**ONE, "notes": 2}


@pytest.mark.parametrize(
    "forged",
    [
        {"secret": "another"},
        {"key_id": "somebody"},
        {"now": datetime.now(UTC) - timedelta(seconds=400)},
        {"now": datetime.now(UTC) + timedelta(hours=1)},
    ],
    ids=["another-secret", "another-key", "stale", "from-the-future"],
)
def test_a_call_that_is_forged_or_stale_is_refused(intake: Intake, forged: dict[str, Any]) -> None:
    sent = envelope()
    answer = intake.file(sent, **forged)
    assert (answer.status_code, answer.json()["code"]) == (401, "signature")
    assert intake.has(sent["reference"]) is None


def test_a_copy_of_a_call_is_refused(intake: Intake) -> None:
    sent = envelope()
    recorded = intake.prepared("POST", "/requests", sent, Idempotency_Key=sent["reference"])
    assert [send(recorded).status_code for _ in range(3)] == [201, 401, 401]
    reading = intake.prepared("GET", f"/requests?reference={sent['reference']}")
    assert [send(reading).status_code for _ in range(2)] == [200, 401]


def test_a_call_that_was_changed_on_its_way_is_refused(intake: Intake) -> None:
    sent = envelope()
    changed = intake.prepared("POST", "/requests", sent, Idempotency_Key=sent["reference"])
    assert isinstance(changed.body, bytes)
    changed.body = changed.body.replace(NOOR.encode(), b"999000111")
    assert send(changed).status_code == 401
    elsewhere = intake.prepared("GET", "/requests?reference=LL-0000-0000")
    assert elsewhere.url
    elsewhere.url = elsewhere.url.replace("LL-0000-0000", sent["reference"])
    assert send(elsewhere).status_code == 401
    other_key = intake.prepared("POST", "/requests", sent, Idempotency_Key=sent["reference"])
    other_key.headers["Idempotency-Key"] = "LL-0000-0000"
    assert send(other_key).status_code == 401
    assert intake.has(sent["reference"]) is None


@pytest.mark.parametrize(
    "change",
    [
        {"reference": "LL-1"},
        {"agency": "svb"},
        {"title": None},
        {"subject": {"bsn": "12"}},
        {"representative": {"bsn": "12"}},
        {"forwardedFrom": {"agency": "duo"}},
        {"documents": [{"title": "Bewijs"}]},
        {"payload": {"facts": {}}},
        {"submittedAt": "2026-11-21T09:30:00"},
        {"submittedAt": "yesterday"},
    ],
)
def test_what_the_contract_does_not_allow_is_refused(intake: Intake, change: dict[str, Any]) -> None:
    sent = envelope(**change)
    answer = intake.file(sent)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert intake.has(sent["reference"]) is None


def test_the_key_of_a_call_is_the_reference_of_the_request(intake: Intake) -> None:
    sent = envelope()
    assert intake.call("POST", "/requests", sent, Idempotency_Key="LL-0000-0000").status_code == 400
    assert intake.call("POST", "/requests", sent).status_code == 400


@pytest.mark.parametrize(
    ("fault", "status"), [("down", 503), ("busy", 429), ("fails", 500), ("refuses", 400)]
)
def test_a_call_may_have_no_effect(intake: Intake, fault: str, status: int) -> None:
    sent = envelope()
    intake.set_fault(fault, step="requests", times=1)
    answer = intake.file(sent)
    assert (answer.status_code, answer.headers.get("Retry-After")) == (
        status,
        "1" if fault == "busy" else None,
    )
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert intake.has(sent["reference"]) is None
    assert intake.file(sent).status_code == 201


@pytest.mark.parametrize("step", ["requests", "notes", "documents", "posts"])
@pytest.mark.parametrize("fault", ["lost", "stored-500", "half", "mixed-up", "slow"])
def test_a_call_may_have_an_effect_that_its_answer_does_not_tell(
    intake: Intake, fault: str, step: str
) -> None:
    sent = envelope()
    receipt = {} if step == "requests" else intake.file(sent).json()
    body = {} if step == "requests" else SAID[step](receipt)

    def call(seconds: float = SECONDS) -> requests.Response:
        if step == "requests":
            made = intake.prepared("POST", "/requests", sent, Idempotency_Key=sent["reference"])
        else:
            path = f"/requests/{receipt['theirReference']}/{step}/{body['reference']}"
            made = intake.prepared("PUT", path, body)
        return send(made, seconds)

    intake.set_fault(fault, step=step, times=1)
    if fault == "lost":
        with pytest.raises(requests.ConnectionError):
            call()
    elif fault == "slow":
        with pytest.raises(requests.ReadTimeout):
            call(1)
    else:
        _is_broken(fault, step, call(), receipt.get("theirReference") or sent["reference"])
    counted = intake.has(sent["reference"])
    assert counted
    assert counted[step] == 1
    assert call().status_code == 200
    assert intake.has(sent["reference"]) == counted


def _is_broken(fault: str, step: str, answer: requests.Response, reference: str) -> None:
    if fault == "stored-500":
        assert answer.status_code == 500
    elif fault == "half":
        with pytest.raises(requests.JSONDecodeError):
            answer.json()
    elif step in ("requests", "posts"):
        told = answer.json()
        assert answer.ok
        assert reference not in (told["reference"], told["theirReference"])


def test_what_the_citizen_says_afterwards_is_kept_once(intake: Intake, contract: Specification) -> None:
    receipt = intake.filed()
    sent, file = post(receipt), document(receipt)
    sent["documents"] = [{name: file[name] for name in ("reference", "title", "mediaType")}]
    path = f"/requests/{receipt['theirReference']}"
    early = intake.call("PUT", f"{path}/posts/{sent['reference']}", sent)
    assert early.status_code == 400
    for _ in range(2):
        for kind, body in (("documents", file), ("posts", sent)):
            place = f"{path}/{kind}/{body['reference']}"
            answer = intake.call("PUT", place, body)
            assert answer.status_code == 200, answer.text
            assert contract.answer_errors("PUT", place, answer.json()) == []
    assert intake.has(receipt["reference"]) == {**ONE, "documents": 1, "posts": 1}


def test_a_request_that_was_taken_back_is_closed_but_to_an_objection(intake: Intake) -> None:
    receipt = intake.filed()
    path = f"/requests/{receipt['theirReference']}/posts"
    taken_back, more = post(receipt, kind="withdrawal"), post(receipt)
    assert intake.call("PUT", f"{path}/{taken_back['reference']}", taken_back).status_code == 200
    assert intake.call("PUT", f"{path}/{taken_back['reference']}", taken_back).status_code == 200
    refused = intake.call("PUT", f"{path}/{more['reference']}", more)
    assert (refused.status_code, refused.json()["code"]) == (409, "closed")
    objection = post(receipt, kind="objection")
    for _ in range(2):
        assert intake.call("PUT", f"{path}/{objection['reference']}", objection).status_code == 200
    assert intake.has(receipt["reference"]) == {**ONE, "posts": 2}


def test_a_document_that_the_request_named_is_taken_once_after_the_end_too(
    intake: Intake, page: Page, javascript: bool
) -> None:
    file = document({})
    named = {name: file[name] for name in ("reference", "title", "mediaType")}
    receipt = intake.file(envelope(documents=[named], representative={"bsn": PARTNER})).json()
    path = f"/requests/{receipt['theirReference']}"
    taken_back, other = post(receipt, kind="withdrawal"), document(receipt)
    intake.call("PUT", f"{path}/posts/{taken_back['reference']}", taken_back)
    for _ in range(2):
        assert intake.call("PUT", f"{path}/documents/{file['reference']}", file).status_code == 200
    assert intake.call("PUT", f"{path}/documents/{other['reference']}", other).status_code == 409
    assert intake.has(receipt["reference"]) == {**ONE, "posts": 1, "documents": 1}

    page.goto(f"{intake.sandbox_url}/intake/{intake.agency}/verzoek/{receipt['theirReference']}/")
    assert f"gemachtigde: BSN {PARTNER}" in page.locator("main").inner_text()
    with page.expect_download() as got:
        page.get_by_role("link", name="Bewijs downloaden").click()
    assert Path(got.value.path()).read_bytes() == PDF


def test_a_person_reads_what_was_said_and_shows_a_document(
    intake: Intake, contract: Specification, page: Page, javascript: bool
) -> None:
    receipt = intake.filed()
    sent, file = post(receipt), document(receipt)
    sent["documents"] = [{name: file[name] for name in ("reference", "title", "mediaType")}]
    path = f"/requests/{receipt['theirReference']}"
    intake.call("PUT", f"{path}/documents/{file['reference']}", file)
    intake.call("PUT", f"{path}/posts/{sent['reference']}", sent)

    page.goto(f"{intake.sandbox_url}/intake/{intake.agency}/verzoek/{receipt['theirReference']}/")
    main = page.locator("main")
    assert "Mag het ook <b>morgen</b>?" in main.inner_text()
    with page.expect_download() as got:
        page.get_by_role("link", name="Bewijs downloaden").click()
    assert Path(got.value.path()).read_bytes() == PDF
    page.get_by_label("Hoe heet het?").fill("Brief over de akte")
    page.get_by_label("Het bestand").set_input_files(
        {"name": "brief.pdf", "mimeType": "application/pdf", "buffer": PDF + b"brief"}
    )
    page.get_by_label("Dit is de brief van een besluit").check()
    page.get_by_role("button", name="Laat zien").click()
    assert "Brief over de akte" in main.inner_text()

    told = intake.call("GET", path).json()
    assert contract.answer_errors("GET", path, told) == []
    (paper,) = told["papers"]
    assert (paper["title"], paper["decision"], paper["size"]) == ("Brief over de akte", True, len(PDF) + 5)
    assert intake.call("GET", f"{path}/papers/{paper['id']}").content == PDF + b"brief"
    assert intake.call("GET", f"{path}/papers/nobodys").status_code == 404


def test_a_person_moves_a_request_along(
    intake: Intake, page: Page, javascript: bool, at_width: Callable[[Page, int], None]
) -> None:
    receipt = intake.filed()
    intake.put_note(receipt, note(receipt))
    read = f"/requests/{receipt['theirReference']}"
    nothing_yet = intake.call("GET", read)
    assert nothing_yet.json()["updates"] == []
    etag = nothing_yet.headers["ETag"]
    assert intake.call("GET", read, If_None_Match=etag).status_code == 304

    page.goto(f"{intake.sandbox_url}/")
    page.get_by_role("link", name="Verzoeken bij Gemeente Duinzicht").click()
    page.get_by_role("link", name=receipt["reference"]).click()
    main = page.locator("main")
    for words in (NOOR, "<b>Mia</b>", "Noor de Wit", "brp.partner", "Volgens de inwoner klopt dit niet"):
        assert words in main.inner_text()
    for width in (PHONE, DESKTOP):
        at_width(page, width)
    page.get_by_label("In behandeling").check()
    page.get_by_role("button", name="Sla op").click()
    page.get_by_label("Toegekend of geregeld").check()
    page.get_by_role("button", name="Sla op").click()
    assert "Schrijf hier wat de aanvrager leest." in main.inner_text()
    page.locator("textarea").fill("U kunt de akte ophalen.")
    page.get_by_role("button", name="Sla op").click()
    assert "Dit verzoek is afgehandeld" in main.inner_text()

    changed = intake.call("GET", read, If_None_Match=etag)
    assert changed.status_code == 200
    assert [(one["kind"], one["word"], one["text"]) for one in changed.json()["updates"]] == [
        ("status", "handled", ""),
        ("result", "granted", "U kunt de akte ophalen."),
    ]
