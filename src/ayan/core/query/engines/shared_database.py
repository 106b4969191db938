"""One DuckDB for the states that an engine has open: what each would take of its own is taken once.

A database costs some four megabytes and fourteen milliseconds before it has read anything, and a search asks every
dataset of a city. So states stand side by side in one, each as a small database of its own: a view of its rows, and the
files it reads attached beside it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from itertools import count
from pathlib import Path
from typing import Final

import duckdb

from ayan.core.query.row_sql import WHOLE
from ayan.core.system.duckdb import confined, spilling
from ayan.core.values.sql import literal

# The letters after which the number of a state stands in the names that its statements know.
_STATE: Final = "state_"


class SharedDatabase:
    """A DuckDB that reaches the index files of one ``folder`` and nothing else; safe to share between threads.

    ``memory`` is what all questions take together, with the blocks that are kept of what was read; what does not fit
    goes to a folder of its own in ``spill``, up to ``spill_limit``. It is opened when the first state is.
    """

    def __init__(
        self, folder: Path, *, memory: str, spill: Path, spill_limit: str, settings: Mapping[str, str | int | bool]
    ) -> None:
        self._spill = spill
        self._open: Callable[[Path | None], duckdb.DuckDBPyConnection] = lambda own: confined(
            folders=[folder], memory=memory, threads=1, spill=own, spill_limit=spill_limit, settings=settings
        )
        self._lock = threading.RLock()
        self._numbers = count()
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._held = ExitStack()
        self._standing = 0

    def attach(self, files: Sequence[Path], view: Callable[[Sequence[str]], str], name: str) -> SharedState:
        """Attach the index ``files`` of a state and make its view ``name``, of which ``view`` gives the SQL.

        ``view`` is told the names of the files, in their order. Raises ``duckdb.Error`` where one cannot be attached;
        nothing of the state stays then.
        """
        with self._lock:
            state = SharedState(self, f"{_STATE}{next(self._numbers)}", name)
            self._standing += 1
            try:
                connection = self.connection()
                connection.execute(f"ATTACH ':memory:' AS {state.name}")
                state.schemas.append(state.name)
                state.files = tuple(state.attach(connection, path) for path in files)
                connection.execute(f"CREATE VIEW {state.table} AS {view(state.files)}")
            except BaseException:
                state.close()
                raise
            return state

    def connection(self) -> duckdb.DuckDBPyConnection:
        """The connection that attaches and detaches; for whoever holds the lock."""
        if self._connection is None:
            with ExitStack() as held:
                self._connection = self._open(spilling(self._spill, held))
                self._held = held.pop_all()
        return self._connection

    def cursor(self, state: SharedState) -> duckdb.DuckDBPyConnection:
        """A cursor that keeps the state attached until `leave`."""
        with self._lock:
            cursor = self.connection().cursor()
            state.users += 1
            return cursor

    def leave(self, state: SharedState) -> None:
        """One cursor of the state is closed."""
        with self._lock:
            state.users -= 1
            if state.closed and not state.users:
                self._detach(state)

    def close(self, state: SharedState) -> None:
        """Detach the state, as soon as no cursor of it is in use."""
        with self._lock:
            if not state.closed:
                state.closed = True
                if not state.users:
                    self._detach(state)

    def _detach(self, state: SharedState) -> None:
        for schema in state.schemas:
            with suppress(duckdb.Error):
                self.connection().execute(f"DETACH {schema}")
        state.schemas.clear()
        self._standing -= 1
        if self._standing <= 0 and self._connection is not None:
            # Without a state it gives its memory back, and whatever a fatal fault has left of it.
            self._connection.close()
            self._held.close()
            self._connection = None
            self._standing = 0


class SharedState:
    """A state within a shared database: its name there, those of its index files, and all that is attached for it."""

    def __init__(self, host: SharedDatabase, name: str, view: str) -> None:
        self._host = host
        self.name = name
        # By its whole name: to say `USE` to each cursor took a tenth of a question about one group.
        self.schema = f"{name}.main"
        self.table = f"{self.schema}.{view}"
        self.schemas: list[str] = []
        self.files: tuple[str, ...] = ()
        self.users = 0
        self.closed = False

    def attach(self, connection: duckdb.DuckDBPyConnection, path: Path) -> str:
        """Attach one more file, to be read; the name it has. ``duckdb.Error`` where it cannot be."""
        schema = f"{self.name}_{len(self.schemas)}"
        connection.execute(f"ATTACH {literal(str(path))} AS {schema} (READ_ONLY)")
        self.schemas.append(schema)
        return schema

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A cursor of the state, to be followed by `leave`."""
        return self._host.cursor(self)

    def leave(self) -> None:
        """A cursor of it is closed."""
        self._host.leave(self)

    def close(self) -> None:
        """Let the state go when its last cursor is closed."""
        self._host.close(self)


class OwnConnection:
    """A state in a database of its own, which goes with what is ``held`` for it when its last cursor is closed."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, held: ExitStack | None = None) -> None:
        self.connection = connection
        self.table = WHOLE
        self._held = held or ExitStack()
        self._lock = threading.Lock()
        self._users = 0
        self._closed = False

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """One question's cursor, which keeps the database open until `leave`."""
        with self._lock:
            cursor = self.connection.cursor()
            self._users += 1
            return cursor

    def leave(self) -> None:
        """A cursor of it is closed."""
        with self._lock:
            self._users -= 1
            self._let_go()

    def close(self) -> None:
        """Close the database, as soon as no cursor of it is in use: DuckDB would close them with it."""
        with self._lock:
            self._closed = True
            self._let_go()

    def _let_go(self) -> None:
        if self._closed and self._users <= 0:
            self.connection.close()
            self._held.close()
