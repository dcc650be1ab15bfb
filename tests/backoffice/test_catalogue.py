"""The editor reads every service as people see it, and which requests still run on an older version."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.test import Client

import portal.catalogue
from lifeevents.catalogue import ROOT
from portal.cases.models import Case, Journey, Phase
from portal.cases.reading.versions import older_versions
from portal.catalogue import catalogue
from portal.ledger.keys import content_hash
from portal.people.models import User
from tests.cases.steps import submitted
from tests.cast import Cast, actor, logged_in, make_cast
from tests.registers import Register


@pytest.fixture
def cast(db: None, register: Register) -> Cast:
    return make_cast()


@pytest.fixture
def editor(cast: Cast) -> Client:
    return logged_in(cast.editor)


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_service_has_a_page_with_what_it_asks_and_where_the_rest_comes_from(editor: Client) -> None:
    listed = page(editor, "/medewerker/catalogus/")
    for service in catalogue().services.values():
        assert f'href="/medewerker/catalogus/{service.id}/"' in listed
        shown = page(editor, f"/medewerker/catalogus/{service.id}/")
        for name in service.needs:
            assert f"<code>{name}</code>" in shown
        for group in service.ask:
            for question in group.questions:
                assert f"<code>{question.id}</code>" in shown
        assert ("Nog na te kijken" in shown) is (not service.verified)


def test_a_rule_reads_as_a_tree_with_its_articles(editor: Client) -> None:
    shown = page(editor, "/medewerker/catalogus/zorgtoeslag/")
    assert "Wie het kan krijgen" in shown
    assert "is hooguit grens van het vermogen zonder partner" in shown
    assert "(Wzt 3(1))" in shown
    assert "De regel zegt niets als dit zo is: u had dit jaar meer dan één toeslagpartner" in shown
    for_whom = page(editor, "/medewerker/catalogus/parkeervergunning/")
    assert "Voor wie het is" in for_whom
    assert "Dat betekent: er staat een voertuig op uw naam." in for_whom


def test_the_amount_is_a_tree_too_and_each_figure_says_since_when_and_whether_it_was_read(
    editor: Client,
) -> None:
    shown = page(editor, "/medewerker/catalogus/zorgtoeslag/").replace("\N{SOFT HYPHEN}", "")
    assert "Hoeveel het is" in shown
    rows = dict(re.findall(r'<th scope="row"[^>]*>([^<]*)</th>(.*?)</tr>', shown, re.S))
    assert "nog niet nagelezen" in rows["standaardpremie"]
    assert "vanaf 1 januari 2025" in rows["standaardpremie"]
    share = rows["deel van het inkomen daarboven"]
    assert ("0.137" in share, "nog niet nagelezen" in share) == (True, False)
    assert "tot en met 31 december 2027" in page(editor, "/medewerker/catalogus/aow/")
    assert "Cijfers" not in page(editor, "/medewerker/catalogus/verhuismelding/")


def test_a_figure_that_is_over_is_said_to_be_missing(editor: Client) -> None:
    with time_machine.travel("2028-01-02T12:00+01:00", tick=True):
        editor = logged_in(User.objects.get(role="editor"))
        shown = page(editor, "/medewerker/catalogus/aow/")
    assert "Voor vandaag is er geen cijfer." in shown


def test_what_nobody_checked_stands_on_the_editors_list_and_on_no_page_of_citizens(
    editor: Client, cast: Cast
) -> None:
    note = next(one.note for one in catalogue().services.values() if not one.verified)
    assert note in page(editor, "/medewerker/catalogus/").replace("&#x27;", "'").replace("&quot;", '"')
    noor = logged_in(cast.citizen)
    for slug in catalogue().events:
        assert note not in page(noor, f"/levensgebeurtenissen/{slug}/")


def _on_an_older_version(case: Case) -> None:
    """As if it had begun when child benefit had another name, and asked for no bank account."""
    journey = case.journey
    for one in journey.definitions:
        if one["id"] == "kinderbijslag":
            one["title"]["nl"] = "Bijslag"
            one["penalty"] = False
    journey.definitions_hash = content_hash(journey.definitions)
    journey.save()


def test_open_requests_on_an_older_version_are_counted_with_what_is_other(editor: Client, cast: Cast) -> None:
    cases = submitted(actor(cast.citizen))
    submitted(actor(cast.neighbour))
    assert "Alle open aanvragen lopen op de versie van nu." in page(
        editor, "/medewerker/catalogus/kinderbijslag/"
    )
    _on_an_older_version(cases["kinderbijslag"])
    shown = page(editor, "/medewerker/catalogus/kinderbijslag/")
    assert "1 open aanvraag" in shown
    assert "svb: 1" in shown
    assert "~ title.nl: Bijslag → Kinderbijslag" in shown
    assert "~ penalty: False → True" in shown
    assert cases["kinderbijslag"].reference not in shown
    # The birth itself is as it was, and what is closed runs on nothing any more.
    assert "lopen op de versie van nu" in page(editor, "/medewerker/catalogus/geboorteaangifte/")
    Case.objects.filter(pk=cases["kinderbijslag"].pk).update(phase=Phase.DONE)
    assert older_versions(catalogue().services) == {}


def test_many_requests_of_one_version_are_one_line(cast: Cast) -> None:
    cases = [submitted(actor(user))["kinderbijslag"] for user in (cast.citizen, cast.neighbour)]
    for case in cases:
        _on_an_older_version(case)
    (version,) = older_versions(catalogue().services)["kinderbijslag"]
    assert version.count == 2
    assert Journey.objects.values("definitions_hash").distinct().count() == 1


# --- While the portal runs --------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The portal reads a catalogue of its own, and reads it again when it changes."""
    copied = tmp_path / "catalogue"
    shutil.copytree(ROOT, copied, ignore=shutil.ignore_patterns("*.py", "__pycache__", "schemas", "*.json"))
    settings.CATALOGUE_FOLDER, settings.CATALOGUE_RELOAD = str(copied), True
    monkeypatch.setattr(portal.catalogue, "_LOOK_SECONDS", 0.0)
    catalogue()
    yield copied
    portal.catalogue.forget()
    portal.catalogue._Watch.problems = ()


