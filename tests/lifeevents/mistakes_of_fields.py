"""Mistakes in derived fields and in who stands in a value, in the same form as `mistakes_of_shape`."""

from __future__ import annotations

from tests.lifeevents.mistakes_of_shape import Mistake
from tests.lifeevents.tree import REG

_DERIVED = "reg.yes:\n  subject: home\n  label: {nl: a, en: a}\n  max_age: 1\n"
_PRESENT = f"{_DERIVED}  derived: {{from: [reg.name], test: present}}\n"


def _derived(rule: str, start: str, words: str, more: str = "") -> Mistake:
    """A derived field with something wrong in it."""
    return (REG, "reg.children:", f"{_DERIVED}  derived:\n    {rule}\n{more}reg.children:", start, words)


FIELDS: dict[str, Mistake] = {
    "derived from an unknown field": _derived(
        "{from: [reg.x], test: present}", "{from", "'reg.x' does not exist"
    ),
    "derived from a derived field": _derived(
        "{from: [reg.no], test: present}",
        "{from: [reg.no]",
        "is derived itself",
        _PRESENT.replace("reg.yes", "reg.no"),
    ),
    "derived from too much": _derived(
        "{from: [reg.name, reg.children], test: present}", "{from", "looks at 1 field"
    ),
    "no years": _derived("{from: [reg.name], test: at_least_years}", "{from", "years goes with"),
    "years for nothing": _derived("{from: [reg.name], test: present, years: 3}", "{from", "years goes with"),
    "among nobody": (
        REG,
        "reg.children:\n",
        "reg.no:\n  subject: home\n  label: {nl: a, en: a}\n  max_age: 1\n"
        "  persons: {at: /bsn, reads_as: [reg.name]}\n"
        f"{_DERIVED}  derived:\n    from:\n      - reg.no\n      - 'reg.name'\n    test: among\n"
        "reg.children:\n",
        "- 'reg.name'",
        "add persons",
    ),
    "persons read of nothing": (
        REG,
        "reg.children:\n",
        "reg.children:\n  persons: {at: /*/bsn, reads_as: [reg.x]}\n",
        "persons",
        "'reg.x' does not exist",
    ),
}
