"""A register for tests of the engine: answers from a dictionary, counts who asked what, fails on request."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, ClassVar

from connectors.base import ConnectorError, Source, Subject, Value
from connectors.people import FindsPeople, Person
from tests.cast import NOOR_BSN

NOOR: dict[str, Any] = {
    "brp.name": {"full": "Noor de Wit", "first_names": "Noor", "prefix": "de", "family_name": "Wit"},
    "brp.birth": {"date": "1994-03-02", "place": "Waterstad"},
    "brp.address": {
        "kind": "address",
        "lines": ["Gracht 1", "9001 AA Waterstad"],
        "municipality": "9001",
        "function": "home",
    },
    "brp.children": [],
    "brp.alive": {"alive": True},
}


class Register(Source, FindsPeople):
    """What it knows stands in `people`, by BSN and field; `failure` is raised in place of any answer.

    `secret` are the fields that are so of everybody, `asked_secrecy` who asked for it, by BSN.
    """

    name: ClassVar[str] = "brp"

    def __init__(self) -> None:
        self.people: dict[str, dict[str, Any]] = {NOOR_BSN: dict(NOOR)}
        self.secret: set[str] = set()
        self.asked_secrecy: set[str] = set()
        self.failure: Exception | None = None
        self.searched: list[tuple[str, str, str]] = []
        self.asked: list[tuple[str, frozenset[str]]] = []
        self.given: list[dict[str, Any]] = []

    def fetch(self, subject: Subject, fields: Collection[str], *, trace_id: str) -> dict[str, Value]:
        self.asked.append((subject.bsn, frozenset(fields)))
        self.given.append(dict(subject.given))
        if self.failure:
            raise self.failure
        known = self.people.get(subject.bsn, {})
        return {
            name: Value(known[name], secret=self._is_secret(subject.bsn, name))
            for name in fields
            if known.get(name) is not None
        }

    def find_people(
        self, *, family_name: str, born: date, first_names: str = "", trace_id: str
    ) -> list[Person]:
        self.searched.append((family_name, first_names, born.isoformat()))
        if self.failure:
            raise self.failure
        return [
            Person(bsn=bsn, full=known["brp.name"]["full"], birth_date=born.isoformat())
            for bsn, known in self.people.items()
            if known.get("brp.birth", {}).get("date") == born.isoformat()
            and known["brp.name"]["family_name"].casefold() == family_name.casefold()
            and first_names in ("", known["brp.name"]["first_names"])
        ]

    def _is_secret(self, bsn: str, name: str) -> bool:
        return name in self.secret or (name == "brp.address" and bsn in self.asked_secrecy)

    def check(self) -> None:
        if isinstance(self.failure, ConnectorError):
            raise self.failure

    def born(self, parent: str, bsn: str, first_names: str, birth_date: str, **more: Any) -> None:
        """The municipality registers a newborn."""
        child = {"bsn": bsn, "first_names": first_names, "family_name": "Wit", "birth_date": birth_date}
        self.people[parent]["brp.children"] = [*self.people[parent]["brp.children"], child]
        self.people[bsn] = {"brp.alive": {"alive": True}, **more}
