"""Every guard of the portal, found in its own source: what a mutant takes away, one at a time.

Four kinds: an entry of the access table (then open to all who are logged in), a condition of a query that
says whose the row must be, an `if … : raise`, and a call of a function that requires something.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from portal.access.policy import LOGGED_IN, POLICY

ROOT: Final = Path(__file__).resolve().parents[2]
_WHOSE: Final = frozenset(
    {"citizen", "agency", "case__agency", "user", "represented", "representative", "role", "is_active"}
)
"""Names of conditions by which a query holds to whose a row is."""
_QUERIES: Final = frozenset({"filter", "get", "exclude"})
SOURCES: Final = (
    "portal/access",
    "portal/people",
    "portal/ledger/engine",
    "portal/ledger/log",
    "portal/cases/journey",
    "portal/cases/reading",
    "portal/cases/back",
    "portal/cases/talk",
    "portal/cases/terms",
    "portal/cases/disputes",
    "portal/cases/involved.py",
    "portal/cases/restricting",
    "portal/cases/deciding",
    "portal/cases/desk",
    "portal/practice",
)


@dataclass(frozen=True, slots=True)
class Mutant:
    """`module` is a path; `function` its dotted name inside; `at` line and column of what is taken away."""

    module: str
    function: str
    kind: str
    at: tuple[int, int]
    what: str

    def __str__(self) -> str:
        """Without the line, which changes with any other one."""
        return f"{self.module} {self.function}: {self.kind}: {self.what}"


def every_mutant() -> list[Mutant]:
    """All of them, in the order of the source."""
    return [*_of_the_table(), *(one for path in _sources() for one in _of_module(path))]


def without(mutant: Mutant) -> ast.Module:
    """The module of a mutant without its guard."""
    tree = ast.parse((ROOT / mutant.module).read_text(encoding="utf-8"))
    changed = _Take(mutant)
    found: ast.Module = ast.fix_missing_locations(changed.visit(tree))
    if not changed.done:
        raise LookupError(str(mutant))
    return found


def _sources() -> Iterator[Path]:
    for name in SOURCES:
        place = ROOT / name
        found = [place] if place.is_file() else sorted(place.rglob("*.py"))
        yield from (path for path in found if "migrations" not in path.parts)


def _of_the_table() -> Iterator[Mutant]:
    for number, (route, who) in enumerate(POLICY.items()):
        if not who.everyone and who != LOGGED_IN:
            yield Mutant("portal/access/policy.py", "POLICY", "table", (number, 0), route)


def _of_module(path: Path) -> Iterator[Mutant]:
    name = str(path.relative_to(ROOT))
    for function, node in _functions(ast.parse(path.read_text(encoding="utf-8")), ()):
        for inner in _own(node):
            for kind, what in _guards(inner):
                yield Mutant(name, function, kind, (inner.lineno, inner.col_offset), what)


def _functions(tree: ast.AST, inside: tuple[str, ...]) -> Iterator[tuple[str, ast.FunctionDef]]:
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.FunctionDef):
            yield ".".join((*inside, child.name)), child
        elif isinstance(child, ast.ClassDef):
            yield from _functions(child, (*inside, child.name))


def _own(function: ast.FunctionDef) -> Iterator[ast.stmt | ast.Call]:
    for node in ast.walk(function):
        if isinstance(node, ast.If | ast.Expr | ast.Call):
            yield node


def _guards(node: ast.stmt | ast.Call) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.If) and _only_raises(node):
        yield "if", ast.unparse(node.test)
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        called = ast.unparse(node.value.func)
        if called.split(".")[-1].startswith("require_"):
            yield "call", called
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _QUERIES:
        yield from (("condition", one.arg) for one in node.keywords if one.arg and one.arg in _WHOSE)


def _only_raises(node: ast.If) -> bool:
    return len(node.body) == 1 and isinstance(node.body[0], ast.Raise) and not node.orelse


class _Take(ast.NodeTransformer):
    def __init__(self, mutant: Mutant) -> None:
        self.mutant, self.done = mutant, False

    def _is_it(self, node: ast.expr | ast.stmt, kind: str) -> bool:
        return self.mutant.kind == kind and (node.lineno, node.col_offset) == self.mutant.at

    def visit_If(self, node: ast.If) -> ast.AST:
        if self._is_it(node, "if") and _only_raises(node):
            self.done = True
            return ast.copy_location(ast.Pass(), node)
        return self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        if self._is_it(node, "call"):
            self.done = True
            return ast.copy_location(ast.Pass(), node)
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        # Of a chain of calls all begin at the same place: the one that has the condition is meant.
        if self._is_it(node, "condition") and any(one.arg == self.mutant.what for one in node.keywords):
            self.done = True
            node.keywords = [one for one in node.keywords if one.arg != self.mutant.what]
        return self.generic_visit(node)
