"""What was said about a case, page by page: the newest messages, and on from there to earlier ones.

A page is so many messages, with all else of the same time: questions, answers, calls, what was sent on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from django.db.models import Q, QuerySet

from portal.cases.forwarding.going import at_this_agency_since
from portal.cases.models import Case, CitizenTask, ContactMoment, Message, Side
from portal.cases.paging import page_of, read_mark
from portal.cases.talk.documents import documents_of
from portal.cases.talk.showing import Said, Talk, talk_with

A_PAGE: Final = 25
_NEWEST_FIRST: Final = ("-written_at", "-created_at", "-id")


@dataclass(frozen=True, slots=True)
class Thread:
    """`talk` has the page, oldest first, and the documents: those of its messages, and all that are of none.

    `earlier` is the mark of the page before it in time, "" where the thread begins here.
    """

    talk: Talk
    earlier: str


def thread_of(case: Case, *, reader: Side, after: str = "") -> Thread:
    """The newest page, or what is earlier than a mark. Raises `paging.WrongMark`.

    What an agency said that had the case before is not for the one that has it now. In a fixed number of
    questions to the database, and no more text than is shown, however much was said.
    """
    here_since = at_this_agency_since(case) if reader == Side.AGENCY else None
    messages = _messages(case, here_since)
    page = page_of(messages, keys=_NEWEST_FIRST, size=A_PAGE, after=after)
    until = read_mark(messages, _NEWEST_FIRST, after)[0] if after else None
    since = page.rows[-1].written_at if page.after else None
    tasks = _questions(case, here_since)
    talk = talk_with(
        case,
        reader=reader,
        tasks=tasks,
        documents=_documents(case, page.rows, tasks, here_since),
        messages=page.rows,
        forwardings=case.forwardings.select_related("to_case"),
        calls=_calls(case, here_since),
    )
    shown = {message.pk for message in page.rows}
    said = [one for one in talk.thread if one.message_id in shown or _is_of(one, since, until)]
    return Thread(talk=replace(talk, thread=said), earlier=page.after)


def _is_of(said: Said, since: datetime | None, until: datetime | None) -> bool:
    """Whether something that is no message falls into the time of this page."""
    return (since is None or said.at >= since) and (until is None or said.at < until)


def _messages(case: Case, here_since: datetime | None) -> QuerySet[Message]:
    found = Message.objects.filter(case=case)
    return found.exclude(side=Side.AGENCY, created_at__lt=here_since) if here_since else found


def _questions(case: Case, here_since: datetime | None) -> list[CitizenTask]:
    """Of another agency only those that the citizen answered: the answer came along."""
    asked = case.tasks.filter(kind=CitizenTask.Kind.ASKED)
    if here_since:
        asked = asked.exclude(answered_at=None, created_at__lt=here_since)
    return list(asked.defer("sealed_draft", "sealed_answer"))


def _calls(case: Case, here_since: datetime | None) -> QuerySet[ContactMoment]:
    calls = ContactMoment.objects.filter(case=case)
    return calls.filter(created_at__gte=here_since) if here_since else calls


def _documents(
    case: Case, messages: Sequence[Message], tasks: Iterable[CitizenTask], here_since: datetime | None
) -> list[Any]:
    of_page = documents_of(case).filter(Q(message=None) | Q(message__in=messages))
    if here_since:
        of_page = of_page.exclude(side=Side.AGENCY, created_at__lt=here_since)
    answered = {task.pk for task in tasks if task.answered_at}
    found = [one for one in of_page if one.task_id is None or one.task_id in answered]
    for document in found:
        document.case = case
    return found
