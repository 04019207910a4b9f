"""Django's settings; everything that differs between places comes from `lab.config`."""

import os
import sys
from pathlib import Path

import django_stubs_ext
import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from lab import listeners, networks, raw_log, secrets, telemetry
from lab.config import BadSetting, load, state_folder

django_stubs_ext.monkeypatch()  # lets generic classes such as `ModelAdmin[Zone]` stand at run time

BASE_DIR = Path(__file__).parent.parent
environ.Env.read_env(BASE_DIR / ".env")

try:
    CONFIG = load(os.environ, secrets=secrets.ensure(state_folder(os.environ)))
    PAST = telemetry.load(os.environ)
    RAW_LOG = raw_log.load(os.environ)
    LISTENERS = listeners.load(os.environ)
    HOOK_NETWORKS = networks.load(os.environ)
except BadSetting as bad:
    sys.exit(f"etabli: {bad}")

SECRET_KEY = CONFIG.secret_key
DEBUG = CONFIG.debug
ALLOWED_HOSTS = CONFIG.allowed_hosts

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "lab",  # before allauth: its pages wear our templates
    "allauth",
    "allauth.account",
    "channels",
    "csp",
    "django_htmx",
    "ninja",  # for its own static files: the API's page works without internet
    "django_tasks_db",
    "devices",
    "booking",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "lab.middleware.TimingMiddleware",  # below the static files
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "lab.middleware.MemberLocaleMiddleware",
    "lab.middleware.ApiProblemsMiddleware",
    "lab.middleware.SignInAgainMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "lab.urls"
ASGI_APPLICATION = "lab.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.template.context_processors.tz",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "booking.context.notices_unread",
                "booking.context.requests_waiting",
                "booking.context.hits_undecided",
            ]
        },
    }
]

DATABASES = {"default": CONFIG.database}
if CONFIG.database["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["CONN_MAX_AGE"] = None
    DATABASES["default"]["OPTIONS"] = {
        # A write takes its lock at the start: a lock taken half-way can't wait and fails at once.
        "transaction_mode": "IMMEDIATE",
        "timeout": 10,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-20000;",
    }
else:
    DATABASES["default"] |= {
        "CONN_HEALTH_CHECKS": True,
        # A statement that comes again and again is planned once: a third of PostgreSQL's work for a booking.
        "OPTIONS": {
            "pool": {"min_size": 1, "max_size": 12},
            "server_side_binding": True,
            "prepare_threshold": 3,
        },
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "lab.Member"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "lab.accounts.ClosedSignup"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Établi · "
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
# A whole school signs in from behind one address; failed tries of one account stay slow.
ACCOUNT_RATE_LIMITS = {"login": "600/m/ip", "login_failed": "60/m/ip,10/5m/key"}

LANGUAGE_CODE = CONFIG.language_code
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "lab" / "locale"]
TIME_ZONE = CONFIG.time_zone
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [("vendor/uplot", BASE_DIR / "node_modules" / "uplot" / "dist")]
WHITENOISE_USE_FINDERS = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

SESSION_COOKIE_SAMESITE = "Lax"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

vars().update(CONFIG.email)
DEFAULT_FROM_EMAIL = CONFIG.email_from
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "filters": {"line_only": {"()": "lab.quiet_log.LineOnly"}},
    "loggers": {"django.request": {"filters": ["line_only"]}},
}
