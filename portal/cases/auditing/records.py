"""One line of a list as plain values: for the export as they are, for a page in words (`words`).

No name, number or address of a citizen is in it: what there is of them is the reference of a request, or the
pseudonymous id by which the same person is known again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from django.utils import timezone

from portal.access.models import Assist, Denial
from portal.cases.auditing.models import Kind
from portal.cases.deciding.before import CONFIRMED, DEPARTING
from portal.ledger.models import StaffAction
from portal.people.models import User

Value = str | int | bool | None
Record = dict[str, Value]
_LONGEST_WHAT: Final = 60


def record_of(kind: Kind, row: Any) -> Record:
    """Codes and moments (ISO 8601, in the Netherlands); the same names for every row of a kind."""
    return _RECORDS[kind](row)


def what_of(kind: Kind, row: Any) -> str:
    """What it was in one word, as a review keeps it: also when the row itself is gone."""
    if kind == Kind.ASSIST:
        return f"assist:{row.reason}:{row.agreement}"
    if kind == Kind.DENIAL:
        return f"denied:{row.why}:{row.route}"[:_LONGEST_WHAT]
    return str(row.what)


def reference_of(kind: Kind, row: Any) -> str:
    """What it was about, in the same way; "" of a door that stayed shut."""
    if kind == Kind.ASSIST:
        return str(row.ticket)
    return "" if kind == Kind.DENIAL else str(row.reference)


def _assist(row: Assist) -> Record:
    return {
        "id": str(row.pk),
        "began": _moment(row.started_at),
        **_who(row.staff),
        "reason": row.reason,
        "agreement": row.agreement,
        "ticket": row.ticket,
        "ends": _moment(row.ends_at),
        "extended": row.extended_at is not None,
        "ended": _moment(row.ended_at),
        "ended_by": row.ended_by,
        "filled_in": row.fills_since is not None,
        "messages_shown": row.words_since is not None,
        "places_hidden": row.hides_places,
        "pages": getattr(row, "pages_seen", 0),
    }


def _search(row: StaffAction) -> Record:
    what, _, way = row.what.partition(":")
    if what.startswith("helpdesk-check"):
        way = "questions"
    # Before the way was written down with it, only this told one from another.
    way = way or ("reference" if row.reference.startswith("LL-") else "")
    return {
        "id": str(row.pk),
        "at": _moment(row.at),
        **_who(row.user),
        "by": way,
        "result": _RESULTS.get(what, "found"),
        "reference": row.reference,
    }


_RESULTS: Final[Mapping[str, str]] = {
    "helpdesk-search-nobody": "nobody",
    "helpdesk-check-wrong": "wrong",
    "helpdesk-search-many": "many",
    "helpdesk-search-silent": "silent",
    "helpdesk-search-limited": "limited",
    "helpdesk-check-limited": "limited",
}


def _denial(row: Denial) -> Record:
    return {
        "id": str(row.pk),
        "minute": _moment(row.minute),
        **_who(row.user, agency=row.agency),
        "program": row.client,
        "capacity": row.capacity,
        "route": row.route,
        "why": row.why,
        "times": row.times,
    }


def _exception(row: Any) -> Record:
    what, _, ground = row.what.partition(":")
    return {
        "id": str(row.pk),
        "at": _moment(row.at),
        **_who(row.user, agency=row.agency),
        "program": row.client,
        "what": row.what if what == "assist-danger" else what,
        "ground": "" if what == "assist-danger" else ground,
        "then": _then(row),
        "reference": row.reference,
    }


def _then(row: Any) -> str:
    """What came of a departure: a lead or a colleague agreed, it was taken back, or nobody looked at it.

    "said": a program decided, and said that somebody of its agency agreed.
    """
    if row.what != DEPARTING:
        return ""
    if row.then_what == CONFIRMED and row.then_role is None:
        return "said"
    if row.then_what == CONFIRMED:
        return "lead" if row.then_role == "lead" else "colleague"
    return "taken-back" if row.then_what == "outcome-taken-back" else "nobody"


_RECORDS: Final[Mapping[Kind, Callable[[Any], Record]]] = {
    Kind.ASSIST: _assist,
    Kind.SEARCH: _search,
    Kind.DENIAL: _denial,
    Kind.EXCEPTION: _exception,
}


def _who(user: User | None, *, agency: str = "") -> Record:
    if user is None:
        return {"staff": "", "staff_id": "", "role": "", "agency": agency}
    return {"staff": user.name, "staff_id": str(user.pk), "role": user.role, "agency": user.agency}


def _moment(at: datetime | None) -> str:
    return timezone.localtime(at).isoformat(timespec="seconds") if at else ""
