"""The legal clock. Plain dates in, plain dates out; nothing here looks at the clock of the machine.

`calendar` knows which days count, `counting` the length of a term, `suspension` and `decision` by when an
agency must decide, `late` what the citizen may do when it does not, `remedies` the terms after an outcome.
"""

from __future__ import annotations

from lifeevents.terms.calendar import (
    DecreedDays,
    holidays,
    is_working_day,
    next_working_day,
    read_decreed_days,
)
from lifeevents.terms.counting import (
    AMSTERDAM,
    end_of_hours,
    first_day_before,
    is_covered,
    last_day,
    legal_date,
    received_on,
)
from lifeevents.terms.decision import DecisionClock, Extended, Step, decide_by
from lifeevents.terms.late import Default, default_of, is_late, penalty_euros, penalty_table
from lifeevents.terms.remedies import (
    complaint_handled_by,
    is_in_time,
    not_treated_by,
    objection_decided_by,
    ombudsman_until,
    remedy_until,
)
from lifeevents.terms.suspension import GROUNDS, Ground, Suspended, suspended

__all__ = [
    "AMSTERDAM",
    "GROUNDS",
    "DecisionClock",
    "DecreedDays",
    "Default",
    "Extended",
    "Ground",
    "Step",
    "Suspended",
    "complaint_handled_by",
    "decide_by",
    "default_of",
    "end_of_hours",
    "first_day_before",
    "holidays",
    "is_covered",
    "is_in_time",
    "is_late",
    "is_working_day",
    "last_day",
    "legal_date",
    "next_working_day",
    "not_treated_by",
    "objection_decided_by",
    "ombudsman_until",
    "penalty_euros",
    "penalty_table",
    "read_decreed_days",
    "received_on",
    "remedy_until",
    "suspended",
]
