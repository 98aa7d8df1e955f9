"""Settings. Everything a person may change is an environment variable that starts with ``QUIETLEGS_``.

Every variable is listed in docs/reference/settings.md. The data folder holds all that belongs to the person:
the database, the secret, backups. Nothing else is written anywhere.
"""

import os
from pathlib import Path

from quietlegs.web.data_folder import DATABASE_FILE, data_folder, read_secret

DATA = data_folder()
BASE = Path(__file__).resolve().parent

SECRET_KEY = read_secret(DATA)
DEBUG = False
# Only these names reach the app, so that a page elsewhere cannot reach it under a name of its own.
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *os.environ.get("QUIETLEGS_HOSTS", "").split()]
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in os.environ.get("QUIETLEGS_HOSTS", "").split()]
# With QUIETLEGS_TLS=1 `check --deploy` is silent. Without it four warnings stand (W004, W008, W012, W016): all ask for
# https only, and on http://127.0.0.1, where no certificate can be had, no browser would send a secure cookie. With
# `serve --phone` one process serves both: there SecureCookies decides for each answer (docs/adr/0006).
BEHIND_TLS = os.environ.get("QUIETLEGS_TLS", "") == "1"
BEHIND_PROXY = os.environ.get("QUIETLEGS_PROXY", "") == "1"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
    "quietlegs.web.shell",
    "quietlegs.web.diary",
    "quietlegs.web.insights",
    "quietlegs.web.medicines",
    "quietlegs.web.plan",
    "quietlegs.web.experiments",
    "quietlegs.web.accounts",
    "quietlegs.web.phone",
    "quietlegs.web.api",
    "quietlegs.web.library",
    "quietlegs.web.check",
    "quietlegs.web.ask",
    "quietlegs.web.offline",
    "quietlegs.web.share",
    "quietlegs.web.relief",
    "quietlegs.web.reminders",
]

MIDDLEWARE = [
    "quietlegs.web.accounts.access.SecureCookies",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "quietlegs.web.shell.middleware.CompressedPages",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "quietlegs.web.shell.middleware.PrivatePages",
    "quietlegs.web.accounts.access.PairedOnly",
    "quietlegs.web.accounts.lock.LockedPages",
    "quietlegs.web.store.StoreFaults",
]

ROOT_URLCONF = "quietlegs.web.urls"
WSGI_APPLICATION = "quietlegs.web.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["quietlegs.web.shell.templatetags.shell", "django.templatetags.i18n"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "quietlegs.web.shell.context.shell",
            ],
        },
    }
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA / DATABASE_FILE,
        "CONN_MAX_AGE": None,  # an open connection saves a checkpoint, and so syncs, on every request
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",  # a writer waits at the start rather than failing at the end
            "timeout": 20,
            # FULL: the disk has a night before the person is told that it is saved.
            "init_command": ("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"),
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English"), ("es", "Español")]  # the first visit follows the browser's own choice
LANGUAGE_COOKIE_NAME = "quietlegs_language"
LANGUAGE_COOKIE_AGE = 400 * 24 * 3600
LANGUAGE_COOKIE_SAMESITE = "Lax"
LOCALE_PATHS = [BASE / "locale"]
USE_I18N = True
FORMAT_MODULE_PATH = "quietlegs.web.formats"
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

SESSION_COOKIE_NAME = "quietlegs_session"
SESSION_COOKIE_AGE = 400 * 24 * 3600  # a trusted device stays signed in; browsers keep no cookie longer
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = LANGUAGE_COOKIE_SECURE = BEHIND_TLS
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = BEHIND_TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# No script, style, picture or request of any other host, and nothing inline.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "worker-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}

FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20
DATA_UPLOAD_MAX_MEMORY_SIZE = 3 * 2**20  # forms; files have limits of their own
# The sheet: 14 nights with 1,400 factors. A form with more is refused whole, and what was typed is lost.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

# What a diary says is never logged: only ids, counts and the place of a fault.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"django": {"handlers": ["stderr"], "level": "ERROR", "propagate": False}},
}

PHONE_SITE = None  # where phones come in; `quietlegs serve --phone` sets it
IS_DEMO = os.environ.get("QUIETLEGS_DEMO") == "1"
