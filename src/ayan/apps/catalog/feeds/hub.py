"""The WebSub hub that an operator has named: which feeds say so, and that one of them has changed.

The hub is somebody else's. Who subscribes there, to which address, and under which secret is never known here.
"""

from __future__ import annotations

from ipaddress import ip_network
from typing import Final
from urllib.parse import urlencode

from django.conf import settings

from ayan.apps.catalog.feeds.atom import FeedLink
from ayan.apps.catalog.limits import HUB_BYTES, HUB_SECONDS
from ayan.core.intake.http_fetch import FetchLimits, FetchOutcome, exchange

_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}


def address() -> str:
    """The hub's address; empty where none is named, or the site has no address of its own to be known by."""
    return str(settings.WEBSUB_HUB) if settings.ORIGIN else ""


def links() -> list[FeedLink]:
    """The link by which a feed names the hub, for feeds of whose changes it is told."""
    hub = address()
    return [FeedLink("hub", hub)] if hub else []


def tell(topic: str) -> None:
    """Tell the hub that the feed at an address has changed.

    It is reached as any outside address is: inner networks only where AYAN_PULL_NETWORKS names them, and after no
    redirect. Raises FetchOutcome where it does not take it.
    """
    hub = address()
    networks = tuple(ip_network(network) for network in settings.PULL_NETWORKS)
    bounds = FetchLimits(HUB_BYTES, HUB_SECONDS, networks, plain=hub.startswith("http://"))
    body = urlencode({"hub.mode": "publish", "hub.url": topic, "hub.topic": topic}).encode("ascii")
    try:
        exchange(hub, bounds, _FORM, body)
    except FetchOutcome as end:
        # Hubs answer 202 or 204, which is as good as 200.
        if end.code != "status" or not end.about.startswith("2"):
            raise
