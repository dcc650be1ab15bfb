"""A fake identity provider, and somebody who logs in there."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client
from pytest_django import Settings

from tests.cast import NOOR_BSN
from tests.people.idp import SECRETS, FakeIdp, running_idp

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

NOOR_CLAIMS = {"sub": "subject-of-noor", "acr": "midden", "bsn": NOOR_BSN}
WILMA_CLAIMS = {
    "sub": "subject-of-wilma",
    "name": "Wilma Bos",
    "role": "officer",
    "agency": "gemeente-waterstad",
    "amr": ["pwd", "otp"],
}


@dataclass
class Visitor:
    """One browser before a login: `start`, then `finish` as whoever the provider vouches for."""

    client: Client
    idp: FakeIdp

    def start(self, provider: str = "digid", query: str = "", **form: str) -> Response:
        """Presses the button on the login page."""
        return self.client.post(f"/inloggen/oidc/{provider}/login/{query}", form)

    def finish(self, started: Response, claims: dict[str, Any], provider: str = "digid") -> Response:
        """Logs in at the provider and comes back."""
        asked = asked_of(started)
        code = self.idp.authorize(asked, claims)
        return self.back(provider, code=code, state=asked["state"])

    def back(self, provider: str = "digid", **query: str) -> Response:
        """Comes back with whatever is in the address."""
        return self.client.get(f"/inloggen/oidc/{provider}/login/callback/", query)

    def log_in(self, claims: dict[str, Any], provider: str = "digid", **form: str) -> Response:
        """Both halves."""
        return self.finish(self.start(provider, **form), claims, provider)

    @property
    def is_logged_in(self) -> bool:
        """Whether the session has a user."""
        return "_auth_user_id" in self.client.session


def asked_of(started: Response) -> dict[str, str]:
    """What the portal asks of the provider, from the address it sends the browser to."""
    assert started.status_code == 302, started.content
    return dict(parse_qsl(urlsplit(started["Location"]).query))


@pytest.fixture(scope="session")
def _idp() -> Iterator[FakeIdp]:
    with running_idp() as idp:
        yield idp


@pytest.fixture
def idp(_idp: FakeIdp, settings: Settings) -> FakeIdp:
    """The provider, honest again, with both logins pointed at it."""
    _idp.behave()
    providers = copy.deepcopy(settings.LOGIN_PROVIDERS)
    for entry in (one for one in providers.values() if "protocol" not in one):
        entry["server_url"] = _idp.url
        entry["secret"] = SECRETS[entry["client_id"]]
    settings.LOGIN_PROVIDERS = providers
    return _idp


@pytest.fixture
def visitor(idp: FakeIdp, db: None) -> Visitor:
    """A fresh browser."""
    return Visitor(Client(), idp)
