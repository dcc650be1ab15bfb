"""Finds a life event in people's own words: spoken Dutch, English, and typing mistakes.

An index in memory, made from the `words` of each event, its title and the titles of what it brings. A word of
the question counts by how few events have it; a word that is not known is compared by its letters. What fits
nothing finds nothing, so that nobody is sent the wrong way. No outside service, and nothing is kept.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from lifeevents.model import Catalogue, Guidance, LifeEvent, Service

MOST_LETTERS = 200
"""As much of a question as is looked at."""
_FROM_PHRASE, _FROM_SERVICE = 0.7, 0.6
"""What a word weighs that has others beside it, or that comes from the title of a service; 1 alone."""
_PHRASE = 1.5
"""What a phrase that stands whole in the question adds, for each of its words."""
_PART = 0.6
"""What a word weighs that has another one in it (huurtoeslag, huur)."""
_ALIKE, _MISTAKE, _SHORTEST = 0.45, 0.15, 5
"""How many pairs of letters two words share to be compared; what a mistake costs; from how many letters."""
_LEAST, _HALF, _SURE = 0.9, 0.6, 1.85
"""The least score that is an answer; where less than `_HALF` of the question is understood it is `_SURE`."""
_SAY_NOTHING = """
aan al als bij dan dat de den der deze die dit doe doen door een eens en er erg even gaan gaat ga
had heb hebben hebt heeft heel het hier hij hoe hun ik in is ja je jij kan kun kunt kunnen laat
laten maar me mee meer men met mij mijn mn moet moeten mogen mag na naar net niet niks nog nu of om
omdat onder ons onze ook op over s snel t te toch tot u uit uw van vanaf voor vraag vragen waar wat
we weer weet wel welke wie wij wil willen word worden wordt zal ze zich zij zijn zo zou regel
regelen hulp help nodig aanvragen doorgeven a about after am an and are arrange as at be been but
can could did do does for from get getting going had has have he help her him his how i im ive if
into it its just me must my need no not now of on or our out please she so some soon than that the
their them they this to was we were what when where which will with would you your apply want geef
geven krijg krijgt kreeg gekregen vorige week maand gisteren vandaag morgen binnenkort net last
month yesterday today tomorrow next really eigenlijk gewoon graag
"""
_STOP = frozenset(_SAY_NOTHING.split())


def normalised(words: str) -> str:
    """Small letters and figures without accents, a space between words."""
    plain = unicodedata.normalize("NFKD", words[:MOST_LETTERS].casefold())
    return " ".join(re.findall(r"[a-z0-9]+", "".join(c for c in plain if not unicodedata.combining(c))))


def stem(word: str) -> str:
    """A word without its endings: "getrouwd" and "trouwen" are both "trouw". Rough, on purpose."""
    if len(word) > 6 and word.startswith("ge") and word.endswith(("d", "t", "en")):
        word = word[2:]
    for ending in ("ingen", "heden", "tjes", "ies", "ing", "tje", "den", "ten", "en", "je", "de", "te"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    else:
        word = re.sub(r"(?<=[a-z]{3})(s|e|d|t)$", "", word)
    word = re.sub(r"z$", "s", re.sub(r"v$", "f", word))
    return re.sub(r"([a-z])\1", r"\1", word)


@dataclass(slots=True)
class _Entry:
    """What one event is known by: stems with their weight, and whole phrases."""

    stems: dict[str, float] = field(default_factory=dict)
    phrases: set[str] = field(default_factory=set)

    def add(self, words: str, weight: float) -> None:
        for one in _stems(words):
            self.stems[one] = max(weight, self.stems.get(one, 0.0))


class EventSearch:
    """The index of a catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._entries = {event.slug: _entry(catalogue, event) for event in catalogue.events.values()}
        self._holders: dict[str, dict[str, float]] = defaultdict(dict)
        for slug, entry in self._entries.items():
            for one, weight in entry.stems.items():
                self._holders[one][slug] = weight
        self._by_pair: dict[str, set[str]] = defaultdict(set)
        for one in self._holders:
            for pair in _pairs(one):
                self._by_pair[pair].add(one)

    def find(self, words: str) -> list[str]:
        """The slugs of the events that fit, best first; none where nothing does."""
        plain = normalised(words)
        stems = list(dict.fromkeys(_stems(plain)))
        scores: dict[str, float] = defaultdict(float)
        whole = understood = 0.0
        for one in stems:
            found = self._matches(one)
            rarity = max((self._rarity(stem) for stem, _ in found), default=self._rarity(""))
            whole += rarity
            understood += rarity * max((sure for _, sure in found), default=0.0)
            for slug, weight in self._weights(found).items():
                scores[slug] += weight
        for slug, entry in self._entries.items():
            scores[slug] += sum(
                _PHRASE * len(phrase.split()) for phrase in entry.phrases if f" {phrase} " in f" {plain} "
            )
        best = max(scores.values(), default=0.0)
        least = _SURE if whole and understood / whole < _HALF else _LEAST
        if best < least:
            return []
        ranked = sorted(scores, key=lambda slug: (-scores[slug], slug))
        return [slug for slug in ranked if scores[slug] >= best / 4]

    def _matches(self, word: str) -> list[tuple[str, float]]:
        """The known stems that a word may be, each with how surely."""
        if word in self._holders:
            return [(word, 1.0)]
        near = list(self._near(word))
        inside = [(known, _PART) for known in self._holders if len(known) >= 4 and known in word]
        around = [(known, _PART) for known in self._holders if len(word) >= 5 and word in known]
        return [*near, *inside, *around]

    def _near(self, word: str) -> Iterator[tuple[str, float]]:
        """Known stems that a word may be with a typing mistake or two, not in the first letter."""
        if len(word) < _SHORTEST:
            return
        own, most = _pairs(word), max(1, len(word) // 4)
        for known in {known for pair in own for known in self._by_pair.get(pair, ())}:
            if known[0] != word[0] or abs(len(known) - len(word)) > most or len(known) < _SHORTEST - 1:
                continue
            other = _pairs(known)
            if 2 * len(own & other) / (len(own) + len(other)) < _ALIKE:
                continue
            mistakes = _mistakes(word, known)
            if mistakes <= most:
                yield known, 1 - _MISTAKE * mistakes

    def _weights(self, found: list[tuple[str, float]]) -> dict[str, float]:
        """What a word of the question gives each event: the best of what it may be."""
        weights: dict[str, float] = {}
        for known, sure in found:
            for slug, weight in self._holders[known].items():
                value = sure * weight * self._rarity(known)
                weights[slug] = max(value, weights.get(slug, 0.0))
        return weights

    def _rarity(self, known: str) -> float:
        """How much a word tells: the fewer events have it, the more."""
        holders = sum(weight * weight for weight in self._holders.get(known, {}).values())
        return math.log(1 + len(self._entries) / max(1.0, holders))


def _entry(catalogue: Catalogue, event: LifeEvent) -> _Entry:
    entry = _Entry()
    for words in (event.title.nl, event.title.en, *event.words.nl, *event.words.en):
        entry.add(words, 1.0 if len(_stems(words)) == 1 else _FROM_PHRASE)
        phrase = normalised(words)
        if " " in phrase:
            entry.phrases.add(phrase)
    brought: list[Service | Guidance] = [*catalogue.services_of(event), *catalogue.guidance_of(event)]
    for one in brought:
        entry.add(f"{one.title.nl} {one.title.en} {one.upl_name}", _FROM_SERVICE)
    return entry


def _stems(words: str) -> list[str]:
    return [stem(word) for word in normalised(words).split() if word not in _STOP]


def _mistakes(one: str, other: str) -> int:
    """Letters that are wrong, missing, too many, or two that changed places (optimal string alignment)."""
    before, row = [0] * (len(other) + 1), list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        older, before = before, row
        row = [i]
        for j, wanted in enumerate(other, 1):
            least = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                least = min(least, older[j - 2] + 1)
            row.append(least)
    return row[-1]


def _pairs(word: str) -> frozenset[str]:
    """The pairs of letters next to each other; the first and the last letter count as such too."""
    edged = f"^{word}$"
    return frozenset(edged[i : i + 2] for i in range(len(edged) - 1))
