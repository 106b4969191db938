"""Telling the WebSub hub of acts that are new in the log: once each, again after a pause, and not for ever."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from django.urls import reverse

from ayan.apps.logbook.declared_changes import FOLDERS
from ayan.apps.logbook.limits import FIRST_HUB_PAUSE, HUB_TOPICS_A_ROUND, LONGEST_HUB_PAUSE, MOST_HUB_TRIES
from ayan.core.intake.http_fetch import FetchOutcome
from ayan.core.ledger.tiles import WIDTH
from ayan.core.system.files import PRIVATE, PRIVATE_FOLDER, make_folder, write
from ayan.core.transparency.entries.declaration import Declaration
from ayan.core.transparency.entries.entry import Entry, read_entry
from ayan.core.transparency.entries.statement import Statement
from ayan.core.transparency.interrupted_acts import took_effect
from ayan.core.values import locale
from ayan.ui.api.responses import ROOT
from ayan.wiring.city import City

STATE: Final = Path("work", "hub.json")

log = logging.getLogger("ayan.hub")


@dataclass(frozen=True, slots=True)
class HubState:
    """What the hub knows: acts before ``leaf``. After ``failures`` it is told again at ``again`` (POSIX seconds)."""

    hub: str
    leaf: int
    failures: int = 0
    again: float = 0.0


def tell_hub(city: City, hub: str, site: str, tell: Callable[[str], None]) -> list[str]:
    """Tell the hub of whatever can be seen since the last round; the addresses of the feeds that it was told of.

    The first round begins with what comes from then on. An act is told when it can be seen: its leaf stands before.
    """
    current = city.log
    if current is None:
        return []
    path, now, size = city.home / STATE, city.clock.now().timestamp(), current.size
    state = _read(path)
    if state is None or state.hub != hub or state.leaf > size:
        _keep(path, HubState(hub, size))
        return []
    if state.leaf == size or now < state.again:
        return []
    topics: dict[str, None] = {}
    end = state.leaf
    for leaf in current.leaves(state.leaf, min(size, state.leaf + WIDTH)):
        entry = read_entry(leaf)
        if not _is_seen(city, entry) or len(topics) >= HUB_TOPICS_A_ROUND:
            break
        topics.update(dict.fromkeys(_topics(entry, site)))
        end += 1
    try:
        for topic in topics:
            tell(topic)
    except FetchOutcome as end_of_it:
        _keep(path, _later(state, end, now, end_of_it.code))
        return []
    if end > state.leaf:
        _keep(path, HubState(hub, end))
    return list(topics)


def _later(state: HubState, end: int, now: float, code: str) -> HubState:
    failures = state.failures + 1
    if failures >= MOST_HUB_TRIES:
        log.warning("the hub was told of leaves up to %d in vain and is told no more of them (%s)", end, code)
        return HubState(state.hub, end)
    pause = min(LONGEST_HUB_PAUSE, FIRST_HUB_PAUSE * 2 ** (failures - 1))
    return HubState(state.hub, state.leaf, failures, now + pause)


def _is_seen(city: City, entry: Entry) -> bool:
    """Whether readers see by now what an act did; of one that was taken back, what stands instead."""
    if not isinstance(entry, Statement):
        return True
    standing = city.log_replay.now().standing().get(entry.ref)
    return standing is None or took_effect(city.release_store, standing)


def _topics(entry: Entry, site: str) -> Iterator[str]:
    """The addresses of the feeds that an act is told in."""
    if isinstance(entry, Statement):
        feeds = ("changes_feed", "changes_json_feed")
        yield from (site + reverse(f"{lang}:{feed}") for lang in locale.codes() for feed in feeds)
        yield f"{site}{ROOT}/{entry.dataset}/releases.atom"
    elif isinstance(entry, Declaration) and entry.path.partition("/")[0] in FOLDERS:
        yield from (site + reverse(f"{lang}:declared_changes_feed") for lang in locale.codes())


def _read(path: Path) -> HubState | None:
    try:
        return HubState(**json.loads(path.read_bytes()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def _keep(path: Path, state: HubState) -> None:
    make_folder(path.parent, mode=PRIVATE_FOLDER)
    write(path, json.dumps(asdict(state)).encode(), mode=PRIVATE)
