"""What the verbs refuse, as problems: what every act may meet, and beside it what one act has of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from rest_framework.exceptions import APIException

from portal.api.problems import Conflict, Unprocessable
from portal.cases.talk.asking import OtherQuestion
from portal.cases.talk.standing import Closed, NotThere
from portal.cases.talk.texts import WrongText
from portal.cases.talk.writing import OtherMessage

Problem = Callable[[Any], APIException]
"""The problem that an exception becomes."""

Refusals = Mapping[type[Exception], Problem]


def conflict(detail: str, code: str) -> Problem:
    """409, whatever the exception says."""
    return lambda _: Conflict(detail, code=code)


def unprocessable(detail: str, code: str) -> Problem:
    """422, whatever the exception says."""
    return lambda _: Unprocessable(detail, code=code)


_EVERYWHERE: Final[Refusals] = {
    Closed: conflict("The case is closed.", "closed"),
    NotThere: conflict("The case is closed.", "closed"),
    OtherQuestion: conflict("This key was used for something else.", "key_used_before"),
    OtherMessage: conflict("This key was used for something else.", "key_used_before"),
    WrongText: lambda wrong: Unprocessable("The text cannot be kept.", code=f"text_{wrong}"),
}


@contextmanager
def as_problems(own: Refusals) -> Iterator[None]:
    """Raises the problem of what is refused inside; `own` goes before what is the same everywhere."""
    known = {**_EVERYWHERE, **own}
    try:
        yield
    except tuple(known) as error:
        raise next(known[kind] for kind in type(error).__mro__ if kind in known)(error) from None
