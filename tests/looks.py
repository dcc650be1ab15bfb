"""How a page is looked at: axe looks at each kind of page once in a run, however often people come there.

A kind is what axe can judge (`skeletons.js`): elements, roles, states, classes, which name points where, what
is empty, what scrolls, the width; not the words. So another state of a page is another kind.
"""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.cluster import FOLDER

if TYPE_CHECKING:
    from playwright.sync_api import Page

_SKELETON = Path(__file__).with_name("skeletons.js").read_text(encoding="utf-8")


def axe_violations_of_a_new_kind(page: Page) -> list[dict[str, Any]]:
    """What axe finds wrong on the page; nothing where this run found nothing on a page of the same kind."""
    from tests.conftest import axe_violations

    seen = _note(page)
    if seen and seen.exists():
        return []
    found = axe_violations(page)
    if seen and not found:
        seen.touch()
    return found


def _note(page: Page) -> Path | None:
    """The file that says that this kind is right; None where a page is a kind of its own."""
    shared, skeleton = os.environ.get(FOLDER), page.evaluate(_SKELETON)
    if not shared or not skeleton:
        return None
    folder = Path(shared) / "looked-at"
    folder.mkdir(exist_ok=True)
    return folder / sha256(skeleton.encode()).hexdigest()
