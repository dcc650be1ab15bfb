"""What did not arrive by itself: an operator reads why, and who lets it try again is kept."""

from __future__ import annotations

import pytest

from portal.cases.models import Delivery, Notice, Notification
from portal.cases.notices.letters import hand_over
from portal.cases.notices.mending import SENT_AGAIN, replay
from portal.cases.out import outbox
from portal.cases.out.leases import ask_human
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


@pytest.fixture
def unsent(row: Delivery) -> Notification:
    """A mail about a decision that the mail server did not take for hours."""
    notice = Notice.objects.create(citizen=row.case.citizen, case=row.case, kind="decision", about="outcome")
    made = Notification.objects.create(
        citizen=row.case.citizen, notice=notice, channel="mail", reason="news", attempts=24
    )
    ask_human(made, kind=Notification.Human.EXCEEDED, error="SMTPServerDisconnected")
    return made


def test_a_mail_a_text_and_a_letter_that_could_not_go_are_shown_with_why(
    cast: Cast, row: Delivery, unsent: Notification
) -> None:
    outbox.replay(row_id=row.pk, staff=cast.operator)
    operator = logged_in(cast.operator)
    for channel, why, english in (
        ("mail", "Kijk of de mailserver werkt.", "Check whether the mail server works."),
        ("sms", "Kijk of de sms-dienst werkt.", "Check whether the text service works."),
        ("post", "Wij hebben geen adres om naar te schrijven.", "We have no address to write to."),
    ):
        Notification.objects.filter(pk=unsent.pk).update(channel=channel)
        for language, said in (("nl", why), ("en", english)):
            page = operator.get(PAGE, headers={"Accept-Language": language}).content.decode()
            assert said in page
        assert row.case.reference in page
        assert "SMTPServerDisconnected" in page
        assert "24" in page
        assert "Noor" not in page
    assert logged_in(cast.officer).get(PAGE).status_code == 404


def test_an_operator_lets_a_mail_go_again_once(cast: Cast, unsent: Notification) -> None:
    operator = logged_in(cast.operator)
    for _ in range(2):
        assert operator.post(f"/medewerker/koppelingen/bericht-opnieuw/{unsent.pk}/").status_code == 302
    assert StaffAction.objects.filter(what=SENT_AGAIN, operation_id=unsent.pk).count() == 1
    unsent.refresh_from_db()
    assert (unsent.needs_human, unsent.attempts) == ("", 0)
    assert "Deze berichten kwamen niet aan" not in operator.get(PAGE).content.decode()


def test_a_letter_that_goes_again_is_in_the_next_batch(cast: Cast, unsent: Notification) -> None:
    Notification.objects.filter(pk=unsent.pk).update(channel="post")
    assert hand_over() is None
    replay(row_id=unsent.pk, staff=cast.operator)
    assert hand_over() is not None
    unsent.refresh_from_db()
    assert unsent.batch is not None
    assert not replay(row_id=unsent.pk, staff=cast.operator)
