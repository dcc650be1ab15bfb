"""Text messages over NotifyNL's API, and its twins: once, and never a number in a log."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from connectors.base import Refused, Unavailable
from connectors.sms import Console, Folder, NotifyNL, sms_of

SERVICE, SECRET = "26785a09-ab16-4eb0-8407-a37497a57506", "3d844edf-8d35-48ac-975b-e847b4f122b0"
KEY = f"levensloket-{SERVICE}-{SECRET}"
TEMPLATE = "f33517ff-2a88-4f6e-b855-c550268ce08a"
NUMBER, REFERENCE, TRACE = "+31612345678", "a" * 32, "b" * 32


class Provider:
    """It keeps what it took, and answers as NotifyNL does."""

    def __init__(self, server: HTTPServer) -> None:
        self.taken: list[dict[str, Any]] = []
        self.status, self.answer = "delivered", 201
        server.expect_request("/v2/notifications/sms", method="POST").respond_with_handler(self._take)
        server.expect_request("/v2/notifications", method="GET").respond_with_handler(self._list)

    def _take(self, request: Request) -> Response:
        self._check(request)
        if self.answer != 201:
            errors = [{"error": "ValidationError", "message": f"phone_number {NUMBER}"}]
            return _json({"status_code": self.answer, "errors": errors}, self.answer)
        self.taken.append(json.loads(request.data))
        return _json({"id": "1", "reference": REFERENCE}, 201)

    def _list(self, request: Request) -> Response:
        self._check(request)
        asked = request.args["reference"]
        found = [one for one in self.taken if one["reference"] == asked]
        listed = [{"reference": one["reference"], "status": self.status} for one in found]
        return _json({"notifications": listed, "links": {}}, 200)

    def _check(self, request: Request) -> None:
        token = request.headers["Authorization"].removeprefix("Bearer ")
        claims = jwt.decode(token, SECRET, algorithms=["HS256"])
        assert claims["iss"] == SERVICE


def _json(body: Any, status: int) -> Response:
    return Response(json.dumps(body), status, content_type="application/json")


@pytest.fixture
def provider(httpserver: HTTPServer) -> Iterator[Provider]:
    yield Provider(httpserver)
    httpserver.check_assertions()


@pytest.fixture
def texts(httpserver: HTTPServer, provider: Provider) -> NotifyNL:
    return NotifyNL(httpserver.url_for("").rstrip("/"), api_key=KEY, template=TEMPLATE)


def test_a_text_goes_out_by_its_template_with_our_reference(texts: NotifyNL, provider: Provider) -> None:
    texts.send(NUMBER, "Er is nieuws", reference=REFERENCE, trace_id=TRACE)
    assert provider.taken == [
        {
            "phone_number": NUMBER,
            "template_id": TEMPLATE,
            "personalisation": {"text": "Er is nieuws"},
            "reference": REFERENCE,
        }
    ]


def test_after_a_crash_it_says_whether_it_has_one(texts: NotifyNL) -> None:
    assert not texts.was_sent(REFERENCE, trace_id=TRACE)
    texts.send(NUMBER, "Er is nieuws", reference=REFERENCE, trace_id=TRACE)
    assert texts.was_sent(REFERENCE, trace_id=TRACE)


@pytest.mark.parametrize(("status", "is_dead"), [("permanent-failure", True), ("delivered", False)])
def test_it_says_which_can_never_arrive(
    texts: NotifyNL, provider: Provider, status: str, is_dead: bool
) -> None:
    provider.status = status
    texts.send(NUMBER, "Er is nieuws", reference=REFERENCE, trace_id=TRACE)
    assert texts.bounced(REFERENCE, trace_id=TRACE) is is_dead


@pytest.mark.parametrize(("answer", "error"), [(400, Refused), (429, Unavailable), (500, Unavailable)])
def test_a_number_stands_in_no_error(
    texts: NotifyNL, provider: Provider, answer: int, error: type[Exception]
) -> None:
    provider.answer = answer
    with pytest.raises(error) as raised:
        texts.send(NUMBER, "Er is nieuws", reference=REFERENCE, trace_id=TRACE)
    assert NUMBER not in f"{raised.value!r} {raised.value.__cause__!r} {raised.value.__context__!r}"


def test_the_console_shows_two_digits(capsys: pytest.CaptureFixture[str]) -> None:
    Console().send(NUMBER, "Er is nieuws", reference=REFERENCE, trace_id=TRACE)
    said = capsys.readouterr().out
    assert "78" in said
    assert "12345" not in said


def test_settings_choose_and_what_cannot_work_is_said(tmp_path: Path) -> None:
    assert isinstance(sms_of("console:", api_key="", template=""), Console)
    assert isinstance(sms_of(f"file://{tmp_path}", api_key="", template=""), Folder)
    with pytest.raises(ValueError, match="SMS_API_KEY"):
        sms_of("https://api.notifynl.nl", api_key="half-a-key", template=TEMPLATE)
