"""Who a visitor of the demo can log in as, from the sandbox's own files of test persons."""

from __future__ import annotations

import os
from typing import Any

import yaml

from portal.local.environment import ROOT

SANDBOX = ROOT / "connectors" / "sandbox"
SHOWN = 7
"""Persons on the screen; the login page of the sandbox shows all."""


def accounts_text(site_url: str, sandbox_url: str) -> str:
    """Lines for the terminal: where to log in, as whom, and where the other side can be played. No BSNs."""
    lines = ["Log in as / Inloggen als:"]
    lines += [f"  {name:<22} {note}" for name, note in _citizens()[:SHOWN]]
    lines += ["", f"Staff / Medewerkers: {site_url}/medewerker/"]
    lines += [f"  {one['name']:<22} {one['role']}, {one['agency']}" for one in _cast().get("staff", [])]
    lines += ["", f"An agency's program / Een programma: {site_url}/api/v1, docs/connect-an-agency.md"]
    lines += ["", f"The other side (registers, municipality) / De andere kant: {sandbox_url}/", ""]
    return "\n".join(lines)


def _citizens() -> list[tuple[str, str]]:
    """Name and reason to be in the cast; nothing with a file of one's own, whose persons have no reason."""
    if os.environ.get("SANDBOX_PERSONS"):
        return [("the persons of", os.environ["SANDBOX_PERSONS"])]
    names = {one["burgerservicenummer"]: one["naam"]["volledigeNaam"] for one in _read("persons.yaml")}
    return [(names[bsn], note) for bsn, note in _cast().get("notes", {}).items() if bsn in names]


def _cast() -> dict[str, Any]:
    cast: dict[str, Any] = _read("cast.yaml")
    return cast


def _read(name: str) -> Any:
    return yaml.load((SANDBOX / name).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
