"""The product's settings, with the few lines that differ under test. The only star import."""

import os

os.environ.setdefault("SECRET_KEY", "only-for-tests-only-for-tests-only-for-tests-0123456789")

# The workers of pytest-xdist share a Redis server, but not what they keep in it.
_worker = os.environ.get("PYTEST_XDIST_WORKER", "")  # "gw0", "gw1"
if _worker:
    _server = os.environ["REDIS_URL"].rpartition("/")[0]
    os.environ["REDIS_URL"] = f"{_server}/{int(_worker[2:]) + 1}"

from conference.settings import *  # noqa: E402, F403 - settings are a namespace by design

DEBUG = False
TESTING = True
DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405 - threads of the live server let go at once
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Plain names: a manifest would make each page a 500 until collectstatic ran.
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Tests ask more in a minute than people do; those about the limits set them.
ORDERS_PER_MINUTE = CERTIFICATE_LOOKUPS_PER_MINUTE = 0
