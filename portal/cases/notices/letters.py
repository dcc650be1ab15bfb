"""The queue of the print house: letters go in batches, each letter in one batch.

A letter has a name and an address on it, which is how it arrives, and no more than a mail has otherwise; but
for who has no account, where it is all that there is (`contents`).
They come from what the citizen sent with the case, when the batch is made; the use of them is in the log.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import structlog
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import override

from portal import clock
from portal.access.settling import contact_person, has_died
from portal.access.trail import activity
from portal.cases.journey.payloads import payload_or_none
from portal.cases.models import Case, Notification, PrintBatch
from portal.cases.notices.contents import Part, parts_of
from portal.cases.notices.models import Channel
from portal.cases.notices.words import LetterWords, letter_words
from portal.cases.out import leases
from portal.cases.out.leases import LeasedRow
from portal.cases.reading.values import name_of, typed_address, value_lines
from portal.catalogue import help_line
from portal.ledger.engine.gather import Known, fact_of
from portal.ledger.log.uses import PORTAL, Use, record_use
from portal.ledger.models import DataUse
from portal.paper import paper
from portal.people.models import Citizen
from portal.people.unregistered import details_of

log = structlog.get_logger(__name__)

LETTER = "letter"
"""The outcome of using a name and an address for a letter."""
MOST_IN_A_BATCH: Final = 1000
_FIELDS: Final = ("brp.name", "brp.address")


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter, ready to be laid out. `name` is of its file: nothing of the person."""

    name: str
    to: list[str]
    language: str
    words: LetterWords
    parts: list[Part]
    is_draft: bool = False


def printed(letter: Letter) -> bytes:
    """The letter as a PDF. Raises `PdfUnavailable`."""
    return paper("citizen/notice_print.html", {"letter": letter, "line": help_line()})


def waiting() -> int:
    """How many letters nobody was handed yet."""
    return _queue().count()


def hand_over() -> PrintBatch | None:
    """Takes what waits into a new batch; None where nothing does. What has no address asks a person.

    Several letters to one person are one.
    """
    with transaction.atomic():
        rows = list(
            _queue()
            .select_for_update(of=("self",), skip_locked=True)
            .select_related("notice__case__journey", "notice__case__citizen", "citizen")
            .order_by("created_at")[:MOST_IN_A_BATCH]
        )
        ready = [row for row in rows if _has_address(row)]
        if not ready:
            return None
        batch = PrintBatch.objects.create()
        first_of: dict[Any, Notification] = {}
        for row in ready:
            first = first_of.setdefault(row.citizen_id, row)
            row.batch, row.told_with = batch, None if first is row else first
            row.save(update_fields=["batch", "told_with"])
            leases.finish(row)
        for row in first_of.values():
            _log_use(row)
    return batch


def letters_of(batch: PrintBatch) -> Iterator[Letter]:
    """The letters of a batch, also when they were read before: the printer may have failed.

    One whose address was destroyed since is left out, and asks a person.
    """
    rows = batch.letters.filter(told_with=None).select_related("notice__case__journey", "citizen")
    for row in rows.order_by("created_at"):
        to = address_lines(_case(row))
        if to:
            with override(row.citizen.language):
                words, parts = letter_words(clock.day_of(batch.made_at)), parts_of([row, *_told_with(row)])
                yield Letter(row.pk.hex, to, row.citizen.language, words, parts)
        else:
            leases.ask_human(row, kind=LeasedRow.Human.CALL, error="the address is gone: call")


def _told_with(row: Notification) -> QuerySet[Notification]:
    """The other news in the same letter."""
    return row.told.select_related("notice__case__journey", "citizen")


def address_lines(case: Case) -> list[str]:
    """Name and address for an envelope, as the citizen sent them; [] where there are none any more.

    Of the case itself, or else of the newest other one of this citizen.
    """
    for one in (case, *_others(case.citizen, case)):
        facts = (payload_or_none(one) or {}).get("facts", {})
        if _is_by_word_of_mouth(one, facts):
            continue
        if all(facts.get(name, {}).get("value") for name in _FIELDS):
            with override("nl"):
                name, address = (value_lines(field, facts[field]["value"]) for field in _FIELDS)
            return _readdressed(case.citizen, " ".join(name), address)
    details = details_of(case.citizen)
    if details is not None and details.address:
        return _readdressed(case.citizen, details.name, typed_address(details.address))
    return []


def _is_by_word_of_mouth(case: Case, facts: dict[str, Any]) -> bool:
    """Staff typed the address of somebody who is in the register: a caller must not lead letters away."""
    typed = bool(facts.get("brp.address", {}).get("provisional"))
    return typed and case.journey.filing_id is not None and case.citizen.bsn is not None


def _readdressed(citizen: Citizen, name: str, address: list[str]) -> list[str]:
    """To the citizen; after a death to the heirs, at the one contact person where there is one."""
    if not has_died(citizen):
        return [name, *address]
    contact = contact_person(citizen)
    home = _home_of(contact) if contact else []
    if contact is None or not home:
        return [f"Aan de erven van {name}", *address]
    return [f"Aan de erven van {name}", f"p/a {name_of(contact)}", *home]


def _home_of(citizen: Citizen) -> list[str]:
    """Where the contact person lives; not where that is secret, since it would stand on an envelope."""
    fact = fact_of(citizen, "brp.address")
    if not isinstance(fact, Known) or fact.secret or citizen.safety_flag:
        return []
    with override("nl"):
        return value_lines("brp.address", fact.value)


def _others(citizen: Citizen, case: Case) -> Iterator[Case]:
    rows = Case.objects.filter(citizen=citizen).exclude(pk=case.pk)
    yield from rows.select_related("journey", "citizen").order_by("-created_at")[:5]


def _queue() -> QuerySet[Notification]:
    return leases.free(Notification.objects.filter(channel=Channel.POST), timezone.now())


def _has_address(row: Notification) -> bool:
    if address_lines(_case(row)):
        return True
    leases.ask_human(row, kind=LeasedRow.Human.CALL, error="no address to write to: call")
    return False


def _case(row: Notification) -> Case:
    assert row.notice is not None  # noqa: S101 -- a letter is of a notice
    return row.notice.case


def _log_use(row: Notification) -> None:
    case = _case(row)
    use = Use(
        citizen=row.citizen,
        trace_id=case.journey.trace_id,
        operation=DataUse.Operation.VIEW,
        activities=(case.definition.activity,),
        fields=_FIELDS,
        recipient=PORTAL,
    )
    record_use(use, outcome=LETTER)
    if has_died(row.citizen) and (contact := contact_person(row.citizen)):
        # The address on the envelope is theirs.
        record_use(replace(use, citizen=contact, activities=(activity(),)), outcome=LETTER)
