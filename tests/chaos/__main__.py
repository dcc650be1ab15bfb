"""`python -m tests.chaos`: files, breaks, counts, and says so in one line. Exit code 1 where it is bad."""

from __future__ import annotations

import argparse
import secrets
import sys

from portal.local.signals import Stopped, stop_on_signals
from tests.chaos.run import Plan, run, shout


def main() -> int:
    """Reads the command line."""
    asked = argparse.ArgumentParser(prog="make chaos")
    asked.add_argument("--seed", type=int, default=None)
    asked.add_argument("--cases", type=int, default=2000)
    options = asked.parse_args()
    seed = secrets.randbelow(1_000_000) if options.seed is None else options.seed
    shout(f"seed {seed}")
    plan = Plan(
        seed=seed,
        cases=options.cases,
        browsers=max(1, options.cases // 50),
        ahead=100,
        seconds=2.5,
        pause=8.0,
        longest=420.0,
    )
    try:
        with stop_on_signals():
            result = run(plan, shout)
    except Stopped as stopped:
        return stopped.exit_code or 1
    if not result.is_good:
        shout("\n".join([*result.wrong, f"lost: {result.lost}", f"again with: make chaos SEED={seed}"]))
    sys.stdout.write(f"{result.line}\n")
    return 0 if result.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
