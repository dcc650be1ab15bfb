"""The provider, and somebody who logs in there."""

from __future__ import annotations

import copy
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from pytest_django import Settings

from tests.cast import NOOR_BSN
from tests.people.saml.idp import Asked, SamlIdp, asked_in
from tests.people.saml.keys import Pair, make_pair

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

NOOR = f"s00000000:{NOOR_BSN}"
HERE = "/inloggen/saml/digid-saml/"


@dataclass
class Visitor:
    """One browser. What the provider's page posts comes without its session, as SameSite=Lax has it."""

    client: Client
    idp: SamlIdp

    def start(self, **form: str) -> Asked:
        """Presses the button."""
        response = self.client.post(f"{HERE}login/", form)
        assert response.status_code == 302, response.content
        return asked_in(response["Location"])

    def post(self, answer: str) -> Response:
        """The provider's page posts; the cookie of the answer reaches the browser."""
        without_session = Client()
        response = without_session.post(f"{HERE}acs/", {"SAMLResponse": answer})
        assert set(response.cookies) <= {"levensloket-saml", "levensloket-csrf"}
        self.client.cookies.update(response.cookies)
        return response

    def back(self, answer: str) -> Response:
        """Posts, and goes where that leads."""
        response = self.post(answer)
        return self.client.get(response["Location"]) if response.status_code == 302 else response

    def log_in(self, name_id: str = NOOR, *, form: dict[str, str] | None = None, **changes: Any) -> Response:
        """All of it."""
        return self.back(self.idp.answer(self.start(**(form or {})), name_id, **changes))

    @property
    def is_logged_in(self) -> bool:
        """Whether the session has a user."""
        return "_auth_user_id" in self.client.session


@pytest.fixture(scope="session")
def pair() -> Pair:
    return make_pair("digid.example")


@pytest.fixture
def visitor(pair: Pair, settings: Settings, db: None) -> Visitor:
    """A fresh browser, at a portal that knows the provider's certificate."""
    providers = copy.deepcopy(settings.LOGIN_PROVIDERS)
    providers["digid-saml"]["certificates"] = [pair.certificate]
    settings.LOGIN_PROVIDERS = providers
    return Visitor(Client(), SamlIdp(pair))


@pytest.fixture
def refused_for(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """The reasons that the security log shows; no log has anything of the person."""
    caplog.set_level(logging.INFO)

    def reasons() -> list[str]:
        text = "\n".join(f"{record.msg} {record.args} {record.exc_text}" for record in caplog.records)
        assert NOOR_BSN not in text
        events = [record.msg for record in caplog.records if isinstance(record.msg, dict)]
        return [event["reason"] for event in events if event.get("event") == "login-refused"]

    return reasons
