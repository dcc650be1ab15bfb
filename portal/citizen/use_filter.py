"""Which part of the log a citizen wants to see: a form in the address, without values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from portal.cases.reading.showing import field_label
from portal.citizen.filter_fields import PeriodForm, one_of
from portal.citizen.use_lines import recipient_name
from portal.ledger.log.history import Wanted
from portal.ledger.log.uses import PORTAL


class UseFilterForm(PeriodForm):
    """Agency, field and period, each of them optional. The names are those in the address."""

    def __init__(self, data: Any, *, recipients: Iterable[str], fields: Iterable[str]) -> None:
        super().__init__(data)
        agencies = [(_recipient(name), name) for name in recipients]
        labels = [(field_label(name), name) for name in fields]
        self.fields = {
            "organisatie": one_of(_("Organisatie"), _("Alle organisaties"), agencies),
            "gegeven": one_of(_("Gegeven"), _("Alle gegevens"), labels),
            **self.fields,
        }

    def wanted(self) -> Wanted:
        """What was asked for; call it on a valid form."""
        return Wanted(
            recipient=self.cleaned_data["organisatie"],
            field=self.cleaned_data["gegeven"],
            since=self.cleaned_data["van"],
            until=self.cleaned_data["tot"],
        )


def _recipient(name: str) -> str:
    return _("Levensloket (wijzelf)") if name == PORTAL else capfirst(recipient_name(name))
