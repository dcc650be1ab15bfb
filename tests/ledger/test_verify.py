"""Whoever changes the log behind its back is found, however much of it they make fit again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from portal.ledger.keys import canonical
from portal.ledger.log import chain, heads, verify
from portal.ledger.log.chain import CONFIDENTIAL, content_of
from portal.ledger.log.heads import HEADER, LEAVES, SIGNATURE, publish_heads
from portal.ledger.log.signing import public_key, public_pem
from portal.ledger.log.verify import Finding, check_all
from portal.ledger.models import DataUse, LogHead
from portal.people.models import Citizen
from tests.factories import make_citizen, spare_bsns
from tests.ledger.lines import write_lines

BSNS = spare_bsns()
ROUNDS, EACH = 4, 5
LINES = ROUNDS * EACH
TRIES = 40


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.LOG_HEADS_FOLDER = str(tmp_path)
    return tmp_path


@pytest.fixture
def citizens(db: None, folder: Path) -> list[Citizen]:
    """Six citizens with twenty lines each, whose heads were published after every five."""
    found = [make_citizen(next(BSNS)) for _ in range(6)]
    for _ in range(ROUNDS):
        write_lines(found, each=EACH)
        publish_heads()
    return found


@contextmanager
def _as_superuser() -> Iterator[None]:
    """Without triggers and without the rule that a number comes once; undone afterwards."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("ALTER TABLE ledger_datause DROP CONSTRAINT one_line_per_number")
        yield
        transaction.set_rollback(True)


def test_a_chain_that_is_gone_altogether_is_found(citizens: list[Citizen]) -> None:
    with _as_superuser():
        DataUse.objects.filter(chain=citizens[0].pk).delete()
        LogHead.objects.filter(chain=citizens[0].pk).delete()
        (finding,) = check_all().findings
    assert (finding.chain, finding.number, finding.until) == (str(citizens[0].pk), 1, EACH)


def test_a_line_put_in_somebody_elses_name_is_found(citizens: list[Citizen]) -> None:
    with _as_superuser():
        DataUse.objects.filter(chain=citizens[0].pk, number=7).update(citizen=citizens[1])
        (finding,) = check_all().findings
    assert (finding.number, finding.until) == (7, 7)


def test_lines_after_the_last_head_are_held_against_the_database(citizens: list[Citizen]) -> None:
    write_lines(citizens[:1], each=3)
    assert check_all().findings == []
    with _as_superuser():
        DataUse.objects.filter(chain=citizens[0].pk, number=LINES + 3).delete()
        (finding,) = check_all().findings
    assert (finding.number, finding.until) == (LINES + 1, LINES + 3)


def test_lines_past_the_head_in_the_database_are_found(citizens: list[Citizen]) -> None:
    write_lines(citizens[:1], each=1)
    with _as_superuser():
        LogHead.objects.filter(chain=citizens[0].pk).update(lines=LINES)
        assert check_all().findings


def test_one_chain_can_be_checked_alone(citizens: list[Citizen]) -> None:
    with _as_superuser():
        DataUse.objects.filter(chain=citizens[0].pk, number=2).delete()
        assert check_all(chain=citizens[1].pk).findings == []
        assert len(check_all(chain=citizens[0].pk).findings) == 1


def test_the_report_counts_what_a_signed_head_vouches_for(citizens: list[Citizen]) -> None:
    write_lines(citizens[:2], each=1)
    report = check_all()
    assert (report.lines, report.chains, report.publications) == (6 * LINES + 2, 6, ROUNDS)
    assert report.published == 6 * LINES


# --- The publications themselves --------------------------------------------------------------------


def _changed(folder: Path, number: int, name: str, old: bytes, new: bytes) -> None:
    path = folder / f"{number:09d}" / name
    assert old in path.read_bytes()
    path.write_bytes(path.read_bytes().replace(old, new, 1))


def _what(findings: list[Finding]) -> list[tuple[int, str]]:
    return [(finding.publication, finding.what) for finding in findings if not finding.chain]


def test_a_header_that_was_changed_is_found(citizens: list[Citizen], folder: Path) -> None:
    _changed(folder, 2, HEADER, b'"count":6', b'"count":5')
    found = _what(check_all().findings)
    assert (2, "its signature is not of this key") in found
    assert (3, "it does not follow the publication before it") in found


def test_leaves_that_were_changed_are_found(citizens: list[Citizen], folder: Path) -> None:
    _changed(folder, 3, LEAVES, str(citizens[0].pk).encode(), str(citizens[0].pk).upper().encode())
    assert _what(check_all().findings) == [(3, "its leaves are not those that were signed")]


def test_a_publication_that_is_missing_is_found(citizens: list[Citizen], folder: Path) -> None:
    (folder / "000000002" / SIGNATURE).unlink()
    assert (2, "it is missing, or a file of it is") in _what(check_all().findings)


def test_publications_that_are_missing_at_the_end_are_found(citizens: list[Citizen], folder: Path) -> None:
    (folder / "000000004").rename(folder.parent / "elsewhere")
    assert _what(check_all().findings) == [(4, "the last publications are gone")]


