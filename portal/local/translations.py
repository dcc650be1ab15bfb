"""`python -m portal.local.translations` compiles every .po file of the portal, without gettext."""

from __future__ import annotations

from pathlib import Path

import polib

from portal.local.environment import ROOT


def compile_all(root: Path) -> list[Path]:
    """Writes a .mo beside each .po below `root` that is newer, and returns what was written."""
    written = []
    for source in sorted(root.rglob("*.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            polib.pofile(str(source)).save_as_mofile(str(target))
            written.append(target)
    return written


if __name__ == "__main__":
    for path in compile_all(ROOT / "portal"):
        print(path.relative_to(ROOT))
