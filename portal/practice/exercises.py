"""The exercises: what to do, on which request, and how it shows in that request that it was done.

Each attempt has a request of its own, so that many can practise at once. What is looked at is how the request
stands, never which buttons were pressed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.access.assist.codes import request_code
from portal.access.models import Assist
from portal.cases.back.concluding import possible_outcomes
from portal.cases.desk.models import Proposal
from portal.cases.desk.proposals import confirmer_of
from portal.cases.helpdesk.models import ContactMoment
from portal.cases.models import Case, CitizenTask, CustomTable, Message, Outcome, Side
from portal.people.actor import Actor, Capacity
from portal.people.models import User
from portal.practice.asking import as_citizen, ask_for, has_requests, require_practice, service_of
from portal.practice.filling import agencies, wants_answer, wants_confirmation
from portal.practice.models import Attempt

OFFICERS: Final[frozenset[Capacity]] = frozenset({"officer", "lead"})
HELPDESK: Final[frozenset[Capacity]] = frozenset({"helpdesk", "helpdesk-lead"})


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that must have happened, in words, and whether it did."""

    words: Any
    is_done: Callable[[Attempt], bool]


@dataclass(frozen=True, slots=True)
class Exercise:
    """`how` are hints in their order; `prepare` does to the new request what comes before you."""

    slug: str
    title: Any
    why: Any
    how: tuple[Any, ...]
    steps: tuple[Step, ...]
    whose: frozenset[Capacity] = OFFICERS
    prepare: Callable[[Case], None] | None = None
    fits: Callable[[str], bool] = has_requests
    has_code: bool = False


# --- How it shows ----------------------------------------------------------------------------------


def _is_in_hand(attempt: Attempt) -> bool:
    return attempt.case.handler_id == attempt.user_id


def _was_asked(attempt: Attempt) -> bool:
    return attempt.case.tasks.filter(kind=CitizenTask.Kind.ASKED, is_hearing=False).exists()


def _has_a_term(attempt: Attempt) -> bool:
    return attempt.case.tasks.filter(kind=CitizenTask.Kind.ASKED, due_on__isnull=False).exists()


def _was_answered(attempt: Attempt) -> bool:
    return Message.objects.filter(case=attempt.case, side=Side.AGENCY).exists()


def _departs(attempt: Attempt) -> bool:
    proposals = Proposal.objects.filter(case=attempt.case).exclude(deviation="")
    return proposals.exists() or Outcome.objects.filter(case=attempt.case).exclude(deviation="").exists()


def _is_confirmed(attempt: Attempt) -> bool:
    is_final = Outcome.objects.filter(case=attempt.case).exists()
    return is_final or Proposal.objects.filter(case=attempt.case, effective_at__isnull=False).exists()


def _has_a_table(attempt: Attempt) -> bool:
    return CustomTable.objects.filter(case=attempt.case, coordinator=attempt.user_id).exists()


def _has_a_line(attempt: Attempt) -> bool:
    tables = CustomTable.objects.filter(case=attempt.case, coordinator=attempt.user_id)
    return any(table.steps.exists() for table in tables)


def _looked_along(attempt: Attempt) -> bool:
    return _assists(attempt).exists()


def _stopped(attempt: Attempt) -> bool:
    found = _assists(attempt)
    now = timezone.now()
    return found.exists() and not found.filter(ended_at=None, ends_at__gt=now).exists()


def _assists(attempt: Attempt) -> Any:
    return Assist.objects.filter(
        staff=attempt.user_id, citizen=attempt.case.citizen_id, started_at__gte=attempt.began_at
    )


def _has_a_note(attempt: Attempt) -> bool:
    return ContactMoment.objects.filter(
        citizen=attempt.case.citizen_id, owner=attempt.user_id, created_at__gte=attempt.began_at
    ).exists()


def _can_be_confirmed(agency: str) -> bool:
    """Whether at this agency a departure waits for a lead."""
    service = service_of(agency)
    if service is None:
        return False
    return confirmer_of(service, possible_outcomes(service)[0], "x") == Proposal.Confirmer.LEAD


