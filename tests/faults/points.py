"""The points that the code names, and what a file of tests names: both found in what is written."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from portal.local.environment import ROOT

_FOLDERS = ("portal", "connectors")


def named_in(file: Path) -> set[str]:
    """Every text that a file of tests writes out: a test that arms a point names it."""
    nodes = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


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
