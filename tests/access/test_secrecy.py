"""A secret address, and somebody in danger: a walk over all that the site gives to everybody.

Somebody with secrecy (geheimhouding) reads the own address after a tap, the officer of an agency that has
the request reads that it is secret, and nobody else reads it anywhere. Of somebody with a safety flag nobody
else learns anything at all: what others get is the same as if nothing had happened.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import path

import portal.urls
from portal.access import policy
from portal.access.assist.register import ask_register, hides_home
from portal.access.assist.verbs import begin
from portal.access.models import Assist
from portal.access.policy import ANYONE
from portal.cases.journey.payloads import payload_of, properties_of
from portal.cases.models import Case, CitizenTask, Proceeding
from portal.ledger.engine.gather import expire
from portal.ledger.log.uses import uses_of
from portal.people.models import Citizen, User
from tests.access.objects import EVENT, Parameters, make_objects
from tests.access.walking import Visit, holds, said, unreachable, walk
from tests.cases.steps import answered, begun, deed_made, deliver_all, submitted
from tests.cast import NEIGHBOUR_BSN, NOOR_BSN, Cast, actor, citizen_of, logged_in, make_cast
from tests.factories import make_citizen_user, make_officer, spare_bsns
from tests.registers import NOOR, Register

STREET, POSTCODE = "Schuilhof", "9001ZX"
SECRET: Final = (STREET, POSTCODE)
PLACE: Final = "Heidedorp"
_spare = spare_bsns()
PARTNER_BSN, CHILD_BSN = next(_spare), next(_spare)
_VARIES: Final = re.compile(
    # One's own session: its key, how long it still lasts, and a message signed with the moment.
    r'levensloket=[a-z0-9]{32}|levensloket-melding=[^;]*|"seconds": [0-9]+|'
    r'nonce="[^"]*"|nonce-[^\']*|name="csrfmiddlewaretoken" value="[^"]*"|"X-CSRFToken": "[^"]*"'
    r"|csrf[^\n]*|Content-Length: \d+|Expires: [^\n]*|expires=[^;]*"
    r'|name="key" value="[^"]*"'  # by which a form that is sent twice counts once
    r'|ll-code">[0-9 ]+<'  # a code that somebody asked for
    # The line that a download leaves, with its own moment, ids and hashes.
    r'|"(?:at|started_at|made_at|operation_id|trace_id)": "[^"]*"'
    r"|[0-9a-f]{64}|[0-9]{1,2}\s+[a-z]+\s+[0-9]{4},?\s+(?:om\s+)?[0-9]{2}[:.][0-9]{2}"
)


@dataclass(frozen=True, slots=True)
class People:
    """The cast, her partner, and the officer of the other municipality."""

    cast: Cast
    partner: User
    elsewhere: User

    def each(self) -> Iterator[tuple[str, User | None]]:
        """By name; the anonymous visitor too."""
        yield "anonymous", None
        for name in ("citizen", "neighbour", "officer", "other_officer", "operator"):
            yield name, self.cast.user(name)
        yield "partner", self.partner
        yield "elsewhere", self.elsewhere


@pytest.fixture
def people(db: None, register: Register, settings: Any) -> People:
    """Everybody; her address and her child are in the register, and her partner lives elsewhere."""
    providers = settings.LOGIN_PROVIDERS.items()
    down = {"server_url": "http://127.0.0.1:1"}
    settings.LOGIN_PROVIDERS = {name: {**entry, **down} for name, entry in providers}
    register.secret = {"brp.address"}
    register.people[NOOR_BSN]["brp.address"] = _address(f"{STREET} 77", f"9001 ZX {PLACE}")
    register.people[NOOR_BSN]["brp.partner"] = {"full": "Daan Bakker", "bond": "marriage"}
    partner = register.people[PARTNER_BSN] = deepcopy(NOOR)
    partner["brp.address"] = _address("Openlaan 5", "9001 BB Waterstad")
    partner["brp.partner"] = {"full": "Noor de Wit", "bond": "marriage"}
    return People(make_cast(), make_citizen_user(PARTNER_BSN), make_officer("gemeente-heidedorp"))


def _address(*lines: str) -> dict[str, Any]:
    street, _, number = lines[0].rpartition(" ")
    postcode, city = lines[1][:7].replace(" ", ""), lines[1][8:]
    return {
        "kind": "address",
        "lines": list(lines),
        "street": street,
        "number": int(number),
        "postcode": postcode,
        "city": city,
        "municipality": "9001",
        "function": "home",
    }


def _story(people: People, register: Register, *, birth_place: str = "9001") -> dict[str, Case]:
    """A birth from the beginning to both outcomes' agencies: she sends, the deed is made, the SVB gets it."""
    her = actor(people.cast.citizen)
    birth = [{"birth_place": birth_place, "role": "gave_birth"}]
    cases = submitted(her, birth=birth)
    deliver_all()
    deed_made(cases["geboorteaangifte"])
    register.born(NOOR_BSN, CHILD_BSN, "Mia", "2026-11-20")
    for _ in range(2):
        deliver_all()
    begun(her)  # and another one begun, with all that is known in it
    return {name: Case.objects.get(pk=case.pk) for name, case in cases.items()}


