"""The texts that people write to each other: what is kept as it stands, what is refused, and when it goes."""

from __future__ import annotations

import re
from collections.abc import Collection

from portal.cases.models import (
    Case,
    CitizenTask,
    ContactMoment,
    CustomTable,
    Document,
    Forwarding,
    Message,
    NextStep,
    Seat,
    Signal,
    TableLine,
)

LONGEST = 10_000
"""Characters of one text; the longest letter of ten pages has fewer."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""What no keyboard gives, and no database or letter can hold. Markup and marks of direction are just text."""


class WrongText(Exception):
    """It cannot be kept: the message is "empty", "long" or "control"."""


def kept(text: str) -> str:
    """The text with one kind of line end, and without space around it. Raises `WrongText`."""
    found = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not found:
        raise WrongText("empty")
    if len(found) > LONGEST:
        raise WrongText("long")
    if _CONTROL.search(found):
        raise WrongText("control")
    return found


def erase(cases: Collection[Case]) -> None:
    """Empties what was written about these cases: their term is over, and their key is destroyed."""
    Message.objects.filter(case__in=cases).update(text="")
    Document.objects.filter(case__in=cases).update(title="")
    Forwarding.objects.filter(case__in=cases).update(reason="")
    ContactMoment.objects.filter(case__in=cases).update(about="", note="")
    Signal.objects.filter(case__in=cases).update(text="", answer="")
    CustomTable.objects.filter(case__in=cases).update(question="")
    Seat.objects.filter(table__case__in=cases).update(reason="")
    NextStep.objects.filter(table__case__in=cases).update(what="")
    TableLine.objects.filter(table__case__in=cases).update(text="")
    CitizenTask.objects.filter(case__in=cases).update(
        what="", why="", questions=[], sealed_draft=None, sealed_answer=None
    )
