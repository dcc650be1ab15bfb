"""`manage.py notices`: mails, texts and letters to citizens that need an operator, or the print house."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.cases.models import Notification, PrintBatch
from portal.cases.notices import letters, reminding, sending
from portal.cases.out import leases
from portal.paper import PdfUnavailable
from portal.practice_mark import marked_name


class Command(BaseCommand):
    help = (
        "list: what a person must look at. replay ID…: lets it try again. bounced ID: that mail came back. "
        "remind: what the timetable does every hour. hand-over FOLDER: the letters that wait, as PDF files."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """An action, and what it is about."""
        parser.add_argument("action", choices=["list", "replay", "bounced", "remind", "hand-over"])
        parser.add_argument("what", nargs="*", help="ids, or the folder")
        parser.add_argument("--batch", type=UUID, help="hand-over: the letters of this batch once more")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit status 1 for what does not exist."""
        what = options["what"]
        match options["action"]:
            case "list":
                self._list()
            case "replay":
                self._each(what, _replay, "will be tried again")
            case "bounced":
                self._each(what, lambda pk: sending.bounced(row_id=pk), "noted as bounced")
            case "remind":
                found = reminding.remind()
                self.stdout.write(", ".join(f"{number} {name}" for name, number in found.items()))
            case _:
                self._hand_over(what, options["batch"])

    def _list(self) -> None:
        rows = Notification.objects.exclude(needs_human="").order_by("created_at")
        for row in rows:
            since = f"{row.created_at:%Y-%m-%d %H:%M}"
            said = f"{row.reason} by {row.channel}, since {since}, {row.attempts} attempts"
            self.stdout.write(f"{row.pk} {said}, {row.needs_human}: {row.last_error}")
        self.stdout.write(f"{len(rows)} to look at, {letters.waiting()} letters wait")

    def _each(self, ids: list[str], act: Any, words: str) -> None:
        try:
            found = [UUID(one) for one in ids]
        except ValueError:
            raise CommandError("an id looks like 01234567-89ab-cdef-0123-456789abcdef") from None
        if not found:
            raise CommandError("say which: an ID")
        done = sum(bool(act(pk)) for pk in found)
        self.stdout.write(f"{done} {words}")
        if done < len(found):
            raise CommandError(f"{len(found) - done} not: no such row, or nothing to do for it")

    def _hand_over(self, what: list[str], again: UUID | None) -> None:
        if len(what) != 1 or not Path(what[0]).is_dir():
            raise CommandError("say in which folder, one that is there")
        batch = PrintBatch.objects.filter(pk=again).first() if again else letters.hand_over()
        if batch is None:
            if again:
                raise CommandError("no such batch")
            self.stdout.write("no letters wait")
            return
        self.stdout.write(f"batch {batch.pk}")
        number = sum(_write(Path(what[0]), letter) for letter in letters.letters_of(batch))
        self.stdout.write(f"{number} letters")


def _replay(row_id: UUID) -> bool:
    row = Notification.objects.exclude(needs_human="").filter(pk=row_id).first()
    if row is not None:
        leases.let_try_again(row)
    return row is not None


def _write(folder: Path, letter: letters.Letter) -> bool:
    """Whole or not at all: under another name first."""
    try:
        content = letters.printed(letter)
    except PdfUnavailable:
        raise CommandError("this machine cannot make a PDF: install Pango, and use --batch") from None
    name = marked_name(letter.name)
    fresh = folder / f".{name}"
    fresh.write_bytes(content)
    fresh.replace(folder / f"{name}.pdf")
    return True
