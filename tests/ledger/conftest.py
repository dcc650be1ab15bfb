"""A world for tests of the engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.ledger.world import World, forget


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Empty: the test adds what it needs."""
    world = World()
    with monkeypatch.context() as patch:
        world.install(patch)
        yield world
    forget()
