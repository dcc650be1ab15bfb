"""What an endpoint gets and gives: a call that was let in, and an answer. Pages of a list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import QueryDict

from connectors.sandbox.zgw import manners
from connectors.sandbox.zgw.catalogue import Catalogue
from connectors.sandbox.zgw.problems import Problem, forbidden, not_found
from connectors.sandbox.zgw.tokens import Application

JSON = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """A call that passed the door. `url` is without the query; `body` is {} where there is none."""

    catalogue: Catalogue
    application: Application
    url: str
    query: QueryDict
    body: JSON = field(repr=False)

    @property
    def agency(self) -> str:
        """The id of the agency whose back office is called."""
        return self.catalogue.agency.id

    def only(self, name: str) -> str | None:
        """A parameter of the query, or None where it was not sent."""
        value = self.query.get(name)
        return None if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Answer:
    """`body` None: no content. `etag` is worked out from `told`, which is `body` where it is not given.

    Bytes are sent as they are.
    """

    body: Any
    status: HTTPStatus = HTTPStatus.OK
    location: str = ""
    told: Any = None


def created(body: JSON) -> Answer:
    """201 with the address of what was made."""
    return Answer(body, HTTPStatus.CREATED, location=body["url"])


def paged(call: Call, found: Sequence[Any] | QuerySet[Any], show: Callable[[Any], JSON]) -> Answer:
    """One page of a list: {count, next, previous, results}. A page that does not exist is 404."""
    number = _page_number(call)
    count = found.count() if isinstance(found, QuerySet) else len(found)
    size = manners.page_size(call.agency)
    pages = max(1, -(-count // size))
    if number > pages:
        raise not_found()
    start = (number - 1) * size
    page = manners.in_order(call.agency, list(found[start : start + size]))
    body = {
        "count": count,
        "next": _page_url(call, number + 1) if number < pages else None,
        "previous": _page_url(call, number - 1) if number > 1 else None,
        "results": [show(one) for one in page],
    }
    return Answer(body)


def check_parameters(query: QueryDict, known: Sequence[str]) -> None:
    """Raises a problem for a parameter that does not exist: a filter with a typo must not find everything."""
    if set(query) - set(known):
        raise Problem(HTTPStatus.BAD_REQUEST, "unknown-parameters", "Onbekende query parameters.")


def refuse_closed(call: Call, *, is_closed: bool, right: str) -> None:
    """Raises a problem when a case is closed and the application may not change closed ones."""
    if is_closed and right not in call.application.rights:
        raise forbidden("De zaak is gesloten.")


def _page_number(call: Call) -> int:
    asked = call.only("page") or "1"
    if not asked.isdecimal() or int(asked) < 1:
        raise not_found()
    return int(asked)


def _page_url(call: Call, number: int) -> str:
    query = call.query.copy()
    query["page"] = str(number)
    return f"{call.url}?{urlencode(sorted(query.items()))}"
