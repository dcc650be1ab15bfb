"""Settings of the sandbox, from the environment. It knows nothing of the portal but its address.

`README.md` lists the variables. What is a secret has no default: without it the sandbox refuses.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF

env = environ.Env()

SECRET_KEY: str = env("SANDBOX_SECRET_KEY", default="")
DEBUG = False

SANDBOX_URL: str = env("SANDBOX_URL", default="http://127.0.0.1:8001").rstrip("/")
PORTAL_URL: str = env("PORTAL_URL", default="http://localhost:8000").rstrip("/")
SANDBOX_PERSONS: str = env("SANDBOX_PERSONS", default="")
SANDBOX_SLOW_SECONDS: float = env.float("SANDBOX_SLOW_SECONDS", default=12.0)
BAG_API_KEY: str = env("BAG_API_KEY", default="")
BRP_API_KEY: str = env("BRP_API_KEY", default="")
REGISTERS_API_KEY: str = env("REGISTERS_API_KEY", default="")
ZGW_CLIENT_ID: str = env("ZGW_CLIENT_ID", default="levensloket")
ZGW_SECRET: str = env("ZGW_SECRET", default="")
INTAKE_SECRET: str = env("INTAKE_SECRET", default="")
OIDC_CITIZEN_CLIENT_ID: str = env("OIDC_CITIZEN_CLIENT_ID", default="levensloket")
OIDC_CITIZEN_CLIENT_SECRET: str = env("OIDC_CITIZEN_CLIENT_SECRET", default="")
OIDC_STAFF_CLIENT_ID: str = env("OIDC_STAFF_CLIENT_ID", default="levensloket-medewerkers")
OIDC_STAFF_CLIENT_SECRET: str = env("OIDC_STAFF_CLIENT_SECRET", default="")
_now: str = env("PORTAL_NOW", default="")
PORTAL_NOW: date | None = date.fromisoformat(_now[:10]) if _now else None

ALLOWED_HOSTS = sorted({urlsplit(SANDBOX_URL).hostname or "127.0.0.1", "127.0.0.1", "localhost"})
ROOT_URLCONF = "connectors.sandbox.urls"
WSGI_APPLICATION = "connectors.sandbox.wsgi.application"
AUTH_USER_MODEL = "sandbox.Account"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "account_login"
PASSWORD_HASHERS = ["connectors.sandbox.identity.hashers.ClientSecretHasher"]

INSTALLED_APPS = [
    "connectors.sandbox",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.idp.oidc",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "connectors.sandbox.pages.addresses",
            ]
        },
    }
]

_database: dict[str, Any] = env.db_url("SANDBOX_DATABASE_URL", default="postgresql://127.0.0.1/sandbox")
DATABASES = {"default": {**_database, "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}}

# allauth.idp keeps authorization codes in the cache, so all workers must share one.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": env("SANDBOX_CACHE_URL", default="redis://127.0.0.1:6379/2"),
        "KEY_PREFIX": "zandbak",
    }
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 40_000_000  # a document of 25 MB as base64

LANGUAGE_CODE = "nl"
TIME_ZONE = "Europe/Amsterdam"
USE_TZ = True

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # a handful of small files: nothing to collect

# Names of their own, because all ports of one host share their cookies.
SESSION_COOKIE_NAME = "zandbak_session"
CSRF_COOKIE_NAME = "zandbak_csrf"
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 600  # longer than a login takes; no login outlives its redirect anyway

SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "img-src": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        # Chromium holds the redirects after a form post to form-action: the login ends at the portal.
        "form-action": [SELF, PORTAL_URL],
    }
}

ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
IDP_OIDC_ADAPTER = "connectors.sandbox.identity.adapter.SandboxAdapter"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
