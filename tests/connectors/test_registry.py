"""The settings file and the manifests: what they set up, and how every mistake in them is pointed at."""

from __future__ import annotations

from pathlib import Path

import pytest

import connectors
from connectors.base import Source
from connectors.registry import ConfigError, Limits, find, load, read_manifest

GOOD = """\
sources:
  brp:
    url: http://127.0.0.1:8001/haalcentraal/api/brp
    api_key: ${BRP_API_KEY}
destinations:
  svb: {connector: hold}
  gemeente-waterstad: {connector: hold}
"""
SECRET = "geheim-1234"


def write(folder: Path, text: str) -> Path:
    file = folder / "connectors.yaml"
    file.write_text(text)
    return file


def test_a_settings_file_sets_up_sources_and_destinations(tmp_path: Path) -> None:
    found = load(str(write(tmp_path, GOOD)), {"BRP_API_KEY": SECRET})
    assert found.source("brp") is found.sources["brp"]
    assert isinstance(found.source("brp"), Source)
    assert found.fields_of("brp")[0] == "brp.name"
    svb, waterstad = found.destination("svb"), found.destination("gemeente-waterstad")
    assert svb is not None
    assert svb is not waterstad
    assert svb.pulls
    assert found.destination("gemeente-elders") is None
    assert SECRET not in repr(found)
    with pytest.raises(KeyError):
        found.source("bag")


REST = """\
destinations:
  svb:
    connector: rest
    url: http://127.0.0.1:8001/intake
    key_id: ons
    secret: ${SECRET}
"""


def test_what_an_agency_takes_at_once_is_set_beside_its_address(tmp_path: Path) -> None:
    environment = {"SECRET": SECRET * 4}
    usual = load(write(tmp_path, REST), environment).limits_of("svb")
    assert usual == Limits() == load(write(tmp_path, REST), environment).limits_of("elsewhere")
    more = f"{REST}    max_in_flight: 7\n    reads_a_minute: '30'\n"
    assert load(write(tmp_path, more), environment).limits_of("svb") == Limits(7, 30)


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "many", "1001", "''"])
def test_a_limit_that_is_no_number_from_one_up_is_pointed_at(tmp_path: Path, value: str) -> None:
    file = write(tmp_path, f"{REST}    max_in_flight: {value}\n")
    with pytest.raises(ConfigError, match=r":7: 'max_in_flight' must be a whole number from 1 to 1000"):
        load(file, {"SECRET": SECRET * 4})


def test_what_stays_in_the_portal_has_nothing_to_limit(tmp_path: Path) -> None:
    text = "destinations:\n  svb: {connector: hold, max_in_flight: 3}\n"
    with pytest.raises(ConfigError, match="'max_in_flight' is not a key"):
        load(write(tmp_path, text), {})


def test_the_environment_of_the_process_is_used_by_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRP_API_KEY", SECRET)
    assert load(write(tmp_path, GOOD)).sources.keys() == {"brp"}