def _objects(people: People, cases: dict[str, Case]) -> dict[str, Parameters]:
    """Where one can go: what she has, with something in it."""
    objects = make_objects(people.cast)
    draft = answered(actor(people.cast.citizen))
    of_draft = {**objects["draft"], "journey_id": draft.pk}
    fields = [f for service in draft.services for f in service.needs]
    objects |= {f"draft {name}": {**of_draft, "field": name} for name in fields}
    groups = {group.id for service in draft.services for group in service.ask}
    objects |= {f"draft {name}": {**of_draft, "group": name} for name in groups}
    for name, case in cases.items():
        task = CitizenTask.objects.create(
            case=case, kind=CitizenTask.Kind.CONFIRM_CHANGE, about=["brp.address"]
        )
        objection = Proceeding.objects.create(
            case=case, kind=Proceeding.Kind.OBJECTION, opened_on=case.created_at.date()
        )
        own = {"task_id": task.pk, "proceeding_id": objection.pk}
        objects[name] = {"reference": case.reference, **own}
        objects[f"plan {name}"] = {**of_draft, "journey_id": case.journey_id}
    # Without those that have nothing in them, for which there is one of hers now.
    empty = {"sent", "case", "waiting-case", "draft"}
    return {
        label: one for label, one in objects.items() if label not in empty and not label.startswith("no-")
    }


def _walk(people: People, objects: dict[str, Parameters]) -> Iterator[Visit]:
    for name, user in people.each():
        yield from walk(name, logged_in(user), objects)


# --- Secrecy ------------------------------------------------------------------------------------------

MAY_READ_IT: Final = {"officer", "other_officer"}
"""Those of the agencies that have a request of hers; on the page of the request, and nowhere else."""


def _leaks(visits: Iterator[Visit]) -> list[str]:
    """Where the secret address stands and should not."""
    found = []
    for visit in visits:
        if visit.who == "citizen" or (visit.who in MAY_READ_IT and visit.route.startswith("backoffice:")):
            text = visit.in_plain_sight
        else:
            text = visit.everything
        if holds(text, SECRET):
            found.append(str(visit))
    return found


@pytest.fixture
def objects(people: People, register: Register) -> dict[str, Parameters]:
    """After her whole story."""
    return _objects(people, _story(people, register))


def test_every_route_is_walked(objects: dict[str, Parameters]) -> None:
    """For a new route with a new parameter: add the parameter to `tests/access/objects.py`."""
    assert unreachable(objects) == []


