"""Fields and forms for what people write and send along, the same for a citizen and for an officer."""

from __future__ import annotations

import uuid
from typing import Any, Final

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy

from portal.cases.talk.files import LARGEST, WrongFile, kind_of
from portal.cases.talk.letters import kind_of_letter
from portal.cases.talk.texts import WrongText, kept
from portal.cases.talk.words import why_not_file, why_not_text

ACCEPT = ".pdf,.jpg,.jpeg,.png"
NAMELESS: Final = object()
"""In the place of a file that came without a name."""


class _FileInput(forms.FileInput):
    """Also notices a file that came without a name: to Django that is the text of a field."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """The file; NAMELESS for one without a name, None where none was chosen."""
        file = super().value_from_datadict(data, files, name)
        is_text = file is None and bool(data.get(name))
        return NAMELESS if is_text or getattr(file, "is_nameless", False) else file


class DocumentField(forms.FileField):
    """A PDF, JPEG or PNG; gives its bytes, or None. One without a name is refused: it may be cut off."""

    accept = ACCEPT

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=_FileInput(attrs={"accept": self.accept}), **kwargs)

    def kind_of(self, content: bytes) -> str:
        """What it is. Raises `WrongFile`."""
        return kind_of(content)

    def clean(self, data: UploadedFile | object | None, initial: Any = None) -> bytes | None:
        """Looks at what it is by its content: its name and what the browser calls it say nothing."""
        if data is NAMELESS:
            raise forms.ValidationError(why_not_file("nameless"))
        if data is None:
            if self.required:
                raise forms.ValidationError(self.error_messages["required"], code="required")
            return None
        assert isinstance(data, UploadedFile)  # noqa: S101  # nosec B101 - what a browser sent
        if (data.size or 0) > LARGEST:
            raise forms.ValidationError(why_not_file("large"))
        content: bytes = data.read()
        try:
            self.kind_of(content)
        except WrongFile as wrong:
            raise forms.ValidationError(why_not_file(str(wrong))) from None
        return content


class LetterField(DocumentField):
    """The same for an agency, which may also give a letter in plain text or of Word."""

    accept = f"{ACCEPT},.txt,.docx"

    def kind_of(self, content: bytes) -> str:
        """What it is. Raises `WrongFile`."""
        return kind_of_letter(content)


class WrittenField(forms.Field):
    """A text of more than one line, kept as it was written; gives "" where it may be empty and is."""

    def __init__(self, *, rows: int = 6, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)

    def clean(self, value: Any) -> str:
        """Refuses what cannot be kept, with a way on."""
        text = value if isinstance(value, str) else ""
        if not self.required and not text.strip():
            return ""
        try:
            return kept(text)
        except WrongText as wrong:
            raise forms.ValidationError(why_not_text(str(wrong))) from None


class KeyedForm(forms.Form):
    """A form that carries an id of its own: pressed twice, it is done once."""

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": uuid.uuid4(), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)

    @property
    def external_id(self) -> str:
        """Under which what comes of it is kept: never one that an agency's program gives."""
        return f"form:{self.cleaned_data['key']}"


class MessageForm(KeyedForm):
    """A message, with a file if need be."""

    text = WrittenField(label=gettext_lazy("Uw bericht"))
    document = DocumentField(
        label=gettext_lazy("Bijlage"),
        help_text=gettext_lazy("Een PDF, JPEG of PNG van hooguit 25 MB."),
        required=False,
    )
