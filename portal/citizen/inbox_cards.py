"""What the inbox shows of each thing in it (`_inbox_items.html`)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.addresses import address_of
from portal.cases.inbox.listing import BEGINNING, Entry, Listed, case_of
from portal.cases.inbox.models import InboxItem
from portal.cases.models import Case, CitizenTask, Document, Message, Side, Suggestion
from portal.cases.reading.endings import outcome_text
from portal.cases.reading.names import agency_of, title_of
from portal.cases.reading.wording import standing_of
from portal.catalogue import catalogue
from portal.citizen.pages import task_card
from portal.citizen.suggested import reason_of


@dataclass(frozen=True, slots=True)
class InboxCard:
    """One thing, in words that only want laying out. `phase` and `phase_words` are there for a case.

    `agency` is the agency's name, "" of a proposal, which is the portal's own.
    """

    item: InboxItem
    kind: str
    title: str
    href: str
    words: str
    agency: str = ""
    due: date | None = None
    phase: str = ""
    phase_words: str = ""

    @property
    def number(self) -> str:
        """By which a form says which one."""
        return str(self.item.pk)

    @property
    def at(self) -> datetime:
        """When it came, or last moved on."""
        return self.item.moment

    @property
    def is_open(self) -> bool:
        """The citizen must do something."""
        return self.item.is_open

    @property
    def is_new(self) -> bool:
        """It was not opened yet."""
        return self.item.read_at is None


def cards_of(found: Listed, *, hides_words: bool = False) -> list[InboxCard]:
    """The page of the inbox, in its order. `hides_words`: not the beginning of what was written."""
    cards = [_card(entry, found.down) for entry in found.entries]
    return [_without_words(card) if hides_words else card for card in cards]


def _without_words(card: InboxCard) -> InboxCard:
    is_message = card.item.kind == InboxItem.Kind.MESSAGE
    return replace(card, words=_("De inwoner laat berichten niet zien.")) if is_message else card


def _card(entry: Entry, down: Collection[str]) -> InboxCard:
    match entry.row:
        case Suggestion():
            return _proposal(entry.item, entry.row)
        case Case():
            return _case(entry.item, entry.row, down)
        case CitizenTask():
            return _task(entry.item, entry.row)
        case Message():
            return _message(entry.item, entry.row)
        case Document():
            return _letter(entry.item, entry.row)


def _case(item: InboxItem, case: Case, down: Collection[str]) -> InboxCard:
    standing, outcome = standing_of(case, down), getattr(case, "outcome", None)
    return InboxCard(
        item=item,
        kind=_("Aanvraag"),
        title=title_of(case.definition),
        href=address_of("citizen:case", case.reference),
        words=outcome_text(case, outcome) if outcome else standing.sentence,
        agency=agency_of(case).name,
        due=standing.due,
        phase=standing.slug,
        phase_words=standing.label,
    )


def _task(item: InboxItem, task: CitizenTask) -> InboxCard:
    shown = task_card(task)
    return InboxCard(
        item=item,
        kind=_("Vraag aan u"),
        title=shown.what,
        href=shown.href,
        words=_beginning(shown.why),
        agency=shown.agency,
        due=shown.due if item.is_open else None,
    )


def _message(item: InboxItem, message: Message) -> InboxCard:
    by_citizen, case = message.side == Side.CITIZEN, case_of(item)
    about = {"service": title_of(case.definition).lower()}
    beginning: str = message.beginning  # type: ignore[attr-defined]  # annotated by the listing
    return InboxCard(
        item=item,
        kind=_("Uw bericht") if by_citizen else _("Bericht"),
        title=(_("U schreef over %(service)s") if by_citizen else _("Bericht over %(service)s")) % about,
        href=address_of("citizen:messages", case.reference),
        words=_beginning(beginning) or _("Deze tekst is gewist, omdat de termijn voorbij is."),
        agency=agency_of(case).name,
    )


def _letter(item: InboxItem, letter: Document) -> InboxCard:
    case = case_of(item)
    is_there = letter.state == Document.State.READY and letter.title and not case.hides_places
    return InboxCard(
        item=item,
        kind=_("Besluit") if letter.decision else _("Brief"),
        title=letter.title or _("Gewist"),
        href=reverse("citizen:document", args=[case.reference, letter.pk])
        if is_there
        else address_of("citizen:case", case.reference),
        words=_("Over %(service)s") % {"service": title_of(case.definition).lower()},
        agency=agency_of(case).name,
    )


def _proposal(item: InboxItem, proposal: Suggestion) -> InboxCard:
    event = catalogue().events.get(proposal.event)
    language = get_language() or "nl"
    declined = _("U wilde dit niet. U kunt het altijd nog regelen.")
    return InboxCard(
        item=item,
        kind=_("Voorstel"),
        title=event.title.in_language(language) if event else proposal.event,
        href=reverse("citizen:event", args=[event.slug]) if event else reverse("citizen:home"),
        words=declined if proposal.closed_at else reason_of(proposal),
    )


def _beginning(text: str) -> str:
    """The first words of a text, on one line."""
    words = " ".join(text.split())
    return f"{words[: BEGINNING - 1].rstrip(' .')}…" if len(text) >= BEGINNING else words
