"""Who was let in as an agency's program, by whom, and until when."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class ApiClient(models.Model):
    """A program of one agency that may call our API. The row stays after it is revoked.

    Its secret (hashed) and its tokens (hashed) are kept by `allauth.idp.oidc`, under the same id, and
    are gone with the revocation.
    """

    id = models.CharField(primary_key=True, max_length=40)
    # Catalogue ids.
    agency = models.CharField(max_length=60)
    services = models.JSONField()
    may_write = models.BooleanField()
    name = models.CharField(max_length=100)
    issued_at = models.DateTimeField(default=timezone.now)
    # Nobody: made by a command.
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="clients_issued"
    )
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="clients_revoked"
    )

    def __str__(self) -> str:
        return self.id
