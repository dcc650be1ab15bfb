"""Files that answer a question: kept with the draft, and with the case of each service that asks for them.

What may be one is said in `talk.files`. The answer to the question names them, so that the review page,
its hash and the payload know of each: what was seen is what is sent. The scanner looks into them as
documents of the case, before the agency gets them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from lifeevents.model import Question, QuestionGroup, Service
from portal.cases.journey.answers import Item
from portal.cases.journey.journeys import locked_draft
from portal.cases.journey.payloads import Payload, document_id
from portal.cases.models import Case, DraftFile, Journey, Side
from portal.cases.talk.documents import keep
from portal.cases.talk.files import MOST, TooMany, kind_of
from portal.ledger.keys import KeyRing


def attach(*, journey: Journey, group: QuestionGroup, question: Question, content: bytes) -> None:
    """Adds a file to the answer. Raises `WrongFile`, `TooMany`, and `AlreadySubmitted`."""
    with locked_draft(journey) as answers:
        item = answers.item(group.id, 0)
        held = item.get(question.id, [])
        if len(held) >= MOST:
            raise TooMany(journey.pk)
        answers.put(group.id, 0, {**item, question.id: [*held, keep_file(journey, content)]})


def detach(*, journey: Journey, group: QuestionGroup, file_id: UUID) -> None:
    """Takes a file out of the answer, and forgets it. Raises `AlreadySubmitted`."""
    with locked_draft(journey) as answers:
        item = dict(answers.item(group.id, 0))
        for question in group.document_questions:
            left = [one for one in item.pop(question.id, []) if one["id"] != str(file_id)]
            item |= {question.id: left} if left else {}
        answers.put(group.id, 0, item)
        DraftFile.objects.filter(journey=journey, pk=file_id).delete()


def keep_file(journey: Journey, content: bytes) -> Item:
    """Seals a file with its journey; gives what stands of it in the answer. Raises `WrongFile`."""
    file = DraftFile(journey=journey, media_type=kind_of(content), size=len(content))
    ring = KeyRing(journey.citizen)
    file.sealed = ring.seal_bytes(journey.retention, _context(file.pk), content)
    file.save(force_insert=True)
    return {"id": str(file.pk), "media_type": file.media_type, "size": file.size}


def content_of_file(file: DraftFile) -> bytes:
    """The bytes again. Raises `portal.ledger.keys.KeyDestroyed` after the term of the journey."""
    ring = KeyRing(file.journey.citizen)
    return ring.unseal_bytes(file.journey.retention, _context(file.pk), file.sealed)


def hand_over(*, journey: Journey, case: Case, service: Service, payload: Payload) -> None:
    """Puts the files of the answers with the case, sealed under its own key. In a transaction.

    Raises `LookupError` for an answer of which the file is gone.
    """
    names = dict(_titles(service, payload))
    for file in _without_bytes(journey):
        title = names.pop(document_id(file.pk, service), None)
        if title is not None:
            # One at a time: together they may be larger than a process should be.
            content = content_of_file(DraftFile.objects.select_related("journey__citizen").get(pk=file.pk))
            pk = document_id(file.pk, service)
            keep(case=case, side=Side.CITIZEN, content=content, title=title, pk=UUID(pk))
    if names:
        raise LookupError("a file of an answer is gone")


def forget(journey: Journey, *, waiting: Iterable[Service] = ()) -> None:
    """The cases have their own: what is left with the journey goes, but for services not yet asked for."""
    wanted = {question.id for service in waiting for question in _document_questions(service)}
    if not wanted:
        DraftFile.objects.filter(journey=journey).delete()


def _titles(service: Service, payload: Payload) -> Iterator[tuple[str, str]]:
    """By id the title of each document: the question, in the language of the agency."""
    for question in _document_questions(service):
        for items in payload["answers"].values():
            yield from ((ref["id"], question.label.nl) for item in items for ref in _refs(item, question))


def _refs(item: Item, question: Question) -> list[dict[str, Any]]:
    found = item.get(question.id, [])
    return found if isinstance(found, list) else []


def _document_questions(service: Service) -> list[Question]:
    return [question for group in service.ask for question in group.document_questions]


def _without_bytes(journey: Journey) -> QuerySet[DraftFile]:
    return DraftFile.objects.filter(journey=journey).order_by("created_at", "id").defer("sealed")


def _context(file_id: UUID) -> str:
    return f"draft-file:{file_id}"
