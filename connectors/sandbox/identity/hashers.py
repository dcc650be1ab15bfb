"""How the secrets of the two clients are kept."""

from __future__ import annotations

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class ClientSecretHasher(PBKDF2PasswordHasher):
    """Few rounds: a client secret is long and random, and it is checked at every login."""

    algorithm = "pbkdf2_sha256_few"
    iterations = 1000
