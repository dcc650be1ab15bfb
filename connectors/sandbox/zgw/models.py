"""What a back office keeps: cases with what belongs to them, documents, decisions, and who wants to hear.

Types are kept by their key in the catalogue, never by URL, so that the data outlive a change of port.
"""

from __future__ import annotations

import uuid

from django.db import models

FILED = ("zaken", "rollen", "zaakeigenschappen", "statussen")
"""What a portal files of every request: counted also where there is none."""

PAPERS = ("enkelvoudiginformatieobjecten", "zaakinformatieobjecten")
"""What it adds where there are documents: counted where there is one."""

PARTS = ("bestandsdelen", "unlock")
"""The calls for a document that goes in parts."""

STEPS = (*FILED, *PAPERS, *PARTS)
"""Where a fault can be set."""


class Zaak(models.Model):
    """A case. `content` holds the fields that were sent and mean nothing to the sandbox."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.CharField(max_length=60)
    identificatie = models.CharField(max_length=40)
    bronorganisatie = models.CharField(max_length=9)
    zaaktype = models.UUIDField()
    einddatum = models.DateField(null=True)
    content = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-created_at", "uuid")
        constraints = (
            models.UniqueConstraint(
                fields=("agency", "bronorganisatie", "identificatie"), name="one_zaak_a_reference"
            ),
        )

    def __str__(self) -> str:
        return self.identificatie


class Rol(models.Model):
    """Who has to do with a case. `content` as for a case; it holds the BSN."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    zaak = models.ForeignKey(Zaak, on_delete=models.CASCADE, related_name="rollen")
    roltype = models.UUIDField()
    content = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("created_at", "uuid")

    def __str__(self) -> str:
        return str(self.uuid)


class ZaakEigenschap(models.Model):
    """One value of what was filed. The standard allows a second one of the same kind."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    zaak = models.ForeignKey(Zaak, on_delete=models.CASCADE, related_name="zaakeigenschappen")
    eigenschap = models.UUIDField()
    waarde = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("created_at", "uuid")

    def __str__(self) -> str:
        return str(self.uuid)


class Status(models.Model):
    """A step of a case; that with the latest `set_at` is where it stands."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    zaak = models.ForeignKey(Zaak, on_delete=models.CASCADE, related_name="statussen")
    statustype = models.UUIDField()
    set_at = models.DateTimeField()
    toelichting = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ("-set_at", "uuid")
        constraints = (models.UniqueConstraint(fields=("zaak", "set_at"), name="one_status_a_moment"),)

    def __str__(self) -> str:
        return str(self.uuid)


class Resultaat(models.Model):
    """What came of a case: at most one."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    zaak = models.OneToOneField(Zaak, on_delete=models.CASCADE, related_name="resultaat")
    resultaattype = models.UUIDField()
    toelichting = models.CharField(max_length=1000, blank=True)

    def __str__(self) -> str:
        return str(self.uuid)


class Abonnement(models.Model):
    """Who is told of changes, where, and with which Authorization header. `kanalen` as it was sent."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.CharField(max_length=60)
    callback_url = models.CharField(max_length=1000)
    auth = models.CharField(max_length=1000)
    kanalen = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("created_at", "uuid")

    def __str__(self) -> str:
        return self.callback_url


class Informatieobject(models.Model):
    """A document with its content. `fields` holds what was sent about it and means nothing to the sandbox."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.CharField(max_length=60)
    identificatie = models.CharField(max_length=40)
    bronorganisatie = models.CharField(max_length=9)
    informatieobjecttype = models.UUIDField()
    fields = models.JSONField()
    content = models.BinaryField()
    # Of one that goes in parts: how large it will be. The lock is "" where nobody has it.
    size = models.PositiveIntegerField(null=True)
    lock = models.CharField(max_length=100, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("created_at", "uuid")
        constraints = (
            models.UniqueConstraint(
                fields=("agency", "bronorganisatie", "identificatie"), name="one_document_a_reference"
            ),
        )

    def __str__(self) -> str:
        return self.identificatie


class Bestandsdeel(models.Model):
    """A part of a document that did not come in one piece; `content` is null until it is there."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    document = models.ForeignKey(Informatieobject, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    content = models.BinaryField(null=True)

    class Meta:
        ordering = ("number",)

    def __str__(self) -> str:
        return f"{self.document_id} {self.number}"


class ZaakInformatieobject(models.Model):
    """A document is in the file of a case."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    zaak = models.ForeignKey(Zaak, on_delete=models.CASCADE, related_name="zaakinformatieobjecten")
    informatieobject = models.ForeignKey(Informatieobject, on_delete=models.CASCADE, related_name="zaken")
    titel = models.CharField(max_length=200, blank=True)
    beschrijving = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("created_at", "uuid")
        constraints = (
            models.UniqueConstraint(fields=("zaak", "informatieobject"), name="one_link_a_document"),
        )

    def __str__(self) -> str:
        return str(self.uuid)


class Besluit(models.Model):
    """A decision on a case. `fields` as for a document."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    zaak = models.ForeignKey(Zaak, on_delete=models.CASCADE, related_name="besluiten")
    identificatie = models.CharField(max_length=50)
    besluittype = models.UUIDField()
    fields = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("created_at", "uuid")

    def __str__(self) -> str:
        return self.identificatie


class BesluitInformatieobject(models.Model):
    """A document says what was decided."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    besluit = models.ForeignKey(Besluit, on_delete=models.CASCADE, related_name="informatieobjecten")
    informatieobject = models.ForeignKey(Informatieobject, on_delete=models.CASCADE, related_name="besluiten")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("created_at", "uuid")
        constraints = (
            models.UniqueConstraint(fields=("besluit", "informatieobject"), name="one_letter_a_decision"),
        )

    def __str__(self) -> str:
        return str(self.uuid)
