"""`docs/connect-an-agency.md`, done: every command in it is run, in its order, in one shell."""

from __future__ import annotations

import json
import re
import subprocess

import pytest

from portal.local.environment import DEMO_CLIENT_VARIABLE, ROOT
from portal.local.stack import Stack
from tests.stories.by_wire import Caller
from tests.stories.conftest import NewCaller
from tests.stories.waiting import is_delivered, until

pytestmark = pytest.mark.story

MARK = "===== the next one"


def test_a_developer_connects_an_agency_by_the_document(new_caller: NewCaller, stack: Stack) -> None:
    citizen = new_caller("Noor de Wit")
    reference = _born_in(citizen, "9002")
    until(lambda: is_delivered(stack, reference), seconds=60, what=f"{reference} at Heidedorp")

    other = new_caller("Daan Bakker")
    in_waterstad = _born_in(other, "9001")
    until(lambda: is_delivered(stack, in_waterstad), seconds=60, what=f"{in_waterstad} at Waterstad")

    answers = _run(_commands(), stack, IN_WATERSTAD=in_waterstad)

    _token, listed, _reference, whole, taken_in, status, outcome, sent_on = answers
    assert reference in [one["reference"] for one in json.loads(listed)["results"]]
    told = json.loads(whole)
    assert told["reference"] == reference
    assert told["payload"]["answers"]["child"][0]["first_names"] == "Mia"
    assert json.loads(taken_in)["phase"] == "handled"
    assert json.loads(status)["phase"] == "needs_you"
    assert json.loads(outcome)["kind"] == "granted"
    assert json.loads(sent_on)["agency"] == "gemeente-heidedorp"
    until(lambda: is_delivered(stack, in_waterstad), seconds=60, what=f"{in_waterstad} at Heidedorp")
    assert "Het kind is in Heidedorp geboren." in other.get(f"/aanvragen/{in_waterstad}/").text
    page = citizen.get(f"/aanvragen/{reference}/").text
    assert "De akte is gemaakt op 22 november." in page
    assert "De organisatie noemt het: HD-2026-17." in page
    log = citizen.get("/mijn-gegevens/").text
    assert "De gemeente Heidedorp bekeek uw aanvraag met een eigen systeem." in log
    secret = stack.env[DEMO_CLIENT_VARIABLE]
    assert secret not in stack.logs()


def _born_in(citizen: Caller, place: str) -> str:
    citizen.begins()
    citizen.answers()
    born = citizen.post(f"{citizen.journey}vragen/birth/1/", birth_place=place, role="gave_birth")
    assert born.status_code == 200
    assert citizen.sends(citizen.seen()).status_code == 200
    return citizen.reference()


def _commands() -> list[str]:
    """The blocks of the document, without the first one, which says where and who."""
    text = (ROOT / "docs" / "connect-an-agency.md").read_text(encoding="utf-8")
    first, *others = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    assert {"PORTAL", "CLIENT_ID", "CLIENT_SECRET"} == set(re.findall(r"^([A-Z_]+)=", first, re.MULTILINE))
    assert "CLIENT_ID=gemeente-heidedorp-proef\n" in first
    assert f"['{DEMO_CLIENT_VARIABLE}']" in first
    return others


def _run(commands: list[str], stack: Stack, **more: str) -> list[str]:
    """What each block prints."""
    ours = {
        "PORTAL": stack.url,
        "CLIENT_ID": "gemeente-heidedorp-proef",
        "CLIENT_SECRET": stack.env[DEMO_CLIENT_VARIABLE],
        **more,
    }
    script = "set -eo pipefail\n" + f"\necho; echo '{MARK}'\n".join(commands)
    ran = subprocess.run(
        ["bash", "-c", script],  # noqa: S607
        capture_output=True,
        text=True,
        env={"PATH": stack.env["PATH"], **ours},
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.split(MARK)
