"""The officer's side of the talk about a case: asking, writing, and documents."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.access.requests import actor_of
from portal.backoffice.case_page import say_too_late, usable_case
from portal.backoffice.talk_forms import AddDocumentForm, AskForm
from portal.cases.involved import require_said
from portal.cases.models import Case, CitizenTask, Document, Phase, Side
from portal.cases.paging import WrongMark
from portal.cases.reading.names import title_of
from portal.cases.reading.staff_words import staff_words
from portal.cases.talk.asking import OtherQuestion, ask
from portal.cases.talk.documents import NotReady
from portal.cases.talk.fields import MessageForm
from portal.cases.talk.files import as_download
from portal.cases.talk.showing import what_of
from portal.cases.talk.staff import answers_for, open_document, open_talk
from portal.cases.talk.standing import Closed, NotThere, is_talkable, open_asked
from portal.cases.talk.texts import WrongText
from portal.cases.talk.thread import thread_of
from portal.cases.talk.words import why_not_text
from portal.cases.talk.writing import OtherMessage, add_document, write
from portal.ledger.keys import KeyDestroyed


@require_safe
def talk(request: HttpRequest, reference: str) -> HttpResponse:
    """What was said, page by page, with what the citizen answered. It leaves a line in the citizen's log."""
    found = usable_case(request, reference)
    if not Phase(found.phase).is_final:
        require_said(found, actor_of(request))
    return _page(request, found)


@require_POST
def ask_citizen(request: HttpRequest, reference: str) -> HttpResponse:
    """The case waits for the citizen from now on."""
    found, form = usable_case(request, reference), AskForm(request.POST)
    if not form.is_valid():
        return _page(request, found, ask_form=form)
    data = form.cleaned_data
    try:
        ask(
            case=found,
            actor=actor_of(request),
            what=data["what"],
            why=data["why"],
            external_id=form.external_id,
            until=data["until"],
            questions=data["questions"],
            wants_document=data["wants_document"],
        )
    except (Closed, NotThere, OtherQuestion):
        say_too_late(request)
    except WrongText as wrong:
        form.add_error("what", why_not_text(str(wrong)))
        return _page(request, found, ask_form=form)
    else:
        messages.success(request, _("Gevraagd. De inwoner ziet dit bovenaan."))
    return redirect("backoffice:talk", found.reference)


@require_POST
def write_citizen(request: HttpRequest, reference: str) -> HttpResponse:
    """A message to the citizen."""
    found, form = usable_case(request, reference), MessageForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, found, message_form=form)
    document = form.cleaned_data.get("document")
    try:
        write(
            case=found,
            actor=actor_of(request),
            text=form.cleaned_data["text"],
            external_id=form.external_id,
            files=[document] if document else [],
        )
    except (Closed, NotThere, OtherMessage):
        say_too_late(request)
    else:
        messages.success(request, _("Verstuurd. De inwoner leest dit nu."))
    return redirect("backoffice:talk", found.reference)


@require_POST
def add_document_for(request: HttpRequest, reference: str) -> HttpResponse:
    """A document that the citizen can save."""
    found, form = usable_case(request, reference), AddDocumentForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, found, document_form=form)
    data = form.cleaned_data
    try:
        add_document(
            case=found,
            actor=actor_of(request),
            content=data["content"],
            title=data["title"],
            external_id=form.external_id,
            decision=data["decision"],
        )
    except (NotThere, OtherMessage):
        say_too_late(request)
    except WrongText as wrong:
        form.add_error("title", why_not_text(str(wrong)))
        return _page(request, found, document_form=form)
    else:
        messages.success(request, _("Toegevoegd. De inwoner kan dit nu opslaan."))
    return redirect("backoffice:talk", found.reference)


@require_safe
def document(request: HttpRequest, reference: str, document_id: UUID) -> HttpResponse:
    """A document to save. It leaves a line in the citizen's log as well."""
    case = usable_case(request, reference)
    try:
        found, content = open_document(actor=actor_of(request), case=case, document_id=document_id)
    except (Document.DoesNotExist, NotReady, KeyDestroyed):
        raise Http404 from None
    return as_download(content, found.media_type, name=found.title)


def _page(
    request: HttpRequest,
    found: Case,
    *,
    ask_form: AskForm | None = None,
    message_form: MessageForm | None = None,
    document_form: AddDocumentForm | None = None,
) -> HttpResponse:
    after = request.GET.get("na", "") if request.method == "GET" else ""
    try:
        page = thread_of(found, reader=Side.AGENCY, after=after)
    except WrongMark:
        return redirect("backoffice:talk", found.reference)
    shown: list[Form] = [form for form in (ask_form, message_form, document_form) if form is not None]
    actor = actor_of(request)
    context: dict[str, Any] = {
        "case": found,
        "title": title_of(found.definition),
        "words": staff_words(found),
        "talk": page.talk,
        "earlier": page.earlier,
        "is_earlier": bool(after),
        "answers": answers_for(found, page.talk.thread),
        "sent_on": {one.message_id for one in found.forwardings.all()},
        "open_asked": [_asked(task) for task in open_asked(found)],
        "can_talk": is_talkable(found),
        "forms": shown,
        "ask_form": ask_form or AskForm(),
        "message_form": message_form or MessageForm(),
        "document_form": document_form or AddDocumentForm(),
    }
    # After it was worked out, so that what is new still reads so.
    open_talk(actor=actor, case=found)
    return render(request, "backoffice/talk.html", context, status=422 if shown else 200)


def _asked(task: CitizenTask) -> dict[str, object]:
    return {
        "pk": task.pk,
        "what": what_of(task),
        "why": task.why,
        "due_on": task.due_on,
        "since": task.created_at,
    }
