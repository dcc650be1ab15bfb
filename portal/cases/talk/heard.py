"""What somebody says about a request that runs, and not here: staff write it down, and it counts.

From the day on which it came in, by telephone, at a desk or on paper; the signed letter goes along with the
first thing that it says. The citizen reads in the own log that it was done, the agency how it came in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.access.assist import trail
from portal.access.filing.verbs import PREFIX, forget_scan, hold_filing, scan_of
from portal.access.models import Filing
from portal.cases.models import Case, CitizenTask, Message, Notice, Side
from portal.cases.notices.noting import note
from portal.cases.talk.documents import keep
from portal.ledger.log.uses import record_staff_action, record_use
from portal.people.actor import Actor

LETTER: Final = "Ondertekende brief"
"""The title of the scan, in the language of the agency."""
HEARD: Final = "heard:"
"""Begins what a notice is about that says which of somebody's words were passed on."""
Act = Literal["answer", "message", "withdrawal", "change", "objection", "dispute"]


@dataclass(frozen=True, slots=True)
class Came:
    """How it came to staff, on which day, and with which postmark (Awb 6:9(2))."""

    filing: Filing

    @property
    def fields(self) -> dict[str, Any]:
        """As the rows of a message and of an answer keep it."""
        return {"came_by": self.filing.channel, "came_on": self.filing.received_on}

    @property
    def on(self) -> date:
        """The day that counts."""
        return self.filing.received_on


def came_by(actor: Actor) -> Came | None:
    """How what this actor says came in; held until it was done. None where the citizen says it here.

    In a transaction, before the case is locked. Raises `portal.access.filing.verbs.FilingEnded`.
    """
    row = hold_filing(actor.filing)
    return Came(row) if row is not None else None


def fields_of(came: Came | None) -> dict[str, Any]:
    """What a row keeps of it; nothing of what was typed here."""
    return came.fields if came is not None else {}


def note_heard(
    came: Came | None,
    case: Case,
    act: Act,
    *,
    message: Message | None = None,
    task: CitizenTask | None = None,
) -> None:
    """In the transaction of the act: the letter goes along, both logs say so, and who said it is told."""
    if came is None:
        return
    if (scan := scan_of(came.filing)) is not None:
        keep(case=case, side=Side.CITIZEN, content=scan, title=LETTER, message=message, task=task)
        forget_scan(came.filing)
    what = f"{PREFIX}{act}:{came.filing.channel}"
    use = trail.use_of(case.citizen, trace_id=case.journey.trace_id)
    operation_id = record_use(use, outcome=what)
    record_staff_action(operation_id, staff=came.filing.staff, what=what, reference=case.reference)
    note(case=case, kind=Notice.Kind.MESSAGE, about=f"{HEARD}{act}:{operation_id}")


def heard_words(row: Message | CitizenTask) -> str:
    """How it came to staff, in one sentence; "" where the citizen typed it here."""
    if row.came_on is None:
        return ""
    said = {
        "phone": _("Per telefoon gezegd op %(day)s. Een medewerker schreef het op."),
        "desk": _("Aan de balie gezegd op %(day)s. Een medewerker schreef het op."),
        "paper": _("Op papier gekregen op %(day)s. Een medewerker nam het over."),
    }[row.came_by]
    return said % {"day": date_format(row.came_on, "DATE_FORMAT")}


def postmark_words(came: Came | None) -> str:
    """The postmark, for what has a term (Awb 6:9(2)), in Dutch; "" where there is none."""
    if came is None or came.filing.posted_on is None:
        return ""
    with override("nl"):
        return f"Poststempel: {date_format(came.filing.posted_on, 'DATE_FORMAT')}."


def passed_on_words(about: str, agency: str) -> str:
    """What the letter says to who said it; `about` is that of the notice."""
    act = about.removeprefix(HEARD).partition(":")[0]
    said = {
        "answer": _("Wij schreven uw antwoord op en gaven het door aan %(agency)s."),
        "message": _("Wij schreven uw bericht op en gaven het door aan %(agency)s."),
        "withdrawal": _("Wij schreven op dat u dit intrekt. Het gaat niet verder."),
        "change": _("Wij schreven op wat u verandert en gaven het door aan %(agency)s."),
        "objection": _("Wij gaven uw bezwaar door aan %(agency)s."),
        "dispute": _("Wij schreven op wat volgens u niet klopt en gaven het door aan %(agency)s."),
    }[act]
    more = _("Klopt dit niet? Bel ons dan meteen.")
    return f"{said % {'agency': agency}} {more}"
