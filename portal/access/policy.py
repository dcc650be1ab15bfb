"""The one table of who may enter which route. A route that is not in it is closed to everybody.

Names are those of `resolver_match.view_name`, namespace included. Who may not enter: an anonymous
visitor is sent to the login page, anybody else gets the 404 of a page that does not exist. Which
objects someone may see is not decided here but in the queries of the verbs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from portal.people.actor import Actor, Capacity
from portal.people.providers import speaks_saml


@dataclass(frozen=True, slots=True)
class Who:
    """The capacities that may enter; `everyone` lets in the anonymous too."""

    capacities: frozenset[Capacity]
    everyone: bool = False

    @property
    def about_citizens(self) -> bool:
        """Whether what is done there is done in a citizen's name."""
        return "self" in self.capacities and not self.capacities & {"officer", "operator"}

    def __or__(self, other: Who) -> Who:
        return Who(self.capacities | other.capacities, everyone=self.everyone or other.everyone)

    def admits(self, actor: Actor | None) -> bool:
        """Whether this actor (None: anonymous) may enter."""
        return self.everyone or (actor is not None and actor.capacity in self.capacities)


ANYONE: Final = Who(frozenset(), everyone=True)
OWN: Final = Who(frozenset({"self"}))
"""The citizen alone: nobody does this for them."""
WHOLE: Final = OWN | Who(frozenset({"guardian"}))
"""Also who stands in the citizen's place: a parent, a curator."""
CITIZEN: Final = WHOLE | Who(frozenset({"representative"}))
"""Also who was authorised; the queries hold to what the mandate names."""
SETTLING: Final = CITIZEN | Who(frozenset({"survivor"}))
"""Also who settles what somebody left: they read, answer and withdraw, and file nothing."""
BESIDE: Final = Who(frozenset({"assist"}))
"""Also who looks along with the citizen, for reading (`portal.access.assist.pages`)."""
TOGETHER: Final = WHOLE | BESIDE
FILING: Final = Who(frozenset({"filing"}))
"""Also staff who write down what a citizen asks for, or says about a request that runs; the queries hold to
what staff wrote down, and to the requests of who was seen well enough to be this person."""
HELPDESK: Final = Who(frozenset({"helpdesk", "helpdesk-lead"}))
HELPDESK_LEAD: Final = Who(frozenset({"helpdesk-lead"}))
OFFICER: Final = Who(frozenset({"officer", "lead"}))
OPERATOR: Final = Who(frozenset({"operator"}))
DECIDES_ON_STAFF: Final = Who(frozenset({"lead", "operator"}))
LEADS: Final = DECIDES_ON_STAFF | HELPDESK_LEAD
"""Who hears what an auditor found of the people whom they lead."""
AUDITOR: Final = Who(frozenset({"auditor"}))
EDITOR: Final = Who(frozenset({"editor"}))
ANSWERS_SIGNALS: Final = Who(frozenset({"lead", "editor"}))
PRACTISES: Final = OFFICER | HELPDESK
STAFF: Final = OFFICER | OPERATOR | AUDITOR | HELPDESK | EDITOR
LOGGED_IN: Final = SETTLING | STAFF | BESIDE | FILING
NOBODY: Final = Who(frozenset())

_SAML: Final[Mapping[str, Who]] = {
    "people:saml-login": ANYONE,
    "people:saml-acs": ANYONE,
    "people:saml-finish": ANYONE,
    "people:saml-metadata": ANYONE,
}
"""Only there where it is spoken."""

