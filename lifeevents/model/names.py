"""The names and words that the parts of the catalogue are made of."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

ServiceKind = Literal["application", "notification", "deed", "complaint"]
OutcomeKind = Literal["deed", "registration", "decision", "private", "finding"]
Remedy = Literal["objection", "appeal", "administrative-appeal", "court", "none"]
HeardPhase = Literal["arrived", "handled", "needs_you", "decided"]
OutcomeResult = Literal["granted", "partly", "refused"]
Level = Literal["basis", "midden", "substantieel", "hoog"]
Sensitive = Literal["health", "debt", "violence", "belief", "origin", "intimacy", "crime"]
"""Kinds of answers that are never offered again: those of AVG 9 and 10, debt and violence."""
ShownKind = Literal["text", "number", "euro", "date", "month", "yes_no", "choice"]
QuestionKind = Literal[
    "text", "long_text", "date", "time", "choice", "yes_no", "municipality", "iban", "address", "document"
]
GuidanceKind = Literal["automatic", "elsewhere", "information"]
DerivedTest = Literal["at_least_years", "present", "among"]

Eigenschap = Annotated[str, Field(pattern=r"\S", max_length=20)]
"""The name of an eigenschap; a ZGW catalogue allows twenty characters."""
Pointer = Annotated[str, Field(pattern=r"^(/[^/]+)+$")]
"""A JSON pointer (RFC 6901) that points somewhere."""
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]
"""A name for addresses and files: `kind-krijgen`."""
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$", max_length=60)]
"""A name for answers: `birth_place`."""
FieldName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$", max_length=60)]
"""The name of a field: `brp.name`."""

LEVELS: tuple[Level, ...] = ("basis", "midden", "substantieel", "hoog")
"""Levels of assurance, lowest first."""