def _change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    told = file.stat()
    os.utime(file, ns=(told.st_atime_ns, told.st_mtime_ns + 1_000_000_000))


def test_a_changed_file_is_in_use_and_a_wrong_one_is_kept_out_and_said(folder: Path, editor: Client) -> None:
    file = folder / "services" / "zorgtoeslag.yaml"
    _change(file, "nl: Zorgtoeslag", "nl: Toeslag voor zorg")
    assert "Toeslag voor zorg" in page(editor, "/medewerker/catalogus/")
    _change(file, "level: midden", "level: maan")
    shown = page(editor, "/medewerker/catalogus/")
    assert "Toeslag voor zorg" in shown
    assert "zorgtoeslag.yaml:" in shown
    assert "Het portaal gebruikt nog de vorige." in shown
    _change(file, "level: maan", "level: midden")
    assert "Het portaal gebruikt nog de vorige." not in page(editor, "/medewerker/catalogus/")


def test_without_that_setting_a_running_portal_keeps_what_it_read(
    folder: Path, settings: LazySettings
) -> None:
    settings.CATALOGUE_RELOAD = False
    _change(folder / "services" / "zorgtoeslag.yaml", "nl: Zorgtoeslag", "nl: Toeslag voor zorg")
    assert catalogue().services["zorgtoeslag"].title.nl == "Zorgtoeslag"


# --- The command ------------------------------------------------------------------------------------


def _told(*words: str) -> str:
    out = StringIO()
    call_command("catalogue", *words, stdout=out)
    return out.getvalue()


def test_the_command_begins_shows_and_compares(folder: Path) -> None:
    root = f"--root={folder}"
    begun = _told("new-service", "energietoeslag", "--agency=uwv", "--event=schulden", root)
    assert begun.splitlines()[0].endswith("services/energietoeslag.yaml")
    assert _told("new-event", "verbouwen", "--service=energietoeslag", root).endswith("verbouwen.yaml\n")
    assert "no problems" in _told("check", root)
    assert "NOT VERIFIED" in _told("show", "energietoeslag", root)
    assert "[ ] energietoeslag: Energietoeslag" in _told("show", "verbouwen", root)
    assert "services/energietoeslag\n  + : energietoeslag" in _told("diff", str(ROOT), root)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["show", "maan"], "no service and no life event"),
        (["show"], "takes one name"),
        (["new-service", "zorgtoeslag", "--agency=uwv"], "there already"),
        (["new-service", "iets", "--agency=maan"], "'maan' is not in the catalogue"),
        (["new-event", "iets", "--service=maan"], "'maan' is not in the catalogue"),
    ],
)
def test_the_command_says_what_is_wrong(folder: Path, words: list[str], told: str) -> None:
    with pytest.raises(CommandError, match=told):
        _told(*words, f"--root={folder}")
