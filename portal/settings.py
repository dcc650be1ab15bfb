"""All settings, driven by the environment. `docs/settings.md` lists the variables."""

from __future__ import annotations

import base64
from datetime import date, timedelta
from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from portal.login_settings import providers_of, saml_is_on, sites_of
from portal.logs import configure_structlog, logging_config

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="only-for-commands-that-need-no-secret" if DEBUG else "")
SITE_URL = env.str("SITE_URL", default="http://localhost:8000")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost"])
# A place to practise, with invented people and the sandbox as the other side (`portal.practice`).
PRACTICE = env.bool("PRACTICE", default=False)
SANDBOX_URL = env.str("SANDBOX_URL", default="http://127.0.0.1:8001").rstrip("/")
# Where staff of this portal can practise; "" where there is no such place.
PRACTICE_URL = env.str("PRACTICE_URL", default="").rstrip("/")

# --- Keys, log and connectors -------------------------------------------------------------------
MASTER_KEYS = [base64.b64decode(key) for key in env.list("MASTER_KEYS", default=[])]
HMAC_KEY = base64.b64decode(env.str("HMAC_KEY", default=""))
LOG_SIGNING_KEY = env.str("LOG_SIGNING_KEY", default="", multiline=True)
LOG_HEADS_FOLDER = env.str("LOG_HEADS_FOLDER", default="")
LOG_HEADS_SECONDS = env.int("LOG_HEADS_SECONDS", default=600)
# "" for the catalogue of this repository; in the demo what changes on disk is read while the portal runs.
CATALOGUE_FOLDER = env.str("CATALOGUE_FOLDER", default="")
CATALOGUE_RELOAD = env.bool("CATALOGUE_RELOAD", default=False)
CONNECTORS_CONFIG = env.str("CONNECTORS_CONFIG", default="")
PORTAL_NOW = date.fromisoformat(value) if (value := env.str("PORTAL_NOW", default="")) else None

# --- Applications -------------------------------------------------------------------------------
INSTALLED_APPS = [
    "portal",
    "portal.local",
    "portal.people",
    "portal.ledger",
    "portal.access",
    "portal.cases",
    "portal.practice",
    "portal.citizen",
    "portal.backoffice",
    "portal.helpdesk",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "csp",
    "rest_framework",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "allauth.mfa",
    "allauth.idp.oidc",
]
if saml_is_on(env):
    INSTALLED_APPS.append("allauth.socialaccount.providers.saml")

MIDDLEWARE = [
    # Outside all others: nothing leaves a place to practise without its mark. Elsewhere it is not used.
    "portal.practice_mark.PracticeMiddleware",
    # What adds headers comes before what may answer by itself: a file, a redirect, a refusal.
    "portal.access.headers.HeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    # Pages go packed over a telephone's line. What could be guessed from their length (BREACH) is hidden by
    # the random length that it adds, and by CSRF tokens that differ each time.
    "portal.compression.PagesMiddleware",
    "portal.api.middleware.ApiVersionMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.people.middleware.SessionTermMiddleware",
    "portal.access.middleware.AccessMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            # Quicker ones in place of Django's own `date` and `url`.
            "builtins": ["portal.templatetags.quick"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.page",
            ],
        },
    }
]

# --- Data ---------------------------------------------------------------------------------------
DATABASES = {"default": env.db_url("DATABASE_URL", default="postgresql:///portal")}
# Kept connections: a new one for each request costs more than five times the throughput.
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# Not behind a pooler that hands each transaction another connection.
DATABASE_PREPARES = env.bool("DATABASE_PREPARES", default=True)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    # One that hangs holds up no page for long: it is a cache that does not answer, and nothing is lost.
    "default": {
        **env.cache_url("CACHE_URL", default="redis://127.0.0.1:6379/1"),
        "OPTIONS": {"socket_connect_timeout": 5, "socket_timeout": 5},
    },
    # Parts of pages that are the same for everybody, by all that they show; they stay in the process.
    "template_fragments": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "TIMEOUT": None},
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"

