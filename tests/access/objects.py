"""The objects that the routes are walked with: all are Noor's, and Waterstad has her case.

A label names the parameters of an address; each route takes from them what it needs. Labels that
begin with "no-" name what does not exist.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.utils import timezone

from portal import clock
from portal.access.administration import seal_account
from portal.access.clients import issue_client
from portal.access.models import Assist, DangerAsk, Representation
from portal.access.representation import accept, authorise
from portal.access.staff import invite
from portal.cases.auditing.models import Kind
from portal.cases.auditing.reviewing import review
from portal.cases.auditing.rows import Wanted
from portal.cases.auditing.sampling import draw
from portal.cases.back.status import ARRIVED
from portal.cases.customtable.verbs import agree, open_table, propose
from portal.cases.customtable.verbs import invite as invite_to_table
from portal.cases.disputes.holders import report_to_holder
from portal.cases.disputes.marks import add_event
from portal.cases.disputes.verbs import Held, dispute
from portal.cases.helpdesk.moments import ask_contact
from portal.cases.journey.files import attach
from portal.cases.journey.journeys import begin_journey, groups_of
from portal.cases.journey.payloads import seal_payload
from portal.cases.models import (
    Case,
    CitizenTask,
    ContactMoment,
    CustomTable,
    Delivery,
    Dispute,
    DisputeEvent,
    Document,
    Journey,
    Message,
    Phase,
    Proceeding,
    Proof,
    Restriction,
    SavedView,
    Side,
    Signal,
    StatusUpdate,
    Suggestion,
)
from portal.cases.signals.verbs import give
from portal.cases.talk.asking import ask
from portal.cases.talk.writing import add_document
from portal.catalogue import catalogue
from portal.ledger.keys import seal
from portal.ledger.log.uses import record_staff_action
from portal.ledger.models import Fact
from portal.people.models import Invitation, Role, User
from tests.cases.answers import ANSWERS
from tests.cast import Cast, actor, citizen_of, logged_in
from tests.factories import make_staff
from tests.people.soft_passkey import SoftPasskey

Parameters = Mapping[str, Any]
EVENT = "kind-krijgen"
FIELD = "brp.address"
LINK = "een-link-die-niet-bestaat-maar-kon"


def make_objects(cast: Cast) -> dict[str, Parameters]:
    """Label to parameters. The rows are made in the database."""
    sent = _begin(cast)
    Journey.objects.filter(pk=sent.pk).update(state=Journey.State.SUBMITTED, submitted_at=timezone.now())
    case = _case(sent, "geboorteaangifte", "gemeente-waterstad", Phase.SENT)
    Delivery.objects.create(
        case=case, kind=Delivery.Kind.FILE, destination=case.agency, delivered_at=timezone.now()
    )
    StatusUpdate.objects.create(
        case=case, phase=Phase.ARRIVED, set_at=timezone.now(), heard_from=case.agency, external_id=ARRIVED
    )
    waiting = _case(sent, "kinderbijslag", "svb", Phase.WAITING)
    task = CitizenTask.objects.create(case=waiting, kind=CitizenTask.Kind.CONFIRM_CHANGE)
    stuck = Delivery.objects.create(
        case=waiting, kind=Delivery.Kind.FILE, destination="svb", needs_human=Delivery.Human.CONFIG
    )
    proceeding = Proceeding.objects.create(
        case=case, kind=Proceeding.Kind.OBJECTION, opened_on=timezone.localdate()
    )
    ruled = _ruled(cast)
    issue_client(
        actor=actor(cast.operator),
        client_id="svb-proef",
        agency="svb",
        name="Proef",
        services=["kinderbijslag"],
        may_write=True,
    )
    draft = _begin(cast)
    dispute, proof = _disputed(cast, case)
    nobody = uuid.UUID(int=0)
    table = _table(cast, case)
    proposed, settled = table.steps.order_by("proposed_at")
    guest = table.seats.get(user=cast.other_officer)
    view = SavedView.objects.create(user=cast.officer, name="Nieuw werk", query="van=niemand")
    colleague, invited, step = _staff(cast)
    question, letter = _asked(cast, case)
    watched = _watched(cast)
    sample = draw(auditor=actor(cast.auditor), wanted=_lately(Kind.ASSIST), number=1)
    said = Message.objects.create(case=case, side=Side.CITIZEN, text="Ben ik hier goed?", external_id="m1")
    return {
        "-": {},
        "signal": {"signal_id": _signal(cast, case)},
        "no-signal": {"signal_id": nobody},
        "table": {"table_id": table.pk, "step_id": proposed.pk, "seat_id": guest.pk},
        "settled": {"table_id": table.pk, "step_id": settled.pk, "seat_id": guest.pk},
        "no-table": {"table_id": nobody, "step_id": nobody, "seat_id": nobody},
        "no-step-of-table": {"table_id": table.pk, "step_id": nobody, "seat_id": nobody},
        "guest": {"reference": case.reference, "agency": "svb"},
        "no-guest": {"reference": case.reference, "agency": "bestaat-niet"},
        "suggestion": {"suggestion_id": _suggestion(cast)},
        "no-suggestion": {"suggestion_id": nobody},
        "view": {"view_id": view.pk},
        "no-view": {"view_id": nobody},
        "event": {"slug": EVENT},
        "no-event": {"slug": "bestaat-niet"},
        "report": {"slug": "werkloos-worden", "service": "bijstand"},
        "no-report": {"slug": EVENT, "service": "kinderbijslag"},
        "rule": {"rule": "zorgtoeslag"},
        "no-rule": {"rule": "bestaat-niet"},
        "service": {"service": "zorgtoeslag"},
        "no-service": {"service": "bestaat-niet"},
        "draft": _journey(draft, draft.pk),
        "draft-file": {**_journey(draft, draft.pk), "file_id": _draft_file(draft)},
        "no-draft-file": {**_journey(draft, draft.pk), "file_id": nobody},
        "sent": _journey(sent, sent.pk),
        "no-journey": _journey(draft, nobody),
        "case": {"reference": case.reference, "task_id": nobody, "proceeding_id": proceeding.pk},
        "ruled": {"reference": ruled.reference},
        "asked": {"reference": case.reference, "task_id": question.pk, "document_id": letter.pk},
        "said": {"reference": case.reference, "message_id": said.pk, "message": said.pk},
        "no-said": {"reference": case.reference, "message_id": nobody, "message": nobody},
        "letter": {"reference": case.reference, "document": letter.pk},
        "no-letter": {"reference": case.reference, "document": nobody},
        "no-asked": {"reference": case.reference, "task_id": nobody, "document_id": nobody},
        "waiting-case": {"reference": waiting.reference, "task_id": task.pk, "proceeding_id": proceeding.pk},
        "no-case": {"reference": "LL-2222-2222", "task_id": task.pk, "proceeding_id": proceeding.pk},
        "value": {"field": FIELD, "reference": case.reference},
        "dispute": {"reference": case.reference, "dispute": dispute.reference},
        "no-dispute": {"reference": case.reference, "dispute": "LL-2222-2222"},
        "no-value": {"field": "brp.custody", "reference": case.reference},
        "disputed": {"dispute_id": dispute.pk, "reference": dispute.reference, "proof_id": proof.pk},
        "no-disputed": {"dispute_id": nobody, "reference": "LL-2222-2222", "proof_id": nobody},
        "no-proof": {"dispute_id": dispute.pk, "reference": dispute.reference, "proof_id": nobody},
        "restriction": {"restriction_id": _restriction(cast).pk},
        "no-restriction": {"restriction_id": nobody},
        "stuck": {"row_id": stuck.pk},
        "no-stuck": {"row_id": nobody},
        "client": {"client_id": "svb-proef"},
        "no-client": {"client_id": "bestaat-niet"},
        "mandate": {"representation_id": _mandate(cast).pk},
        "recorded": {"representation_id": _recorded(cast).pk},
        "no-mandate": {"representation_id": nobody},
        "colleague": {"user_id": colleague.pk},
        "no-colleague": {"user_id": nobody},
        "invited": {"invitation_id": invited.pk},
        "no-invited": {"invitation_id": nobody},
        "step": {"number": step.pk},
        "no-step": {"number": 0},
        "link": {"link": LINK},
        "no-link": {"link": "bestaat-niet"},
        "session": {"number": _session(cast).pk},
        "no-session": {"number": 0},
        "agency": {"agency": "gemeente-waterstad"},
        "no-agency": {"agency": "bestaat-niet"},
        "mail": {"channel": "mail"},
        "no-channel": {"channel": "post"},
        "danger": {"ask_id": _danger(cast).pk},
        "no-danger": {"ask_id": nobody},
        "danger-begun": {"ask_id": _begun_danger(cast, watched).pk},
        "watched": {
            "kind": "meekijken",
            "form": "csv",
            "assist_id": watched.pk,
            "sample_id": sample.pk,
            "review_id": sample.reviews.get().pk,
        },
        "no-watched": {
            "kind": "bestaat-niet",
            "form": "csv",
            "assist_id": nobody,
            "sample_id": nobody,
            "review_id": nobody,
        },
        "finding": {"review_id": _not_in_order(cast, case)},
        "moment": {"moment_id": _moment(cast).pk},
        "no-moment": {"moment_id": nobody},
        "found": {"citizen_id": citizen_of(cast.citizen).pk},
        "no-found": {"citizen_id": nobody},
        "exercise": {"exercise": "oppakken"},
        "no-exercise": {"exercise": "bestaat-niet"},
        "digid": {"provider_id": "digid"},
        "digid-saml": {"provider_id": "digid-saml"},
        "medewerker": {"provider_id": "medewerker"},
        "no-provider": {"provider_id": "bestaat-niet"},
    }


def _watched(cast: Cast) -> Assist:
    """Hanna of the helpdesk looked along with Noor, an hour ago."""
    then = timezone.now() - timedelta(hours=1)
    return Assist.objects.create(
        staff=cast.helpdesk,
        citizen=citizen_of(cast.citizen),
        reason=Assist.Reason.STUCK,
        ticket="M-1",
        agreement=Assist.Agreement.PORTAL,
        hides_places=False,
        started_at=then,
        ends_at=then + timedelta(minutes=15),
    )


def _begun_danger(cast: Cast, watched: Assist) -> DangerAsk:
    """Hanna asked to look along without a code, and began; nobody reviewed it yet."""
    return DangerAsk.objects.create(
        staff=cast.helpdesk,
        citizen=citizen_of(cast.citizen),
        ticket="M-1",
        why="Zij belt en zegt dat zij niet meer wil leven.",
        until=watched.started_at,
        lead=cast.helpdesk_lead,
        decided_at=watched.started_at,
        confirmed=True,
        assist=watched,
    )


def _lately(kind: Kind) -> Wanted:
    today = timezone.localdate()
    return Wanted(kind, today - timedelta(days=2), today)


def _not_in_order(cast: Cast, case: Case) -> uuid.UUID:
    """An officer of Waterstad opened Noor's request again; the auditor found that not in order."""
    record_staff_action(uuid.uuid4(), staff=cast.officer, what="case-reopened", reference=case.reference)
    sample = draw(auditor=actor(cast.auditor), wanted=_lately(Kind.EXCEPTION), number=1)
    found = sample.reviews.get()
    review(auditor=actor(cast.auditor), review_id=found.pk, was_right=False, text="Zonder grond.")
    return found.pk


