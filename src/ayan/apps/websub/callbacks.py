"""Callbacks: which of them are spoken to, and speaking to many of them at a time, to one host never twice at once."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from ipaddress import ip_network
from queue import SimpleQueue
from typing import Final, TypeVar
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber

from ayan.apps.websub.limits import (
    BATCH_SECONDS,
    CALLBACK_SECONDS,
    CALLBACKS_A_BATCH,
    CALLBACKS_AT_ONCE,
    CHALLENGE_BYTES,
    LEAST_FREE_PORT,
)
from ayan.apps.websub.models import HubRequest, HubSubscription
from ayan.core.intake.http_fetch import FetchLimits, FetchOutcome, Reply, check_address, reply
from ayan.ui.text_encryption import fingerprint, lock, unlock

_Row = TypeVar("_Row", HubRequest, HubSubscription)
PURPOSE: Final = b"ayan websub 1"
_HTTP_PORTS: Final = frozenset({None, 80, 443})


@dataclass(frozen=True, slots=True)
class Errand:
    """One request to one callback, of the row of that number; errands to one ``host`` are run one after the other."""

    number: int
    host: str
    run: Callable[[], Reply]


Ending = Reply | FetchOutcome | None
"""What came of an errand; None where there was no time left for it, or its host had just failed."""


def is_speakable(address: str) -> bool:
    """Whether an address may be a callback, as far as that can be told by its letters: where it leads is judged later.

    Ports of other protocols are none, and the portal is no subscriber of its own.
    """
    try:
        check_address(address, plain=True)
    except FetchOutcome:
        return False
    parts = urlsplit(address)
    own = (urlsplit(str(settings.ORIGIN)).hostname or "").rstrip(".")
    fit = parts.port in _HTTP_PORTS or (parts.port or 0) >= LEAST_FREE_PORT
    return fit and "#" not in address and host_of(address) != own


def host_of(address: str) -> str:
    """The host of a callback, in one spelling."""
    return (urlsplit(address).hostname or "").casefold().rstrip(".")


def host_key(address: str) -> str:
    """A keyed digest of its host."""
    return fingerprint("websub host", host_of(address))


def key_of(address: str) -> str:
    """A keyed digest of the callback, by which its subscription is known again."""
    return fingerprint("websub callback", address)


def sealed(text: str) -> str:
    """A callback or a secret as it is kept."""
    return lock(text, PURPOSE) if text else ""


def opened(kept: str) -> str:
    """What was sealed. Raises cryptography's InvalidToken where the key has gone."""
    return unlock(kept, PURPOSE) if kept else ""


def get(address: str, parameters: Mapping[str, str]) -> Reply:
    """Ask a callback, with parameters behind those of its own. Raises FetchOutcome."""
    joined = "&" if urlsplit(address).query else "?"
    # An address that ends with the mark itself has an empty query.
    head = address.removesuffix("?") if joined == "?" else address
    return reply(f"{head}{joined}{urlencode(parameters)}", _bounds(CHALLENGE_BYTES), {})


def post(address: str, headers: Mapping[str, str], body: bytes) -> Reply:
    """Send a callback something; of its answer the status alone is of interest. Raises FetchOutcome."""
    return reply(address, _bounds(0), headers, body)


def _bounds(size: int) -> FetchLimits:
    # Not the networks of pulls: those addresses are chosen by the operator and officers, these by anybody.
    networks = tuple(ip_network(network) for network in settings.WEBSUB_NETWORKS)
    return FetchLimits(size, CALLBACK_SECONDS, networks, plain=True)


def in_turn(rows: QuerySet[_Row], order: str) -> list[_Row]:
    """Rows of one batch, of each host the first, then of each the second: nobody keeps others waiting by being many."""
    turn = Window(RowNumber(), partition_by=F("host"), order_by=(F(order).asc(), F("pk").asc()))
    return list(rows.annotate(turn=turn).order_by("turn", order, "pk")[:CALLBACKS_A_BATCH])


def run_errands(errands: Iterable[Errand]) -> Iterator[tuple[int, Ending]]:
    """Run errands on threads of their own; the number of each with what came of it, as it comes."""
    by_host: dict[str, list[Errand]] = defaultdict(list)
    for errand in errands:
        by_host[errand.host].append(errand)
    until = time.monotonic() + BATCH_SECONDS
    results: SimpleQueue[tuple[int, Ending | Exception]] = SimpleQueue()

    def run(of_host: list[Errand]) -> None:
        is_closed = False
        for errand in of_host:
            ending: Ending | Exception = None
            if not is_closed and time.monotonic() < until:
                try:
                    ending = errand.run()
                except FetchOutcome as end:
                    ending, is_closed = end, True
                except Exception as fault:  # noqa: BLE001 - raised below, where somebody hears of it
                    ending = fault
            results.put((errand.number, ending))

    with ThreadPoolExecutor(CALLBACKS_AT_ONCE) as pool:
        for of_host in by_host.values():
            pool.submit(run, of_host)
        for _ in range(sum(map(len, by_host.values()))):
            number, ending = results.get()
            if isinstance(ending, Exception) and not isinstance(ending, FetchOutcome):
                raise ending
            yield number, ending
