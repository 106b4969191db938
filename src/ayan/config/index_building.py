"""Indexes that are missing, built by the worker: those of the present, and those for want of which it was slow."""

from __future__ import annotations

import logging
import time

from ayan.config.limits import UNMARKED_SECONDS
from ayan.core.index.build_requests import BuildRequests
from ayan.core.store.objects import StoreError
from ayan.wiring.city import City
from ayan.wiring.document_words import document_index, follow_documents

log = logging.getLogger(__name__)


def note_missing(city: City) -> None:
    """Note every present state that lacks some of its index, as after the move to a new machine or a loss."""
    requests = BuildRequests(city.index_store.root)
    try:
        for slug in city.unindexed():
            requests.add(city.release_store.snapshot(slug))
    except (StoreError, OSError) as fault:
        log.warning("which indexes are missing cannot be said: %s", type(fault).__name__)


class StoreFollower:
    """Sees to the index files that a machine has for itself: what others sealed and took away shows there.

    What held rows that were withdrawn or erased is removed as soon as the store's mark is another one, and where nobody
    can say what that is, once in `UNMARKED_SECONDS`.
    """

    def __init__(self) -> None:
        self._mark: str | None = None
        self._looked = 0.0
        self._documents_mark: str | None = None
        self._documents_looked: float | None = None

    def follow(self, city: City) -> bool:
        """Do one piece of what there is to do; whether there was any."""
        mark = city.release_store.mark()
        if not self._looked or mark != self._mark or (mark is None and self._rested()):
            note_missing(city)
            for slug in city.release_store.slugs():
                try:
                    city.index_store.drop_stale(slug)
                except (StoreError, OSError) as fault:
                    log.warning("old index files of %s could not be removed: %s", slug, type(fault).__name__)
            self._mark, self._looked = mark, time.monotonic()
        if build_next(city):
            return True
        keep_names(city)
        return self.follow_documents(city, mark)

    def follow_documents(self, city: City, mark: str | None) -> bool:
        """See to the words of documents when something came or went, and where their file is lost or damaged.

        ``mark`` is that of the store; whether there was anything to do.
        """
        is_new = mark != self._documents_mark or self._documents_looked is None
        if not is_new and (document_index(city).path is not None or self._documents_were_seen_to()):
            return False
        self._documents_mark, self._documents_looked = mark, time.monotonic()
        return follow_documents(city) is not None

    def _documents_were_seen_to(self) -> bool:
        looked = self._documents_looked
        return looked is not None and time.monotonic() - looked < UNMARKED_SECONDS

    def _rested(self) -> bool:
        return time.monotonic() - self._looked > UNMARKED_SECONDS


def keep_names(city: City) -> None:
    """Write the names of one dataset down beside its index, for the processes that answer questions in words."""
    try:
        city.lexicons.keep_names(city.registry.all)
    except (StoreError, OSError) as fault:
        log.warning("names could not be kept: %s", type(fault).__name__)


def build_next(city: City) -> bool:
    """Build the index of one state that is noted, those of the present first; whether there was one.

    One that cannot be built is forgotten until somebody notes it again.
    """
    requests = BuildRequests(city.index_store.root)
    noted = sorted(requests.states(city.release_store), key=lambda state: not city.index_store.is_current(state))
    if not noted:
        return False
    state = noted[0]
    try:
        city.index_store.build(state.slug, state)
    except (StoreError, OSError) as fault:
        log.warning("the index of %s could not be built: %s", state.slug, type(fault).__name__)
    finally:
        requests.remove(state)
    return True
