"""Papers at the desk: what is in a case, and what the officer adds to it."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django import forms
from django.db import transaction
from django.utils import timezone

from connectors.sandbox.clock import today
from connectors.sandbox.zgw.catalogue import Catalogue, Type
from connectors.sandbox.zgw.models import Informatieobject, Zaak
from connectors.sandbox.zgw.papers.pdf import letter
from connectors.sandbox.zgw.papers.storing import add_decision, add_document, add_letter, add_to_case

LETTER, DECISION, INTERNAL = "letter", "decision", "internal"
DIRECTIONS = {LETTER: "uitgaand", DECISION: "uitgaand", INTERNAL: "intern"}
LARGEST = 25 * 1024 * 1024
PDF, TEXT = "application/pdf", "text/plain"
SHOWN = 4000
"""So many characters of a text are shown in the page; the rest is in the file."""


class PaperForm(forms.Form):
    """What goes into the case: something written here, or a file."""

    kind = forms.ChoiceField(
        label="Wat is het?",
        choices=(
            (LETTER, "Brief aan de aanvrager"),
            (DECISION, "Besluit voor de aanvrager"),
            (INTERNAL, "Notitie voor collega's"),
        ),
        widget=forms.RadioSelect,
    )
    title = forms.CharField(label="Titel", max_length=200)
    letter = forms.CharField(
        label="Tekst (of kies hieronder een bestand)",
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    file = forms.FileField(label="Bestand (mag leeg)", required=False)

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        given: dict[str, Any] = super().clean() or {}
        file = given.get("file")
        if not given.get("letter") and not file:
            self.add_error("letter", "Schrijf een tekst of kies een bestand.")
        if file and file.size > LARGEST:
            self.add_error("file", "Kies een bestand van hooguit 25 MB.")
        return given


@transaction.atomic
def write(catalogue: Catalogue, zaak: Zaak, form: PaperForm) -> None:
    """Puts it in the case; a decision comes with its letter."""
    given = form.cleaned_data
    file = given["file"]
    if file:
        name, kind, content = PurePath(file.name).name, file.content_type or "", file.read()
    else:
        name, kind, content = f"{given['kind']}.pdf", PDF, letter(given["title"], given["letter"])
    fields = {
        "titel": given["title"],
        "auteur": catalogue.agency.name,
        "taal": "dut",
        "formaat": kind,
        "bestandsnaam": name,
        "status": "definitief",
        "vertrouwelijkheidaanduiding": "intern" if given["kind"] == INTERNAL else "zaakvertrouwelijk",
        "verzenddatum": None if given["kind"] == INTERNAL else today().isoformat(),
    }
    document = add_document(catalogue, _type(catalogue, DIRECTIONS[given["kind"]]), content, fields)
    if given["kind"] == DECISION:
        decision = add_decision(catalogue, zaak, catalogue.besluittypen[0], _decided(catalogue))
        add_letter(catalogue, decision, document)
    # Last: with the document in the case there is news, and who looks then must find all of it.
    add_to_case(catalogue, zaak, document, given["title"])


def papers_of(catalogue: Catalogue, zaak: Zaak) -> list[dict[str, Any]]:
    """What is in a case, the oldest first."""
    links = zaak.zaakinformatieobjecten.select_related("informatieobject")
    return [_row(catalogue, link.informatieobject) for link in links]


def _row(catalogue: Catalogue, document: Informatieobject) -> dict[str, Any]:
    known, kind = document.fields, catalogue.document_type(document.informatieobjecttype)
    is_text = known["formaat"].partition(";")[0] == TEXT
    return {
        "key": document.pk,
        "title": known["titel"],
        "kind": kind.name if kind else "",
        "from": known["auteur"],
        "at": timezone.localtime(document.created_at),
        "decision": document.besluiten.exists(),
        "text": bytes(document.content).decode(errors="replace")[:SHOWN] if is_text else "",
        "file": known["bestandsnaam"] or "Bestand",
        "size": len(document.content),
    }


def _decided(catalogue: Catalogue) -> dict[str, Any]:
    now = today().isoformat()
    return {
        "verantwoordelijkeOrganisatie": catalogue.agency.rsin,
        "datum": now,
        "ingangsdatum": now,
        "toelichting": "",
        "bestuursorgaan": "",
        "vervaldatum": None,
        "publicatiedatum": None,
        "verzenddatum": now,
        "uiterlijkeReactiedatum": None,
    }


def _type(catalogue: Catalogue, direction: str) -> Type:
    return next(one for one in catalogue.informatieobjecttypen if one.note == direction)
