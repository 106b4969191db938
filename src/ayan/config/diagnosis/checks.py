"""The list of checks, in the order in which a new installation would meet them: who asks for health asks here."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from ayan.config.diagnosis.accountability import examine_accountability, examine_findings
from ayan.config.diagnosis.counter import examine_kinds
from ayan.config.diagnosis.database import examine_database, examine_people, examine_sources
from ayan.config.diagnosis.health_finding import HealthFinding, reason, worst
from ayan.config.diagnosis.installation import (
    examine_assets,
    examine_capacity,
    examine_disks,
    examine_folders,
    examine_scans,
    examine_settings,
)
from ayan.config.diagnosis.ledger import examine_ledger
from ayan.config.diagnosis.object_store import examine_object_store
from ayan.config.diagnosis.originals import examine_document_originals, examine_originals
from ayan.config.diagnosis.privacy import examine_privacy
from ayan.config.diagnosis.publication import (
    examine_cities,
    examine_declarations,
    examine_index,
    examine_releases,
    examine_times,
)
from ayan.config.diagnosis.services import examine_services
from ayan.config.diagnosis.single_sign_on import examine_single_sign_on
from ayan.core.values.label import Label
from ayan.wiring import city

_LOG: Final = logging.getLogger(__name__)


def examine(*, deep: bool = False) -> Iterator[HealthFinding]:
    """Everything there is to look at; with ``deep`` every published file and every leaf is read again.

    A check that fails by itself is a finding too, and keeps no other from being made. Changes nothing.
    """
    home = city.current()
    yield from _guarded("settings", examine_settings)
    yield from _guarded("folders", lambda: examine_folders(home))
    yield from _guarded("single-sign-on", lambda: examine_single_sign_on(home))
    yield from _guarded("privacy", lambda: examine_privacy(home))
    yield from _guarded("disk", lambda: examine_disks(home))
    yield from _guarded("object-store", lambda: examine_object_store(home))
    yield from _guarded("declarations", lambda: examine_declarations(home))
    yield from _guarded("releases", lambda: examine_releases(home, deep))
    yield from _guarded("times", lambda: examine_times(home))
    yield from _guarded("originals", lambda: examine_originals(home, deep))
    yield from _guarded("index", lambda: examine_index(home, deep))
    yield from _guarded("log", lambda: examine_ledger(home, deep))
    yield from _guarded("accountability", lambda: examine_accountability(home))
    yield from _guarded("other-city", lambda: examine_cities(home, deep))
    yield from _work(deep=deep)
    yield from _guarded("fonts", examine_assets)
    yield from _guarded("scans", examine_scans)
    yield from _guarded("capacity", examine_capacity)


def _work(*, deep: bool) -> Iterator[HealthFinding]:
    """What is asked of the database, and nothing of it where that is away, which has been told then."""
    home, database = city.current(), list(_guarded("database", examine_database))
    yield from database
    # Its models can be read only after Django was set up, by the check before.
    from ayan.config.diagnosis import machines, work

    if worst(database) != "error":
        yield from _guarded("people", examine_people)
        yield from _guarded("sources", examine_sources)
        yield from _guarded("document-originals", lambda: examine_document_originals(home, deep))
        yield from _guarded("findings", lambda: examine_findings(home))
        yield from _guarded("queue", work.examine_queue)
        yield from _guarded("worker-place", lambda: machines.examine_lease(home.home))
    yield from _guarded("shared-folder", lambda: machines.examine_shared_folder(home))
    yield from _guarded("case-kinds", examine_kinds)
    yield from _guarded("declared-services", lambda: examine_services(home))
    yield from _guarded("worker", lambda: work.examine_worker(home))
    yield from _guarded("backup", lambda: work.examine_backup(home))


def _guarded(code: str, check: Callable[[], Iterable[HealthFinding]]) -> Iterator[HealthFinding]:
    try:
        yield from check()
    except Exception as fault:  # noqa: BLE001 - what fails is a finding, whatever it is
        _LOG.exception("a check could not be made: %s", code)
        words = Label("این بررسی انجام نشد ({code}): {why}.", "This check could not be made ({code}): {why}.")
        yield HealthFinding("check-failed", "error", words.format(code=code, why=reason(fault)))
