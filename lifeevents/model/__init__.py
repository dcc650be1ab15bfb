"""What the catalogue holds: frozen dataclasses, one set for files, code and storage.

Every class is a pydantic dataclass: unknown keys are refused, and an instance cannot be
changed. `lifeevents.catalogue` reads them from YAML; `dump`/`load` turn a resolved service
into JSON and back, so that a journey keeps the definitions it was started with.
"""

from lifeevents.legal import Article, Term, Text
from lifeevents.model.agency import Agency, Contact
from lifeevents.model.event import Also, Correction, Guidance, LifeEvent, Proposal
from lifeevents.model.field import Derived, FieldDefinition, Persons, Shown
from lifeevents.model.names import LEVELS, FieldName, Key, Level, Sensitive, Slug
from lifeevents.model.question import Choice, Question, QuestionGroup
from lifeevents.model.service import (
    Activity,
    After,
    AgencyByKind,
    AloneFrom,
    AnyAgency,
    CitizenTerm,
    FirstReport,
    Service,
    When,
    Words,
    Zgw,
)
from lifeevents.model.whole import Catalogue, dump, load

__all__ = [
    "LEVELS",
    "Activity",
    "After",
    "Agency",
    "AgencyByKind",
    "AloneFrom",
    "Also",
    "AnyAgency",
    "Article",
    "Catalogue",
    "Choice",
    "CitizenTerm",
    "Contact",
    "Correction",
    "Derived",
    "FieldDefinition",
    "FieldName",
    "FirstReport",
    "Guidance",
    "Key",
    "Level",
    "LifeEvent",
    "Persons",
    "Proposal",
    "Question",
    "QuestionGroup",
    "Sensitive",
    "Service",
    "Shown",
    "Slug",
    "Term",
    "Text",
    "When",
    "Words",
    "Zgw",
    "dump",
    "load",
]