def _danger(cast: Cast) -> DangerAsk:
    """Hanna of the helpdesk asks to look along without a code."""
    return DangerAsk.objects.create(
        staff=cast.helpdesk,
        citizen=citizen_of(cast.citizen),
        ticket="M-1",
        why="Zij belt en zegt dat zij niet meer wil leven.",
        until=timezone.now() + timedelta(minutes=10),
    )


def _signal(cast: Cast, case: Case) -> uuid.UUID:
    """Noor says that a rule works out badly."""
    return give(
        actor=actor(cast.citizen), case=case, part=Signal.Part.RULE, text="Te streng.", external_id="s1"
    ).pk


def _table(cast: Cast, case: Case) -> CustomTable:
    """Waterstad laid her request on a table, with somebody of the SVB; one step waits, one is agreed."""
    table = open_table(actor=actor(cast.officer), case=case, question="Wie betaalt dit?", external_id="t1")
    seat = table.seats.get()
    guest = invite_to_table(
        seat=seat, user_id=cast.other_officer.pk, reason="Zij weten het.", external_id="t2"
    )
    day = clock.today() + timedelta(days=7)
    propose(seat=seat, agency="svb", what="Rekent het na.", by_day=day, external_id="t3")
    propose(seat=guest, agency="gemeente-waterstad", what="Belt haar.", by_day=day, external_id="t4")
    agree(seat=seat, step_id=table.steps.get(what="Belt haar.").pk)
    return table


