"""Django's connection to PostgreSQL, which finds the tables of the city in use and no others."""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import base
from psycopg import sql

from ayan.config.hosting import city_in_use
from ayan.config.hosting.database import TransactionElsewhere


class CitySchemaConnection(base.DatabaseWrapper):
    """A connection whose search path is turned to the schema of the city in use before it is used."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._of = ""

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
