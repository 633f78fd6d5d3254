"""Every setting of Candour, in one file. The table below is what an installation may change.

Embedded default: SQLite, a queue in files, no services. At scale: DATABASE_URL and BROKER_URL.
"""

from pathlib import Path

import environ
from csp.constants import NONE, SELF

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()

# ---------------------------------------------------------------- what an installation may change
# Where everything that is not code lives: database, queue, keys, releases.
VAR_DIR = Path(env.str("CANDOUR_VAR", str(BASE_DIR / "var")))
# The database. SQLite in VAR_DIR unless a PostgreSQL address is given.
DATABASE_URL = env.str("DATABASE_URL", f"sqlite:///{VAR_DIR / 'candour.sqlite3'}")
# The broker. A doorbell only: every job is a database row first.
BROKER_URL = env.str("BROKER_URL", "filesystem://localhost")
# Signs sessions. Made on first start and kept in VAR_DIR (0600) unless given.
SECRET_KEY_ENV = env.str("SECRET_KEY", "")
# The addresses this installation answers to.
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
# True only for the demonstration: fictional force, plain sign-in, travel in time allowed.
DEMO = env.bool("CANDOUR_DEMO", False)
# True where the browser reaches us by HTTPS (always, except on one's own machine).
HTTPS = env.bool("CANDOUR_HTTPS", False)
# The body this installation belongs to, as the public knows it.
BODY_NAME = env.str("CANDOUR_BODY", "Northshire Police" if DEMO else "This public body")
# What kind of body: decides ranks, thresholds and court approval in the rule pack.
BODY_TYPE = env.str("CANDOUR_BODY_TYPE", "police")
# Whom a person whose request is refused can call.
HELP_CONTACT = env.str("CANDOUR_HELP", "the digital desk on 5550 140" if DEMO else "your digital desk")
# The rule pack in force on first start; afterwards the database says which is live.
PACK = env.str("CANDOUR_PACK", "uk-police")
# Where keys live: one file per authorisation, outside the database and its backups.
VAULT_DIR = Path(env.str("CANDOUR_VAULT", str(VAR_DIR / "vault")))
# Where published releases are written as files.
RELEASE_DIR = Path(env.str("CANDOUR_RELEASES", str(VAR_DIR / "releases")))
# Folder of data that is not part of the project (real posts for benchmarks); empty = not here.
CANDOUR_DATA = env.str("CANDOUR_DATA", "")
# The only folder that `manage.py intake` may take archives from; empty = any that the operator can read.
INTAKE_DIR = Path(_intake) if (_intake := env.str("CANDOUR_INTAKE_DIR", "")) else None
# A job row older than this many minutes without progress is rung again.
STUCK_AFTER_MINUTES = env.int("CANDOUR_STUCK_MINUTES", 5)
# Run queued work in the same process, at once (tests only).
CELERY_TASK_ALWAYS_EAGER = env.bool("CELERY_EAGER", False)
# ------------------------------------------------------------------------------------------------

VAR_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)


def _secret_key() -> str:
    """The given key, else one made once and kept beside the database, readable by us alone."""
    if SECRET_KEY_ENV:
        return SECRET_KEY_ENV
    import os
    import secrets

    path = VAR_DIR / "secret-key"
    try:
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(fd, "w") as out:
        key = secrets.token_urlsafe(50)
        out.write(key)
    return key


SECRET_KEY = _secret_key()
DEBUG = False

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "guardian",
    "simple_history",
    "audit",
    "governance.people",
    "governance.decisions",
    "governance.gatherings",
    "governance.accounts",
    "governance.casework",
    "governance.posting",
    "gateway",
    "reports",
    "config",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.middleware.PrivateByDefault",
    "audit.context.ActorMiddleware",
    "config.middleware.PlainAnswers",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.body",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.insert(0, "django.forms")

# ---------------------------------------------------------------- database
DATABASES = {"default": env.db_url_config(DATABASE_URL)}
_db = DATABASES["default"]
if _db["ENGINE"] == "django.db.backends.sqlite3":
    # A file for the tests, too: a database in memory would hide locks between threads.
    _db["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
    _db.setdefault("OPTIONS", {}).update(
        {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            # recursive_triggers: INSERT OR REPLACE must not walk past append-only triggers.
            # secure_delete: erased rows are overwritten in the file.
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                "PRAGMA recursive_triggers=ON; PRAGMA secure_delete=ON;"
            ),
        }
    )
else:
    _db.setdefault("CONN_MAX_AGE", 60)
    _db["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ATOMIC_REQUESTS = False  # services open their own transactions; a collector must never sit inside one

# ---------------------------------------------------------------- people and sessions
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 14},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"
ANONYMOUS_USER_NAME = None  # guardian: nobody is anonymous and permitted
GUARDIAN_MONKEY_PATCH_USER = False
SESSION_COOKIE_AGE = 60 * 60 * 8
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "config.views.csrf_failure"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "script-src": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# Uploads never touch the disk: what is collected may not rest un-redacted, not even in a temporary file.
FILE_UPLOAD_HANDLERS = ["config.uploads.MemoryOnlyUploadHandler"]
UPLOAD_MAX_BYTES = 10 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200

# ---------------------------------------------------------------- language, time, files
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = True
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)  # whitenoise warns about a folder that is not there
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

# ---------------------------------------------------------------- queue
CELERY_BROKER_URL = BROKER_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = TIME_ZONE
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {}
if BROKER_URL.startswith("filesystem"):
    _queue = VAR_DIR / "queue"
    for _part in ("in", "control"):
        (_queue / _part).mkdir(parents=True, exist_ok=True, mode=0o700)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_queue / "in"),
        "data_folder_out": str(_queue / "in"),
        "control_folder": str(_queue / "control"),
        "polling_interval": 0.1,
    }
else:
    # A broker that has gone away must not hang the person who pressed the button.
    CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 5, "socket_connect_timeout": 2}
    CELERY_TASK_PUBLISH_RETRY = False

# ---------------------------------------------------------------- logs: never content
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.str("CANDOUR_LOG_LEVEL", "WARNING")},
    # A refused page is an answer, not an incident; refusals that matter are in the evidence log.
    "loggers": {"django.request": {"level": "ERROR"}},
}
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]  # object permissions come from direct-FK grants we read ourselves
SIMPLE_HISTORY_REVERT_DISABLED = True
