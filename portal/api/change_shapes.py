"""What a citizen changed after sending, over the line: field, before, after, when."""

from __future__ import annotations

from rest_framework import serializers

from portal.cases.talk.sending import told_id
from portal.cases.talk.told import ChangedAnswer, Told


class AnyValue(serializers.JSONField):
    """An answer as it stands in a payload: text, yes or no, a number, a list; null where it is left empty."""


class ChangedAnswerShape(serializers.Serializer[ChangedAnswer]):
    """One answer that the citizen changed. It stands in `payload.answers`, in the first item of `group`."""

    group = serializers.CharField(read_only=True)
    field = serializers.CharField(source="question.id", read_only=True, help_text="Id of the question.")
    label = serializers.CharField(source="question.label.nl", read_only=True)  # type: ignore[assignment]
    before = AnyValue(read_only=True, help_text="The answer until then; null where it was left empty.")
    after = AnyValue(read_only=True, help_text="The answer since then; null where it is left empty.")


class ChangeShape(serializers.Serializer[Told]):
    """What the citizen changed in one go after sending; `message` is the id of the one that tells of it."""

    at = serializers.DateTimeField(read_only=True)
    message = serializers.SerializerMethodField()
    answers = ChangedAnswerShape(many=True, read_only=True)

    def get_message(self, told: Told) -> str:
        """As in the list of messages."""
        return told_id(told.message_id)
