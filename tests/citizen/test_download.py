"""What the citizen takes home holds, and is checked without us by the very commands that the page shows."""

from __future__ import annotations

import html
import io
import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pypdf import PdfReader

from portal import paper as pdf
from portal.cases.back.concluding import conclude
from portal.cases.models import Case, Outcome
from portal.ledger.log.heads import publish_heads
from portal.ledger.models import DataKey, DataUse, Fact
from portal.people.bsn import is_valid_bsn
from tests.cases.steps import deliver_all, submitted
from tests.cast import NOOR_BSN, Cast, actor, citizen_of, logged_in, make_cast
from tests.registers import Register

JSON, PDF, CHECK = (
    "/mijn-gegevens/download.json",
    "/mijn-gegevens/download.pdf",
    "/mijn-gegevens/controleren/",
)


@pytest.fixture
def cast(db: None, register: Register, settings: Any, tmp_path: Path) -> Cast:
    """Noor registered a birth; what was written of it then is published."""
    settings.LOG_HEADS_FOLDER = str(tmp_path / "heads")
    cast = make_cast()
    submitted(actor(cast.citizen))
    deliver_all()
    publish_heads()
    return cast


@pytest.fixture
def noor(cast: Cast) -> Client:
    return logged_in(cast.citizen)


def _download(client: Client) -> dict[str, Any]:
    response = client.post(JSON)
    assert response["Content-Disposition"] == 'attachment; filename="mijn-gegevens.json"'
    found: dict[str, Any] = json.loads(response.content)
    return found


def _commands(client: Client) -> list[str]:
    page = client.get(CHECK).content.decode()
    shown = [html.unescape(found) for found in re.findall(r"<code>(.*?)</code>", page, re.DOTALL)]
    return [command for command in shown if command.startswith(("python3 ", "openssl "))]


def _run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    parts = [shlex.split(part) for part in command.split(" | ")]
    output: bytes | None = None
    for part in parts:
        if shutil.which(part[0]) is None:
            pytest.skip(f"No {part[0]} on the PATH")
        done = subprocess.run(part, cwd=folder, input=output, capture_output=True, check=False)
        output = done.stdout
    return subprocess.CompletedProcess(command, done.returncode, done.stdout.decode(), done.stderr.decode())


def test_the_commands_on_the_page_check_a_real_download(noor: Client, tmp_path: Path) -> None:
    (tmp_path / "mijn-gegevens.json").write_bytes(noor.post(JSON).content)
    (tmp_path / "controleer.py").write_bytes(noor.get(f"{CHECK}controleer.py").content)
    script, signature, key = _commands(noor)
    checked = _run(script, tmp_path)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert "FOUT" not in checked.stdout
    assert re.search(r"Regel 1 tot en met \d+: gepubliceerd op 20", checked.stdout)
    assert "Signature Verified Successfully" in _run(signature, tmp_path).stdout
    mark = _run(key, tmp_path).stdout.strip().rpartition("= ")[2]
    assert mark
    assert mark in noor.get(CHECK).content.decode()
    assert (tmp_path / "sleutel.pem").read_bytes() == noor.get(f"{CHECK}sleutel.pem").content


def test_a_signature_that_was_changed_is_refused_by_openssl(noor: Client, tmp_path: Path) -> None:
    (tmp_path / "mijn-gegevens.json").write_bytes(noor.post(JSON).content)
    (tmp_path / "controleer.py").write_bytes(noor.get(f"{CHECK}controleer.py").content)
    script, signature, _key = _commands(noor)
    _run(script, tmp_path)
    header = (tmp_path / "kop.json").read_bytes()
    (tmp_path / "kop.json").write_bytes(header.replace(b'"number":1', b'"number":2'))
    assert _run(signature, tmp_path).returncode != 0


