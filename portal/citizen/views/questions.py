"""What only the citizen knows: one small group of questions a page."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from lifeevents.model import Question
from portal.access.administration import managed_account
from portal.access.requests import actor_of
from portal.cases.journey import journeys
from portal.cases.journey.answers import Answers, Item, answers_of
from portal.cases.journey.earlier import earlier_answers
from portal.cases.journey.files import attach, content_of_file, detach
from portal.cases.journey.journeys import Page
from portal.cases.models import Journey
from portal.cases.talk.files import TooMany, as_download
from portal.cases.talk.question_form import QuestionForm
from portal.cases.talk.words import too_many_files
from portal.citizen.views.address import Asked, address_page
from portal.citizen.views.frame import frame, of_draft, sent, status, to
from portal.people.actor import Actor


@of_draft
def question(request: HttpRequest, journey: Journey, group: str, number: int) -> HttpResponse:
    """One page of questions; `number` counts the items of a repeating group from 1."""
    answers = answers_of(journey)
    page = _page(journey, group, number)
    item = answers.item(group, number - 1)
    if address := page.group.address_question:
        return address_page(request, _asked(journey, page, address, answers, actor_of(request)))
    # What the citizen answered before is not for who acts for them.
    is_own = actor_of(request).capacity == "self"
    earlier = earlier_answers(journey, page.group, item) if is_own else {}
    offered = {name: found.value for name, found in earlier.items()}
    files = request.FILES if request.method == "POST" else None
    form = QuestionForm(
        page.group.questions,
        data=sent(request),
        files=files,
        item=item,
        earlier=offered,
        account=_account(journey, page),
    )
    if request.method == "POST":
        reused = {name: found.journey for name, found in earlier.items()}
        if answer := _act(request, journey, page, form, reused):
            return answer
        form.hold(answers_of(journey).item(group, number - 1))
    pages = journeys.pages_of(journey, answers)
    context = {
        "journey": journey,
        "form": form,
        "page": page,
        "number": number,
        "position": _position(pages, page),
        "pages": len(pages),
        "previous": _previous(journey, pages, page),
        **frame(journey, step=2),
    }
    return render(request, "citizen/question.html", context, status=status(form))


def _act(
    request: HttpRequest, journey: Journey, page: Page, form: QuestionForm, earlier: dict[str, str]
) -> HttpResponse | None:
    """One of the buttons: take a file out, add one, or go on. None where something is wrong, and is said."""
    is_valid, group = form.is_valid(), page.group
    if removed := request.POST.get("remove"):
        detach(journey=journey, group=group, file_id=_uuid(removed))
    stays = bool(removed) or "add" in request.POST
    if not is_valid and not stays:
        # What was chosen need not be chosen again.
        _add_files(journey, page, form)
        return None
    reused = {name: earlier[name] for name in form.reused}
    journeys.answer(
        journey=journey,
        group=group.id,
        index=page.index,
        item=form.item(),
        reused=reused,
        actor=actor_of(request),
    )
    _add_files(journey, page, form)
    if stays:
        form.keep_errors_of_files()
    if form.errors:
        return None
    if stays:
        return to("question", journey, group.id, page.index + 1)
    return _after(journey, group.id, page.index + 1, wants_another="another" in request.POST)


def _account(journey: Journey, page: Page) -> str | None:
    """The one account that money may go to, where this page asks for one."""
    asks = any(question.kind == "iban" for question in page.group.questions)
    return managed_account(journey.citizen) if asks else None


def _add_files(journey: Journey, page: Page, form: QuestionForm) -> None:
    for question, content in form.files_added():
        try:
            attach(journey=journey, group=page.group, question=question, content=content)
        except TooMany:
            form.add_error(question.id, too_many_files())


@of_draft
def draft_file(request: HttpRequest, journey: Journey, file_id: UUID) -> HttpResponse:
    """A file that the citizen added to a draft, to save: is it the right one?"""
    if request.method == "POST":
        return HttpResponseNotAllowed(["GET", "HEAD"])
    found = journey.files.select_related("journey__citizen").filter(pk=file_id).first()
    if found is None:
        raise Http404
    return as_download(content_of_file(found), found.media_type, name="bijlage")


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


def _asked(journey: Journey, page: Page, question: Question, answers: Answers, actor: Actor) -> Asked:
    """The page of a group that is an address."""
    group = page.group
    pages = journeys.pages_of(journey, answers)

    def keep(value: Item) -> HttpResponse:
        item = {question.id: value}
        journeys.answer(journey=journey, group=group.id, index=0, item=item, actor=actor)
        return _after(journey, group.id, 1, wants_another=False)

    previous = _previous(journey, pages, page)
    context = {
        "title": group.title,
        "intro": group.intro,
        "back": _address_of(journey, previous),
        "position": _position(pages, page),
        "pages": len(pages),
        **frame(journey, step=2),
    }
    return Asked(
        journey, question, question.id, answers.item(group.id, 0).get(question.id, {}), keep, context
    )


def _address_of(journey: Journey, page: Page | None) -> str:
    if page is None:
        return reverse("citizen:facts", args=[journey.event, journey.pk])
    return reverse("citizen:question", args=[journey.event, journey.pk, page.group.id, page.index + 1])


@require_POST
@of_draft
def remove(request: HttpRequest, journey: Journey, group: str, number: int) -> HttpResponse:
    """Takes one item out of a repeating group; the first one stays."""
    if number > 1:
        journeys.remove_item(journey=journey, group=group, index=number - 1)
    return to("question", journey, group, 1)


def _page(journey: Journey, group: str, number: int) -> Page:
    """The page; one past the last item of a repeating group is a new item."""
    answers = answers_of(journey)
    pages = [page for page in journeys.pages_of(journey, answers) if page.group.id == group]
    if not pages or number < 1:
        raise Http404
    if number <= len(pages):
        return pages[number - 1]
    last = pages[-1]
    if number == len(pages) + 1 and last.can_add and answers.groups.get(group):
        return Page(last.group, number - 1, number)
    raise Http404


def _after(journey: Journey, group: str, number: int, *, wants_another: bool) -> HttpResponse:
    pages = journeys.pages_of(journey, answers_of(journey))
    here = next(i for i, page in enumerate(pages) if page.group.id == group and page.index == number - 1)
    if wants_another and pages[here].can_add:
        return to("question", journey, group, number + 1)
    if here + 1 < len(pages):
        following = pages[here + 1]
        return to("question", journey, following.group.id, following.index + 1)
    return to("review", journey)


def _position(pages: list[Page], page: Page) -> int:
    same = [
        i
        for i, other in enumerate(pages, start=1)
        if (other.group.id, other.index) == (page.group.id, page.index)
    ]
    return same[0] if same else len(pages)


def _previous(journey: Journey, pages: list[Page], page: Page) -> Page | None:
    position = _position(pages, page)
    return pages[position - 2] if position > 1 else None
