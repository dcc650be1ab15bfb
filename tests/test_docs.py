"""The documents keep up with the code: a setting, a command or a key that nobody wrote down fails here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from connectors.registry import Registration, find
from lifeevents.catalogue import load_catalogue
from lifeevents.register import as_markdown, processing_register
from portal.marked_text import between_marks

ROOT = Path(__file__).resolve().parents[1]
SETTINGS = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
READ = re.compile(r'env\.\w+\(\s*"([A-Z_]+)"')
IN_A_TABLE = re.compile(r"^\| `([A-Z_]+)` \|", re.MULTILINE)
APPEND_ONLY = re.compile(r'append_only\("(\w+)"\)')


def test_every_setting_is_written_down_and_no_other() -> None:
    files = (ROOT / "portal" / name for name in ("settings.py", "login_settings.py"))
    code = "\n".join(file.read_text(encoding="utf-8") for file in files)
    assert set(READ.findall(code)) == set(IN_A_TABLE.findall(SETTINGS))


@pytest.mark.parametrize(
    ("folder", "document", "call"),
    [
        ("portal", "docs/commands.md", "manage.py {name}"),
        ("connectors/sandbox", "connectors/sandbox/README.md", "python -m connectors.sandbox {name}"),
    ],
)
def test_every_command_is_written_down(folder: str, document: str, call: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    commands = [path.stem for path in (ROOT / folder).rglob("management/commands/[a-z]*.py")]
    assert commands
    assert [name for name in commands if call.format(name=name) not in text] == []


@pytest.mark.parametrize(
    "connector",
    [*find("sources").values(), *find("destinations").values()],
    ids=lambda connector: f"{connector.kind}-{connector.name}",
)
def test_every_key_of_a_connector_is_written_down(connector: Registration) -> None:
    readme = (ROOT / "connectors" / "README.md").read_text(encoding="utf-8")
    named = f"{connector.kind.removesuffix('s')} `{connector.name}`"
    keys = _keys(readme, named if connector.has_code else "source without code")
    assert keys == set(connector.settings)
    assert f"`{connector.name}`" in readme


def test_links_between_documents_lead_somewhere() -> None:
    for document in _documents():
        for target in re.findall(r"\]\(([^)#:]+)\)|src=\"([^\":]+)\"", document.read_text(encoding="utf-8")):
            path = document.parent / "".join(target)
            assert path.exists(), f"{document.relative_to(ROOT)}: {''.join(target)}"


def test_pictures_are_small() -> None:
    heavy = [path.name for path in (ROOT / "docs").rglob("*.png") if path.stat().st_size > 150_000]
    assert heavy == []


@pytest.mark.django_db
def test_the_rights_in_the_document_protect_what_is_append_only() -> None:
    tables = {
        name
        for path in (ROOT / "portal").rglob("migrations/*.py")
        for name in APPEND_ONLY.findall(path.read_text(encoding="utf-8"))
    }
    (statements,) = re.findall(r"```sql\n(.*?)```", SETTINGS, re.DOTALL)
    with connection.cursor() as cursor:
        # The role goes with the transaction of this test.
        cursor.execute("CREATE ROLE levensloket_web")
        cursor.execute(statements)
        cursor.execute("SET LOCAL ROLE levensloket_web")
        cursor.execute("DELETE FROM django_session")
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - a name from our own migrations
            for verb in ("DELETE FROM", "TRUNCATE"):
                with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                    cursor.execute(f"{verb} {table}")


def _keys(readme: str, connector: str) -> set[str]:
    """The keys in the rows of the table from this connector's name up to the next one's."""
    lines = iter(readme.splitlines())
    found: set[str] = set()
    for line in lines:
        if line.startswith(f"| {connector} |"):
            found |= _key_of(line)
            for more in lines:
                if not more.startswith("| |"):
                    return found
                found |= _key_of(more)
    return found


def _key_of(row: str) -> set[str]:
    return set(re.findall(r"`(\w+)`", row.split("|")[2]))


def _documents() -> list[Path]:
    folders = ("docs", "portal", "lifeevents", "connectors")
    return [*ROOT.glob("*.md"), *(path for folder in folders for path in (ROOT / folder).rglob("*.md"))]


def test_the_register_of_processing_activities_is_that_of_the_catalogue() -> None:
    document = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")
    now = as_markdown(processing_register(load_catalogue()))
    assert between_marks(document, "register") == now, "run `manage.py privacy_register --write`"


def test_the_register_leaves_no_activity_out() -> None:
    found = load_catalogue()
    activities = {one.activity.id for one in found.services.values()}
    activities |= {one.activity.id for one in found.corrections.values()} | set(found.activities)
    assert {one.activity.id for one in processing_register(found)} == activities
    text = as_markdown(processing_register(found))
    assert [one.id for one in found.services.values() if one.title.en not in text] == []
