"""What does not arrive by itself is listed with its reason, and tried again by a click or a command."""

from __future__ import annotations

from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from portal.cases.models import Case, Delivery, Phase
from portal.cases.out import outbox
from portal.cases.out.delivery import deliver
from portal.ledger.models import StaffAction
from portal.people.actor import Actor
from tests.cases.steps import submitted
from tests.factories import make_citizen_user, make_operator, spare_bsns
from tests.registers import NOOR, Register


@pytest.fixture
def stuck(noor: Actor, register: Register) -> list[Delivery]:
    """Three births that did not arrive, each for a reason of its own."""
    bsns = spare_bsns()
    rows = []
    for human in (Delivery.Human.REFUSED, Delivery.Human.CONFIG, Delivery.Human.CALL):
        bsn = next(bsns)
        register.people[bsn] = dict(NOOR)
        case = submitted(Actor.of_user(make_citizen_user(bsn)))["geboorteaangifte"]
        row = Delivery.objects.get(case=case)
        row.attempts = 3
        outbox.ask_human(row, kind=human, error=f"because of {human}")
        row.save()
        rows.append(row)
    return rows


def _run(*arguments: object) -> str:
    out = StringIO()
    call_command("delivery", *map(str, arguments), stdout=out)
    return out.getvalue()


def _still_stuck() -> set[str]:
    return set(Delivery.objects.exclude(needs_human="").values_list("needs_human", flat=True))


def test_the_list_says_which_to_whom_and_why(stuck: list[Delivery]) -> None:
    said = _run("list")
    assert "3 to look at" in said
    for row in stuck:
        assert f"{row.pk} {row.case.reference} file to gemeente-waterstad" in said
        assert f"3 attempts, {row.needs_human}: because of {row.needs_human}" in said
    assert "1 to look at" in _run("list", "--human", "config")
    assert "0 to look at" in _run("list", "--agency", "svb")
    assert "1 to look at" in _run("list", "--reference", stuck[0].case.reference)


@pytest.mark.parametrize(
    ("choice", "left"),
    [
        (["--human", "refused"], {"config", "call"}),
        (["--human", "call"], {"refused", "config"}),
        (["--agency", "gemeente-waterstad"], {"call"}),
        (["--kind", "file"], {"call"}),
        (["--kind", "report"], {"refused", "config", "call"}),
        (["--all"], {"call"}),
    ],
)
def test_those_that_are_chosen_are_tried_again(
    stuck: list[Delivery], choice: list[str], left: set[str]
) -> None:
    assert f"{3 - len(left)} will be tried again" in _run("replay", *choice)
    assert _still_stuck() == left


def test_by_id_and_by_reference(stuck: list[Delivery]) -> None:
    _run("replay", stuck[0].pk)
    _run("replay", "--reference", stuck[1].case.reference)
    assert _still_stuck() == {"call"}


def test_a_dry_run_changes_nothing(stuck: list[Delivery]) -> None:
    said = _run("replay", "--all", "--dry-run")
    assert "2 would be tried again" in said
    assert str(stuck[0].pk) in said
    assert len(_still_stuck()) == 3


def test_what_is_tried_again_is_as_new_and_arrives_once(stuck: list[Delivery]) -> None:
    row = stuck[0]
    assert "1 will be tried again" in _run("replay", row.pk)
    row.refresh_from_db()
    assert (row.attempts, row.needs_human) == (0, "")
    assert row.not_before <= timezone.now()
    deliver(delivery_id=row.pk)
    arrived = Delivery.objects.get(pk=row.pk).delivered_at
    assert Case.objects.get(pk=row.case_id).phase == Phase.ARRIVED
    # Once more, by whoever did not see that it was done already.
    assert "0 will be tried again" in _run("replay", row.pk)
    assert outbox.replay(row_id=row.pk, staff=make_operator()) is False
    deliver(delivery_id=row.pk)
    assert Delivery.objects.get(pk=row.pk).delivered_at == arrived
    assert Case.objects.get(pk=row.case_id).updates.filter(external_id="arrived").count() == 1


def test_who_ran_the_command_is_kept_and_cannot_log_in(
    stuck: list[Delivery], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "beheer")
    _run("replay", stuck[0].pk, "--dry-run")
    assert not StaffAction.objects.exists()
    for row in stuck[:2]:
        _run("replay", row.pk)
    actions = list(StaffAction.objects.order_by("id"))
    assert [(one.operation_id, one.reference) for one in actions] == [
        (row.pk, row.case.reference) for row in stuck[:2]
    ]
    assert {one.what for one in actions} == {"delivery-replayed"}
    (by,) = {one.user for one in actions}
    assert by is not None
    assert by.name == "beheer"
    with pytest.raises(PermissionError):
        Actor.of_user(by)


def test_a_mistake_is_said(stuck: list[Delivery]) -> None:
    with pytest.raises(CommandError, match="say which"):
        _run("replay")
    with pytest.raises(CommandError, match="no such row"):
        _run("replay", uuid4())
    assert len(_still_stuck()) == 3
