"""What officers fill in before a refusal: a hearing, the note of a call, and why something was left out."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import clock
from portal.cases.deciding.care import Care, Due, NotCalled, NotHeard, StillTime, require
from portal.cases.deciding.grounds import ARTICLES
from portal.cases.deciding.hearing import SHORTEST, USUAL
from portal.cases.models import CitizenTask
from portal.cases.talk.answer_form import AnswerForm
from portal.cases.talk.answer_said import Said
from portal.cases.talk.asking import Answer
from portal.cases.talk.fields import KeyedForm, WrittenField
from portal.cases.talk.models import CameBy


class HearForm(KeyedForm):
    """What the agency is about to decide, on which facts, and until when the citizen may react."""

    why = WrittenField(
        label=gettext_lazy("Wat bent u van plan te besluiten, en op welke gegevens steunt dat?"),
        help_text=gettext_lazy(
            "De inwoner leest dit. Noem elk gegeven, waar het vandaan komt, en wat er volgens u niet past."
        ),
        rows=6,
    )
    until = forms.DateField(
        label=gettext_lazy("Tot en met wanneer kan de inwoner reageren?"),
        help_text=gettext_lazy("Minstens een week. Uw eigen termijn loopt door."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"until": clock.today() + USUAL}, **kwargs)

    def clean_until(self) -> date:
        """At least a week."""
        day: date = self.cleaned_data["until"]
        if day < clock.today() + SHORTEST:
            raise forms.ValidationError(_("Geef de inwoner minstens een week."))
        return day


class CallForm(KeyedForm):
    """Whether somebody answered, and what was said."""

    reached = forms.ChoiceField(
        label=gettext_lazy("Hebt u de inwoner gesproken?"),
        widget=forms.RadioSelect,
        choices=[("ja", gettext_lazy("Ja")), ("nee", gettext_lazy("Nee, niemand nam op"))],
        error_messages={"required": gettext_lazy("Kies ja of nee.")},
    )
    said = WrittenField(
        label=gettext_lazy("Wat is er besproken? De inwoner leest dit."),
        help_text=gettext_lazy("Schrijf kort en gewoon wat de inwoner zei, en wat u afsprak."),
        rows=5,
    )
    is_view = forms.BooleanField(
        label=gettext_lazy("Dit is de reactie van de inwoner op wat u van plan bent (artikel 4:9 Awb)."),
        required=False,
    )

    def __init__(self, *args: Any, is_heard: bool, **kwargs: Any) -> None:
        """`is_heard`: somebody waits for a reaction of the citizen."""
        super().__init__(*args, **kwargs)
        if not is_heard:
            del self.fields["is_view"]


class SaidForm(AnswerForm):
    """What the citizen said, as the answer to one question; what they typed themselves is not shown."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    way = forms.ChoiceField(
        label=gettext_lazy("Hoe vertelde de inwoner het?"),
        widget=forms.RadioSelect,
        choices=[
            (CameBy.PHONE, gettext_lazy("Aan de telefoon")),
            (CameBy.DESK, gettext_lazy("Aan onze balie")),
        ],
        error_messages={"required": gettext_lazy("Kies hoe de inwoner het vertelde.")},
    )

    field_order = ("key", "way", "text")

    def __init__(self, task: CitizenTask, *, data: Any = None) -> None:
        super().__init__(task, Answer(), data=data)
        self.initial["key"] = uuid.uuid4()
        del self.fields["document"]
        if self.question_form is None:
            self.fields["text"].label = gettext_lazy("Wat zei de inwoner? De inwoner leest dit.")
            self.fields["text"].required = True

    def said(self) -> Said:
        """What is written down."""
        return Said(self.answer(), CameBy(self.cleaned_data["way"]))


class CareForm(forms.Form):
    """Why the citizen was not heard or called first; only what is due for this case is asked."""

    not_heard = forms.ChoiceField(label=gettext_lazy("Waarom hoort u de inwoner niet eerst?"), required=False)
    not_heard_because = forms.CharField(
        label=gettext_lazy("Leg dat uit. De inwoner leest dit."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    not_called_because = forms.CharField(
        label=gettext_lazy("Waarom belt u niet eerst? De inwoner leest dit."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, due: Due, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.due = due
        choices = [("", "—"), *((name, _ground_words()[name]) for name in due.grounds)]
        self.fields["not_heard"].choices = choices  # type: ignore[attr-defined]
        if not due.hears:
            del self.fields["not_heard"], self.fields["not_heard_because"]
        if not due.calls:
            del self.fields["not_called_because"]

    def care(self) -> Care:
        """What was said; of what was not asked, nothing."""
        return Care(**{name: self.cleaned_data.get(name, "") for name in Care.__slots__})

    def check(self, kind: str) -> bool:
        """Whether an outcome of this kind may follow; says at the field what comes first."""
        try:
            require(self.due, kind, self.care())
        except StillTime:
            self.add_error(
                "not_heard", _("De inwoner heeft nog tijd om te reageren. Wacht daarop, of kies een reden.")
            )
        except NotHeard:
            self.add_error(
                "not_heard", _("Hoor de inwoner eerst, of kies waarom dat hier niet hoeft en leg het uit.")
            )
        except NotCalled:
            self.add_error("not_called_because", _("Bel de inwoner eerst, of schrijf waarom niet."))
        return not self.errors


def _ground_words() -> dict[str, str]:
    words = {
        "own": _("Het steunt alleen op wat de inwoner zelf opgaf, of wijkt daar niet van af"),
        "minor": _("Het verschil met de aanvraag is voor de inwoner heel klein"),
        "not-own": _("Het steunt alleen op wat de inwoner zelf opgaf"),
        "withheld": _("De inwoner gaf niet alle gegevens die van de wet moeten"),
        "urgent": _("Er is te veel haast"),
        "before": _("De inwoner kon al eerder reageren, en er is niets nieuws"),
        "purpose": _("Het doel wordt alleen bereikt als de inwoner het niet vooraf weet"),
        "money": _("Het gaat om geld, en na bezwaar kan alles worden teruggedraaid"),
    }
    return {name: f"{words[name]} ({ARTICLES[name]} Awb)" for name in ARTICLES}
