"""What the machine itself says of its clock: whether a time service (NTP, PTP) keeps it right."""

from __future__ import annotations

import ctypes
import sys
from datetime import UTC, datetime
from typing import Final

_UNSYNCHRONISED: Final = 0x0040
"""STA_UNSYNC of adjtimex(2): no time service has set the clock lately."""
_CLOCK_ERROR: Final = 5
"""TIME_ERROR, the state of a clock that is not to be relied on."""


class _Timex(ctypes.Structure):
    """``struct timex`` of Linux on 64 bits, as far as it is read, with room for the rest."""

    _fields_ = (
        ("modes", ctypes.c_int),
        ("adjustments", ctypes.c_long * 4),
        ("status", ctypes.c_int),
        ("constants", ctypes.c_long * 3),
        ("seconds", ctypes.c_long),
        ("microseconds", ctypes.c_long),
        ("rest", ctypes.c_byte * 256),
    )


def synchronised_time() -> datetime | None:
    """The time of the kernel (UTC) while a time service keeps it right.

    None where none does, and where nothing can be learned, as in many containers and on other systems than Linux: then
    the clock may be right all the same.
    """
    if sys.platform != "linux" or sys.maxsize < 2**32:
        return None
    timex = _Timex()
    try:
        state = ctypes.CDLL(None).adjtimex(ctypes.byref(timex))
    except (AttributeError, OSError):
        return None
    if state < 0 or state == _CLOCK_ERROR or timex.status & _UNSYNCHRONISED:
        return None
    return datetime.fromtimestamp(timex.seconds, UTC)
