"""The grounds on which somebody is not heard before a refusal, with their articles of the Awb."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

OWN: Final = "own"
"""What the decision rests on is what the citizen gave, or does not differ from it."""

ARTICLES: Final[Mapping[str, str]] = {
    OWN: "4:7 lid 1",
    "minor": "4:7 lid 2",
    "not-own": "4:8 lid 1",
    "withheld": "4:8 lid 2",
    "urgent": "4:11 onder a",
    "before": "4:11 onder b",
    "purpose": "4:11 onder c",
    "money": "4:12 lid 1",
}
