"""The desk of an agency with an intake of its own: what came in, and moving it along."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from connectors.sandbox.intake.agencies import INTAKES, IntakeAgency
from connectors.sandbox.intake.models import IntakeRequest, IntakeUpdate
from connectors.sandbox.intake.talk import MEDIA_TYPES, MOST_BYTES

RESULTS = {
    "granted": "Toegekend of geregeld",
    "partly": "Voor een deel toegekend",
    "refused": "Geweigerd, of het kan niet",
}
STATUSES = {"handled": "In behandeling", "needs_you": "Wacht op de aanvrager"}
POSTS = {"answer": "Antwoord", "message": "Bericht", "withdrawal": "Ingetrokken", "objection": "Bezwaar"}
WORDS = STATUSES | RESULTS
_A_MOMENT = timedelta(seconds=1)


class UpdateForm(forms.Form):
    """What the officer says of a request. A result needs its reasons, a question its text."""

    word = forms.ChoiceField(
        label="Hoe staat het ervoor?", choices=list(WORDS.items()), widget=forms.RadioSelect
    )
    text = forms.CharField(
        label="Wat leest de aanvrager? (mag leeg als u er alleen aan werkt)",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean(self) -> dict[str, Any] | None:
        """Only that somebody works on it says enough by itself."""
        said = super().clean() or {}
        if said.get("word") not in (None, "handled") and not said.get("text", "").strip():
            self.add_error("text", "Schrijf hier wat de aanvrager leest.")
        return said


class PaperForm(forms.Form):
    """A document that the applicant gets to see."""

    title = forms.CharField(label="Hoe heet het?", max_length=200)
    file = forms.FileField(label="Het bestand (PDF, JPEG of PNG)", max_length=200, allow_empty_file=False)
    decision = forms.BooleanField(label="Dit is de brief van een besluit", required=False)

    def clean_file(self) -> UploadedFile[bytes]:
        """The contract knows three kinds of files."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if file.content_type not in MEDIA_TYPES or (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError("Kies een PDF, JPEG of PNG van hooguit 25 MB.")
        return file


@require_GET
def worklist(request: HttpRequest, agency: str) -> HttpResponse:
    """All requests of the agency, the newest first."""
    known = _agency(agency)
    rows = [_row(one) for one in IntakeRequest.objects.filter(agency=agency).prefetch_related("updates")]
    return render(request, "sandbox/intake.html", {"agency": known, "rows": rows})


@require_GET
def one_request(request: HttpRequest, agency: str, number: str) -> HttpResponse:
    """One request."""
    return _page(request, agency, _found(agency, number), UpdateForm())


@require_POST
def say(request: HttpRequest, agency: str, number: str) -> HttpResponse:
    """The officer moves a request along. After its result nothing is said any more."""
    kept, form = _found(agency, number), UpdateForm(request.POST)
    if not form.is_valid():
        return _page(request, agency, kept, form, status=400)
    with transaction.atomic():
        locked = IntakeRequest.objects.select_for_update().get(pk=kept.pk)
        if not locked.is_closed:
            _add(locked, form.cleaned_data["word"], form.cleaned_data["text"])
    return redirect("intake_request", agency=agency, number=number)


@require_POST
def show_paper(request: HttpRequest, agency: str, number: str) -> HttpResponse:
    """The officer shows the applicant a document."""
    kept, form = _found(agency, number), PaperForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, agency, kept, UpdateForm(), papers=form, status=400)
    file = form.cleaned_data["file"]
    kept.papers.create(
        title=form.cleaned_data["title"],
        media_type=file.content_type,
        content=file.read(),
        decision=form.cleaned_data["decision"],
    )
    return redirect("intake_request", agency=agency, number=number)


@require_GET
def download(request: HttpRequest, agency: str, number: str, reference: str) -> HttpResponse:
    """A document of the citizen, to keep and never to open in the page."""
    document = get_object_or_404(_found(agency, number).documents, reference=reference)
    return HttpResponse(
        bytes(document.content),
        content_type=document.media_type,
        headers={"Content-Disposition": content_disposition_header(True, document.title)},
    )


def _add(kept: IntakeRequest, word: str, text: str) -> None:
    latest = kept.updates.last()
    now = timezone.now()
    kept.updates.create(
        kind="result" if word in RESULTS else "status",
        word=word,
        text=text,
        set_at=max(now, latest.set_at + _A_MOMENT) if latest else now,
    )


def _without_bsn(person: dict[str, str] | None) -> str:
    """Who it is that has no BSN, as the portal wrote it."""
    names = ("firstNames", "prefix", "surname", "birthDate", "vNumber")
    return " ".join(part for name in names if (part := (person or {}).get(name)))


def _page(
    request: HttpRequest,
    agency: str,
    kept: IntakeRequest,
    form: UpdateForm,
    *,
    papers: PaperForm | None = None,
    status: int = 200,
) -> HttpResponse:
    envelope = kept.envelope
    context = {
        "agency": _agency(agency),
        "row": _row(kept),
        "bsn": envelope["subject"].get("bsn", ""),
        "person": _without_bsn(envelope["subject"].get("person")),
        "filed": envelope["payload"].get("filed", {}).get("words", ""),
        "representative": envelope.get("representative", {}).get("bsn", ""),
        "came": envelope.get("forwardedFrom"),
        "documents": kept.documents.filter(reference__in=kept.named),
        "groups": [(name, _lines(value)) for name, value in envelope["payload"]["answers"].items()],
        "facts": [
            (name, _lines(fact.get("value") if isinstance(fact, dict) else fact))
            for name, fact in envelope["payload"]["facts"].items()
        ],
        "missing": envelope["payload"]["not_fetched"],
        "notes": kept.notes.all(),
        "updates": [(WORDS[one.word], one) for one in kept.updates.all()],
        "posts": [(POSTS[one.kind], one) for one in kept.posts.prefetch_related("documents")],
        "papers": kept.papers.all(),
        "is_closed": kept.is_closed,
        "paper_form": papers or PaperForm(),
        "form": form,
    }
    return render(request, "sandbox/intake_request.html", context, status=status)


def _lines(value: Any, path: str = "") -> list[str]:
    """A value as lines that a person can read."""
    if isinstance(value, dict):
        return [line for key, part in value.items() for line in _lines(part, f"{path} {key}".strip())]
    if isinstance(value, list):
        return [line for part in value for line in _lines(part, path)]
    return [f"{path}: {value}" if path else str(value)]


def _row(kept: IntakeRequest) -> dict[str, Any]:
    updates: list[IntakeUpdate] = list(kept.updates.all())
    return {
        "request": kept,
        "title": kept.envelope["title"],
        "status": WORDS[updates[-1].word] if updates else "Nieuw",
    }


def _agency(agency: str) -> IntakeAgency:
    if agency not in INTAKES:
        raise Http404
    return INTAKES[agency]


def _found(agency: str, number: str) -> IntakeRequest:
    _agency(agency)
    return get_object_or_404(IntakeRequest, agency=agency, number=number)
