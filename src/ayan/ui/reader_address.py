"""Where a request comes from, as far as what one reader may take is counted by it."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any, Final

LOOPBACK: Final = ("127.0.0.1", "::/64")


def reader_address(environ: Mapping[str, Any], *, fronted: bool) -> str:
    """The network of whoever asks, from the headers of a request as WSGI and Django hand them on (``META``).

    Behind a proxy (``fronted``, the setting AYAN_PROXIES) it is what the proxy says in ``X-Real-IP``; in every other
    case the address at the other end of the line, whatever a stranger's headers say. Empty where nobody knows: on this
    very machine stands a proxy that tells nothing, or a tool of the operator.
    """
    said = str(environ.get("HTTP_X_REAL_IP", "")) if fronted else ""
    known = network(said or str(environ.get("REMOTE_ADDR", "")))
    return "" if known in LOOPBACK else known


def network(address: str) -> str:
    """An address, or the network of an IPv6 one: a single line has 2^64 of those, and could take another each time.

    Empty for what is no address. An IPv4 address in the clothes of an IPv6 one is what it is: all of them together
    would be one network.
    """
    try:
        parsed: IPv4Address | IPv6Address = ip_address(address.strip())
    except ValueError:
        return ""
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is None:
            return str(ip_network((int(parsed), 64), strict=False))
        parsed = parsed.ipv4_mapped
    return str(parsed)
