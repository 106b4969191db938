"""A laptop or the demo: answers this machine only, makes its own secret, shows no internals unless asked."""

from ayan.config import env, private_home
from ayan.config.settings.base import *  # noqa: F403 - a settings module is its base with changes
from ayan.config.settings.base import ALLOWED_HOSTS, HOME

SECRET_KEY = env.read("AYAN_SECRET_KEY") or private_home.local_secret(HOME)
DEBUG = env.flag("AYAN_DEBUG")
ALLOWED_HOSTS = ALLOWED_HOSTS or ["localhost", "127.0.0.1", "[::1]"]
