"""What the helpdesk did, as the citizen reads it in the own log: which function, why, which pages."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portal.access.assist.trail import FOUND, IDENTITY, OVERVIEW
from portal.access.filing.verbs import PREFIX as FILING
from portal.cases.helpdesk.checking import QUESTIONED
from portal.cases.helpdesk.moments import SEEN
from portal.cases.helpdesk.together import SENT


def assisted_sentence(outcome: str) -> str:
    """The sentence of a line; its word is `assist-<what>:<more>` (`portal.access.assist.trail`).

    Of what staff wrote down it is `filing-<what>:<more>` (`portal.access.filing.verbs`).
    """
    what, *more = outcome.split(":")
    if what.startswith(FILING):
        return _written_down(what, more)
    match what, more:
        case "assist-begun", [reason, agreement]:
            said = _("Een medewerker van de helpdesk begon met meekijken. Waarom: %(why)s. %(how)s")
            return said % {"why": _why(reason), "how": _how(agreement)}
        case "assist-page", [route]:
            return _("Een medewerker van de helpdesk keek mee. De bladzijde was: %(page)s.") % {
                "page": _page(route)
            }
        case "assist-code", [way]:
            said = _(
                "De helpdesk liet u een code sturen, per %(way)s. Alleen wie u die code gaf, kon meekijken."
            )
            return said % {"way": _("sms") if way == "sms" else _("e-mail")}
        case "assist-danger", [step]:
            return _danger(step)
        case (("assist-allowed" | "assist-withdrawn"), [thing]):
            return _let(thing, on=what == "assist-allowed")
        case "assist-extended", _none:
            return _("Een medewerker van de helpdesk keek een kwartier langer mee. U gaf een nieuwe code.")
        case "assist-ended", [by]:
            return _ended(by)
        case _other:
            return _seen(outcome)


def _written_down(what: str, more: list[str]) -> str:
    match what, more:
        case "filing-begun", [channel, *_how_seen]:
            said = _("Een medewerker begon voor u iets in te vullen. Hoe u het vroeg: %(how)s.")
            return said % {"how": _channel(channel)}
        case "filing-page", [route]:
            return _("Een medewerker vulde voor u iets in. De bladzijde was: %(page)s.") % {
                "page": _page(route)
            }
        case "filing-sent", _channel_of:
            return _("Een medewerker verstuurde voor u wat u vroeg. U krijgt daarvan een brief.")
        case (("filing-answer" | "filing-message" | "filing-withdrawal" | "filing-change"), [channel]):
            said = _("Een medewerker schreef op wat u zei over wat er loopt. Hoe u het zei: %(how)s.")
            return said % {"how": _channel(channel)}
        case "filing-dispute", [channel]:
            said = _("Een medewerker schreef op wat volgens u niet klopt. Hoe u het zei: %(how)s.")
            return said % {"how": _channel(channel)}
        case "filing-objection", _channel_of:
            return _("Een medewerker nam uw bezwaar over van papier.")
        case "filing-open", _none:
            return _("Een medewerker opende de bladzijde om voor u iets in te vullen.")
        case "filing-form", _none:
            return _("Een medewerker drukte een formulier af dat u kunt ondertekenen.")
        case _other:
            return _("Een medewerker hielp u met invullen.")


def _channel(channel: str) -> str:
    return {
        "phone": _("per telefoon"),
        "desk": _("aan de balie"),
        "paper": _("op papier, met uw handtekening"),
    }.get(channel, _("zonder in te loggen"))


def _seen(outcome: str) -> str:
    return {
        FOUND: _("Een medewerker van de helpdesk zocht u op."),
        SENT: _("U verstuurde iets samen met een medewerker van de helpdesk, met een code."),
        IDENTITY: _("Een medewerker van de helpdesk zag aan de balie uw identiteitsbewijs."),
        SEEN: _("Een medewerker van de helpdesk las of schreef op wat u vroeg."),
        QUESTIONED: _("Een medewerker stelde u vragen, om te weten wie u bent."),
        OVERVIEW: _("Een medewerker van de helpdesk zag hoe uw aanvragen ervoor staan."),
    }.get(outcome, _("Een medewerker van de helpdesk hielp u."))


def _why(reason: str) -> str:
    return {
        "stuck": _("u kwam er niet uit"),
        "question": _("u vroeg hoe iets ervoor staat"),
        "filling-in": _("u wilde hulp bij het invullen"),
        "wrong": _("er ging iets mis in Levensloket"),
        "danger": _("iemand was in levensgevaar"),
    }.get(reason, _("u vroeg om hulp"))


def _how(agreement: str) -> str:
    return {
        "portal": _("U gaf een code uit Levensloket."),
        "sms": _("U gaf een code uit een sms."),
        "mail": _("U gaf een code uit een e-mail."),
        "danger": _("Dat was zonder code, omdat iemand in levensgevaar was."),
    }.get(agreement, "")


def _let(thing: str, *, on: bool) -> str:
    if thing == "fill":
        return (
            _("U liet een medewerker van de helpdesk met u invullen.")
            if on
            else _("U liet een medewerker van de helpdesk niet meer met u invullen.")
        )
    return (
        _("U liet een medewerker van de helpdesk uw berichten zien.")
        if on
        else _("U liet een medewerker van de helpdesk uw berichten niet meer zien.")
    )


def _danger(step: str) -> str:
    return {
        "asked": _("Een medewerker van de helpdesk vroeg om mee te kijken zonder code, om levensgevaar."),
        "read": _("Een leidinggevende van de helpdesk las waarom dat nodig zou zijn."),
        "confirmed": _("Een leidinggevende van de helpdesk vond dat dit mocht."),
        "refused": _("Een leidinggevende van de helpdesk vond dat dit niet mocht. Niemand keek mee."),
    }.get(step, _("Een medewerker van de helpdesk hielp u."))


def _ended(by: str) -> str:
    return {
        "citizen": _("U stopte het meekijken."),
        "staff": _("De medewerker van de helpdesk stopte met meekijken."),
        "logout": _("De medewerker van de helpdesk logde uit. Het meekijken stopte."),
    }.get(by, _("Het meekijken stopte: de medewerker mocht dit niet meer."))


def _page(route: str) -> str:
    return {
        "home": _("uw overzicht"),
        "inbox": _("uw berichten"),
        "cases": _("uw aanvragen"),
        "case": _("een aanvraag"),
        "receipt": _("een ontvangstbevestiging"),
        "task": _("een vraag aan u"),
        "messages": _("de berichten bij een aanvraag"),
        "late": _("wat u kunt doen als een organisatie te laat is"),
        "my-data": _("mijn gegevens"),
        "uses": _("wie kreeg mijn gegevens"),
        "lifeline": _("uw tijdlijn"),
        "plan": _("het plan van een levensgebeurtenis"),
        "facts": _("wat wij al weten"),
        "question": _("een vraag bij een levensgebeurtenis"),
        "change": _("wat er te veranderen is"),
        "withdraw": _("iets intrekken"),
        "dispute": _("zeggen dat iets niet klopt"),
        "dispute-sent": _("zeggen dat iets niet klopt"),
        "objection": _("bezwaar maken"),
        "review": _("de controle voor het versturen"),
        "event": _("een levensgebeurtenis"),
        "contact": _("praat met een medewerker"),
        "events": _("alle levensgebeurtenissen"),
    }.get(route, _("een andere bladzijde"))
