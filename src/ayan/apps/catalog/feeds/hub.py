"""The WebSub hub of the feeds, the city's own or one that the operator has named: which feeds say so, and telling it.

Of another's hub nothing is known here: who subscribes there, to which address, and under which secret. The city's own
is `ayan.apps.websub`.
"""

from __future__ import annotations

from ipaddress import ip_network
from typing import Final
from urllib.parse import urlencode

from django.conf import settings

from ayan.apps.catalog.feeds.atom_feed import FeedLink
from ayan.apps.catalog.limits import HUB_BYTES, HUB_SECONDS
from ayan.core.intake.http_fetch import FetchLimits, FetchOutcome, is_success, reply

OWN: Final = "own"
"""The setting by which the city is its own hub."""

PATH: Final = "/websub"
"""Where that stands on the site."""

_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}


def is_own() -> bool:
    """Whether the city is the hub of its feeds."""
    return bool(settings.ORIGIN) and settings.WEBSUB_HUB == OWN


def address() -> str:
    """The hub's address; empty where there is none, or the site has no address of its own to be known by."""
    if is_own():
        return f"{settings.ORIGIN}{PATH}"
    return str(settings.WEBSUB_HUB) if settings.ORIGIN and settings.WEBSUB_HUB != OWN else ""


def links() -> list[FeedLink]:
    """The link by which a feed names the hub, for feeds of whose changes it is told."""
    hub = address()
    return [FeedLink("hub", hub)] if hub else []


def tell(topic: str) -> None:
    """Tell the hub of somebody else that the feed at an address has changed.

    It is reached as any outside address is: inner networks only where AYAN_PULL_NETWORKS names them, and after no
    redirect. Raises FetchOutcome where it does not take it.
    """
    hub = address()
    networks = tuple(ip_network(network) for network in settings.PULL_NETWORKS)
    bounds = FetchLimits(HUB_BYTES, HUB_SECONDS, networks, plain=hub.startswith("http://"))
    body = urlencode({"hub.mode": "publish", "hub.url": topic, "hub.topic": topic}).encode("ascii")
    status = reply(hub, bounds, _FORM, body).status
    # Hubs answer 202 or 204, which is as good as 200.
    if not is_success(status):
        raise FetchOutcome("status", str(status))
