"""A city as the public will see it once a waiting draft is sealed; with `city.in_use`, every page shows it."""

from __future__ import annotations

from copy import copy
from typing import Final

from ayan.core.publish.pending_draft import PendingDraft
from ayan.core.publish.preview import preview_shelf
from ayan.core.query.engines.parquet import ParquetEngine
from ayan.core.query.query_service import QueryService
from ayan.wiring.city import City

ROOMS: Final = (
    "release_store",
    "index_store",
    "query_engine",
    "query_service",
    "site_version",
    "publish_context",
    "transparency_log",
)
"""What a city opens over its own releases: a preview opens each anew, or not at all."""


def preview_city(city: City, pending: PendingDraft) -> City:
    """The same city, to be read only, with the draft among its releases.

    It is answered from the parts themselves, so that no index is ever made of what is not published.
    """
    preview = copy(city)
    for room in ROOMS:
        preview.__dict__.pop(room, None)
    store = preview_shelf(city.publish_context, city.store, pending)
    engine = ParquetEngine()
    preview.__dict__.update(release_store=store, query_engine=engine, query_service=QueryService(store, engine))
    return preview
