"""A complaint: from a case or from "Praat met een medewerker", to its answer, and where one goes then."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lifeevents.terms import complaint_handled_by
from portal import clock
from portal.cases.back.concluding import conclude
from portal.cases.back.status import take_up
from portal.cases.forwarding.verbs import forward_case
from portal.cases.involved import say_part
from portal.cases.journey.payloads import payload_of
from portal.cases.models import Case, Delivery, InboxItem, Notice, Outcome, Phase, Proceeding
from portal.cases.terms.verbs import TermRefused, extend, start_clock
from portal.people.actor import Actor
from tests.cases.steps import deliver_all, submitted
from tests.cast import Cast, actor, logged_in, make_cast
from tests.factories import make_officer
from tests.registers import Register
from tests.talk.files import pdf

WORDS = "Aan de telefoon werd ik uitgelachen. <b>Twee</b> keer."
WISH = "Dat iemand sorry zegt."


@pytest.fixture
def cast(db: None, register: Register) -> Cast:
    return make_cast()


@pytest.fixture
def noor(cast: Cast) -> Client:
    return logged_in(cast.citizen)


@pytest.fixture
def svb(cast: Cast) -> Actor:
    return Actor.of_user(cast.other_officer)


@pytest.fixture
def benefit(cast: Cast, settings: Any) -> Case:
    """Child benefit, that the SVB has."""
    settings.PORTAL_NOW = date(2026, 3, 3)
    case = submitted(actor(cast.citizen))["kinderbijslag"]
    Case.objects.filter(pk=case.pk).update(
        phase=Phase.HANDLED, received_on=date(2026, 2, 2), their_reference=case.reference
    )
    Delivery.objects.create(case=case, kind="file", destination="svb", delivered_at="2026-02-02T10:00Z")
    return Case.objects.select_related("journey", "citizen").get(pk=case.pk)


def _page(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return re.sub(r"\s+", " ", answer.content.decode())


def _complains(client: Client, path: str, key: str = "", **typed: Any) -> Any:
    form = {"conduct": WORDS, "wish": WISH, "happened_on": "2026-02-27", "key": key or str(uuid4()), **typed}
    return client.post(path, form, follow=True)


def _made() -> Case:
    return Case.objects.select_related("journey", "citizen").get(service="klacht")


def _arrived() -> Case:
    deliver_all()
    made = _made()
    assert made.phase == Phase.ARRIVED
    return made


def test_a_complaint_about_a_case_is_a_thing_with_its_own_clock_in_the_inbox(
    noor: Client, benefit: Case
) -> None:
    assert "Klacht over de SVB sturen" in _page(noor, f"/aanvragen/{benefit.reference}/")
    form = _page(noor, f"/aanvragen/{benefit.reference}/klacht/")
    for said in (
        "binnen 6 weken",
        "artikel 9:11",
        "binnen een jaar naar de Nationale ombudsman",
        "Juridisch",
    ):
        assert said in form, said
    answer = _complains(noor, f"/aanvragen/{benefit.reference}/klacht/")
    assert "Uw klacht is verstuurd." in answer.content.decode()
    made = _arrived()
    assert (made.agency, made.received_on, made.due_on) == ("svb", date(2026, 3, 3), date(2026, 4, 14))
    item = payload_of(made)["answers"]["complaint"][0]
    assert benefit.reference in item["about"]
    assert (item["conduct"], item["wish"], item["happened_on"]) == (WORDS, WISH, "2026-02-27")
    assert set(payload_of(made)["facts"]) == {"brp.name"}
    page = _page(noor, f"/aanvragen/{made.reference}/")
    assert "De SVB antwoordt op uw klacht uiterlijk dinsdag 14 april 2026." in page
    assert "&lt;b&gt;Twee&lt;/b&gt;" in page
    assert "De wet geeft 6 weken" in page
    assert InboxItem.objects.filter(case=made, kind="case").count() == 1
    about = _page(noor, f"/aanvragen/{benefit.reference}/")
    assert "Er loopt een klacht." in about
    assert f"/aanvragen/{made.reference}/" in about
    assert "Klacht over de SVB sturen" not in about


def test_the_plan_of_a_complaint_and_the_timeline_call_it_a_complaint(noor: Client, benefit: Case) -> None:
    _complains(noor, f"/aanvragen/{benefit.reference}/klacht/")
    made = _made()
    plan = _page(noor, f"/levensgebeurtenissen/klacht/{made.journey_id}/")
    assert '<h1 class="nl-heading nl-heading--level-1">Klacht</h1>' in plan
    assert "Klacht" in _page(noor, "/uw-levensgebeurtenissen/")


def test_pressed_twice_or_begun_again_it_is_one_complaint(noor: Client, benefit: Case) -> None:
    path, key = f"/aanvragen/{benefit.reference}/klacht/", str(uuid4())
    for _ in range(2):
        _complains(noor, path, key)
    _complains(noor, path)
    answer = noor.get(path)
    assert answer["Location"].endswith(f"/aanvragen/{_made().reference}/")
    key = str(uuid4())
    for _ in range(2):
        _complains(noor, "/klacht/", key, agency="duo")
    assert Case.objects.filter(service="klacht").count() == 2


def test_the_answer_comes_back_with_the_ombudsman_until_a_year_later(
    noor: Client, benefit: Case, svb: Actor, settings: Any
) -> None:
    _complains(noor, f"/aanvragen/{benefit.reference}/klacht/")
    made = _arrived()
    Notice.objects.all().delete()
    take_up(case=made, actor=svb)
    settings.PORTAL_NOW = date(2026, 3, 20)
    conclude(case=made, kind=Outcome.Kind.PARTLY, motivation="Dat had anders gemoeten. Sorry.", actor=svb)
    page = _page(noor, f"/aanvragen/{made.reference}/")
    for said in (
        "U krijgt voor een deel gelijk: uw klacht is deels gegrond.",
        "Dat had anders gemoeten. Sorry.",
        "U kunt nu naar de Nationale ombudsman. Doe dat uiterlijk zaterdag 20 maart 2027.",
        "Juridisch Loket",
    ):
        assert said in page, said
    assert "bezwaar" not in page.lower()
    assert Notice.objects.filter(case=made, kind=Notice.Kind.DECISION).count() == 1
    assert Proceeding.objects.get(case=benefit).closed_on == date(2026, 3, 20)
    about = _page(noor, f"/aanvragen/{benefit.reference}/")
    assert "Klacht klaar" in about
    assert "Er loopt een klacht." not in about
    assert "Klacht over de SVB sturen" in about


def test_a_late_answer_opens_the_way_to_the_ombudsman_and_four_weeks_more_may_be_taken_once(
    noor: Client, benefit: Case, svb: Actor, settings: Any
) -> None:
    _complains(noor, f"/aanvragen/{benefit.reference}/klacht/")
    made = _arrived()
    say_part(case=made, actor=svb, took_part=False)
    extend(case=made, actor=svb, weeks=4, text="Wij zoeken nog.", external_id="more")
    with pytest.raises(TermRefused):
        extend(case=made, actor=svb, weeks=4, text="Nog langer.", external_id="again")
    assert "dinsdag 12 mei 2026" in _page(noor, f"/aanvragen/{made.reference}/")
    settings.PORTAL_NOW = date(2026, 5, 13)
    page = _page(noor, f"/aanvragen/{made.reference}/")
    assert "De SVB moest uiterlijk dinsdag 12 mei 2026 antwoorden. Dat is niet gebeurd." in page
    assert "Doe dat uiterlijk woensdag 12 mei 2027." in page
    assert "dwangsom" not in page
    assert noor.get(f"/aanvragen/{made.reference}/te-laat/").status_code == 404


def test_a_municipality_with_a_committee_has_ten_weeks_and_its_own_ombudsman(
    noor: Client, cast: Cast, settings: Any
) -> None:
    settings.PORTAL_NOW = date(2026, 3, 3)
    assert "Klacht sturen" in _page(noor, "/praat-met-een-medewerker/")
    assert "Over welke organisatie gaat het?" in _page(noor, "/klacht/")
    _complains(noor, "/klacht/", agency="gemeente-polderveen")
    made = _made()
    assert made.definition.decision_term is not None
    assert made.definition.decision_term.weeks == 10
    assert "binnen een jaar naar de ombudsman van Polderveen" in _page(noor, f"/aanvragen/{made.reference}/")
    assert not Proceeding.objects.exists()


def test_what_cannot_be_sent_says_why_and_nothing_is_kept(noor: Client, benefit: Case) -> None:
    path = f"/aanvragen/{benefit.reference}/klacht/"
    for typed in (
        {"conduct": "  "},
        {"conduct": "x" * 100_000},
        {"conduct": "een\x00nul"},
        {"happened_on": "2026-03-04"},
        {"document": SimpleUploadedFile("leeg.pdf", b"")},
    ):
        answer = _complains(noor, path, **typed)
        assert answer.status_code == 422, typed
        assert 'role="alert"' in answer.content.decode() or "Er ging iets mis" in answer.content.decode()
    assert _complains(noor, "/klacht/", agency="niet-van-ons").status_code == 422
    assert not Case.objects.filter(service="klacht").exists()


def test_a_file_goes_along(noor: Client, benefit: Case) -> None:
    path = f"/aanvragen/{benefit.reference}/klacht/"
    _complains(noor, path, document=SimpleUploadedFile("brief.pdf", pdf()))
    assert _made().documents.count() == 1


def test_a_complaint_is_the_citizens_own_and_there_is_none_about_a_complaint(
    noor: Client, benefit: Case, cast: Cast
) -> None:
    neighbour = logged_in(cast.neighbour)
    assert neighbour.get(f"/aanvragen/{benefit.reference}/klacht/").status_code == 404
    _complains(noor, f"/aanvragen/{benefit.reference}/klacht/")
    assert noor.get(f"/aanvragen/{_made().reference}/klacht/").status_code == 404
    assert neighbour.get(f"/aanvragen/{_made().reference}/").status_code == 404


def test_a_complaint_at_the_wrong_organisation_is_sent_on_as_a_complaint(
    noor: Client, benefit: Case, svb: Actor
) -> None:
    _complains(noor, f"/aanvragen/{benefit.reference}/klacht/")
    made = _arrived()
    say_part(case=made, actor=svb, took_part=False)
    forward_case(case=made, actor=svb, to="duo", reason="Dit gaat over DUO.", external_id="on")
    made = _made()
    assert (made.agency, made.phase, made.received_on) == ("duo", Phase.SENT, None)
    assert Proceeding.objects.get(case=benefit).closed_on is None


def test_a_complaint_that_is_sent_on_has_the_term_of_who_deals_with_it(
    noor: Client, benefit: Case, svb: Actor
) -> None:
    """Six weeks, or ten with an advisory committee, from the day that it has it (Awb 9:11(1))."""
    _complains(noor, f"/aanvragen/{benefit.reference}/klacht/")
    made = _arrived()
    polderveen = Actor.of_user(make_officer("gemeente-polderveen"))
    for weeks, to, by in ((10, "gemeente-polderveen", svb), (6, "svb", polderveen)):
        say_part(case=made, actor=by, took_part=False)
        forward_case(case=made, actor=by, to=to, reason="Dit gaat over u.", external_id=to)
        Case.objects.filter(pk=made.pk).update(phase=Phase.ARRIVED, their_reference=made.reference)
        made = _made()
        assert made.received_on is None
        start_clock(made)
        assert made.due_on == complaint_handled_by(clock.today(), with_committee=weeks == 10)


def test_a_complaint_that_is_taken_back_runs_no_more(noor: Client, benefit: Case) -> None:
    _complains(noor, f"/aanvragen/{benefit.reference}/klacht/")
    made = _arrived()
    assert "U krijgt geen antwoord op uw klacht." in _page(noor, f"/aanvragen/{made.reference}/intrekken/")
    noor.post(f"/aanvragen/{made.reference}/intrekken/")
    assert "Er loopt een klacht." not in _page(noor, f"/aanvragen/{benefit.reference}/")


def test_an_officer_reads_who_may_not_treat_it_and_ends_it_as_a_complaint(
    noor: Client, benefit: Case, cast: Cast
) -> None:
    _complains(noor, f"/aanvragen/{benefit.reference}/klacht/")
    made = _arrived()
    officer = logged_in(cast.other_officer)
    page = officer.get(f"/medewerker/{made.reference}/").content.decode()
    assert "Wie erbij betrokken was, behandelt hem niet" in page
    assert "Deels gegrond" not in page
    taken = officer.post(f"/medewerker/{made.reference}/oppakken/", {"betrokken": "nee"}, follow=True)
    assert "Deels gegrond" in taken.content.decode()


def test_the_page_of_a_case_asks_the_database_no_more_for_a_complaint(noor: Client, benefit: Case) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            _page(noor, f"/aanvragen/{benefit.reference}/")
        return len(queries)

    _page(noor, f"/aanvragen/{benefit.reference}/")
    before = asked()
    _complains(noor, f"/aanvragen/{benefit.reference}/klacht/")
    assert asked() <= before
