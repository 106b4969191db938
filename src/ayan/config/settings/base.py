"""What holds everywhere: which apps are in use, how a request passes, how pages are protected."""

from __future__ import annotations

from typing import Any

from ayan.config import env, limits, logs, services
from ayan.config.hosting import city_hosts
from ayan.core.values import locale
from ayan.ui import contract
from ayan.wiring import profile
from ayan.wiring.store_place import store_place

services.take_credentials()
# Many cities in one installation, or one by itself (`ayan.config.hosting`).
INSTALLATION = city_hosts.named()
HOME = INSTALLATION.folder if INSTALLATION else env.home()
MACHINE = INSTALLATION.folder if INSTALLATION else env.machine()
# A store that cannot be told is refused at the start, not at the first page.
store_place(env.read("AYAN_STORE") or "", HOME)
DATABASES = {"default": services.database(env.read("DATABASE_URL"), HOME)}
if INSTALLATION:
    DATABASES["default"]["ENGINE"] = city_hosts.database_engine(DATABASES["default"]["ENGINE"])
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ALLOWED_HOSTS: list[str] = [name.strip() for name in (env.read("AYAN_HOSTS") or "").split(",") if name.strip()]
ORIGIN = (env.read("AYAN_ORIGIN") or "").rstrip("/")
DEBUG = False
# An engine that is not there is refused at the start, not at the first question.
env.engine()

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "allauth.account",
    "allauth.mfa",
    "ayan.ui",
    "django_tasks",
    "django_tasks_db",
    "ayan.apps.outbox",
    "ayan.apps.accounts",
    "ayan.apps.tables",
    "ayan.apps.desk",
    "ayan.apps.sources",
    "ayan.apps.api",
    "ayan.apps.catalog",
    "ayan.apps.logbook",
    "ayan.apps.websub",
    "ayan.apps.search",
    "ayan.apps.compare",
    "ayan.apps.flags",
    "ayan.apps.documents",
    "ayan.apps.counter",
    "ayan.apps.promises",
    "ayan.apps.services",
    "ayan.apps.tariffs",
    "ayan.apps.civic",
    "ayan.apps.audits",
    "ayan.apps.trials",
    "ayan.apps.profile",
    "ayan.apps.follow",
    "ayan.apps.questions",
    "ayan.apps.geodata",
    "ayan.apps.assistants",
    "ayan.apps.standards",
    "ayan.apps.planning",
    "ayan.apps.national",
    "ayan.apps.export",
]
AUTH_USER_MODEL = "accounts.User"

MIDDLEWARE = [
    "ayan.config.observation.ViewName",
    "django.middleware.security.SecurityMiddleware",
    "ayan.ui.responses.Protection",
    "ayan.ui.language.Language",
    "ayan.config.page_context.DeclarationCache",
    "ayan.ui.figure_files.FigureFiles",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Remembers which request is answered, for the second factors; allauth's own pages are not in use.
    "allauth.account.middleware.AccountMiddleware",
    "ayan.apps.accounts.staff_middleware.Staff",
    "ayan.config.damaged_datasets.DamagedDatasets",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "ayan.config.urls"
WSGI_APPLICATION = "ayan.config.wsgi.application"
# An address has one spelling; a second one that redirects is written out in urls.
APPEND_SLASH = False

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # A city's own templates win by name over ours.
        "DIRS": [] if INSTALLATION else [HOME / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "ayan.config.page_context.frame",
            ],
            "builtins": [
                "ayan.ui.templatetags.ayan",
                "ayan.ui.templatetags.charts",
                "ayan.ui.templatetags.contents",
                "ayan.ui.templatetags.tables",
            ],
        },
    }
]

LANGUAGE_CODE = "fa"
profile.speak(HOME)
LANGUAGES = [(language.code, language.name) for language in locale.in_use()]
TIME_ZONE = "Asia/Tehran"
USE_TZ = True
USE_I18N = True

