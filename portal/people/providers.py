"""The identity providers of `settings.LOGIN_PROVIDERS`: whom they log in, and where their tokens say it.

Per provider id: `kind` ("citizen" or "staff"), `server_url`, `client_id`, `secret`, `scope`, `claims`
(our name for a claim to its path in the id_token: a list of keys, because claim names hold dots and
colons) and `levels` (the token's word for a level of assurance to ours). An empty `levels` means that
this provider's logins carry no level. `second_step`, for staff: words of which the claim `methods` (a
list, such as `amr` of RFC 8176) must hold one; empty where the level says enough. `name` is for the button,
where citizens can choose.

A provider that also logs in who acts for another (DigiD Machtigen) has claims for `represented`
(LegalSubjectID), `acting` (ActingSubjectID, in place of `bsn`) and `service` (ServiceUUID), and `services`:
which of our services each ServiceUUID stands for.

`protocol` is "oidc" or "saml". By SAML `server_url` is where one logs in (HTTP-Redirect), `client_id` our
entityID and `secret` our private key; and there are `entity_id` and `certificates` of the provider, and
`certificate`, ours. Keys and certificates are PEM. The claims are the attributes, with `NAME_CLAIM` and
`LEVEL_CLAIM` for what stands elsewhere in an assertion.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from django.conf import settings
from django.http import Http404
from django.urls import reverse

from lifeevents.model import LEVELS

Kind = Literal["citizen", "staff"]
Protocol = Literal["oidc", "saml"]

NAME_CLAIM: Final = "NameID"
LEVEL_CLAIM: Final = "AuthnContextClassRef"

_CLAIMS_NEEDED: Final[Mapping[str, frozenset[str]]] = {
    "citizen": frozenset({"subject", "level", "bsn"}),
    "staff": frozenset({"subject", "name", "role", "agency"}),
}


@dataclass(frozen=True, slots=True)
class LoginProvider:
    """One entry of `settings.LOGIN_PROVIDERS`."""

    id: str
    kind: Kind
    server_url: str
    client_id: str
    secret: str = field(repr=False)
    scope: tuple[str, ...]
    claims: Mapping[str, tuple[str, ...]]
    levels: Mapping[str, str]
    second_step: frozenset[str] = frozenset()
    services: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    name: str = ""
    protocol: Protocol = "oidc"
    entity_id: str = ""
    certificates: tuple[str, ...] = ()
    certificate: str = ""

    @property
    def login_path(self) -> str:
        """Where the login starts, by POST."""
        return reverse(f"people:{self.protocol}-login", kwargs={"provider_id": self.id})

    def words_for(self, level: str) -> list[str]:
        """What we ask the provider for, to get at least this level of ours, the lowest first."""
        rank: dict[str, int] = {name: number for number, name in enumerate(LEVELS)}
        enough = [word for word, ours in self.levels.items() if rank[ours] >= rank[level]]
        return sorted(enough, key=lambda word: rank[self.levels[word]])

    def claim(self, name: str, claims: Mapping[str, Any]) -> str:
        """The claim that we call `name`, stripped; "" when the token has it not, or not as text."""
        found: Any = claims
        for key in self.claims.get(name) or ("",):
            found = found.get(key) if isinstance(found, Mapping) else None
        return found.strip() if isinstance(found, str) else ""

    def had_second_step(self, claims: Mapping[str, Any]) -> bool:
        """Whether the token says so; one whose level of assurance was checked needs no more."""
        said: Any = claims
        for key in self.claims.get("methods") or ("",):
            said = said.get(key) if isinstance(said, Mapping) else None
        methods = {word for word in said if isinstance(word, str)} if isinstance(said, list) else set()
        return not self.second_step or bool(self.second_step & methods)


def login_providers() -> dict[str, LoginProvider]:
    """Every configured provider by its id."""
    entries = settings.LOGIN_PROVIDERS.items()
    return {provider_id: _build(provider_id, entry) for provider_id, entry in entries}


def provider_or_404(provider_id: str, protocol: Protocol) -> LoginProvider:
    """The provider of an address. Raises `Http404` for one that is not there, or speaks otherwise."""
    provider = login_providers().get(provider_id)
    if provider is None or provider.protocol != protocol:
        raise Http404
    return provider


def speaks_saml() -> bool:
    """Whether there is a provider to which SAML is spoken: else none of its addresses is there."""
    return any(entry.get("protocol") == "saml" for entry in settings.LOGIN_PROVIDERS.values())


def problems() -> Iterator[str]:
    """What is wrong with `LOGIN_PROVIDERS`, one sentence each."""
    for provider_id, entry in settings.LOGIN_PROVIDERS.items():
        kind = str(entry.get("kind"))
        if kind not in _CLAIMS_NEEDED:
            yield f"LOGIN_PROVIDERS['{provider_id}']: kind must be 'citizen' or 'staff'"
            continue
        keys = ["server_url", "client_id", "secret"]
        if entry.get("protocol") == "saml":
            keys += ["entity_id", "certificates", "certificate"]
        for key in keys:
            if not entry.get(key):
                yield f"LOGIN_PROVIDERS['{provider_id}']: {key} is empty"
        for claim in sorted(_CLAIMS_NEEDED[kind] - entry.get("claims", {}).keys()):
            yield f"LOGIN_PROVIDERS['{provider_id}']: claims has no path for '{claim}'"
        yield from _level_problems(provider_id, kind, entry)
        if entry.get("services") and not {"represented", "acting", "service"} <= entry["claims"].keys():
            yield f"LOGIN_PROVIDERS['{provider_id}']: services wants claims represented, acting and service"


def _level_problems(provider_id: str, kind: str, entry: Mapping[str, Any]) -> Iterator[str]:
    if kind == "staff" and not entry.get("levels") and not entry.get("second_step"):
        yield f"LOGIN_PROVIDERS['{provider_id}']: levels or second_step must say what a login has to be"
    if kind == "citizen" and not entry.get("levels"):
        yield f"LOGIN_PROVIDERS['{provider_id}']: levels is empty, so nobody could log in"
    for level in sorted(set(entry.get("levels", {}).values()) - set(LEVELS)):
        yield f"LOGIN_PROVIDERS['{provider_id}']: '{level}' is no level: use {', '.join(LEVELS)}"


def _build(provider_id: str, entry: Mapping[str, Any]) -> LoginProvider:
    return LoginProvider(
        id=provider_id,
        kind=entry["kind"],
        server_url=entry["server_url"],
        client_id=entry["client_id"],
        secret=entry["secret"],
        scope=tuple(entry.get("scope", ("openid",))),
        claims={name: tuple(path) for name, path in entry["claims"].items()},
        levels=dict(entry.get("levels", {})),
        services={name: tuple(ids) for name, ids in entry.get("services", {}).items()},
        second_step=frozenset(entry.get("second_step", ())),
        name=entry.get("name", ""),
        protocol=entry.get("protocol", "oidc"),
        entity_id=entry.get("entity_id", ""),
        certificates=tuple(entry.get("certificates", ())),
        certificate=entry.get("certificate", ""),
    )