def _moment(cast: Cast) -> ContactMoment:
    """Noor asked for a letter."""
    way = ContactMoment.Way.LETTER
    return ask_contact(citizen=citizen_of(cast.citizen), way=way, about="Stuur mij het formulier.")


def _mandate(cast: Cast) -> Representation:
    """Noor lets her neighbour act for her."""
    until = clock.today() + timedelta(days=30)
    _, code = authorise(actor=actor(cast.citizen), services=["geboorteaangifte"], until_on=until)
    return accept(actor=actor(cast.neighbour), code=code)


def _recorded(cast: Cast) -> Representation:
    """Waterstad recorded that Noor's neighbour is her administrator, of the account that she gives."""
    row = Representation(
        represented=citizen_of(cast.citizen),
        representative=citizen_of(cast.neighbour),
        kind=Representation.Kind.ADMINISTRATOR,
        from_on=clock.today(),
        agency="gemeente-waterstad",
        created_by=cast.officer,
        accepted_at=timezone.now(),
    )
    seal_account(row, ANSWERS["benefit"][0]["iban"])
    row.save()
    return row


def _staff(cast: Cast) -> tuple[User, Invitation, Authenticator]:
    """A colleague at Waterstad, somebody invited there, and the app with codes of the editor.

    The editor alone of the cast has a password; all others come by single sign-on.
    """
    colleague = make_staff(Role.OFFICER, "gemeente-waterstad", name="Bea Kuipers")
    User.objects.filter(pk=colleague.pk).update(email="bea@waterstad.example")
    User.objects.filter(pk=cast.editor.pk).update(email="els@levensloket.example")
    new = {"email": "nieuw@waterstad.example", "name": "Nico Nieuw", "role": Role.OFFICER}
    invite(actor=actor(cast.lead), agency="gemeente-waterstad", **new)
    passkey = SoftPasskey().create({"publicKey": {"challenge": "nobody-checks-it-now"}})
    data = {"name": "Passkey", "credential": passkey}
    Authenticator.objects.create(user=cast.editor, type=Authenticator.Type.WEBAUTHN, data=data)
    step = Authenticator.objects.create(user=cast.editor, type=Authenticator.Type.TOTP, data={})
    return colleague, Invitation.objects.get(), step


