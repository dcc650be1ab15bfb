"""An outcome on paper: for the citizen, and for an officer before it counts. Both by the one code."""

from __future__ import annotations

from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from portal import clock
from portal.cases.judging.trace import why_of
from portal.cases.models import Case, Outcome
from portal.cases.notices.contents import decision_part
from portal.cases.notices.letters import Letter, printed
from portal.cases.notices.noting import is_by_post_only
from portal.cases.notices.words import letter_words
from portal.cases.reading.endings import outcome_text
from portal.cases.reading.names import agency_of, title_of
from portal.paper import paper


def outcome_paper(case: Case, outcome: Outcome, *, is_draft: bool = False) -> bytes:
    """What the citizen can download, as a PDF in the language of the page. Raises `PdfUnavailable`."""
    context = {
        "case": case,
        "title": title_of(case.definition),
        "agency": agency_of(case),
        "outcome": outcome,
        "outcome_text": outcome_text(case, outcome),
        "why": why_of(case, outcome),
        "language": get_language(),
        "is_draft": is_draft,
    }
    return paper("citizen/outcome_print.html", context)


def draft_of(case: Case, outcome: Outcome) -> bytes:
    """What this citizen would get of an outcome that does not count yet, in the citizen's own language.

    The letter of the print house where the citizen has no account, and otherwise the PDF of the page. It is
    marked as a draft, and nothing of it is kept. Raises `PdfUnavailable`.
    """
    with override(case.citizen.language):
        if not is_by_post_only(case):
            return outcome_paper(case, outcome, is_draft=True)
        # The address is looked up when the letter is printed: it may be of a case elsewhere.
        to = [_("Hier komen de naam en het adres, als de brief wordt gedrukt.")]
        words, parts = letter_words(clock.today()), [decision_part(case, outcome)]
        return printed(Letter("", to, case.citizen.language, words, parts, is_draft=True))
