"""The agency's types, looked up by the names that people know, and kept for a while."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import TypeVar

from connectors.base import Misconfigured
from connectors.destinations.zgw.api import Api
from connectors.destinations.zgw.parts import Part, day, text

KEPT_SECONDS = 900.0
"""How long a type stays known. A name that is not among those kept is looked up again at once."""

_DOCUMENT_LINKS = "zaaktype-informatieobjecttypen"
_LAST = 1000
"""Behind every volgnummer that the standard allows."""

Chosen = TypeVar("Chosen")


@dataclass(frozen=True, slots=True)
class Asker:
    """For which agency, and in which trace, a type is looked up."""

    agency: str
    trace_id: str


@dataclass(frozen=True, slots=True)
class Types:
    """Addresses of the types that one request needs; `eigenschappen` by name, "" where none is needed."""

    zaaktype: str
    roltype: str
    gemachtigde: str
    statustype: str
    eigenschappen: dict[str, str]


class Catalogus:
    """The Catalogi API of one agency. Safe to share between threads.

    What is not there is `Misconfigured`, and says its own name.
    """

    def __init__(self, api: Api, domain: str | None) -> None:
        self._api = api
        self._domain = domain
        self._lock = Lock()
        self._kept: dict[tuple[str, str], tuple[float, list[Part]]] = {}

    def versions(self, identification: str, asker: Asker) -> list[Part]:
        """The published versions of a zaaktype, newest first."""
        key = ("zaaktypen", identification)
        versions = self._look_up(
            key, lambda: self._published(identification, asker), lambda found: found or None
        )
        if versions is None:
            raise _missing(f"zaaktype {identification}", asker)
        if len({text(version, "catalogus") for version in versions}) > 1:
            raise Misconfigured(
                f"zaaktype {identification} stands in more than one catalogus of {asker.agency}: "
                "choose one with the setting 'catalogus'"
            )
        return versions

    def types(
        self,
        zaaktype: str,
        name: str,
        properties: Collection[str],
        asker: Asker,
        *,
        with_representative: bool = False,
    ) -> Types:
        """What goes with one version of the zaaktype `name`."""
        representative = f"roltype gemachtigde or mede_initiator of zaaktype {name}"
        return Types(
            zaaktype,
            self._one("roltypen", zaaktype, f"roltype initiator of zaaktype {name}", asker, _initiator),
            self._one("roltypen", zaaktype, representative, asker, _representative)
            if with_representative
            else "",
            self._one("statustypen", zaaktype, f"statustype 1 of zaaktype {name}", asker, _first_status),
            {
                wanted: self._one(
                    "eigenschappen",
                    zaaktype,
                    f"eigenschap '{wanted}' of zaaktype {name}",
                    asker,
                    _named(wanted),
                )
                for wanted in properties
            },
        )

    def word(self, resource: str, zaaktype: str, url: str, asker: Asker) -> str:
        """The omschrijving of a statustype or resultaattype of a zaaktype."""
        self._api.id_of(url, resource)
        return self._one(
            resource,
            zaaktype,
            f"one of the {resource} that a zaak of theirs has",
            asker,
            lambda found: next((text(one, "omschrijving") for one in found if one.get("url") == url), None),
        )

    def incoming(self, zaaktype: str, name: str | None, asker: Asker) -> str:
        """The informatieobjecttype of what a citizen sends: that called `name`, or the first that goes in."""
        named = None if name is None else self._document_types(name, asker)
        what = f"informatieobjecttype {name or ''} that goes in".replace("  ", " ")
        return self._one(_DOCUMENT_LINKS, zaaktype, what, asker, lambda found: _incoming(found, named))

    def outgoing(self, zaaktype: str, asker: Asker) -> frozenset[str]:
        """The informatieobjecttypen of what an agency sends to the citizen."""
        found = self._look_up(
            (_DOCUMENT_LINKS, zaaktype), lambda: self._listed(_DOCUMENT_LINKS, zaaktype, asker), _outgoing
        )
        return found or frozenset()

    def check(self, trace_id: str) -> None:
        """Asks for the catalogi, which tries connection, key and rights."""
        self._api.listed("/catalogussen", trace_id=trace_id)

    def _one(
        self,
        resource: str,
        zaaktype: str,
        what: str,
        asker: Asker,
        choose: Callable[[list[Part]], str | None],
    ) -> str:
        chosen = self._look_up((resource, zaaktype), lambda: self._listed(resource, zaaktype, asker), choose)
        if chosen is None:
            raise _missing(what, asker)
        return chosen

    def _listed(self, resource: str, zaaktype: str, asker: Asker) -> list[Part]:
        """What a zaaktype has of one kind."""
        found = self._api.listed(f"/{resource}", trace_id=asker.trace_id, query={"zaaktype": zaaktype})
        return self._own(resource, [one for one in found if one.get("zaaktype") == zaaktype])

    def _document_types(self, name: str, asker: Asker) -> frozenset[str]:
        """The published informatieobjecttypen that are called so."""

        def load() -> list[Part]:
            query = {"omschrijving": name, "status": "definitief"}
            found = self._api.listed("/informatieobjecttypen", trace_id=asker.trace_id, query=query)
            named = [
                one for one in found if one.get("omschrijving") == name and one.get("concept") is not True
            ]
            return self._own("informatieobjecttypen", named)

        urls = self._look_up(
            ("informatieobjecttypen", name),
            load,
            lambda found: frozenset(text(one, "url") for one in found) or None,
        )
        if urls is None:
            raise _missing(f"informatieobjecttype {name}", asker)
        return urls

    def _published(self, identification: str, asker: Asker) -> list[Part]:
        query = {"identificatie": identification, "status": "definitief"}
        if self._domain:
            query["catalogus"] = self._address(self._domain, asker)
        found = [
            one
            for one in self._api.listed("/zaaktypen", trace_id=asker.trace_id, query=query)
            if one.get("identificatie") == identification
            and one.get("concept") is not True
            and one.get("catalogus") == query.get("catalogus", one.get("catalogus"))
        ]
        return sorted(
            self._own("zaaktypen", found),
            key=lambda one: day(one, "beginGeldigheid") or date.min,
            reverse=True,
        )

    def _address(self, domain: str, asker: Asker) -> str:
        found = self._api.listed("/catalogussen", trace_id=asker.trace_id, query={"domein": domain})
        urls = [text(one, "url") for one in self._own("catalogussen", found) if one.get("domein") == domain]
        if len(urls) != 1:
            raise _missing(f"catalogus {domain}", asker)
        return urls[0]

    def _own(self, resource: str, found: list[Part]) -> list[Part]:
        for one in found:
            self._api.id_of(text(one, "url"), resource)
        return found

    def _look_up(
        self,
        key: tuple[str, str],
        load: Callable[[], list[Part]],
        choose: Callable[[list[Part]], Chosen | None],
    ) -> Chosen | None:
        """What `choose` finds among what is kept, or else among what is there now."""
        with self._lock:
            until, kept = self._kept.get(key, (0.0, []))
        chosen = choose(kept) if time.monotonic() < until else None
        if chosen is None:
            loaded = load()  # outside the lock: two threads may ask at once, none waits for another's call
            with self._lock:
                self._kept[key] = (time.monotonic() + KEPT_SECONDS, loaded)
            chosen = choose(loaded)
        return chosen


def valid(versions: list[Part], today: date) -> Part | None:
    """The version of a zaaktype for a case that begins today: the newest where two overlap."""
    for version in versions:
        begin, end = day(version, "beginGeldigheid"), day(version, "eindeGeldigheid")
        if (begin is None or begin <= today) and (end is None or today <= end):
            return version
    return None


def _initiator(found: list[Part]) -> str | None:
    return _first([one for one in found if one.get("omschrijvingGeneriek") == "initiator"], "omschrijving")


def _representative(found: list[Part]) -> str | None:
    """Who acts for another has no generic name in the standard: by its own name, or as who asks along."""
    named = [one for one in found if "gemachtigde" in text(one, "omschrijving").lower()]
    along = [one for one in found if one.get("omschrijvingGeneriek") == "mede_initiator"]
    return _first(named or along, "omschrijving")


def _incoming(found: list[Part], named: frozenset[str] | None) -> str | None:
    going_in = [one for one in found if one.get("richting") == "inkomend"]
    fitting = [one for one in going_in if named is None or text(one, "informatieobjecttype") in named]
    # The same one each time, in whichever order the list came.
    first = min(fitting, key=lambda one: (_number(one), text(one, "url")), default=None)
    return text(first, "informatieobjecttype") if first else None


def _outgoing(found: list[Part]) -> frozenset[str]:
    return frozenset(text(one, "informatieobjecttype") for one in found if one.get("richting") == "uitgaand")


def _number(one: Part) -> int:
    number = one.get("volgnummer")
    return number if isinstance(number, int) else _LAST


def _first_status(found: list[Part]) -> str | None:
    return next((text(one, "url") for one in found if one.get("volgnummer") == 1), None)


def _named(name: str) -> Callable[[list[Part]], str | None]:
    return lambda found: _first([one for one in found if one.get("naam") == name], "url")


def _first(found: list[Part], key: str) -> str | None:
    # The same one each time, in whichever order the list came.
    return text(min(found, key=lambda one: text(one, key)), "url") if found else None


def _missing(what: str, asker: Asker) -> Misconfigured:
    return Misconfigured(f"{what} is not in the Catalogi API of {asker.agency}")
