"""That staff wrote a request down: how it came in, when, and who it was seen to be, as its agency reads it.

Shape: `{"channel": "phone" | "desk" | "paper", "identity": "papers" | "questions" | "signature" | "stated",
"received_on": ISO day, "words": "…"}`, with `"posted_on"` where there is a postmark, and of a person without
a BSN `"v_number"`, `"language"` and `"interpreter"`. The words are Dutch: an agency reads them.
"""

from __future__ import annotations

from typing import Any

from portal.access.models import Filing
from portal.cases.journey.answers import Answers, Item
from portal.cases.models import Journey
from portal.people.models import Citizen
from portal.people.unregistered import Details, details_of

_CHANNELS = {
    Filing.Channel.PHONE: "Per telefoon, opgenomen door een medewerker.",
    Filing.Channel.DESK: "Aan de balie, opgenomen door een medewerker.",
    Filing.Channel.PAPER: "Op papier, overgenomen door een medewerker. Het ondertekende formulier zit erbij.",
}
_IDENTITIES = {
    Filing.Identity.PAPERS: "De medewerker zag een identiteitsbewijs.",
    Filing.Identity.QUESTIONS: "De medewerker stelde controlevragen.",
    Filing.Identity.SIGNATURE: "",
    Filing.Identity.STATED: "Wie dit is, is niet nagekeken.",
}


def filed_entry(journey: Journey) -> dict[str, Any] | None:
    """What stands of it in a payload; None where nobody of the staff wrote it down."""
    row = journey.filing
    if row is None:
        return None
    channel, identity = Filing.Channel(row.channel), Filing.Identity(row.identity)
    words = [_CHANNELS[channel], _IDENTITIES[identity]]
    entry: dict[str, Any] = {
        "channel": channel.value,
        "identity": identity.value,
        "received_on": row.received_on.isoformat(),
    }
    if row.posted_on:
        entry["posted_on"] = row.posted_on.isoformat()
    if details := details_of(journey.citizen):
        entry |= {
            "v_number": details.v_number,
            "language": details.spoken,
            "interpreter": details.interpreter or row.interpreter,
        }
        words += _words_of(details)
    elif row.interpreter:
        entry["interpreter"] = True
    if entry.get("interpreter"):
        words.append("Er is een tolk nodig.")
    return entry | {"words": " ".join(word for word in words if word)}


def _words_of(details: Details) -> list[str]:
    number = f"V-nummer: {details.v_number}." if details.v_number else ""
    spoken = f"Taal: {details.spoken}." if details.spoken else ""
    return ["Deze persoon heeft geen burgerservicenummer.", number, spoken]


def entered_of(citizen: Citizen) -> dict[str, Item]:
    """What somebody without a BSN said of themselves, as values that were typed: once only for them too."""
    details = details_of(citizen)
    if details is None:
        return {}
    name = {"first_names": details.first_names, "prefix": details.prefix, "family_name": details.surname}
    found: dict[str, Item] = {
        "brp.name": {key: value for key, value in name.items() if value},
        "brp.birth": {"date": details.born},
    }
    if details.address:
        found["brp.address"] = dict(details.address)
    return found


def prefill(answers: Answers, citizen: Citizen) -> bool:
    """Puts it where nothing was typed yet. Whether anything changed."""
    missing = {name: value for name, value in entered_of(citizen).items() if name not in answers.entered}
    answers.entered |= missing
    return bool(missing)
