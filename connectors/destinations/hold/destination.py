"""The destination `hold`: nothing is pushed; the agency's officer handles the case in the portal."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import ClassVar

from connectors.base import JSON, Destination, Envelope, Once, Post, Reading, Receipt, Report
from connectors.faults import fault_point


class HoldDestination(Destination):
    """Keeps the request in the portal, where its agency works: delivered here is arrived there."""

    name: ClassVar[str] = "hold"
    pulls: ClassVar[bool] = True

    def file(self, envelope: Envelope, once: Once) -> Receipt:
        """A receipt with our own reference, since now (UTC); filed again, the receipt of the first time.

        Nothing leaves the portal, so there is nothing to look up after a crash: a step without a
        result had no effect, and is simply done.
        """

        def keep() -> JSON:
            receipt = {"reference": envelope.reference, "received_at": datetime.now(UTC).isoformat()}
            fault_point("hold.after-keep")
            return receipt

        kept = once("keep", keep, lambda: None)
        return Receipt(kept["reference"], datetime.fromisoformat(kept["received_at"]))

    def report(self, their_reference: str, report: Report, once: Once) -> None:
        """Nothing is sent: the officer's page shows it from the portal's own tables."""
        once("shown", dict, lambda: None)

    def send(self, their_reference: str, post: Post, once: Once) -> None:
        """The same: what the citizen says is on the officer's page, with its documents."""
        once("shown", dict, lambda: None)

    def read(self, their_reference: str, *, version: str, trace_id: str) -> Reading | None:
        """Nothing: what the officer does is written in the portal at once."""
        return None

    def check(self) -> None:
        """Always well: it is the portal itself."""
