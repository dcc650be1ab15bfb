"""What an officer reads of how hard their own text is: a hint, which forbids nothing."""

from __future__ import annotations

from django.utils.translation import gettext as _

from lifeevents.text import LONGEST_SENTENCE, reading

_MOST = 3


def reading_words(text: str) -> list[str]:
    """Sentences on the level of a Dutch text and what to change; none where nothing can be said of it."""
    found = reading(text)
    if found.level is None:
        return []
    words = [
        _("Goed te lezen (ongeveer niveau B1).")
        if found.is_plain
        else _("Ongeveer niveau %(level)s. De meeste mensen lezen niveau B1 goed.") % {"level": found.level}
    ]
    words += [
        _("Langer dan %(number)d woorden: “%(sentence)s”. Maak er twee zinnen van.")
        % {"number": LONGEST_SENTENCE, "sentence": sentence}
        for sentence in found.long_sentences[:_MOST]
    ]
    if found.hard_words:
        words.append(
            _("Moeilijk: %(words)s. Kan het gewoner?") % {"words": ", ".join(found.hard_words[: 2 * _MOST])}
        )
    return words
