"""The one door to DuckDB: every connection reaches the files it is given and nothing else, within stated limits."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa

from ayan.core.system.files import PRIVATE_FOLDER, make_folder, own_folder
from ayan.core.system.limits import USUAL_MEMORY, USUAL_THREADS

# Seconds between two interruptions of what goes on all the same.
_AGAIN: Final = 0.05

_NOTHING: Final[Mapping[str, Path]] = {}


def confined(
    database: Path | None = None,
    *,
    paths: Iterable[Path | str] = (),
    folders: Iterable[Path] = (),
    attach: Mapping[str, Path] = _NOTHING,
    create: Mapping[str, Path] = _NOTHING,
    attachable: Iterable[Path] = (),
    memory: str = USUAL_MEMORY,
    threads: int = USUAL_THREADS,
    spill: Path | None = None,
    spill_limit: str | None = None,
    storage_version: str | None = None,
    block_size: int | None = None,
    settings: Mapping[str, str | int | bool] | None = None,
    locked: bool = True,
) -> duckdb.DuckDBPyConnection:
    """Open a connection that can never reach more than what is named here; close it, or use it in a ``with`` block.

    ``database`` is the file that is opened and written, made where it is missing; None keeps everything in memory.

    What can be reached: the files ``paths``, whatever stands in ``folders`` (both to read and to write), the database
    files of ``attach``, attached under their names to be read, those of ``create``, made under theirs to be written,
    and ``attachable`` ones, which statements may attach later. No extension is installed or loaded, no address of a
    network opened, and no setting can be changed afterwards.

    ``memory`` is the most that it takes, as DuckDB writes sizes (``1GB``, ``256MB``, ``512MiB``), ``threads`` a number
    of threads. What does not fit goes to the folder ``spill``, up to ``spill_limit`` (a size likewise); without
    ``spill`` nothing is written aside, and a query over its memory fails with ``duckdb.OutOfMemoryException``.
    ``storage_version`` is the version of DuckDB that must be able to read the files that are written (``v1.4.0``).
    ``block_size`` are the bytes of a block of those of ``create``, a power of two from 16,384 to 262,144.

    ``settings`` are further settings by DuckDB's own names, for what is not a safeguard. Whoever has to change such a
    setting between two statements asks for ``locked=False`` and calls `lock` as soon as that is done: the files and the
    network are out of reach meanwhile, too.

    Raises ``duckdb.Error`` when a database file cannot be opened; nothing stays open then.
    """
    config: dict[str, str | bool | int | float | list[str]] = {
        **(settings or {}),
        "memory_limit": memory,
        "threads": threads,
        "temp_directory": str(spill) if spill else "",
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    if spill_limit is not None:
        config["max_temp_directory_size"] = spill_limit
    if storage_version is not None:
        config["storage_compatibility_version"] = storage_version
    connection = duckdb.connect(":memory:" if database is None else str(database), config=config)
    try:
        created = f"(BLOCK_SIZE {int(block_size)})" if block_size is not None else ""
        for names, mode in ((attach, "(READ_ONLY)"), (create, created)):
            for name, path in names.items():
                connection.execute(f"ATTACH $1 AS {_name(name)} {mode}", [str(path)])
        reached = [*map(str, paths), *(f"{path}{suffix}" for path in attachable for suffix in ("", ".wal"))]
        # DuckDB adds by itself the files that are attached and the folder of what is spilled.
        connection.execute("SET allowed_paths = $1", [reached])
        connection.execute("SET allowed_directories = $1", [[f"{folder}/" for folder in folders]])
        connection.execute("SET enable_external_access = false")
        if locked:
            lock(connection)
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def spill_folder(parent: Path) -> Iterator[Path]:
    """A private folder below ``parent``, made where it is missing, for what a connection cannot hold in memory.

    Close the connection before the block ends: the folder goes with it. What was written aside by processes that were
    killed goes when somebody makes the next one there; what living ones write aside is locked. Raises OSError.
    """
    make_folder(parent, mode=PRIVATE_FOLDER)
    with own_folder(parent, "spill-") as folder:
        yield folder


def spilling(parent: Path, held: ExitStack) -> Path | None:
    """A folder in ``parent`` for what questions cannot hold in memory, until what is ``held`` is closed.

    None where none can be made, as on a full disk: then what does not fit fails, and everything else is answered.
    """
    try:
        return held.enter_context(spill_folder(parent))
    except OSError:
        return None


class TimeLimit:
    """Interrupts what a connection runs for longer than ``seconds``; close it with the connection.

    One thread watches over the connection's life, for to start one for every statement takes longer than most of them.
    It is never woken: as long as it sleeps no more than ``seconds`` at a time, it wakes before any limit is reached.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, seconds: float) -> None:
        self._connection = connection
        self._seconds = seconds
        self._until: float | None = None
        self._changes = threading.Condition()
        self._watch: threading.Thread | None = None
        self._is_closed = False

    @contextmanager
    def running(self) -> Iterator[None]:
        """Let statements of the block run for ``seconds`` together; ``duckdb.InterruptException`` after them."""
        if self._watch is None:
            # A process must end even where nobody closes the limit.
            self._watch = threading.Thread(target=self._look, name="time-limit", daemon=True)
            self._watch.start()
        around = self._until
        with self._changes:
            self._until = time.monotonic() + self._seconds if around is None else around
        try:
            yield
        finally:
            with self._changes:
                self._until = around

    def close(self) -> None:
        """End the watch."""
        with self._changes:
            self._is_closed = True
            self._changes.notify()

    def _look(self) -> None:
        with self._changes:
            while not self._is_closed:
                if self._until is None:
                    self._changes.wait(self._seconds)
                elif (left := self._until - time.monotonic()) > 0:
                    self._changes.wait(left)
                else:
                    # Again until the block ends: the first may have come between two of its statements.
                    self._connection.interrupt()
                    self._changes.wait(_AGAIN)


def arrow_table(connection: duckdb.DuckDBPyConnection, query: str) -> pa.Table:
    """Every row of a query; what was not yet fetched of the answer before it, which would stand in its way, goes."""
    connection.execute("SELECT NULL").fetchall()
    table: pa.Table = connection.sql(query).to_arrow_table()
    return table


def lock(connection: duckdb.DuckDBPyConnection) -> None:
    """Let no setting of a connection be changed any more; for one that was opened with ``locked=False``."""
    connection.execute("SET lock_configuration = true")


def _name(name: str) -> str:
    """The name of an attached database: a plain word of ours, never one that came from outside."""
    if not (name.isascii() and name.isidentifier()):
        raise ValueError(f"not a name for a database: {name!r}")
    return name
