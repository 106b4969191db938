"""Where Django looks for the connection, under the name that it looks for."""

from ayan.config.hosting.database.city_connections import CityFileConnection as DatabaseWrapper

__all__ = ["DatabaseWrapper"]
