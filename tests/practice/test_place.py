"""A place to practise does not start with anything real, and knows no real people."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import pytest
from django.apps import apps
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import connection

from connectors.base import Misconfigured
from connectors.registry import ConfigError
from portal import catalogue
from portal.cases.webhooks.setting import WrongAddress, checked_address
from portal.cases.webhooks.telling import _call
from portal.local.environment import ROOT, new_secrets
from portal.local.ports import IPV4, free_port
from portal.people.bsn import InvalidBsn
from portal.people.bsn_field import BsnField
from portal.people.identity import read_identity
from portal.people.models import Citizen
from portal.people.providers import login_providers
from portal.people.refusals import LoginFailed
from portal.people.verbs import find_or_create_citizen, find_or_create_citizens
from portal.practice import place
from portal.practice.checks import refuse_what_is_real
from portal.practice.models import Place
from portal.practice.place import WrongPlace, kind_of, look
from tests.cast import NOOR_BSN
from tests.factories import make_citizen

REAL_BSN: Final = "111222333"
"""It passes the eleven test, and is not of those that are given to nobody."""

SECONDS: Final = 60


@pytest.fixture
def practice(settings: Any) -> Any:
    """Settings of a place to practise, in which nothing is wrong."""
    settings.PRACTICE = True
    settings.SANDBOX_URL = "http://127.0.0.1:8001"
    oidc = {name: one for name, one in settings.LOGIN_PROVIDERS.items() if one.get("protocol") != "saml"}
    settings.LOGIN_PROVIDERS = {
        name: {**one, "server_url": settings.SANDBOX_URL} for name, one in oidc.items()
    }
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.SMS_URL = "file:///tmp/sms"
    return settings


def found() -> list[str]:
    """The ids of what the checks of practice say."""
    return [str(one.id) for one in run_checks() if str(one.id).startswith("practice.")]


def test_with_nothing_real_it_starts(practice: Any) -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("SANDBOX_URL", "http://registers.example", "practice.E001"),
        ("SANDBOX_URL", "", "practice.E001"),
        ("SITE_URL", "http://127.0.0.1:8001", "practice.E002"),
        ("EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend", "practice.E004"),
        ("EMAIL_BACKEND", "anymail.backends.postmark.EmailBackend", "practice.E004"),
        ("SMS_URL", "https://api.notifynl.nl", "practice.E005"),
    ],
)
def test_it_starts_with_nothing_that_leads_out(practice: Any, name: str, value: str, problem: str) -> None:
    setattr(practice, name, value)
    assert problem in found()
    with pytest.raises(ImproperlyConfigured, match="SANDBOX_URL" if name == "SITE_URL" else name[:5]):
        refuse_what_is_real()


@pytest.mark.parametrize(
    "more",
    [
        {"server_url": "https://digid.example"},
        {"protocol": "saml"},
        {"server_url": "http://127.0.0.1:8002"},
    ],
)
def test_citizens_log_in_at_the_sandbox_only(practice: Any, more: dict[str, str]) -> None:
    providers = practice.LOGIN_PROVIDERS
    practice.LOGIN_PROVIDERS = {**providers, "digid": {**providers["digid"], **more}}
    assert "practice.E003" in found()


def test_staff_may_log_in_as_they_always_do(practice: Any) -> None:
    providers = practice.LOGIN_PROVIDERS
    own = {**providers["medewerker"], "server_url": "https://sso.example"}
    practice.LOGIN_PROVIDERS = {**providers, "medewerker": own}
    assert found() == []


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("https://oefenen.example", None),
        ("oefenen.example", "practice.E006"),
        ("https://oefenen.example/?wie=ik", "practice.E006"),
        ("http://localhost:9000", "practice.E007"),
    ],
)
def test_the_real_portal_leads_to_another_host(settings: Any, address: str, problem: str | None) -> None:
    settings.SITE_URL = "http://localhost:8000"
    settings.PRACTICE_URL = address
    assert found() == ([problem] if problem else [])


# --- Registers and agencies ------------------------------------------------------------------------


@pytest.fixture
def load(tmp_path: Path, settings: Any) -> Iterator[Callable[[str], Any]]:
    """Reads connector settings as a process does at its start."""

    def read(text: str) -> Any:
        file = tmp_path / "connectors.yaml"
        file.write_text(text)
        settings.CONNECTORS_CONFIG = str(file)
        catalogue.connectors.cache_clear()
        return catalogue.connectors()

    yield read
    catalogue.connectors.cache_clear()


SOURCE: Final = "sources:\n  brp: {{url: '{url}', api_key: k}}\n"
AGENCY: Final = "destinations:\n  svb: {{connector: rest, url: '{url}', key_id: k, secret: {secret}}}\n"


@pytest.mark.parametrize("text", [SOURCE, AGENCY])
@pytest.mark.parametrize(
    "url",
    [
        "https://api.example/haalcentraal/api/brp",
        "http://127.0.0.1:8001.example/haalcentraal/api/brp",
        "http://127.0.0.1:8001/elsewhere",
        "http://127.0.0.1:8001/registers/../elsewhere",
        "http://127.0.0.1:8001/registerselsewhere",
        "http://127.0.0.1:80/registers/polis",
    ],
)
def test_no_register_and_no_agency_is_reached_but_the_sandbox(
    practice: Any, load: Callable[[str], Any], text: str, url: str
) -> None:
    with pytest.raises(ConfigError, match=r"connectors\.yaml:\d+: 'url' does not lead to the sandbox"):
        load(text.format(url=url, secret="s" * 40))


def test_the_sandbox_is_reached_and_an_agency_that_works_here_needs_no_address(
    practice: Any, load: Callable[[str], Any]
) -> None:
    load("destinations:\n  svb: {connector: hold}\n")
    load(SOURCE.format(url="http://127.0.0.1:8001/haalcentraal/api/brp"))
    load(AGENCY.format(url="http://127.0.0.1:8001/intake/svb", secret="s" * 40))


def test_elsewhere_any_address_will_do(load: Callable[[str], Any]) -> None:
    load(SOURCE.format(url="https://api.example/haalcentraal/api/brp"))


def test_no_agency_hears_of_what_is_practised(practice: Any) -> None:
    with pytest.raises(WrongAddress) as wrong:
        checked_address("https://agency.example/nieuws")
    assert wrong.value.why == "practice"
    assert checked_address("http://127.0.0.1:9/") == "http://127.0.0.1:9"


def test_an_address_that_was_set_before_is_not_called_either(practice: Any) -> None:
    from portal.cases.models import Webhook

    with pytest.raises(Misconfigured, match="a place to practise"):
        _call(Webhook(agency="svb", address="https://agency.example/"))


# --- People ----------------------------------------------------------------------------------------


def test_nobody_real_is_known_there(db: None, practice: Any) -> None:
    assert find_or_create_citizen(NOOR_BSN).pk
    with pytest.raises(InvalidBsn):
        find_or_create_citizen(REAL_BSN)
    assert find_or_create_citizens([REAL_BSN, NOOR_BSN]).keys() == {NOOR_BSN}
    assert Citizen.objects.count() == 1


def test_a_real_number_that_is_typed_is_refused_in_words(practice: Any) -> None:
    field = BsnField()
    assert field.clean(NOOR_BSN) == NOOR_BSN
    with pytest.raises(ValidationError, match="Vul hier nooit het nummer van een echt mens in"):
        field.clean(REAL_BSN)
    practice.PRACTICE = False
    assert field.clean(REAL_BSN) == REAL_BSN


def test_a_real_number_logs_nobody_in(practice: Any) -> None:
    provider = login_providers()["digid"]
    claims = {"sub": "s", "acr": "midden", "bsn": REAL_BSN}
    with pytest.raises(LoginFailed):
        read_identity(provider, claims)
    assert read_identity(provider, {**claims, "bsn": NOOR_BSN}).bsn == NOOR_BSN


# --- The database ----------------------------------------------------------------------------------


@pytest.fixture
def unknown(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """This process found out nothing yet, and a refused connection stays open, as the test needs it."""
    monkeypatch.setattr(place._Kept, "right", set())
    monkeypatch.setattr(place._Kept, "must_say", False)
    monkeypatch.setattr(connection, "close", lambda: None)


@pytest.mark.parametrize("is_practice", [True, False])
def test_a_database_says_what_it_is_for(unknown: None, settings: Any, is_practice: bool) -> None:
    Place.objects.update_or_create(pk=1, defaults={"is_practice": is_practice})
    assert kind_of(connection) is is_practice
    settings.PRACTICE = is_practice
    look(connection=connection)
    assert place._Kept.right


@pytest.mark.parametrize("is_practice", [True, False])
def test_a_database_for_something_else_is_refused(unknown: None, settings: Any, is_practice: bool) -> None:
    Place.objects.update_or_create(pk=1, defaults={"is_practice": is_practice})
    settings.PRACTICE = not is_practice
    with pytest.raises(WrongPlace, match="choose another one in DATABASE_URL"):
        look(connection=connection)
    assert not place._Kept.right


def test_one_that_says_nothing_is_for_commands_only(
    unknown: None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    Place.objects.all().delete()
    settings.PRACTICE = True
    look(connection=connection)
    monkeypatch.setattr(place._Kept, "must_say", True)
    with pytest.raises(WrongPlace, match="migrate"):
        look(connection=connection)


def test_a_database_with_somebody_real_never_becomes_one_to_practise_in(db: None, settings: Any) -> None:
    migration = import_module("portal.practice.migrations.0001_place")
    Place.objects.all().delete()
    make_citizen(NOOR_BSN)
    real = find_or_create_citizen(REAL_BSN)
    settings.PRACTICE = True
    with pytest.raises(WrongPlace):
        migration.say_what_it_is_for(apps, None)
    assert not Place.objects.exists()
    real.delete()
    migration.say_what_it_is_for(apps, None)
    assert Place.objects.get().is_practice


def test_nor_does_one_that_other_keys_closed(db: None, settings: Any) -> None:
    migration = import_module("portal.practice.migrations.0001_place")
    Place.objects.all().delete()
    Citizen.objects.filter(pk=make_citizen(NOOR_BSN).pk).update(bsn=b"\x01" + b"x" * 60)
    settings.PRACTICE = True
    with pytest.raises(WrongPlace):
        migration.say_what_it_is_for(apps, None)


# --- The processes themselves ----------------------------------------------------------------------


def web() -> list[str]:
    return ["-m", "gunicorn", "portal.wsgi:application", "--bind", f"{IPV4}:{free_port()}", "--preload"]


def worker() -> list[str]:
    return ["-m", "celery", "--app", "portal.celery", "worker", "--pool", "solo", "--loglevel", "INFO"]


def check() -> list[str]:
    return ["manage.py", "check"]


_MAIL: Final = ({"EMAIL_URL": "smtp+tls://mail.example:587"}, "EMAIL_URL")
_REGISTERS: Final = ({"SANDBOX_URL": "https://zandbak.example"}, "does not lead to the sandbox")


@pytest.mark.parametrize(
    ("command", "setting", "said"),
    [(web, *_MAIL), (worker, *_MAIL), (check, *_MAIL), (web, *_REGISTERS), (worker, *_REGISTERS)],
)
def test_no_process_starts_with_anything_real(
    command: Callable[[], list[str]], setting: dict[str, str], said: str
) -> None:
    sandbox = os.environ["SANDBOX_URL"]
    practice = {
        "PRACTICE": "true",
        "SAML_IDP_ENTITY_ID": "",
        "EMAIL_URL": "consolemail://",
        "OIDC_SERVER_URL": setting.get("SANDBOX_URL", sandbox),
    }
    ended = subprocess.run(
        [sys.executable, *command()],
        cwd=ROOT,
        env=os.environ | new_secrets() | practice | setting,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert ended.returncode != 0
    assert said in ended.stdout + ended.stderr
