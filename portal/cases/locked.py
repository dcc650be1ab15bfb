"""A case under its lock, and what was heard of it: the two questions that every status begins with.

Several cases under their locks are taken in one order, so that two acts never wait for each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from portal.cases.models import Case, Phase, StatusUpdate
from portal.rows import Columns, Values, in_one_go

_CASE, _UPDATE = Columns(Case, "one"), Columns(StatusUpdate, "one")
_LOCK: Final = f"SELECT {_CASE.sql} FROM cases_case AS one WHERE id = %s FOR UPDATE"  # noqa: S608  # nosec B608
_BESIDE: Final = f"""
SELECT EXISTS (SELECT 1 FROM cases_disputemark WHERE case_id = wanted.id),
EXISTS (SELECT 1 FROM cases_citizentask
    WHERE case_id = wanted.id AND kind = 'asked' AND answered_at IS NULL AND dropped_at IS NULL),
{_UPDATE.sql}
FROM (SELECT %s::uuid AS id) AS wanted LEFT JOIN cases_statusupdate AS one ON one.case_id = wanted.id
"""  # noqa: S608  # nosec B608
"""One row for each update, and one without an update where there is none."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What there is of a case beside its own row: all that was heard of it, in no order, whether a value is
    disputed, and whether its agency waits for an answer.
    """

    updates: list[StatusUpdate]
    is_disputed: bool
    has_question: bool


def locked_with_beside(case: Case) -> tuple[Case, Beside]:
    """The case as it stands now, locked until the transaction ends, and what there is of it beside.

    Its journey and citizen are those of `case`, where they are known already. What waited for the lock is in
    it. Raises `Case.DoesNotExist`.
    """
    found, rows = in_one_go((_LOCK, [case.pk]), (_BESIDE, [case.pk]))
    if not found:
        raise Case.DoesNotExist(case.pk)
    locked, known = _CASE.read(iter(found[0])), case._state.fields_cache
    for name in known.keys() & {"journey", "citizen"}:
        setattr(locked, name, known[name])
    return locked, _beside(rows)


def beside(case: Case) -> Beside:
    """The same of a case that is locked already."""
    (rows,) = in_one_go((_BESIDE, [case.pk]))
    return _beside(rows)


def _beside(rows: list[Values]) -> Beside:
    found = [_UPDATE.read(iter(row[2:])) for row in rows]
    is_disputed, has_question = rows[0][:2]
    return Beside([one for one in found if one.pk is not None], is_disputed, has_question)


def locked_in_turn(cases: QuerySet[Case]) -> QuerySet[Case]:
    """These, each locked when it is read: what waits for another case after all that does not.

    An outcome goes on, under the lock of its case, to those that waited for it; so that is the order.
    """
    waits = ExpressionWrapper(Q(phase=Phase.WAITING), output_field=BooleanField())
    return cases.select_for_update(of=("self",)).order_by(waits, "pk")