EXERCISES: Final[Mapping[str, Exercise]] = {
    one.slug: one
    for one in (
        Exercise(
            slug="oppakken",
            title=_("Neem een aanvraag in behandeling"),
            why=_("De inwoner leest dan dat iemand ermee bezig is."),
            how=(
                _("Open de aanvraag, of zoek hem in de werklijst op kenmerk."),
                _("Kies “Ik pak dit op”."),
            ),
            steps=(Step(_("De aanvraag staat op uw naam."), _is_in_hand),),
        ),
        Exercise(
            slug="aanvulling",
            title=_("Vraag om een aanvulling"),
            why=_("Er ontbreekt iets. Met een dag erbij staat de termijn stil tot er antwoord is."),
            how=(
                _("Open de aanvraag, en ga naar “Berichten, vragen en documenten”."),
                _("Vraag iets, schrijf waarom u het nodig hebt, en noem een dag."),
            ),
            steps=(
                Step(_("U hebt iets gevraagd."), _was_asked),
                Step(_("Er staat bij tot wanneer de inwoner kan antwoorden."), _has_a_term),
            ),
        ),
        Exercise(
            slug="antwoorden",
            title=_("Antwoord op een vraag van een inwoner"),
            why=_("De inwoner schreef u. In de werklijst staat “bericht” bij de aanvraag."),
            how=(
                _("Open de aanvraag, en ga naar “Berichten, vragen en documenten”."),
                _("Lees de vraag, en schrijf een antwoord in gewone woorden."),
            ),
            steps=(Step(_("De inwoner heeft antwoord."), _was_answered),),
            prepare=wants_answer,
        ),
        Exercise(
            slug="maatwerk",
            title=_("Wijk af van de regel"),
            why=_("De regel geeft een voorstel. Pakt dat verkeerd uit? Dan mag u afwijken, met redenen."),
            how=(
                _("Open de aanvraag, en kies hoe die eindigt."),
                _("Schrijf waarom u afwijkt, en welk artikel dat toelaat."),
                _("Bekijk eerst wat de inwoner te lezen krijgt."),
            ),
            steps=(Step(_("U hebt een uitkomst voorgesteld die afwijkt, met redenen."), _departs),),
        ),
        Exercise(
            slug="maatwerktafel",
            title=_("Leg een aanvraag op een maatwerktafel"),
            why=_("De aanvraag hangt tussen organisaties. Samen zoekt u een uitweg. De inwoner leest mee."),
            how=(
                _("Open de aanvraag, en leg die voor aan een maatwerktafel."),
                _("Schrijf de vraag op, en stel aan de tafel een volgende stap voor."),
            ),
            steps=(
                Step(_("Er is een tafel, en u hebt de leiding."), _has_a_table),
                Step(_("Er is een volgende stap voorgesteld."), _has_a_line),
            ),
        ),
        Exercise(
            slug="bevestigen",
            title=_("Bevestig wat een collega voorstelt"),
            why=_("Een collega wil afwijken van de regel. Dat telt pas als u het ook vindt."),
            how=(
                _("Open de aanvraag, en lees het voorstel met de redenen."),
                _("Bent u het eens? Bevestig het dan."),
            ),
            steps=(Step(_("Het voorstel is bevestigd."), _is_confirmed),),
            whose=frozenset({"lead"}),
            prepare=wants_confirmation,
            fits=_can_be_confirmed,
        ),
        Exercise(
            slug="meekijken",
            title=_("Kijk mee met een inwoner"),
            why=_("De inwoner belt, en leest u een code voor. Dan kijkt u een kwartier mee."),
            how=(
                _("Zoek de inwoner op kenmerk."),
                _("Vraagt het portaal naar uw eigen nummer? Vul dan 999990019 in."),
                _("Laat hieronder de inwoner een code voorlezen, en vul die in met een reden."),
                _("Kijk rond, en stop met meekijken."),
            ),
            steps=(
                Step(_("U hebt meegekeken."), _looked_along),
                Step(_("U bent weer gestopt."), _stopped),
            ),
            whose=HELPDESK,
            fits=lambda _agency: bool(agencies()),
            has_code=True,
        ),
        Exercise(
            slug="opschrijven",
            title=_("Schrijf op wat u met een inwoner afspreekt"),
            why=_("De inwoner leest het terug, en een collega weet wat er beloofd is."),
            how=(
                _("Zoek de inwoner op kenmerk."),
                _("Schrijf op wat de inwoner vroeg, en wat u beloofde of deed."),
            ),
            steps=(Step(_("Het staat opgeschreven."), _has_a_note),),
            whose=HELPDESK,
            fits=lambda _agency: bool(agencies()),
        ),
    )
}


# --- Doing them ------------------------------------------------------------------------------------


def exercises_for(actor: Actor) -> list[Exercise]:
    """Those for the actor's work, at the actor's agency."""
    return [one for one in EXERCISES.values() if actor.capacity in one.whose and one.fits(actor.agency)]


def exercise_for(actor: Actor, slug: str) -> Exercise:
    """One of them. Raises `LookupError` for any other."""
    found = next((one for one in exercises_for(actor) if one.slug == slug), None)
    if found is None:
        raise LookupError(slug)
    return found


def attempts_of(user: User) -> dict[str, Attempt]:
    """The user's own, by exercise."""
    rows = Attempt.objects.filter(user=user).select_related("case__journey", "case__citizen")
    return {row.exercise: row for row in rows}


def begin(*, actor: Actor, exercise: Exercise) -> Attempt:
    """A request is made for it, and what was done before counts no more.

    Raises what `portal.practice.asking.ask_for` raises.
    """
    user = actor.require_user()
    began_at = timezone.now()
    # Not in a transaction: the registers are asked.
    turn = Attempt.objects.count()
    case = ask_for(actor.agency or agencies()[0], turn=turn)
    if exercise.prepare is not None:
        exercise.prepare(case)
    fresh = {"case": case, "began_at": began_at, "done_at": None}
    attempt, _made = Attempt.objects.update_or_create(user=user, exercise=exercise.slug, defaults=fresh)
    return attempt


def look(attempt: Attempt) -> list[bool]:
    """Which steps are done. From the moment that all were, the exercise is done, whatever comes after."""
    steps = EXERCISES[attempt.exercise].steps
    if attempt.done_at is not None:
        return [True] * len(steps)
    done = [step.is_done(attempt) for step in steps]
    if all(done):
        with transaction.atomic():
            attempt.done_at = timezone.now()
            attempt.save(update_fields=["done_at"])
    return done


def read_out_code(attempt: Attempt) -> str:
    """The invented citizen asks for a code to read out; one of before works no more."""
    require_practice()
    return request_code(actor=as_citizen(attempt.case.citizen))
