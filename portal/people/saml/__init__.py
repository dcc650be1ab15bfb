"""Logging in by SAML 2.0, with the conventions of DigiD. Only there where `SAML_IDP_ENTITY_ID` is set.

It ends where OpenID Connect does: claims, `portal.people.identity`, and one login. What differs from
allauth's own views, and why:
- those keep the whole answer in the database for a moment, the BSN in it as it is. Here it is checked at
  once, and what remains travels sealed, in a cookie of one minute (`handover.py`);
- those believe what the Host header says of this site; here it is `SITE_URL`;
- they leave python3-saml to say what is in order. It lets an answer pass that names no audience, no end and
  no login that it answers, and takes the latter from the part that nobody signed (`assertion.py`).
"""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured

try:
    import onelogin.saml2  # noqa: F401
except ImportError as error:
    raise ImproperlyConfigured(
        "SAML_IDP_ENTITY_ID wants the extra: pip install 'levensloket[saml]'"
    ) from error
