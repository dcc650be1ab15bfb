"""`python -m tests.bench [NAME …]`: measures, prints a table, and writes `.bench/results.json`.

`make bench ONLY=name` is the same. Exits with 1 when a limit is broken or a floor is too slow, with 2 for a
name that does not exist.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from portal.local.environment import ROOT
from portal.local.temporary import TemporaryServers
from tests.bench import benches, harness
from tests.bench.world import World

RESULTS = ROOT / ".bench" / "results.json"


def main(only: list[str], file: Path = RESULTS) -> int:
    """The exit status."""
    with TemporaryServers() as servers:
        servers.postgres.create_database("portal")
        own = {
            "LOG_LEVEL": "ERROR",
            "PRACTICE": "false",
            "CATALOGUE_RELOAD": "false",
            "API_RATE": "1000000/min",
        }
        os.environ.update(servers.environment() | own)
        _start_portal()
        try:
            chosen = harness.chosen(harness.found(benches), only)
        except ValueError as error:
            print(f"Error: {error}", file=sys.stderr)
            return 2
        return measure(chosen, file)


def measure(chosen: list[harness.Bench], file: Path) -> int:
    """Runs these benches in turn, in this one process."""
    measured, times = list[harness.Result](), harness.work_times()
    with World() as world:
        for bench in chosen:
            print(f"  {bench.name} …", file=sys.stderr)
            measured.append(harness.run(bench, world))
            times += harness.work_times()
    results = [harness.noise(times), *measured]
    harness.write(results, file)
    print(harness.table(results))
    faults = [fault for result in results for fault in result.faults]
    for fault in faults:
        print(f"Error: {fault}", file=sys.stderr)
    return 1 if faults else 0


def _start_portal() -> None:
    """Django with an empty database; imported only now, because its settings are read at once."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
