"""Proof that comes with what a citizen says goes to who was told, or decides: as documents with a message.

An agency that works in the portal finds it at the dispute itself; a program and a system of its own do not.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.cases.disputes.marks import content_of
from portal.cases.models import Case, Dispute, DisputeEvent
from portal.cases.reading.showing import field_label
from portal.cases.talk.standing import is_talkable
from portal.cases.talk.writing import write
from portal.catalogue import connectors
from portal.people.actor import Actor


def follow(
    dispute: Dispute, event: DisputeEvent, proofs: Sequence[bytes], told: Collection[Case], actor: Actor
) -> None:
    """Each file with a message about each case, once for the event. In the transaction that keeps them.

    The request to correct the value gets it always. Other agencies do where the value is not secret, and
    nobody is in danger: a file of ours may tell where somebody lives.
    """
    if not proofs:
        return
    is_secret = content_of(dispute).secret or dispute.citizen.safety_flag
    others = [] if is_secret else [case for case in told if not _works_here(case)]
    for case in (*others, *([dispute.correction] if dispute.correction else [])):
        if is_talkable(case):
            write(case=case, actor=actor, text=_text(dispute), external_id=f"proof:{event.pk}", files=proofs)


def _works_here(case: Case) -> bool:
    destination = connectors().destination(case.agency)
    return destination is None or destination.pulls


def _text(dispute: Dispute) -> str:
    """In Dutch, whatever language the citizen reads: it is for the officer."""
    names = {"label": field_label(dispute.field), "reference": dispute.reference}
    with override("nl"):
        return _("Hier is bewijs bij wat volgens mij niet klopt: %(label)s. Kenmerk %(reference)s.") % names
