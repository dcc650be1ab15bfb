"""The records that a birth makes or changes, in the shape in which the BRP answers. Plain Python."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from connectors.sandbox.brp.dates import full_date

Record = dict[str, Any]

NETHERLANDS = {"code": "6030", "omschrijving": "Nederland"}
MUNICIPALITIES = {"9001": "Waterstad", "9002": "Heidedorp", "9003": "Polderveen", "9004": "Duinzicht"}
SEXES = {"M": "man", "V": "vrouw", "O": "onbekend"}
UNKNOWN_CUSTODY = "De zandbak liet open wie het gezag heeft."
NO_CUSTODY = "Geen van de ouders mag het gezag hebben."
OF_THE_HOME = ("verblijfplaats", "gemeenteVanInschrijving", "geheimhoudingPersoonsgegevens")
OF_THE_ADDRESS = ("adresregel1", "adresregel2", "adresregel3", "land")
OF_A_RELATIVE = ("voornamen", "voorvoegsel", "geslachtsnaam", "voorletters")


@dataclass(frozen=True, slots=True)
class Newborn:
    """What the desk knows of one child. `sex` is M, V or O; `place` a municipality code."""

    first_names: str
    prefix: str
    family_name: str
    born: date
    sex: str
    place: str


def child_record(child: Newborn, bsn: str, parents: Sequence[Record], *, is_custody_unknown: bool) -> Record:
    """The newborn's own record. It lives where the first parent lives."""
    home = {name: parents[0][name] for name in OF_THE_HOME if name in parents[0]}
    if "verblijfplaats" in home:
        home["verblijfplaats"] = {**home["verblijfplaats"], "datumVan": full_date(child.born)}
    record: Record = {
        "burgerservicenummer": bsn,
        "geslacht": {"code": child.sex, "omschrijving": SEXES[child.sex]},
        "naam": _name(child),
        "geboorte": _birth(child),
        **home,
        "datumInschrijvingInGemeente": full_date(child.born),
        "adressering": _addressing(child, parents[0]),
        "kinderen": [],
        "partners": [],
        "ouders": [_as_parent(parent, str(number), child) for number, parent in enumerate(parents, 1)],
    }
    record["gezag"] = [custody(record, parents, is_unknown=is_custody_unknown)]
    return record


def as_child(record: Record) -> Record:
    """How a child stands in the `kinderen` of its parents."""
    name = {part: record["naam"][part] for part in OF_A_RELATIVE if part in record["naam"]}
    return {
        "burgerservicenummer": record["burgerservicenummer"],
        "naam": name,
        "geboorte": record["geboorte"],
    }


def custody(child: Record, parents: Sequence[Record], *, is_unknown: bool) -> Record:
    """Who has custody: parents together, or the one who may; who is under curatele may not (BW 1:246)."""
    minor = {"minderjarige": _who(child)}
    able = [_who(parent) for parent in parents if not parent.get("indicatieCurateleRegister")]
    if is_unknown:
        return {"type": "GezagNietTeBepalen", "toelichting": UNKNOWN_CUSTODY, **minor}
    if not able:
        return {"type": "TijdelijkGeenGezag", "toelichting": NO_CUSTODY, **minor}
    if len(able) == 1:
        return {"type": "EenhoofdigOuderlijkGezag", "ouder": able[0], **minor}
    return {"type": "GezamenlijkOuderlijkGezag", "ouders": able, **minor}


def is_same_child(known: Record, child: Newborn) -> bool:
    """Whether an entry in `kinderen` is this newborn: same first names and birth date."""
    name = str(known.get("naam", {}).get("voornamen", ""))
    born = str(known.get("geboorte", {}).get("datum", {}).get("datum", ""))
    return name.casefold() == child.first_names.casefold() and born == child.born.isoformat()


def _name(child: Newborn) -> Record:
    full = " ".join(part for part in (child.first_names, child.prefix, child.family_name) if part)
    name = {
        "aanduidingNaamgebruik": {"code": "E", "omschrijving": "eigen geslachtsnaam"},
        "voornamen": child.first_names,
        "voorvoegsel": child.prefix,
        "geslachtsnaam": child.family_name,
        "voorletters": _initials(child.first_names),
        "volledigeNaam": full,
    }
    return {part: value for part, value in name.items() if value}


def _initials(first_names: str) -> str:
    return "".join(f"{name[0]}." for name in first_names.split())


def _birth(child: Newborn) -> Record:
    place = {"code": child.place, "omschrijving": MUNICIPALITIES[child.place]}
    return {"datum": full_date(child.born), "land": NETHERLANDS, "plaats": place}


def _addressing(child: Newborn, parent: Record) -> Record:
    lines = parent.get("adressering", {})
    family = " ".join(part for part in (child.prefix, child.family_name) if part)
    return {
        "aanschrijfwijze": {"naam": f"{_initials(child.first_names)} {family}"},
        **{name: lines[name] for name in OF_THE_ADDRESS if name in lines},
    }


def _as_parent(parent: Record, number: str, child: Newborn) -> Record:
    name = {part: parent["naam"][part] for part in OF_A_RELATIVE if part in parent.get("naam", {})}
    entry = {
        "burgerservicenummer": parent["burgerservicenummer"],
        "geslacht": parent.get("geslacht"),
        "ouderAanduiding": number,
        "datumIngangFamilierechtelijkeBetrekking": full_date(child.born),
        "naam": name,
        "geboorte": parent.get("geboorte"),
    }
    return {part: value for part, value in entry.items() if value}


def _who(record: Record) -> Record:
    name = record.get("naam", {})
    full = name.get("volledigeNaam") or name.get("geslachtsnaam", "")
    return {"burgerservicenummer": record["burgerservicenummer"], "naam": {"volledigeNaam": full}}
