"""Taking a guard away in this process: the code of one function is exchanged, wherever it was imported to."""

from __future__ import annotations

import importlib
import inspect
from types import CodeType, FunctionType
from typing import Any

from portal.access import policy
from tests.mutants.finding import Mutant, without


def take_away(mutant: Mutant) -> None:
    """Until this process ends."""
    if mutant.kind == "table":
        policy.POLICY[mutant.what] = policy.LOGGED_IN  # type: ignore[index]  # read only for others
        return
    module = importlib.import_module(mutant.module.removesuffix(".py").replace("/", "."))
    code = compile(without(mutant), mutant.module, "exec")
    function = _function(module, mutant.function)
    function.__code__ = _code_of(code, mutant.function.split("."))


def _function(module: Any, name: str) -> FunctionType:
    found: Any = module
    for part in name.split("."):
        found = inspect.getattr_static(found, part)
    if isinstance(found, property):
        found = found.fget
    found = inspect.unwrap(getattr(found, "__func__", found))
    if not isinstance(found, FunctionType):
        raise TypeError(f"{name} is no function")
    return found


def _code_of(code: CodeType, names: list[str]) -> CodeType:
    for name in names:
        code = next(one for one in code.co_consts if isinstance(one, CodeType) and one.co_name == name)
    return code
