"""What an auditor draws and judges, and what is told to who leads those people."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.access.assist import danger
from portal.access.models import DangerAsk
from portal.access.requests import actor_of
from portal.backoffice.audit_forms import AnswerForm, DrawForm, PartForm, ReviewForm, kind_of
from portal.backoffice.audit_views import frame
from portal.backoffice.audit_words import (
    PARTS,
    SLUGS,
    TITLES,
    about_words,
    agency_words,
    what_words,
    who_words,
)
from portal.cases import paging
from portal.cases.auditing import looking, reviewing, sampling
from portal.cases.auditing.models import AuditReview, AuditSample, Kind
from portal.cases.auditing.rows import Wanted

_PAGE = require_http_methods(["GET", "HEAD", "POST"])
_KEYS = ("-is_open", "-drawn_at", "-id")
_SAMPLES_A_PAGE = 50


@require_safe
def samples(request: HttpRequest) -> HttpResponse:
    """What is to be looked at: danger to life, then samples, those that are not done first."""
    looking.note(auditor=actor_of(request), what="samples")
    place = {name: request.GET.get(name, "") for name in ("na", "voor")}
    try:
        page = paging.page_of(
            sampling.samples(), keys=_KEYS, size=_SAMPLES_A_PAGE, after=place["na"], before=place["voor"]
        )
    except paging.WrongMark:
        raise Http404 from None
    context = frame(None) | {
        "dangers": danger.to_review(),
        "looked_at": [_shown(row) for row in reviewing.reviews_of_danger()[: reviewing.MOST_SHOWN]],
        "samples": [_of_sample(sample) for sample in page.rows],
        "next": f"na={page.after}" if page.after else "",
        "previous": f"voor={page.before}" if page.before else "",
    }
    return render(request, "backoffice/audit/samples.html", context)


@require_POST
def draw(request: HttpRequest, kind: str) -> HttpResponse:
    """A new sample of the part of a list that the address names."""
    found = kind_of(kind)
    part = PartForm(request.GET, kind=found) if found else None
    if found is None or part is None or not part.is_valid():
        raise Http404
    form = DrawForm(request.POST)
    if form.is_valid():
        number, percent = (form.cleaned_data[name] or 0 for name in ("aantal", "deel"))
        try:
            made = sampling.draw(
                auditor=actor_of(request), wanted=part.wanted(), number=number, percent=percent
            )
        except sampling.NothingThere:
            form.add_error(None, _("Hier valt niets onder. Er is niets om te trekken."))
        except sampling.TooMany:
            words = _("Dit zijn er te veel. Een steekproef heeft er hooguit %(most)s.")
            form.add_error(None, words % {"most": sampling.MOST_DRAWN})
        else:
            return redirect("backoffice:audit-sample", made.pk)
    context = frame(found) | {
        "form": form,
        "part": _part_words(part.wanted()),
        "query": request.GET.urlencode(),
    }
    return render(request, "backoffice/audit/draw.html", context, status=422)


@require_safe
def sample(request: HttpRequest, sample_id: UUID) -> HttpResponse:
    """A sample: how it was drawn, and what is in it."""
    found = sampling.samples().filter(pk=sample_id).first()
    if found is None:
        raise Http404
    looking.note(auditor=actor_of(request), what="sample", about=found.pk)
    reviews = found.reviews.select_related("staff", "reviewer", "answered_by").order_by("place")
    context = frame(Kind(found.kind)) | {
        "sample": found,
        "shown": _of_sample(found),
        "again": sampling.comes_out_again(found),
        "reviews": [_shown(row) for row in reviews],
    }
    return render(request, "backoffice/audit/sample.html", context)


@_PAGE
def review(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """One thing out of a sample, and what is thought of it."""
    rows = AuditReview.objects.select_related("staff", "second", "reviewer", "answered_by", "sample")
    row = rows.filter(pk=review_id).first()
    if row is None:
        raise Http404
    form = ReviewForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            reviewing.review(
                auditor=actor_of(request),
                review_id=review_id,
                was_right=form.was_right,
                text=form.cleaned_data["notitie"],
            )
        except (reviewing.AlreadyReviewed, reviewing.OwnAct) as error:
            _say(request, error)
            return redirect("backoffice:audit-review", review_id)
        _say(request, None)
        return _to_next(row)
    looking.note(auditor=actor_of(request), what="review", about=row.pk)
    context = frame(None) | {
        "form": form,
        "shown": _shown(row),
        "about": about_words(row),
        "sample": row.sample,
    }
    if row.kind == Kind.ASSIST:
        context["assist_id"] = row.row
    if row.kind == Kind.DANGER:
        context["ask"] = DangerAsk.objects.select_related("staff", "lead").get(pk=row.row)
    return render(request, "backoffice/audit/review.html", context, status=422 if form.errors else 200)


@_PAGE
def review_danger(request: HttpRequest, ask_id: UUID) -> HttpResponse:
    """Looking along without a code: every time is looked at."""
    done = AuditReview.objects.filter(kind=Kind.DANGER, row=str(ask_id)).first()
    ask = danger.to_review().filter(pk=ask_id).first()
    if ask is None and done is None:
        raise Http404
    form = ReviewForm(request.POST if request.method == "POST" else None)
    if ask is None or form.is_valid():
        try:
            if ask is None:
                raise reviewing.AlreadyReviewed
            reviewing.review_danger(
                auditor=actor_of(request),
                ask_id=ask_id,
                was_right=form.was_right,
                text=form.cleaned_data["notitie"],
            )
        except reviewing.AlreadyReviewed as error:
            if request.method == "POST":
                _say(request, error)
            return redirect("backoffice:audit-samples" if done is None else _address(done))
        except reviewing.OwnAct as error:
            _say(request, error)
        else:
            _say(request, None)
        return redirect("backoffice:audit-samples")
    looking.note(auditor=actor_of(request), what="danger", about=ask.pk)
    who, does = who_words(ask.staff)
    context = frame(None) | {"form": form, "ask": ask, "who": who, "does": does, "assist_id": ask.assist_id}
    return render(request, "backoffice/audit/danger.html", context, status=422 if form.errors else 200)


@require_safe
def findings(request: HttpRequest) -> HttpResponse:
    """For who leads them: what was not in order, and has no answer yet on top."""
    rows = reviewing.findings_for(actor=actor_of(request))[: reviewing.MOST_SHOWN]
    return render(request, "backoffice/audit/findings.html", {"rows": [_shown(row) for row in rows]})


@_PAGE
def finding(request: HttpRequest, review_id: UUID) -> HttpResponse:
    """One of them, and what is done about it."""
    actor = actor_of(request)
    row = reviewing.findings_for(actor=actor).filter(pk=review_id).first()
    if row is None:
        raise Http404
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            reviewing.answer(actor=actor, review_id=review_id, text=form.cleaned_data["antwoord"])
        except reviewing.AlreadyAnswered:
            messages.warning(request, _("Iemand anders gaf al een antwoord."))
        else:
            messages.success(request, _("Dank u. De controleur leest uw antwoord."))
        return redirect("backoffice:findings")
    context = {"form": form, "shown": _shown(row)}
    return render(request, "backoffice/audit/finding.html", context, status=422 if form.errors else 200)


def _say(request: HttpRequest, error: Exception | None) -> None:
    if error is None:
        messages.success(request, _("Uw oordeel is bewaard."))
    elif isinstance(error, reviewing.OwnAct):
        messages.warning(request, _("Dit deed u zelf. Een andere controleur kijkt dit na."))
    else:
        messages.warning(request, _("Dit was al beoordeeld. Uw oordeel is niet bewaard."))


def _address(row: AuditReview) -> str:
    return reverse("backoffice:audit-review", args=[row.pk])


def _to_next(row: AuditReview) -> HttpResponse:
    """To what is next in the sample; to the sample itself when all of it was looked at."""
    left = AuditReview.objects.filter(sample=row.sample_id, reviewed_at=None).order_by("place").first()
    if left is not None:
        return redirect("backoffice:audit-review", left.pk)
    return redirect("backoffice:audit-sample", row.sample_id)


def _of_sample(found: AuditSample) -> dict[str, Any]:
    wanted = Wanted.from_json(found.wanted)
    return {"row": found, "title": TITLES[wanted.kind], "part": _part_words(wanted)}


def _part_words(wanted: Wanted) -> str:
    """Which part of a list, in words."""
    days = _("%(since)s tot en met %(until)s") % {
        "since": f"{wanted.since:%d-%m-%Y}",
        "until": f"{wanted.until:%d-%m-%Y}",
    }
    part = str(PARTS[wanted.kind][wanted.part]) if wanted.part else ""
    return ", ".join(filter(None, [days, part, wanted.staff, agency_words(wanted.agency)]))


def _shown(row: AuditReview) -> dict[str, Any]:
    who, does = who_words(row.staff, agency=row.agency)
    kind = Kind(row.kind)
    return {
        "row": row,
        "who": who,
        "does": does,
        "what": what_words(row),
        "title": TITLES[kind],
        "slug": SLUGS.get(kind, ""),
    }
