"""What the citizen says to the agency about a case: answers, messages, documents."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.access.requests import actor_of, is_looked_at
from portal.cases.models import Case, CitizenTask, Phase, Side
from portal.cases.notices.noting import opened
from portal.cases.paging import WrongMark
from portal.cases.reading.inbox import case_for, open_tasks
from portal.cases.talk.answer_form import AnswerForm
from portal.cases.talk.asking import (
    AlreadyAnswered,
    Dropped,
    Incomplete,
    answer,
    answer_of,
    attach,
    detach,
    draft_of,
    save_draft,
)
from portal.cases.talk.documents import NotReady, content_of, documents_of, mark_opened
from portal.cases.talk.fields import MessageForm
from portal.cases.talk.files import TooMany, as_download
from portal.cases.talk.sending import answer_as_text
from portal.cases.talk.showing import document_line, what_of
from portal.cases.talk.standing import Closed, NotThere, is_talkable
from portal.cases.talk.thread import thread_of
from portal.cases.talk.words import too_many_files
from portal.cases.talk.writing import OtherMessage, attachment_title, mark_read, write
from portal.citizen.pages import case_card
from portal.ledger.keys import KeyDestroyed


def asked(request: HttpRequest, found: Case, task: CitizenTask) -> HttpResponse:
    """What the agency asks: answered on this page, and afterwards what was answered."""
    if task.answered_at or task.dropped_at or Phase(found.phase).is_final:
        if request.method == "POST":
            _say_too_late(request, task)
            return redirect("citizen:task", found.reference, task.pk)
        return _page(request, found, task, None)
    if request.method == "POST":
        return _act(request, found, task)
    return _page(request, found, task, AnswerForm(task, draft_of(task)))


def _act(request: HttpRequest, found: Case, task: CitizenTask) -> HttpResponse:
    """One of the buttons: take a file out, add one, keep what was typed, or send."""
    form = AnswerForm(task, draft_of(task), data=request.POST, files=request.FILES)
    is_valid, wants_to_send = form.is_valid(), request.POST.get("do") == "send"
    try:
        _keep(request, task, form)
        if wants_to_send and is_valid:
            answer(task=task, actor=actor_of(request), answer=form.answer())
            messages.success(request, _("Dank u. Uw antwoord is verstuurd."))
            return redirect("citizen:case", found.reference)
    except TooMany:
        form.add_error("document", too_many_files())
    except Incomplete as incomplete:
        _name_missing(form, incomplete)
    except (AlreadyAnswered, Dropped, Closed):
        task.refresh_from_db()
        _say_too_late(request, task)
        return redirect("citizen:task", found.reference, task.pk)
    if form.errors or (wants_to_send and not is_valid):
        return _page(request, found, task, form, status=422)
    return redirect("citizen:task", found.reference, task.pk)


def _keep(request: HttpRequest, task: CitizenTask, form: AnswerForm) -> None:
    """What was typed stays, and what is right of it, whichever button was pressed."""
    actor = actor_of(request)
    if removed := request.POST.get("remove"):
        detach(task=task, actor=actor, document_id=_uuid(removed))
    if "text" not in form.errors:
        save_draft(task=task, actor=actor, answer=form.answer())
    if content := form.cleaned_data.get("document"):
        attach(task=task, actor=actor, content=content, title=attachment_title())


def _name_missing(form: AnswerForm, incomplete: Incomplete) -> None:
    words = {"document": _("Kies een bestand dat u meestuurt."), "text": _("Vul dit in.")}
    for name in incomplete.missing:
        if name in words:
            form.add_error(name, words[name])


def _say_too_late(request: HttpRequest, task: CitizenTask) -> None:
    if task.answered_at:
        messages.warning(request, _("U had dit al beantwoord. Alleen uw eerste antwoord is verstuurd."))
    else:
        messages.warning(request, _("Uw antwoord is niet meer nodig. Er is niets verstuurd."))


def _page(
    request: HttpRequest, found: Case, task: CitizenTask, form: AnswerForm | None, status: int = 200
) -> HttpResponse:
    card = case_card(found)
    documents = [document_line(one, Side.CITIZEN) for one in documents_of(found).filter(task=task)]
    if actor_of(request).filing is not None:
        documents = [replace(one, may_save=False) for one in documents]
    if form is not None:
        # Asked of the answer, and not of each press of a button.
        form.fields["document"].required = task.wants_document and not documents
    context = {
        "case": found,
        "card": card,
        "task": task,
        "what": what_of(task),
        "form": form,
        "forms": form.forms if form else [],
        "documents": documents,
        "given": _given(task),
        "agencies": [card.organisation],
        "open_tasks": len(open_tasks(actor=actor_of(request))),
    }
    return render(request, "citizen/asked.html", context, status=status)


def _given(task: CitizenTask) -> str:
    """What was answered, as it went out."""
    if not task.answered_at:
        return ""
    try:
        return answer_as_text(task) if answer_of(task) else ""
    except KeyDestroyed:
        return _("Deze tekst is gewist, omdat de termijn voorbij is.")


@require_http_methods(["GET", "HEAD", "POST"])
def thread(request: HttpRequest, reference: str) -> HttpResponse:
    """What was said about a case, page by page, the newest first to read; and a place to write."""
    found, actor = _case(request, reference), actor_of(request)
    form, status = MessageForm(), 200
    if request.method == "POST":
        form = MessageForm(request.POST, request.FILES)
        if form.is_valid() and _written(request, found, form):
            return redirect("citizen:messages", found.reference)
        status = 422
    after = request.GET.get("na", "")
    try:
        # Who writes down a message need not read what was said before.
        page = thread_of(found, reader=Side.CITIZEN, after=after) if actor.filing is None else None
    except WrongMark:
        return redirect("citizen:messages", found.reference)
    card = case_card(found)
    context = {
        "case": found,
        "card": card,
        "talk": page.talk if page else None,
        "earlier": page.earlier if page else "",
        "is_earlier": bool(after),
        "form": form if is_talkable(found) else None,
        "agencies": [card.organisation],
    }
    if is_looked_at(request):
        mark_read(case=found, actor=actor)
        opened(case=found, actor=actor)
    return render(request, "citizen/messages.html", context, status=status)


def _written(request: HttpRequest, found: Case, form: MessageForm) -> bool:
    document = form.cleaned_data.get("document")
    try:
        write(
            case=found,
            actor=actor_of(request),
            text=form.cleaned_data["text"],
            external_id=form.external_id,
            files=[document] if document else [],
        )
    except (Closed, NotThere):
        messages.warning(request, _("Schrijven kan nu niet meer. Hebt u een vraag? Bel de organisatie."))
    except OtherMessage:
        messages.warning(request, _("Dit bericht was al verstuurd. Schrijf een nieuw bericht."))
    except DatabaseError:
        messages.error(request, _("Wij konden dit niet bewaren. Probeer het straks nog eens."))
        return False
    else:
        messages.success(request, _("Uw bericht is verstuurd."))
    return True


@require_safe
def document(request: HttpRequest, reference: str, document_id: UUID) -> HttpResponse:
    """A document of the case, to save."""
    case = _case(request, reference)
    found = documents_of(case).select_related("case__citizen").filter(pk=document_id).first()
    if found is None or case.hides_places:  # in a letter there may be an address
        raise Http404
    try:
        content = content_of(found)
        if request.method == "GET":
            mark_opened(found, by=Side.CITIZEN)
    except (NotReady, KeyDestroyed):
        raise Http404 from None
    return as_download(content, found.media_type, name=found.title)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


def _case(request: HttpRequest, reference: str) -> Case:
    try:
        return case_for(actor=actor_of(request), reference=reference)
    except Case.DoesNotExist:
        raise Http404 from None