def _session(cast: Cast) -> UserSession:
    """Noor is logged in on her telephone, too."""
    key = logged_in(cast.citizen).session.session_key
    return UserSession.objects.create(
        user=cast.citizen, session_key=key, ip="127.0.0.1", user_agent="Firefox/1 (Android)"
    )


def _ruled(cast: Cast) -> Case:
    """A request of which a rule says something."""
    event = catalogue().events["werkloos-worden"]
    journey = begin_journey(actor=actor(cast.citizen), event=event, chosen=["bijstand"])
    Journey.objects.filter(pk=journey.pk).update(state=Journey.State.SUBMITTED, submitted_at=timezone.now())
    case = _case(journey, "bijstand", "gemeente-waterstad", Phase.ARRIVED)
    Delivery.objects.create(
        case=case, kind=Delivery.Kind.FILE, destination=case.agency, delivered_at=timezone.now()
    )
    return case


def _disputed(cast: Cast, case: Case) -> tuple[Dispute, Proof]:
    """An address that is wrong by Noor's word, with a proof; Waterstad knows it, and reported it."""
    citizen = citizen_of(cast.citizen)
    now = timezone.now()
    Fact.objects.update_or_create(
        citizen=citizen,
        field=FIELD,
        defaults={
            "sealed": seal(citizen, "facts", FIELD, {"lines": ["Gracht 1"]}),
            "source": "brp",
            "observed_at": now,
            "valid_until": now,
        },
    )
    found = dispute(
        actor=actor(cast.citizen),
        field=FIELD,
        held=Held({"lines": ["Gracht 1"]}, "brp", now),
        right=None,
        explanation="Ik woon er niet.",
        proofs=[b"\x89PNG\r\n\x1a\n"],
    )
    add_event(found, DisputeEvent.Kind.TOLD, agency=case.agency, case=case)
    report_to_holder(actor=actor(cast.officer), dispute=found)
    return found, found.proofs.get()


