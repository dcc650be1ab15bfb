"""Forms made from the catalogue's questions. What comes out is plain JSON, ready to be sealed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, time
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from lifeevents.model import Question, Text
from portal.cases.journey.accounts import is_own_account
from portal.cases.journey.answers import asked
from portal.cases.judging.questions import DateField
from portal.cases.reading.showing import answer_text, file_words
from portal.cases.talk.fields import DocumentField
from portal.catalogue import catalogue
from portal.people.iban_field import IbanField, grouped

ELSEWHERE = "elsewhere"
"""The answer to a municipality question when the municipality is not in the list."""


class FilesField(DocumentField):
    """One more file for a question; `held` are those that were added before, as `id` and `words`."""

    takes_files = True
    held: Sequence[Mapping[str, str]] = ()

    def hold(self, files: Iterable[Mapping[str, Any]]) -> None:
        """These answer the question already, so that no other is needed."""
        self.held = [
            {"id": file["id"], "words": file_words(file["media_type"], file["size"])} for file in files
        ]
        self.required = self.required and not self.held


class OfferField(forms.BooleanField):
    """An earlier answer to a question, offered again: unticked, for the citizen decides."""

    is_offer = True

    def __init__(self, question: Question, value: Any) -> None:
        super().__init__(
            label=_("Ja, gebruik dit weer"),
            help_text=_("U vulde eerder in bij “%(question)s”: %(answer)s. Wilt u dat weer gebruiken?")
            % {"question": _text(question.label), "answer": answer_text(question, value)},
            required=False,
        )
        self.question, self.value = question.id, value


class QuestionForm(forms.Form):
    """One page of questions.

    `account` is that of the administrator, for who is under bewind ("": it was not recorded).

    `earlier` has, by question id, an answer that was given before. It is offered with an unticked
    box just before the question; ticked, it is the answer, and the question itself may be empty.
    """

    def __init__(
        self,
        questions: Iterable[Question],
        *,
        data: Any = None,
        files: Any = None,
        item: Mapping[str, Any] | None = None,
        earlier: Mapping[str, Any] | None = None,
        account: str | None = None,
    ) -> None:
        super().__init__(data=data, files=files, initial=dict(item or {}))
        self._questions, self._account = tuple(questions), account
        for question in self._questions:
            field = _field(question)
            if account is not None and question.kind == "iban":
                self._show_account(field, question.id)
            if earlier and question.id in earlier and _still_fits(field, earlier[question.id]):
                self.fields[f"reuse_{question.id}"] = OfferField(question, earlier[question.id])
            self.fields[question.id] = field
        self.hold(self.initial)
        self._spare_what_is_reused()

    @property
    def takes_files(self) -> bool:
        """Whether a file can be sent with it."""
        return bool(self._documents())

    def hold(self, item: Mapping[str, Any]) -> None:
        """Shows the files that were added so far."""
        for field, files in self._files(item):
            field.hold(files)

    @property
    def reused(self) -> list[str]:
        """The ids of the questions whose earlier answer was ticked."""
        return [offer.question for offer in self._offers() if self._is_ticked(offer)]

    def _offers(self) -> list[OfferField]:
        return [field for field in self.fields.values() if isinstance(field, OfferField)]

    def _is_ticked(self, offer: OfferField) -> bool:
        return self.is_bound and f"reuse_{offer.question}" in self.data

    def _spare_what_is_reused(self) -> None:
        """A question whose earlier answer is ticked may be left empty."""
        for name in self.reused:
            self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        """Takes over what was ticked, leaves out what was not asked, and asks for what is necessary."""
        cleaned = super().clean() or {}
        self._take_over(cleaned)
        self._hold_to_account(cleaned)
        for question in self._questions:
            if not question.only_if:
                continue
            if not asked(question, cleaned):
                cleaned.pop(question.id, None)
                self.errors.pop(question.id, None)
            elif question.required and not self._given(question, cleaned) and question.id not in self.errors:
                self.add_error(question.id, self.fields[question.id].error_messages["required"])
        return cleaned

    def _show_account(self, field: forms.Field, name: str) -> None:
        """The number stands there already; it need not be looked up."""
        field.help_text = _(
            "U staat onder bewind. Geld voor u gaat naar de rekening die uw bewindvoerder beheert."
        )
        self.initial[name] = self._account or self.initial.get(name, "")

    def _hold_to_account(self, cleaned: dict[str, Any]) -> None:
        """Under bewind the citizen's own money goes to one account."""
        if self._account is None:
            return
        for question in self._questions:
            typed = cleaned.get(question.id)
            if not typed or typed == self._account or not is_own_account(question, cleaned):
                continue
            words = _("Het geld kan alleen naar de rekening die uw bewindvoerder beheert: %(number)s.")
            if not self._account:
                words = _("Uw bewindvoerder moet de rekening eerst bij een gemeente laten vastleggen.")
            self.add_error(question.id, words % {"number": grouped(self._account)})

    def _given(self, question: Question, cleaned: Mapping[str, Any]) -> bool:
        field = self.fields[question.id]
        return bool(cleaned.get(question.id) or (isinstance(field, FilesField) and field.held))

    def _take_over(self, cleaned: dict[str, Any]) -> None:
        for offer in self._offers():
            ticked = cleaned.pop(f"reuse_{offer.question}", False)
            if not ticked or offer.question in self.errors:
                continue
            typed = cleaned.get(offer.question)
            if typed in (None, "") or _json(typed) == offer.value:
                cleaned[offer.question] = self.fields[offer.question].clean(offer.value)
            else:
                self.add_error(offer.question, _TWO_ANSWERS)

    def item(self) -> dict[str, Any]:
        """The answers as JSON: dates as 2026-11-22, times as 14:05; what was left empty is left out.

        Files are no JSON: they are in `files_added`.
        """
        given = {name: value for name, value in self.cleaned_data.items() if name not in self._documents()}
        return {name: _json(value) for name, value in given.items() if value not in (None, "")}

    def files_added(self) -> list[tuple[Question, bytes]]:
        """The files that were chosen and may be kept, each with its question."""
        chosen = [(one, self.cleaned_data.get(name)) for name, one in self._documents().items()]
        return [(question, content) for question, content in chosen if content]

    def keep_errors_of_files(self) -> None:
        """What else is missing is said when the citizen wants to go on."""
        for name in list(self.errors):
            if name not in self._documents() or self.errors.as_data()[name][0].code == "required":
                del self.errors[name]

    def _files(self, item: Mapping[str, Any]) -> Iterator[tuple[FilesField, Any]]:
        for name, field in self.fields.items():
            if isinstance(field, FilesField):
                yield field, item.get(name, [])

    def _documents(self) -> dict[str, Question]:
        return {question.id: question for question in self._questions if question.kind == "document"}


