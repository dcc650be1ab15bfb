"""Ports, servers and keys of one machine."""

from __future__ import annotations

import base64
import json
import os
import socket
from pathlib import Path

import polib
import psycopg
import pytest
import yaml

from portal.local import ports
from portal.local.back_offices import BACK_OFFICES
from portal.local.environment import kept_secrets, write_connectors
from portal.local.postgres import Postgres, place_for
from portal.local.processes import LocalError, stop_all
from portal.local.temporary import TemporaryServers
from portal.local.translations import compile_all


def test_a_port_somebody_listens_on_is_not_free() -> None:
    with socket.create_server((ports.IPV4, 0)) as server:
        port = server.getsockname()[1]
        assert not ports.is_free(port)
    assert ports.is_free(port)


def test_a_port_that_is_taken_on_ipv6_only_is_not_free() -> None:
    if ports.IPV6 not in ports.loopback_addresses():
        assert ports.bind_options(80) == ["--bind", "127.0.0.1:80"]
        return
    with socket.create_server((ports.IPV6, 0), family=socket.AF_INET6) as server:
        assert not ports.is_free(server.getsockname()[1])
    assert ports.bind_options(80) == ["--bind", "127.0.0.1:80", "--bind", "[::1]:80"]


def test_nothing_that_listens_does_not_answer() -> None:
    assert not ports.answers(ports.free_port(), "/", host="localhost")


def test_temporary_servers_work_and_leave_no_folder() -> None:
    with TemporaryServers() as servers:
        folder = servers.folder
        servers.postgres.create_database("portal")
        servers.postgres.create_database("portal")  # twice is fine
        with psycopg.connect(servers.environment()["DATABASE_URL"]) as connection:
            assert connection.execute("SELECT lower('É') || current_database()").fetchone() == ("éportal",)
        assert not servers.valkey.has_worker()
    assert not folder.exists()


def test_data_survives_a_restart(open_folder: Path) -> None:
    for value in ("first", "second"):
        server = Postgres(open_folder / "postgres", logs=open_folder)
        server.prepare()
        process = server.start()
        server.wait()
        try:
            server.create_database("kept")
            with psycopg.connect(server.url("kept")) as connection:
                connection.execute("CREATE TABLE IF NOT EXISTS note (text text)")
                connection.execute("INSERT INTO note VALUES (%s)", [value])
                found = connection.execute("SELECT text FROM note").fetchall()
        finally:
            stop_all([process])
            server.tidy()
    assert found == [("first",), ("second",)]


def test_no_value_stands_in_its_log(open_folder: Path) -> None:
    """Not of a statement that fails, not of one that is cut off, and not of a key that is there already."""
    server = Postgres(open_folder / "postgres", logs=open_folder)
    server.prepare()
    process = server.start()
    server.wait()
    try:
        with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
            connection.execute("CREATE TABLE person (bsn text UNIQUE)")
            connection.execute("INSERT INTO person VALUES ('999990019')")
            for bad in ("INSERT INTO person VALUES ('999990019')", "SELECT 1/0, '999990019'"):
                with pytest.raises(psycopg.Error):
                    connection.execute(bad)
            with pytest.raises(psycopg.errors.UniqueViolation):
                connection.execute("INSERT INTO person VALUES (%s)", ["999990019"])
            with pytest.raises(psycopg.OperationalError):
                connection.execute("SELECT pg_terminate_backend(pg_backend_pid()), '999990019'")
    finally:
        stop_all([process])
        server.tidy()
    log = (open_folder / "postgres.log").read_text()
    assert "duplicate key value violates unique constraint" in log
    assert "terminating connection" in log
    assert "999990019" not in log


def test_data_of_another_version_is_refused(open_folder: Path) -> None:
    server = Postgres(open_folder / "postgres", logs=open_folder)
    server.data.mkdir(parents=True)
    (server.data / "PG_VERSION").write_text("9\n")

    with pytest.raises(LocalError, match="make demo-reset"):
        server.prepare()


