"""System checks: where one practises nothing leads out, and elsewhere the way to it is another place.

`manage.py check` names everything; a web process and a worker do not start on any of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connection

from connectors.outgoing import is_this_machine
from connectors.sms import CONSOLE, FOLDER
from portal.practice.place import look, require_right_place

_STAYS_HERE: Final = tuple(
    f"django.core.mail.backends.{name}.EmailBackend" for name in ("console", "dummy", "filebased", "locmem")
)


@register
def nothing_leads_out(app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """No real login, mail, text or address; each with what to do."""
    found = _where_one_practises() if settings.PRACTICE else _elsewhere()
    return [Error(problem, id=name) for name, problem in found]


def refuse_what_is_real() -> None:
    """For a process that begins to serve. Raises `ImproperlyConfigured` with everything that is wrong."""
    if wrong := nothing_leads_out(None):
        raise ImproperlyConfigured("; ".join(str(one.msg) for one in wrong))
    require_right_place()
    try:
        connection.ensure_connection()
        look(connection=connection)
    except OperationalError:
        pass  # it is down: what it answers first is looked at then
    finally:
        # Not one to be shared by the processes that come of this one.
        connection.close()


def _where_one_practises() -> Iterator[tuple[str, str]]:
    sandbox = urlsplit(settings.SANDBOX_URL)
    is_near = sandbox.scheme == "http" and is_this_machine(sandbox.hostname or "")
    if not sandbox.hostname or not (sandbox.scheme == "https" or is_near):
        yield (
            "practice.E001",
            "SANDBOX_URL must be the address of the sandbox: https, or http on this machine",
        )
    elif _site(settings.SANDBOX_URL) == _site(settings.SITE_URL):
        yield "practice.E002", "SANDBOX_URL is the address of the portal itself: the sandbox has its own"
    for name, entry in settings.LOGIN_PROVIDERS.items():
        if entry.get("kind") == "staff":
            continue  # their own login, by which nothing of a citizen comes in
        if entry.get("protocol") == "saml" or _site(str(entry.get("server_url"))) != _site(
            settings.SANDBOX_URL
        ):
            yield (
                "practice.E003",
                f"LOGIN_PROVIDERS['{name}']: where one practises citizens log in at SANDBOX_URL only: "
                "set OIDC_SERVER_URL to it, and no SAML_IDP_ENTITY_ID",
            )
    if settings.EMAIL_BACKEND not in _STAYS_HERE:
        yield (
            "practice.E004",
            "EMAIL_URL: where one practises no mail goes out: use consolemail:// or filemail:////folder",
        )
    if not settings.SMS_URL.startswith((CONSOLE, FOLDER)):
        yield "practice.E005", "SMS_URL: where one practises no text goes out: use console: or file:///folder"


def _elsewhere() -> Iterator[tuple[str, str]]:
    if not settings.PRACTICE_URL:
        return
    place = urlsplit(settings.PRACTICE_URL)
    if place.scheme not in ("https", "http") or not place.hostname or place.query or place.fragment:
        yield "practice.E006", "PRACTICE_URL must be an address, https and without a question mark"
    elif place.hostname == urlsplit(settings.SITE_URL).hostname:
        # Ports share cookies: a login of the one would end that of the other.
        yield (
            "practice.E007",
            "PRACTICE_URL has the host of SITE_URL: a place to practise needs a host of its own",
        )


def _site(address: str) -> tuple[str, str]:
    parts = urlsplit(address)
    return parts.scheme, parts.netloc.casefold()
