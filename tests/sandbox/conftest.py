"""Fixtures for the sandbox: its files, and the running process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests
import yaml

from tests.sandbox.back_office import BackOffice, NewBackOffice
from tests.sandbox.shapes import Shapes
from tests.sandbox.zgw_shapes import ZgwShapes

if TYPE_CHECKING:
    from portal.local.stack import Stack

SANDBOX = Path(__file__).resolve().parents[2] / "connectors" / "sandbox"
QUERY = "RaadpleegMetBurgerservicenummer"
SECONDS = 15

Ask = Callable[..., requests.Response]
SetFault = Callable[[str], None]


@pytest.fixture(scope="session")
def records() -> list[dict[str, Any]]:
    """The cast, as the file has it."""
    text = (SANDBOX / "persons.yaml").read_text(encoding="utf-8")
    found: list[dict[str, Any]] = yaml.load(text, Loader=yaml.CSafeLoader)
    return found


@pytest.fixture(scope="session")
def shapes(standards: Path) -> Shapes:
    """The published specification of the BRP."""
    return Shapes(standards / "brp" / "openapi-brp-personen-2.7.0.yaml")


@pytest.fixture(scope="session")
def settings_of_sandbox(stack: Stack) -> dict[str, str]:
    """The environment with which the running sandbox was started."""
    return stack.env


@pytest.fixture
def ask(sandbox_url: str, settings_of_sandbox: dict[str, str]) -> Ask:
    """`ask("999…", fields=["naam"])`: one question to the BRP; other names replace parts of the body."""

    def ask(*bsns: str, fields: list[str], timeout: float = SECONDS, **more: Any) -> requests.Response:
        return requests.post(
            f"{sandbox_url}/haalcentraal/api/brp/personen",
            json={"type": QUERY, "burgerservicenummer": list(bsns), "fields": fields, **more},
            headers={"X-API-KEY": settings_of_sandbox["BRP_API_KEY"]},
            timeout=timeout,
        )

    return ask


@pytest.fixture
def set_fault(sandbox_url: str) -> Iterator[SetFault]:
    """`set_fault("down")` for the BRP; afterwards it works again."""

    def set_fault(kind: str) -> None:
        answer = requests.post(f"{sandbox_url}/storingen/brp", json={"fault": kind}, timeout=SECONDS)
        assert answer.json() == {"register": "brp", "fault": kind}

    yield set_fault
    set_fault("none")


# --- Back offices ---------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def zgw_shapes(standards: Path) -> ZgwShapes:
    """The published specifications of the ZGW APIs."""
    return ZgwShapes(standards / "zgw")


@pytest.fixture
def back_office(sandbox_url: str, settings_of_sandbox: dict[str, str]) -> Iterator[NewBackOffice]:
    """`back_office(client_id="zaaksysteem", agency=…)`; without a client, as the portal. Ends its faults."""
    made: list[BackOffice] = []

    def back_office(**who: str) -> BackOffice:
        made.append(BackOffice(sandbox_url, settings_of_sandbox, **who))
        return made[-1]

    yield back_office
    for one in made:
        one.set_fault("none")
