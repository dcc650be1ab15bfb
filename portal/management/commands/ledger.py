"""`manage.py ledger …`: publishes, checks and shows the log, and destroys what is past its term."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.cases.models import Case
from portal.cases.retention import purge
from portal.ledger.log.audit import audit_of
from portal.ledger.log.heads import NoHeadsFolder, publish_heads
from portal.ledger.log.proof import check_download
from portal.ledger.log.signing import NoSigningKey, public_key, read_public_key
from portal.ledger.log.verify import Report, check_all


class Command(BaseCommand):
    help = (
        "Publishes the heads of the log, verifies it, purges what is past its term, shows it to the auditor."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """One action, and what it wants to know."""
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("publish", help="publishes what grew since the last time")
        verify = actions.add_parser("verify", help="checks every chain and every publication")
        verify.add_argument("--citizen", type=uuid.UUID, help="only the chain of this citizen (our id)")
        verify.add_argument("--heads", type=Path, help="another folder than LOG_HEADS_FOLDER")
        verify.add_argument("--download", type=Path, help="a citizen's download, off line; looks at no table")
        verify.add_argument("--key", type=Path, help="a file with the public key, in place of our own")

        audit = actions.add_parser("audit", help="every line about a citizen, for the auditor")
        audit.add_argument("reference", help="of a request of that citizen, such as LL-7K4M-Q9XC")

        purge_ = actions.add_parser("purge", help="destroys the keys whose term is over")
        purge_.add_argument("--dry-run", action="store_true", help="only counts")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit status 1 with what is wrong, each thing on a line of its own."""
        try:
            getattr(self, f"_{options['action']}")(options)
        except (NoHeadsFolder, NoSigningKey, OSError) as error:
            raise CommandError(str(error)) from None

    def _publish(self, options: dict[str, Any]) -> None:
        made = publish_heads()
        if made is None:
            self.stdout.write("Nothing grew since the last publication.")
        else:
            self.stdout.write(f"Publication {made.number}: {made.says['count']} chain(s), in {made.folder}")

    def _audit(self, options: dict[str, Any]) -> None:
        """One line of JSON for each, oldest first: those too that the law keeps from the citizen."""
        case = Case.objects.select_related("citizen").filter(reference=options["reference"]).first()
        if case is None:
            raise CommandError("no request has this reference")
        for told in audit_of(case.citizen):
            self.stdout.write(json.dumps(told, ensure_ascii=False))

    def _purge(self, options: dict[str, Any]) -> None:
        done = purge(dry_run=options["dry_run"])
        verb = "would be destroyed" if options["dry_run"] else "destroyed"
        for name, count in sorted(done.keys.items()):
            self.stdout.write(f"{count} key(s) of {name}: {verb}")
        for name, count in sorted(done.paused.items()):
            self.stdout.write(f"{count} key(s) of {name}: kept, an objection, appeal or complaint runs")
        self.stdout.write(f"{done.facts} fact(s) and {done.drafts} draft(s): {verb}")
        self.stdout.write(f"{done.denials} denial(s) that the auditor read of: {verb}")
        self.stdout.write(f"{done.lines_past_term} line(s) past their own term: kept, the chain needs them")

    def _verify(self, options: dict[str, Any]) -> None:
        key = read_public_key(options["key"].read_bytes()) if options["key"] else None
        if options["download"]:
            self._verify_download(options["download"], key or public_key())
            return
        report = check_all(chain=options["citizen"], folder=options["heads"], key=key)
        if report.findings:
            raise CommandError("\n".join([*map(str, report.findings), _summary(report)]))
        self.stdout.write(f"{_summary(report)}: no problems")

    def _verify_download(self, path: Path, key: Ed25519PublicKey) -> None:
        results = check_download(path.read_bytes(), key)
        if not all(passed for passed, _ in results):
            raise CommandError("\n".join(words for passed, words in results if not passed))
        for _, words in results:
            self.stdout.write(words)


def _summary(report: Report) -> str:
    last = report.last_published_at or "never"
    return (
        f"{report.lines} line(s) in {report.chains} chain(s), {report.published} of them under one of "
        f"{report.publications} signed publication(s), the last one {last}"
    )
