"""
Settings, all from the environment (see the table in README). They only read: nothing starts here.

Production demands are system checks in `conference.apps`, so that a wrong
value is a sentence with a hint and not a strange page later.
"""

import datetime as dt
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from conference.env import env, flag

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

# --- What this installation is -------------------------------------------------------------------
DEBUG = flag("DEBUG")
DEMO = flag("DEMO")  # shows the sent mail and the demo log-ins; never where real people are
TESTING = False
SECRET_KEY = env.str("SECRET_KEY", default="debug-only-not-a-secret" if DEBUG else None)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
# What passports and providers' keys are encrypted with; a secret of its own outlives a new SECRET_KEY.
SEALED_TEXT_SECRETS = env.list("SEALED_TEXT_SECRETS", default=[]) or [
    SECRET_KEY,
    *SECRET_KEY_FALLBACKS,
]
SITE_URL = env.str("SITE_URL", default="http://localhost:8000").rstrip("/")
SITE_NAME = env.str("SITE_NAME", default="") or _("Inter-American Emergency Medicine Conference")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SITE_URL.startswith("https://") else []

# --- Applications --------------------------------------------------------------------------------
INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",  # so that FORM_RENDERER finds the widgets' templates among ours
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rules.apps.AutodiscoverRulesConfig",
    "django_countries",
    "django_htmx",
    "django_cotton.apps.SimpleAppConfig",
    "template_partials.apps.SimpleAppConfig",
    "csp",
    "django_structlog",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "drf_standardized_errors",
    "django_filters",
    "conference.apps.ConferenceConfig",
    "schedule.apps.ScheduleConfig",
    "registration.apps.RegistrationConfig",
    "certificates.apps.CertificatesConfig",
]
MIDDLEWARE = [
    "conference.web.kept.KeptAnswers",  # first: it remembers what left all others
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "conference.web.middleware.RefuseUnreadableRequests",
    "conference.web.middleware.AnswerWhenBusy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "conference.web.middleware.let_the_back_office_evaluate",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "conference.web.middleware.keep_personal_pages_private",
    "conference.access.AccessMiddleware",
]
ROOT_URLCONF = "conference.urls"
WSGI_APPLICATION = "conference.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "conference" / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "conference.web.context.site",
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "template_partials.templatetags.partials",
                "django.templatetags.i18n",
                "django.templatetags.static",
            ],
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django_cotton.cotton_loader.Loader",
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        ),
                    ],
                ),
            ],
        },
    },
]
COTTON_DIR = "cotton"
FORM_RENDERER = "conference.web.form_rendering.FormRenderer"

# --- PostgreSQL, the only truth ------------------------------------------------------------------
DATABASES = {
    "default": {
        **env.db("DATABASE_URL", default="postgres://postgres@localhost:5432/conference"),
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        "TIME_ZONE": None,
    },
}
_database_options = DATABASES["default"].setdefault("OPTIONS", {})
_database_options["options"] = " ".join(
    f"-c {name}={value}"
    for name, value in {
        "lock_timeout": "5s",
        "statement_timeout": "60s",
        "idle_in_transaction_session_timeout": "60s",
    }.items()
)
if flag("DB_POOL"):  # only the web server: Celery closes a pool after every task
    _database_options["pool"] = {"min_size": 1, "max_size": 8, "timeout": 10}
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60

# --- Redis: hints and cache; it may be emptied at any second -------------------------------------
REDIS_URL = env.str("REDIS_URL", default="redis://localhost:6379/0")
CACHES = {
    "default": {
        "BACKEND": "conference.kernel.cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "conference",
        "TIMEOUT": 300,
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    },
}

CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
    "socket_keepalive": True,
    "health_check_interval": 25,
    "global_keyprefix": "conference:",
}
CELERY_VISIBILITY_TIMEOUT = 600
CELERY_TASK_IGNORE_RESULT = True
CELERY_RESULT_BACKEND = None
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_SOFT_TIME_LIMIT = 90
CELERY_TASK_PUBLISH_RETRY_POLICY = {
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
    "interval_max": 0.2,
}
CELERY_BROKER_POOL_ACQUIRE_TIMEOUT = 2
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
CELERY_WORKER_ENABLE_SOFT_SHUTDOWN_ON_IDLE = True
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 300_000
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "conference.sweep", "schedule": 10.0, "options": {"expires": 9}},
    "expire-held-orders": {
        "task": "registration.expire_held_orders",
        "schedule": 30.0,
        "options": {"expires": 29},
    },
    "reconcile-payments": {
        "task": "registration.reconcile_payments",
        "schedule": 60.0,
        "options": {"expires": 59},
    },
    "forget-answers": {
        "task": "registration.forget_answers",
        "schedule": 3600.0,
        "options": {"expires": 3599},
    },
    "settle-changed-quotas": {
        "task": "registration.settle_changed_quotas",
        "schedule": 60.0,
        "options": {"expires": 59},
    },
    "give-back-kept-places": {
        "task": "registration.give_back_kept_places",
        "schedule": 60.0,
        "options": {"expires": 59},
    },
    "return-unused-group-seats": {
        "task": "registration.return_unused_group_seats",
        "schedule": 60.0,
        "options": {"expires": 59},
    },
    "serve-waiting-lists": {
        "task": "registration.serve_waiting_lists",
        "schedule": 30.0,
        "options": {"expires": 29},
    },
    "derive-forgotten-attendance": {
        "task": "registration.derive_forgotten_attendance",
        "schedule": 60.0,
        "options": {"expires": 59},
    },
    "render-forgotten-documents": {
        "task": "registration.render_forgotten_documents",
        "schedule": 60.0,
        "options": {"expires": 59},
    },
    "write-forgotten-papers": {
        "task": "registration.write_forgotten_papers",
        "schedule": 60.0,
        "options": {"expires": 59},
    },
    "tidy-letters": {
        "task": "registration.tidy_letters",
        "schedule": 60.0,
        "options": {"expires": 59},
    },
    "forget-old-records": {
        "task": "registration.forget_old_records",
        "schedule": 3600.0,
        "options": {"expires": 3500},
    },
    "purge-passports": {
        "task": "registration.purge_passports",
        "schedule": 3600.0,
        "options": {"expires": 3500},
    },
    "tend-proofs": {
        "task": "registration.tend_proofs",
        "schedule": 60.0,
        "options": {"expires": 59},
    },
    "delete-files-of-proofs": {
        "task": "registration.delete_files_of_proofs",
        "schedule": 3600.0,
        "options": {"expires": 3500},
    },
    "sweep-orphan-files": {
        "task": "conference.sweep_orphan_files",
        "schedule": 86400.0,
        "options": {"expires": 3500},
    },
    "render-forgotten-certificates": {
        "task": "certificates.render_forgotten",
        "schedule": 60.0,
        "options": {"expires": 59},
    },
}

# --- People --------------------------------------------------------------------------------------
AUTH_USER_MODEL = "conference.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2SHA1PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "registration:my_registrations"
LOGOUT_REDIRECT_URL = "registration:front"
ACCOUNT_ADAPTER = "conference.web.accounts.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 8}  # a phone's number pad is enough
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]

# --- How often one network address may ask in a minute; 0: as often as it likes ------------------
ORDERS_PER_MINUTE = env.int("ORDERS_PER_MINUTE", default=120)
CERTIFICATE_LOOKUPS_PER_MINUTE = env.int("CERTIFICATE_LOOKUPS_PER_MINUTE", default=60)

# --- Languages and times -------------------------------------------------------------------------
LANGUAGE_CODE = "es"
LANGUAGES = [
    ("es", _("Spanish")),
    ("pt-br", _("Portuguese")),
    ("en", _("English")),
    ("fr", _("French")),
]
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"  # pages show the event's own zone

