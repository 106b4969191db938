"""Django's connection to SQLite, opened at the file of the city in use."""

from __future__ import annotations

from typing import Any

from django.db.backends.sqlite3 import base

from ayan.config.hosting import city_in_use
from ayan.config.hosting.database import TransactionElsewhere

DATABASE = "db.sqlite3"


class CityFileConnection(base.DatabaseWrapper):
    """A connection that is closed and opened anew where another city is in use than it was opened for."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._of = ""

    def get_connection_params(self) -> dict[str, Any]:
        """What SQLite is opened with. NoCityInUse where it is not known whose rows are wanted."""
        entry = city_in_use.hosted()
        self._of = entry.code
        return {**super().get_connection_params(), "database": str(entry.home / DATABASE)}

    def ensure_connection(self) -> None:
        """Be connected to the city in use. Raises TransactionElsewhere within a transaction of another one."""
        if self.connection is not None and self._of != city_in_use.hosted().code:
            if self.in_atomic_block:
                raise TransactionElsewhere
            self.close()
        super().ensure_connection()
