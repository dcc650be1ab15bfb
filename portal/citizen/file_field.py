"""A field of a form for a file that somebody sends along."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from portal.cases.talk.files import LARGEST, WrongFile, kind_of
from portal.cases.talk.words import why_not_file

ACCEPT = ".pdf,.jpg,.jpeg,.png"


class DocumentField(forms.FileField):
    """A PDF, JPEG or PNG; gives its bytes, or None."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.FileInput(attrs={"accept": ACCEPT}), **kwargs)

    def clean(self, data: UploadedFile | None, initial: Any = None) -> bytes | None:
        """Looks at what it is by its content: its name and what the browser calls it say nothing."""
        if data is None:
            if self.required:
                raise forms.ValidationError(self.error_messages["required"], code="required")
            return None
        if (data.size or 0) > LARGEST:
            raise forms.ValidationError(why_not_file("large"))
        content: bytes = data.read()
        try:
            kind_of(content)
        except WrongFile as wrong:
            raise forms.ValidationError(why_not_file(str(wrong))) from None
        return content
