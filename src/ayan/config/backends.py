"""The services that variables name by an address, the database and the mail server, as Django is told of them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from ayan.config import env
from ayan.core.schema.format_number import NewerFormat
from ayan.core.values.label import Label


def database(url: str | None, folder: Path) -> dict[str, Any]:
    """Django's database entry for ``url`` (``sqlite:///path``, ``postgres://…``); SQLite in ``folder`` without one."""
    if not url:
        return _sqlite(str(folder / "db.sqlite3"))
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(unquote(parts.path.removeprefix("/")) or ":memory:")
    if parts.scheme in ("postgres", "postgresql"):
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.removeprefix("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": dict(parse_qsl(parts.query)),
        }
    raise env.Misconfigured("DATABASE_URL must start with sqlite:/// or postgres://.")


def mail(url: str | None, folder: Path) -> dict[str, Any]:
    """Django's settings for mail by ``url`` (``smtp://``, ``smtp+tls://`` or ``smtps://``); files without one."""
    if not url:
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": str(folder / "outbox" / "mail"),
        }
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtp+tls", "smtps") or not parts.hostname:
        raise env.Misconfigured("AYAN_SMTP must be like smtps://name:password@host:465, smtp+tls://… or smtp://….")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or {"smtp": 25, "smtp+tls": 587, "smtps": 465}[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": 20,
    }


def _sqlite(name: str) -> dict[str, Any]:
    """SQLite as a server of several processes needs it: writers wait their turn instead of failing half-way."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": name,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 10,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
        },
    }


# --- the database, set up ---------------------------------------------------------------------------------------------


def set_up_django() -> None:
    """Set Django up with the settings that the environment names, else those for development.

    Raises Misconfigured for settings that do not hold.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ayan.config.settings.dev")
    import django

    django.setup()


def waiting() -> list[str]:
    """The migrations that the database has not seen yet, as ``app.name``; NewerFormat when it has seen unknown ones.

    Apps that this version does not have are left out: what somebody else keeps in the same database is theirs.
    """
    set_up_django()
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    known = executor.loader.disk_migrations
    apps = {app for app, _ in known}
    unknown = sorted(key for key in executor.loader.applied_migrations if key not in known and key[0] in apps)
    if unknown:
        app, name = unknown[-1]
        last = max(number for label, number in known if label == app)
        raise NewerFormat(Label("پایگاه داده ({app})", "The database ({app})").format(app=app), name, last)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]