def _restriction(cast: Cast) -> Restriction:
    """Noor asked that her income is kept and not used."""
    return Restriction.objects.create(
        citizen=citizen_of(cast.citizen), field="bri.income", why=Restriction.Why.CONTESTED
    )


def _asked(cast: Cast, case: Case) -> tuple[CitizenTask, Document]:
    """Waterstad asks Noor something, and put a document with her case."""
    officer = actor(cast.officer)
    question = ask(case=case, actor=officer, what="Stuur de akte", why="Wij missen hem.", external_id="q1")
    letter = add_document(
        case=case, actor=officer, content=b"\x89PNG\r\n\x1a\n", title="Brief", external_id="d1"
    )
    return question, letter


def _suggestion(cast: Cast) -> uuid.UUID:
    """A move that is proposed to her."""
    row = Suggestion.objects.create(
        citizen=citizen_of(cast.citizen), event="verhuizen", source="x", happened_on=clock.today()
    )
    return row.pk


def _begin(cast: Cast) -> Journey:
    return begin_journey(actor=actor(cast.citizen), event=catalogue().events[EVENT])


def _draft_file(draft: Journey) -> uuid.UUID:
    """Noor added a file to what she is filling in."""
    group = next(group for group in groups_of(draft) if group.document_questions)
    attach(journey=draft, group=group, question=group.document_questions[0], content=b"\x89PNG\r\n\x1a\n")
    return draft.files.get().pk


def _journey(journey: Journey, journey_id: uuid.UUID) -> Parameters:
    return {
        "slug": EVENT,
        "journey_id": journey_id,
        "field": FIELD,
        "group": groups_of(journey)[0].id,
        "number": 1,
        "service": "kinderbijslag",
    }


def _case(journey: Journey, service: str, agency: str, phase: Phase) -> Case:
    case = Case(citizen=journey.citizen, journey=journey, service=service, agency=agency, phase=phase)
    entry = {
        "value": {"lines": ["Gracht 1"]},
        "source": "brp",
        "observed_at": "",
        "provisional": False,
        "under_investigation": False,
        "secret": False,
        "disputed": "",
    }
    facts = {FIELD: entry} if service == "geboorteaangifte" else {}
    seal_payload(case, {"facts": facts, "not_fetched": [], "answers": {}})
    case.save(force_insert=True)
    return case
