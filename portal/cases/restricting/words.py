"""How a restriction reads: to the citizen, to the agency, and in the log."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.cases.models import RestrictedUse, Restriction
from portal.cases.reading.showing import field_label

WHY: dict[str, Promise] = {
    Restriction.Why.CONTESTED: gettext_lazy("Het klopt niet, en dat wordt nog uitgezocht"),
    Restriction.Why.UNLAWFUL: gettext_lazy(
        "Het mag niet worden gebruikt, maar ik wil niet dat het wordt gewist"
    ),
    Restriction.Why.CLAIM: gettext_lazy(
        "Ik heb het nog nodig, bijvoorbeeld voor een bezwaar of een rechtszaak"
    ),
    Restriction.Why.OBJECTED: gettext_lazy(
        "Ik heb bezwaar gemaakt tegen het gebruik, en dat wordt nog bekeken"
    ),
}
"""In the words of who asks for it; the order of AVG 18(1)."""

STAFF_WHY: dict[str, Promise] = {
    Restriction.Why.CONTESTED: gettext_lazy(
        "Volgens de inwoner klopt het niet, en dat wordt nog uitgezocht."
    ),
    Restriction.Why.UNLAWFUL: gettext_lazy(
        "Volgens de inwoner mag het niet worden gebruikt, en moet het wel blijven."
    ),
    Restriction.Why.CLAIM: gettext_lazy("De inwoner heeft het nodig voor een bezwaar of een rechtszaak."),
    Restriction.Why.OBJECTED: gettext_lazy(
        "De inwoner maakte bezwaar tegen het gebruik, en dat wordt nog bekeken."
    ),
}

GROUNDS: dict[str, Promise] = {
    RestrictedUse.Ground.CONSENT: gettext_lazy("De inwoner vindt het goed"),
    RestrictedUse.Ground.CLAIM: gettext_lazy("Voor een bezwaar of een rechtszaak"),
    RestrictedUse.Ground.OTHERS: gettext_lazy("Om de rechten van een ander te beschermen"),
    RestrictedUse.Ground.PUBLIC: gettext_lazy("Om een belangrijke reden van algemeen belang"),
}
"""AVG 18(2)."""

_LAW = "Algemene verordening gegevensbescherming"
_IN_THE_LOG = {
    RestrictedUse.Ground.CONSENT: "toestemming",
    RestrictedUse.Ground.CLAIM: "rechtsvordering",
    RestrictedUse.Ground.OTHERS: "rechten van een ander",
    RestrictedUse.Ground.PUBLIC: "gewichtige redenen van algemeen belang",
}


def use_ground(ground: RestrictedUse.Ground) -> str:
    """The ground of a use in spite of it, as a line of the log has it. Law is named in Dutch."""
    return f"artikel 18 lid 2 {_LAW} ({_IN_THE_LOG[ground]})"


def why_ground() -> str:
    """The right itself."""
    return f"artikel 18 {_LAW}"


def letter_to_agency(restriction: Restriction) -> str:
    """What the agency reads as a message of the citizen (AVG 19). Names the datum, and no value."""
    why = STAFF_WHY[restriction.why]
    if restriction.field:
        names = {"label": field_label(restriction.field), "why": why}
        said = _("Beperk het gebruik van dit gegeven: %(label)s (artikel 18 AVG). %(why)s") % names
    else:
        said = _("Beperk het gebruik van mijn gegevens in deze aanvraag (artikel 18 AVG). %(why)s") % {
            "why": why
        }
    more = _("Bewaar het wel, maar gebruik het niet, tenzij artikel 18 lid 2 dat toestaat.")
    before = _("Laat het mij weten voordat u de beperking opheft.")
    return f"{said} {more} {before}"
