"""The log cannot be changed, and a change made behind its back is found."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.exceptions import InvalidTag
from django.db import DatabaseError, connection, transaction

from lifeevents.model import Article
from portal.catalogue import catalogue
from portal.ledger.keys import KeyDestroyed, KeyRing, seal, unseal
from portal.ledger.log.audit import audit_of
from portal.ledger.log.chain import CONFIDENTIAL
from portal.ledger.log.commitments import commitment
from portal.ledger.log.uses import (
    Mention,
    Use,
    begin_use,
    end_use,
    record_staff_view,
    salt_of,
    uses_for_auditor,
    uses_of,
)
from portal.ledger.log.verify import check_all
from portal.ledger.models import DataKey, DataUse, OperationLink, StaffAction
from portal.people.models import Citizen
from tests.factories import make_citizen, make_officer, spare_bsns

BSNS = spare_bsns()


@pytest.fixture
def citizen(db: None) -> Citizen:
    return make_citizen(next(BSNS))


def _use(citizen: Citizen) -> Use:
    return Use(
        citizen=citizen,
        trace_id="1" * 32,
        operation=DataUse.Operation.DISCLOSURE,
        activities=(catalogue().services["kinderbijslag"].activity,),
        fields=("brp.name",),
        recipient="svb",
        retention="facts",
    )


def _three_lines(citizen: Citizen) -> list[DataUse]:
    end_use(begin_use(_use(citizen)), outcome="delivered", values={"a": 1})
    begin_use(_use(citizen))
    return list(DataUse.objects.filter(citizen=citizen).order_by("id"))


def test_each_line_carries_the_hash_of_the_one_before(citizen: Citizen) -> None:
    first, second, third = _three_lines(citizen)
    assert first.previous_hash == "0" * 64
    assert (second.previous_hash, third.previous_hash) == (first.line_hash, second.line_hash)
    assert check_all(chain=citizen.pk).findings == []


@pytest.mark.parametrize(
    "command", ["UPDATE ledger_datause SET recipient = 'x'", "DELETE FROM ledger_datause"]
)
def test_the_database_refuses_to_change_or_delete_a_line(citizen: Citizen, command: str) -> None:
    _three_lines(citizen)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(command)


@pytest.mark.parametrize(
    "command",
    [
        "UPDATE ledger_datause SET recipient = 'x' WHERE id = %s",
        "DELETE FROM ledger_datause WHERE id = %s",
    ],
)
@pytest.mark.parametrize("line", [0, 1, 2])
def test_a_change_behind_the_triggers_is_found(citizen: Citizen, command: str, line: int) -> None:
    lines = _three_lines(citizen)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # a superuser's way around triggers
        cursor.execute(command, [lines[line].pk])
        cursor.execute("SET session_replication_role = DEFAULT")
    assert check_all(chain=citizen.pk).findings


def test_citizens_have_chains_of_their_own(citizen: Citizen) -> None:
    neighbour = make_citizen(next(BSNS))
    _three_lines(citizen)
    assert _three_lines(neighbour)[0].previous_hash == "0" * 64


def test_an_operation_is_shown_once_by_its_newest_line(citizen: Citizen) -> None:
    _three_lines(citizen)
    assert [(use.moment, use.outcome) for use in uses_of(citizen)] == [("begin", ""), ("end", "delivered")]


def test_a_look_by_staff_is_named_for_the_auditor_and_not_for_the_citizen(citizen: Citizen) -> None:
    officer = make_officer("svb", name="Petra Kok")
    record_staff_view(_use(citizen), staff=officer, what="case-opened", reference="LL-1")
    action, line = StaffAction.objects.get(), DataUse.objects.get()
    assert action.operation_id == line.operation_id
    assert action.user == officer
    assert str(officer.pk) not in str(vars(line))
    assert "Petra" not in str(vars(line))


def test_a_sealed_value_opens_only_where_it_belongs(citizen: Citizen) -> None:
    neighbour = make_citizen(next(BSNS))
    sealed = seal(citizen, "facts", "brp.name", {"full": "Noor"})
    assert unseal(citizen, "facts", "brp.name", sealed) == {"full": "Noor"}
    for other in [(neighbour, "facts", "brp.name"), (citizen, "cases", "brp.name"), (citizen, "facts", "x")]:
        with pytest.raises((InvalidTag, KeyDestroyed)):
            unseal(*other, sealed)


def test_destroying_the_key_destroys_the_value(citizen: Citizen) -> None:
    sealed = seal(citizen, "facts", "brp.name", 1)
    DataKey.objects.filter(citizen=citizen).delete()
    with pytest.raises(KeyDestroyed):
        unseal(citizen, "facts", "brp.name", sealed)


def test_the_same_operation_id_never_comes_twice(citizen: Citizen) -> None:
    assert begin_use(_use(citizen)).operation_id != begin_use(_use(citizen)).operation_id


def test_the_commitment_proves_the_values_until_their_key_is_destroyed(citizen: Citizen) -> None:
    end = _three_lines(citizen)[1]
    salt = salt_of(end, KeyRing(citizen))
    assert salt is not None
    assert commitment(salt, {"a": 1}) == end.commitment != commitment(salt, {"a": 2})
    DataKey.objects.filter(citizen=citizen).delete()
    assert salt_of(end, KeyRing(citizen)) is None


def test_a_line_has_the_start_the_end_and_how_it_went(citizen: Citizen) -> None:
    begin, end, _ = _three_lines(citizen)
    assert (begin.status, end.status) == ("Unset", "Ok")
    assert end.started_at == begin.at <= end.at
    assert begin.subject == end.subject


def _with_partner(citizen: Citizen, partner: Citizen) -> Use:
    return replace(_use(citizen), mentions=(Mention(partner, ("brp.name",)),))


def test_a_partner_reads_which_agency_used_what_and_not_for_whom(citizen: Citizen) -> None:
    partner = make_citizen(next(BSNS))
    use = _with_partner(citizen, partner)
    end_use(begin_use(use), outcome="delivered")
    begin, end = DataUse.objects.filter(chain=partner.pk).order_by("number")
    assert (end.recipient, end.fields, end.operation) == ("svb", ["brp.name"], "mention")
    said = str([vars(line) for line in (begin, end)])
    assert use.trace_id not in said
    assert "kinderbijslag" not in said.casefold()
    assert OperationLink.objects.get(operation_id=end.operation_id).of == uses_of(citizen)[0].operation_id


def test_who_is_in_danger_leaves_no_line_in_a_partners_log_but_the_auditor_reads_it(citizen: Citizen) -> None:
    partner = make_citizen(next(BSNS))
    citizen.safety_flag = True
    end_use(begin_use(_with_partner(citizen, partner)), outcome="delivered")
    assert uses_of(partner) == []
    assert len(uses_for_auditor(partner)) == 2


def test_what_the_law_keeps_secret_stands_in_the_auditors_chain_alone(citizen: Citizen) -> None:
    law = Article(name="artikel 3.22 Wet basisregistratie personen", verified=True)
    activity = replace(catalogue().services["kinderbijslag"].activity, confidential=law)
    end_use(begin_use(replace(_use(citizen), activities=(activity,))), outcome="delivered")
    assert uses_of(citizen) == []
    assert len(uses_for_auditor(citizen)) == 2
    assert check_all(chain=CONFIDENTIAL).findings == []


def test_the_auditor_reads_who_of_the_staff_looked_and_in_whose_request_somebody_came_along(
    citizen: Citizen,
) -> None:
    partner, officer = make_citizen(next(BSNS)), make_officer("svb", name="Petra Kok")
    record_staff_view(_use(citizen), staff=officer, what="case-opened", reference="LL-1")
    citizen.safety_flag = True
    end_use(begin_use(_with_partner(citizen, partner)), outcome="delivered")
    looked, _begin, sent = audit_of(citizen)
    who = {"user": str(officer.pk), "program": "", "what": "case-opened", "reference": "LL-1"}
    assert looked["staff"] == [who]
    mentioned = audit_of(partner)
    assert [line["confidential"] for line in mentioned] == [True, True]
    assert {line["of"] for line in mentioned} == {sent["operation_id"]}
    assert "subject" not in sent
