"""Django's settings, driven by the environment (`docs/operations.md` lists every variable)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONE, SELF

from family_pairing import env

ROOT = Path(__file__).resolve().parent.parent
HOME = Path(env.text("FAMILY_PAIRING_HOME", str(ROOT / ".local")))
DEMO = env.flag("FAMILY_PAIRING_DEMO")
BASE_URL = env.text("BASE_URL", "http://localhost:8000").rstrip("/")
HTTPS = BASE_URL.startswith("https://")

# Keys and hosts
SECRET_KEY = env.secret("SECRET_KEY")
DEVICE_TOKEN_KEYS = env.ring("DEVICE_TOKEN_KEYS")
DEBUG = env.flag("DEBUG")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ",".join({urlsplit(BASE_URL).hostname or "", "localhost", "127.0.0.1"}))
CSRF_TRUSTED_ORIGINS = [BASE_URL]

# Rooms
INSTALLED_APPS = [
    "family_pairing.apps.Composition",
    "safety",
    "controls",
    "accounts",
    "ledger",
    "allauth",
    "allauth.account",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "csp",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "family_pairing.middleware.RequestId",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "family_pairing.middleware.SessionEnds",
    "family_pairing.middleware.OwnLanguage",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "family_pairing.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "family_pairing" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "family_pairing.context.demo",
                "family_pairing.context.languages",
            ],
        },
    },
]

# Truth: Postgres. A verb's transaction lives at most 10 s; a statement 5 s; a lock is waited for 2 s.
POSTGRES_OPTIONS = (
    "-c statement_timeout=5000 -c lock_timeout=2000 -c idle_in_transaction_session_timeout=10000 -c timezone=UTC"
)
POSTGRES: dict[str, Any] = {**dj_database_url.parse(env.secret("DATABASE_URL"), engine="django.db.backends.postgresql")}
DATABASES: dict[str, Any] = {
    "default": {
        **POSTGRES,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # What the address asks for stays, such as `?sslmode=verify-full`.
        "OPTIONS": {**POSTGRES.get("OPTIONS", {}), "connect_timeout": 2, "options": POSTGRES_OPTIONS},
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# What allauth counts of sign-in attempts; nothing else is cached through Django.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "accounts_counts",
    },
}

# What may be lost: Redis. The broker may be another server than the cache.
REDIS_URL = env.secret("REDIS_URL")
BROKER_URL = env.secret("BROKER_URL", "") or REDIS_URL

# People
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "accounts.adapter.Adapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.web.forms.NameForm"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "accounts.labels.display_name"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_SESSION_REMEMBER = False
# Links in mails, also where a proxy does not say that it ends TLS.
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ALLAUTH_TRUSTED_PROXY_COUNT = env.integer("TRUSTED_PROXY_COUNT", 0)
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_NAME = "__Host-fp_session" if HTTPS else "fp_session"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = int(timedelta(minutes=30).total_seconds())
SESSION_SAVE_EVERY_REQUEST = True
SESSION_ABSOLUTE_AGE = timedelta(hours=12)
CSRF_COOKIE_NAME = "__Host-fp_csrf" if HTTPS else "fp_csrf"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "family_pairing.errors.csrf_failed"

# How many parents a teen may have: two, unless the operator allows up to four.
MOST_PARENTS = min(env.integer("MOST_PARENTS", 2, at_least=1), 4)

# The laws of the world: which statuses bind beside those in force, single laws, decisions between laws, and what the
# platform is. Unless told, it counts as large enough for every law.
POLICY_POSTURE = env.words("POLICY_POSTURE", "in_force_only")
POLICY_OPT_IN = env.words("POLICY_OPT_IN", "")
POLICY_RULINGS = env.text("POLICY_RULINGS", "")
PLATFORM_USERS = env.integer("PLATFORM_USERS", 8_000_000_000)
PLATFORM_FEED_SHARE = env.integer("PLATFORM_FEED_SHARE", 100)
PLATFORM_SERVICES = env.words("PLATFORM_SERVICES", "social")
PLATFORM_IS_SMALL = env.flag("PLATFORM_IS_SMALL")

# Who keeps friends and blocks: us, or the platform, which then tells the relationship with each question.
FRIENDS_KEPT_BY = env.choice("FRIENDS_KEPT_BY", ("us", "platform"), "us")
# What two accounts may do of which nothing is known here.
UNENROLLED = env.choice("UNENROLLED", ("allow", "refuse"), "allow")

# Mail: a folder of files in the demo, an SMTP server elsewhere.
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", "Family Pairing <family-pairing@localhost>")
EMAIL_TIMEOUT = 10
if DEMO:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(HOME / "mail")
else:
    EMAIL_HOST = env.text("SMTP_HOST", "localhost")
    EMAIL_PORT = env.integer("SMTP_PORT", 25)
    EMAIL_HOST_USER = env.text("SMTP_USER", "")
    EMAIL_HOST_PASSWORD = env.secret("SMTP_PASSWORD", "")
    EMAIL_USE_TLS = env.flag("SMTP_TLS")

# Security headers
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    },
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_SSL_REDIRECT = False
if HTTPS and env.integer("TRUSTED_PROXY_COUNT", 0):
    # TLS ends at our own proxy, which alone may say so.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024

# Words and time
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "Français")]
LOCALE_PATHS = [ROOT / "locale"]
FORMAT_MODULE_PATH = ["family_pairing.formats"]
LANGUAGE_COOKIE_NAME = "__Host-fp_language" if HTTPS else "fp_language"
LANGUAGE_COOKIE_AGE = int(timedelta(days=365).total_seconds())
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# Static files come from our folder and from packages; nothing from outside.
STATIC_URL = "static/"
STATICFILES_DIRS = [ROOT / "family_pairing" / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600

# API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.api.callers.ParentSession"],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.api.callers.Nobody"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["accounts.api.base.JsonParser"],
    "DEFAULT_SCHEMA_CLASS": "accounts.api.schema.Described",
    "EXCEPTION_HANDLER": "accounts.api.base.answer_problem",
    "UNAUTHENTICATED_USER": None,
    "NUM_PROXIES": env.integer("TRUSTED_PROXY_COUNT", 0),
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Family Pairing",
    "DESCRIPTION": "Parental supervision for any platform: pairings, controls, enforced settings.",
    "VERSION": "2",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "family_pairing.openapi.add_edge_routes",
    ],
}

# Numbers that bound the edge
DEVICE_SETTINGS_PER_MINUTE = env.integer("DEVICE_SETTINGS_PER_MINUTE", 60)
DECISIONS_PER_MINUTE = env.integer("DECISIONS_PER_MINUTE", 0)

# Logs are for operators and carry no personal data.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": env.text("LOG_LEVEL", "INFO")},
    "loggers": {"django.server": {"level": "WARNING"}},
}
