"""A city as the public will see it once a waiting draft is sealed; with `city.held`, every page and answer shows it."""

from __future__ import annotations

from copy import copy

from ayan.core.query.engines.parquet import ParquetEngine
from ayan.core.query.query_service import QueryService
from ayan.core.release.pending_draft import PendingDraft
from ayan.core.release.preview import preview_shelf
from ayan.wiring.city import City


def preview_city(city: City, pending: PendingDraft) -> City:
    """The same city, to be read only, with the draft among its releases.

    It is answered from the parts themselves, so that no index is ever made of what is not published.
    """
    preview = copy(city)
    for room in ("shelf", "serving", "answering", "reader", "edition", "workplace", "record"):
        preview.__dict__.pop(room, None)
    store = preview_shelf(city.publish_context, city.store, pending)
    engine = ParquetEngine()
    preview.__dict__.update(shelf=store, answering=engine, reader=QueryService(store, engine))
    return preview
