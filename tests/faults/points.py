"""The points that the code names, found in what is written."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from portal.local.environment import ROOT

_FOLDERS = ("portal", "connectors")


def points() -> list[str]:
    """The name of every `fault_point("…")`, sorted. Raises `ValueError` where a name is not written out."""
    return sorted(
        {name for folder in _FOLDERS for file in (ROOT / folder).rglob("*.py") for name in _in(file)}
    )


def _in(file: Path) -> Iterator[str]:
    text = file.read_text(encoding="utf-8")
    if "fault_point(" not in text:
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "fault_point":
            match node.args:
                case [ast.Constant(value=str(name))]:
                    yield name
                case _:
                    raise ValueError(f"{file}:{node.lineno}: the name of a point must be written out")
