"""Where money goes for somebody under bewind: to the account that the administrator manages, and no other.

Only answers that are the citizen's own account count: of child benefit the other parent may get the money.
"""

from __future__ import annotations

from collections.abc import Iterator

from lifeevents.model import Question, QuestionGroup
from portal.access.administration import managed_account
from portal.cases.journey.answers import Answers, Item, asked
from portal.people.models import Citizen


def is_own_account(question: Question, item: Item) -> bool:
    """Whether this is an answer about the citizen's own money."""
    if question.kind != "iban" or not asked(question, item):
        return False
    elsewhere = question.of_another_if.items()
    return not any(item.get(name) in values for name, values in elsewhere)


def wrong_groups(citizen: Citizen, groups: list[QuestionGroup], answers: Answers) -> set[str]:
    """The ids of the groups in which another account was filled in than the administrator's."""
    if not any(question.kind == "iban" for group in groups for question in group.questions):
        return set()
    account = managed_account(citizen)
    return {group.id for group, _question, _item in _wrong(groups, answers, account)}


def put_right(citizen: Citizen, groups: list[QuestionGroup], answers: Answers) -> bool:
    """Puts the administrator's account in answers from before the bewind; whether there was one to change.

    The answers are not saved. Where no account was recorded the wrong one goes, and nothing stands there.
    """
    account = managed_account(citizen)
    wrong = list(_wrong(groups, answers, account))
    for _group, question, item in wrong:
        if account:
            item[question.id] = account
        else:
            item.pop(question.id)
    return bool(wrong)


def _wrong(
    groups: list[QuestionGroup], answers: Answers, account: str | None
) -> Iterator[tuple[QuestionGroup, Question, Item]]:
    if account is None:
        return
    for group in groups:
        for item in answers.groups.get(group.id, []):
            for question in group.questions:
                typed = item.get(question.id)
                if is_own_account(question, item) and typed and typed != account:
                    yield group, question, item
