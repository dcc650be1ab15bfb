"""Yes and no in the API are `true` and `false`; what looks like it is refused with the name of the field."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.exceptions import ValidationError

from portal.api.shapes import YesNo


@pytest.mark.parametrize("said", [0, 1, "true", "no", None, [], {}])
def test_what_looks_like_yes_or_no_is_neither(said: Any) -> None:
    with pytest.raises(ValidationError):
        YesNo().run_validation(said)


@pytest.mark.parametrize("said", [True, False])
def test_true_and_false_are(said: bool) -> None:
    assert YesNo().run_validation(said) is said
