"""What is answered about a birth, for tests that need no Django too."""

from __future__ import annotations

from typing import Any

CHILD = {"first_names": "Mia", "birth_date": "2026-11-20", "birth_time": "14:05", "sex": "V"}
TWIN = {"first_names": "Sam", "birth_date": "2026-11-20", "birth_time": "14:21", "sex": "M"}
ANSWERS: dict[str, list[dict[str, Any]]] = {
    "birth": [{"birth_place": "9001", "role": "gave_birth"}],
    "child": [CHILD],
    "parents": [{"other_parent": "none", "family_name": "Wit"}],
    "remark": [{}],
    "benefit": [{"recipient": "me", "iban": "NL02ABNA0123456789", "works_abroad": "no"}],
}
