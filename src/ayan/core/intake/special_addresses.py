"""Which IP addresses a fetch may connect to: public ones, and inner ones that the operator has named.

Python's own ``is_global`` differs from release to release and knows no deprecated blocks, so the blocks are written
out here. Sources: the IANA registries of special-purpose addresses for IPv4 and IPv6 (RFC 6890, with later entries),
that of the IPv6 address space, and the documents named beside the blocks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

Network = IPv4Network | IPv6Network

CLOSED: Final = (
    IPv4Network("0.0.0.0/8"),  # this network (RFC 791)
    IPv4Network("10.0.0.0/8"),  # private (RFC 1918)
    IPv4Network("100.64.0.0/10"),  # shared by carriers (RFC 6598)
    IPv4Network("127.0.0.0/8"),  # this machine (RFC 1122)
    IPv4Network("169.254.0.0/16"),  # the same link (RFC 3927); clouds keep their metadata there
    IPv4Network("172.16.0.0/12"),  # private (RFC 1918)
    IPv4Network("192.0.0.0/24"),  # protocol assignments (RFC 6890)
    IPv4Network("192.0.2.0/24"),  # documentation (RFC 5737)
    IPv4Network("192.88.99.0/24"),  # relays of 6to4, deprecated (RFC 7526)
    IPv4Network("192.168.0.0/16"),  # private (RFC 1918)
    IPv4Network("198.18.0.0/15"),  # measurements (RFC 2544)
    IPv4Network("198.51.100.0/24"),  # documentation (RFC 5737)
    IPv4Network("203.0.113.0/24"),  # documentation (RFC 5737)
    IPv4Network("224.0.0.0/4"),  # multicast (RFC 5771)
    IPv4Network("240.0.0.0/4"),  # reserved, and broadcast (RFC 1112, RFC 919)
)
"""Blocks of IPv4 that lead to nobody in public."""

PUBLIC: Final = IPv6Network("2000::/3")
"""All that IANA gives out as global unicast (RFC 4291); the rest of IPv6 leads inside: ::1, 100::/64 (RFC 6666),
64:ff9b:1::/48 (RFC 8215), 5f00::/16 (RFC 9602), fc00::/7 (RFC 4193), fe80::/10, fec0::/10 (RFC 3879), ff00::/8 ..."""

CLOSED_6: Final = (
    IPv6Network("2001::/23"),  # protocol assignments (RFC 2928), among them Teredo (RFC 4380)
    IPv6Network("2001:db8::/32"),  # documentation (RFC 3849)
    IPv6Network("3fff::/20"),  # documentation (RFC 9637)
)
"""Blocks of that which lead to nobody in public either."""

# Where the last four bytes are an IPv4 address: compatible (RFC 4291, 2.5.5.1), mapped (2.5.5.2), translated (RFC
# 2765), NAT64 (RFC 6052). A gateway, or the machine itself, takes them for that address.
_LAST_FOUR: Final = tuple(map(IPv6Network, ("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96")))
_NAT64: Final = _LAST_FOUR[-1]
# The interface identifiers of ISATAP (RFC 5214), which carry one behind any prefix.
_ISATAP: Final = (0x00005EFE, 0x02005EFE)


def is_open(address: str, networks: Sequence[Network]) -> bool:
    """Whether an IP address may be connected to: a public one, or one of the inner networks that are allowed.

    ValueError for what is no address.
    """
    ip = ip_address(address.partition("%")[0])
    meant = ip if isinstance(ip, IPv4Address) else ip.ipv4_mapped or ip
    if any(meant in network for network in networks if meant.version == network.version):
        return True
    if isinstance(meant, IPv4Address):
        return _is_public_4(meant)
    return _is_public_6(meant) and all(_is_public_4(inner) for inner in _inside(meant))


def _is_public_4(ip: IPv4Address) -> bool:
    return not any(ip in network for network in CLOSED)


def _is_public_6(ip: IPv6Address) -> bool:
    return ip in _NAT64 or (ip in PUBLIC and not any(ip in network for network in CLOSED_6))


def _inside(ip: IPv6Address) -> Iterator[IPv4Address]:
    """The IPv4 addresses that are written inside an IPv6 one, by which a gateway would reach them."""
    bits = int(ip)
    if any(ip in network for network in _LAST_FOUR) or (bits >> 32) & 0xFFFFFFFF in _ISATAP:
        yield IPv4Address(bits & 0xFFFFFFFF)
    # 6to4 (RFC 3056), 2002:V4::/48.
    if ip.sixtofour is not None:
        yield ip.sixtofour
    yield from ip.teredo or ()
