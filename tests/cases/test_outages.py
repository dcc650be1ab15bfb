"""A source that is down is found back by the timetable, so that no citizen has to try it."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from connectors.base import Unavailable
from portal.cases.out.outages import probe
from portal.ledger.models import ConnectorState
from portal.ledger.states import TRIAL_EVERY, is_down, mark_down, source_key
from portal.people.actor import Actor
from tests.registers import Register

BRP = source_key("brp")


def _down(*, tried: timedelta) -> None:
    mark_down(BRP)
    ConnectorState.objects.update(probed_at=timezone.now() - tried)


def test_a_source_that_answers_again_is_up_without_anybodys_question(noor: Actor, register: Register) -> None:
    _down(tried=TRIAL_EVERY)
    register.failure = Unavailable("down")
    probe()
    assert is_down(BRP)
    register.failure = None
    _down(tried=TRIAL_EVERY)
    probe()
    assert not is_down(BRP)
    assert register.asked == []


def test_a_source_that_was_just_tried_is_left_alone(noor: Actor, register: Register) -> None:
    _down(tried=timedelta(0))
    probe()
    assert is_down(BRP)
