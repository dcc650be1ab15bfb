"""What did not arrive by itself: an operator reads why, and who lets it try again is kept."""

from __future__ import annotations

import pytest

from portal.cases.models import Delivery
from portal.cases.out import outbox
from portal.ledger.models import StaffAction
from tests.cases.steps import submitted
from tests.cast import Cast, actor, logged_in, make_cast
from tests.registers import Register

PAGE = "/medewerker/koppelingen/"
REASONS = {
    Delivery.Human.REFUSED: ("De organisatie weigert dit.", "The organisation refuses this."),
    Delivery.Human.CONFIG: ("Een instelling klopt niet", "A setting is wrong"),
    Delivery.Human.EXCEEDED: ("Dit is te vaak mislukt.", "This failed too often."),
    Delivery.Human.UNKNOWN: ("Er ging iets mis dat wij niet kennen.", "Something went wrong"),
    Delivery.Human.CALL: ("Bel eerst.", "Call first."),
}


@pytest.fixture
def cast(db: None, register: Register) -> Cast:
    return make_cast()


@pytest.fixture
def row(cast: Cast) -> Delivery:
    """A birth that did not arrive."""
    row = Delivery.objects.get(case=submitted(actor(cast.citizen))["geboorteaangifte"])
    outbox.ask_human(row, kind=Delivery.Human.REFUSED, error="no such case type")
    return row


@pytest.mark.parametrize("human", list(Delivery.Human))
def test_why_a_person_must_look_is_said_in_words(cast: Cast, row: Delivery, human: Delivery.Human) -> None:
    outbox.ask_human(row, kind=human, error="no such case type")
    operator = logged_in(cast.operator)
    for language, reason in zip(("nl", "en"), REASONS[human], strict=True):
        page = operator.get(PAGE, headers={"Accept-Language": language}).content.decode()
        assert reason in page
        assert "no such case type" in page
        assert f"{human}: " not in page


@pytest.mark.parametrize("kind", list(Delivery.Kind))
def test_what_did_not_arrive_is_said_of_every_kind(cast: Cast, row: Delivery, kind: Delivery.Kind) -> None:
    Delivery.objects.filter(pk=row.pk).update(kind=kind)
    page = logged_in(cast.operator).get(PAGE).content.decode()
    assert row.case.reference in page
    assert "no such case type" in page


def test_who_lets_it_try_again_is_kept_once_with_the_row(cast: Cast, row: Delivery) -> None:
    operator = logged_in(cast.operator)
    for _ in range(2):
        assert operator.post(f"/medewerker/koppelingen/opnieuw/{row.pk}/").status_code == 302
    action = StaffAction.objects.get(what=outbox.REPLAYED)
    assert (action.user, action.operation_id, action.reference) == (
        cast.operator,
        row.pk,
        row.case.reference,
    )
    row.refresh_from_db()
    assert row.needs_human == ""