@pytest.mark.timeout(300)
def test_a_secret_address_is_on_nobody_elses_page_and_on_her_own_after_a_tap(
    people: People, objects: dict[str, Parameters], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    visits = list(_walk(people, objects))
    assert _leaks(iter(visits)) == []
    assert holds(said(caplog.records), SECRET) == []
    # The walk went where it matters: she reads it after a tap, and so do those who must.
    folded = {(visit.who, visit.route) for visit in visits if holds(visit.everything, SECRET)}
    assert folded >= {
        ("citizen", "citizen:my-data"),
        ("citizen", "citizen:facts"),
        ("citizen", "citizen:review"),
        ("citizen", "citizen:case"),
        ("citizen", "citizen:task"),
        ("officer", "backoffice:case"),
        ("other_officer", "backoffice:case"),
    }


def test_who_looks_along_with_her_reads_it_nowhere_not_even_after_a_tap(
    people: People, objects: dict[str, Parameters]
) -> None:
    her, helper = citizen_of(people.cast.citizen), logged_in(people.cast.helpdesk)
    row = begin(
        staff=people.cast.helpdesk,
        citizen=her,
        reason=Assist.Reason.STUCK,
        ticket="M-1",
        agreement=Assist.Agreement.PORTAL,
        hidden=hides_home(her),
    )
    session = helper.session
    session["assist"] = str(row.pk)
    session.save()
    visits = list(walk("beside", helper, objects))
    assert [str(visit) for visit in visits if holds(visit.everything, SECRET)] == []
    assert [str(visit) for visit in visits if NOOR_BSN in visit.everything] == []
    # She looked where there was something to see.
    seen = {visit.route for visit in visits if visit.status == 200}
    assert seen >= {"citizen:home", "citizen:case", "citizen:my-data", "citizen:uses"}


def test_the_officer_reads_that_it_is_secret(people: People, objects: dict[str, Parameters]) -> None:
    reference = objects["geboorteaangifte"]["reference"]
    page = logged_in(people.cast.officer).get(f"/medewerker/{reference}/").content.decode()
    masked = re.search(r"<details>\s*<summary>\s*Geheim\.[^<]*</summary>(.*?)</details>", page, re.DOTALL)
    assert masked
    assert f"{STREET} 77" in masked[1]


def test_an_agencys_own_system_gets_it_marked(people: People, objects: dict[str, Parameters]) -> None:
    case = Case.objects.get(reference=objects["geboorteaangifte"]["reference"])
    payload = payload_of(case)
    assert payload["facts"]["brp.address"]["secret"] is True
    sent = properties_of(case.definition, payload)
    with_it = [name for name, value in sent.items() if holds(value, SECRET)]
    assert with_it
    assert all('"secret":true' in sent[name] for name in with_it)


# --- A housemate, who asked for nothing ---------------------------------------------------------------


def _lives_with_her(people: People, register: Register) -> User:
    """Her partner moves in: of the two she alone asked for secrecy."""
    home = register.people[NOOR_BSN]["brp.address"] | {"object_id": "9001010000000077"}
    register.people[NOOR_BSN]["brp.address"] = register.people[PARTNER_BSN]["brp.address"] = home
    register.secret, register.asked_secrecy = set(), {NOOR_BSN}
    return people.partner


def _address_of(user: User) -> Any:
    return ask_register(citizen_of(user))["brp.address"]


@pytest.mark.parametrize("first", ["she", "the housemate"])
def test_secrecy_covers_who_lives_with_her_whoever_of_them_comes_first(
    people: People, register: Register, first: str
) -> None:
    housemate = _lives_with_her(people, register)
    for user in (people.cast.citizen, housemate)[:: 1 if first == "she" else -1]:
        _address_of(user)
    assert _address_of(housemate).secret
    assert hides_home(citizen_of(housemate))
    register.people[NEIGHBOUR_BSN] = {"brp.address": _address("Openlaan 6", "9001 BB Waterstad")}
    assert not _address_of(people.cast.neighbour).secret


def test_when_she_takes_it_back_it_is_over_for_both(people: People, register: Register) -> None:
    housemate = _lives_with_her(people, register)
    for user in (people.cast.citizen, housemate):
        _address_of(user)
    register.asked_secrecy = set()
    for user in (people.cast.citizen, housemate):
        expire(citizen_of(user), "brp.address")
        assert not _address_of(user).secret


@pytest.mark.timeout(300)
def test_through_a_housemate_nobody_reads_where_she_lives(people: People, register: Register) -> None:
    housemate = _lives_with_her(people, register)
    _address_of(people.cast.citizen)
    cases = submitted(actor(housemate))
    deliver_all()
    theirs: dict[str, Parameters] = {"-": {}, "event": {"slug": EVENT}}
    theirs |= {
        name: {"reference": case.reference, "journey_id": case.journey_id, "slug": EVENT}
        for name, case in cases.items()
    }
    leaks, read = [], set()
    everybody = [(name, user) for name, user in people.each() if name not in ("anonymous", "operator")]
    for name, user in everybody:
        for visit in walk(name, logged_in(user), theirs):
            may_tap = name in ("partner", "citizen") or visit.route.startswith("backoffice:")
            if holds(visit.in_plain_sight if may_tap else visit.everything, SECRET):
                leaks.append(str(visit))
            elif holds(visit.everything, SECRET):
                read.add((name, visit.route))
    assert leaks == []
    assert read >= {("partner", "citizen:my-data"), ("officer", "backoffice:case")}
    assert payload_of(cases["geboorteaangifte"])["facts"]["brp.address"]["secret"] is True


# --- The walk finds what leaks -----------------------------------------------------------------------


def _leaking(render: Callable[[str], HttpResponse]) -> Callable[..., HttpResponse]:
    def view(request: HttpRequest, reference: str) -> HttpResponse:
        case = Case.objects.filter(reference=reference).first()
        facts = payload_of(case)["facts"] if case else {}
        return render(" ".join(facts["brp.address"]["value"]["lines"]) if "brp.address" in facts else "")

    return view


def _in_a_header(address: str) -> HttpResponse:
    return HttpResponse(headers={"Content-Disposition": f'attachment; filename="{address}.txt"'})


LEAKS: Final = {
    "text": lambda address: HttpResponse(f"<p>{address}</p>"),
    "title": lambda address: HttpResponse(f"<title>{address}</title>"),
    "comment": lambda address: HttpResponse(f"<!-- {address} -->"),
    "attribute": lambda address: HttpResponse(f'<p data-where="{address}"></p>'),
    "header": _in_a_header,
    "open": lambda address: HttpResponse(
        f"<details open><summary>Geheim. Toon het.</summary>{address}</details>"
    ),
    "other-fold": lambda address: HttpResponse(f"<details><summary>Meer</summary>{address}</details>"),
    "json": lambda address: HttpResponse(address.replace(" ZX", "ZX"), content_type="application/json"),
}

urlpatterns: list[Any] = []
"""The site with a leak in it; see `test_a_new_route_that_leaks_is_found`."""

handler404 = portal.urls.handler404


@pytest.mark.parametrize("kind", LEAKS)
def test_a_new_route_that_leaks_is_found(
    kind: str, people: People, objects: dict[str, Parameters], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = path("nieuw/<reference:reference>/", _leaking(LEAKS[kind]), name="new")
    monkeypatch.setitem(globals(), "urlpatterns", [new])
    monkeypatch.setattr(policy, "POLICY", {**policy.POLICY, "new": ANYONE})
    settings.ROOT_URLCONF = __name__
    leaks = _leaks(visit for name, user in people.each() for visit in walk(name, logged_in(user), objects))
    assert "neighbour: GET new" in leaks
    assert "citizen: GET new" in leaks


# --- Somebody in danger ------------------------------------------------------------------------------


def _given_to_others(people: People, objects: dict[str, Parameters]) -> dict[str, str]:
    """What everybody gets who has no request of hers, with what differs at each visit left out."""
    return {
        f"{visit} {visit.address}": _VARIES.sub("", visit.everything)
        for name, user in people.each()
        if name in ("anonymous", "partner", "neighbour", "officer")
        for visit in walk(name, logged_in(user), objects)
    }


def test_of_somebody_in_danger_others_get_what_they_would_get_if_nothing_had_happened(
    people: People, register: Register
) -> None:
    """She is helped in Heidedorp; the officer of Waterstad is somebody else too."""
    her = citizen_of(people.cast.citizen)
    Citizen.objects.filter(pk=her.pk).update(safety_flag=True)
    for somebody in (people.partner, people.cast.neighbour):
        begun(actor(somebody))
    own: dict[str, Parameters] = {"-": {}, "event": {"slug": EVENT}}
    before = _given_to_others(people, own)
    cases = _story(people, register, birth_place="9002")
    assert {case.agency for case in cases.values()} == {"gemeente-heidedorp", "svb"}
    assert _given_to_others(people, own) == before


def test_of_somebody_in_danger_no_object_shows_a_place_to_others(people: People, register: Register) -> None:
    Citizen.objects.filter(bsn_hmac=citizen_of(people.cast.citizen).bsn_hmac).update(safety_flag=True)
    cases = _story(people, register, birth_place="9002")
    hers: dict[str, Parameters] = {
        name: {"reference": case.reference, "journey_id": case.journey_id, "slug": EVENT}
        for name, case in cases.items()
    }
    for name in ("partner", "neighbour", "officer"):
        user = people.partner if name == "partner" else people.cast.user(name)
        for visit in walk(name, logged_in(user), hers):
            if any(case.reference in visit.address for case in cases.values()):
                assert holds(visit.everything, (STREET, POSTCODE, PLACE)) == [], visit
                assert visit.status in (302, 401, 404, 405), visit


def test_the_log_of_a_partner_says_nothing_of_somebody_in_danger(people: People, register: Register) -> None:
    Citizen.objects.filter(pk=citizen_of(people.cast.citizen).pk).update(safety_flag=True)
    before = [use.operation for use in uses_of(citizen_of(people.partner))]
    _story(people, register, birth_place="9002")
    assert [use.operation for use in uses_of(citizen_of(people.partner))] == before
