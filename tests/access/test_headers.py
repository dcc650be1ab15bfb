"""What every answer says to the browser, and whom to tell of a weakness."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from portal.access import policy
from portal.access.policy import ANYONE
from portal.urls import urlpatterns as real_urls
from tests.cast import Cast, logged_in, make_cast

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response


def breaks(request: HttpRequest) -> HttpResponse:
    raise ValueError("on purpose")


urlpatterns = [*real_urls, path("breekt/", breaks, name="breaks")]
handler400 = "portal.errors.bad_request"
handler404 = "portal.errors.not_found"
handler500 = "portal.errors.server_error"

EXPECTED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
ADDRESSES = {
    "a page": ("/", {}, 200),
    "a page that does not exist": ("/bestaat-niet/", {}, 404),
    "a page that breaks": ("/breekt/", {}, 500),
    "a request for another host": ("/", {"headers": {"Host": "elders.example"}}, 400),
    "a program without a token": ("/api/v1/cases", {}, 401),
    "a file": ("/static/proef.css", {}, 200),
    "a file that does not exist": ("/static/bestaat-niet.css", {}, 404),
    "the way to the login page": ("/mijn-gegevens/", {}, 302),
    "whether it lives": ("/health/live", {}, 200),
}


@pytest.fixture
def visitor(db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Somebody at a site with one file, and with one page that breaks."""
    (tmp_path / "proef.css").write_text("a { color: red }")
    settings.STATIC_ROOT = str(tmp_path)
    settings.ROOT_URLCONF = __name__
    settings.SECURE_HSTS_SECONDS = 31536000
    monkeypatch.setattr(policy, "POLICY", {**policy.POLICY, "breaks": ANYONE})
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("what", ADDRESSES)
def test_every_answer_tells_the_browser_to_be_careful(visitor: Client, what: str) -> None:
    address, extra, status = ADDRESSES[what]
    response = visitor.get(address, secure=True, **extra)  # type: ignore[arg-type]
    assert response.status_code == status
    assert {name: response.headers.get(name) for name in EXPECTED} == EXPECTED
    assert "camera=()" in response.headers["Permissions-Policy"]
    rules = _rules(response)
    assert (rules["default-src"], rules["frame-ancestors"], rules["base-uri"]) == ("'none'",) * 3
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    assert "Access-Control-Allow-Origin" not in response.headers
    # A request for another host is none of ours to speak for.
    assert status == 400 or "max-age=31536000" in response.headers["Strict-Transport-Security"]


def test_a_script_runs_by_its_nonce_alone_and_each_page_has_another(visitor: Client) -> None:
    first, second = visitor.get("/"), visitor.get("/")
    nonces = [re.findall(r'<script [^>]*nonce="([^"]+)"', page.content.decode()) for page in (first, second)]
    assert [_rules(page)["script-src"] for page in (first, second)] == [f"'nonce-{one}'" for (one,) in nonces]
    assert nonces[0] != nonces[1]


def test_logging_out_clears_what_the_browser_kept(db: None) -> None:
    cast: Cast = make_cast()
    response = logged_in(cast.citizen).post("/uitloggen/")
    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'


def test_who_finds_a_weakness_knows_whom_to_tell(settings: Any) -> None:
    settings.SECURITY_CONTACTS = ["mailto:veilig@example.nl", "https://example.nl/melden"]
    response = Client().get("/.well-known/security.txt")
    lines = [line.partition(": ") for line in response.content.decode().splitlines()]
    named = [(name, value) for name, _, value in lines]
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert named[:2] == [("Contact", "mailto:veilig@example.nl"), ("Contact", "https://example.nl/melden")]
    until = datetime.fromisoformat(dict(named)["Expires"])
    # RFC 9116, 2.5.5: less than a year ahead.
    assert timedelta(days=20) < until - datetime.now(UTC) < timedelta(days=365)
    assert dict(named)["Canonical"].endswith("/.well-known/security.txt")


def _rules(response: Response) -> dict[str, str]:
    policy_words = [rule.split(" ", 1) for rule in response.headers["Content-Security-Policy"].split("; ")]
    return {name: value[0] if value else "" for name, *value in policy_words}
