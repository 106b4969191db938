"""The database of people and their work: set up, brought up to date, and put into a backup and out of it."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from ayan.config import backends, env

FILE: Final = "db.sqlite3"
RECORDS: Final = "records.jsonl"
SQLITE: Final = "sqlite"
PORTABLE: Final = "records"

# Made anew by every installation, or gone when their readers sign in again.
_LEFT_OUT: Final = ("contenttypes", "auth.permission", "sessions")


set_up_django, waiting = backends.set_up_django, backends.waiting


class OtherDatabase(Exception):
    """What the backup holds cannot go into the database that is configured; the text says why."""


def settings(home: Path) -> dict[str, Any]:
    """Django's entry for the database of a city's folder."""
    return backends.database(env.read("DATABASE_URL"), home)


def files(home: Path) -> list[Path]:
    """The files of a SQLite database; none where the database is a server's."""
    known = settings(home)
    if "sqlite" not in known["ENGINE"] or known["NAME"] == ":memory:":
        return []
    return [Path(f"{known['NAME']}{suffix}") for suffix in ("", "-wal", "-shm", "-journal")]


def set_up() -> None:
    """Set Django up, and bring the database's tables up to date, before anybody works with them.

    Raises Misconfigured for settings that do not hold, and NewerFormat when a later version has changed the database.
    """
    # A database of a later version is refused before anything of this one touches it.
    waiting()
    migrate()


def dump(home: Path, folder: Path) -> str | None:
    """Put what the database holds at this moment into ``folder``; says in which form, None where there is none yet."""
    there = files(home)
    if there:
        return _dump_file(there[0], folder / FILE) if there[0].is_file() else None
    set_up_django()
    from django.core.management import call_command
    from django.db import connection, transaction

    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        call_command(
            "dumpdata",
            format="jsonl",
            output=str(folder / RECORDS),
            exclude=list(_LEFT_OUT),
            use_natural_foreign_keys=True,
            verbosity=0,
        )
    return PORTABLE


def check(form: str | None, home: Path) -> None:
    """Raise OtherDatabase when what a backup holds cannot be put into the database that is configured."""
    there = files(home)
    if form == SQLITE and not there:
        raise OtherDatabase("the backup holds a SQLite file, DATABASE_URL names a server")
    if form == PORTABLE and there:
        raise OtherDatabase("the backup holds the records of a server, DATABASE_URL names none")
    for path in there:
        if not path.is_relative_to(home) and path.exists():
            raise OtherDatabase(f"{path} is there already")
    if not there and _tables():
        raise OtherDatabase("the database that DATABASE_URL names is not empty")


def load_file(folder: Path, home: Path, new_home: Path) -> None:
    """Put a SQLite file where the configured one is to stand; ``new_home`` will be ``home``."""
    there = files(home)
    if (folder / FILE).is_file() and there:
        target = there[0]
        if target.is_relative_to(home):
            target = new_home / target.relative_to(home)
        shutil.copyfile(folder / FILE, target)
        target.chmod(0o600)


def load_records(folder: Path) -> None:
    """Make the tables of a server's database and fill them."""
    if not (folder / RECORDS).is_file():
        return
    set_up_django()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)
    call_command("loaddata", str(folder / RECORDS), verbosity=0)


def migrate() -> None:
    """Bring the database's tables up to date."""
    set_up_django()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


def _dump_file(source: Path, target: Path) -> str:
    """A copy by SQLite's own means, whole while others write, in one file, checked."""
    with closing(sqlite3.connect(source, timeout=30)) as read, closing(sqlite3.connect(target)) as write:
        read.backup(write)
        write.execute("PRAGMA journal_mode = DELETE")
        verdict = write.execute("PRAGMA integrity_check").fetchone()
    if verdict != ("ok",):
        raise OSError(f"the copy of {source} is damaged: {verdict[0]}")
    return SQLITE


def _tables() -> int:
    """How many tables the server's database has; asked without Django, which would leave its marks in the folder."""
    import psycopg

    with psycopg.connect(env.read("DATABASE_URL") or "") as connection:
        row = connection.execute(
            "SELECT count(*) FROM information_schema.tables WHERE table_schema = current_schema()"
        ).fetchone()
    return int(row[0]) if row else 0