# --- Files ---------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = env.str("STATIC_ROOT", default=str(BASE_DIR / "static-collected"))
MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(VAR_DIR / "media"))  # served by views alone
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or DEMO
        else "conference.kernel.static_files.HashedStaticFilesStorage",
    },
}
WHITENOISE_USE_FINDERS = DEBUG or DEMO
WHITENOISE_AUTOREFRESH = DEBUG
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 300
DATA_UPLOAD_MAX_NUMBER_FILES = 5
SCHEDULE_FILE_MAX_BYTES = 20_000_000

# --- E-mail: everything goes through the outbox --------------------------------------------------
vars().update(env.email_url("EMAIL_URL", default="dummymail://" if DEMO else "consolemail://"))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="congress@example.org")
EMAIL_TIMEOUT = 20

# --- Payments ------------------------------------------------------------------------------------
# The address of a stand-in for all payment providers; only in a demo, in development and in tests.
PAYMENTS_SIMULATOR = env.str("PAYMENTS_SIMULATOR", default="").rstrip("/")

# --- The seal of the certificates ----------------------------------------------------------------
SEAL_KEY_FILE = env.str("SEAL_KEY_FILE", default=str(VAR_DIR / "seal" / "demo-key.pem"))
SEAL_CERT_FILE = env.str("SEAL_CERT_FILE", default=str(VAR_DIR / "seal" / "demo-cert.pem"))

# --- What browsers are told ----------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "img-src": [SELF, "data:"],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    },
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    "camera": [],
    "geolocation": [],
    "microphone": [],
    "payment": [],
    "usb": [],
}
SECURE_SSL = SITE_URL.startswith("https://")
SECURE_SSL_REDIRECT = SECURE_SSL and flag("SSL_REDIRECT", default=True)
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_SSL else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_SSL
SECURE_HSTS_PRELOAD = SECURE_SSL
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if flag("BEHIND_PROXY") else None
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL
SESSION_COOKIE_NAME = "__Host-session" if SECURE_SSL else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE_SSL else "csrf"
SESSION_COOKIE_AGE = int(dt.timedelta(days=14).total_seconds())
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "conference.web.errors.csrf_failed"

# --- Webhooks: partners' programs are told; where people are tried on one machine, on it ---------
WEBHOOKS_MAY_REACH_LOOPBACK = DEBUG or DEMO

# --- API -----------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "conference.api.authentication.KeyAuthentication",
        "conference.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["conference.api.permissions.DeclaredAccess"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["conference.api.parsers.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "conference.api.schema.ConferenceSchema",
    "EXCEPTION_HANDLER": "conference.api.errors.answer_error",
    "DEFAULT_PAGINATION_CLASS": "conference.api.pagination.PageNumbers",
    "PAGE_SIZE": 50,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Inter-American Emergency Medicine Conference API",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "SessionKind": "schedule.states.SessionKind",
        "ScanPointKind": "registration.states.ScanPointKind",
        "CertificateKind": "certificates.states.CertificateKind",
        "OrderState": "registration.states.OrderState",
        "RegistrationState": "registration.states.RegistrationState",
        "PaymentMethod": "registration.states.PaymentMethod",
        "ScanMethod": "registration.states.ScanMethod",
        "LedgerKind": "registration.states.LedgerKind",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "conference.api.schema.describe_refusals",
    ],
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
}

# --- Logs: no addresses, no browser strings, no bodies -------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "lines": {"()": "conference.kernel.logs.formatter", "as_json": not (DEBUG or DEMO)},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django.server": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
        "fontTools": {"level": "WARNING"},
        "pyhanko": {"level": "ERROR"},
        "pikepdf": {"level": "WARNING"},
        "django_structlog": {"level": "WARNING"},
        "stripe": {"level": "WARNING"},
        # What was refused is told by django_structlog already, with its request id.
        "django.request": {"level": "ERROR"},
    },
}
