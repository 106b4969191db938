"""A real city: refuses to start without its secret, folder and host names; HTTPS only."""

from ayan.config import env, logs
from ayan.config.settings.base import *  # noqa: F403 - a settings module is its base with changes
from ayan.config.settings.base import INSTALLATION

env.need("AYAN_CITIES" if INSTALLATION else "AYAN_HOME")
if not INSTALLATION:
    env.need("AYAN_HOSTS")
SECRET_KEY = env.need("AYAN_SECRET_KEY")
if len(SECRET_KEY) < 50:
    raise env.Misconfigured("AYAN_SECRET_KEY must have at least 50 characters.")

SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
if env.flag("AYAN_PROXIES"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
LOGGING = logs.configuration(logs.log_format("json"))
