"""The BSN: which are real, how they are kept, and that they never show."""

from __future__ import annotations

import re
import threading
import uuid
from datetime import date
from typing import Any

import pytest
from django.core.checks import run_checks
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from portal.people import keys
from portal.people.actor import Actor
from portal.people.bsn import InvalidBsn, is_valid_bsn
from portal.people.identity import Identity, account_of
from portal.people.models import Citizen, Role, User
from portal.people.verbs import (
    NoBsn,
    bsn_of,
    find_or_create_citizen,
    find_or_create_citizen_user,
    identity_hmac,
)
from tests.cast import NOOR_BSN
from tests.factories import make_citizen, make_officer, spare_bsns


def test_who_has_no_bsn_has_none_to_open() -> None:
    with pytest.raises(NoBsn):
        bsn_of(Citizen())


def test_a_first_login_of_staff_that_failed_for_another_reason_says_so(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only a second first login at the same moment is one that the other one made."""
    officer = Identity(
        provider_id="medewerker", uid="wilma", level="", role="officer", agency="svb", name="W"
    )
    account_of(officer)
    monkeypatch.setattr("portal.people.identity._find_account", lambda identity: None)
    with pytest.raises(IntegrityError):
        account_of(officer)
    assert User.objects.count() == 1


@pytest.mark.parametrize("bsn", ["111222333", "123456782", NOOR_BSN, "010464554"])
def test_good_bsns(bsn: str) -> None:
    assert is_valid_bsn(bsn)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "123456789",
        "000000000",
        "12345678",
        "1234567820",
        "123 456 782",
        "12345678²",
        "１２３４５６７８２",
        123456782,
        None,
    ],
)
def test_no_bsns(value: Any) -> None:
    assert not is_valid_bsn(value)


@given(st.integers(0, 999_999_999), st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(number: int, place: int, shift: int) -> None:
    bsn = f"{number:09d}"
    wrong = bsn[:place] + str((int(bsn[place]) + shift) % 10) + bsn[place + 1 :]
    assert not (is_valid_bsn(bsn) and is_valid_bsn(wrong))


def test_a_bad_bsn_is_refused_without_being_repeated(db: None) -> None:
    with pytest.raises(InvalidBsn) as refused:
        find_or_create_citizen("123456789")
    assert "123456789" not in str(refused.value)
    assert not Citizen.objects.exists()


def test_one_bsn_is_one_citizen(db: None) -> None:
    first, second = find_or_create_citizen(NOOR_BSN), find_or_create_citizen(NOOR_BSN)
    assert first.pk == second.pk
    assert bsn_of(Citizen.objects.get()) == NOOR_BSN


def test_the_bsn_is_sealed_and_shows_nowhere(db: None) -> None:
    user = find_or_create_citizen_user(find_or_create_citizen(NOOR_BSN))
    assert user.citizen is not None
    stored = bytes(Citizen.objects.get().bsn or b"")
    assert NOOR_BSN.encode() not in stored
    identity = Identity(provider_id="digid", uid="x", level="midden", bsn=NOOR_BSN)
    for shown in (user, user.citizen, Actor.of_user(user), identity):
        assert NOOR_BSN not in f"{shown!r} {shown}"


def test_a_sealed_bsn_copied_to_another_citizen_does_not_open(db: None) -> None:
    noor, other = find_or_create_citizen(NOOR_BSN), make_citizen(next(spare_bsns()))
    Citizen.objects.filter(pk=other.pk).update(bsn=noor.bsn)
    with pytest.raises(keys.CannotDecrypt):
        bsn_of(Citizen.objects.get(pk=other.pk))


def test_a_changed_sealed_value_does_not_open() -> None:
    sealed = keys.encrypt(b"value", context=b"here")
    assert keys.decrypt(sealed, context=b"here") == b"value"
    for place in range(len(sealed)):
        changed = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        with pytest.raises(keys.CannotDecrypt):
            keys.decrypt(changed, context=b"here")
    for damaged in (b"", sealed[:17], sealed[:-1]):
        with pytest.raises(keys.CannotDecrypt):
            keys.decrypt(damaged, context=b"here")
    with pytest.raises(keys.CannotDecrypt):
        keys.decrypt(sealed, context=b"there")


def test_two_seals_of_one_value_differ() -> None:
    assert keys.encrypt(b"value", context=b"") != keys.encrypt(b"value", context=b"")


def test_a_new_master_key_seals_and_the_old_one_still_opens(settings: Any) -> None:
    old, new = b"o" * 32, b"n" * 32
    settings.MASTER_KEYS = [old]
    before = keys.encrypt(b"value", context=b"c")
    settings.MASTER_KEYS = [new, old]
    after = keys.encrypt(b"value", context=b"c")
    assert keys.decrypt(before, context=b"c") == keys.decrypt(after, context=b"c") == b"value"
    settings.MASTER_KEYS = [new]
    assert keys.decrypt(after, context=b"c") == b"value"
    with pytest.raises(keys.CannotDecrypt):
        keys.decrypt(before, context=b"c")


def test_a_keyed_value_depends_on_key_and_purpose(settings: Any) -> None:
    first = keys.keyed_hmac("bsn", NOOR_BSN)
    assert re.fullmatch(r"[0-9a-f]{64}", first)
    assert first == keys.keyed_hmac("bsn", NOOR_BSN)
    assert first != keys.keyed_hmac("login", NOOR_BSN)
    settings.HMAC_KEY = b"z" * 32
    assert first != keys.keyed_hmac("bsn", NOOR_BSN)


@pytest.mark.parametrize(
    ("master", "hmac", "expected"),
    [
        ([], b"h" * 32, "people.E001"),
        ([b"short"], b"h" * 32, "people.E001"),
        ([b"a" * 32, b"a" * 32], b"h" * 32, "people.E001"),
        ([b"a" * 32], b"", "people.E002"),
        ([b"a" * 32], b"a" * 32, "people.E002"),
    ],
)
def test_the_portal_does_not_start_with_bad_keys(
    settings: Any, master: list[bytes], hmac: bytes, expected: str
) -> None:
    settings.MASTER_KEYS, settings.HMAC_KEY = master, hmac
    assert expected in {str(problem.id) for problem in run_checks()}


@pytest.mark.parametrize(
    "change", [{"kind": "both"}, {"secret": ""}, {"levels": {}}, {"claims": {"subject": ["sub"]}}]
)
def test_the_portal_does_not_start_with_half_a_login_provider(settings: Any, change: dict[str, Any]) -> None:
    settings.LOGIN_PROVIDERS = {"digid": {**settings.LOGIN_PROVIDERS["digid"], **change}}
    assert "people.E003" in {str(problem.id) for problem in run_checks()}


def test_identity_is_the_same_however_it_is_written() -> None:
    born = date(1994, 3, 2)
    first = identity_hmac(surname="Müller-de Wit", birth_date=born, postcode="9001 aa")
    assert first == identity_hmac(surname="muller de wit ", birth_date=born, postcode="9001AA")
    assert first != identity_hmac(surname="Müller-de Wit", birth_date=date(1994, 2, 3), postcode="9001 aa")
    assert first != identity_hmac(surname="Müller-de Wit", birth_date=born, postcode="9001 ab")


@pytest.mark.django_db(transaction=True)
def test_two_accounts_racing_for_one_bsn_become_one() -> None:
    """Eight logins at the same moment: one citizen, one user."""
    barrier, found, failures = threading.Barrier(8), [], []

    def log_in() -> None:
        try:
            barrier.wait(timeout=10)
            found.append(find_or_create_citizen_user(find_or_create_citizen(NOOR_BSN)).pk)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=log_in) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(set(found)) == 1
    assert Citizen.objects.count() == User.objects.count() == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"role": "admin"},
        {"role": Role.CITIZEN},
        {"role": Role.OFFICER, "agency": ""},
        {"role": Role.OFFICER, "agency": "svb", "citizen": True},
        {"role": Role.CITIZEN, "agency": "svb", "citizen": True},
    ],
)
def test_the_database_refuses_impossible_users(db: None, fields: dict[str, Any]) -> None:
    user = User(password="!", **{name: value for name, value in fields.items() if name != "citizen"})
    user.citizen = find_or_create_citizen(NOOR_BSN) if fields.get("citizen") else None
    with pytest.raises(IntegrityError), transaction.atomic():
        user.save()


def test_actors(db: None) -> None:
    noor = find_or_create_citizen_user(find_or_create_citizen(NOOR_BSN))
    officer = make_officer("svb")
    assert (Actor.of_user(noor).capacity, Actor.of_user(noor).citizen) == ("self", noor.citizen)
    assert (Actor.of_user(officer).capacity, Actor.of_user(officer).agency) == ("officer", "svb")
    assert (Actor.system().capacity, Actor.system().user, Actor.system().agency) == ("system", None, "")
    noor.is_active = False
    with pytest.raises(PermissionError):
        Actor.of_user(noor)


def test_user_names_say_nothing(db: None) -> None:
    user = find_or_create_citizen_user(find_or_create_citizen(NOOR_BSN))
    assert user.username == uuid.UUID(user.username).hex
    assert user.username != user.pk.hex