POLICY: Final[Mapping[str, Who]] = {
    **(_SAML if speaks_saml() else {}),
    # Logging in and out
    "people:login": ANYONE,
    "people:oidc-login": ANYONE,
    "people:oidc-callback": ANYONE,
    "people:logout": ANYONE,
    "people:leave-quickly": ANYONE,
    # Of staff with an account of our own; who may go on is in the session (`portal.people.staff.pending`)
    "people:staff-login": ANYONE,
    "people:staff-code": ANYONE,
    "people:staff-enrol": ANYONE,
    "people:invitation": ANYONE,
    "people:accept": ANYONE,
    "people:account": STAFF,
    "people:change-password": STAFF,
    "people:add-passkey": STAFF,
    "people:new-codes": STAFF,
    "people:remove-step": STAFF,
    "people:sessions": LOGGED_IN,
    "people:end-session": LOGGED_IN,
    "people:end-others": LOGGED_IN,
    "people:time-left": LOGGED_IN,
    "people:stay": LOGGED_IN,
    # Before logging in
    "citizen:home": ANYONE,
    "citizen:events": ANYONE | FILING,
    "citizen:event": ANYONE | FILING,
    "citizen:chance": ANYONE | FILING,
    "set_language": ANYONE,
    "security-txt": ANYONE,
    # A life event
    "citizen:lifeline": CITIZEN | BESIDE,
    "citizen:no-need": CITIZEN,
    "citizen:begin": CITIZEN | BESIDE | FILING,
    "citizen:report": CITIZEN | FILING,
    "citizen:silence": WHOLE,
    "citizen:plan": CITIZEN | BESIDE | FILING,
    "citizen:facts": CITIZEN | BESIDE | FILING,
    "citizen:enter": CITIZEN | FILING,
    "citizen:dispute": WHOLE | FILING,
    "citizen:question": CITIZEN | BESIDE | FILING,
    "citizen:remove": CITIZEN | FILING,
    "citizen:draft-file": CITIZEN | FILING,
    "citizen:review": CITIZEN | BESIDE | FILING,
    "citizen:discard": CITIZEN | FILING,
    "citizen:follow-up": CITIZEN | FILING,
    # Cases, and what we hold
    "citizen:inbox": SETTLING | BESIDE,
    "citizen:inbox-move": SETTLING,
    "citizen:cases": SETTLING | BESIDE,
    "citizen:case": SETTLING | BESIDE | FILING,
    "citizen:receipt": SETTLING | BESIDE,
    "citizen:receipt-pdf": SETTLING,
    "citizen:dossier-pdf": SETTLING,
    "citizen:dossier-zip": SETTLING,
    "citizen:withdraw": SETTLING | FILING,
    "citizen:change": CITIZEN | FILING,
    "citizen:objection": SETTLING | FILING,
    "citizen:changes": ANYONE,
    "citizen:signal": CITIZEN,
    "citizen:complain": WHOLE,
    "citizen:complain-about": WHOLE,
    "citizen:outcome-pdf": SETTLING,
    "citizen:task": SETTLING | BESIDE | FILING,
    "citizen:messages": SETTLING | BESIDE | FILING,
    "citizen:document": SETTLING,
    "citizen:table": SETTLING,
    "citizen:table-allow": WHOLE,
    "citizen:late": SETTLING | BESIDE,
    "citizen:late-letter": SETTLING,
    "citizen:notices": WHOLE,
    "citizen:notices-contact": WHOLE,
    "citizen:proposals": WHOLE,
    "citizen:put-away": WHOLE,
    "citizen:my-data": TOGETHER,
    "citizen:uses": TOGETHER,
    "citizen:download-json": WHOLE,
    "citizen:download-zip": WHOLE,
    "citizen:erase": OWN,
    "citizen:download-pdf": WHOLE,
    # How anybody checks such a file, without us
    "citizen:how-to-check": ANYONE,
    "citizen:check-script": ANYONE,
    "citizen:log-key": ANYONE,
    # What is wrong by the citizen's word
    "citizen:dispute-field": WHOLE,
    "citizen:dispute-sent": WHOLE | FILING,
    "citizen:dispute-shown": WHOLE,
    "citizen:dispute-ask": WHOLE,
    "citizen:dispute-withdraw": WHOLE,
    "citizen:proof": WHOLE,
    # What is kept and not used
    "citizen:restrict-field": WHOLE,
    "citizen:restrict-case": WHOLE,
    "citizen:restriction-lift": WHOLE,
    # Acting for another
    "citizen:representing": SETTLING,
    "citizen:act": SETTLING,
    "citizen:stop-acting": SETTLING,
    "citizen:children": OWN,
    "citizen:authorise": OWN,
    "citizen:accept": OWN,
    "citizen:join": OWN,
    "citizen:revoke": OWN,
    "citizen:without-login": ANYONE,
    # Somebody of the helpdesk looks along, or calls back
    "citizen:contact": ANYONE,
    "citizen:assist": OWN,
    "citizen:end-assist": OWN,
    "citizen:allow-assist": OWN,
    # The helpdesk; while looking along there is no way to somebody else
    "helpdesk:home": HELPDESK | BESIDE | FILING,
    "helpdesk:say-self": HELPDESK | OFFICER,
    "helpdesk:confirm": HELPDESK | BESIDE,
    "helpdesk:citizen": HELPDESK,
    "helpdesk:start-assist": HELPDESK,
    "helpdesk:send-code": HELPDESK,
    "helpdesk:seen-at-desk": HELPDESK | OFFICER,
    # Writing down what somebody asks for: the helpdesk, and an officer at the own desk
    "helpdesk:counter": OFFICER,
    "helpdesk:new-person": HELPDESK | OFFICER,
    "helpdesk:stop-elsewhere": HELPDESK | OFFICER,
    "helpdesk:check": HELPDESK | OFFICER,
    "helpdesk:join-letter": HELPDESK | OFFICER,
    "helpdesk:file": HELPDESK | OFFICER,
    "helpdesk:filing": FILING,
    "helpdesk:stop-filing": FILING,
    "helpdesk:paper-form": FILING,
    "helpdesk:note-contact": HELPDESK,
    "helpdesk:ask-danger": HELPDESK,
    "helpdesk:begin-danger": HELPDESK,
    "helpdesk:dangers": HELPDESK_LEAD,
    "helpdesk:danger": HELPDESK_LEAD,
    "helpdesk:moments": HELPDESK,
    "helpdesk:moment": HELPDESK,
    "helpdesk:take-moment": HELPDESK,
    "helpdesk:assist": BESIDE,
    "helpdesk:extend-assist": BESIDE,
    "helpdesk:send-code-again": BESIDE,
    "helpdesk:send-to-confirm": BESIDE,
    "helpdesk:send-together": BESIDE,
    "helpdesk:stop-assist": BESIDE,
    # The work of an agency
    # Whose work is elsewhere is led there: everybody knows this address.
    "backoffice:worklist": STAFF,
    "backoffice:share-out": OFFICER,
    "backoffice:save-view": OFFICER,
    "backoffice:drop-view": OFFICER,
    "backoffice:flag": OFFICER,
    "backoffice:case": OFFICER,
    "backoffice:restricted": OFFICER,
    "backoffice:take-up": OFFICER,
    "backoffice:show-handler": OFFICER,
    "backoffice:hear": OFFICER,
    "backoffice:end": OFFICER,
    "backoffice:reopen": OFFICER,
    "backoffice:call": OFFICER,
    "backoffice:answer-said": OFFICER,
    "backoffice:term": OFFICER,
    "backoffice:forward": OFFICER,
    "backoffice:forward-message": OFFICER,
    "backoffice:rule": OFFICER,
    "backoffice:reading-level": OFFICER,
    "backoffice:conclude": OFFICER,
    "backoffice:confirm-outcome": OFFICER,
    "backoffice:take-outcome-back": OFFICER,
    "backoffice:talk": OFFICER,
    "backoffice:ask": OFFICER,
    "backoffice:write": OFFICER,
    "backoffice:add-document": OFFICER,
    "backoffice:document": OFFICER,
    "backoffice:open-proceeding": OFFICER,
    "backoffice:close-proceeding": OFFICER,
    "backoffice:dispute": OFFICER,
    "backoffice:dispute-report": OFFICER,
    "backoffice:dispute-close": OFFICER,
    "backoffice:proof": OFFICER,
    "backoffice:representations": OFFICER,
    "backoffice:end-representation": OFFICER,
    "backoffice:signal": OFFICER,
    "backoffice:signals": ANSWERS_SIGNALS,
    "backoffice:answer-signal": ANSWERS_SIGNALS,
    "backoffice:take-signal": ANSWERS_SIGNALS,
    # Only where one practises
    "backoffice:exercises": PRACTISES,
    "backoffice:exercise": PRACTISES,
    "backoffice:begin-exercise": PRACTISES,
    "backoffice:exercise-code": PRACTISES,
    "backoffice:tables": OFFICER,
    "backoffice:open-table": OFFICER,
    "backoffice:table": OFFICER,
    "backoffice:table-say": OFFICER,
    "backoffice:table-invite": OFFICER,
    "backoffice:table-propose": OFFICER,
    "backoffice:table-agree": OFFICER,
    "backoffice:table-done": OFFICER,
    "backoffice:table-coordinator": OFFICER,
    "backoffice:table-leave": OFFICER,
    "backoffice:table-close": OFFICER,
    # Colleagues, and what they did
    "backoffice:staff": DECIDES_ON_STAFF,
    "backoffice:invite": DECIDES_ON_STAFF,
    "backoffice:withdraw-invitation": DECIDES_ON_STAFF,
    "backoffice:close-account": DECIDES_ON_STAFF,
    "backoffice:open-account": DECIDES_ON_STAFF,
    "backoffice:renew-account": DECIDES_ON_STAFF,
    "backoffice:actions": AUDITOR,
    "backoffice:audit": AUDITOR,
    "backoffice:audit-list": AUDITOR,
    "backoffice:audit-export": AUDITOR,
    "backoffice:audit-assist": AUDITOR,
    "backoffice:audit-samples": AUDITOR,
    "backoffice:audit-draw": AUDITOR,
    "backoffice:audit-sample": AUDITOR,
    "backoffice:audit-review": AUDITOR,
    "backoffice:audit-danger": AUDITOR,
    "backoffice:findings": LEADS,
    "backoffice:finding": LEADS,
    "backoffice:catalogue": EDITOR,
    "backoffice:catalogue-service": EDITOR,
    "backoffice:connections": OPERATOR,
    "backoffice:replay": OPERATOR,
    "backoffice:replay-notice": OPERATOR,
    "backoffice:clients": OPERATOR,
    "backoffice:new-client": OPERATOR,
    "backoffice:revoke-client": OPERATOR,
    "backoffice:webhooks": OPERATOR,
    "backoffice:set-webhook": OPERATOR,
    "backoffice:remove-webhook": OPERATOR,
    "backoffice:retry-webhook": OPERATOR,
    # For machines; an agency shows the credential of its subscription, or the token of its program
    "api:notifications": ANYONE,
    "api:token": ANYONE,
    "api:openapi": ANYONE,
    "api:cases": ANYONE,
    "api:case": ANYONE,
    "api:intake": ANYONE,
    "api:statuses": ANYONE,
    "api:term": ANYONE,
    "api:questions": ANYONE,
    "api:messages": ANYONE,
    "api:documents": ANYONE,
    "api:document": ANYONE,
    "api:outcome": ANYONE,
    "api:hearings": ANYONE,
    "api:calls": ANYONE,
    "api:ending": ANYONE,
    "api:reopening": ANYONE,
    "api:forwarding": ANYONE,
    "api:message-forwarding": ANYONE,
    "api:report": ANYONE,
    "api:report-result": ANYONE,
    "health-live": ANYONE,
    "health-ready": ANYONE,
}


def who_may_enter(route: str) -> Who:
    """The entry of the table; NOBODY for a route without one."""
    return POLICY.get(route, NOBODY)
