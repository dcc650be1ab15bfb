"""What goes over the line about questions, messages and documents, in camelCase."""

from __future__ import annotations

import base64
import binascii
from typing import Any, Final

from django.utils.translation import override
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from lifeevents.model import Choice, Question
from lifeevents.model import Text as Words
from portal.api.change_shapes import ChangeShape
from portal.api.shapes import Text, YesNo
from portal.cases.models import CitizenTask, Document, Message, Side
from portal.cases.talk.asking import LONGEST_WHAT, MOST_QUESTIONS
from portal.cases.talk.files import LARGEST, MOST
from portal.cases.talk.sending import told_id
from portal.cases.talk.texts import LONGEST
from portal.cases.talk.told import change_told, whole_text

LONGEST_CONTENT: Final = (LARGEST + 2) // 3 * 4
"""Characters of the largest file in base64."""

_KINDS: Final = ("text", "long_text", "date", "yes_no", "choice")
_ID: Final = r"^q[a-z0-9]{0,19}$"


class ChoiceShape(serializers.Serializer[Any]):
    """One of the answers to choose from."""

    value = Text(min_length=1, max_length=100)
    label = Text(min_length=1, max_length=200)  # type: ignore[assignment]


class QuestionShape(serializers.Serializer[Any]):
    """One question of a form."""

    id = serializers.RegexField(_ID, help_text="Yours: a `q` with letters and digits.")
    kind = serializers.ChoiceField(choices=_KINDS)
    label = Text(  # type: ignore[assignment]
        min_length=1, max_length=200, help_text="The question itself; the citizen reads it."
    )
    required = YesNo(required=False, default=True)  # type: ignore[assignment]
    choices = ChoiceShape(many=True, required=False, default=list)


class AskInput(serializers.Serializer[Any]):
    """What the citizen is asked."""

    what = Text(min_length=1, max_length=LONGEST_WHAT, help_text="In a few words: what must be done.")
    why = Text(min_length=1, max_length=LONGEST, help_text="What you miss, and what happens without it.")
    until = serializers.DateField(
        required=False,
        allow_null=True,
        default=None,
        help_text="The last day; until then your term stands still (Awb 4:15(1)(a)). Without it, it runs on.",
    )
    wantsDocument = YesNo(required=False, default=False)
    questions = serializers.ListField(
        child=QuestionShape(),
        required=False,
        default=list,
        max_length=MOST_QUESTIONS,
        help_text="None: the citizen writes one text.",
    )


class DocumentShape(serializers.Serializer[Document]):
    """A document of a case, without what is in it."""

    id = serializers.UUIDField(source="pk", read_only=True)
    by = serializers.ChoiceField(source="side", choices=Side.choices, read_only=True)
    title = serializers.CharField(read_only=True)
    mediaType = serializers.CharField(source="media_type", read_only=True)
    size = serializers.IntegerField(read_only=True, allow_null=True)
    state = serializers.ChoiceField(choices=Document.State.choices, read_only=True)
    decision = serializers.BooleanField(read_only=True)
    setAt = serializers.DateTimeField(source="set_at", read_only=True)
    readAt = serializers.DateTimeField(
        source="read_at",
        read_only=True,
        allow_null=True,
        help_text="When a person of the other side first saved it in the portal.",
    )


class DocumentWithContent(DocumentShape):
    """The same with the file itself."""

    content = serializers.SerializerMethodField()

    @extend_schema_field({"type": "string", "format": "byte"})
    def get_content(self, document: Document) -> str:
        """In base64."""
        content: bytes = self.context["content"]
        return base64.b64encode(content).decode()


class AnswerShape(serializers.Serializer[Any]):
    """What the citizen answered; empty where that was destroyed by term."""

    text = serializers.CharField(read_only=True)
    answers = serializers.DictField(child=serializers.CharField(), read_only=True)


class AskedShape(serializers.Serializer[CitizenTask]):
    """A question with how it stands; `answer` is null as long as there is none."""

    id = serializers.SerializerMethodField()
    what = serializers.CharField(read_only=True)
    why = serializers.CharField(read_only=True)
    until = serializers.DateField(source="due_on", read_only=True, allow_null=True)
    wantsDocument = serializers.BooleanField(source="wants_document", read_only=True)
    askedAt = serializers.DateTimeField(source="created_at", read_only=True)
    answeredAt = serializers.DateTimeField(source="answered_at", read_only=True, allow_null=True)
    droppedAt = serializers.DateTimeField(source="dropped_at", read_only=True, allow_null=True)

    def get_id(self, task: CitizenTask) -> str:
        """Your own key of it, or the id of the status that asked."""
        return told_id(task.external_id)


