"""How the secrets of agencies' programs are kept."""

from __future__ import annotations

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class ClientSecretHasher(PBKDF2PasswordHasher):
    """Few rounds: we make these secrets ourselves, long and random, and each new token checks one.

    Passwords of people are kept by `portal.people.staff.passwords.OwaspArgon2`.
    """

    algorithm = "pbkdf2_sha256_few"
    iterations = 1000
