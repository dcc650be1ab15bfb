"""The desk of a municipality: which cases came in, what was filed, and moving them on."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from connectors.sandbox.zgw.catalogue import Catalogue, Type, ZaakType, agencies, catalogue_of
from connectors.sandbox.zgw.filing import add_result, add_status
from connectors.sandbox.zgw.models import Zaak
from connectors.sandbox.zgw.papers.desk import PaperForm, papers_of, write
from connectors.sandbox.zgw.shapes import result_of, type_of

A_MOMENT = timedelta(seconds=1)


class ClosingForm(forms.Form):
    """What came of a case, and what the officer says about it."""

    result = forms.ChoiceField(label="Resultaat", widget=forms.RadioSelect)
    text = forms.CharField(
        label="Toelichting (mag leeg)",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, types: tuple[Type, ...], *args: Any) -> None:
        super().__init__(*args)
        field = self.fields["result"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(str(one.key), one.name) for one in types]


@require_GET
def worklist(request: HttpRequest, agency: str) -> HttpResponse:
    """All cases of the municipality, the newest first."""
    catalogue = _catalogue(agency)
    cases = [_row(catalogue, one) for one in Zaak.objects.filter(agency=agency)]
    return render(request, "sandbox/desk.html", {"agency": catalogue.agency, "cases": cases})


@require_GET
def case(request: HttpRequest, agency: str, key: UUID) -> HttpResponse:
    """One case."""
    catalogue, zaak = _found(agency, key)
    return _case_page(request, catalogue, zaak, ClosingForm(_kind(catalogue, zaak).resultaattypen))


@require_POST
def take_up(request: HttpRequest, agency: str, key: UUID) -> HttpResponse:
    """Somebody starts to work on a case. Pressed twice, it happens once."""
    catalogue, zaak = _found(agency, key)
    with transaction.atomic():
        locked = Zaak.objects.select_for_update().get(pk=zaak.pk)
        if _can_be_taken_up(catalogue, locked):
            add_status(catalogue, locked, _working(catalogue, locked), _next_moment(locked))
    return redirect("desk_case", agency=agency, key=key)


@require_POST
def close(request: HttpRequest, agency: str, key: UUID) -> HttpResponse:
    """A case gets its result and its last status. Pressed twice, it happens once."""
    catalogue, zaak = _found(agency, key)
    form = ClosingForm(_kind(catalogue, zaak).resultaattypen, request.POST)
    if not form.is_valid():
        return _case_page(request, catalogue, zaak, form, status=400)
    with transaction.atomic():
        locked = Zaak.objects.select_for_update().get(pk=zaak.pk)
        if locked.einddatum is None:
            _close(catalogue, locked, UUID(form.cleaned_data["result"]), form.cleaned_data["text"])
    return redirect("desk_case", agency=agency, key=key)


@require_POST
def add_paper(request: HttpRequest, agency: str, key: UUID) -> HttpResponse:
    """The officer puts a document in a case, as a letter, as a decision, or for colleagues only."""
    catalogue, zaak = _found(agency, key)
    form = PaperForm(request.POST, request.FILES)
    if not form.is_valid():
        closing = ClosingForm(_kind(catalogue, zaak).resultaattypen)
        return _case_page(request, catalogue, zaak, closing, papers=form, status=400)
    with transaction.atomic():
        write(catalogue, Zaak.objects.select_for_update().get(pk=zaak.pk), form)
    return redirect("desk_case", agency=agency, key=key)


@require_GET
def download(request: HttpRequest, agency: str, key: UUID, document: UUID) -> HttpResponse:
    """The content of a document in a case, to keep and never to open in the page."""
    _, zaak = _found(agency, key)
    link = get_object_or_404(zaak.zaakinformatieobjecten, informatieobject=document)
    told = link.informatieobject.fields
    return HttpResponse(
        bytes(link.informatieobject.content),
        content_type=told["formaat"] or "application/octet-stream",
        headers={"Content-Disposition": content_disposition_header(True, told["bestandsnaam"] or "document")},
    )


def _close(catalogue: Catalogue, zaak: Zaak, result: UUID, text: str) -> None:
    if result_of(zaak) is None:  # one that was closed and opened again has kept its result
        add_result(catalogue, zaak, result, text)
    add_status(catalogue, zaak, _kind(catalogue, zaak).statustypen[-1], _next_moment(zaak))


def _case_page(
    request: HttpRequest,
    catalogue: Catalogue,
    zaak: Zaak,
    form: ClosingForm,
    *,
    papers: PaperForm | None = None,
    status: int = 200,
) -> HttpResponse:
    result = result_of(zaak)
    context = {
        "agency": catalogue.agency,
        "case": _row(catalogue, zaak),
        "roles": [
            {
                "name": type_of(catalogue, zaak, "roltypen", one.roltype).name,
                "person": _person(one.content["betrokkeneIdentificatie"]),
                "mandate": one.content["indicatieMachtiging"],
            }
            for one in zaak.rollen.all()
        ],
        "properties": [
            {"name": type_of(catalogue, zaak, "eigenschappen", one.eigenschap).name, "value": one.waarde}
            for one in zaak.zaakeigenschappen.all()
        ],
        "statuses": [
            {
                "name": _status_name(catalogue, zaak, one.statustype),
                "set_at": one.set_at,
                "text": one.toelichting,
            }
            for one in zaak.statussen.all()
        ],
        "result": result,
        "result_name": type_of(catalogue, zaak, "resultaattypen", result.resultaattype).name
        if result
        else "",
        "can_be_taken_up": _can_be_taken_up(catalogue, zaak),
        "form": form,
        "papers": papers_of(catalogue, zaak),
        "paper_form": papers or PaperForm(),
    }
    return render(request, "sandbox/desk_case.html", context, status=status)


def _person(known: dict[str, str]) -> str:
    """A name and a BSN, as far as the portal sent them."""
    names = (known.get(part, "") for part in ("voornamen", "voorvoegselGeslachtsnaam", "geslachtsnaam"))
    bsn = f"BSN {known['inpBsn']}" if known.get("inpBsn") else ""
    return " · ".join(part for part in (" ".join(name for name in names if name), bsn) if part)


def _row(catalogue: Catalogue, zaak: Zaak) -> dict[str, Any]:
    latest = zaak.statussen.first()
    return {
        "zaak": zaak,
        "kind": _kind(catalogue, zaak).definition["omschrijving"],
        "about": zaak.content.get("omschrijving", ""),
        "text": zaak.content.get("toelichting", ""),
        "status": _status_name(catalogue, zaak, latest.statustype) if latest else "Nog geen status",
    }


def _status_name(catalogue: Catalogue, zaak: Zaak, key: UUID) -> str:
    return type_of(catalogue, zaak, "statustypen", key).name


def _kind(catalogue: Catalogue, zaak: Zaak) -> ZaakType:
    return catalogue.known(zaak.zaaktype)


def _working(catalogue: Catalogue, zaak: Zaak) -> Type:
    """The status after the first: somebody works on it."""
    return _kind(catalogue, zaak).statustypen[1]


def _can_be_taken_up(catalogue: Catalogue, zaak: Zaak) -> bool:
    working = _working(catalogue, zaak).key
    return zaak.einddatum is None and not zaak.statussen.filter(statustype=working).exists()


def _next_moment(zaak: Zaak) -> datetime:
    """Now, but after the latest status: the portal's day may be ahead of ours."""
    latest = zaak.statussen.first()
    return max(timezone.now(), latest.set_at + A_MOMENT) if latest else timezone.now()


def _catalogue(agency: str) -> Catalogue:
    if agency not in agencies():
        raise Http404
    return catalogue_of(agency)


def _found(agency: str, key: UUID) -> tuple[Catalogue, Zaak]:
    return _catalogue(agency), get_object_or_404(Zaak, agency=agency, pk=key)
