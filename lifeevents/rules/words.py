"""What a rule says to the citizen: sentences in Dutch or English, and the question that decides most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from lifeevents.rules.evaluation import Amount, Outcome, Reason, evaluate
from lifeevents.rules.later import Later
from lifeevents.rules.model import Fact, Rule

_PER = {
    "nl": {"month": "per maand", "quarter": "per kwartaal", "year": "per jaar", "once": "in één keer"},
    "en": {"month": "a month", "quarter": "a quarter", "year": "a year", "once": "at once"},
}
_AND = {"nl": " en ", "en": " and "}
_MONTHS = {
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "en": "January February March April May June July August September October November December",
}


def sentences(outcome: Outcome, language: str = "nl", *, later: Later | None = None) -> list[str]:
    """The verdict with its reasons and articles, the indicative amount with its year, and who decides.

    `later` is from when a no is none any more.
    """
    lang = "en" if language.split("-")[0] == "en" else "nl"
    text = outcome.rule.text
    lines = [_verdict(outcome, lang)]
    if later is not None:
        lines.append(_later(later, lang))
    if outcome.amount is not None:
        lines.append(_amount(outcome.amount, lang))
        if text.amount is not None and text.amount.note is not None:
            lines.append(text.amount.note.in_language(lang))
    if outcome.beyond:
        lines.append("You can still apply." if lang == "en" else "U kunt het wel aanvragen.")
    elif text.limits is not None:
        lines.append(text.limits.in_language(lang))
    decides = text.decides.in_language(lang)
    lines.append(f"{decides} decides." if lang == "en" else f"{decides} beslist.")
    return lines


def _verdict(outcome: Outcome, lang: str) -> str:
    title = outcome.rule.text.title.in_language(lang)
    why = in_a_row([_reason(one, lang) for one in outcome.reasons], lang)
    if outcome.verdict is None:
        return _unknown(outcome, title, lang)
    if lang == "en":
        begin = "You can probably get" if outcome.verdict else "You probably cannot get"
        return f"{begin} {title}, because {why}." if why else f"{begin} {title}."
    begin = f"U kunt waarschijnlijk {'' if outcome.verdict else 'geen '}{title} krijgen"
    return f"{begin}, want {why}." if why else f"{begin}."


def _unknown(outcome: Outcome, title: str, lang: str) -> str:
    if outcome.gaps and not outcome.missing:
        if lang == "en":
            return f"We cannot say whether you can get {title}: we lack the figures or the law of that day."
        return (
            f"Wij kunnen niet zeggen of u {title} kunt krijgen: wij missen de cijfers of de wet van die dag."
        )
    if outcome.beyond:
        why = in_a_row([_reason(one, lang) for one in outcome.beyond], lang)
        if lang == "en":
            return f"We cannot work out whether you can get {title}, or how much, because {why}."
        return f"Wij kunnen niet uitrekenen of u {title} kunt krijgen en hoeveel, want {why}."
    many = len(outcome.missing)
    if lang == "en":
        missing = "1 fact is missing" if many == 1 else f"{many} facts are missing"
        return f"We cannot say yet whether you can get {title}: {missing}."
    missing = "1 gegeven ontbreekt" if many == 1 else f"{many} gegevens ontbreken"
    return f"Wij kunnen nog niet zeggen of u {title} kunt krijgen: {missing}."


def in_a_row(pieces: Sequence[str], language: str) -> str:
    """Pieces of a sentence with commas, and "en" before the last one."""
    before, last = pieces[:-1], pieces[-1:]
    lang = "en" if language.split("-")[0] == "en" else "nl"
    return _AND[lang].join([", ".join(before), *last] if before else last)


def _later(later: Later, lang: str) -> str:
    day = f"{later.day.day} {_MONTHS[lang].split()[later.day.month - 1]} {later.day.year}"
    if lang == "en":
        return f"From {day} you can {'probably' if later.sure else 'perhaps'} get it."
    return f"Vanaf {day} kunt u het {'waarschijnlijk' if later.sure else 'misschien'} wel krijgen."


def _reason(reason: Reason, lang: str) -> str:
    return f"{reason.text.in_language(lang)} ({reason.article})"


def _amount(amount: Amount, lang: str) -> str:
    euros = _euros(amount.euros, lang)
    year = ""
    if amount.year is not None:
        year = f", figures of {amount.year}" if lang == "en" else f", cijfers van {amount.year}"
    about = "That is probably about" if lang == "en" else "Dat is waarschijnlijk ongeveer"
    return f"{about} {euros} {_PER[lang][amount.per]} ({amount.article}{year})."


def _euros(amount: Decimal, lang: str) -> str:
    plain = f"{amount:,.2f}"
    return f"€{plain}" if lang == "en" else "€ " + plain.translate(str.maketrans(",.", ".,"))


def next_question(rule: Rule, known: Mapping[str, Any], *, on: date) -> str | None:
    """The missing fact whose answer is likeliest to decide the rule; None where nothing need be asked.

    Every missing fact is tried with a few answers that it may have; what decides in most of them is asked
    first, then what leaves the fewest facts open, then what comes first in the rule. An item of a list reads
    as `<list>.<item>`: it is missing in at least one item.
    """
    now = evaluate(rule, known, on=on)
    if now.verdict is not None:
        return now.amount_missing[0] if now.amount_missing else None
    ranked = [(_score(rule, known, name, on), -i, name) for i, name in enumerate(now.missing)]
    return max(ranked)[2] if ranked else None


def _score(rule: Rule, known: Mapping[str, Any], name: str, on: date) -> tuple[float, float]:
    """The share of the answers that decide, and how few facts the others leave open on average."""
    tried = [evaluate(rule, _with(known, name, value), on=on) for value in _samples(rule, name, on)]
    if not tried:
        return 0.0, 0.0
    decided = sum(one.verdict is not None for one in tried) / len(tried)
    return decided, -sum(len(one.missing) for one in tried) / len(tried)


def _with(known: Mapping[str, Any], name: str, value: Any) -> dict[str, Any]:
    outer, _, inner = name.partition(".")
    if not inner:
        return {**known, name: value}
    items = [{inner: value, **{k: v for k, v in item.items() if v is not None}} for item in known[outer]]
    return {**known, outer: items}


def _samples(rule: Rule, name: str, on: date) -> list[Any]:
    fact: Fact = rule.fact(name)
    match fact.kind:
        case "yes_no":
            return [True, False]
        case "choice":
            return list(fact.words)
        case "date":
            return [date(on.year - years, 1, 1) for years in (1, 10, 17, 25, 45, 70)]
        case "list":
            return [[], [{}]]
    return ["0", "10", "40", "2000", "20000", "50000", "200000"]
