"""How hard a Dutch text is to read, as a hint to who writes it: an estimate, and no verdict on a text.

The level follows from the formula of Flesch as Douma fitted it to Dutch (1960): long sentences and long
words make a text harder. Where one level ends and the next begins is a choice of this house.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

Level = Literal["B1", "B2", "C1"]

LONGEST_SENTENCE: Final = 20
"""So many words a sentence of ours has at most."""

_EASY, _MIDDLING = 60, 40
_LONG_WORD = 14
_ENOUGH = 5
"""Of fewer words than this nothing can be said."""

_SENTENCE = re.compile(r"[^.!?:;\n]+")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_VOWELS = re.compile(r"[aeiouyàáâäèéêëìíîïòóôöùúûü]+")
_STIFF: Final = frozenset(
    {
        "aangaande",
        "alsmede",
        "alvorens",
        "betreffende",
        "conform",
        "derhalve",
        "desalniettemin",
        "desbetreffende",
        "dient",
        "dienen",
        "doch",
        "echter",
        "eveneens",
        "geschieden",
        "gezien",
        "hetgeen",
        "hierbij",
        "hieromtrent",
        "houdende",
        "hoogachtend",
        "indien",
        "inzake",
        "jegens",
        "krachtens",
        "middels",
        "mits",
        "nadere",
        "nopens",
        "omtrent",
        "onderhavige",
        "ontvankelijk",
        "overwegende",
        "reeds",
        "strekkende",
        "teneinde",
        "tevens",
        "thans",
        "trachten",
        "uwerzijds",
        "vernemen",
        "verzoeke",
        "voornoemde",
        "vigerende",
        "waaromtrent",
        "welke",
        "wederom",
        "zulks",
    }
)
"""Words of offices, for which everybody has a plainer one."""


@dataclass(frozen=True, slots=True)
class Reading:
    """`level` is None where there is too little to say it of. The rest is what makes it harder, in order."""

    level: Level | None
    long_sentences: tuple[str, ...]
    hard_words: tuple[str, ...]

    @property
    def is_plain(self) -> bool:
        """Nothing to say of it."""
        return self.level in (None, "B1") and not self.long_sentences and not self.hard_words


def reading(text: str) -> Reading:
    """What makes a Dutch text hard to read."""
    parts = [(part.strip(), words) for part in _SENTENCE.findall(text) if (words := _WORD.findall(part))]
    words = [word.lower() for _part, sentence in parts for word in sentence]
    return Reading(
        level=_level(len(parts), words) if len(words) >= _ENOUGH else None,
        long_sentences=tuple(part for part, sentence in parts if len(sentence) > LONGEST_SENTENCE),
        hard_words=tuple(dict.fromkeys(word for word in words if word in _STIFF or len(word) > _LONG_WORD)),
    )


def _level(sentences: int, words: list[str]) -> Level:
    syllables = sum(max(1, len(_VOWELS.findall(word))) for word in words)
    score = 206.84 - 0.93 * len(words) / sentences - 77 * syllables / len(words)
    return "B1" if score >= _EASY else "B2" if score >= _MIDDLING else "C1"
