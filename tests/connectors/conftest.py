"""A server with TLS, under a certificate of its own making."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.connectors.certificates import new_certificate, served_with
from tests.connectors.other_side import OtherSide, Reply, answer


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a self-signed certificate for 127.0.0.1."""
    return new_certificate(tmp_path_factory.mktemp("tls"), "certificate")


@pytest.fixture
def tls(certificate: Path) -> Callable[..., OtherSide]:
    """Makes another side that speaks TLS; it answers an empty list unless told otherwise."""

    def make(*replies: Reply) -> OtherSide:
        return OtherSide(*(replies or (answer([]),)), tls=served_with(certificate))

    return make
