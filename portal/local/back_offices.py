"""The agencies of the sandbox, each with the system that it works in, and how the portal reaches that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

IN_THE_PORTAL = (
    "gemeente-waterstad",
    "gemeente-heidedorp",
    "gemeente-polderveen",
    "gemeente-duinzicht",
    "svb",
    "uwv",
    "dienst-toeslagen",
    "belastingdienst",
    "rdw",
    "duo",
    "levensloket",  # the portal's own: complaints about its helpdesk
)
"""The agencies of the sandbox, as they are when all of them work in the portal."""

_APIS = ("zaken", "catalogi", "documenten", "besluiten", "notificaties")
_HOLD = """\
  {agency}:
    connector: hold"""
_ZGW = """\
  {agency}:
    connector: zgw
    zaken_url: {root}/{zaken}
    catalogi_url: {root}/{catalogi}
    documenten_url: {root}/{documenten}
    besluiten_url: {root}/{besluiten}
    notificaties_url: {root}/{notificaties}
    client_id: ${{ZGW_CLIENT_ID}}
    secret: ${{ZGW_SECRET}}
    rsin: '{rsin}'
    reads_a_minute: 600{more}"""
_INTAKE = """\
  {agency}:
    connector: rest
    url: {root}/v1
    key_id: levensloket
    secret: ${{INTAKE_SECRET}}
    reads_a_minute: 600"""


class BackOffice(Protocol):
    """A system of an agency."""

    def settings(self, *, agency: str, sandbox_url: str) -> str:
        """Its part of the connector settings, in YAML."""


@dataclass(frozen=True, slots=True)
class Zgw:
    """A ZGW back office. `path` says where each of its APIs stands below it, `more` what else is set."""

    rsin: str
    path: str = "{api}/api/v1"
    more: Mapping[str, int] = field(default_factory=dict)

    def settings(self, *, agency: str, sandbox_url: str) -> str:
        """Its part of the connector settings, in YAML."""
        places = {api: self.path.format(api=api) for api in _APIS}
        root = f"{sandbox_url}/zgw/{agency}"
        more = "".join(f"\n    {name}: {value}" for name, value in self.more.items())
        return _ZGW.format(agency=agency, root=root, rsin=self.rsin, more=more, **places)


@dataclass(frozen=True, slots=True)
class Intake:
    """An intake of its own, after `connectors/destinations/rest/openapi.yaml`."""

    def settings(self, *, agency: str, sandbox_url: str) -> str:
        """Its part of the connector settings, in YAML."""
        return _INTAKE.format(agency=agency, root=f"{sandbox_url}/intake/{agency}")


BACK_OFFICES: Mapping[str, BackOffice] = {
    "gemeente-waterstad": Zgw(rsin="999190015"),
    # Another supplier, with its APIs in other places (the sandbox's README), that likes no large calls.
    "gemeente-polderveen": Zgw(
        rsin="999190039", path="dienstverlening/rest/{api}/v1", more={"parts_from": 500_000}
    ),
    "gemeente-duinzicht": Intake(),
}
"""Those that have a system of their own in the demo; the others stay in the portal."""


def destination_settings(*, agency: str, sandbox_url: str, back_office: BackOffice | None) -> str:
    """The part of an agency in the connector settings, in YAML; without a system it works in the portal."""
    if back_office is None:
        return _HOLD.format(agency=agency)
    return back_office.settings(agency=agency, sandbox_url=sandbox_url)
