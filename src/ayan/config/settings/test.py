"""The tests: nothing outside a temporary folder, cheap passwords, the database of DATABASE_URL or one in memory."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

if "AYAN_HOME" not in os.environ:
    os.environ["AYAN_HOME"] = tempfile.mkdtemp(prefix="ayan-test-")

    def _remove(home: str, made_by: int) -> None:
        # A process that is forked from the one that made it ends earlier.
        if os.getpid() == made_by:
            shutil.rmtree(home, ignore_errors=True)

    atexit.register(_remove, os.environ["AYAN_HOME"], os.getpid())

from ayan.config import env, services  # after the folder is chosen, before anything reads it
from ayan.config.settings.base import *  # noqa: F403 - a settings module is its base with changes

SECRET_KEY = "only-for-tests-" + "0" * 50
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
DATABASES = {"default": services.database(env.read("DATABASE_URL") or "sqlite:///", Path(os.environ["AYAN_HOME"]))}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