# --- Work in the background: the broker is only a doorbell --------------------------------------
CELERY_BROKER_URL = env.str("BROKER_URL", default="redis://127.0.0.1:6379/0")

RECONCILE_SECONDS = env.int("RECONCILE_SECONDS", default=300)
# How often the register of events is asked for a citizen who turned proposals on.
PROPOSALS_SECONDS = env.int("PROPOSALS_SECONDS", default=21_600)
UNDO_SECONDS = env.int("UNDO_SECONDS", default=60)

# --- Who you are --------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["portal.people.backend.OidcBackend"]
LOGIN_URL = "people:login"
LOGIN_REDIRECT_URL = "/"
LOGIN_HOME = {
    "citizen": "/",
    "officer": "/medewerker/",
    "lead": "/medewerker/",
    "helpdesk": "/helpdesk/",
    "helpdesk-lead": "/helpdesk/",
    "editor": "/medewerker/catalogus/",
    "operator": "/medewerker/koppelingen/",
    "auditor": "/medewerker/controle/",
}
LOGOUT_REDIRECT_URL = "/"
# Where "Snel weg" leads: a page on which anybody may be seen.
QUICK_EXIT_URL = env.str("QUICK_EXIT_URL", default="https://www.knmi.nl/")
ACCOUNT_ADAPTER = "portal.access.login.CheckedAccountAdapter"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*"]
SOCIALACCOUNT_ADAPTER = "portal.access.login.CheckedSocialAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {"provider_class": "portal.people.oidc.OidcProvider"},
    "saml": {"provider_class": "portal.people.saml.provider.SamlProvider"},
}
LOGIN_PROVIDERS = providers_of(env, site_url=SITE_URL)

# Staff with an account of our own: the first is how passwords are kept, the second is for programs (below).
PASSWORD_HASHERS = [
    "portal.people.staff.passwords.OwaspArgon2",
    "portal.access.hashers.ClientSecretHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "portal.people.staff.passwords.LongEnough"},
    {"NAME": "portal.people.staff.passwords.NotCommon"},
]
MFA_ADAPTER = "portal.people.staff.second_step.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
# A clock that is half a minute off is common; a code still works once only.
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODE_DIGITS = 10

# Never on the disk as it is, whatever its size.
FILE_UPLOAD_HANDLERS = ["portal.citizen.uploads.InMemoryHandler"]
# host:port, or the path of a socket; "" where no scanner for viruses runs.
CLAMD_ADDRESS = env.str("CLAMD_ADDRESS", default="")

# --- Telling citizens that there is news --------------------------------------------------------
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
# Without one, an operator hands an invitation over by another way.
CAN_MAIL = bool(env.str("EMAIL_URL", default=""))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("MAIL_FROM", default="levensloket@levensloket.example")
# "" where nobody hears of mail that comes back later; see docs/settings.md.
MAIL_BOUNCES_TO = env.str("MAIL_BOUNCES_TO", default="")
SMS_URL = env.str("SMS_URL", default="console:")
SMS_API_KEY, SMS_TEMPLATE = env.str("SMS_API_KEY", default=""), env.str("SMS_TEMPLATE", default="")
# From which hour until which no mail or SMS goes; the same hour twice: any hour will do.
NOTICE_QUIET_HOURS = env.tuple("NOTICE_QUIET_HOURS", default=(21, 8), cast=int)
# So long news is gathered, so that what comes together is one mail.
NOTICE_GATHER = timedelta(seconds=env.int("NOTICE_GATHER_SECONDS", default=600))

# --- A person at any point ----------------------------------------------------------------------
# From which hour until which the helpdesk calls back on working days, and how many calls fit in an hour.
HELPDESK_HOURS = env.tuple("HELPDESK_HOURS", default=(8, 20), cast=int)
HELPDESK_CALLS_AN_HOUR = env.int("HELPDESK_CALLS_AN_HOUR", default=6)

# --- Agencies' programs -------------------------------------------------------------------------
IDP_OIDC_ACCESS_TOKEN_EXPIRES_IN = 15 * 60
IDP_OIDC_AUTH_METHODS = ["client_secret_basic", "client_secret_post"]