FRONTED = env.flag("AYAN_PROXIES")
# What each process of the site may take, and the public answers it keeps whole.
MEMORY_MB = env.number("AYAN_MEMORY_MB", limits.LEAST_MEMORY_MB, 1 << 20)
# The list of checks that the page of health shows, which is the doctor's.
HEALTH_CHECKS = "ayan.config.diagnosis.checks.examine"
# A question of so many processor milliseconds is written down (`ayan.wiring.engine.watched`).
SLOW_MS = env.number("AYAN_SLOW_MS", 0, 3_600_000)
# Where Prometheus may ask, on this machine alone; 0 for nowhere.
METRICS_PORT = env.number("AYAN_METRICS_PORT", 1, 65_535) if env.read("AYAN_METRICS_PORT") else 0
KEPT_BYTES = env.number("AYAN_CACHE_MB", 0, 65_536) * 1024**2

# What pages put off is written into the database with the change that asks for it, and done by `ayan worker`.
TASKS = {
    "default": {
        "BACKEND": "ayan.config.task_backend.TracedBackend",
        "QUEUES": ["default", contract.FILES_QUEUE, contract.PULLS_QUEUE, contract.MAIL_QUEUE],
    }
}
# How many files it reads at once; publications and letters go on beside them.
FILES_AT_ONCE = env.number("AYAN_FILES_AT_ONCE", 1, limits.MOST_FILES_AT_ONCE)
TASK_MEMORY_MB = env.number("AYAN_TASK_MEMORY_MB", limits.LEAST_MEMORY_MB, 1 << 20)
# The largest file that the desk takes.
UPLOAD_BYTES = env.number("AYAN_UPLOAD_MB", 1, 4096) << 20
# Where the malware scanner listens for attachments of the counter; empty for none.
CLAMD = env.read("AYAN_CLAMD") or ""
BASE_MAP = str(env.folder("AYAN_BASE_MAP", env.home())) if env.read("AYAN_BASE_MAP") else ""
# Where watched folders stand, how long a pull may take, and into which inner networks one may reach.
ARRIVALS = env.folder("AYAN_ARRIVALS", HOME / "arrivals")
PULL_SECONDS = env.number("AYAN_PULL_SECONDS", 5, 3600)
PULL_NETWORKS = env.networks("AYAN_PULL_NETWORKS")
# The hub that readers of feeds subscribe at, and that is told when a feed has changed; empty for none, `own` for the
# city's own, and the inner networks in which that may reach a callback.
WEBSUB_HUB = env.hub("AYAN_WEBSUB_HUB")
WEBSUB_NETWORKS = env.networks("AYAN_WEBSUB_NETWORKS")

# What this site shows the provider of single sign-on, to be known by it.
SIGN_IN_SECRET = env.read("AYAN_OIDC_SECRET") or ""

# The few views that take a file say where it goes; everywhere else a file would be a stranger's way to fill the disk.
FILE_UPLOAD_HANDLERS = ["ayan.ui.responses.NoFiles"]

# Only staff sign in; a public page never touches the session and so sets no cookie.
SESSION_ENGINE = "ayan.apps.accounts.session_store"
SESSION_COOKIE_NAME = "ayan_desk"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 3600
CSRF_COOKIE_NAME = "ayan_form"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "ayan.apps.accounts.views.unsent_forms.refused"

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# The second factors: a code of one step before or after is taken, for clocks that differ; a code is taken once.
MFA_ADAPTER = "ayan.apps.accounts.secret_encryption.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"

# Reminders leave by these; without them they are written to files in the city's folder.
globals().update(services.mail(env.read("AYAN_SMTP"), HOME))
DEFAULT_FROM_EMAIL = env.read("AYAN_MAIL_FROM") or "ayan@localhost"
SMS_GATEWAY = env.read("AYAN_SMS") or ""

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LOGGING = logs.configuration(logs.log_format("text"))
