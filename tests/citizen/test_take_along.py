"""Everything in one file, for another program and for oneself."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from django.test import Client

from portal.cases.models import Case
from portal.cases.talk.writing import add_document
from portal.ledger.models import DataKey, DataUse
from tests.cases.steps import deliver_all, submitted
from tests.cast import NOOR_BSN, Cast, actor, logged_in, make_cast
from tests.registers import Register

ZIP = "/mijn-gegevens/download.zip"
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def cast(db: None, register: Register) -> Cast:
    """Noor registered a birth, and Waterstad put a letter with it."""
    cast = make_cast()
    case = submitted(actor(cast.citizen))["geboorteaangifte"]
    deliver_all()
    case = Case.objects.get(pk=case.pk)
    add_document(
        case=case, actor=actor(cast.officer), content=PNG, title="Brief / ../van ons", external_id="d1"
    )
    return cast


def _taken(client: Client) -> zipfile.ZipFile:
    response = client.post(ZIP)
    assert response.status_code == 200
    assert response["Content-Disposition"] == 'attachment; filename="mijn-gegevens.zip"'
    return zipfile.ZipFile(io.BytesIO(response.content))


def test_everything_is_in_one_file(cast: Cast) -> None:
    taken = _taken(logged_in(cast.citizen))
    case = Case.objects.get(service="geboorteaangifte")
    letter = f"documenten/{case.reference}/01-brief-van-ons.png"
    assert set(taken.namelist()) == {"mijn-gegevens.json", "mijn-gegevens.html", "controleer.py", letter}
    assert taken.read(letter) == PNG
    document = json.loads(taken.read("mijn-gegevens.json"))
    page = taken.read("mijn-gegevens.html").decode()
    assert {one["reference"] for one in document["sent"]} >= {case.reference}
    for said in (
        case.reference,
        "Geboorteaangifte",
        *(line["line_hash"] for line in document["log"]["lines"]),
    ):
        assert said in page
    assert "src=" not in page
    assert "http" not in page.replace("https://www.w3.org", "")


def test_nobodys_bsn_is_in_it(cast: Cast) -> None:
    taken = _taken(logged_in(cast.citizen))
    assert all(NOOR_BSN.encode() not in taken.read(name) for name in taken.namelist())


def test_it_is_a_line_in_the_log(cast: Cast) -> None:
    _taken(logged_in(cast.citizen))
    assert DataUse.objects.filter(operation=DataUse.Operation.EXPORT).count() == 1


def test_what_is_gone_is_left_out_and_the_rest_is_there(cast: Cast) -> None:
    DataKey.objects.exclude(retention="facts").delete()
    names = _taken(logged_in(cast.citizen)).namelist()
    assert "mijn-gegevens.html" in names


def test_a_neighbour_takes_nothing_of_it(cast: Cast) -> None:
    taken = _taken(logged_in(cast.neighbour))
    assert not [name for name in taken.namelist() if name.startswith("documenten/")]
    assert (
        Case.objects.get(service="geboorteaangifte").reference
        not in taken.read("mijn-gegevens.json").decode()
    )
