"""All settings, in one file. What differs between machines comes from the environment; the rest stands here.

ZHIXUAN_DATA   folder of the embedded database, keys and uploads (default: the platform's data folder)
DATABASE_URL   postgresql://... for a county or province; SQLite in ZHIXUAN_DATA when not set
ZHIXUAN_DEMO   1: the demo county, one-click sign-in, a banner on every page; ZHIXUAN_DEMO_DATA 1: own data instead
ZHIXUAN_HOSTS  names the server answers to, by comma
ZHIXUAN_HTTPS  1: behind a proxy that does TLS; secure cookies, HSTS
ZHIXUAN_IDLE_MINUTES, ZHIXUAN_SESSION_HOURS  when a session ends: unused (15), in any case (12)
ZHIXUAN_DEBUG  1: error pages for developers; never in use
"""

import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import dj_database_url
import pysqlite3
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from zhixuan.config.environment import data_folder, env_bool, env_int, env_list, env_text, secret_key
from zhixuan.rules.scanning.reading import SEPARATORS

# Django must not use the interpreter's own SQLite: older builds can corrupt a database with several writers.
sys.modules["sqlite3"] = pysqlite3
sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2

PACKAGE = Path(__file__).resolve().parent.parent
DATA = data_folder()
DEMO = env_bool("ZHIXUAN_DEMO", default=False)
DEMO_DATA = env_bool("ZHIXUAN_DEMO_DATA", default=False)
DEBUG = env_bool("ZHIXUAN_DEBUG", default=False)
HTTPS = env_bool("ZHIXUAN_HTTPS", default=False)

SECRET_KEY = secret_key(DATA)
LEDGER_KEY_FILE = DATA / "keys" / "ledger.key"
ALLOWED_HOSTS = env_list("ZHIXUAN_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS] if HTTPS else []

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "csp",
    "django_htmx",
    "zhixuan.shared",
    "zhixuan.modules.directory",
    "zhixuan.modules.catalogue",
    "zhixuan.modules.accounts",
    "zhixuan.modules.stock",
    "zhixuan.modules.documents",
    "zhixuan.modules.orders",
    "zhixuan.modules.counting",
    "zhixuan.modules.quality",
    "zhixuan.modules.machines",
    "zhixuan.modules.planning",
    "zhixuan.modules.exchange",
    "zhixuan.modules.overview",
    "zhixuan.demo",
    "allauth",  # after our own: templates and words found first are used
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "zhixuan.modules.accounts.middleware.ActorMiddleware",
    "zhixuan.modules.accounts.middleware.SignInRequired",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "zhixuan.config.urls"
WSGI_APPLICATION = "zhixuan.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "shared" / "ui" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "libraries": {"ui": "zhixuan.shared.ui.tags", "passkeys": "zhixuan.modules.accounts.sign_in.passkeys"},
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "zhixuan.shared.ui.context.shell",
            ],
        },
    },
]

SHELL_NAVIGATION = "zhixuan.config.navigation.navigation"
SHELL_PLACE = "zhixuan.config.navigation.place"


def _databases() -> dict[str, dict[str, Any]]:
    url = env_text("DATABASE_URL")
    if url:
        server = dj_database_url.parse(url, conn_max_age=600, conn_health_checks=True)
        server.setdefault("OPTIONS", {})
        server["OPTIONS"]["options"] = (
            "-c lock_timeout=5s -c statement_timeout=15s -c idle_in_transaction_session_timeout=30s"
        )
        return {"default": dict(server)}
    return {
        "default": {
            "ENGINE": "zhixuan.shared.sqlite",
            "NAME": DATA / "zhixuan.sqlite3",
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                    "PRAGMA cache_size=-32000; PRAGMA temp_store=MEMORY; PRAGMA wal_autocheckpoint=4000;"
                ),
            },
        }
    }


DATABASES = _databases()

EVENT_LISTENERS = "zhixuan.config.wiring.EVENTS"
LOT_REMARKERS = "zhixuan.config.wiring.LOT_REMARKERS"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env_text("ZHIXUAN_TIME_ZONE") or "Asia/Shanghai"
LANGUAGE_COOKIE_NAME = "zhixuan_language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600

STATIC_URL = "/static/"
STATICFILES_DIRS = [("", PACKAGE / "shared" / "ui" / "static")]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA / "media", "file_permissions_mode": 0o600},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_IMMUTABLE_FILE_TEST = r"/bundle/.+-[0-9A-Z]{8}\.[a-z0-9]+$"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

ALLOCATION_LINES_AT_ONCE = env_int("ZHIXUAN_ALLOCATION_LINES_AT_ONCE", default=4000)
"""An allocation plan of more lines is drawn up, worked out again, approved and revoked by the worker."""

SESSION_COOKIE_AGE = env_int("ZHIXUAN_SESSION_HOURS", default=7 * 24 if DEMO else 12) * 3600
SESSION_IDLE_SECONDS = env_int("ZHIXUAN_IDLE_MINUTES", default=24 * 60 if DEMO else 15) * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "zhixuan_session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "zhixuan_csrf"
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "style-src-attr": ["'unsafe-inline'"],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    },
}

SCANNER_SEPARATORS = env_list("ZHIXUAN_SCANNER_SEPARATORS", default=list(SEPARATORS))
"""What scanners of this site send in place of the GS1 separator, by comma."""

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "zhixuan.modules.accounts.sign_in.adapter.SignIn"
ACCOUNT_USER_DISPLAY = "zhixuan.modules.accounts.sign_in.adapter.shown_name"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None}  # counted by axes, for all workers together
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if HTTPS else 0

MFA_ADAPTER = "zhixuan.modules.accounts.sign_in.second_step.SecondStep"
MFA_FORMS = {
    "authenticate": "zhixuan.modules.accounts.sign_in.second_step.SignInCodeForm",
    "reauthenticate": "zhixuan.modules.accounts.sign_in.second_step.ConfirmCodeForm",
    "add_webauthn": "zhixuan.modules.accounts.sign_in.second_step.AddKeyForm",
    "edit_webauthn": "zhixuan.modules.accounts.sign_in.second_step.RenameKeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "Zhixuan"
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
SECOND_STEP_KEY_FILE = DATA / "keys" / "second_step.key"
SECOND_STEP_ROLES = frozenset() if DEMO else frozenset({"administrator", "station_officer"})
SECOND_STEP_GRACE = timedelta(days=7)

AXES_HANDLER = "zhixuan.modules.accounts.sign_in.limits.SignInLimits"
AXES_FAILURE_LIMIT = 5
SIGN_IN_FAILURES_PER_ADDRESS = 50
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_PARAMETERS = ["username", "ip_address"]
AXES_LOCKOUT_CALLABLE = "zhixuan.modules.accounts.sign_in.limits.too_many"
AXES_USERNAME_CALLABLE = "zhixuan.modules.accounts.sign_in.limits.user_name_of"
AXES_CLIENT_IP_CALLABLE = "zhixuan.modules.accounts.sign_in.limits.address_of"
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"zhixuan": {"level": "INFO"}, "axes": {"level": "ERROR"}},
}
