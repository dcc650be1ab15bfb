"""A code by SMS or mail, for who calls and cannot log in: to what was known, and never enough by itself."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.utils import timezone

from connectors.base import Unavailable
from portal.access.assist import verbs
from portal.access.assist.codes import Purpose, WrongCode, new_code, use_code
from portal.access.models import Assist, AssistCode
from portal.cases.helpdesk.codes import ways_of
from portal.cases.models import Contact, Notification
from portal.cases.notices.models import Channel
from portal.cases.notices.preferences import forget_contact, give_contact
from portal.cases.notices.sending import notify
from portal.ledger.models import StaffAction
from portal.people import sessions
from portal.people.models import Citizen
from tests.cast import Cast, actor, citizen_of, logged_in, make_cast
from tests.helpdesk.steps import code_of, finds, known_helper, looks_along, read_log, types_code
from tests.registers import Register

_CODE = re.compile(r"voor: (\d{3}) (\d{3})\.")


@pytest.fixture
def cast(db: None, register: Register) -> Cast:
    """Noor verified a mail address a week ago; nobody was wrong before."""
    cache.clear()
    cast = make_cast()
    give_contact(actor=actor(cast.citizen), channel=Channel.MAIL, address="noor@example.org")
    Contact.objects.update(verified_at=timezone.now() - timedelta(days=7), code_hmac="")
    Notification.objects.all().delete()
    return cast


def _asks_for_code(cast: Cast, **more: str) -> tuple[Any, str]:
    """The helper found her, and has a code sent; gives the browser and her page."""
    helper = known_helper(cast.helpdesk)
    page = finds(helper)
    answer = helper.post(f"{page}code/", {"channel": "mail"} | more)
    assert answer.status_code == 302, answer.content.decode()
    return helper, page


def _reads_mail(mailoutbox: list[Any]) -> str:
    for row in Notification.objects.filter(delivered_at=None):
        notify(row_id=row.pk)
    found = _CODE.search(mailoutbox[-1].body)
    assert found
    return found[1] + found[2]


def test_a_code_by_mail_opens_the_door_as_one_that_was_read_in_the_portal(
    cast: Cast, mailoutbox: list[Any]
) -> None:
    helper, page = _asks_for_code(cast)
    assert types_code(helper, page, _reads_mail(mailoutbox)) == "/"
    row = Assist.objects.get()
    assert (row.agreement, row.fills_since) == ("mail", None)
    assert mailoutbox[0].to == ["noor@example.org"]


def test_the_message_is_worded_so_that_nobody_gives_it_to_who_calls(
    cast: Cast, mailoutbox: list[Any]
) -> None:
    _asks_for_code(cast)
    _reads_mail(mailoutbox)
    body = mailoutbox[0].body
    assert "Hebt u óns zelf gebeld? Lees dan deze code voor:" in body
    assert "Een medewerker kijkt dan 15 minuten mee. Wij vragen nooit uw DigiD-wachtwoord." in body
    assert "Belde u ons niet? Geef de code dan aan niemand." in body
    assert "Noor" not in body
    assert "http" not in body


def test_the_helper_sees_neither_the_code_nor_where_it_goes(cast: Cast, mailoutbox: list[Any]) -> None:
    helper, page = _asks_for_code(cast)
    code = _reads_mail(mailoutbox)
    shown = helper.get(page).content.decode()
    assert code not in shown
    assert f"{code[:3]} {code[3:]}" not in shown
    assert "example.org" not in shown


def test_an_address_that_was_given_today_gets_no_code(cast: Cast) -> None:
    """Who pretends to be somebody can make them verify an address during the call."""
    Contact.objects.update(verified_at=timezone.now())
    helper = known_helper(cast.helpdesk)
    page = finds(helper)
    assert "geen code sturen" in helper.get(page).content.decode()
    assert helper.post(f"{page}code/", {"channel": "mail"}).status_code == 422
    assert not AssistCode.objects.exists()


@pytest.mark.parametrize("state", ["never", "bounced", "taken back"])
def test_an_address_that_is_not_good_gets_no_code(cast: Cast, state: str) -> None:
    if state == "never":
        Contact.objects.update(verified_at=None)
    elif state == "bounced":
        Contact.objects.update(bounced_at=timezone.now())
    else:
        forget_contact(actor=actor(cast.citizen), channel=Channel.MAIL)
    helper = known_helper(cast.helpdesk)
    assert helper.post(f"{finds(helper)}code/", {"channel": "mail"}).status_code == 422
    assert not Notification.objects.exists()


def test_a_field_for_an_address_changes_nothing(cast: Cast, mailoutbox: list[Any]) -> None:
    _asks_for_code(cast, address="thief@example.org", to="thief@example.org")
    _reads_mail(mailoutbox)
    assert [mail.to for mail in mailoutbox] == [["noor@example.org"]]


def test_who_is_in_danger_gets_none_and_one_that_was_sent_before_leaves_no_more(
    cast: Cast, mailoutbox: list[Any]
) -> None:
    helper, page = _asks_for_code(cast)
    Citizen.objects.filter(pk=citizen_of(cast.citizen).pk).update(safety_flag=True)
    assert helper.post(f"{page}code/", {"channel": "mail"}).status_code == 422
    notify(row_id=Notification.objects.get().pk)
    assert mailoutbox == []
    assert Notification.objects.get().sealed_code is None


def test_a_code_that_leaves_too_late_does_not_leave(cast: Cast, mailoutbox: list[Any]) -> None:
    _asks_for_code(cast)
    with time_machine.travel(timezone.now() + timedelta(minutes=10, seconds=1), tick=True):
        notify(row_id=Notification.objects.get().pk)
    assert mailoutbox == []


def test_a_text_goes_by_the_provider_of_texts(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    give_contact(actor=actor(cast.citizen), channel=Channel.SMS, address="+31612345678")
    Contact.objects.update(verified_at=timezone.now() - timedelta(days=7), code_hmac="")
    Notification.objects.all().delete()
    sent: list[tuple[str, str]] = []

    class Provider:
        def was_sent(self, reference: str, *, trace_id: str) -> bool:
            return False

        def send(self, number: str, text: str, *, reference: str, trace_id: str) -> None:
            sent.append((number, text))

    monkeypatch.setattr("portal.cases.notices.sending.sms", Provider)
    helper = known_helper(cast.helpdesk)
    page = finds(helper)
    helper.post(f"{page}code/", {"channel": "sms"})
    notify(row_id=Notification.objects.get().pk)
    [(number, text)] = sent
    found = _CODE.search(text)
    assert number == "+31612345678"
    assert found
    assert types_code(helper, page, found[1] + found[2]) == "/"


def test_a_provider_that_is_down_leaves_the_code_waiting(
    cast: Cast, mailoutbox: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    _asks_for_code(cast)

    def fail(*_: object, **__: object) -> None:
        raise Unavailable("mail")

    with monkeypatch.context() as patch:
        patch.setattr("portal.cases.notices.sending._mail", fail)
        notify(row_id=Notification.objects.get().pk)
    row = Notification.objects.get()
    assert row.delivered_at is None
    assert row.sealed_code is not None


def test_nobody_is_flooded_with_codes(cast: Cast) -> None:
    helper = known_helper(cast.helpdesk)
    page = finds(helper)
    asked = [helper.post(f"{page}code/", {"channel": "mail"}).status_code for _ in range(4)]
    assert asked == [302, 302, 302, 422]
    assert Notification.objects.count() == 3


def test_one_of_the_helpdesk_does_not_have_codes_sent_all_day(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.people.staff.attempts.PER_CODE_SENT", 1)
    helper = known_helper(cast.helpdesk)
    page = finds(helper)
    assert [helper.post(f"{page}code/", {"channel": "mail"}).status_code for _ in range(2)] == [302, 422]


def test_an_old_second_step_is_asked_again_before_a_code_is_sent(cast: Cast) -> None:
    helper = known_helper(cast.helpdesk)
    page = finds(helper)
    session = helper.session
    session["begun"] = sessions._now() - 16 * 60
    session.save()
    answer = helper.post(f"{page}code/", {"channel": "mail"})
    assert answer["Location"] == "/helpdesk/bevestig/"
    assert not AssistCode.objects.exists()


def test_nobody_has_a_code_sent_for_oneself_or_a_colleague(cast: Cast) -> None:
    helper = known_helper(cast.helpdesk)
    page = finds(helper)
    her = citizen_of(cast.citizen)
    type(cast.helpdesk).objects.filter(pk=cast.helpdesk_lead.pk).update(own_bsn_hmac=her.bsn_hmac)
    assert helper.post(f"{page}code/", {"channel": "mail"}).status_code == 422
    assert not AssistCode.objects.exists()


def test_the_citizen_and_the_auditor_read_that_a_code_was_sent(cast: Cast) -> None:
    _asks_for_code(cast)
    assert "assist-code:mail" in read_log(citizen_of(cast.citizen))
    page = logged_in(cast.citizen).get("/mijn-gegevens/gebruik/").content.decode()
    assert "De helpdesk liet u een code sturen, per e-mail." in page
    assert StaffAction.objects.filter(what="assist-code:mail").count() == 1


def test_a_code_for_one_thing_is_none_for_another(cast: Cast) -> None:
    """Who agreed to be looked along with did not agree to have things sent, and the other way about."""
    her = citizen_of(cast.citizen)
    for given, wanted in (
        (Purpose.LOOK, Purpose.SEND),
        (Purpose.FILL, Purpose.SEND),
        (Purpose.SEND, Purpose.LOOK),
    ):
        code = new_code(her, AssistCode.Way.PORTAL, purpose=given)
        with pytest.raises(WrongCode):
            use_code(staff=cast.helpdesk, citizen=her, code=code, purposes=(wanted,))


def test_a_code_by_message_shows_nothing_of_a_service_that_needs_substantieel(
    cast: Cast, mailoutbox: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verbs, "_services", lambda way: [] if way in verbs.BY_MESSAGE else None)
    helper, page = _asks_for_code(cast)
    assert types_code(helper, page, _reads_mail(mailoutbox)) == "/"
    assert Assist.objects.get().services == []


def test_prolonged_with_a_code_by_message_it_shows_no_more_than_that_gives(
    cast: Cast, mailoutbox: list[Any]
) -> None:
    """Begun with a code of the portal, all services are seen; a text is never enough for that."""
    _citizen, helper = looks_along(cast)
    assert Assist.objects.get().services is None
    assert helper.post("/helpdesk/meekijken/code/", {"channel": "mail"}).status_code == 302
    assert helper.post("/helpdesk/meekijken/langer/", {"code": _reads_mail(mailoutbox)}).status_code == 302
    row = Assist.objects.get()
    assert row.extended_at is not None
    assert row.services == verbs._services(verbs.Agreement.MAIL)


def test_a_new_code_of_the_portal_ends_the_one_that_was_sent(cast: Cast, mailoutbox: list[Any]) -> None:
    helper, page = _asks_for_code(cast)
    by_mail = _reads_mail(mailoutbox)
    code_of(logged_in(cast.citizen))
    assert types_code(helper, page, by_mail) == ""


def test_who_has_died_gets_no_code(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.cases.helpdesk.codes.has_died", lambda _citizen: True)
    assert ways_of(citizen_of(cast.citizen)) == []
