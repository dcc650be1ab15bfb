"""A line of the log as a sentence: who did what with which of your data, why, and on which ground."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.cases.showing import field_label, source_name
from portal.catalogue import catalogue
from portal.ledger.models import DataUse


@dataclass(frozen=True, slots=True)
class UseLine:
    """One operation on the citizen's data."""

    at: datetime
    sentence: str
    fields: list[str]
    field_labels: list[str]
    why: list[str]
    ground: str
    outcome: str


def use_line(use: DataUse) -> UseLine:
    """The line in words."""
    return UseLine(
        at=use.at,
        sentence=_sentence(use),
        fields=use.fields,
        field_labels=[field_label(name) for name in use.fields if name in catalogue().fields],
        why=_purposes(use),
        ground=use.ground,
        outcome=_outcome(use),
    )


def _sentence(use: DataUse) -> str:
    names = {"recipient": _recipient(use.recipient), "source": source_name(use.source)}
    return {
        DataUse.Operation.FETCH: _("Wij haalden uw gegevens op bij de %(source)s."),
        DataUse.Operation.DISCLOSURE: _("Wij stuurden uw gegevens naar %(recipient)s."),
        DataUse.Operation.VIEW: _("Een medewerker van %(recipient)s bekeek uw aanvraag."),
        DataUse.Operation.DISPUTE: _dispute_sentence(use),
        DataUse.Operation.OUTCOME: _("%(recipient)s nam een beslissing."),
        DataUse.Operation.EXPORT: _("U downloadde uw gegevens."),
        DataUse.Operation.MENTION: _("%(recipient)s gebruikte gegevens van u."),
    }[DataUse.Operation(use.operation)] % names


def _outcome(use: DataUse) -> str:
    if use.moment == DataUse.Moment.BEGIN:
        return _("Begonnen. Onbekend of het aankwam.")
    if use.status == DataUse.Status.ERROR:
        return _("Het lukte niet. Er zijn geen gegevens gebruikt.")
    return ""


def _dispute_sentence(use: DataUse) -> str:
    """What was done about a value that the citizen says is wrong."""
    said = {
        "withdrawn": _("U zei dat een gegeven toch klopt."),
        "dispute-reported": _("%(recipient)s meldde dat een gegeven volgens u niet klopt."),
        "dispute-corrected": _("%(recipient)s gaf door dat een gegeven is verbeterd."),
        "dispute-not-taken-over": _("%(recipient)s gaf door dat een gegeven blijft zoals het is."),
    }
    return said.get(use.outcome, _("U zei dat een gegeven niet klopt."))


def _purposes(use: DataUse) -> list[str]:
    """The purposes of the activities; an activity that no service has any more keeps its id."""
    activities = [service.activity for service in catalogue().services.values()]
    activities += [correction.activity for correction in catalogue().corrections.values()]
    known = {activity.id: activity for activity in activities}
    return [
        known[name].purpose.in_language(get_language() or "nl") if name in known else name
        for name in use.activities
    ]


def _recipient(recipient: str) -> str:
    agency = catalogue().agencies.get(recipient)
    return agency.name if agency else recipient
