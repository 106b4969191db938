"""Where Django looks for the connection, under the name that it looks for."""

from ayan.config.hosting.database.city_connections import CitySchemaConnection as DatabaseWrapper

__all__ = ["DatabaseWrapper"]