def _check_changed(client: Client, tmp_path: Path, change: Any) -> str:
    """What the command says to a download in which something was changed."""
    found = _download(client)
    change(found)
    path = tmp_path / "changed.json"
    path.write_text(json.dumps(found))
    with pytest.raises(CommandError) as error:
        call_command("ledger", "verify", "--download", str(path))
    return str(error.value)


def test_the_command_checks_a_download_off_line(
    noor: Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.json"
    path.write_bytes(noor.post(JSON).content)
    call_command("ledger", "verify", "--download", str(path))
    said = capsys.readouterr().out
    assert "De handtekening klopt." in said
    assert "Alle waarden kloppen." in said


def _opened(found: dict[str, Any], operation: str) -> list[dict[str, Any]]:
    return [
        line
        for line in found["log"]["lines"]
        if "parts" in line and line["content"]["operation"] == operation
    ]


def _first_value(found: dict[str, Any]) -> dict[str, Any]:
    part: dict[str, Any] = next(
        part for part in _opened(found, "disclosure")[0]["parts"].values() if "value" in part
    )
    return part


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda found: found["log"]["lines"][1]["content"].update(recipient="uwv"), "Regel 2 klopt niet"),
        (lambda found: found["log"]["lines"].pop(0), "Regel 1 klopt niet"),
        (lambda found: _first_value(found).update(value="iets anders"), "Waarden van regels"),
        (lambda found: found["proof"].update(leaf=found["proof"]["leaf"] + "0"), "Regel 1 tot en met"),
        (lambda found: found["proof"].update(lines=1), "Regel 1 tot en met 1"),
        (lambda found: found["proof"].update(signature="AAAA"), "De handtekening klopt niet"),
        (lambda found: found.update(proof=None), "Nog niets gepubliceerd"),
        (lambda found: found.pop("log"), "geen (heel) bestand"),
    ],
)
def test_a_download_that_was_changed_does_not_hold(
    noor: Client, tmp_path: Path, change: Any, words: str
) -> None:
    assert words in _check_changed(noor, tmp_path, change)


def test_the_values_that_were_fetched_and_sent_are_proved(noor: Client) -> None:
    found = _download(noor)
    assert _opened(found, "fetch")
    (sent,) = _opened(found, "disclosure")
    (name,) = [fact for fact in found["facts"] if fact["field"] == "brp.name"]
    assert sent["parts"]["facts/brp.name"]["value"]["value"] == name["value"]
    assert [case["state"] for case in found["sent"]] == ["known", "known"]


def test_downloading_is_a_line_in_the_log_and_the_last_one_in_the_file(cast: Cast, noor: Client) -> None:
    last = _download(noor)["log"]["lines"][-1]
    assert (last["content"]["operation"], last["words"]) == ("export", "U downloadde uw gegevens.")
    assert "U downloadde uw gegevens." in noor.get("/mijn-gegevens/").content.decode()
    assert citizen_of(cast.citizen).uses.filter(operation="export").count() == 1


def test_nobodys_bsn_is_in_it(cast: Cast, noor: Client, register: Register) -> None:
    child = "999000226"
    assert is_valid_bsn(child)
    register.born(NOOR_BSN, child, "Mia", "2026-11-20")
    Fact.objects.all().update(valid_until="2020-01-01T00:00Z")
    submitted(actor(cast.citizen))
    deliver_all()
    text = noor.post(JSON).content.decode()
    assert '"first_names": "Mia"' in text
    assert not {NOOR_BSN, child} & set(re.findall(r"\d{9}", text))


def test_a_neighbour_gets_their_own_and_nothing_of_hers(cast: Cast) -> None:
    found = _download(logged_in(cast.neighbour))
    assert (found["facts"], found["sent"], found["proof"]) == ([], [], None)
    assert [line["content"]["operation"] for line in found["log"]["lines"]] == ["export"]


