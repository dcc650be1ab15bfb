"""A login by SAML in a real browser: another site posts the answer, and the session is there all the same."""

from __future__ import annotations

import copy
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.conftest import OpenPage
from tests.people.saml.conftest import HERE, NOOR
from tests.people.saml.idp import SamlIdp, asked_in
from tests.people.saml.keys import Pair

pytestmark = [pytest.mark.story, pytest.mark.django_db(transaction=True)]


@contextmanager
def _provider(pair: Pair, site: str) -> Iterator[str]:
    """Its page, at an address that is another site for the browser, with a form that goes back to ours."""
    idp, acs = SamlIdp(pair), f"{site}{HERE}acs/"

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self._form() if self.path.startswith("/sso?") else b""
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(body)

        def _form(self) -> bytes:
            asked = asked_in(f"{url}{self.path}", sso=f"{url}/sso")
            answer = idp.answer(asked, NOOR, audience=site, recipient=acs, destination=acs)
            field = f'<input type="hidden" name="SAMLResponse" value="{answer}">'
            return f'<form method="post" action="{acs}">{field}<button>Verder</button></form>'.encode()

        def log_message(self, format: str, *args: Any) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield url
    finally:
        server.shutdown()
        server.server_close()


def test_one_logs_in_at_another_site_and_comes_back_to_the_same_page(
    live_server: Any, open_page: OpenPage, settings: Any, pair: Pair, javascript: bool
) -> None:
    site = live_server.url.replace("127.0.0.1", "localhost")
    with _provider(pair, site) as url:
        providers = copy.deepcopy(settings.LOGIN_PROVIDERS)
        here = {"certificates": [pair.certificate], "server_url": f"{url}/sso", "client_id": site}
        providers["digid-saml"] |= here
        policy = copy.deepcopy(settings.CONTENT_SECURITY_POLICY)
        policy["DIRECTIVES"]["form-action"].append(url)
        settings.LOGIN_PROVIDERS, settings.SITE_URL = providers, site
        settings.CONTENT_SECURITY_POLICY, settings.ALLOWED_HOSTS = policy, ["localhost"]

        page = open_page(javascript=javascript)
        page.goto(f"{site}/ingelogd/")
        page.get_by_role("button", name="Inloggen met DigiD", exact=True).click()
        page.get_by_role("button", name="Verder").click()
        page.get_by_role("heading", name="Waar ben ik ingelogd?").wait_for()
        assert page.url == f"{site}/ingelogd/"
        # What brought the login over is gone; the login itself stays.
        assert "levensloket-saml" not in {cookie["name"] for cookie in page.context.cookies()}
