"""Sending what was filled in together, for who has no screen: by a code that the citizen got for just this.

In the own session the citizen sends it as always. A code is enough for no service that needs Substantieel.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.views.decorators.debug import sensitive_variables

from lifeevents.model import LEVELS
from portal.access.assist import trail
from portal.access.assist.codes import Purpose, use_code
from portal.access.assist.verbs import AssistEnded, NotAllowed, standing
from portal.cases.helpdesk.codes import send_code_again
from portal.cases.journey.answers import answers_of
from portal.cases.journey.journeys import journey_for
from portal.cases.journey.payloads import requests_of
from portal.cases.journey.submit import Changed, fingerprint, require_level, submit
from portal.cases.models import Case, Journey
from portal.cases.notices.models import Channel
from portal.ledger.keys import content_hash
from portal.people.actor import Actor

LEVEL: Final = LEVELS[LEVELS.index("substantieel") - 1]
"""What a code by message counts for, at most."""
SENT: Final = "assist-sent"


@dataclass(frozen=True, slots=True)
class Prepared:
    """What would be sent: of which journey, what the page showed, and what later goes by itself."""

    journey_id: str
    seen: str
    follow_ups: tuple[str, ...]

    @property
    def about(self) -> str:
        """What a code is good for: this, and nothing that differs from it."""
        return content_hash([self.journey_id, self.seen, sorted(self.follow_ups)])


def ask_to_confirm(*, staff: Actor, prepared: Prepared, channel: Channel) -> None:
    """Sends the citizen a code for exactly this, after it was read out.

    Raises `Journey.DoesNotExist`, `Changed` where it is something else by now, `LevelTooLow`, `NotAllowed`
    ("read-only" where the citizen does not let things be filled in), and as `send_code_again`.
    """
    journey = _prepared_journey(staff, prepared)
    requests = requests_of(journey, answers_of(journey))
    if fingerprint(requests) != prepared.seen:
        raise Changed
    require_level([one.service for one in requests], LEVEL)
    send_code_again(staff=staff, channel=channel, purpose=Purpose.SEND, about=prepared.about)


@sensitive_variables("code")
def send_together(*, staff: Actor, prepared: Prepared, code: str) -> list[Case]:
    """Sends it, with the code that the citizen read out. Raises as `ask_to_confirm`, `use_code`, `submit`."""
    journey = _prepared_journey(staff, prepared)
    citizen, user = staff.require_citizen(), staff.require_user()
    use_code(staff=user, citizen=citizen, code=code, purposes=(Purpose.SEND,), about=prepared.about)
    with transaction.atomic():
        _hold(staff)
        cases = submit(journey=journey, seen=prepared.seen, follow_ups=prepared.follow_ups, level=LEVEL)
        for case in cases:
            trail.note_seen(citizen, staff=user, what=SENT, reference=case.reference)
    return cases


def _prepared_journey(staff: Actor, prepared: Prepared) -> Journey:
    if staff.assist is None or not staff.assist.fills:
        raise NotAllowed("read-only")
    return journey_for(actor=staff, journey_id=prepared.journey_id)


def _hold(staff: Actor) -> None:
    """It is asked once more in the transaction that sends: ended by the citizen, nothing of it goes out."""
    assert staff.assist is not None  # noqa: S101  # nosec B101 - the caller looked
    row: Any = standing().select_for_update(of=("self",)).filter(pk=staff.assist.assist_id).first()
    if row is None or row.fills_since is None:
        raise AssistEnded


def prepared_of(journey_id: object, seen: str, follow_ups: Collection[str]) -> Prepared:
    """As a form names it."""
    return Prepared(str(journey_id), seen, tuple(sorted(follow_ups)))