def test_a_folder_that_others_cannot_enter_gets_another_place(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    wanted = closed / "postgres"

    assert place_for(wanted, must_be_open=False) == wanted
    place = place_for(wanted, must_be_open=True)

    try:
        assert closed not in place.parents
        assert place == place_for(wanted, must_be_open=True)
        assert place.stat().st_uid == os.geteuid()
    finally:
        place.rmdir()


def test_secrets_are_made_once_and_closed_to_others(tmp_path: Path) -> None:
    first = kept_secrets(tmp_path)

    assert kept_secrets(tmp_path) == first
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert len(base64.b64decode(first["HMAC_KEY"])) == len(base64.b64decode(first["MASTER_KEYS"])) == 32


def test_a_secret_that_an_older_demo_lacks_is_added(tmp_path: Path) -> None:
    first = kept_secrets(tmp_path)
    path = tmp_path / "secrets.json"
    older = {name: value for name, value in first.items() if name != "ZGW_SECRET"}
    path.write_text(json.dumps(older))

    second = kept_secrets(tmp_path)

    assert older.items() <= second.items()
    assert len(second["ZGW_SECRET"]) >= 32
    assert kept_secrets(tmp_path) == second
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_connector_settings_name_no_secret(tmp_path: Path) -> None:
    path = write_connectors(tmp_path, sandbox_url="http://127.0.0.1:9")

    settings = yaml.safe_load(path.read_text())

    assert settings["sources"]["brp"] == {
        "url": "http://127.0.0.1:9/haalcentraal/api/brp",
        "api_key": "${BRP_API_KEY}",
    }
    for name in ("polis", "bri", "rdw", "lrk", "svb", "duo"):
        assert settings["sources"][name] == {
            "url": f"http://127.0.0.1:9/registers/{name}",
            "api_key": "${REGISTERS_API_KEY}",
        }
    assert settings["destinations"]["svb"] == {"connector": "hold"}


def test_each_agency_of_the_demo_is_reached_by_the_system_that_it_has(tmp_path: Path) -> None:
    path = write_connectors(tmp_path, sandbox_url="http://127.0.0.1:9", back_offices=BACK_OFFICES)

    settings = yaml.safe_load(path.read_text())["destinations"]

    assert {agency: one["connector"] for agency, one in settings.items()} == {
        "gemeente-waterstad": "zgw",
        "gemeente-heidedorp": "hold",
        "gemeente-polderveen": "zgw",
        "gemeente-duinzicht": "rest",
        **dict.fromkeys(("svb", "uwv", "dienst-toeslagen", "belastingdienst", "rdw", "duo"), "hold"),
        "levensloket": "hold",
    }
    waterstad, polderveen, duinzicht = (
        settings[f"gemeente-{name}"] for name in ("waterstad", "polderveen", "duinzicht")
    )
    assert waterstad["zaken_url"] == "http://127.0.0.1:9/zgw/gemeente-waterstad/zaken/api/v1"
    odd = "http://127.0.0.1:9/zgw/gemeente-polderveen/dienstverlening/rest"
    assert polderveen["zaken_url"] == f"{odd}/zaken/v1"
    assert polderveen["catalogi_url"] == f"{odd}/catalogi/v1"
    assert polderveen["documenten_url"] == f"{odd}/documenten/v1"
    assert waterstad["besluiten_url"] == "http://127.0.0.1:9/zgw/gemeente-waterstad/besluiten/api/v1"
    assert polderveen["rsin"] == "999190039"
    assert duinzicht["url"] == "http://127.0.0.1:9/intake/gemeente-duinzicht/v1"
    assert duinzicht["secret"] == "${INTAKE_SECRET}"


def test_translations_are_compiled_when_they_changed(tmp_path: Path) -> None:
    source = tmp_path / "en" / "django.po"
    source.parent.mkdir()
    source.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "ja"\nmsgstr "yes"\n'
    )

    assert compile_all(tmp_path) == [source.with_suffix(".mo")]
    assert compile_all(tmp_path) == []
    assert polib.mofile(str(source.with_suffix(".mo")))[0].msgstr == "yes"