def test_no_source_and_no_destination_may_be_set_up(tmp_path: Path) -> None:
    found = load(write(tmp_path, "sources:\ndestinations: {}\n"), {})
    assert (found.sources, found.destinations) == ({}, {})


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("sources:", "source:", 1, "'source' is not a key of the file"),
        ("  brp:", "  kvk:", 2, "there is no connector 'kvk' in sources: choose one of "),
        ("    url:", "    ulr:", 3, "'ulr' is not a key of connector 'brp'"),
        ("    api_key: ${BRP_API_KEY}\n", "", 2, "'api_key' is missing"),
        ("${BRP_API_KEY}", "${OTHER_KEY}", 4, "environment variable OTHER_KEY is not set"),
        ("${BRP_API_KEY}", "${BRP-API-KEY}", 4, "'${' must be followed by the name"),
        ("${BRP_API_KEY}", "", 4, "'api_key' must have a value"),
        ("${BRP_API_KEY}", "''", 4, "'api_key' is empty"),
        ("${BRP_API_KEY}", "[a]", 4, "'api_key' must have a value"),
        ("http://127.0.0.1:8001/", "http://brp.test/", 2, "must be https"),
        ("${BRP_API_KEY}", "${BRP_API_KEY}\n    deadline: soon", 5, "'deadline' must be seconds"),
        ("${BRP_API_KEY}", "${BRP_API_KEY}\n    deadline: nan", 5, "'deadline' must be seconds"),
        ("${BRP_API_KEY}", "${BRP_API_KEY}\n    deadline: 0", 5, "'deadline' must be seconds"),
        ("${BRP_API_KEY}", "${BRP_API_KEY}\n    ca_file: none.pem", 2, "does not exist"),
        ("${BRP_API_KEY}", "${BRP_API_KEY}\n    api_key: x", 5, "'api_key' stands twice"),
        ("svb: {connector: hold}", "svb: {connector: fax}", 6, "there is no connector 'fax' in destinations"),
        ("svb: {connector: hold}", "svb: {}", 6, "'svb' needs 'connector': one of hold"),
        ("svb: {connector: hold}", "svb: hold", 6, "'svb' must be a mapping"),
        ("svb: {connector: hold}", "svb: {connector: hold, url: x}", 6, "'url' is not a key"),
        ("svb: {connector: hold}", "svb: {connector: hold", 7, "not valid YAML"),
        ("svb: {connector: hold}", "[svb]: {connector: hold}", 6, "must be a word"),
        ("sources:", "- sources:", None, "connectors.yaml"),
    ],
)
def test_a_mistake_is_pointed_at(tmp_path: Path, old: str, new: str, line: int | None, message: str) -> None:
    assert old in GOOD
    file = write(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(ConfigError) as caught:
        load(file, {"BRP_API_KEY": SECRET})
    assert message in str(caught.value)
    if line is not None:
        assert str(caught.value).startswith(f"{file}:{line}: ")
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "key", ["geheim\n1234", "geheim\u20ac1234"], ids=["two lines", "a sign that no header can hold"]
)
def test_a_key_that_cannot_work_is_not_shown(tmp_path: Path, key: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(write(tmp_path, GOOD), {"BRP_API_KEY": key})
    assert ":2: connector 'brp' cannot work so" in str(caught.value)
    assert "1234" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "message"), [(b"", "is empty"), (b"# nothing\n", "is empty"), (b"\xff\xfe\xff", "no text")]
)
def test_a_file_without_settings_is_named(tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / "connectors.yaml"
    file.write_bytes(content)
    with pytest.raises(ConfigError, match=message):
        load(file, {})


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.yaml: cannot be read"):
        load(tmp_path / "none.yaml", {})


def test_every_folder_is_a_connector() -> None:
    for kind in ("sources", "destinations"):
        folder = Path(connectors.__file__).parent / kind
        folders = {path.name for path in folder.iterdir() if path.is_dir() and path.name != "__pycache__"}
        assert folders == set(find(kind))


MANIFEST = """\
class: source.BrpSource
title: {nl: Register, en: Register}
contract: standard
specification: something
settings:
  url: {kind: url, about: where}
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("contract: standard\n", "", 1, "'contract' is missing"),
        ("title: {nl: Register, en: Register}\n", "", 1, "'title' is missing"),
        ("nl: Register, ", "", 2, "'title' has no 'nl'"),
        ("class: source.BrpSource\n", "", 1, "'class' is missing: add it, or 'rest'"),
        ("standard", "guessed", 3, "'contract' is one of standard, assumed, own"),
        ("source.BrpSource", "source.Nothing", 1, "'class' cannot be imported"),
        ("source.BrpSource", "nowhere.BrpSource", 1, "'class' cannot be imported"),
        ("source.BrpSource", "source.Client", 1, "'class' must be a Source"),
        ("specification:", "spec:", 4, "'spec' is not a key of a manifest"),
        ("kind: url", "kind: uri", 6, "'kind' is one of url"),
        (", about: where", "", 6, "setting 'url' needs 'kind' and 'about'"),
    ],
)
def test_a_mistake_in_a_manifest_is_pointed_at(
    tmp_path: Path, old: str, new: str, line: int, message: str
) -> None:
    file = tmp_path / "brp" / "manifest.yaml"
    file.parent.mkdir()
    file.write_text(MANIFEST.replace(old, new))
    with pytest.raises(ConfigError) as caught:
        read_manifest("sources", file)
    assert str(caught.value).startswith(f"{file}:{line}: ")
    assert message in str(caught.value)
