"""When the term for a decision stands still: Awb 4:15, each ground with its own first and last day.

Readings of the law, each here and nowhere else:

- The day on which somebody completes a request counts for the agency again ("tot de dag waarop").
- A request to complete it without a term set for that suspends nothing (ABRvS 21-09-2016).
- Where a set term passes unused, its last day is not suspended.
- "Zolang" (4:15(2)(b) and (c)) holds from the first day of the cause; the day on which it is gone counts
  again, as in the first paragraph.
- "Gedurende de termijn" (4:15(2)(a)) holds the first and the last day that were agreed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from lifeevents.terms.calendar import DAY


@dataclass(frozen=True, slots=True)
class Ground:
    """A ground of suspension. `article` is its key, and how it reads: "4:15 lid 1 onder a".

    `starts`: the day of the act counts ("same") or the day after it ("next"). `limit`: whether a last day
    must be named ("must"), and whether it is the last suspended day ("inclusive") or the first that counts
    again ("exclusive"); "none" where it ends by what happens. `tell_end`: the agency must tell when it ends,
    and by when it will decide (4:15(4)). `in_objection`: holds for a decision on an objection too (7:14).
    """

    article: str
    starts: Literal["same", "next"]
    limit: Literal["exclusive", "inclusive", "none"]
    tell_end: bool
    in_objection: bool


SUPPLEMENT: Final = "4:15 lid 1 onder a"
ABROAD: Final = "4:15 lid 1 onder b"
CONSENT: Final = "4:15 lid 2 onder a"
CITIZEN: Final = "4:15 lid 2 onder b"
FORCE_MAJEURE: Final = "4:15 lid 2 onder c"
REPAIR: Final = "7:10 lid 2"

GROUNDS: Final = {
    ground.article: ground
    for ground in (
        Ground(SUPPLEMENT, "next", "exclusive", tell_end=False, in_objection=False),
        Ground(ABROAD, "next", "none", tell_end=True, in_objection=True),
        Ground(CONSENT, "same", "inclusive", tell_end=False, in_objection=False),
        Ground(CITIZEN, "same", "none", tell_end=True, in_objection=True),
        Ground(FORCE_MAJEURE, "same", "none", tell_end=True, in_objection=True),
        # The same words as 4:15(1)(a), for what is missing in an objection (6:6); 7:24(3) for an appeal.
        Ground(REPAIR, "next", "exclusive", tell_end=False, in_objection=True),
    )
}
"""All grounds by article, in the order of the law."""


@dataclass(frozen=True, slots=True)
class Suspended:
    """Days on which the term stood still, first and last included; without a last one it still does."""

    article: str
    first: date
    last: date | None


def suspended(
    article: str, *, since: date, until: date | None = None, ended: date | None = None
) -> Suspended | None:
    """The days on which a ground makes the term stand still; None where there are none.

    `since` is the day of the invitation or the notice (paragraph 1), or the first day of the cause or of the
    agreed delay (paragraph 2). `until` is the last day that was set or agreed. `ended` is the day on which
    the request was completed, the information came, or the cause was gone.

    Raises `KeyError` for an article that is no ground.
    """
    ground = GROUNDS[article]
    first = since + DAY if ground.starts == "next" else since
    if ground.limit == "none":
        last = ended - DAY if ended else None
    elif until is None:
        return None
    else:
        limit = until if ground.limit == "inclusive" else until - DAY
        last = min(limit, ended - DAY) if ended else limit
    return None if last is not None and last < first else Suspended(article, first, last)
