"""The environment variables of every process of one stack, and the secrets that they carry."""

from __future__ import annotations

import base64
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from portal.local.back_offices import IN_THE_PORTAL, BackOffice, destination_settings

ROOT = Path(__file__).resolve().parents[2]
"""The repository."""

SOURCES = {
    "brp": ("/haalcentraal/api/brp", "BRP_API_KEY"),
    "bag": ("/lvbag/individuelebevragingen/v2", "BAG_API_KEY"),
    **{
        name: (f"/registers/{name}", "REGISTERS_API_KEY")
        for name in ("polis", "bri", "rdw", "lrk", "svb", "duo", "brp_events")
    },
}
"""Where the sandbox plays each source, and the environment variable with the key to it."""

DEMO_CLIENT_VARIABLE = "AGENCY_CLIENT_SECRET"
"""The environment variable with the secret of the agencies' programs in the demo."""

_SECRET_NAMES = (
    "SECRET_KEY",
    "SANDBOX_SECRET_KEY",
    *sorted({key for _, key in SOURCES.values()}),
    "OIDC_CITIZEN_CLIENT_SECRET",
    "OIDC_STAFF_CLIENT_SECRET",
    "ZGW_SECRET",
    "INTAKE_SECRET",
    DEMO_CLIENT_VARIABLE,
)
# What a developer may have set for other work must not reach the processes of a stack.
_NOT_INHERITED = (
    "DJANGO_SETTINGS_MODULE",
    "GUNICORN_CMD_ARGS",
    "SAML_IDP_ENTITY_ID",
    "STATICFILES_STORAGE",
    "STATIC_ROOT",
)
_CONNECTORS = """\
# Written by the demo at every start. The keys are explained in connectors/README.md.
sources:
{sources}
destinations:
{destinations}
"""
_SOURCE = """\
  {name}:
    url: {sandbox_url}{path}
    api_key: ${{{key}}}"""


def demo_client_id(agency: str) -> str:
    """The id of an agency's program in the demo."""
    return f"{agency}-proef"


def new_secrets() -> dict[str, str]:
    """Fresh random secrets, by the name of their environment variable."""
    made = {name: secrets.token_urlsafe(48) for name in _SECRET_NAMES}
    made |= {name: base64.b64encode(secrets.token_bytes(32)).decode() for name in ("MASTER_KEYS", "HMAC_KEY")}
    made["LOG_SIGNING_KEY"] = _signing_key()
    return made


def _signing_key() -> str:
    """A fresh Ed25519 key that signs the heads of the log, as PEM."""
    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def kept_secrets(folder: Path) -> dict[str, str]:
    """The secrets of this folder: made the first time, readable by their owner only.

    A secret that did not exist yet when the file was made is added to it.
    """
    path = folder / "secrets.json"
    known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    kept = new_secrets() | known
    if kept != known:
        fresh = folder / "secrets.json.new"
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(kept, file, indent=2)
        fresh.replace(path)
    return kept


def write_connectors(
    folder: Path, *, sandbox_url: str, back_offices: Mapping[str, BackOffice] | None = None
) -> Path:
    """Writes the connector settings of a stack whose other side is the sandbox, and returns the file.

    `back_offices` are the agencies with a system of their own.
    """
    systems = back_offices or {}
    destinations = "\n".join(
        destination_settings(agency=agency, sandbox_url=sandbox_url, back_office=systems.get(agency))
        for agency in IN_THE_PORTAL
    )
    sources = "\n".join(
        _SOURCE.format(name=name, sandbox_url=sandbox_url, path=path, key=key)
        for name, (path, key) in SOURCES.items()
    )
    file = folder / "connectors.yaml"
    file.write_text(_CONNECTORS.format(sources=sources, destinations=destinations))
    return file


def shared_environment(
    keys: dict[str, str],
    *,
    site_url: str,
    sandbox_url: str,
    connectors: Path,
    broker_url: str,
    cache_url: str,
) -> dict[str, str]:
    """What portal and sandbox both get, databases aside."""
    inherited = {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}
    return inherited | keys | {
        "ALLOWED_HOSTS": "localhost",
        "BROKER_URL": broker_url,
        "CATALOGUE_RELOAD": "true",
        "CACHE_URL": cache_url,
        "CONNECTORS_CONFIG": str(connectors),
        "DEBUG": "false",
        "PRACTICE": "true",
        "OIDC_CITIZEN_CLIENT_ID": "levensloket",
        "OIDC_SERVER_URL": sandbox_url,
        "OIDC_STAFF_CLIENT_ID": "levensloket-medewerkers",
        "PORTAL_URL": site_url,
        "PYTHONUNBUFFERED": "1",
        "SANDBOX_URL": sandbox_url,
        "SECURE": "false",
        "SITE_URL": site_url,
        "ZGW_CLIENT_ID": "levensloket",
    }  # fmt: skip
