"""References that people read aloud."""

from __future__ import annotations

import secrets

_LETTERS = "23456789ABCDEFGHJKLMNPQRSTVWXYZ"
"""Without 0, 1, I, O and U: a reference is read aloud on the telephone."""


def new_reference() -> str:
    """A reference that cannot be guessed, such as LL-7K4M-Q9XC."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(8))
    return f"LL-{letters[:4]}-{letters[4:]}"
