"""`python -m tests.mutants [WORDS] [--every N]`: takes guards away, and says which nobody missed.

`make mutants` is the same. Exits with 1 where no test fails for a guard that is not in `survivors.txt`, and
where fewer than 60 of all were missed.
"""

from __future__ import annotations

import argparse
import sys

import pytest

from portal.local.environment import ROOT
from tests.mutants.mapping import TESTS, WALK, files_of


def main() -> int:
    """The exit status of pytest."""
    parser = argparse.ArgumentParser(prog="tests.mutants", description=__doc__)
    parser.add_argument("words", nargs="?", default="")
    parser.add_argument("--every", type=int, default=1)
    chosen = parser.parse_args()
    files = sorted({WALK}.union(*(files_of(names) for names in TESTS.values())))
    options = ["-p", "tests.mutants.running", "-q", "-p", "no:cacheprovider", "-p", "no:randomly"]
    options += [f"--mutants={chosen.words}", f"--every={chosen.every}", "--capture=fd"]
    return int(pytest.main([*options, *(str(ROOT / file) for file in files)]))


if __name__ == "__main__":
    sys.exit(main())
