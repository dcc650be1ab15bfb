"""The inbox's cases: the list, one case from beginning to end, and what is asked about it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.access.requests import actor_of, is_looked_at
from portal.cases.back.followers import followers_of
from portal.cases.complaining import afterwards_of, is_complaint
from portal.cases.inbox.listing import counts_of
from portal.cases.inbox.verbs import note_opened
from portal.cases.journey.followups import answer_change
from portal.cases.journey.journeys import open_drafts
from portal.cases.journey.payloads import payload_or_none
from portal.cases.judging.trace import why_of
from portal.cases.models import Case, CitizenTask, Phase, Proceeding, ServiceDuration, Side
from portal.cases.notices.noting import opened
from portal.cases.objecting import may_object, receipt_words
from portal.cases.paging import WrongMark
from portal.cases.proceedings import running, running_words
from portal.cases.reading.case_list import case_list as list_of_cases
from portal.cases.reading.case_page import DOCUMENTS, SAID, USES, CasePage, case_page
from portal.cases.reading.endings import outcome_text
from portal.cases.reading.inbox import case_for
from portal.cases.reading.names import title_of
from portal.cases.reading.receipt import receipt_of
from portal.cases.reading.showing import filed_by, payload_rows, sent_context
from portal.cases.reading.wording import clock_of
from portal.cases.talk.changing import may_change, shows_answers
from portal.cases.talk.showing import talk_with
from portal.cases.talk.standing import Closed, is_talkable
from portal.cases.talk.withdrawing import was_sent, withdraw
from portal.cases.terms.lateness import lateness_of
from portal.cases.terms.showing import counted_words, moves_of, objection_words, still_words
from portal.citizen.pages import case_card, task_card, timeline
from portal.citizen.use_lines import use_lines
from portal.citizen.views.talk import asked as answer_page
from portal.people.actor import Actor


@require_safe
def case_list(request: HttpRequest) -> HttpResponse:
    """All cases, page by page: what runs, then what is closed."""
    actor = actor_of(request)
    after, ended_after = request.GET.get("na", ""), request.GET.get("klaar-na", "")
    try:
        found = list_of_cases(actor=actor, after=after, ended_after=ended_after)
    except WrongMark:
        return redirect("citizen:cases")
    context = {
        "running": [case_card(item) for item in found.running.rows],
        "finished": [case_card(item) for item in found.finished.rows],
        "more_running": found.running.after,
        "more_finished": found.finished.after,
        "is_further": bool(after or ended_after),
        "open_tasks": counts_of(actor).open + len(open_drafts(actor=actor)),
    }
    return render(request, "citizen/cases.html", context)


@require_safe
def case(request: HttpRequest, reference: str) -> HttpResponse:
    """One case. An open page asks with `?seen=<version>` and gets 204 while nothing changed."""
    if actor_of(request).filing is not None:
        # Who writes something down has what can be done of it on the own page, and no more is shown.
        return redirect("helpdesk:filing")
    try:
        page = case_page(actor=actor_of(request), reference=reference)
    except Case.DoesNotExist:
        raise Http404 from None
    if request.GET.get("seen") == page.version:
        return HttpResponse(status=204)
    if page.is_news and is_looked_at(request):
        note_opened(actor=actor_of(request), what=page.case)
        opened(case=page.case, actor=actor_of(request))
    fragment = "citizen/_case.html" if request.htmx else "citizen/case.html"  # type: ignore[attr-defined]
    return render(request, fragment, _case_context(page, actor_of(request)))


def _case_context(page: CasePage, actor: Actor) -> dict[str, object]:
    found = page.case
    payload, service = payload_or_none(found, page.ring), found.definition
    card = case_card(found, page.down)
    outcome = getattr(found, "outcome", None)
    tasks = [] if Phase(found.phase).is_final else page.tasks
    # What is done with the citizen's data is for the citizen, and who stands in their place.
    uses = page.uses if actor.is_whole else []
    return {
        "card": card,
        "case": found,
        "version": page.version,
        "sent_by": found.reference,
        "dispute": page.behind,
        "service": service,
        "steps": timeline(found),
        "clock": clock_of(found),
        **term_context(found, page.took),
        "outcome": outcome,
        "outcome_text": outcome_text(found, outcome) if outcome else "",
        "why": why_of(found, outcome, page.ring) if outcome else None,
        "proceedings": _proceedings(found),
        "may_object": may_object(found),
        "afterwards": afterwards_of(found) if is_complaint(found) else None,
        "can_complain": _can_complain(found, actor),
        "is_objecting": any(one.kind == Proceeding.Kind.OBJECTION for one in running(found)),
        **sent_context(found, payload, page.disputes, page.ring),
        "may_change": may_change(found) and shows_answers(found),
        "uses": use_lines(uses),
        "is_more_used": len(uses) == USES,
        "filed_by": filed_by(found),
        "ending": page.ending if found.phase == Phase.STOPPED else None,
        "handler": found.handler.name if found.handler and found.names_handler else "",
        "tasks": [task_card(task) for task in tasks],
        **_talk_context(page, shows_words=not actor.hides_words),
        "can_withdraw": not Phase(found.phase).is_final,
        "was_sent": was_sent(found),
        "restriction": page.restriction if actor.is_whole else None,
        "can_restrict": actor.is_whole and was_sent(found),
        "has_receipt": receipt_of(found) is not None,
        "open_tasks": len(tasks),
        "agencies": [card.organisation],
    }


def _talk_context(page: CasePage, *, shows_words: bool) -> dict[str, object]:
    """The newest of what was said, and the newest documents. In somebody's own words a place may stand."""
    talk = talk_with(
        page.case,
        reader=Side.CITIZEN,
        tasks=page.questions,
        documents=page.documents[::-1],
        messages=page.said,
        forwardings=page.case.forwardings.all(),
        calls=page.calls,
    )
    return {
        "newest_said": talk.thread[-SAID:] if shows_words else [],
        "documents": talk.documents[:DOCUMENTS],
        "is_more_documents": len(talk.documents) > DOCUMENTS,
        "can_write": is_talkable(page.case),
    }


