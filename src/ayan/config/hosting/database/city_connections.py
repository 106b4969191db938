"""Django's connections to the rows of the city in use: a file of SQLite, or a schema of PostgreSQL."""

from __future__ import annotations

from typing import Any, Final

from django.db.backends.postgresql import base as postgresql
from django.db.backends.sqlite3 import base as sqlite3
from psycopg import sql

from ayan.config.hosting import city_in_use
from ayan.config.hosting.database import TransactionElsewhere

DATABASE: Final = "db.sqlite3"


class CityFileConnection(sqlite3.DatabaseWrapper):
    """A connection that is closed and opened anew where another city is in use than it was opened for."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._of = ""

    def get_connection_params(self) -> dict[str, Any]:
        """What SQLite is opened with. NoCityInUse where it is not known whose rows are wanted."""
        entry = city_in_use.hosted()
        self._of = entry.code
        return {**super().get_connection_params(), "database": str(entry.home / DATABASE)}

    def get_autocommit(self) -> bool:
        """Whether each statement is a transaction of its own: as the connection stands, whoever it was opened for.

        Django asks as each request begins; to turn to the city's database for that would let no public page be
        answered while it is damaged or away.
        """
        if self.connection is None:
            self.ensure_connection()
        return self.autocommit

    def ensure_connection(self) -> None:
        """Be connected to the city in use. Raises TransactionElsewhere within a transaction of another one."""
        if self.connection is not None and self._of != city_in_use.hosted().code:
            if self.in_atomic_block:
                raise TransactionElsewhere
            self.close()
        super().ensure_connection()


class CitySchemaConnection(postgresql.DatabaseWrapper):
    """A connection whose search path is turned to the schema of the city in use before it is used."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._of = ""

    def get_autocommit(self) -> bool:
        """Whether each statement is a transaction of its own: as the connection stands, whoever it was opened for.

        Django asks as each request begins; to turn to the city's database for that would let no public page be
        answered while it is damaged or away.
        """
        if self.connection is None:
            self.ensure_connection()
        return self.autocommit

    def connect(self) -> None:
        """Connect, to no city yet."""
        self._of = ""
        super().connect()

    def ensure_connection(self) -> None:
        """Be connected, and turned to the city in use.

        Raises NoCityInUse where it is not known whose rows are wanted, and TransactionElsewhere within a transaction of
        another city.
        """
        entry = city_in_use.hosted()
        if self._of != entry.code and self.in_atomic_block:
            raise TransactionElsewhere
        super().ensure_connection()
        connection: Any = self.connection
        if self._of != entry.code and connection is not None:
            self._of = ""
            connection.execute(sql.SQL("SET search_path TO {}").format(sql.Identifier(entry.schema)))
            if not connection.autocommit:
                connection.commit()
            self._of = entry.code
