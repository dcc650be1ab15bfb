"""The register of processing activities (AVG 30(1)), read off the catalogue: nobody keeps it by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lifeevents.model import Activity, AgencyByKind, AnyAgency, Article, Catalogue, Service


@dataclass(frozen=True, slots=True)
class Processing:
    """One activity, and what it is part of.

    `recipients` are names of agencies, or "a municipality" where the answers choose one; `others` are the
    fields that hold somebody else too, `typed` the questions, `sensitive` the kinds of answers that are so.
    """

    activity: Activity
    recipients: tuple[str, ...]
    services: tuple[str, ...]
    fields: tuple[str, ...]
    typed: tuple[str, ...]
    others: tuple[str, ...]
    sensitive: tuple[str, ...]


def processing_register(catalogue: Catalogue) -> tuple[Processing, ...]:
    """Every activity of the catalogue, by id: of services, then of corrections, then our own."""
    services = {one.activity.id: one for one in catalogue.services.values()}
    of_services = [_of_service(catalogue, services[name]) for name in sorted(services)]
    of_corrections = {
        one.activity.id: Processing(
            activity=one.activity,
            recipients=(one.holder.en, "every agency that has the value"),
            services=(),
            fields=tuple(sorted(f.name for f in catalogue.fields.values() if f.source == one.source)),
            typed=("what should be there, why, and a proof",),
            others=(),
            sensitive=(),
        )
        for one in catalogue.corrections.values()
    }
    own = [_own(catalogue, catalogue.activities[name]) for name in sorted(catalogue.activities)]
    return (*of_services, *(of_corrections[name] for name in sorted(of_corrections)), *own)


def as_markdown(register: tuple[Processing, ...]) -> str:
    """The register as a chapter of a document, an activity a section."""
    return "\n".join(line for one in register for line in _section(one)).rstrip() + "\n"


def _own(catalogue: Catalogue, activity: Activity) -> Processing:
    """What the portal does for itself: it goes to nobody else."""
    fields = [catalogue.fields[name] for name in activity.fields if name in catalogue.fields]
    return Processing(
        activity=activity,
        recipients=("nobody else: the portal itself",),
        services=(),
        fields=tuple(field.name for field in fields),
        typed=("nothing",),
        others=tuple(field.name for field in fields if field.persons),
        sensitive=(),
    )


def _of_service(catalogue: Catalogue, service: Service) -> Processing:
    fields = [catalogue.fields[name] for name in service.activity.fields if name in catalogue.fields]
    questions = [(group, question) for group in service.ask for question in group.questions]
    sensitive = {question.sensitive or group.sensitive for group, question in questions} - {None}
    return Processing(
        activity=service.activity,
        recipients=(_recipient(catalogue, service),),
        services=(service.title.en,),
        fields=tuple(field.name for field in fields),
        typed=tuple(question.id for _, question in questions),
        others=tuple(field.name for field in fields if field.persons),
        sensitive=tuple(sorted(str(kind) for kind in sensitive)),
    )


def _recipient(catalogue: Catalogue, service: Service) -> str:
    if isinstance(service.agency, AgencyByKind):
        return f"an agency of the kind {service.agency.kind}, chosen by `{service.agency.by}`"
    if isinstance(service.agency, AnyAgency):
        return (
            "the agency complained about"
            if service.kind == "complaint"
            else "the agency that another one sends it on to"
        )
    return catalogue.agencies[service.agency].name


def _section(one: Processing) -> Iterator[str]:
    activity = one.activity
    yield f"### {activity.purpose.en}"
    yield ""
    yield f"`{activity.id}` · {activity.purpose.nl}"
    yield ""
    yield "| | |"
    yield "|---|---|"
    yield f"| Ground (AVG 6(1)(e), a task in law) | {_article(activity.ground)} |"
    if one.services:
        yield f"| Service | {', '.join(one.services)} |"
    yield f"| Goes to | {'; '.join(one.recipients)} |"
    yield f"| From registers | {_codes(one.fields)} |"
    yield f"| From the citizen | {_codes(one.typed) if one.services else ', '.join(one.typed)} |"
    yield f"| About | {_about(one)} |"
    yield f"| Special or sensitive kinds | {', '.join(one.sensitive) or 'none is asked for'} |"
    kept = f"{activity.retention_days} days after its end (class `{activity.retention}`)"
    yield f"| The portal's copy | {kept} |"
    if activity.confidential:
        yield f"| Kept from the citizen's own log | {_article(activity.confidential)} |"
    yield ""


def _about(one: Processing) -> str:
    asks = "the person who asks"
    return f"{asks}; partner, children or parents in {_codes(one.others)}" if one.others else asks


def _article(article: Article) -> str:
    return article.name if article.verified else f"{article.name} (not read in the law text yet)"


def _codes(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "nothing"
