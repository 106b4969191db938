"""Ports of this machine for what a test starts: nobody else listens at one while the process of the test lives."""

from __future__ import annotations

import random
import socket
import sys
from typing import Final

PORTS: Final = range(20_000, 22_768)
"""Below those that Linux gives to whoever connects or asks for any port, and so are those that lie 10,000 above them."""

_claims: list[socket.socket] = []


def free_port() -> int:
    """A port at which nobody listens, and which no process that asks here is given until this one has ended.

    Whether a server is started there at once, later or never: what leads to nobody leads to nobody all the time.
    """
    for port in random.sample(PORTS, len(PORTS)):
        if _claimed(port) and _silent(port):
            return port
    raise RuntimeError("every port of the tests is taken")


def _claimed(port: int) -> bool:
    """Whether this process is the one on the machine that may use a port; the claim goes with the process."""
    if sys.platform != "linux":
        return True
    claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        # A name without a file, which belongs to the same network as the port.
        claim.bind(f"\0ayan-tests-port-{port}")
    except OSError:
        claim.close()
        return False
    _claims.append(claim)
    return True


def _silent(port: int) -> bool:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("0.0.0.0", port))
        except OSError:
            return False
        return True
