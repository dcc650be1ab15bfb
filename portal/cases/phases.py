"""How far a request is: one scale for all agencies."""

from __future__ import annotations

from django.db import models


class Phase(models.TextChoices):
    """One scale for all agencies; the words on screen are in `wording`."""

    PREPARED = "prepared"
    WAITING = "waiting"
    SENT = "sent"
    ARRIVED = "arrived"
    HANDLED = "handled"
    NEEDS_YOU = "needs_you"
    DECIDED = "decided"
    DONE = "done"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"

    @property
    def is_final(self) -> bool:
        """Nothing follows: the agency or the citizen has ended it."""
        return self in {Phase.DECIDED, Phase.DONE, Phase.WITHDRAWN, Phase.STOPPED}
