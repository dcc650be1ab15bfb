"""What an officer fills in to ask the citizen something, and to add a document."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lifeevents.model import Question, Text
from portal import clock
from portal.cases.talk.asking import LONGEST_WHAT, MOST_QUESTIONS
from portal.cases.talk.fields import KeyedForm, LetterField, WrittenField

_LONGEST_QUESTION: Final = 200


class AskForm(KeyedForm):
    """A question to the citizen: what, why, until when, and how it is answered."""

    what = forms.CharField(
        label=gettext_lazy("Wat moet de inwoner doen?"),
        help_text=gettext_lazy("Kort. Bijvoorbeeld: stuur een kopie van uw trouwboekje."),
        max_length=LONGEST_WHAT,
    )
    why = WrittenField(
        label=gettext_lazy("Waarom? De inwoner leest dit."),
        help_text=gettext_lazy("Schrijf kort en gewoon: wat u mist, en wat er gebeurt als het er niet komt."),
        rows=4,
    )
    until = forms.DateField(
        label=gettext_lazy("Uiterlijk wanneer?"),
        help_text=gettext_lazy(
            "Tot die dag staat uw termijn stil (artikel 4:15 Awb). Zonder dag loopt hij door."
        ),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    wants_document = forms.BooleanField(
        label=gettext_lazy("De inwoner moet een document meesturen."), required=False
    )
    questions = forms.CharField(
        label=gettext_lazy("Losse vragen"),
        help_text=gettext_lazy(
            "Op elke regel één vraag. Zonder vragen schrijft de inwoner zelf een antwoord."
        ),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="ask", **kwargs)

    def clean_until(self) -> date | None:
        """A day that is still to come."""
        day: date | None = self.cleaned_data["until"]
        if day is not None and day <= clock.today():
            raise forms.ValidationError(_("Kies een dag die nog komt."))
        return day

    def clean_questions(self) -> tuple[Question, ...]:
        """One for each line."""
        lines = [line.strip() for line in self.cleaned_data["questions"].splitlines() if line.strip()]
        if len(lines) > MOST_QUESTIONS:
            raise forms.ValidationError(_("Stel hooguit %(most)d vragen.") % {"most": MOST_QUESTIONS})
        if any(len(line) > _LONGEST_QUESTION for line in lines):
            raise forms.ValidationError(_("Maak elke vraag korter dan 200 tekens."))
        return tuple(
            Question(id=f"q{number}", kind="long_text", label=Text(nl=line, en=line), max_length=2000)
            for number, line in enumerate(lines, start=1)
        )


class AddDocumentForm(KeyedForm):
    """A document for the citizen."""

    title = forms.CharField(
        label=gettext_lazy("Hoe heet het?"),
        help_text=gettext_lazy("Zonder naam van een persoon. Bijvoorbeeld: kopie van de akte."),
        max_length=200,
    )
    content = LetterField(
        label=gettext_lazy("Document"),
        help_text=gettext_lazy("Een PDF, JPEG, PNG, Word-bestand (docx) of tekst van hooguit 25 MB."),
        error_messages={"required": gettext_lazy("Kies een bestand.")},
    )
    decision = forms.BooleanField(label=gettext_lazy("Dit is de brief met het besluit."), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="document", **kwargs)
