"""What a citizen fills in to answer what an agency asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from portal.cases.models import CitizenTask
from portal.cases.talk.asking import Answer, questions_of
from portal.cases.talk.fields import DocumentField, WrittenField
from portal.cases.talk.question_form import QuestionForm


class AnswerForm(forms.Form):
    """The part of an answer that is the same for every question; `question_form` has the agency's own."""

    text = WrittenField(label=gettext_lazy("Uw antwoord"), required=False)
    document = DocumentField(
        label=gettext_lazy("Kies een bestand"),
        help_text=gettext_lazy("Een PDF, JPEG of PNG van hooguit 25 MB. U kunt er vijf meesturen."),
        required=False,
    )

    def __init__(self, task: CitizenTask, draft: Answer, *, data: Any = None, files: Any = None) -> None:
        """`draft` is what was typed before."""
        super().__init__(data=data, files=files, initial={"text": draft.text})
        questions = questions_of(task)
        self.question_form = QuestionForm(questions, data=data, item=draft.answers) if questions else None
        if questions:
            self.fields["text"].label = gettext_lazy("Wilt u er nog iets bij zeggen?")

    @property
    def forms(self) -> Sequence[forms.Form]:
        """All parts, in the order of the page."""
        return [*([self.question_form] if self.question_form else []), self]

    def is_valid(self) -> bool:
        """Both parts, each looked at."""
        others = self.question_form is None or self.question_form.is_valid()
        return super().is_valid() and others

    def answer(self) -> Answer:
        """What was filled in as far as it is right: that is kept, also where something else is not."""
        answers = self.question_form.item() if self.question_form else {}
        return Answer(self.cleaned_data.get("text", ""), answers)
