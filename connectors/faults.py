"""Named points in the code at which a test can break a process: kill it, let it fail, let it hang.

`fault_point("zgw.after-zaak")` does nothing, unless the process was started with `FAULT_FOLDER`: a
folder in which a test arms points while the processes run. Real installations do not set it. A file
with the name of the point holds one word for each time that a process comes by, whichever process
that is: the first to come by takes the first word, and leaves the others for who comes later.

| Word | What happens there |
|---|---|
| `pass` | nothing, so that a later passage meets the next word |
| `kill` | `kill -9` of the process by itself |
| `raise` | `Broken` |
| `hang` | nothing goes on, until somebody kills it, or a time limit ends it |

What happened stands in the file `<point>.met`, one word a line, written before it happens.
"""

from __future__ import annotations

import fcntl
import os
import signal
import time
from pathlib import Path

VARIABLE = "FAULT_FOLDER"
"""The environment variable, read once, when this module is loaded."""

WORDS = ("pass", "kill", "raise", "hang")
LONGEST_HANG = 600.0
"""Seconds, after which who hangs goes on: no test waits so long."""


class Broken(Exception):
    """What a test made fail."""


_folder: Path | None = Path(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None


def fault_point(name: str) -> None:
    """A place where a test may break the process. Free of cost when no test is about."""
    if _folder is not None:
        _meet(_folder, name)


def arm(folder: Path, name: str, *words: str) -> None:
    """Lets the next passages of a point meet these words, in place of what was armed there before.

    Raises `ValueError` for a word that is none.
    """
    if unknown := set(words) - set(WORDS):
        raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("a+") as file:
        _keep(file.fileno(), list(words))


def disarm(folder: Path) -> None:
    """Nothing is armed any more. What happened stays written."""
    for file in folder.glob("*"):
        if file.suffix != ".met":
            arm(folder, file.name)


def met(folder: Path, name: str) -> list[str]:
    """What happened at a point so far, in order."""
    file = folder / f"{name}.met"
    return file.read_text().split() if file.exists() else []


def forget(folder: Path) -> None:
    """Nothing is armed, and nothing happened."""
    for file in folder.glob("*"):
        file.unlink()


def _meet(folder: Path, name: str) -> None:
    word = _taken(folder, name)
    if word is None:
        return
    with (folder / f"{name}.met").open("a") as file:
        file.write(f"{word}\n")
    if word == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if word == "raise":
        raise Broken(name)
    if word == "hang":
        time.sleep(LONGEST_HANG)


def _taken(folder: Path, name: str) -> str | None:
    """The first word, which nobody else gets; None where nothing is armed."""
    try:
        number = os.open(folder / name, os.O_RDWR)
    except FileNotFoundError:
        return None
    with os.fdopen(number, "r+") as file:
        fcntl.flock(number, fcntl.LOCK_EX)
        words = file.read().split()
        if not words:
            return None
        _keep(number, words[1:])
        return words[0]


def _keep(number: int, words: list[str]) -> None:
    fcntl.flock(number, fcntl.LOCK_EX)
    os.ftruncate(number, 0)
    os.pwrite(number, " ".join(words).encode(), 0)
