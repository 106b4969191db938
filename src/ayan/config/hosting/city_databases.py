"""The databases of an installation's cities, each brought to this version by itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ayan.config import database_home, database_tables, services
from ayan.config.hosting.city_hosts import HostedCity
from ayan.config.hosting.city_in_use import hosting
from ayan.core.system.files import PRIVATE_FOLDER, locked, make_folder
from ayan.wiring.city import City


def make_schema(entry: HostedCity, city: City) -> None:
    """Make the place of a city's rows in a database server; a city with a file of its own needs none."""
    with hosting(entry, city):
        from django.db import connection

        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                name = connection.ops.quote_name(entry.schema)
                cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {name}")


def waiting(entry: HostedCity, city: City) -> list[str]:
    """The migrations that a city's database has not seen, as ``app.name``; errors as of `services.waiting`."""
    with _connected(entry, city):
        return services.waiting()


def bring_up(entry: HostedCity, city: City) -> list[str]:
    """Bring a city's database to this version and bind it to the city's folder; what was waiting.

    Raises NewerFormat, OtherHome and Django's OperationalError; no other city is touched by that.
    """
    work = entry.home / "work"
    make_folder(work, mode=PRIVATE_FOLDER)
    with locked(work / "migrate.lock"), _connected(entry, city):
        names = services.waiting()
        if names:
            database_tables.bring_up()
        database_home.claim(entry.home)
    return names


@contextmanager
def _connected(entry: HostedCity, city: City) -> Iterator[None]:
    """The city in use; its connection is given back at the end, for there may be hundreds of others."""
    from django.db import connections

    with hosting(entry, city):
        try:
            yield
        finally:
            connections.close_all()
