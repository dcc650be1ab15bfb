"""Files one request as a zaak, step by step, each with its way to find it back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from connectors.base import JSON, Envelope, Malformed, Misconfigured, Once, Receipt, Refused, Subject
from connectors.destinations.zgw.api import CLOCK_DIFFERENCE, Api
from connectors.destinations.zgw.catalogus import Asker, Catalogus, Types, valid
from connectors.destinations.zgw.documents import Shelf, shortened
from connectors.destinations.zgw.parts import Part, same, text
from connectors.faults import fault_point

_HERE = ZoneInfo("Europe/Amsterdam")
_LONGEST_TITLE = 80
_SENT = "Verstuurd via Levensloket"
_HELPED = f"{_SENT}, ingevuld met hulp van een medewerker"
_LONGEST_NOTE = 1000
_TAKEN = "identificatie-niet-uniek"

NO_DOCUMENTS = "zgw: without documenten_url in the settings, no document, message or withdrawal can be sent"


@dataclass(frozen=True, slots=True)
class Filing:
    """One request on its way. Only the zaak has a name that is unique; the rest is found by its zaak."""

    zaken: Api
    documenten: Api | None
    catalogus: Catalogus
    rsin: str
    document_type: str | None
    parts_from: int
    envelope: Envelope
    once: Once

    def run(self) -> Receipt:
        """Looks up all types before anything goes out, so that a missing one leaves no half zaak behind."""
        types = self._types(self._todays_zaaktype())
        self._kind_of_documents(types.zaaktype)
        zaak = self.once("zaak", lambda: self._make_zaak(types), self._find_zaak)
        if zaak["zaaktype"] != types.zaaktype:  # made before a new version became valid
            types = self._types(zaak["zaaktype"])
        url = zaak["url"]
        self._initiator(zaak, types)
        if self.envelope.representative is not None:
            self._gemachtigde(zaak, types, self.envelope.representative)
        for name, eigenschap in types.eigenschappen.items():
            self._eigenschap(zaak, name, eigenschap)
        self._put_documents(zaak, types)
        self._step(zaak, "status", lambda: self._make_status(url, types), lambda: self._find_status(url))
        return Receipt(url, datetime.fromisoformat(zaak["received_at"]))

    def _step(self, zaak: Part, name: str, make: Callable[[], JSON], find: Callable[[], JSON | None]) -> JSON:
        """One part of the zaak. Where the zaak was there already, its parts may be too: look first."""
        call = (lambda: find() or make()) if zaak["found"] else make
        return self.once(name, call, find)

    # --- Types ------------------------------------------------------------------------------------

    def _todays_zaaktype(self) -> str:
        name = self.envelope.zaaktype
        if not name:
            raise Misconfigured(f"the service {self.envelope.service} names no zaaktype")
        version = valid(self.catalogus.versions(name, self._asker), datetime.now(_HERE).date())
        if version is None:
            raise Misconfigured(
                f"zaaktype {name} of {self.envelope.agency} has no version that is valid today"
            )
        return text(version, "url")

    def _types(self, zaaktype: str) -> Types:
        return self.catalogus.types(
            zaaktype,
            self.envelope.zaaktype,
            list(self._properties),
            self._asker,
            with_representative=self.envelope.representative is not None,
        )

    def _kind_of_documents(self, zaaktype: str) -> tuple[Api, str] | None:
        """Where the documents of the request go, and as what; None where it has none."""
        if not self.envelope.documents:
            return None
        if self.documenten is None:
            raise Misconfigured(NO_DOCUMENTS)
        return self.documenten, self.catalogus.incoming(zaaktype, self.document_type, self._asker)

    @property
    def _asker(self) -> Asker:
        return Asker(self.envelope.agency, self.envelope.trace_id)

    @property
    def _properties(self) -> dict[str, str]:
        # A zaakeigenschap must have a value; nothing filled in is no zaakeigenschap.
        return {name: value for name, value in self.envelope.properties.items() if value.strip()}

    # --- The zaak ---------------------------------------------------------------------------------

    def _make_zaak(self, types: Types) -> JSON:
        today = self.envelope.submitted_at.astimezone(_HERE).date().isoformat()
        body = {
            "identificatie": self.envelope.reference,
            "bronorganisatie": self.rsin,
            "verantwoordelijkeOrganisatie": self.rsin,
            "omschrijving": shortened(self.envelope.title, _LONGEST_TITLE),
            "zaaktype": types.zaaktype,
            "registratiedatum": today,
            "startdatum": today,
        }
        if filed := self.envelope.payload.get("filed"):
            body["toelichting"] = shortened(filed["words"], _LONGEST_NOTE)
        try:
            made = self.zaken.post("/zaken", body, trace_id=self.envelope.trace_id)
        except Refused as refused:
            found = self._find_zaak() if _TAKEN in refused.codes else None
            if found is None:
                raise
            return found
        fault_point("zgw.after-zaak")
        same(made, {name: body[name] for name in ("identificatie", "bronorganisatie")})
        return self._kept(made, found=False)

    def _find_zaak(self) -> JSON | None:
        query = {"identificatie": self.envelope.reference, "bronorganisatie": self.rsin}
        listed = self.zaken.listed("/zaken", trace_id=self.envelope.trace_id, query=query)
        found = [zaak for zaak in listed if query.items() <= zaak.items()]
        if len(found) > 1:
            raise Malformed("zgw: more than one zaak has our reference, which is unique")
        if not found:
            return None
        ours = {
            text(version, "url") for version in self.catalogus.versions(self.envelope.zaaktype, self._asker)
        }
        if found[0].get("zaaktype") not in ours:
            raise Refused("zgw: a zaak of another zaaktype has our reference")
        return self._kept(found[0], found=True)

    def _kept(self, zaak: Part, *, found: bool) -> JSON:
        """What is remembered of the step: nothing about the person."""
        url = text(zaak, "url")
        self.zaken.id_of(url, "zaken")
        return {
            "url": url,
            "zaaktype": text(zaak, "zaaktype"),
            "found": found,
            "received_at": datetime.now(UTC).isoformat(),
        }

    # --- Its parts --------------------------------------------------------------------------------

    def _rol(self, zaak: str, roltype: str, person: Subject, **more: str) -> JSON:
        body = {
            "zaak": zaak,
            "roltype": roltype,
            "roltoelichting": _HELPED if self.envelope.payload.get("helped") else _SENT,
            "betrokkeneType": "natuurlijk_persoon",
            "betrokkeneIdentificatie": _identified(person),
            **more,
        }
        made = self.zaken.post("/rollen", body, trace_id=self.envelope.trace_id)
        fault_point("zgw.after-rol")
        same(made, {"zaak": zaak})
        return self._address_of(made, "rollen")

    def _find_rol(self, zaak: str, roltype: str, person: Subject) -> JSON | None:
        query = {"zaak": zaak, "roltype": roltype}
        for rol in self.zaken.listed("/rollen", trace_id=self.envelope.trace_id, query=query):
            known = rol.get("betrokkeneIdentificatie")
            is_ours = isinstance(known, dict) and _is_same(known, person)
            if is_ours and query.items() <= rol.items():
                return self._address_of(rol, "rollen")
        return None

    def _initiator(self, zaak: Part, types: Types) -> None:
        """The citizen; with a mark where somebody acts for them."""
        url, roltype, citizen = zaak["url"], types.roltype, self.envelope.subject
        more = {"indicatieMachtiging": "machtiginggever"} if self.envelope.representative else {}
        self._step(
            zaak,
            "rol",
            lambda: self._rol(url, roltype, citizen, **more),
            lambda: self._find_rol(url, roltype, citizen),
        )

    def _gemachtigde(self, zaak: Part, types: Types, who: Subject) -> None:
        """Who acts for the citizen."""
        url, roltype = zaak["url"], types.gemachtigde
        self._step(
            zaak,
            "gemachtigde",
            lambda: self._rol(url, roltype, who, indicatieMachtiging="gemachtigde"),
            lambda: self._find_rol(url, roltype, who),
        )

    def _eigenschap(self, zaak: Part, name: str, eigenschap: str) -> None:
        path, trace_id = "/zaken/{zaak}/zaakeigenschappen", self.envelope.trace_id
        values = {"zaak": self.zaken.id_of(zaak["url"], "zaken")}

        def make() -> JSON:
            body = {"zaak": zaak["url"], "eigenschap": eigenschap, "waarde": self.envelope.properties[name]}
            made = self.zaken.post(path, body, trace_id=trace_id, values=values)
            fault_point("zgw.after-eigenschap")
            same(made, {"zaak": zaak["url"]})
            return {"url": text(made, "url")}

        def find() -> JSON | None:
            listed = self.zaken.listed(path, trace_id=trace_id, values=values)
            return next(
                ({"url": text(one, "url")} for one in listed if one.get("eigenschap") == eigenschap), None
            )

        self._step(zaak, f"eigenschap:{name}", make, find)

    def _put_documents(self, zaak: Part, types: Types) -> None:
        place = self._kind_of_documents(types.zaaktype)
        if place is None:
            return
        shelf = Shelf(
            zaken=self.zaken,
            documenten=place[0],
            rsin=self.rsin,
            zaak=zaak["url"],
            kind=place[1],
            day=self.envelope.submitted_at.astimezone(_HERE).date(),
            trace_id=self.envelope.trace_id,
            once=self.once,
            parts_from=self.parts_from,
        )
        for document in self.envelope.documents:
            shelf.put(document, looks_first=zaak["found"])

    def _make_status(self, zaak: str, types: Types) -> JSON:
        latest = datetime.now(UTC) - timedelta(seconds=CLOCK_DIFFERENCE)
        body = {
            "zaak": zaak,
            "statustype": types.statustype,
            "datumStatusGezet": min(self.envelope.submitted_at.astimezone(UTC), latest).isoformat(),
            **self._where_it_was(),
        }
        made = self.zaken.post("/statussen", body, trace_id=self.envelope.trace_id)
        fault_point("zgw.after-status")
        same(made, {"zaak": zaak})
        return self._address_of(made, "statussen")

    def _where_it_was(self) -> dict[str, str]:
        """Which agency sent it on, beside the first status: a zaak has no place of its own for it."""
        came = self.envelope.forwarded
        if came is None:
            return {}
        words = f"Doorgezonden door {came.name} (artikel 2:3 Awb), daar ontvangen op {came.received_on}."
        return {"statustoelichting": shortened(f"{words} {came.reason}", _LONGEST_NOTE)}

    def _find_status(self, zaak: str) -> JSON | None:
        """Any status will do: we may set the first one only, and the agency may have gone on since."""
        listed = self.zaken.listed("/statussen", trace_id=self.envelope.trace_id, query={"zaak": zaak})
        return next((self._address_of(one, "statussen") for one in listed if one.get("zaak") == zaak), None)

    def _address_of(self, made: Part, resource: str) -> JSON:
        self.zaken.id_of(text(made, "url"), resource)
        return {"url": text(made, "url")}


def _identified(subject: Subject) -> JSON:
    """A natuurlijk persoon by BSN; who has none by our number as `anpIdentificatie`, with their own word."""
    person = subject.person
    if person is None:
        return {"inpBsn": subject.bsn}
    found = {
        "anpIdentificatie": person.number,
        "voornamen": person.first_names,
        "voorvoegselGeslachtsnaam": person.prefix,
        "geslachtsnaam": person.surname,
        "geboortedatum": person.birth_date,
    }
    return {name: value for name, value in found.items() if value}


def _is_same(known: dict[str, JSON], subject: Subject) -> bool:
    if subject.person is not None:
        return known.get("anpIdentificatie") == subject.person.number
    return known.get("inpBsn") == subject.bsn
