"""The last look at a payload before it goes out: nothing in it that the recipient has no ground for.

The definitions of a journey are frozen, grounds are not: one that was withdrawn since stops the
sending. Nothing goes out then, and a person looks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from connectors.base import Misconfigured
from lifeevents.model import Activity, Service
from portal.cases.journey.helped import HELPED
from portal.cases.journey.payloads import Payload
from portal.catalogue import catalogue
from portal.ledger.log.uses import NoLegalGround, require_ground

_PARTS = {"facts", "not_fetched", "undecided", "answers", "attention", "reported", "filed", HELPED}
"""Everything that a payload may hold; see `payloads` and `followups` in `portal.cases.journey`."""


def too_much(service: Service, payload: Payload) -> list[str]:
    """What may not go to the recipient, by name and never by value; empty where all of it may.

    A fact must be among the needs of the service, and covered by its activity: as it was when the
    journey began, and as it is today. An answer must be to a question of the service.
    """
    names = {*payload["facts"], *payload["not_fetched"], *payload.get("undecided", [])}
    today = [one.activity for one in catalogue().services.values() if one.activity.id == service.activity.id]
    return sorted(
        {
            *(payload.keys() - _PARTS),
            *(names - set(service.needs)),
            *_without_ground(payload["facts"], [service.activity]),
            *_without_ground(payload["facts"], today),
            *_unasked(service, payload),
        }
    )


def require_ground_to_tell(service: Service, field: str) -> None:
    """To say something of a field is to give it. Raises `Misconfigured`: nothing goes out, a person looks."""
    if more := too_much(service, {"facts": {field: {}}, "not_fetched": [], "answers": {}}):
        raise Misconfigured(f"no ground to tell of {', '.join(more)}")


def _without_ground(fields: Iterable[str], activities: list[Activity]) -> Iterator[str]:
    for field in fields:
        try:
            require_ground(field, activities)
        except NoLegalGround:
            yield field


def _unasked(service: Service, payload: Payload) -> Iterator[str]:
    asked = {group.id: {question.id for question in group.questions} for group in service.ask}
    for group, items in payload["answers"].items():
        if group not in asked:
            yield group
        else:
            yield from (name for item in items for name in item if name not in asked[group])
