"""One process at a time does a named thing of the city, and who is killed meanwhile leaves nothing behind.

A time in a row, until which somebody has something, keeps it from everybody for so long when its holder is killed. A
lock of the database's server goes with the session: at once when the process ends, and when a machine is gone as soon
as the server notices (`tcp_keepalives_*`). SQLite is one machine's, and so is a lock of a file.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from pathlib import Path

from django.db import DatabaseError, connection

from ayan.core.system.files import PRIVATE_FOLDER, locked, make_folder

# Cities that share a database have a schema each, and a lock is the database's.
_NUMBER = "hashtextextended(current_schema() || ' ' || %s, 0)"


@contextmanager
def exclusively(what: str, home: Path) -> Iterator[bool]:
    """Whether nobody else does ``what``; then nobody else is told so until the block ends. Nobody waits.

    ``what`` is one of few names: where the database is a file, each has one of its own in the city's folder ``home``.
    """
    if connection.vendor != "postgresql":
        with _by_file(what, home / "work") as alone:
            yield alone
        return
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_try_advisory_lock({_NUMBER})", [what])
        alone = cursor.fetchone()[0]
    try:
        yield alone
    finally:
        if alone:
            _let_go(what)


def is_alone_in_transaction(what: str) -> bool:
    """Whether no other transaction does ``what``; then none is told so until this one ends. Nobody waits.

    To be asked within a transaction. SQLite has one transaction at a time that writes.
    """
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_try_advisory_xact_lock({_NUMBER})", [what])
        return bool(cursor.fetchone()[0])


def _let_go(what: str) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_advisory_unlock({_NUMBER})", [what])
    except DatabaseError:
        # The session that held it is gone, or can be asked nothing more: it ends, and the lock with it.
        connection.close()


@contextmanager
def _by_file(what: str, folder: Path) -> Iterator[bool]:
    make_folder(folder, mode=PRIVATE_FOLDER)
    name = sha256(what.encode()).hexdigest()[:16]
    with ExitStack() as stack:
        try:
            stack.enter_context(locked(folder / f"alone-{name}.lock", wait=0))
            alone = True
        except BlockingIOError:
            alone = False
        yield alone
