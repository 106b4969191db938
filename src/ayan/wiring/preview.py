"""A city as the public will see it once a waiting draft is sealed; with `city.held`, every page and answer shows it."""

from __future__ import annotations

from copy import copy

from ayan.core.query.engines.parquet import ParquetEngine
from ayan.core.query.reader import Reader
from ayan.core.release.preview import preview_shelf
from ayan.core.release.waiting import Waiting
from ayan.wiring.city import City


def preview_city(city: City, waiting: Waiting) -> City:
    """The same city, to be read only, with the draft among its releases.

    It is answered from the parts themselves, so that no index is ever made of what is not published.
    """
    found = copy(city)
    for room in ("shelf", "serving", "answering", "reader", "edition", "workplace", "record"):
        found.__dict__.pop(room, None)
    shelf = preview_shelf(city.workplace, city.store, waiting)
    engine = ParquetEngine()
    found.__dict__.update(shelf=shelf, answering=engine, reader=Reader(shelf, engine))
    return found
