"""Mistakes in the shape of the small catalogue, each in one place.

By name: the file, the text to replace, its replacement, how the line to be named begins after that
(indent aside), and words that the message must hold.
"""

from __future__ import annotations

from tests.lifeevents.tree import BENEFIT, BIRTH, CHILD, REG, TOWN

Mistake = tuple[str, str, str, str, str]

_FIELD = "{subject: home, max_age: 1, label: {nl: a, en: a}}"
_LIST = "services:\n  - birth\n  - benefit"

SHAPE: dict[str, Mistake] = {
    "unknown key": (BIRTH, "noun:", "nown: x\nnoun:", "nown", "unknown key 'nown'"),
    "unknown key deep down": (BIRTH, "not_future: true", "future: true", "future", "unknown key 'future'"),
    "missing key": (
        CHILD,
        "summary: {nl: Zin, en: Sentence}\n",
        "",
        "slug",
        "this file has no key 'summary'",
    ),
    "missing translation": (
        BENEFIT,
        "title: {nl: Bijslag, en: Benefit}",
        "title: {nl: Bijslag}",
        "title",
        "'title' has no key 'en'",
    ),
    "missing key deep down": (BENEFIT, "  match: child\n", "", "after", "'after' has no key 'match'"),
    "text for a number": (REG, "max_age: 60", 'max_age: "60"', "max_age", "whole number"),
    "number for text": (TOWN, 'code: "1"', "code: 1", "code", "quotes"),
    "yes for true": (BENEFIT, "penalty: true", "penalty: yes", "penalty", "true or false"),
    "list for text": (BIRTH, 'upl: ""', "upl: [a]", "upl", "must be one text"),
    "text for a list": (CHILD, _LIST, "services: birth", "services", "a list"),
    "text for a mapping": (CHILD, "title: {nl: Kind, en: Child}", "title: Kind", "title", "nl and en"),
    "no value": (BIRTH, "level: midden", "level:", "level", "'level' is empty"),
    "unknown word": (BIRTH, "level: midden", "level: laag", "level", "'basis'"),
    "no English": (BIRTH, "{nl: Aangifte, en: Registration}", "{nl: A}", "title", "no key 'en'"),
    "no Dutch": (BIRTH, "{nl: Aangifte, en: Registration}", "{en: A}", "title", "no key 'nl'"),
    "empty text": (
        BIRTH,
        "{nl: Geboorte, en: Birth}",
        "\n      nl: ' '\n      en: x",
        "nl: ' '",
        "write something",
    ),
    "empty list": (CHILD, _LIST, "services: []", "services", "at least 1"),
    "id in capitals": (BIRTH, "- id: role", "- id: Role", "- id: Role", "small letters"),
    "address of the product": (BIRTH, 'upl: ""', "upl: geboorte", "upl", "http://"),
    "kept for no time": (BIRTH, "retention_days: 365", "retention_days: 0", "retention_days", "1 or more"),
    "term without length": (BIRTH, "    days: 3\n", "", "term", "weeks or days"),
    "kind of agency without by": (BIRTH, "  by: answer.place\n", "", "agency", "'agency' has no key 'by'"),
    "list of agencies": (BENEFIT, "agency: bank", "agency: [bank]", "agency", "'agency' must be one text"),
    "list in a list": (CHILD, "- benefit", "- [benefit]", "- [benefit]", "an item of 'services'"),
    "key twice": (BIRTH, "noun:", "'id': birth\nnoun:", "'id'", "first on line 1"),
    "key twice deep down": (
        REG,
        "  subject: family",
        "  subject: family\n  'subject': x",
        "'subject'",
        "twice",
    ),
    "tag": (BIRTH, "kind: deed", "kind: !!python/name:os.system deed", "kind", "tag"),
    "number by tag": (REG, "max_age: 60", "max_age: !!int sixty", "max_age", "whole number"),
    "list as key": (BIRTH, "noun:", "[a]: x\nnoun:", "[a]", "cannot be a key"),
    "field that is no mapping": (REG, "reg.name:", "reg.x: 1\nreg.name:", "reg.x", "must be a mapping"),
    "field with a source": (
        REG,
        "  subject: family",
        "  source: x\n  subject: family",
        "source",
        "by itself",
    ),
    "name of a field": (REG, "reg.name:", f"x: {_FIELD}\nreg.name:", "x:", "'brp.name'"),
}
