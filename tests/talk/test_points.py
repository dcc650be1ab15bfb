"""Something that breaks at a point on the way of a message or a document: it comes once all the same.

These points are met by an exception, in one process; `tests/faults` kills real ones there.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors import faults
from connectors.base import Post
from connectors.destinations.rest.destination import RestDestination
from connectors.faults import Broken, arm, met
from portal.cases.back.hearing import read_back
from portal.cases.models import Delivery, Document
from portal.cases.talk.papers import fetch
from portal.cases.talk.writing import write
from portal.people.actor import Actor
from tests.cases.steps import deliver_all, submitted
from tests.connectors.other_side import OtherSide, answer
from tests.contract.samples import SECRET, TRACE
from tests.talk.conftest import System
from tests.talk.files import pdf


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(faults, "_folder", tmp_path)
    return tmp_path


@pytest.mark.parametrize("point", ["post.before-send", "post.before-commit", "post.after-commit"])
def test_a_message_that_breaks_off_arrives_once(
    point: str, noor: Actor, system: System, folder: Path
) -> None:
    case = submitted(noor, follow_ups=())["geboorteaangifte"]
    deliver_all()
    write(case=case, actor=noor, text="Klopt dit?", external_id="m1")
    arm(folder, point, "raise")
    for _ in range(3):
        deliver_all()
    assert met(folder, point) == ["raise"]
    assert [post.text for post in system.posts] == ["Klopt dit?"]
    assert Delivery.objects.get(kind="message").delivered_at


def test_a_document_that_breaks_off_when_it_is_here_is_kept_once(
    noor: Actor, system: System, folder: Path
) -> None:
    case = submitted(noor, follow_ups=())["geboorteaangifte"]
    deliver_all()
    system.papers = {"p1": pdf()}
    read_back(case_id=case.pk)
    document = Document.objects.get(case=case)
    arm(folder, "paper.fetched", "raise")
    with pytest.raises(Broken):
        fetch(document_id=document.pk)
    assert met(folder, "paper.fetched") == ["raise"]
    fetch(document_id=document.pk)
    document.refresh_from_db()
    assert (document.size, Document.objects.count()) == (len(pdf()), 1)


def test_a_post_to_an_intake_that_breaks_off_is_put_to_the_same_address(folder: Path) -> None:
    arm(folder, "rest.after-post", "raise")
    post = Post("f00d", "gemeente-duinzicht", "message", "Klopt dit?", datetime.now(UTC), TRACE)
    with OtherSide(answer({}), answer({})) as side:
        agency = RestDestination(side.url, "k", SECRET)
        with pytest.raises(Broken):
            agency.send("R-1", post, lambda _name, call, _find: call())
        agency.send("R-1", post, lambda _name, call, _find: call())
    assert met(folder, "rest.after-post") == ["raise"]
    assert len({asked.target for asked in side.asked}) == 1