def term_context(found: Case, took: ServiceDuration | None) -> dict[str, object]:
    """The clock of a case that is still open: what it says, how it came about, and what if it is over."""
    if Phase(found.phase).is_final:
        return {}
    return {
        "moves": moves_of(found),
        "still": still_words(found),
        "lateness": None if found.hides_places else lateness_of(found),
        "took": counted_words(took),
    }


def _proceedings(found: Case) -> list[dict[str, str]]:
    """What runs about the case; of an objection, until when that may take by its own law."""
    return [
        {
            "words": " ".join(
                filter(None, (running_words(one), receipt_words(found), objection_words(found)))
            )
            if one.kind == Proceeding.Kind.OBJECTION
            else running_words(one),
            "href": reverse("citizen:case", args=[one.reference]) if one.reference else "",
        }
        for one in running(found)
    ]


def _can_complain(found: Case, actor: Actor) -> bool:
    """Whether there is something to complain of at this agency, and no complaint of the citizen's runs."""
    runs = any(one.kind == Proceeding.Kind.COMPLAINT and one.reference for one in running(found))
    return actor.is_whole and was_sent(found) and not runs and not is_complaint(found)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_case(request: HttpRequest, reference: str) -> HttpResponse:
    """Takes a request back; says first what that does."""
    found = _case(request, reference)
    if Phase(found.phase).is_final:
        return redirect("citizen:case", found.reference)
    if request.method == "POST":
        try:
            withdraw(case=found, actor=actor_of(request))
        except Closed:
            messages.warning(request, _("Er is intussen een besluit. Intrekken kan niet meer."))
        else:
            messages.success(request, _("U hebt dit ingetrokken."))
        return redirect("citizen:case", found.reference)
    context = {
        "case": found,
        "title": title_of(found.definition),
        "card": case_card(found),
        "service": found.definition,
        "was_sent": was_sent(found),
        "followers": [title_of(one.definition) for one in followers_of(found)],
    }
    return render(request, "citizen/withdraw.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def task(request: HttpRequest, reference: str, task_id: UUID) -> HttpResponse:
    """What changed since the citizen asked for this; send it as it is now, or not."""
    found = _case(request, reference)
    asked = CitizenTask.objects.filter(pk=task_id, case=found).first()
    if asked is None:
        raise Http404
    if is_looked_at(request):
        note_opened(actor=actor_of(request), what=asked)
    if asked.kind == CitizenTask.Kind.ASKED:
        return answer_page(request, found, asked)
    if request.method == "POST" and request.POST.get("answer") in {"send", "withdraw"}:
        answer_change(task=asked, send_it=request.POST["answer"] == "send", actor=actor_of(request))
        messages.success(request, _("Dank u. Uw antwoord is bewaard."))
        return redirect("citizen:case", found.reference)
    payload = payload_or_none(found)
    if payload is None:
        raise Http404
    shown = payload_rows(found.definition, payload, hides_places=found.hides_places)
    rows = [row for row in shown if row.name in asked.about]
    context = {"case": found, "card": case_card(found), "task": asked, "rows": rows}
    return render(request, "citizen/task.html", context)


def _case(request: HttpRequest, reference: str) -> Case:
    try:
        return case_for(actor=actor_of(request), reference=reference)
    except Case.DoesNotExist:
        raise Http404 from None