def test_a_publication_with_another_key_is_found(citizens: list[Citizen], settings: Any) -> None:
    from portal.local.environment import new_secrets

    settings.LOG_SIGNING_KEY = new_secrets()["LOG_SIGNING_KEY"]
    assert len(_what(check_all().findings)) == ROUNDS


# --- Publishing -------------------------------------------------------------------------------------


def test_only_chains_that_grew_are_published_again(citizens: list[Citizen], folder: Path) -> None:
    assert publish_heads() is None
    write_lines(citizens[:1], each=1)
    made = publish_heads()
    assert made is not None
    assert [heads.parse_leaf(leaf).chain for leaf in made.leaves()] == [str(citizens[0].pk)]
    assert made.says["previous"] == heads.header_hash((folder / "000000004" / HEADER).read_bytes())


def test_what_a_crash_left_half_written_is_no_publication(citizens: list[Citizen], folder: Path) -> None:
    (folder / ".new-crashed").mkdir()
    (folder / ".new-crashed" / HEADER).write_text("{")
    write_lines(citizens[:1], each=1)
    made = publish_heads()
    assert made is not None
    assert made.number == ROUNDS + 1
    assert not (folder / ".new-crashed").exists()
    assert check_all().findings == []


def test_a_number_that_is_taken_is_never_written_over(
    citizens: list[Citizen], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_lines(citizens[:1], each=1)
    third = heads.read_publication(folder, 3)
    monkeypatch.setattr(heads, "newest_publication", lambda _folder: third)
    with pytest.raises(OSError, match="not empty"):
        publish_heads()
    monkeypatch.undo()
    assert check_all().publications == ROUNDS


# --- The same bytes, and the commands -------------------------------------------------------------


def test_the_check_reads_a_line_as_the_portal_hashed_it(citizens: list[Citizen]) -> None:
    line = DataUse.objects.filter(chain=citizens[0].pk).order_by("number")[3]
    read = next(read for read in verify._lines(citizens[0].pk) if read.id == line.pk)
    assert canonical(read.content) == canonical(content_of(line))
    assert verify.hash_of(read) == line.line_hash
    assert list(verify.COLUMNS) == sorted(content_of(line))


def test_the_command_says_what_is_wrong_and_fails(
    citizens: list[Citizen], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    call_command("ledger", "verify")
    assert f"{6 * LINES} line(s) in 6 chain(s)" in capsys.readouterr().out
    key = tmp_path / "key.pem"
    key.write_text(public_pem(public_key()))
    with _as_superuser():
        DataUse.objects.filter(chain=citizens[0].pk, number=9).update(recipient="uwv")
        with pytest.raises(CommandError, match=rf"chain {citizens[0].pk}, line 9 \(id \d+\)"):
            call_command("ledger", "verify", "--key", str(key), "--citizen", str(citizens[0].pk))


def test_heads_are_published_by_hand_too(citizens: list[Citizen], capsys: pytest.CaptureFixture[str]) -> None:
    write_lines(citizens[:2], each=1)
    call_command("ledger", "publish")
    assert "Publication 5: 2 chain(s)" in capsys.readouterr().out
    call_command("ledger", "publish")
    assert "Nothing grew" in capsys.readouterr().out


def test_where_a_chain_was_seen_to_end_is_a_hint_and_no_more(citizens: list[Citizen]) -> None:
    """Two processes saw the same end, and one of them was first: the other finds that out as it writes."""
    write_lines(citizens[:1], each=1)
    mine = citizens[0].pk

    def append(seen: chain.Heads | None) -> tuple[chain.Heads, int]:
        line = DataUse.objects.filter(chain=mine).first()
        assert line is not None
        line.pk = None
        with CaptureQueriesContext(connection) as asked:
            return chain.append([line], seen=seen), len(asked)

    before, _ = append(None)
    after, asked = append(before)
    assert asked == 1
    stale, asked = append(before)
    assert asked > 1
    assert [heads[mine].lines for heads in (before, after, stale)] == [
        before[mine].lines + number for number in range(3)
    ]
    assert check_all().findings == []


def test_several_chains_move_together_or_not_at_all(citizens: list[Citizen]) -> None:
    write_lines(citizens[:2], each=1)
    lines = [DataUse.objects.filter(chain=one.pk).first() for one in citizens[:2]]
    new = [line for line in lines if line is not None]
    for line in new:
        line.pk = None
    stale = {one.pk: chain.Head("0" * 64, 0) for one in citizens[:2]}
    heads = chain.append(new, seen=stale)
    assert heads.keys() == stale.keys()
    assert check_all().findings == []


def test_the_chain_that_the_law_keeps_apart_is_published_too(citizens: list[Citizen]) -> None:
    line = DataUse.objects.filter(chain=citizens[0].pk).first()
    assert line is not None
    line.pk, line.chain = None, CONFIDENTIAL
    chain.append([line])
    made = publish_heads()
    assert made is not None
    assert json.loads(made.header)["count"] == 1
    assert check_all().findings == []