# --- Safety in the browser ----------------------------------------------------------------------
SECURE = env.bool("SECURE", default=True)
# A passkey is bound to https, except for a developer's own localhost.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
# Behind one proxy the last address of X-Forwarded-For is the caller's; without one nobody may say it.
PROXIES = ALLAUTH_TRUSTED_PROXY_COUNT = 1 if SECURE else 0
SESSION_COOKIE_NAME = "__Host-levensloket" if SECURE else "levensloket"
CSRF_COOKIE_NAME = "__Host-levensloket-csrf" if SECURE else "levensloket-csrf"
LANGUAGE_COOKIE_NAME = "__Host-levensloket-taal" if SECURE else "levensloket-taal"
MESSAGE_STORAGE = "portal.access.messages.MessageStorage"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
# Lax and not Strict: the return from the identity provider must bring the session along.
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
# `portal.people.sessions` ends a session sooner: this is only how long its row is kept.
SESSION_COOKIE_AGE = 2 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_REFERRER_POLICY = "same-origin"  # "no-referrer" breaks Django's CSRF check over https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_REDIRECT_EXEMPT = [r"^health/"]
X_FRAME_OPTIONS = "DENY"
WHITENOISE_ALLOW_ALL_ORIGINS = False
SECURITY_CONTACTS = env.list("SECURITY_CONTACTS", default=["mailto:security@levensloket.example"])
CSRF_FAILURE_VIEW = "portal.errors.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        # A nonce and not our own address: a file that somebody uploads is no script of ours.
        "script-src": [NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        # Logging in and "Snel weg" redirect to another site, and browsers hold redirects to this list.
        "form-action": [SELF, *sites_of(LOGIN_PROVIDERS), QUICK_EXIT_URL],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}

# --- Words, dates, files ------------------------------------------------------------------------
LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", _("Nederlands")), ("en", _("Engels"))]
LOCALE_PATHS = [BASE_DIR / "portal" / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = "Europe/Amsterdam"
FORMAT_MODULE_PATH = ["portal.formats"]
STATIC_URL = "/static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=str(BASE_DIR / "static_root"))
STATICFILES_DIRS = [BASE_DIR / "portal" / "static"]
REST_FRAMEWORK = {
    "UNAUTHENTICATED_USER": None,
    "EXCEPTION_HANDLER": "portal.api.problems.problem_of",
    "DEFAULT_SCHEMA_CLASS": "portal.api.schema.Described",
    "NUM_PROXIES": PROXIES,
    "DEFAULT_THROTTLE_RATES": {
        "token": env.str("API_TOKEN_RATE", default="30/min"),
        "program": env.str("API_RATE", default="600/min"),
    },
}
SPECTACULAR_SETTINGS = {
    "OAS_VERSION": "3.0.3",  # API Design Rules 2.1 want 3.0
    "TITLE": "Levensloket for agencies",
    "DESCRIPTION": "Cases of your own agency: fetch them, say where they stand, conclude them.",
    "VERSION": "1.0.0",
    "LICENSE": {"name": "EUPL-1.2", "url": "https://eupl.eu/1.2/en/"},
    "CONTACT": {
        "name": "Levensloket",
        "url": SITE_URL,
        "email": env.str("API_CONTACT_EMAIL", default="api@levensloket.example"),
    },
    "SERVERS": [{"url": f"{SITE_URL}/api/v1"}],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SCHEMA_PATH_PREFIX_TRIM": True,
    "TAGS": [{"name": "cases", "description": "Requests of citizens to your agency."}],
    "POSTPROCESSING_HOOKS": ["portal.api.schema.add_house_rules"],
    "PREPROCESSING_HOOKS": ["portal.api.schema.only_agencies"],
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": env.str(
            "STATICFILES_STORAGE", default="whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}

# --- Logs ---------------------------------------------------------------------------------------
LOGGING = logging_config(env.str("LOG_LEVEL", default="INFO"), practice=PRACTICE)
configure_structlog()
