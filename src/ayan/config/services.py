"""The services that variables name by an address, the database and the mail server, as Django is told of them."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from ayan.config import env
from ayan.config.env import Misconfigured
from ayan.config.limits import CONNECT_SECONDS
from ayan.core.schema.format_number import NewerFormat
from ayan.core.system import collector
from ayan.core.values.label import Label
from ayan.core.values.local_path import local_path


def database(url: str | None, folder: Path) -> dict[str, Any]:
    """Django's database entry for ``url`` (``sqlite:///path``, ``postgres://…``); SQLite in ``folder`` without one."""
    if not url:
        return _sqlite(str(folder / "db.sqlite3"))
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        local_path(path := unquote(parts.path.removeprefix("/")), "DATABASE_URL")
        return _sqlite(path or ":memory:")
    if parts.scheme in ("postgres", "postgresql"):
        try:
            port = str(parts.port or "")
        except ValueError:
            # What Python says of it repeats a part of the password.
            raise Misconfigured("DATABASE_URL: in its password / is written %2F, @ %40, : %3A and # %23.") from None
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.removeprefix("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": port,
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
            # Somebody waits for an answer meanwhile, and so does everybody behind them.
            "OPTIONS": {"connect_timeout": str(CONNECT_SECONDS), **dict(parse_qsl(parts.query))},
        }
    raise Misconfigured("DATABASE_URL must start with sqlite:/// or postgres://.")


def mail(url: str | None, folder: Path) -> dict[str, Any]:
    """Django's settings for mail by ``url`` (``smtp://``, ``smtp+tls://`` or ``smtps://``); files without one."""
    if not url:
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": str(folder / "outbox" / "mail"),
        }
    server = smtp(url)
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": server.host,
        "EMAIL_PORT": server.port,
        "EMAIL_HOST_USER": server.user,
        "EMAIL_HOST_PASSWORD": server.password,
        "EMAIL_USE_TLS": server.upgraded,
        "EMAIL_USE_SSL": server.encrypted,
        "EMAIL_TIMEOUT": 20,
    }


@dataclass(frozen=True, slots=True)
class MailServer:
    """A server that takes mail; ``encrypted`` from the first byte, or ``upgraded`` (STARTTLS)."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    encrypted: bool
    upgraded: bool


def smtp(url: str) -> MailServer:
    """The mail server that ``url`` names (``smtp://``, ``smtp+tls://`` or ``smtps://``); Misconfigured otherwise."""
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtp+tls", "smtps") or not parts.hostname:
        raise Misconfigured("AYAN_SMTP must be like smtps://name:password@host:465, smtp+tls://… or smtp://….")
    try:
        port = parts.port or {"smtp": 25, "smtp+tls": 587, "smtps": 465}[parts.scheme]
    except ValueError:
        # What Python says of it repeats a part of the password.
        raise Misconfigured("AYAN_SMTP has a port that is no number.") from None
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return MailServer(parts.hostname, port, user, password, parts.scheme == "smtps", parts.scheme == "smtp+tls")


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

    with collector.loading():
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


_AWAY: Final = frozenset({"OperationalError", "InterfaceError"})
_DRIVERS: Final = frozenset({"django", "psycopg", "sqlite3"})


def trouble(fault: Exception) -> Label | None:
    """What to tell of a database that does not answer; None for every other fault. It holds no password."""
    kinds = {kind.__name__ for kind in type(fault).__mro__ if kind.__module__.partition(".")[0] in _DRIVERS}
    if not kinds & _AWAY:
        return None
    reason = next((line.strip() for line in str(fault).splitlines() if line.strip()), type(fault).__name__)
    return Label(
        "پایگاه داده پاسخ نمی‌دهد. ببینید که روشن است و DATABASE_URL درست است. ({reason})",
        "The database does not answer. See that it runs and that DATABASE_URL is right. ({reason})",
    ).format(reason=reason[:300])


def database_files(home: Path) -> list[Path]:
    """The files of a city's SQLite database; none where the database is a server's."""
    known = database(env.read("DATABASE_URL"), home)
    if "sqlite" not in known["ENGINE"] or known["NAME"] == ":memory:":
        return []
    return [Path(f"{known['NAME']}{suffix}") for suffix in ("", "-wal", "-shm", "-journal")]


# --- their secrets ----------------------------------------------------------------------------------------------------

OF_SOURCES: Final = ("AYAN_SOURCE_DB_", "AYAN_SOURCE_WEB_")
"""How the names of the secrets of sources begin; each goes on as its operator likes."""


def take_credentials() -> None:
    """Let the secrets that stand as files in CREDENTIALS_DIRECTORY count as variables; those that are set stay.

    A file is called by its variable, or ``ayan_`` and its variable, as systemd names the files of a folder that a unit
    loads as ``ayan``. Raises Misconfigured for one that cannot be read.
    """
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    if not folder or not Path(folder).is_dir():
        return
    for path in sorted(Path(folder).iterdir()):
        name = path.name.removeprefix("ayan_")
        if os.environ.get(name) or not (
            (name in env.BY_NAME and env.BY_NAME[name].secret) or name.startswith(OF_SOURCES)
        ):
            continue
        try:
            os.environ[name] = path.read_text(encoding="utf-8").strip()
        except (OSError, ValueError):
            raise Misconfigured(f"{name} stands in {path}, which cannot be read.") from None