_TWO_ANSWERS = gettext_lazy(
    "U wilt uw eerdere antwoord gebruiken, maar u vulde iets anders in. Haal een van de twee weg."
)


def _still_fits(field: forms.Field, value: Any) -> bool:
    """Whether an earlier answer can be given today: a municipality may be gone from the list."""
    try:
        field.clean(value)
    except forms.ValidationError:
        return False
    return True


def _json(value: Any) -> Any:
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return value.isoformat() if isinstance(value, date) else value


def _field(question: Question) -> forms.Field:
    common: dict[str, Any] = {
        "label": _text(question.label),
        "help_text": _text(question.help),
        # A question that depends on another one is checked in `clean`, when that answer is known.
        "required": question.required and not question.only_if,
    }
    match question.kind:
        case "date":
            return DateField(not_future=question.not_future, **common)
        case "time":
            return forms.TimeField(widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), **common)
        case "choice" | "yes_no":
            return forms.ChoiceField(choices=_choices(question), widget=forms.RadioSelect, **common)
        case "municipality":
            return forms.ChoiceField(choices=municipalities(), widget=forms.Select, **common)
        case "iban":
            return IbanField(max_length=42, **common)
        case "long_text" | "text":
            widget = forms.Textarea(attrs={"rows": 5}) if question.kind == "long_text" else forms.TextInput()
            return forms.CharField(max_length=question.max_length, widget=widget, **common)
        case "document":
            return FilesField(**common)
        case "address":
            raise ValueError("an address has a page of its own: portal.citizen.views.address")


def _choices(question: Question) -> list[tuple[str, str]]:
    if question.kind == "yes_no":
        return [("yes", _("Ja")), ("no", _("Nee"))]
    return [(choice.value, _text(choice.label)) for choice in question.choices]


def municipalities() -> list[tuple[str, str]]:
    """The municipalities of the catalogue as choices, with a way out."""
    found = [agency for agency in catalogue().agencies.values() if agency.kind == "gemeente"]
    listed = [(agency.code, agency.name) for agency in sorted(found, key=lambda agency: agency.name)]
    return [("", _("Kies een gemeente")), *listed, (ELSEWHERE, _("Een andere gemeente"))]


def _text(text: Text | None) -> str:
    return text.in_language(get_language() or "nl") if text else ""
