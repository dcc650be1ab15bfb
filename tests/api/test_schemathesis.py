"""Schemathesis calls everything that the document promises, rightly and wrongly, and runs all its checks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.test import Client
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig

from portal.api.programs import PerProgram
from portal.cases.models import Case, Dispute, Document, Side
from portal.cases.talk.documents import take_in
from tests.api.conftest import WATERSTAD, says, token_of
from tests.talk.files import pdf

EXAMPLES: Final = 60
REFERENCE: Final = "LL-2345-6789"
DISPUTE: Final = "LL-9876-5432"
DOCUMENT: Final = "6f3c6c1e-9d1a-4b7f-8f5a-3d2c1b0a9e8d"
_FIRST_PROGRAM: Final = f"{WATERSTAD}-0"

schema = schemathesis.openapi.from_wsgi(
    "/api/v1/openapi.json",
    get_wsgi_application(),
    config=SchemathesisConfig.from_dict(
        {
            "seed": 1,
            "parameters": {"path.reference": REFERENCE, "path.dispute": DISPUTE, "path.document": DOCUMENT},
            "headers": {"Authorization": f"Bearer {token_of(_FIRST_PROGRAM)}"},
            "generation": {"deterministic": True, "allow-x00": False, "database": "none"},
            # 422: a word or a moment of the right shape that means nothing here.
            "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "404", "409", "422"]}},
        }
    ),
)


@pytest.fixture
def known(case: Case, disputed: Dispute, program: Client, monkeypatch: pytest.MonkeyPatch) -> Iterator[Case]:
    """The case that is called about, with a value that is doubted and was reported.

    There are as many calls as one likes, all in the transaction of the test.
    """
    monkeypatch.setattr(PerProgram, "rate", "100000/min", raising=False)
    Case.objects.filter(pk=case.pk).update(reference=REFERENCE)
    Dispute.objects.filter(pk=disputed.pk).update(reference=DISPUTE)
    letter = Document(pk=DOCUMENT, case=case, side=Side.AGENCY, title="Brief", external_id="api:brief-000")
    take_in(letter, pdf())
    letter.save(force_insert=True)
    reported = says(program, f"cases/{REFERENCE}/disputes/{DISPUTE}/report", None, method="put")
    assert reported.status_code == 200
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield case
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    database=None,
)
def test_the_api_does_as_its_document_says(case: schemathesis.Case, known: Case) -> None:
    # What a call changes is undone, so that each finds the case as it was.
    with transaction.atomic():
        case.call_and_validate()
        transaction.set_rollback(True)
