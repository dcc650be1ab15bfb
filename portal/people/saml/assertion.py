"""Reading an answer of the identity provider (SAML 2.0 Profiles, 4.1.4.2 and 4.1.4.3).

What is believed stands in the one assertion, which the provider signed; the answer around it may have been
written by anybody. Beside what python3-saml checks, an answer must name us as its audience, this address,
an end, and the login of ours that it answers: there it asks for none of these.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.views.decorators.debug import sensitive_variables
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Words
from onelogin.saml2.response import OneLogin_Saml2_Response

from portal.people.providers import LEVEL_CLAIM, NAME_CLAIM, LoginProvider
from portal.people.refusals import LoginFailed, Reason
from portal.people.saml.party import acs_address, request_at, saml_settings

MAX_LENGTH: Final = 131_072
"""Signs of an answer in base64. DigiD's have some 10,000."""
_BEARER: Final = f"/saml:Subject/saml:SubjectConfirmation[@Method='{Words.CM_BEARER}']"
_STOPPED: Final = "urn:oasis:names:tc:SAML:2.0:status:AuthnFailed"
_UNREADABLE: Final = "?"
"""The value of an attribute that is there without a text: it must not look as if it were absent."""


@dataclass(frozen=True, slots=True)
class Asserted:
    """Checked claims, and the id of the request of ours that they answer (not yet known to be ours)."""

    claims: Mapping[str, Any] = field(repr=False)
    in_response_to: str


@sensitive_variables("posted", "response")
def read_response(provider: LoginProvider, posted: str) -> Asserted:
    """The claims of a genuine answer, for us, in time. Raises `LoginFailed` (TOKEN, CANCELLED, LEVEL)."""
    if not posted or len(posted) > MAX_LENGTH:
        raise LoginFailed(Reason.TOKEN)
    try:
        response = _Response(saml_settings(provider), posted)
        if response.says_stopped():
            raise LoginFailed(Reason.CANCELLED)
        response.is_valid(request_at(acs_address(provider.id)), raise_exceptions=True)
        return response.asserted(
            issuer=provider.entity_id, audience=provider.client_id, recipient=acs_address(provider.id)
        )
    except LoginFailed:
        raise
    except Exception:
        # Whatever a parser in C says of what a stranger posts. Not chained: the causes quote parts of it.
        raise LoginFailed(Reason.TOKEN) from None


class _Response(OneLogin_Saml2_Response):
    """An answer of which only the signed assertion counts: `_query_assertion` looks nowhere else."""

    def says_stopped(self) -> bool:
        """Whether somebody stopped at the provider. Not signed: good for a page that says so, and no more."""
        return bool(self._query(f"/samlp:Response/samlp:Status//samlp:StatusCode[@Value='{_STOPPED}']"))

    def asserted(self, *, issuer: str, audience: str, recipient: str) -> Asserted:
        """What it says, once it is valid. Raises `LoginFailed` where it leaves out what it must name."""
        # Where its own issuer is empty, python3-saml takes the word of the answer around it.
        if [one.text for one in self._query_assertion("/saml:Issuer")] != [issuer]:
            raise LoginFailed(Reason.TOKEN)
        if audience not in self.get_audiences() or not self._names_its_end():
            raise LoginFailed(Reason.TOKEN)
        contexts = self.get_authn_contexts()
        if len(contexts) != 1:
            raise LoginFailed(Reason.LEVEL)
        attributes = {name: _text(values) for name, values in self.get_attributes().items()}
        own = {NAME_CLAIM: self.get_nameid(), LEVEL_CLAIM: contexts[0]}
        return Asserted(claims=attributes | own, in_response_to=self._answers(recipient))

    def _names_its_end(self) -> bool:
        return all(one.get("NotOnOrAfter") for one in self._query_assertion("/saml:Conditions"))

    def _answers(self, recipient: str) -> str:
        """The id in the signed assertion; that of the answer around it must be the same, if it is there."""
        found = self._query_assertion(f"{_BEARER}/saml:SubjectConfirmationData")
        if len(found) != 1 or found[0].get("Recipient") != recipient or not found[0].get("NotOnOrAfter"):
            raise LoginFailed(Reason.TOKEN)
        answered = str(found[0].get("InResponseTo") or "")
        if not answered or self.get_in_response_to() not in (None, answered):
            raise LoginFailed(Reason.TOKEN)
        return answered


def _text(values: list[Any]) -> str:
    """The one text of an attribute."""
    one = values[0] if len(values) == 1 else None
    return one.strip() or _UNREADABLE if isinstance(one, str) else _UNREADABLE
