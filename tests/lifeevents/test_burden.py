"""The counter over all events: what agencies need, and how much of it somebody types."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command

from lifeevents.burden import Burden, burdens
from lifeevents.catalogue import load_catalogue
from tests.lifeevents.tree import write


def test_each_thing_counts_for_each_agency_and_each_question_once(tmp_path: Path) -> None:
    # birth: 1 fact, place, role, who and born; benefit: 2 facts and its own questions.
    catalogue = load_catalogue(write(tmp_path))
    typed = {q.id for s in catalogue.services.values() for g in s.ask for q in g.questions if q.required}

    (child,) = burdens(catalogue)

    assert child == Burden("child", needed=3 + len(typed), typed=len(typed))


def test_people_type_less_than_agencies_need_in_every_event() -> None:
    found = burdens(load_catalogue())
    assert len(found) == 12
    assert [one.event for one in found if one.saved < 20] == []


def test_the_command_prints_a_line_for_each_event(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("catalogue", "burden")
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in lines] == list(load_catalogue().events)
    assert all("agencies need" in line and "people type" in line for line in lines)
