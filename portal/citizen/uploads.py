"""How a file that somebody sends is taken in: in memory only, and no more of it than it may be large.

Django's own handlers write a large file to the disk as it is; ours never touches one. Django's own parser
passes by, without a word, a file whose name is nothing but dots or a path: ours takes it in as one without a
name, so that a form can say so.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any, Final

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http.multipartparser import MultiPartParser

from portal.cases.talk.files import LARGEST

NAMELESS: Final = "naamloos/"
"""The name of a file that has none: no name can have a slash in it."""


class _Parser(MultiPartParser):
    """As Django's, and what it would leave out for its name comes through."""

    def sanitize_file_name(self, file_name: str) -> str:
        """What is left of a name without its path."""
        return super().sanitize_file_name(file_name) or NAMELESS


class _File(InMemoryUploadedFile):
    """A file in memory; `is_nameless`: whoever sent it gave it no name."""

    def __init__(self, *, is_nameless: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.is_nameless = is_nameless


class InMemoryHandler(FileUploadHandler):
    """Keeps a file up to `LARGEST` bytes; of a larger one its size alone, so that a form can say so."""

    _is_asked = False

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,
        content_length: int,
        boundary: Any,
        encoding: Any = None,
    ) -> Any:
        """Django asks whether we read the request ourselves: yes, with a parser that leaves nothing out."""
        if self._is_asked:
            return None  # our own parser asks the same
        self._is_asked = True
        return _Parser(META, input_data, [self], encoding).parse()

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """A file begins."""
        super().new_file(*args, **kwargs)
        self._kept, self._size = BytesIO(), 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """A part of it; no other handler gets to see it."""
        self._size += len(raw_data)
        if self._size > LARGEST:
            self._kept = BytesIO()
        else:
            self._kept.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """The file, with its real size and without its name; `is_nameless` where it had none."""
        self._kept.seek(0)
        return _File(
            is_nameless=self.file_name == NAMELESS,
            file=self._kept,
            field_name=self.field_name,
            name="bestand",
            content_type="application/octet-stream",
            size=self._size,
            charset=None,
        )
