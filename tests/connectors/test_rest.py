"""A source without code: what its manifest can say, and how every mistake in it is pointed at."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from connectors.base import JSON, ConnectorError, Malformed, Misconfigured, Refused, Source, Subject, Value
from connectors.manifest import read_manifest
from connectors.marked import ConfigError
from connectors.pointer import find, is_pointer
from tests.connectors.other_side import Asked, OtherSide, Reply, answer
from tests.contract.samples import TRACE

BSN = "999990007"
MANIFEST = """\
title: {nl: Sportclub, en: Sports club}
contract: assumed
specification: a club that does not exist
waits_for:
  club.team: brp.address season?
rest:
  key: X-Club-Key
  check: GET /health
  calls:
    - call: POST /members
      question: {bsn: "{bsn}", part: all}
      same: {/person/bsn: "{bsn}"}
      unknown: no-member
      fields:
        club.member:
          at: /member
          secret: /person/secret
          doubted: /person/doubted
          keys:
            name: /name text
            level: /level integer?
            paid: /fees/paid yes_no
            fee: /fees/fee amount
            debt: /fees/debt cents?
            born: /born date?
            kind: {at: /kind?, words: {lid: member, ere: honorary}}
        club.shirts:
          at: /shirts
          none: empty-list
          each:
            number: /number integer
    - call: POST /teams
      question: {bsn: "{bsn}", postcode: "{brp.address/postcode}", season: "{season?}"}
      same: {/bsn: "{bsn}"}
      fields:
        club.team:
          at: /team
          keys:
            since: /since month
