"""A question that an agency's own system asks with a status: a task of the citizen, as at our API."""

from __future__ import annotations

from pydantic import ValidationError

from connectors.base import Asked, Heard
from lifeevents.model import Choice, Question, Text
from portal.cases.models import Case
from portal.cases.talk.asking import OtherQuestion, TooEarly, ask
from portal.cases.talk.standing import Closed, NotThere
from portal.cases.talk.texts import WrongText
from portal.people.actor import Actor


class CannotAsk(Exception):
    """The citizen cannot be asked this; the message says why, to an operator."""


def take_over_question(case: Case, heard: Heard, asked: Asked) -> None:
    """Asks the citizen; the case waits, and with a last day the term stands still. Repeatable.

    Raises `CannotAsk`. Of a case that has ended nothing is asked any more.
    """
    try:
        ask(
            case=case,
            actor=Actor.system(case.citizen),
            what=asked.what,
            why=heard.text or asked.what,
            external_id=heard.external_id,
            until=asked.until,
            questions=_questions(asked),
            wants_document=asked.wants_document,
            set_at=heard.set_at,
        )
    except (Closed, NotThere):
        return
    except TooEarly:
        raise CannotAsk(f"a question until {asked.until}, which has been already") from None
    except OtherQuestion:
        raise CannotAsk("a question that was another one before") from None
    except (WrongText, ValidationError):
        raise CannotAsk("a question that cannot be kept") from None


def _questions(asked: Asked) -> tuple[Question, ...]:
    """As the catalogue has them; the agency has one language, which stands for both."""
    made = tuple(
        Question(
            id=item.id,
            kind=item.kind,
            label=Text(nl=item.label, en=item.label),
            required=item.required,
            choices=tuple(
                Choice(value=value, label=Text(nl=label, en=label)) for value, label in item.choices
            ),
            max_length=2000 if item.kind == "long_text" else 200,
        )
        for item in asked.items
    )
    if len({question.id for question in made}) < len(made):
        raise CannotAsk("a question with the same id twice")
    return made
