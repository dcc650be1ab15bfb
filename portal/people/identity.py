"""From the claims of an id_token or an assertion to a user of ours. After this the claims are thrown away."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.db import IntegrityError, transaction
from django.views.decorators.debug import sensitive_variables

from portal.catalogue import catalogue
from portal.people.bsn import is_valid_bsn, may_be_here
from portal.people.keys import keyed_hmac
from portal.people.models import AT_AN_AGENCY, STAFF, Role, User
from portal.people.providers import LoginProvider
from portal.people.refusals import LoginFailed, Reason
from portal.people.verbs import find_or_create_citizen, find_or_create_citizen_user


@dataclass(frozen=True, slots=True)
class Identity:
    """What we take from claims. `uid` is a keyed HMAC of the provider's subject, never the subject.

    `bsn` is of who logged in. `represented` is the BSN of the person for whom, where the provider vouches
    for that, and `services` are those of ours that it vouches for.
    """

    provider_id: str
    uid: str
    level: str
    bsn: str = field(default="", repr=False)
    role: str = Role.CITIZEN.value
    agency: str = ""
    name: str = field(default="", repr=False)
    represented: str = field(default="", repr=False)
    services: tuple[str, ...] = ()


class IdentifiedLogin(SocialLogin):
    """allauth's login in progress, with the identity that it is about. Never serialized: signup is silent."""

    def __init__(self, *, identity: Identity, provider: Any) -> None:
        account = SocialAccount(provider=identity.provider_id, uid=identity.uid, extra_data={})
        super().__init__(account=account, provider=provider)
        self.identity = identity


@sensitive_variables("claims", "bsn")
def read_identity(provider: LoginProvider, claims: Mapping[str, Any]) -> Identity:
    """The identity in checked claims. Raises `LoginFailed` when subject, level, BSN or role is no good."""
    subject = provider.claim("subject", claims)
    if not subject:
        raise LoginFailed(Reason.TOKEN)
    uid = keyed_hmac("login", f"{provider.id}:{subject}")
    level = provider.levels.get(provider.claim("level", claims), "")
    if provider.levels and not level:
        raise LoginFailed(Reason.LEVEL)
    if provider.kind == "staff":
        return _staff_identity(provider, claims, uid, level)
    seen = Identity(provider_id=provider.id, uid=uid, level=level)
    return _vouched(provider, claims, seen) or replace(seen, bsn=_bsn_in("bsn", provider, claims))


@sensitive_variables("claims", "represented", "acting")
def _vouched(provider: LoginProvider, claims: Mapping[str, Any], seen: Identity) -> Identity | None:
    """Somebody who acts for another by the word of the provider; None for who logs in for themselves."""
    represented = provider.claim("represented", claims)
    acting = provider.claim("acting", claims)
    if not represented and not acting:
        return None
    services = provider.services.get(provider.claim("service", claims), ())
    if not (represented and acting and services):
        # Half of it proves nothing: neither who acts, nor for what.
        raise LoginFailed(Reason.MANDATE)
    both = _bsn_in("acting", provider, claims), _bsn_in("represented", provider, claims)
    if both[0] == both[1]:
        raise LoginFailed(Reason.MANDATE)
    return replace(seen, bsn=both[0], represented=both[1], services=services)


_SECTOR_OF_BSN: Final = "s00000000"
_WITH_SECTOR: Final = re.compile(r"(s[0-9]{8}):(.+)")
"""As DigiD and its brokers write it (NameID): the sector, and the number in that sector."""


@sensitive_variables("claims", "value", "found", "bsn")
def _bsn_in(name: str, provider: LoginProvider, claims: Mapping[str, Any]) -> str:
    """The BSN in the claim of this name, with its sector; by OpenID Connect it may be bare.

    Raises `LoginFailed` for a number of another sector, or of which nothing says of which it is.
    """
    value = provider.claim(name, claims)
    found = _WITH_SECTOR.fullmatch(value)
    if found[1] != _SECTOR_OF_BSN if found else provider.protocol == "saml":
        raise LoginFailed(Reason.BSN)
    bsn = found[2] if found else value
    if not is_valid_bsn(bsn) or not may_be_here(bsn):
        raise LoginFailed(Reason.BSN)
    return bsn


def account_of(identity: Identity) -> SocialAccount:
    """The stored login with its user, both made or brought up to date. Raises `LoginFailed` (inactive)."""
    account = _citizen_account(identity) if identity.role == Role.CITIZEN else _staff_account(identity)
    if not account.user.is_active:
        raise LoginFailed(Reason.INACTIVE)
    return account


def _staff_identity(provider: LoginProvider, claims: Mapping[str, Any], uid: str, level: str) -> Identity:
    if not provider.had_second_step(claims):
        raise LoginFailed(Reason.SECOND_STEP)
    role, agency = provider.claim("role", claims), provider.claim("agency", claims)
    if role not in STAFF or (role in AT_AN_AGENCY and not agency):
        raise LoginFailed(Reason.ROLE)
    if agency and agency not in catalogue().agencies:
        raise LoginFailed(Reason.ROLE)
    name = provider.claim("name", claims)[:200]
    return Identity(provider_id=provider.id, uid=uid, level=level, role=role, agency=agency, name=name)


def _citizen_account(identity: Identity) -> SocialAccount:
    """A citizen may have more than one login (a level each); the BSN in the signed token says whose it is."""
    user = find_or_create_citizen_user(find_or_create_citizen(identity.bsn))
    account, _ = SocialAccount.objects.update_or_create(
        provider=identity.provider_id, uid=identity.uid, defaults={"user": user, "extra_data": {}}
    )
    return account


def _staff_account(identity: Identity) -> SocialAccount:
    """A staff member is known by the login alone; role, agency and name follow the provider at each login."""
    account = _find_account(identity) or _create_staff_account(identity)
    fresh = {"role": identity.role, "agency": identity.agency, "name": identity.name}
    changed = [name for name, value in fresh.items() if getattr(account.user, name) != value]
    if changed:
        for name in changed:
            setattr(account.user, name, fresh[name])
        account.user.save(update_fields=changed)
    return account


def _find_account(identity: Identity) -> SocialAccount | None:
    accounts = SocialAccount.objects.select_related("user")
    return accounts.filter(provider=identity.provider_id, uid=identity.uid).first()


def _create_staff_account(identity: Identity) -> SocialAccount:
    try:
        with transaction.atomic():
            user = User.objects.create(role=identity.role, agency=identity.agency, name=identity.name)
            return SocialAccount.objects.create(
                user=user, provider=identity.provider_id, uid=identity.uid, extra_data={}
            )
    except IntegrityError:
        # A second first login at the same moment: the other one made it.
        account = _find_account(identity)
        if account is None:
            raise
        return account
