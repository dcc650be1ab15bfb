"""What an agency's program asks the citizen, reads of the answers, writes, and adds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from pydantic import ValidationError
from rest_framework import exceptions, serializers
from rest_framework.parsers import BaseParser, JSONParser
from rest_framework.request import Request
from rest_framework.response import Response

from lifeevents.model import Question
from portal.api.cases import IDEMPOTENCY_KEY, REFERENCE, case_of, key_of
from portal.api.problems import Conflict, Unprocessable
from portal.api.programs import ProgramView, actor_of_call
from portal.api.refusals import Refusals, as_problems, unprocessable
from portal.api.talk_shapes import (
    LONGEST_CONTENT,
    AskedShape,
    AskedWithAnswer,
    AskInput,
    DocumentInput,
    DocumentShape,
    DocumentWithContent,
    MessageInput,
    MessageWithDocuments,
    bytes_of,
    question_of,
)
from portal.cases.models import Case, CitizenTask, Document
from portal.cases.talk.asking import Answer, TooEarly, answer_of, ask
from portal.cases.talk.documents import NotReady
from portal.cases.talk.files import WrongFile
from portal.cases.talk.staff import open_document, open_talk, shown_documents, shown_messages
from portal.cases.talk.writing import add_document, write
from portal.ledger.keys import KeyDestroyed

_REFUSED: Final[Refusals] = {
    TooEarly: unprocessable("The last day has been already.", "moment"),
    WrongFile: lambda wrong: Unprocessable("The file is not taken.", code=f"file_{wrong}"),
}
DOCUMENT = OpenApiParameter(
    "document", {"type": "string", "format": "uuid"}, OpenApiParameter.PATH, description="Id of a document."
)
_MARGIN = 10_000
"""Bytes that a body may have beside the content of a document."""


def _listed(name: str, shape: type[serializers.Serializer[Any]]) -> Any:
    return inline_serializer(name, {"results": shape(many=True)})


class QuestionsView(ProgramView):
    """What the citizen is asked."""

    @extend_schema(
        operation_id="listQuestions",
        summary="What you asked, with the answers. That you read them stands in the citizen's log.",
        parameters=[REFERENCE],
        responses=_listed("Questions", AskedWithAnswer),
    )
    def get(self, request: Request, reference: str) -> Response:
        """Oldest first."""
        case = case_of(request, reference)
        tasks = case.tasks.filter(kind=CitizenTask.Kind.ASKED).select_related("case__citizen")
        shown: Any = list(tasks.order_by("created_at", "pk"))
        context = {
            "answers": {task.pk: _answer(task) for task in shown if task.answered_at},
            "documents": _by("task_id", case),
        }
        open_talk(actor=actor_of_call(request), case=case)
        return Response({"results": AskedWithAnswer(shown, many=True, context=context).data})

    @extend_schema(
        operation_id="ask",
        summary="Asks the citizen for something; the case waits for it. The same key again is the same.",
        parameters=[REFERENCE, IDEMPOTENCY_KEY],
        request=AskInput,
        responses={201: AskedShape},
    )
    def post(self, request: Request, reference: str) -> Response:
        """201 with the question, the first time and every time."""
        case, key, said = case_of(request, reference), key_of(request), _said(AskInput, request)
        questions = _questions(said["questions"])
        with as_problems(_REFUSED):
            task = ask(
                case=case,
                actor=actor_of_call(request),
                what=said["what"],
                why=said["why"],
                external_id=key,
                until=said["until"],
                questions=questions,
                wants_document=said["wantsDocument"],
            )
        return Response(AskedShape(task).data, status=201)


class LargeJSON(BaseParser):
    """A body with a document in it: more than Django lets a body be, whose length was looked at before."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        """As any other JSON."""
        return JSONParser().parse(stream, media_type, parser_context)


class MessagesView(ProgramView):
    """What both wrote."""

    parser_classes = (LargeJSON,)

    @extend_schema(
        operation_id="listMessages",
        summary="What both wrote, oldest first. That you read it stands in the citizen's log.",
        parameters=[REFERENCE],
        responses=_listed("Messages", MessageWithDocuments),
    )
    def get(self, request: Request, reference: str) -> Response:
        """What was read by this counts as read."""
        case = case_of(request, reference)
        context = {"documents": _by("message_id", case)}
        said: Any = shown_messages(case).select_related("change")
        for message in said:
            message.case = case
        listed = MessageWithDocuments(said, many=True, context=context).data
        open_talk(actor=actor_of_call(request), case=case)
        return Response({"results": listed})

    @extend_schema(
        operation_id="write",
        summary="A message to the citizen. The same key again is the same message.",
        parameters=[REFERENCE, IDEMPOTENCY_KEY],
        request=MessageInput,
        responses={201: MessageWithDocuments},
    )
    def post(self, request: Request, reference: str) -> Response:
        """201 with the message, the first time and every time. Of a restricted case too (AVG 12, 18(3))."""
        case = case_of(request, reference, restricted_too=True)
        key, said = key_of(request), _with_files(MessageInput, request)
        actor, files = actor_of_call(request), [_bytes_of(one["content"]) for one in said["documents"]]
        with as_problems(_REFUSED):
            message = write(case=case, actor=actor, text=said["text"], external_id=key, files=files)
        context = {"documents": _by("message_id", case)}
        return Response(MessageWithDocuments(message, context=context).data, status=201)


class DocumentsView(ProgramView):
    """The documents of a case."""

    parser_classes = (LargeJSON,)

    @extend_schema(
        operation_id="listDocuments",
        summary="The documents of a case, without what is in them.",
        parameters=[REFERENCE],
        responses=_listed("Documents", DocumentShape),
    )
    def get(self, request: Request, reference: str) -> Response:
        """Those of an answer once it was given."""
        found: Any = shown_documents(case_of(request, reference))
        return Response({"results": DocumentShape(found, many=True).data})

    @extend_schema(
        operation_id="addDocument",
        summary="A document that the citizen can save. The same key again is the same document.",
        parameters=[REFERENCE, IDEMPOTENCY_KEY],
        request=DocumentInput,
        responses={201: DocumentShape},
    )
    def post(self, request: Request, reference: str) -> Response:
        """201 with the document, the first time and every time. Also of a case that has ended."""
        case, key = case_of(request, reference), key_of(request)
        said = _with_files(DocumentInput, request)
        content = _bytes_of(said["content"])
        with as_problems(_REFUSED):
            document = add_document(
                case=case,
                actor=actor_of_call(request),
                content=content,
                title=said["title"],
                external_id=key,
                decision=said["decision"],
            )
        return Response(DocumentShape(document).data, status=201)


class DocumentView(ProgramView):
    """One document."""

    @extend_schema(
        operation_id="readDocument",
        summary="A document with what is in it. That you read it stands in the citizen's log.",
        parameters=[REFERENCE, DOCUMENT],
        responses=DocumentWithContent,
    )
    def get(self, request: Request, reference: str, document: UUID) -> Response:
        """409 while it is being checked, or where it was refused."""
        case = case_of(request, reference)
        try:
            found, content = open_document(actor=actor_of_call(request), case=case, document_id=document)
        except (Document.DoesNotExist, KeyDestroyed):
            raise exceptions.NotFound from None
        except NotReady:
            raise Conflict("It was not checked yet, or it was refused.", code="not_ready") from None
        return Response(DocumentWithContent(found, context={"content": content}).data)


def _said(shape: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    given = shape(data=request.data)
    given.is_valid(raise_exception=True)
    said: dict[str, Any] = given.validated_data
    return said


def _with_files(shape: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    if int(request.headers.get("Content-Length") or 0) > LONGEST_CONTENT + _MARGIN:
        # Before it is read.
        raise Unprocessable("What you send is larger than 25 MB.", code="large")
    return _said(shape, request)


def _bytes_of(content: str) -> bytes:
    try:
        return bytes_of(content)
    except ValueError:
        raise Unprocessable("The content is not base64.", code="base64") from None


def _questions(said: Iterable[dict[str, Any]]) -> tuple[Question, ...]:
    made: dict[str, Question] = {}
    for one in said:
        try:
            question = question_of(one)
        except ValidationError:
            raise Unprocessable("A label says nothing.", code="question") from None
        if question.id in made or (question.kind == "choice") != bool(question.choices):
            raise Unprocessable("A question twice, or choices that do not fit.", code="question")
        made[question.id] = question
    return tuple(made.values())


def _answer(task: CitizenTask) -> Answer:
    try:
        return answer_of(task)
    except KeyDestroyed:
        return Answer()


def _by(name: str, case: Case) -> dict[Any, list[Document]]:
    found: dict[Any, list[Document]] = {}
    for document in shown_documents(case):
        found.setdefault(getattr(document, name), []).append(document)
    return found
