"""The doorbell: tasks carry nothing but an id, and may come late, twice, or not at all."""

from __future__ import annotations

import structlog
from celery import shared_task

from portal.access.filing.verbs import forget_old_scans
from portal.cases.back import hints, reconcile
from portal.cases.desk.proposals import conclude_due
from portal.cases.disputes import proofs
from portal.cases.forgetting import forget_unregistered
from portal.cases.helpdesk import moments
from portal.cases.helpdesk.joining import forget_old_codes
from portal.cases.journey.days import wake_for_today
from portal.cases.notices import noting, reminding, sending
from portal.cases.out import outages, outbox
from portal.cases.out.delivery import deliver
from portal.cases.proactive import verbs as proactive
from portal.cases.retention import purge
from portal.cases.talk.documents import CHECK, look_into, to_work_on
from portal.cases.talk.papers import fetch
from portal.cases.terms.durations import count_durations
from portal.cases.webhooks.telling import due_webhooks, tell

log = structlog.get_logger(__name__)

_DOCUMENTS_A_TURN = 200


@shared_task(name=outbox.DELIVER)
def deliver_row(delivery_id: str) -> None:
    """Works on one row of the outbox."""
    deliver(delivery_id=delivery_id)


@shared_task(name="portal.cases.tasks.sweep")
def sweep() -> None:
    """Rings for what is due."""
    outbox.sweep()
    for agency in due_webhooks():
        outbox.ring(agency, task=outbox.TELL)
    sending.sweep()


@shared_task(name=noting.NOTIFY)
def notify_citizen(row_id: str) -> None:
    """Sends one mail or SMS."""
    sending.notify(row_id=row_id)


# Acknowledged first, as the one below.
@shared_task(name="portal.cases.tasks.remind", acks_late=False, soft_time_limit=1200, time_limit=1260)
def remind() -> None:
    """Reminds of what stays unread, and looks which texts never arrived."""
    log.info("reminded", **reminding.remind(), bounced=reminding.look_for_bounces())


@shared_task(name="portal.cases.tasks.conclude_due")
def make_outcomes_final() -> None:
    """Ends the cases whose outcome can no longer be taken back."""
    conclude_due()


@shared_task(name="portal.cases.tasks.wake_for_today")
def send_what_may_go_today() -> None:
    """Wakes what waited for the first day on which the law takes it."""
    wake_for_today()


@shared_task(name=outbox.TELL)
def tell_agency(agency: str) -> None:
    """Tells an agency that something waits for it here."""
    tell(agency=agency)


@shared_task(name=outbox.READ)
def read_case(case_id: str) -> None:
    """Reads one case at its agency, if it is due."""
    reconcile.read_when_due(case_id=case_id)


@shared_task(name=hints.FOLLOW)
def follow_hint(hint_id: str) -> None:
    """Asks an agency which case a document or a decision with news belongs to."""
    hints.follow(hint_id=hint_id)


@shared_task(name=CHECK)
def check_document(document_id: str) -> None:
    """Fetches one document where it must be, and looks into it."""
    fetch(document_id=document_id)
    look_into(document_id=document_id)


@shared_task(name=proofs.CHECK)
def check_proof(proof_id: str) -> None:
    """Looks into one document that proves what a citizen says."""
    proofs.look_into(proof_id=proof_id)


@shared_task(name="portal.cases.tasks.check_documents")
def check_documents() -> None:
    """Rings for every document that nobody gets yet: its bell was lost, or the other side was away."""
    for document_id in list(to_work_on()[:_DOCUMENTS_A_TURN]):
        outbox.ring(str(document_id), task=CHECK)
    for proof_id in list(proofs.to_look_into()[:_DOCUMENTS_A_TURN]):
        outbox.ring(str(proof_id), task=proofs.CHECK)


@shared_task(name="portal.cases.tasks.reconcile")
def read_open_cases() -> None:
    """Rings for the cases that were not read for a while: a notification may have been lost."""
    reconcile.reconcile()
    hints.sweep()


@shared_task(name="portal.cases.tasks.probe")
def probe() -> None:
    """Looks whether agencies that were down answer again; if so, what waits for them is due."""
    outages.probe()


# Acknowledged first: it takes longer than a message may stay unacknowledged, and is there again tomorrow.
@shared_task(name="portal.cases.tasks.count_durations", acks_late=False, soft_time_limit=600, time_limit=660)
def count_how_long_it_took() -> None:
    """Counts how long services really took lately, at night."""
    log.info("durations counted", services=count_durations())


@shared_task(name="portal.cases.tasks.propose")
def propose() -> None:
    """Rings for the citizens who turned proposals on, when the register is to be asked again."""
    proactive.ring_for_due()


@shared_task(name=proactive.LOOK)
def look_for_events(citizen_id: str) -> None:
    """Asks what happened to one citizen, who wanted that."""
    proactive.look(citizen_id=citizen_id)


@shared_task(name="portal.cases.tasks.escalate_moments")
def escalate_moments() -> None:
    """What was promised to somebody and is late goes to who leads the helpdesk."""
    moments.escalate()


@shared_task(name="portal.cases.tasks.purge_expired", acks_late=False, soft_time_limit=3600, time_limit=3660)
def purge_expired() -> None:
    """Destroys the keys whose term is over, at night."""
    done = purge(dry_run=False)
    proactive.forget_old()
    moments.forget_old()
    forget_old_scans()
    forget_old_codes()
    forget_unregistered()
    log.info("purged", keys=dict(done.keys), paused=dict(done.paused), facts=done.facts, drafts=done.drafts)
