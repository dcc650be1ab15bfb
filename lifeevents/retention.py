"""How long the portal keeps what has no term in a service's activity: `parameters/retention.yaml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, Field, TypeAdapter
from pydantic.dataclasses import dataclass

from lifeevents.shape import parse
from lifeevents.yamlfile import CatalogueError, Problem, read

_FILE = Path(__file__).parent / "parameters" / "retention.yaml"


@dataclass(config=ConfigDict(extra="forbid", frozen=True))
class Retention:
    """Days that a fact is kept after it was last valid, and a draft after it was begun; years for a line.

    `denials_days`: how long the auditor sees that a door stayed shut; half a year at least.
    """

    verified: bool
    facts_days: Annotated[int, Field(ge=0)]
    drafts_days: Annotated[int, Field(ge=1)]
    lines_years: Annotated[int, Field(ge=1)]
    denials_days: Annotated[int, Field(ge=183)]


_RETENTION = TypeAdapter(Retention)


def read_retention(file: Path, problems: list[Problem]) -> Retention | None:
    """The terms of a file; None, with a problem added for each thing wrong, when it cannot be used."""
    document = read(file, problems)
    return parse(_RETENTION, document.data, document, problems) if document else None


@cache
def retention() -> Retention:
    """The terms. Raises `CatalogueError` when the file is wrong."""
    problems: list[Problem] = []
    found = read_retention(_FILE, problems)
    if found is None or problems:
        raise CatalogueError(problems)
    return found
