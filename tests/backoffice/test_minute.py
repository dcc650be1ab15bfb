"""The minute in which an outcome can be taken back: by no way is it seen or sent before it counts."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.db.models import F
from django.test import Client

from portal.access.clients import READ, SERVICE, issue_client
from portal.cases.desk.proposals import conclude_due
from portal.cases.models import Case, Delivery, InboxItem, Notice, Notification, Proposal, StatusUpdate
from portal.cases.notices import letters
from tests.api.conftest import make_token
from tests.cases.steps import deliver_all, submitted
from tests.cast import Cast, actor, citizen_of, logged_in, make_cast
from tests.helpdesk.steps import finds, looks_along
from tests.registers import Register

WORD = "Zilverberk"
"""Stands in the motivation, and nowhere else."""


@pytest.fixture
def cast(db: None, register: Register, settings: Any) -> Cast:
    settings.UNDO_SECONDS = 60
    cache.clear()
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    """An officer proposed how it ends a moment ago."""
    made = submitted(actor(cast.citizen))["geboorteaangifte"]
    deliver_all()
    case = Case.objects.get(pk=made.pk)
    form = {"kind": "granted", "motivation": f"De akte is gemaakt. {WORD}."}
    page = logged_in(cast.officer).post(f"/medewerker/{case.reference}/afronden/", form, follow=True)
    assert WORD in page.content.decode()
    assert Proposal.objects.filter(case=case, effective_at__isnull=False).exists()
    return case


def _body(answer: Any) -> str:
    content = b"".join(answer) if answer.streaming else answer.content
    if answer.get("Content-Type") == "application/zip":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = b"\n".join(archive.read(name) for name in archive.namelist())
    return content.decode(errors="replace")


def _pages(case: Case) -> list[str]:
    own = f"/aanvragen/{case.reference}/"
    return [
        "/",
        "/berichten/",
        f"/berichten/?zoek={WORD}",
        "/aanvragen/",
        own,
        f"{own}berichten/",
        f"{own}ontvangstbevestiging/",
        "/uw-levensgebeurtenissen/",
        "/mijn-gegevens/",
        "/mijn-gegevens/gebruik/",
        f"{own}besluit.pdf",
        f"{own}dossier.zip",
    ]


def test_the_citizen_finds_it_on_no_page_by_no_search_and_in_no_file(cast: Cast, case: Case) -> None:
    noor = logged_in(cast.citizen)
    looked = [(path, noor.get(path)) for path in _pages(case)]
    assert sum(answer.status_code == 200 for _path, answer in looked) >= 9, [
        (path, answer.status_code) for path, answer in looked
    ]
    for path, answer in looked:
        # What was searched for stands in the field of the search, and in the address of this page.
        found = _body(answer).replace(f'value="{WORD}"', "").replace(f"zoek={WORD}", "")
        assert WORD not in found, path
    assert noor.get(f"/aanvragen/{case.reference}/besluit.pdf").status_code == 404
    for kind in ("json", "zip"):
        answer = noor.post(f"/mijn-gegevens/download.{kind}")
        assert answer.status_code == 200
        assert WORD not in _body(answer)


def test_an_open_page_hears_of_no_news(cast: Cast, case: Case) -> None:
    noor, own = logged_in(cast.citizen), f"/aanvragen/{case.reference}/"
    before = Case.objects.get(pk=case.pk).version
    for path in (own, "/berichten/", "/"):
        version = noor.get(path).context["version"]
        assert noor.get(f"{path}?seen={version}", headers={"HX-Request": "true"}).status_code == 204
    assert conclude_due() == 0
    assert Case.objects.get(pk=case.pk).version == before


def test_nothing_is_told_or_sent_to_anybody(cast: Cast, case: Case) -> None:
    assert not Notice.objects.filter(case=case, kind=Notice.Kind.DECISION).exists()
    assert not StatusUpdate.objects.filter(case=case, phase="decided").exists()
    assert not InboxItem.objects.filter(case=case, kind="letter").exists()
    assert not Delivery.objects.filter(case=case, delivered_at=None).exclude(kind="file").exists()
    deliver_all()
    assert mail.outbox == []
    batch = letters.hand_over()
    written = letters.letters_of(batch) if batch else []
    assert WORD not in str(written)
    assert not Notification.objects.filter(notice__kind=Notice.Kind.DECISION).exists()


def test_neither_a_program_nor_the_helpdesk_nor_another_agency_reads_it(cast: Cast, case: Case) -> None:
    program = _program(cast)
    shown = program.get(f"/api/v1/cases/{case.reference}")
    assert shown.status_code == 200
    assert WORD not in json.dumps(shown.json())
    assert program.get(f"/api/v1/cases/{case.reference}/outcome").status_code in (404, 405)
    assert WORD not in program.get("/api/v1/cases").content.decode()
    _citizen, helper = looks_along(cast)
    for path in ("/", "/berichten/", f"/aanvragen/{case.reference}/"):
        assert WORD not in helper.get(path).content.decode(), path
    helper.post("/helpdesk/meekijken/stop/")
    assert WORD not in helper.get(finds(helper)).content.decode()
    other = logged_in(cast.other_officer)
    assert other.get(f"/medewerker/{case.reference}/").status_code == 404
    assert WORD not in other.get("/medewerker/").content.decode()


def _program(cast: Cast) -> Client:
    """The municipality's own."""
    service = "geboorteaangifte"
    issue_client(
        actor=actor(cast.operator),
        client_id="proef",
        agency=cast.officer.agency,
        name="Proef",
        services=(service,),
        may_write=False,
    )
    token = make_token("proef", [READ, f"{SERVICE}{service}"])
    return Client(headers={"Authorization": f"Bearer {token}"})


def test_a_minute_later_all_of_them_do(cast: Cast, case: Case) -> None:
    """So that the tests above look where it will stand."""
    Proposal.objects.update(effective_at=F("effective_at") - timedelta(seconds=61))
    assert conclude_due() == 1
    noor = logged_in(cast.citizen)
    assert WORD in _body(noor.get(f"/aanvragen/{case.reference}/"))
    assert noor.get(f"/aanvragen/{case.reference}/besluit.pdf").status_code in (200, 503)
    assert Notice.objects.filter(case=case, kind=Notice.Kind.DECISION).exists()
    assert citizen_of(cast.citizen) == case.citizen
