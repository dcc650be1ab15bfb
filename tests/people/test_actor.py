"""Who acts: nobody passes for a user or a citizen whom there is not."""

from __future__ import annotations

import pytest

from portal.people.actor import Actor
from tests.factories import make_officer


def test_the_portal_by_itself_is_no_user_and_about_no_citizen() -> None:
    with pytest.raises(PermissionError):
        Actor.system().require_user()
    with pytest.raises(PermissionError):
        Actor.system().require_citizen()


def test_staff_act_about_no_citizen_of_their_own(db: None) -> None:
    officer = make_officer("svb")
    assert Actor.of_user(officer).require_user() == officer
    with pytest.raises(PermissionError):
        Actor.of_user(officer).require_citizen()


@pytest.mark.parametrize("changes", [{"is_active": False}, {"role": "admin"}, {"role": ""}], ids=str)
def test_who_was_put_out_or_has_no_role_acts_as_nobody(db: None, changes: dict[str, object]) -> None:
    officer = make_officer("svb")
    for name, value in changes.items():
        setattr(officer, name, value)
    with pytest.raises(PermissionError):
        Actor.of_user(officer)