"""
MEMBER: dict[str, Any] = {
    "person": {"bsn": BSN},
    "member": {
        "name": "Hanna",
        "level": 3,
        "fees": {"paid": True, "fee": "12.5", "debt": 5},
        "born": "1991-06-30",
        "kind": "ere",
    },
    "shirts": [{"number": 9}],
}
TEAM = {"bsn": BSN, "team": {"since": "2024-09"}}
GIVEN = {"brp.address": {"postcode": "9001AB"}}


def source_of(folder: Path, url: str, text: str = MANIFEST) -> Source:
    file = folder / "club" / "manifest.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    made = read_manifest("sources", file).build({"url": url, "api_key": "key-1"})
    assert isinstance(made, Source)
    return made


def played(*, member: JSON = None, team: JSON = None) -> Reply:
    def reply(asked: Asked, *rest: Any) -> bool:
        said = {"/members": member or MEMBER, "/teams": team or TEAM, "/health": {}}[asked.target]
        return answer(said)(asked, *rest)

    return reply


def fetch(
    folder: Path, *fields: str, given: Mapping[str, JSON] = GIVEN, **answers: JSON
) -> tuple[dict[str, Value], list[Asked]]:
    with OtherSide(played(**answers)) as side:
        values = source_of(folder, side.url).fetch(Subject(BSN, given), fields, trace_id=TRACE)
    return values, side.asked


def changed(*path: str, to: JSON) -> dict[str, Any]:
    """The member with one value replaced."""
    copy: dict[str, Any] = {**MEMBER, path[0]: to} if len(path) == 1 else {**MEMBER}
    if len(path) > 1:
        place = copy
        for part in path[:-1]:
            place[part] = {**place[part]}
            place = place[part]
        place[path[-1]] = to
    return copy


def test_each_kind_of_value_is_read(tmp_path: Path) -> None:
    values, _ = fetch(tmp_path, "club.member", "club.shirts", "club.team")
    assert {field: value.data for field, value in values.items()} == {
        "club.member": {
            "name": "Hanna",
            "level": 3,
            "paid": True,
            "fee": "12.50",
            "debt": "0.05",
            "born": "1991-06-30",
            "kind": "honorary",
        },
        "club.shirts": [{"number": 9}],
        "club.team": {"since": "2024-09"},
    }


def test_fields_of_one_call_are_asked_once_and_a_call_of_which_none_is_wanted_not_at_all(
    tmp_path: Path,
) -> None:
    _, asked = fetch(tmp_path, "club.member", "club.shirts")
    assert [(one.method, one.target) for one in asked] == [("POST", "/members")]
    assert asked[0].json() == {"bsn": BSN, "part": "all"}
    assert asked[0].headers["x-club-key"] == "key-1"
    _, asked = fetch(tmp_path, "club.member", "club.team")
    assert [one.target for one in asked] == ["/members", "/teams"]
    assert fetch(tmp_path)[1] == []


def test_a_question_is_filled_with_what_is_known_and_what_may_be_missing_is_left_out(tmp_path: Path) -> None:
    _, asked = fetch(tmp_path, "club.team")
    assert asked[0].json() == {"bsn": BSN, "postcode": "9001AB"}
    _, asked = fetch(tmp_path, "club.team", given={**GIVEN, "season": "2026"})
    assert asked[0].json() == {"bsn": BSN, "postcode": "9001AB", "season": "2026"}


@pytest.mark.parametrize("given", [{}, {"brp.address": {"kind": "unknown"}}])
def test_without_what_it_waits_for_nothing_is_asked(tmp_path: Path, given: dict[str, Any]) -> None:
    with pytest.raises(Misconfigured, match=r"cannot be asked without brp\.address"):
        fetch(tmp_path, "club.team", given=given)


@pytest.mark.parametrize(
    ("answered", "expected"),
    [
        pytest.param(changed("member", to=None), {"club.shirts": [{"number": 9}]}, id="null is left out"),
        pytest.param(changed("member", to=[]), {"club.shirts": [{"number": 9}]}, id="[] is left out"),
        pytest.param(changed("shirts", to=None), {"club.shirts": []}, id="null as an empty list"),
        pytest.param(changed("shirts", to=[]), {"club.shirts": []}, id="an empty list"),
    ],
)
def test_that_there_is_none_is_said_as_the_manifest_says(
    tmp_path: Path, answered: JSON, expected: dict[str, JSON]
) -> None:
    values, _ = fetch(tmp_path, "club.member", "club.shirts", member=answered)
    assert {name: value.data for name, value in values.items() if name in expected} == expected
    assert ("club.member" in values) is bool(answered["member"])


@pytest.mark.parametrize("key", ["level", "born", "kind"])
@pytest.mark.parametrize("value", [None, "gone"])
def test_what_may_be_missing_is_left_out(tmp_path: Path, key: str, value: str | None) -> None:
    member = {**MEMBER["member"], key: None}
    if value == "gone":
        del member[key]
    values, _ = fetch(tmp_path, "club.member", member={**MEMBER, "member": member})
    assert key not in values["club.member"].data


@pytest.mark.parametrize("key", ["doubted", "secret"])
def test_doubt_and_secrecy_come_with_the_fields_that_they_are_about(tmp_path: Path, key: str) -> None:
    answered = {**MEMBER, "person": {"bsn": BSN, key: True}}
    values, _ = fetch(tmp_path, "club.member", "club.shirts", member=answered)
    assert values["club.member"].under_investigation is (key == "doubted")
    assert values["club.member"].secret is (key == "secret")
    assert not values["club.shirts"].under_investigation
    assert not values["club.shirts"].secret


@pytest.mark.parametrize(
    ("answered", "message"),
    [
        (changed("person", to={"bsn": "999990019"}), "/person/bsn is not what was asked about"),
        (changed("person", to={}), "/person/bsn is not what was asked about"),
        (changed("person", to={"bsn": int(BSN)}), "/person/bsn is not what was asked about"),
        (changed("person", "secret", to="no"), "/person/secret must be true or false"),
        (changed("member", to=["x"]), "/member holds something that is no object"),
        (changed("member", "name", to=" "), "/name must be a text"),
        (changed("member", "name", to=None), "/name must be a text"),
        (changed("member", "level", to=3.5), "/level must be a whole number"),
        (changed("member", "level", to=True), "/level must be a whole number"),
        (changed("member", "fees", "paid", to="ja"), "/fees/paid must be true or false"),
        (changed("member", "fees", "fee", to=12.5), "/fees/fee must be an amount in euros"),
        (changed("member", "fees", "fee", to="12,50"), "/fees/fee must be an amount in euros"),
        (changed("member", "fees", "debt", to="5"), "/fees/debt must be an amount in whole cents"),
        (changed("member", "born", to="2026-02-30"), "/born must be a date"),
        (changed("member", "born", to="19910630"), "/born must be a date"),
        (changed("member", "kind", to="gast"), "/kind has a word that the manifest does not know"),
        (changed("shirts", to={"number": 9}), "/shirts is no list"),
        (changed("shirts", to=[9]), "/shirts holds something that is no object"),
        ({key: value for key, value in MEMBER.items() if key != "shirts"}, "/shirts is missing"),
    ],
)
def test_an_answer_that_is_not_as_the_manifest_says_is_malformed(
    tmp_path: Path, answered: JSON, message: str
) -> None:
    with pytest.raises(Malformed) as caught:
        fetch(tmp_path, "club.member", "club.shirts", member=answered)
    assert message in str(caught.value)
    assert "Hanna" not in str(caught.value)


@pytest.mark.parametrize(("since", "is_right"), [("2024-13", False), ("2024-9", False), ("2024-12", True)])
def test_a_month_is_a_month(tmp_path: Path, since: str, is_right: bool) -> None:
    team = {"bsn": BSN, "team": {"since": since}}
    if is_right:
        assert fetch(tmp_path, "club.team", team=team)[0]["club.team"].data == {"since": since}
    else:
        with pytest.raises(Malformed, match="/since must be a month"):
            fetch(tmp_path, "club.team", team=team)


@pytest.mark.parametrize(
    ("fields", "code", "error"),
    [
        (["club.member"], "no-member", "unknown-subject"),
        (["club.member"], "no-such-page", "refused"),
        (["club.member"], None, "refused"),
        (["club.team"], "no-member", "refused"),
    ],
)
def test_only_the_404_that_the_manifest_names_means_that_somebody_is_unknown(
    tmp_path: Path, fields: list[str], code: str | None, error: str
) -> None:
    with OtherSide(answer({"code": code}, status=404)) as side, pytest.raises(ConnectorError) as caught:
        source_of(tmp_path, side.url).fetch(Subject(BSN, GIVEN), fields, trace_id=TRACE)
    assert caught.value.kind == error
    with OtherSide(answer({"code": "no-member"}, status=400)) as side, pytest.raises(Refused):
        source_of(tmp_path, side.url).fetch(Subject(BSN, GIVEN), fields, trace_id=TRACE)


def test_a_field_that_is_not_in_the_manifest_is_not_asked(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"does not offer club\.cup"):
        fetch(tmp_path, "club.cup")


def test_a_check_asks_what_the_manifest_names(tmp_path: Path) -> None:
    with OtherSide(played()) as side:
        source_of(tmp_path, side.url).check()
    assert [(one.method, one.target, one.body) for one in side.asked] == [("GET", "/health", b"")]


def test_a_check_without_a_call_of_its_own_asks_about_nobody(tmp_path: Path) -> None:
    text = MANIFEST.replace("  check: GET /health\n", "")
    with OtherSide(answer({"code": "no-member"}, status=404)) as side:
        source_of(tmp_path, side.url, text).check()
    assert side.asked[0].json() == {"bsn": "000000000", "part": "all"}
    with OtherSide(answer({}, status=401)) as side, pytest.raises(Misconfigured):
        source_of(tmp_path, side.url, text).check()


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("  key: X-Club-Key", "  keys: X", 7, "'keys' is not a key of 'rest'"),
        ("X-Club-Key", "X Club", 7, "'key' cannot be used"),
        ("GET /health", "POST /health", 8, "'check' is 'GET /word'"),
        ("POST /members", "GET /members", 10, "'call' must be 'POST /word'"),
        ("POST /members", "POST /members/{bsn}", 10, "'call' must be 'POST /word'"),
        ("POST /members", "POST /members?bsn={bsn}", 10, "'call' must be 'POST /word'"),
        ('      same: {/person/bsn: "{bsn}"}\n', "", 10, "a call needs 'same'"),
        ('{/person/bsn: "{bsn}"}', '{/person/part: "{season}"}', 12, "'same' must say where"),
        ('{/person/bsn: "{bsn}"}', '{person: "{bsn}"}', 12, "is a JSON pointer"),
        ('bsn: "{bsn}", part', 'bsn: "x{bsn}", part', 11, "must be one '{name}'"),
        ("brp.address season?", "brp.address", 6, "'club.team' is asked with 'season'"),
        ("at: /member\n", "at: member\n", 16, "is a JSON pointer"),
        ("at: /shirts\n", "at: /shirts~2\n", 28, "is a JSON pointer"),
        ("          at: /shirts\n", "", 27, "field 'club.shirts' needs 'at'"),
        ("none: empty-list", "none: zero", 29, "'none' is left-out, or for a list also empty-list"),
        ("          each:", "          every:", 30, "'every' is not a key of field 'club.shirts'"),
        ("/level integer?", "/level number?", 21, "'level' must be '/place kind', with one of text, "),
        ("/level integer?", "/level", 21, "'level' must be '/place kind'"),
        ("words: {lid: member, ere: honorary}", "words: {}", 26, "'words' is empty"),
        (", words: {lid: member, ere: honorary}", "", 26, "'kind' needs 'words'"),
        ("        club.team:", "        club.shirts:", 32, "'club.shirts' is in more than one call"),
        ("rest:\n", "class: source.X\nrest:\n", 1, "never both"),
        ("rest:\n", "fields: {a.b: x}\nrest:\n", 6, "'fields' follows from 'rest'"),
        ("contract: assumed", "contract: assumed\nabout: thing", 12, "'{bsn}' is not for a source"),
    ],
)
def test_a_mistake_in_the_manifest_is_pointed_at(
    tmp_path: Path, old: str, new: str, line: int, message: str
) -> None:
    assert MANIFEST.count(old) >= 1
    with pytest.raises(ConfigError) as caught:
        source_of(tmp_path, "https://club.test", MANIFEST.replace(old, new, 1))
    assert message in str(caught.value)
    assert f"manifest.yaml:{line}: " in str(caught.value)


def test_what_a_check_of_a_thing_needs_must_be_given(tmp_path: Path) -> None:
    text = MANIFEST.replace("  check: GET /health\n", "").replace("part: all}", 'part: "{season}"}')
    text = text.replace("waits_for:\n", "waits_for:\n  club.member: season\n  club.shirts: season\n")
    with pytest.raises(ConfigError, match="'check' must give season"):
        source_of(tmp_path, "https://club.test", text)


DOCUMENT = {"a": [{"b/c": 1, "~": 2}, None], "": 3, "01": 4}


@pytest.mark.parametrize(
    ("pointer", "expected"),
    [
        ("", DOCUMENT),
        ("/", 3),
        ("/a/0/b~1c", 1),
        ("/a/0/~0", 2),
        ("/a/1", None),
        ("/a/2", "nothing"),
        ("/a/00", "nothing"),
        ("/a/-1", "nothing"),
        ("/a/²", "nothing"),
        ("/a/1/x", "nothing"),
        ("/01", 4),
    ],
)
def test_a_pointer_leads_where_rfc_6901_says(pointer: str, expected: JSON) -> None:
    assert is_pointer(pointer)
    assert find(DOCUMENT, pointer, "nothing") == expected


@pytest.mark.parametrize("text", ["a", "a/b", "/a~", "/a~2"])
def test_what_is_no_pointer_is_refused(text: str) -> None:
    assert not is_pointer(text)
