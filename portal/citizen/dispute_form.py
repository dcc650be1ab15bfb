"""The form "Klopt dit niet?": what it should be, how the citizen knows, a proof, and who is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lifeevents.model import FieldDefinition
from portal.cases.journey.addresses import Lookup
from portal.cases.talk.fields import DocumentField
from portal.cases.talk.question_form import QuestionForm
from portal.citizen.address_forms import TypeForm


class DisputeForm(forms.Form):
    """The part that is the same for every value. Without questions for the value, `right` is a text."""

    right = forms.CharField(
        label=gettext_lazy("Wat moet het zijn?"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    unknown = forms.BooleanField(label=gettext_lazy("Ik weet niet wat het wel moet zijn"), required=False)
    explanation = forms.CharField(
        label=gettext_lazy("Wat klopt er niet, en hoe weet u dat?"),
        help_text=gettext_lazy("De organisaties die dit gegeven krijgen, lezen dit mee."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    proof = DocumentField(
        label=gettext_lazy("Bewijs"),
        help_text=gettext_lazy("Bijvoorbeeld een brief of een akte. Een PDF, JPEG of PNG van hooguit 25 MB."),
        required=False,
    )
    ask = forms.BooleanField(label="", required=False)

    def __init__(
        self,
        definition: FieldDefinition,
        *,
        data: Any = None,
        files: Any = None,
        right: Any = None,
        explanation: str = "",
        ask_label: str = "",
    ) -> None:
        """`right` and `explanation` are what was said before; `ask_label` "" where nobody can be asked."""
        text = right if isinstance(right, str) else ""
        super().__init__(data=data, files=files, initial={"right": text, "explanation": explanation})
        self.value_form = _value_form(definition, data, right if isinstance(right, dict) else {})
        if self.value_form is not None:
            del self.fields["right"]
        if ask_label:
            self.fields["ask"].label = ask_label
        else:
            del self.fields["ask"]

    @property
    def says_unknown(self) -> bool:
        """The citizen ticked that it is not known what it should be."""
        return self.is_bound and bool(self.data.get("unknown"))

    @property
    def forms(self) -> Sequence[forms.Form]:
        """All parts, in the order of the page, for the summary of what is wrong."""
        return [self, *([self.value_form] if self.value_form and not self.says_unknown else [])][::-1]

    def clean(self) -> dict[str, Any]:
        """The value is needed, unless it is not known; and who is asked to correct it must know it."""
        cleaned = super().clean() or {}
        if self.says_unknown:
            if cleaned.get("ask"):
                self.add_error("ask", _("Zeg dan eerst wat het wel moet zijn."))
        elif self.value_form is None and not cleaned.get("right"):
            self.add_error("right", _("Vul dit in, of kruis aan dat u het niet weet."))
        return cleaned

    def is_valid(self) -> bool:
        """Both parts."""
        others = self.value_form is None or self.says_unknown or self.value_form.is_valid()
        return super().is_valid() and others

    def right_value(self) -> Any:
        """What it should be, ready to be sealed; None where it is not known."""
        if self.says_unknown:
            return None
        if self.value_form is None:
            return self.cleaned_data["right"]
        return self.value_form.value() if isinstance(self.value_form, TypeForm) else self.value_form.item()


def _value_form(
    definition: FieldDefinition, data: Any, item: Mapping[str, Any]
) -> QuestionForm | TypeForm | None:
    """The questions with which the value is given elsewhere too. An address is typed: it need not be in a
    register, as that may be what is wrong.
    """
    if not definition.enter:
        return None
    if any(question.kind == "address" for question in definition.enter):
        nothing = Lookup("", "", "", "skipped")
        return TypeForm(nothing, with_municipality=False, data=data, initial=dict(item))
    return QuestionForm(definition.enter, data=data, item=item)