class AskedWithAnswer(AskedShape):
    """The same with what was answered, and the documents that came with it."""

    answer = serializers.SerializerMethodField()
    documents = serializers.SerializerMethodField()

    @extend_schema_field(AnswerShape(allow_null=True))
    def get_answer(self, task: CitizenTask) -> Any:
        """Null as long as there is none."""
        found = self.context["answers"].get(task.pk)
        return AnswerShape(found).data if found else None

    @extend_schema_field(DocumentShape(many=True))
    def get_documents(self, task: CitizenTask) -> Any:
        """None before it was answered."""
        return DocumentShape(self.context["documents"].get(task.pk, []), many=True).data


class AttachmentInput(serializers.Serializer[Any]):
    """A file that goes with a message."""

    content = Text(
        min_length=1, max_length=LONGEST_CONTENT, help_text="The file in base64: of the kinds of a document."
    )


class MessageInput(serializers.Serializer[Any]):
    """A message to the citizen."""

    text = Text(min_length=1, max_length=LONGEST, help_text="Plain text.")
    documents = serializers.ListField(
        child=AttachmentInput(),
        required=False,
        default=list,
        max_length=MOST,
        help_text="Files that go with it, together of at most 25 MB.",
    )


class MessageShape(serializers.Serializer[Message]):
    """What one of the two wrote."""

    id = serializers.SerializerMethodField()
    by = serializers.ChoiceField(source="side", choices=Side.choices, read_only=True)
    text = serializers.SerializerMethodField(
        help_text="Of a change: each question with what was answered and is answered now."
    )
    writtenAt = serializers.DateTimeField(source="written_at", read_only=True)
    readAt = serializers.DateTimeField(source="read_at", read_only=True, allow_null=True)

    def get_id(self, message: Message) -> str:
        """Your own key of a message of yours."""
        return told_id(message.external_id)

    def get_text(self, message: Message) -> str:
        """Plain text, in Dutch where it is ours."""
        with override("nl"):
            return whole_text(message)


class MessageWithDocuments(MessageShape):
    """The same with its documents, and the change that it tells of."""

    documents = serializers.SerializerMethodField()
    change = serializers.SerializerMethodField()

    @extend_schema_field(ChangeShape(allow_null=True))
    def get_change(self, message: Message) -> Any:
        """What the citizen changed, for a program; null for any other message, or when its term is over."""
        told = change_told(message)
        return ChangeShape(told).data if told else None

    @extend_schema_field(DocumentShape(many=True))
    def get_documents(self, message: Message) -> Any:
        """Without what is in them."""
        return DocumentShape(self.context["documents"].get(message.pk, []), many=True).data


class DocumentInput(serializers.Serializer[Any]):
    """A document for the citizen."""

    title = Text(min_length=1, max_length=200, help_text="In a few words, without a name of a person.")
    content = Text(
        min_length=1,
        max_length=LONGEST_CONTENT,
        help_text=(
            "The file in base64, of at most 25 MB: a PDF, JPEG, PNG, Word document (docx, without macros) or "
            "text in UTF-8."
        ),
    )
    decision = YesNo(required=False, default=False, help_text="It is the letter of the decision.")


def question_of(said: dict[str, Any]) -> Question:
    """A question as the catalogue has them; the agency has one language, which stands for both."""
    label = Words(nl=said["label"], en=said["label"])
    choices = tuple(
        Choice(value=one["value"], label=Words(nl=one["label"], en=one["label"])) for one in said["choices"]
    )
    longest = 2000 if said["kind"] == "long_text" else 200
    return Question(
        id=said["id"],
        kind=said["kind"],
        label=label,
        required=said["required"],
        choices=choices,
        max_length=longest,
    )


def bytes_of(content: str) -> bytes:
    """The file in a string of base64. Raises `ValueError`."""
    try:
        return base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("not base64") from None
