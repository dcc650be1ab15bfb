"""How a file that somebody sends is taken in: in memory only, and no more of it than it may be large.

Django's own handlers write a large file to the disk as it is; ours never touches one.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from portal.cases.talk.files import LARGEST


class InMemoryHandler(FileUploadHandler):
    """Keeps a file up to `LARGEST` bytes; of a larger one its size alone, so that a form can say so."""

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
        """The file, with its real size and without its name."""
        self._kept.seek(0)
        return InMemoryUploadedFile(
            file=self._kept,
            field_name=self.field_name,
            name="bestand",
            content_type="application/octet-stream",
            size=self._size,
            charset=None,
        )
