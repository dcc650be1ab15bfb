"""How a reference stands in an address."""

from __future__ import annotations


class ReferenceConverter:
    """LL-7K4M-Q9XC: anything else is no address of ours, and gets the 404 of what does not exist."""

    regex = "LL-[0-9A-Z]{4}-[0-9A-Z]{4}"

    def to_python(self, value: str) -> str:
        """As it stands."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands."""
        return value
