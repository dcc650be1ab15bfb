"""`docs/connect-an-agency.md`: what it tells an agency with an intake of its own to run, run."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from connectors.registry import find
from tests.connectors.other_side import Asked, OtherSide, answer

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "connect-an-agency.md"
IN_THE_DEMO = "http://127.0.0.1:8001/intake/gemeente-duinzicht/v1"
FILED = "2026-11-25T09:30:00+00:00"


def _blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)


def test_the_request_of_the_document_is_filed_and_read_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".demo").mkdir()
    (tmp_path / ".demo" / "secrets.json").write_text(json.dumps({"INTAKE_SECRET": "x" * 40}))
    _, block = _blocks("python")
    assert IN_THE_DEMO in block
    asked: list[Asked] = []

    def intake(one: Asked, *rest: object) -> bool:
        asked.append(one)
        receipt = {"reference": "", "theirReference": "DZ-1", "receivedAt": FILED}
        if one.method == "POST":
            told: object = receipt | {"reference": one.json()["reference"]}
        else:
            told = {"results": []} if "?" in one.target else receipt | {"updates": []}
        return answer(told)(one, *rest)  # type: ignore[arg-type]

    with OtherSide(intake) as side:
        exec(block.replace(IN_THE_DEMO, f"{side.url}/v1"), {})  # noqa: S102  (the document is ours)

    assert [(one.method, one.target.partition("?")[0]) for one in asked] == [
        ("GET", "/v1/requests"),
        ("GET", "/v1/requests"),
        ("POST", "/v1/requests"),
        ("GET", "/v1/requests/DZ-1"),
    ]
    assert "DZ-1" in capsys.readouterr().out


def test_the_settings_of_the_document_are_those_of_the_connector() -> None:
    (block,) = _blocks("yaml")
    settings = yaml.safe_load(block)["destinations"]["gemeente-duinzicht"]
    known = find("destinations")[settings.pop("connector")].settings
    assert settings.keys() <= known.keys()
    assert {name for name, one in known.items() if not one.optional} <= settings.keys()
