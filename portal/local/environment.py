"""The environment variables of every process of one stack, and the secrets that they carry."""

from __future__ import annotations

import base64
import json
import os
import secrets
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The repository."""

MUNICIPALITIES = ("gemeente-waterstad", "gemeente-heidedorp")

_SECRET_NAMES = (
    "SECRET_KEY",
    "SANDBOX_SECRET_KEY",
    "BRP_API_KEY",
    "OIDC_CITIZEN_CLIENT_SECRET",
    "OIDC_STAFF_CLIENT_SECRET",
)
# What a developer may have set for other work must not reach the processes of a stack.
_NOT_INHERITED = ("DJANGO_SETTINGS_MODULE", "GUNICORN_CMD_ARGS", "STATICFILES_STORAGE", "STATIC_ROOT")
_CONNECTORS = """\
# Written by the demo at every start. The keys are explained in connectors/README.md.
sources:
  brp:
    url: {sandbox_url}/haalcentraal/api/brp
    api_key: ${{BRP_API_KEY}}
destinations:
{destinations}
"""


def new_secrets() -> dict[str, str]:
    """Fresh random secrets, by the name of their environment variable."""
    made = {name: secrets.token_urlsafe(48) for name in _SECRET_NAMES}
    made |= {name: base64.b64encode(secrets.token_bytes(32)).decode() for name in ("MASTER_KEYS", "HMAC_KEY")}
    return made


def kept_secrets(folder: Path) -> dict[str, str]:
    """The secrets of this folder: made the first time, readable by their owner only."""
    path = folder / "secrets.json"
    if path.exists():
        known: dict[str, str] = json.loads(path.read_text())
        return known
    made = new_secrets()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(made, file, indent=2)
    return made


def write_connectors(folder: Path, *, sandbox_url: str) -> Path:
    """Writes the connector settings of a stack whose other side is the sandbox, and returns the file."""
    agencies = (*MUNICIPALITIES, "svb")
    destinations = "\n".join(f"  {agency}:\n    connector: hold" for agency in agencies)
    path = folder / "connectors.yaml"
    path.write_text(_CONNECTORS.format(sandbox_url=sandbox_url, destinations=destinations))
    return path


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
        "CACHE_URL": cache_url,
        "CONNECTORS_CONFIG": str(connectors),
        "DEBUG": "false",
        "IS_DEMO": "true",
        "OIDC_CITIZEN_CLIENT_ID": "levensloket",
        "OIDC_SERVER_URL": sandbox_url,
        "OIDC_STAFF_CLIENT_ID": "levensloket-medewerkers",
        "PORTAL_URL": site_url,
        "PYTHONUNBUFFERED": "1",
        "SANDBOX_URL": sandbox_url,
        "SECURE": "false",
        "SITE_URL": site_url,
    }  # fmt: skip
