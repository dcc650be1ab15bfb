"""`manage.py privacy_register`: the register of processing activities, from the catalogue of today."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from lifeevents.register import as_markdown, processing_register
from portal.catalogue import catalogue
from portal.marked_text import between_marks, put_between_marks

DOCUMENT = Path("docs") / "privacy.md"
MARK = "register"


class Command(BaseCommand):
    help = "Prints the register of processing activities (AVG 30), or writes it into docs/privacy.md."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """`--write` puts it where it belongs."""
        parser.add_argument("--write", action="store_true", help=f"into {DOCUMENT}, between its marks")

    def handle(self, *args: Any, **options: Any) -> None:
        """Says whether the document changed."""
        text = as_markdown(processing_register(catalogue()))
        if not options["write"]:
            self.stdout.write(text, ending="")
            return
        file = settings.BASE_DIR / DOCUMENT
        before = file.read_text(encoding="utf-8")
        file.write_text(put_between_marks(before, MARK, text), encoding="utf-8")
        same = between_marks(before, MARK) == text
        self.stdout.write(f"{DOCUMENT}: {'was up to date' if same else 'brought up to date'}")
