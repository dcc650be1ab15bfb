"""The last look at a login: does the register say that this person lives, and may act; and for whom is it?

Comes on top of `portal.people.adapters`, because it asks a register, and that is above who people are.
"""

from __future__ import annotations

from typing import Any, Final

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from portal import clock
from portal.access import joining, trail
from portal.access.acting import ACTING, READS_ONLY
from portal.access.models import Representation
from portal.access.standing import FIELDS, Standing, standing_of
from portal.people.adapters import AccountAdapter, SocialAccountAdapter
from portal.people.identity import IdentifiedLogin, Identity
from portal.people.models import Citizen, User
from portal.people.refusals import LoginFailed, Reason
from portal.people.verbs import find_or_create_citizen

_AT_LOGIN: Final = ("brp.alive", "brp.guardianship")
_STANDING: Final = "_standing"
_KEPT: Final = "_acting"


class CheckedSocialAdapter(SocialAccountAdapter):
    """Refuses who has died according to the register. A register that does not answer locks nobody out."""

    def pre_social_login(self, request: HttpRequest, sociallogin: IdentifiedLogin) -> None:
        """As the one below, and then asks the register. Raises `LoginFailed`."""
        super().pre_social_login(request, sociallogin)
        citizen = sociallogin.user.citizen
        if citizen is None:
            return
        standing = standing_of(citizen, _AT_LOGIN)
        if standing.died:
            raise LoginFailed(Reason.DECEASED)
        if sociallogin.identity.represented:
            _require_life(sociallogin.identity)
        setattr(request, _STANDING, standing)
        if request.user == sociallogin.user:
            # Once more in the middle of something: allauth empties the session first.
            setattr(request, _KEPT, request.session.get(ACTING))


class CheckedAccountAdapter(AccountAdapter):
    """Keeps in the session what the law lets this person do, and for whom the provider says they act."""

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """As the one below; the session is the new one by now."""
        response = super().post_login(request, user, **kwargs)
        standing: Standing | None = getattr(request, _STANDING, None)
        request.session.pop(READS_ONLY, None)
        joining.remember(request.session, user.citizen)
        if standing is not None and standing.under_guardianship:
            request.session[READS_ONLY] = True
        kept = getattr(request, _KEPT, None)
        if kept and not _is_vouched(kept["id"]):
            request.session[ACTING] = kept
        login = (kwargs.get("signal_kwargs") or {}).get("sociallogin")
        if isinstance(login, IdentifiedLogin) and login.identity.represented and user.citizen is not None:
            row = _vouched(user, user.citizen, login.identity)
            # Where both live was not asked: what is not known counts as elsewhere.
            request.session[ACTING] = {"id": str(row.pk), "elsewhere": True}
        return response


def _require_life(identity: Identity) -> None:
    """A mandate ends with the life of who gave it (BW 3:72)."""
    if standing_of(find_or_create_citizen(identity.represented), FIELDS).died:
        raise LoginFailed(Reason.MANDATE)


def _is_vouched(representation_id: str) -> bool:
    """By a provider, at an earlier login: this one says by itself whether it still does."""
    return Representation.objects.filter(pk=representation_id, kind=Representation.Kind.VOUCHED).exists()


def _vouched(user: User, helper: Citizen, identity: Identity) -> Representation:
    """A row for this login alone: the provider keeps the mandate itself, and may end it any day."""
    represented = find_or_create_citizen(identity.represented)
    with transaction.atomic():
        row = Representation.objects.create(
            represented=represented,
            representative=helper,
            kind=Representation.Kind.VOUCHED,
            services=sorted(identity.services),
            from_on=clock.today(),
            until_on=clock.today(),
            created_by=user,
            accepted_at=timezone.now(),
        )
        trail.note(represented, trail.Act.BEGAN, row)
    return row
