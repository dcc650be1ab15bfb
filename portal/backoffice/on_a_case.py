"""What stands between an officer and an act on a case, said before it instead of by an error."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from portal.cases.involved import Involved, NotSaid
from portal.cases.restricting.standing import UseIsRestricted

_View = Callable[..., HttpResponse]


def on_a_case(view: _View) -> _View:
    """A view of one case. Where its use is restricted, the page that asks for the ground comes first.

    Who took part in what a complaint is about reads that a colleague deals with it, and who did not say yet
    whether they did, that they must.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except UseIsRestricted:
            return redirect("backoffice:restricted", kwargs["reference"])
        except Involved:
            messages.error(request, involved_words())
            return redirect("backoffice:case", kwargs["reference"])
        except NotSaid:
            messages.error(request, not_said_words())
            return redirect("backoffice:case", kwargs["reference"])

    return guarded


def involved_words() -> str:
    """For who took part in it."""
    return _("U was betrokken bij waar deze klacht over gaat. Een collega behandelt hem (9:7 Awb).")


def not_said_words() -> str:
    """For who did not say yet whether they took part."""
    return _("Zeg eerst of u betrokken was bij waar deze klacht over gaat (9:7 Awb). Daarna kunt u verder.")
