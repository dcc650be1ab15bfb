"""What a browser gets over https, as an installation is set up: cookies and headers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any, Final

import pytest

from portal.local.environment import ROOT

ASK: Final = """
import json, django
django.setup()
from django.conf import settings
from django.contrib.messages import add_message, INFO
from django.contrib.messages.storage import default_storage
from django.http import HttpResponse
from django.test import Client, RequestFactory
from portal.people.identity import Identity
from portal.people.saml.handover import hand_over
https = {"host": "portal.example", "x-forwarded-proto": "https"}
browser = Client(headers=https)
answers = {
    "page": browser.get("/inloggen/"),
    "language": browser.post("/taal/", {"language": "en", "next": "/"}),
    "nothing": browser.get("/bestaat-niet/"),
    "file": browser.get("/static/bestaat-niet.css"),
    "by http": Client(headers={"host": "portal.example"}).get("/inloggen/"),
}
said = HttpResponse()
request = RequestFactory(headers=https).get("/")
request.session, request._messages = {}, None
request._messages = default_storage(request)
add_message(request, INFO, "Gelukt.")
request._messages.update(said)
hand_over(said, Identity(provider_id="digid-saml", uid="u", level="hoog"), in_response_to="_1")
answers["said"] = said
print(json.dumps({
    "headers": {name: [one.status_code, dict(one.headers)] for name, one in answers.items()},
    "cookies": {k: dict(v) for one in answers.values() for k, v in one.cookies.items()},
    "session": [getattr(settings, f"SESSION_COOKIE_{name}")
        for name in ("NAME", "SECURE", "HTTPONLY", "SAMESITE", "PATH", "DOMAIN")],
}))
"""
PRODUCTION: Final = {
    "DJANGO_SETTINGS_MODULE": "portal.settings",
    "SECURE": "true",
    "DEBUG": "false",
    "ALLOWED_HOSTS": "portal.example",
    "SITE_URL": "https://portal.example",
    "OIDC_SERVER_URL": "https://login.example",
}


@pytest.fixture(scope="module")
def given() -> Any:
    """What the portal answers, in a process of its own with the settings of production."""
    ended = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=ROOT,
        env=os.environ | PRODUCTION,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout.splitlines()[-1])


def test_every_cookie_is_of_this_host_alone_over_https_and_no_script_reads_it(given: Any) -> None:
    name, *rest = given["session"]
    assert (name, rest) == ("__Host-levensloket", [True, True, "Lax", "/", None])
    assert set(given["cookies"]) == {
        "__Host-levensloket-csrf",
        "__Host-levensloket-taal",
        "__Host-levensloket-melding",
        "__Host-levensloket-saml",
    }
    for cookie in given["cookies"].values():
        assert cookie["secure"]
        assert cookie["httponly"]
        assert (cookie["samesite"], cookie["path"], cookie["domain"]) == ("Lax", "/", "")


@pytest.mark.parametrize("name", ["page", "language", "nothing", "file"])
def test_a_browser_is_told_to_come_by_https_alone(given: Any, name: str) -> None:
    _, headers = given["headers"][name]
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "https://login.example" in policy


def test_who_comes_without_it_is_sent_there(given: Any) -> None:
    status, headers = given["headers"]["by http"]
    assert (status, headers["Location"]) == (301, "https://portal.example/inloggen/")
