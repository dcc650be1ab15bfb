"""The mutants themselves: there are enough, each can be made, and a few of them are tried here."""

from __future__ import annotations

import subprocess
import sys

import pytest

from portal.access import policy
from portal.access.policy import CITIZEN, LOGGED_IN
from portal.local.environment import ROOT
from tests.mutants.finding import Mutant, every_mutant, without
from tests.mutants.mapping import files_of, narrow_tests
from tests.mutants.running import FEWEST, SURVIVORS
from tests.mutants.taking import take_away

MUTANTS = every_mutant()


def test_there_are_enough_and_of_each_kind() -> None:
    assert {one.kind for one in MUTANTS} == {"table", "condition", "if", "call"}
    assert len(MUTANTS) > 2 * FEWEST
    assert len(set(MUTANTS)) == len(MUTANTS)


def test_each_has_tests_that_must_notice() -> None:
    for mutant in MUTANTS:
        names = narrow_tests(mutant)
        assert names, mutant
        assert all((ROOT / file).is_file() for file in files_of(names)), mutant


@pytest.mark.parametrize("mutant", [one for one in MUTANTS if one.kind != "table"][::5], ids=str)
def test_a_guard_can_be_taken_away(mutant: Mutant) -> None:
    source = (ROOT / mutant.module).read_text(encoding="utf-8")
    compile(without(mutant), mutant.module, "exec")
    assert source == (ROOT / mutant.module).read_text(encoding="utf-8")


def test_an_entry_of_the_table_is_opened_to_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(policy.POLICY, "citizen:cases", CITIZEN)
    take_away(Mutant("portal/access/policy.py", "POLICY", "table", (0, 0), "citizen:cases"))
    assert policy.POLICY["citizen:cases"] is LOGGED_IN


def test_a_survivor_is_a_guard_that_there_is() -> None:
    lines = [line for line in SURVIVORS.read_text(encoding="utf-8").splitlines() if line[:1] not in ("", "#")]
    assert set(lines) <= {str(one) for one in MUTANTS}


@pytest.mark.timeout(300)
def test_a_guard_that_is_gone_is_missed() -> None:
    """One of the many; `make mutants` takes all of them."""
    command = [sys.executable, "-m", "tests.mutants", "table: backoffice:staff"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert "1 guards were missed when they were gone, 0 were not" in done.stderr
