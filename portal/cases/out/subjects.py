"""Whom an agency reads a request is about: by BSN, or who has none by their own word."""

from __future__ import annotations

from typing import Any

from connectors.base import Person, Subject
from portal.cases.journey.payloads import Payload
from portal.cases.models import Case
from portal.people.unregistered import details_of
from portal.people.verbs import bsn_of


def subject_of(case: Case, payload: Payload | None) -> Subject:
    """The subject of an envelope. Without a BSN: as it was sent, and the V-number as it was said."""
    if case.citizen.bsn is not None:
        return Subject(bsn_of(case.citizen))
    facts = (payload or {}).get("facts", {})
    name, birth = _value(facts, "brp.name"), _value(facts, "brp.birth")
    details = details_of(case.citizen)
    if details is not None:
        # A service that needs no name gets one all the same: it must know whose request it is.
        name = name or {
            "first_names": details.first_names,
            "prefix": details.prefix,
            "family_name": details.surname,
        }
        birth = birth or {"date": details.born}
    person = Person(
        number=case.reference,
        first_names=str(name.get("first_names") or ""),
        prefix=str(name.get("prefix") or ""),
        surname=str(name.get("family_name") or ""),
        birth_date=str(birth.get("date") or ""),
        v_number=details.v_number if details else "",
    )
    return Subject("", person=person)


def _value(facts: dict[str, Any], field: str) -> dict[str, Any]:
    value = facts.get(field, {}).get("value")
    return value if isinstance(value, dict) else {}
