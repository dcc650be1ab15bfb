"""Berichten: everything of all agencies in one list, with what must be done on top."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from portal.access.requests import actor_of
from portal.cases.inbox.listing import listed
from portal.cases.inbox.verbs import bring_back, put_away
from portal.cases.journey.journeys import as_drafts, drafts_query
from portal.cases.paging import WrongMark
from portal.cases.reading.together import OwnQuestion
from portal.citizen.inbox_cards import cards_of
from portal.citizen.inbox_filter import InboxFilterForm
from portal.citizen.moments import OPEN_CONTACTS, shown
from portal.citizen.pages import draft_card
from portal.people.actor import Actor
from portal.people.redirects import is_local_path

_MOST_CHOSEN = 200


def _more(actor: Actor) -> dict[str, QuerySet[Any]]:
    return {"drafts": drafts_query(actor=actor)}


_MORE: Final = OwnQuestion(_more)


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """A page of the inbox, or as a fragment for htmx; 422 with what is wrong where the filter makes no sense.

    An open page asks with `?seen=<version>` and gets 204 while nothing changed.
    """
    actor = actor_of(request)
    # Searching what was written would read it; who looks along without the citizen's word does not.
    asked = QueryDict() if actor.hides_words and request.GET.get("zoek") else request.GET
    form = InboxFilterForm(asked, by_agency=not actor.hides_places)
    if not form.is_valid():
        return render(request, _template(request), {"form": form}, status=422)
    try:
        context = _context(actor, form, request.GET)
    except WrongMark:
        return redirect("citizen:inbox")
    if request.GET.get("seen") == context["version"]:
        return HttpResponse(status=204)
    return render(request, _template(request), context)


def _template(request: HttpRequest) -> str:
    """The whole page; the filter with what it finds; or only that, for a page that saw another version."""
    if not request.htmx:  # type: ignore[attr-defined]
        return "citizen/inbox.html"
    return "citizen/_inbox_list.html" if "seen" in request.GET else "citizen/_inbox.html"


def _context(actor: Actor, form: InboxFilterForm, address: Any) -> dict[str, Any]:
    marks = {name: address[name] for name in ("na", "voor") if address.get(name)}
    wanted = form.wanted()
    page = listed(
        actor=actor,
        wanted=wanted,
        after=marks.get("na", ""),
        before=marks.get("voor", ""),
        more=_MORE.part(actor=actor),
        beside=OPEN_CONTACTS.part(actor=actor),
    )
    drafts = as_drafts(page.more["drafts"], actor=actor)
    chosen = form.in_address()
    shows_drafts = not (form.is_narrowed or wanted.archived or marks)
    cards = cards_of(page, hides_words=actor.hides_words)
    return {
        "form": form,
        "archived": wanted.archived,
        "is_narrowed": form.is_narrowed,
        "drafts": [draft_card(draft) for draft in drafts] if shows_drafts else [],
        "todo": [card for card in cards if card.is_open],
        "rest": [card for card in cards if not card.is_open],
        "newer": urlencode({**chosen, "voor": page.newer}) if page.newer else "",
        "older": urlencode({**chosen, "na": page.older}) if page.older else "",
        "query": urlencode({**chosen, **marks}),
        "all_archived": urlencode({**chosen, "archief": "1"}),
        "unread": page.counts.unread,
        "open_tasks": page.counts.open + len(drafts),
        "version": page.version,
        "moments": shown(page.more["moments"]),
    }


@require_POST
def move(request: HttpRequest) -> HttpResponse:
    """Puts what was chosen into the archive, or brings it back; then shows the page where that was done."""
    chosen = [int(one) for one in request.POST.getlist("item")[:_MOST_CHOSEN] if _is_id(one)]
    back = request.POST.get("do") == "back"
    actor = actor_of(request)
    moved = bring_back(actor=actor, items=chosen) if back else put_away(actor=actor, items=chosen)
    if moved:
        messages.success(request, _moved_words(moved, back=back))
    else:
        messages.warning(request, _("Kies eerst wat u wilt verplaatsen."))
    where = request.POST.get("next", "")
    return redirect(where if is_local_path(where) else reverse("citizen:inbox"))


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 18


def _moved_words(moved: int, *, back: bool) -> str:
    if back:
        said = ngettext("%(number)s ding is terug.", "%(number)s dingen zijn terug.", moved)
    else:
        said = ngettext(
            "%(number)s ding is nu in het archief.", "%(number)s dingen zijn nu in het archief.", moved
        )
    return said % {"number": moved}
