"""Publishing the heads of the chains, signed, outside the database.

A publication is a folder (`000000001`, `000000002`, …) in `settings.LOG_HEADS_FOLDER` with three files:
`leaves.txt` (a line `chain lines newest` for each chain that grew), `header.json` (canonical JSON:
`number`, `at`, `previous` (SHA-256 of the header before), `count`, `root` (of the Merkle tree over the
lines of `leaves.txt`, without their ends), `key` (fingerprint), `version`) and `header.sig` (Ed25519
over the bytes of `header.json`). What is published cannot be changed any more without being found.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from portal.ledger.keys import canonical
from portal.ledger.log.chain import START, moment
from portal.ledger.log.merkle import root_of
from portal.ledger.log.signing import fingerprint, is_signed, public_pem, signing_key
from portal.ledger.models import LogHead, PublishedHead

VERSION: Final = 1
HEADER, SIGNATURE, LEAVES, PUBLIC_KEY = "header.json", "header.sig", "leaves.txt", "public-key.pem"
_UNFINISHED: Final = ".new-"
_LOCK: Final = 0x6C6F67  # any number that nobody else locks
_OVERLAP: Final = timedelta(hours=1)
"""A head may carry a moment from before its commit: no transaction of ours lasts that long."""


class NoHeadsFolder(Exception):
    """`LOG_HEADS_FOLDER` is not set, so that there is nowhere to publish."""


@dataclass(frozen=True, slots=True)
class Publication:
    """One publication as it stands in its folder. `header` is what was signed, to the byte."""

    number: int
    folder: Path
    header: bytes
    signature: bytes

    @property
    def says(self) -> dict[str, Any]:
        """The header, opened."""
        opened: dict[str, Any] = json.loads(self.header)
        return opened

    def leaves(self) -> list[bytes]:
        """The lines of `leaves.txt`."""
        return (self.folder / LEAVES).read_bytes().splitlines()


@dataclass(frozen=True, slots=True)
class Leaf:
    """The head of one chain, as it was published."""

    chain: str
    lines: int
    newest: str


def heads_folder() -> Path:
    """Where publications stand. Raises `NoHeadsFolder`."""
    if not settings.LOG_HEADS_FOLDER:
        raise NoHeadsFolder("LOG_HEADS_FOLDER is not set")
    return Path(settings.LOG_HEADS_FOLDER)


def publish_heads() -> Publication | None:
    """Publishes the chains that grew since the last publication; None where none did.

    Two at once make two publications, or one: the second waits. Raises `NoHeadsFolder`, `NoSigningKey`.
    """
    folder, key = heads_folder(), signing_key()
    folder.mkdir(parents=True, exist_ok=True)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        last = newest_publication(folder)
        grown = _grown(last)
        if not grown:
            return None
        leaves = [f"{head.chain} {head.lines} {head.newest}".encode() for head in grown]
        header = canonical(
            {
                "version": VERSION,
                "number": last.number + 1 if last else 1,
                "at": moment(timezone.now()),
                "previous": header_hash(last.header) if last else START,
                "count": len(leaves),
                "root": root_of(leaves),
                "key": fingerprint(key.public_key()),
            }
        )
        _write_once(folder / PUBLIC_KEY, public_pem(key.public_key()).encode())
        made = _write(folder, last.number + 1 if last else 1, header, key.sign(header), leaves)
        _remember(made.number, grown)
    return made


def publish_if_due(every: timedelta) -> Publication | None:
    """The same, unless the newest publication is younger than `every`."""
    last = newest_publication(heads_folder())
    if last and _at(last) > timezone.now() - every:
        return None
    return publish_heads()


def newest_publication(folder: Path) -> Publication | None:
    """The one with the highest number; None where nothing was published yet."""
    numbers = _numbers(folder)
    return read_publication(folder, numbers[-1]) if numbers else None


def read_publication(folder: Path, number: int) -> Publication:
    """One publication. Raises `OSError` where it, or a file of it, is not there."""
    place = folder / _name(number)
    return Publication(number, place, (place / HEADER).read_bytes(), (place / SIGNATURE).read_bytes())


def problem_of(one: Publication, before: Publication | None, key: Ed25519PublicKey) -> str:
    """What is wrong with a publication, given the one before and the key; "" when nothing is."""
    if not is_signed(key, one.header, one.signature):
        return "its signature is not of this key"
    says = one.says
    if says["number"] != one.number:
        return f"it says that it is number {says['number']}"
    if says["previous"] != (header_hash(before.header) if before else START):
        return "it does not follow the publication before it"
    leaves = one.leaves()
    if says["count"] != len(leaves) or says["root"] != root_of(leaves):
        return "its leaves are not those that were signed"
    return ""


def every_publication(folder: Path) -> Iterator[tuple[int, Publication | None]]:
    """Each number from 1 to the highest, with its publication; None where that is missing or incomplete."""
    for number in range(1, max(_numbers(folder), default=0) + 1):
        try:
            yield number, read_publication(folder, number)
        except OSError:
            yield number, None


def parse_leaf(leaf: bytes) -> Leaf:
    """A line of `leaves.txt`."""
    chain, lines, newest = leaf.decode().split(" ")
    return Leaf(chain, int(lines), newest)


def header_hash(header: bytes) -> str:
    """What the next header says that it follows."""
    return hashlib.sha256(header).hexdigest()


def _grown(last: Publication | None) -> list[LogHead]:
    """The heads to publish, in the order of their chains. One statement: one moment of the database."""
    heads = LogHead.objects.filter(lines__gt=0).order_by("chain")
    if last is None:
        return list(heads)
    recent = list(heads.filter(changed_at__gt=_at(last) - _OVERLAP))
    known = PublishedHead.objects.filter(publication__lte=last.number).in_bulk(
        [head.chain for head in recent]
    )
    return [head for head in recent if head.chain not in known or known[head.chain].lines != head.lines]


def _remember(number: int, heads: list[LogHead]) -> None:
    """Which publication has a chain: a way to find it again, that nothing relies on."""
    PublishedHead.objects.bulk_create(
        [PublishedHead(chain=head.chain, publication=number, lines=head.lines) for head in heads],
        update_conflicts=True,
        unique_fields=["chain"],
        update_fields=["publication", "lines"],
    )


def _write(folder: Path, number: int, header: bytes, signature: bytes, leaves: list[bytes]) -> Publication:
    """Whole or not at all: written beside, then given its name, which only one folder can have."""
    for left in folder.glob(f"{_UNFINISHED}*"):
        shutil.rmtree(left, ignore_errors=True)
    fresh = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=folder))
    fresh.chmod(0o755)
    for name, content in ((HEADER, header), (SIGNATURE, signature), (LEAVES, b"\n".join([*leaves, b""]))):
        _write_once(fresh / name, content)
    _sync(fresh)
    place = folder / _name(number)
    fresh.rename(place)
    _sync(folder)
    return Publication(number, place, header, signature)


def _write_once(path: Path, content: bytes) -> None:
    if path.exists():
        return
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _name(number: int) -> str:
    return f"{number:09d}"


def _numbers(folder: Path) -> list[int]:
    if not folder.is_dir():
        return []
    return sorted(int(path.name) for path in folder.iterdir() if path.name.isdecimal())


def _at(one: Publication) -> datetime:
    return datetime.strptime(one.says["at"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
