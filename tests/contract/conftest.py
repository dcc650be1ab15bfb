"""What every contract test has."""

from __future__ import annotations

from functools import partial

import pytest

from connectors.retry import Retry


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another try follows at once, so that no test waits; how long it would be is tried elsewhere."""
    monkeypatch.setattr("connectors.http.Retry", partial(Retry, pause=lambda seconds: None))
