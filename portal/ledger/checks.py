"""System checks: heads can be signed, and have a place outside the database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, register

from portal.ledger.log.heads import NoHeadsFolder, heads_folder
from portal.ledger.log.signing import NoSigningKey, signing_key


@register
def heads_can_be_published(app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """There is a signing key, and a folder."""
    problems: list[CheckMessage] = []
    try:
        signing_key()
    except NoSigningKey as error:
        problems.append(Error(str(error), id="ledger.E001"))
    try:
        heads_folder()
    except NoHeadsFolder as error:
        problems.append(Error(str(error), id="ledger.E002"))
    return problems
