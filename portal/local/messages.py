"""Which texts of the portal want a translation, found without gettext: templates and Python code.

`python -m portal.local.messages` brings the English file up to date: new texts are added with an empty
translation, texts that are gone are taken out, translations stay as they are.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
from django.conf import settings
from django.utils.translation.template import templatize

from portal.local.environment import ROOT

TRANSLATED = ROOT / "portal" / "locale" / "en" / "LC_MESSAGES" / "django.po"
"""The English file."""

Message = tuple[str, str]
"""The Dutch text, and its plural ("" where it has none)."""

_MODULE = "django.utils.translation"
_SINGLE = frozenset({"gettext", "gettext_lazy", "gettext_noop"})
_PLURAL = frozenset({"ngettext", "ngettext_lazy"})
_STRING = r"u?('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
# What `templatize` makes of the tags: a call for each text, and letters in place of the rest.
_CALL = re.compile(rf" (n?)gettext\({_STRING}(?:, {_STRING}, ?count)?\) ")
_UNDERSCORE = re.compile(rf" _\({_STRING}\) ")
_HEADER = {
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Language": "en",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
}


def all_messages(root: Path = ROOT) -> dict[Message, list[str]]:
    """Every text that wants a translation, with the files it stands in, relative to `root`."""
    found: dict[Message, list[str]] = {}
    for path in (*sorted((root / "portal").rglob("*.py")), *sorted((root / "templates").rglob("*.html"))):
        read = in_python if path.suffix == ".py" else in_template
        for message in dict.fromkeys(read(path.read_text(encoding="utf-8"))):
            found.setdefault(message, []).append(path.relative_to(root).as_posix())
    return found


def in_python(code: str) -> Iterator[Message]:
    """The texts that this code gives to gettext, under whatever name it imports that.

    Raises `ValueError` for a text that is not written there in full: gettext would never find it.
    """
    if _MODULE not in code:
        return
    nodes = list(ast.walk(ast.parse(code)))
    names = dict(_imported(nodes))
    for call in (node for node in nodes if isinstance(node, ast.Call)):
        function = names.get(call.func.id, "") if isinstance(call.func, ast.Name) else ""
        if function in _SINGLE:
            yield _text(call.args[0]), ""
        elif function in _PLURAL:
            yield _text(call.args[0]), _text(call.args[1])


def in_template(source: str) -> Iterator[Message]:
    """The texts in `translate`, `blocktranslate` and `_()` of a template."""
    if not settings.configured:
        settings.configure()
    code = templatize(source)
    for match in _CALL.finditer(code):
        yield ast.literal_eval(match[2]), ast.literal_eval(match[3]) if match[1] else ""
    for match in _UNDERSCORE.finditer(code):
        yield ast.literal_eval(match[1]), ""


def update(path: Path = TRANSLATED, root: Path = ROOT) -> list[Message]:
    """Brings the file up to date, and returns what has no translation yet."""
    before = polib.pofile(str(path)) if path.exists() else []
    known = {(entry.msgid, entry.msgid_plural): entry for entry in before}
    file = polib.POFile(wrapwidth=100)
    file.metadata = dict(_HEADER)
    for message, files in sorted(all_messages(root).items(), key=lambda item: (item[1], item[0])):
        file.append(_entry(message, files, known.get(message)))
    path.parent.mkdir(parents=True, exist_ok=True)
    file.save(str(path))
    return [(entry.msgid, entry.msgid_plural) for entry in file if not entry.translated()]


def _imported(nodes: list[ast.AST]) -> Iterator[tuple[str, str]]:
    """The names under which a module knows Django's translation functions."""
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module == _MODULE:
            yield from ((alias.asname or alias.name, alias.name) for alias in node.names)


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    raise ValueError(f"line {node.lineno}: give gettext the text itself, in quotes")


def _entry(message: Message, files: list[str], known: polib.POEntry | None) -> polib.POEntry:
    text, plural = message
    entry = polib.POEntry(msgid=text, occurrences=[(name, "") for name in files])
    if "%(" in text:
        entry.flags.append("python-format")
    if plural:
        entry.msgid_plural = plural
        entry.msgstr_plural = known.msgstr_plural if known else {0: "", 1: ""}
    else:
        entry.msgstr = known.msgstr if known else ""
    return entry


if __name__ == "__main__":
    for text, _plural in update():
        print(text)
