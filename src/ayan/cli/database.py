"""The database of people and their work: set up, brought up to date, and put into a backup and out of it."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ayan.cli.report_text import say
from ayan.config import database_tables, env, private_home, services
from ayan.core.system.files import PRIVATE_FOLDER, locked, make_folder, own_folder
from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal

FILE: Final = "db.sqlite3"
MIGRATION_LOCK: Final = 0x4179_616D
"""The number of the lock in a server's database under which its tables are changed."""
RECORDS: Final = "records.jsonl"
SQLITE: Final = "sqlite"
PORTABLE: Final = "records"

# Made anew by every installation, gone when their readers sign in again, or true of one moment alone.
_LEFT_OUT: Final = ("contenttypes", "auth.permission", "sessions", "desk.workerlease")


set_up_django, waiting, trouble = services.set_up_django, services.waiting, services.trouble
files = services.database_files


class OtherDatabase(Refusal):
    """What the backup holds cannot go into the database that is configured; the words say why and what to do."""

    code = "other-database"
    fa = "پایگاه داده با پشتیبان جور نیست."
    en = "The database does not fit the backup."
    status = 500


_IS_FILE: Final = Label(
    "این پشتیبان پروندهٔ SQLite دارد، ولی DATABASE_URL کارساز پایگاه داده را نشان می‌دهد. آن را بردارید؛ هیچ‌یک در دیگری "
    "خوانده نمی‌شود.",
    "This backup holds a SQLite file, but DATABASE_URL names a server. Unset it; the one cannot be read into the "
    "other.",
)
_IS_RECORDS: Final = Label(
    "این پشتیبان رکوردهای PostgreSQL دارد و تنها در PostgreSQL برپا می‌شود. پایگاهی خالی بسازید و نشانی آن را در "
    "DATABASE_URL بگذارید.",
    "This backup holds the records of PostgreSQL and can only be restored into PostgreSQL. Make an empty database and "
    "set DATABASE_URL to it.",
)
_STANDS: Final = Label("{path} از پیش هست.", "{path} is there already.")
_FULL: Final = Label(
    "پایگاه دادهٔ DATABASE_URL خالی نیست. پایگاهی خالی بسازید.",
    "The database that DATABASE_URL names is not empty. Make an empty one.",
)


def set_up() -> list[str]:
    """Set Django up, close the city's folder, and bring the database's tables up to date; what was waiting.

    To be called before anybody works here.

    Raises Misconfigured for settings that do not hold, NewerFormat when a later version has changed the database,
    OtherHome when it belongs to another city's folder, and Django's OperationalError when it does not answer.
    """
    with _turn():
        # A database of a later version is refused before anything of this one touches it.
        names = waiting()
        close_home(env.home())
        migrate()
        claim()
    return names


def read_from() -> None:
    """Set Django up, and bring the tables up to date where they are not, for a verb that only reads what they hold.

    A city that nobody works in has no tables yet. Raises as `set_up`, but OtherHome.
    """
    set_up_django()
    with _turn():
        if waiting():
            migrate()


@contextmanager
def _turn() -> Iterator[None]:
    """Let one process at a time look at the tables and change them: several may start at once, on several machines."""
    make_folder(env.home() / "work", mode=PRIVATE_FOLDER)
    with locked(env.home() / "work" / "migrate.lock"):
        set_up_django()
        from django.db import connection

        if connection.vendor != "postgresql":
            yield
            return
        # The lock is that of a session, and goes with it however this process ends.
        own = connection.copy(alias="migrations")
        try:
            with own.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
            yield
        finally:
            own.close()


def close_home(home: Path) -> None:
    """Close what of a city's folder stands open to other users of the machine; it is told, once."""
    if closed := private_home.close(home, files(home)):
        say(
            Label(
                "{home} برای کاربران دیگر این ماشین باز بود ({count} مورد) و بسته شد.",
                "{home} was open to other users of this machine ({count} places), and was closed.",
            ).format(home=home, count=len(closed)),
            error=True,
        )


def dump(home: Path, folder: Path) -> str | None:
    """Put what the database holds at this moment into ``folder``; says in which form, None where there is none yet."""
    there = files(home)
    if there:
        return _dump_file(there[0], folder / FILE) if there[0].is_file() else None
    set_up_django()
    from django.core import serializers
    from django.core.management import call_command
    from django.db import connection, transaction

    from ayan.cli import exact_records

    serializers.register_serializer(exact_records.FORMAT, exact_records.__name__)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        call_command(
            "dumpdata",
            format=exact_records.FORMAT,
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
        raise OtherDatabase().worded(_IS_FILE)
    if form == PORTABLE and there:
        raise OtherDatabase().worded(_IS_RECORDS)
    for path in there:
        if not path.is_relative_to(home) and path.exists():
            raise OtherDatabase().worded(_STANDS.format(path=path))
    if not there and _tables():
        raise OtherDatabase().worded(_FULL)


def load_file(folder: Path, home: Path, new_home: Path) -> None:
    """Put a SQLite file where the configured one is to stand; ``new_home`` will be ``home``."""
    there = files(home)
    if (folder / FILE).is_file() and there:
        target = there[0]
        if target.is_relative_to(home):
            target = new_home / target.relative_to(home)
        shutil.copyfile(folder / FILE, target)
        target.chmod(0o600)


@dataclass(frozen=True, slots=True)
class LoadedTrail:
    """What became of the audit trail among records that were loaded.

    ``completed`` is how many of its acts had a time that an earlier version had cut, which their digests gave back;
    ``broken`` the number of the first act from which on the chain does not hold, None where all of it does.
    """

    completed: int
    broken: int | None


def load_records(folder: Path, scratch: Path) -> LoadedTrail | None:
    """Make the tables of a server's database, fill them and check the audit trail; None where there are no records."""
    if not (folder / RECORDS).is_file():
        return None
    set_up_django()
    from django.core.management import call_command

    from ayan.apps.accounts import audit
    from ayan.cli import exact_records

    database_tables.bring_up()
    make_folder(scratch, mode=PRIVATE_FOLDER)
    with own_folder(scratch, "records-") as completing:
        # Not in the backup, which stays as it is.
        records = completing / RECORDS
        completed = exact_records.complete(folder / RECORDS, records)
        call_command("loaddata", str(records), verbosity=0)
    broken = audit.check()
    return LoadedTrail(completed, broken.number if broken else None)


def migrate() -> None:
    """Bring the database's tables up to date."""
    set_up_django()
    database_tables.bring_up()


def claim(*, take: bool = False) -> None:
    """Bind the database to the city's folder; with ``take`` also when another one has it. OtherHome without."""
    set_up_django()
    from ayan.config import database_home

    database_home.claim(env.home(), take=take)


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
