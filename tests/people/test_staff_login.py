"""Staff with an account of our own: invited, a password, a second step, and out again."""

from __future__ import annotations

import json
import re
import time
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.auth.hashers import identify_hasher
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client

from portal.ledger.models import StaffAction
from portal.people.models import STAFF as AT_WORK
from portal.people.models import Invitation, User
from portal.people.redirects import home_of
from portal.people.staff.invitations import LASTS
from tests.cast import Cast, logged_in, make_cast
from tests.people.soft_passkey import SoftPasskey

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

PASSWORD = "vier woorden in een zin"
EMAIL = "nico@waterstad.example"
INVITE = "/medewerker/medewerkers/nieuw/"
STAFF = "/medewerker/medewerkers/"
LOGIN = "/inloggen/medewerker/"
CODE = "/inloggen/medewerker/code/"
ENROL = "/inloggen/medewerker/tweede-stap/"
ACCEPT = "/uitnodiging/"
_FORM = {"name": "Nico Nieuw", "email": EMAIL, "role": "officer", "agency": "gemeente-waterstad"}


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody; nobody was ever wrong before."""
    cache.clear()
    return make_cast()


def code_of(secret: str, *, step: int = 0) -> str:
    """What an app with this secret shows; `step` windows of 30 seconds from now."""
    return format_hotp_value(hotp_value(secret.replace(" ", ""), int(time.time()) // 30 + step))


def link_of(response: Response) -> str:
    """The address on the page that shows it once."""
    found = re.search(r"<code[^>]*>(http[^<]+)</code>", response.content.decode())
    assert found, response.content.decode()
    return found[1]


def path_of(link: str) -> str:
    """Without the host."""
    return link.removeprefix("http://localhost:8000")


def invited(cast: Cast, **changes: str) -> str:
    """An operator invites somebody: the path of the link."""
    return path_of(link_of(logged_in(cast.operator).post(INVITE, {**_FORM, **changes})))


def accepted(link: str, password: str = PASSWORD) -> Client:
    """A browser in which the link was opened and a password chosen."""
    browser = Client()
    browser.get(link)
    browser.post(ACCEPT, {"password": password, "again": password})
    return browser


def secret_on(response: Response) -> str:
    """What the page of the second step says to type over."""
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", response.content.decode())
    assert found
    return found[1]


def enrolled(browser: Client) -> str:
    """Goes on with an app: its secret."""
    secret = secret_on(browser.get(ENROL))
    page = browser.post(ENROL, {"code": code_of(secret)})
    assert page.status_code == 200
    return secret


def half_in(email: str = EMAIL, password: str = PASSWORD) -> Client:
    """A browser after the password."""
    browser = Client()
    assert browser.post(LOGIN, {"email": email, "password": password}).status_code == 302
    return browser


def is_in(browser: Client) -> bool:
    """Whether somebody is logged in there."""
    return "_auth_user_id" in browser.session


def options_on(response: Response) -> dict[str, Any]:
    """What the page asks of a passkey."""
    found = re.search(r'id="ll-passkey-options"[^>]*>(.*?)</script>', response.content.decode(), re.DOTALL)
    assert found
    options: dict[str, Any] = json.loads(found[1])
    return options


# --- Coming in ----------------------------------------------------------------------------------------


def test_an_invited_officer_chooses_a_password_and_a_second_step_and_works(cast: Cast) -> None:
    browser = accepted(invited(cast))
    assert not is_in(browser), "a password alone lets nobody in"
    page = browser.get(ENROL)
    secret = secret_on(page)
    assert "<svg" in page.content.decode()
    codes = browser.post(ENROL, {"code": code_of(secret)})
    assert len(re.findall(r"<code>\d{10}</code>", codes.content.decode())) == 10
    assert is_in(browser)
    assert browser.get("/medewerker/").status_code == 200
    user = User.objects.get(email=EMAIL)
    assert (user.role, user.agency, user.name) == ("officer", "gemeente-waterstad", "Nico Nieuw")


def test_the_next_login_asks_for_both(cast: Cast) -> None:
    secret = enrolled(accepted(invited(cast)))
    browser = half_in()
    assert not is_in(browser)
    assert browser.get("/medewerker/")["Location"].startswith("/inloggen/?")
    assert browser.post(CODE, {"code": "000000"}).status_code == 422
    assert not is_in(browser)
    assert browser.post(CODE, {"code": code_of(secret, step=1)})["Location"] == "/medewerker/"
    assert is_in(browser)


def test_a_code_is_good_once(cast: Cast) -> None:
    secret = enrolled(accepted(invited(cast)))
    code = code_of(secret, step=1)
    assert half_in().post(CODE, {"code": code}).status_code == 302
    assert half_in().post(CODE, {"code": code}).status_code == 422


def test_a_recovery_code_is_good_once(cast: Cast) -> None:
    browser = accepted(invited(cast))
    secret = secret_on(browser.get(ENROL))
    page = browser.post(ENROL, {"code": code_of(secret)}).content.decode()
    code = re.findall(r"<code>(\d{10})</code>", page)[3]
    assert half_in().post(CODE, {"code": code}).status_code == 302
    assert half_in().post(CODE, {"code": code}).status_code == 422


def test_one_comes_back_to_where_one_was_and_nowhere_else(cast: Cast) -> None:
    secret = enrolled(accepted(invited(cast)))
    for to, expected in (
        ("/medewerker/account/", "/medewerker/account/"),
        ("//kwaad.example/", "/medewerker/"),
    ):
        cache.clear()
        browser = Client()
        browser.post(LOGIN, {"email": EMAIL, "password": PASSWORD, "next": to})
        assert browser.post(CODE, {"code": code_of(secret)})["Location"] == expected


def test_whoever_is_staff_lands_on_the_page_of_their_own_work(cast: Cast) -> None:
    """Everybody knows the address of the work list, and whose work is elsewhere came upon a 404 there."""
    staff = [user for user in (getattr(cast, each.name) for each in fields(cast)) if user.role in AT_WORK]
    assert {user.role for user in staff} == AT_WORK
    for user in staff:
        page = logged_in(user).get("/medewerker/", follow=True)
        landed = page.redirect_chain[-1][0] if page.redirect_chain else "/medewerker/"
        assert (page.status_code, landed) == (200, home_of(user)), user.role


def test_who_logs_in_from_the_address_of_the_work_list_comes_to_a_page(cast: Cast) -> None:
    link = invited(cast, role="helpdesk", agency="", email="hulp@waterstad.example")
    secret = enrolled(accepted(link))
    browser = Client()
    assert browser.get("/medewerker/")["Location"] == "/inloggen/?next=%2Fmedewerker%2F"
    browser.post(LOGIN, {"email": "hulp@waterstad.example", "password": PASSWORD, "next": "/medewerker/"})
    assert browser.post(CODE, {"code": code_of(secret, step=1)}, follow=True).status_code == 200


def test_a_passkey_is_a_second_step(cast: Cast) -> None:
    browser = accepted(invited(cast))
    passkey = SoftPasskey()
    made = passkey.create(options_on(browser.get(ENROL)))
    assert browser.post(ENROL, {"credential": json.dumps(made)}).status_code == 200
    assert is_in(browser)
    again = half_in()
    answer = passkey.get(options_on(again.get(CODE)))
    assert again.post(CODE, {"credential": json.dumps(answer)}).status_code == 302
    assert is_in(again)


@pytest.mark.parametrize("wrong", ["another key", "another question", "another site", "nonsense", "a list"])
def test_a_passkey_that_is_not_this_one_for_this_question_opens_nothing(cast: Cast, wrong: str) -> None:
    browser = accepted(invited(cast))
    passkey = SoftPasskey()
    made = passkey.create(options_on(browser.get(ENROL)))
    browser.post(ENROL, {"credential": json.dumps(made)})
    again = half_in()
    asked = options_on(again.get(CODE))
    if wrong == "another question":
        asked["publicKey"]["challenge"] = "AAAAAAAAAAAAAAAAAAAAAA"
    answer: Any = passkey.get(asked)
    if wrong == "another key":
        answer = {**SoftPasskey().get(asked), "id": answer["id"], "rawId": answer["rawId"]}
    if wrong == "another site":
        passkey.site = "kwaad.example"
        answer = passkey.get(asked)
    answer = {"nonsense": {"response": {}}, "a list": [1]}.get(wrong, answer)
    assert again.post(CODE, {"credential": json.dumps(answer)}).status_code == 422
    assert not is_in(again)


def test_secrets_of_the_second_step_are_sealed(cast: Cast) -> None:
    browser = accepted(invited(cast))
    secret = secret_on(browser.get(ENROL)).replace(" ", "")
    in_session = str([row.get_decoded() for row in Session.objects.all()])
    assert secret not in in_session
    browser.post(ENROL, {"code": code_of(secret)})
    assert secret not in str([one.data for one in Authenticator.objects.all()])


# --- The link -----------------------------------------------------------------------------------------


def test_a_link_works_once(cast: Cast) -> None:
    link = invited(cast)
    enrolled(accepted(link))
    again = Client()
    again.get(link)
    assert again.get(ACCEPT).status_code == 410
    assert again.post(ACCEPT, {"password": PASSWORD, "again": PASSWORD}).status_code == 410


@pytest.mark.parametrize("why", ["withdrawn", "too old", "made up", "replaced", "closed"])
def test_a_link_that_works_no_more_says_no_more_than_one_that_never_did(cast: Cast, why: str) -> None:
    link = invited(cast)
    if why == "withdrawn":
        row = Invitation.objects.get()
        logged_in(cast.operator).post(f"{STAFF}uitnodiging/{row.pk}/stop/")
    elif why == "too old":
        row = Invitation.objects.get()
        Invitation.objects.update(expires_at=row.created_at - LASTS)
    elif why == "made up":
        link = f"{link[:-2]}x/"
    elif why == "replaced":
        invited(cast)
    else:
        enrolled(accepted(link))
        user = User.objects.get(email=EMAIL)
        link = path_of(link_of(logged_in(cast.operator).post(f"{STAFF}{user.pk}/vernieuwen/")))
        logged_in(cast.operator).post(f"{STAFF}{user.pk}/sluiten/")
    browser = Client()
    browser.get(link)
    page = browser.get(ACCEPT)
    assert page.status_code == 410
    assert "Deze link werkt niet" in page.content.decode()


def test_the_link_stands_nowhere_but_on_the_page_of_who_made_it(cast: Cast) -> None:
    link = invited(cast)
    secret = link.removeprefix(ACCEPT).strip("/")
    browser = Client()
    browser.get(link)
    stored = str(list(Invitation.objects.values())) + str(
        [row.get_decoded() for row in Session.objects.all()]
    )
    assert secret not in stored
    assert secret not in browser.get(ACCEPT).content.decode()
    assert secret not in logged_in(cast.operator).get(STAFF).content.decode()


def test_the_link_is_mailed_where_there_is_mail(cast: Cast, settings: Any) -> None:
    settings.CAN_MAIL = True
    link = link_of(logged_in(cast.operator).post(INVITE, {**_FORM, "by_mail": "on"}))
    (message,) = mail.outbox
    assert message.to == [EMAIL]
    assert link in message.body


def test_the_first_operator_comes_by_a_command(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("create_operator", "olga@levensloket.example", "Olga Operator")
    link = path_of(capsys.readouterr().out.strip())
    browser = accepted(link)
    enrolled(browser)
    assert browser.get("/medewerker/koppelingen/").status_code == 200
    with pytest.raises(CommandError, match="account with this address"):
        call_command("create_operator", "Olga@Levensloket.example", "Olga")
    with pytest.raises(CommandError, match="no e-mail"):
        call_command("create_operator", "olga", "Olga")


# --- Passwords ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "password",
    [
        "veertien teken",
        "wachtwoordwachtwoord",
        "123456789012345678",
        "passwordpassword1",
        "aaaaaaaaaaaaaaaaaaaa",
        "nico nieuw 1234567",
        EMAIL,
        "1234567welkom1234567",
    ],
)
def test_a_password_that_is_short_or_common_is_not_taken(cast: Cast, password: str) -> None:
    browser = Client()
    browser.get(invited(cast))
    assert browser.post(ACCEPT, {"password": password, "again": password}).status_code == 422
    assert not User.objects.filter(email=EMAIL).exists()


def test_passwords_are_kept_as_owasp_asks(cast: Cast) -> None:
    accepted(invited(cast))
    kept = User.objects.get(email=EMAIL).password
    assert kept.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert identify_hasher(kept).algorithm == "argon2"


# --- Out again ----------------------------------------------------------------------------------------


def test_who_is_shut_out_is_out_at_once_and_cannot_come_back(cast: Cast) -> None:
    browser = accepted(invited(cast))
    secret = enrolled(browser)
    half = half_in()
    user = User.objects.get(email=EMAIL)
    operator = logged_in(cast.operator)
    operator.post(f"{STAFF}{user.pk}/sluiten/")
    assert browser.get("/medewerker/")["Location"].startswith("/inloggen/")
    assert half.post(CODE, {"code": code_of(secret, step=1)})["Location"] == LOGIN
    assert Client().post(LOGIN, {"email": EMAIL, "password": PASSWORD}).status_code == 422
    operator.post(f"{STAFF}{user.pk}/openen/")
    assert half_in().post(CODE, {"code": code_of(secret, step=1)}).status_code == 302


def test_somebody_of_single_sign_on_is_shut_out_as_well(cast: Cast) -> None:
    officer = logged_in(cast.officer)
    assert officer.get("/medewerker/").status_code == 200
    logged_in(cast.operator).post(f"{STAFF}{cast.officer.pk}/sluiten/")
    assert officer.get("/medewerker/").status_code == 302


def test_nobody_shuts_out_oneself_or_the_last_operator(cast: Cast) -> None:
    page = logged_in(cast.operator).post(f"{STAFF}{cast.operator.pk}/sluiten/", follow=True)
    assert "Dit kan niet" in page.content.decode()
    assert User.objects.get(pk=cast.operator.pk).is_active


def test_who_lost_the_password_gets_a_new_link_and_still_needs_the_second_step(cast: Cast) -> None:
    browser = accepted(invited(cast))
    secret = enrolled(browser)
    user = User.objects.get(email=EMAIL)
    link = path_of(link_of(logged_in(cast.operator).post(f"{STAFF}{user.pk}/vernieuwen/")))
    assert not is_in(browser) or browser.get("/medewerker/").status_code == 302
    assert Client().post(LOGIN, {"email": EMAIL, "password": PASSWORD}).status_code == 422
    again = accepted(link, "heel andere woorden nu")
    assert again.get(ENROL)["Location"] == CODE, "a link makes no second step of its own"
    assert not is_in(again)
    assert again.post(CODE, {"code": code_of(secret, step=1)}).status_code == 302


def test_who_lost_the_second_step_too_begins_anew(cast: Cast) -> None:
    enrolled(accepted(invited(cast)))
    user = User.objects.get(email=EMAIL)
    page = logged_in(cast.operator).post(f"{STAFF}{user.pk}/vernieuwen/", {"lost_step": "on"})
    again = accepted(path_of(link_of(page)), "heel andere woorden nu")
    assert not Authenticator.objects.filter(user=user).exists()
    enrolled(again)


def test_every_decision_on_staff_is_a_line_for_the_auditor(cast: Cast) -> None:
    enrolled(accepted(invited(cast)))
    user = User.objects.get(email=EMAIL)
    operator = logged_in(cast.operator)
    for what in ("sluiten", "openen", "vernieuwen"):
        operator.post(f"{STAFF}{user.pk}/{what}/")
    said = list(StaffAction.objects.filter(user=cast.operator).order_by("id").values_list("what", flat=True))
    assert said == ["staff-invited", "staff-deactivated", "staff-reactivated", "access-renewed"]
    page = logged_in(cast.auditor).get("/medewerker/handelingen/", {"q": str(user.pk)}).content.decode()
    assert page.count("Otto Maas") == 3
    assert "staff-invited" not in page


# --- Who decides --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes", [{"role": "operator"}, {"role": "lead"}, {"agency": "svb"}, {"role": "auditor", "agency": ""}]
)
def test_a_lead_invites_officers_of_the_own_agency_and_nobody_else(
    cast: Cast, changes: dict[str, str]
) -> None:
    lead = logged_in(cast.lead)
    assert lead.post(INVITE, {**_FORM, **changes}).status_code == 422
    assert not Invitation.objects.exists()
    assert link_of(lead.post(INVITE, _FORM))


def test_a_lead_sees_the_own_officers_only(cast: Cast) -> None:
    page = logged_in(cast.lead).get(STAFF).content.decode()
    assert "Wilma Bos" in page
    for name in ("Petra Kok", "Otto Maas", "Lies Smit</span>", "Aad Willems"):
        assert name not in page


def test_nobody_is_invited_to_work_on_requests_of_no_agency(cast: Cast) -> None:
    assert logged_in(cast.operator).post(INVITE, {**_FORM, "agency": ""}).status_code == 422


# --- The own account ----------------------------------------------------------------------------------


def test_a_new_password_logs_out_everywhere_else(cast: Cast) -> None:
    browser = accepted(invited(cast))
    secret = enrolled(browser)
    other = half_in()
    other.post(CODE, {"code": code_of(secret, step=1)})
    new = "een nieuw wachtwoord voor mij"
    page = "/medewerker/account/wachtwoord/"
    wrong = browser.post(page, {"current": "niet het goede woord", "password": new, "again": new})
    assert wrong.status_code == 422
    assert browser.post(page, {"current": PASSWORD, "password": new, "again": new}).status_code == 302
    assert browser.get("/medewerker/account/").status_code == 200
    assert "Dit apparaat" in browser.get("/ingelogd/").content.decode()
    assert other.get("/medewerker/").status_code == 302


def test_the_last_second_step_stays(cast: Cast) -> None:
    browser = accepted(invited(cast))
    enrolled(browser)
    (step,) = Authenticator.objects.filter(type="totp")
    browser.post(f"/medewerker/account/{step.pk}/weg/")
    assert Authenticator.objects.filter(pk=step.pk).exists()
    made = SoftPasskey().create(options_on(browser.get("/medewerker/account/")))
    browser.post("/medewerker/account/passkey/", {"credential": json.dumps(made)})
    browser.post(f"/medewerker/account/{step.pk}/weg/")
    assert [one.type for one in Authenticator.objects.exclude(type="recovery_codes")] == ["webauthn"]


def test_new_recovery_codes_replace_the_old(cast: Cast) -> None:
    browser = accepted(invited(cast))
    secret = secret_on(browser.get(ENROL))
    old = re.findall(
        r"<code>(\d{10})</code>", browser.post(ENROL, {"code": code_of(secret)}).content.decode()
    )
    new = re.findall(r"<code>(\d{10})</code>", browser.post("/medewerker/account/codes/").content.decode())
    assert half_in().post(CODE, {"code": old[0]}).status_code == 422
    assert half_in().post(CODE, {"code": new[0]}).status_code == 302
