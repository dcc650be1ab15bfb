"""Which paths may be asked of a person, and what asking for a path delivers. Plain Python.

Source: Haal Centraal BRP Personen bevragen 2.7, the list of fields of `Persoon`. A date, a table value and
`gezag` are delivered whole, whichever part of them is asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Group:
    """A field. `parts` are the fields below it; `whole` means that one part brings all of them."""

    parts: dict[str, Group] = field(default_factory=dict)
    whole: bool = False


Tree = dict[str, "Tree"]
"""What is wanted: field name to what is wanted below it; an empty tree wants everything."""


def _values(*names: str) -> dict[str, Group]:
    return {name: Group() for name in names}


DATE = Group(_values("langFormaat", "type", "datum", "onbekend", "jaar", "maand"), whole=True)
TABLE = Group(_values("code", "omschrijving"), whole=True)
TITLE = Group(_values("code", "omschrijving", "soort"), whole=True)
BSN_ONLY = Group(_values("burgerservicenummer"))
PLACE_AND_TIME = Group({"datum": DATE, "land": TABLE, "plaats": TABLE})
NAME = {
    **_values("geslachtsnaam", "voorletters", "voornamen", "voorvoegsel"),
    "adellijkeTitelPredicaat": TITLE,
}
RELATIVE = {"burgerservicenummer": Group(), "geboorte": PLACE_AND_TIME, "naam": Group(NAME)}
HOME_ADDRESS = {
    **_values(
        "huisletter",
        "huisnummer",
        "huisnummertoevoeging",
        "korteStraatnaam",
        "officieleStraatnaam",
        "postcode",
        "woonplaats",
        "locatiebeschrijving",
    ),
    "aanduidingBijHuisnummer": TABLE,
}
FOREIGN_ADDRESS = {**_values("regel1", "regel2", "regel3"), "land": TABLE}
RESIDENCE = {
    **_values("type", "adresseerbaarObjectIdentificatie", "nummeraanduidingIdentificatie"),
    "datumIngangGeldigheid": DATE,
    "datumVan": DATE,
    "functieAdres": TABLE,
}
ADDRESSING = {
    **_values("adresregel1", "adresregel2", "aanhef", "gebruikInLopendeTekst"),
    "aanschrijfwijze": Group(_values("aanspreekvorm", "naam")),
}

PERSON = Group(
    {
        **_values("aNummer", "burgerservicenummer", "indicatieCurateleRegister", "leeftijd"),
        "adressering": Group({**ADDRESSING, "adresregel3": Group(), "land": TABLE}),
        "adresseringBinnenland": Group(ADDRESSING),
        "datumEersteInschrijvingGBA": DATE,
        "datumInschrijvingInGemeente": DATE,
        "europeesKiesrecht": Group({"aanduiding": TABLE, "einddatumUitsluiting": DATE}),
        "geboorte": PLACE_AND_TIME,
        "gemeenteVanInschrijving": TABLE,
        "geslacht": TABLE,
        "gezag": Group(
            {
                "type": Group(),
                **dict.fromkeys(("minderjarige", "ouders", "ouder", "derde", "derden"), BSN_ONLY),
            },
            whole=True,
        ),
        "immigratie": Group(
            {
                **_values("indicatieVestigingVanuitBuitenland", "vanuitVerblijfplaatsOnbekend"),
                "datumVestigingInNederland": DATE,
                "landVanwaarIngeschreven": TABLE,
            }
        ),
        "indicatieGezagMinderjarige": TABLE,
        "kinderen": Group(RELATIVE),
        "naam": Group({**NAME, "volledigeNaam": Group(), "aanduidingNaamgebruik": TABLE}),
        "nationaliteiten": Group(
            {"type": Group(), "redenOpname": TABLE, "datumIngangGeldigheid": DATE, "nationaliteit": TABLE}
        ),
        "ouders": Group(
            {
                **RELATIVE,
                "datumIngangFamilierechtelijkeBetrekking": DATE,
                "geslacht": TABLE,
                "ouderAanduiding": Group(),
            }
        ),
        "overlijden": PLACE_AND_TIME,
        "partners": Group(
            {
                **RELATIVE,
                "geslacht": TABLE,
                "soortVerbintenis": TABLE,
                "aangaanHuwelijkPartnerschap": PLACE_AND_TIME,
                "ontbindingHuwelijkPartnerschap": Group({"datum": DATE}),
            }
        ),
        "uitsluitingKiesrecht": Group({"einddatum": DATE, "uitgeslotenVanKiesrecht": Group()}),
        "verblijfplaats": Group({**RESIDENCE, "verblijfadres": Group({**HOME_ADDRESS, **FOREIGN_ADDRESS})}),
        "verblijfplaatsBinnenland": Group({**RESIDENCE, "verblijfadres": Group(HOME_ADDRESS)}),
        "verblijfstitel": Group({"aanduiding": TABLE, "datumEinde": DATE, "datumIngang": DATE}),
    }
)


RESIDENT = Group(
    {
        **{name: PERSON.parts[name] for name in ("burgerservicenummer", "geslacht", "gezag", "leeftijd")},
        "geboorte": Group({"datum": DATE}),
        "naam": Group({**NAME, "volledigeNaam": Group()}),
    }
)
"""What may be asked of who is found by dwelling (`GezagPersoonBeperkt`), without the lines for envelopes."""


def is_known(path: str, group: Group = PERSON) -> bool:
    """Whether this path may be asked. What is always delivered may not."""
    for name in path.split("."):
        if name not in group.parts:
            return False
        group = group.parts[name]
    return True


def within(paths: Iterable[str], group: Group) -> list[str]:
    """The same paths, where one that names a whole group stands for the parts that `group` has of it."""
    found = []
    for path in paths:
        at = group
        for name in path.split("."):
            at = at.parts[name]
        is_one = at.whole or not at.parts
        found += [path] if is_one else [f"{path}.{name}" for name in at.parts]
    return found


def all_paths(group: Group = PERSON, above: str = "") -> list[str]:
    """Every path that may be asked, for comparing with the published list."""
    paths = []
    for name, below in group.parts.items():
        path = f"{above}{name}"
        paths += [path, *all_paths(below, f"{path}.")]
    return paths


def wanted(paths: Iterable[str]) -> Tree:
    """The tree of what known paths ask for; a parent's path swallows those below it."""
    tree: Tree = {}
    for path in sorted(set(paths), key=lambda one: one.count(".")):
        _graft(tree, path)
    return tree


def _graft(tree: Tree, path: str) -> None:
    group, branch = PERSON, tree
    for name in path.split("."):
        group = group.parts[name]
        if name in branch and not branch[name]:
            return  # a shorter path already wants all of this group
        branch = branch.setdefault(name, {})
        if group.whole:
            return