def test_a_secret_address_is_in_neither_file_and_the_rest_still_holds(
    cast: Cast, noor: Client, register: Register, tmp_path: Path
) -> None:
    street = register.people[NOOR_BSN]["brp.address"]["lines"][0]
    assert street in noor.post(JSON).content.decode()
    register.secret = {"brp.address"}
    Fact.objects.all().update(valid_until="2020-01-01T00:00Z")
    submitted(actor(cast.citizen))
    deliver_all()
    publish_heads()
    path = tmp_path / "mine.json"
    path.write_bytes(noor.post(JSON).content)
    assert street not in path.read_text()
    call_command("ledger", "verify", "--download", str(path))
    hidden = _opened(json.loads(path.read_text()), "disclosure")[-1]["parts"]["facts/brp.address"]
    assert list(hidden) == ["digest"]


def test_what_was_destroyed_is_said_and_the_lines_still_hold(noor: Client, tmp_path: Path) -> None:
    DataKey.objects.filter(retention__contains="-jaar/").delete()
    path = tmp_path / "mine.json"
    path.write_bytes(noor.post(JSON).content)
    found = json.loads(path.read_text())
    assert {case["state"] for case in found["sent"]} == {"destroyed"}
    assert _opened(found, "disclosure") == []
    call_command("ledger", "verify", "--download", str(path))


# --- On paper -----------------------------------------------------------------------------------------


def _paper(client: Client) -> tuple[PdfReader, str]:
    response = client.post(PDF)
    assert response["Content-Type"] == "application/pdf"
    reader = PdfReader(io.BytesIO(response.content))
    return reader, " ".join(" ".join(page.extract_text() for page in reader.pages).split())


@pytest.fixture
def _with_pango() -> None:
    try:
        pdf.weasyprint()
    except pdf.PdfUnavailable:
        pytest.skip("No Pango on this machine")


@pytest.mark.usefixtures("_with_pango")
def test_the_pdf_has_the_facts_what_was_sent_the_log_and_the_proof(noor: Client) -> None:
    _reader, text = _paper(noor)
    for words in ("Noor de Wit", "Geboorteaangifte", "Wij stuurden uw gegevens naar", "vingerafdruk"):
        assert words in text
    assert DataUse.objects.order_by("-number")[0].line_hash in text.replace(" ", "")
    assert NOOR_BSN not in text


@pytest.mark.usefixtures("_with_pango")
def test_how_a_request_ended_and_why_is_in_both_files(cast: Cast, noor: Client) -> None:
    case = Case.objects.get(service="geboorteaangifte")
    why = "Het geboortebewijs is niet getekend."
    conclude(case=case, kind=Outcome.Kind.REFUSED, motivation=why, actor=actor(cast.officer))
    ended = {one["reference"]: one["outcome"] for one in _download(noor)["sent"]}
    assert ended.pop(case.reference).items() >= {"kind": "refused", "motivation": why}.items()
    assert set(ended.values()) == {None}
    assert why in _paper(noor)[1]


@pytest.mark.usefixtures("_with_pango")
def test_the_pdf_is_tagged_has_a_title_and_says_its_language(noor: Client) -> None:
    reader, _text = _paper(noor)
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "nl"
    assert reader.metadata is not None
    assert reader.metadata.title == "Mijn gegevens – Levensloket"
    assert b"pdfuaid" in root["/Metadata"].get_data()


@pytest.mark.usefixtures("_with_pango")
def test_the_pdf_is_in_english_for_who_reads_english(noor: Client) -> None:
    noor.cookies["levensloket-taal"] = "en"
    reader, text = _paper(noor)
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == "en"
    assert "What happened to your data" in text


def test_without_pango_a_page_says_so_and_nothing_is_logged(
    noor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unavailable() -> None:
        raise pdf.PdfUnavailable

    monkeypatch.setattr("portal.citizen.views.download.weasyprint", unavailable)
    response = noor.post(PDF)
    assert response.status_code == 503
    assert "In het JSON-bestand staat hetzelfde" in response.content.decode()
    assert not DataUse.objects.filter(operation="export").exists()
    assert noor.post(JSON).status_code == 200
