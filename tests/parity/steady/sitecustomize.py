"""Read by Python before anything else in the processes of a capture: the clock stands still and chance is seeded.

Only the standard library's own sources are replaced, so that it holds for every version of the program. What comes
from elsewhere (a key that OpenSSL draws, the time of a file) is left alone and written as a placeholder afterwards.
"""

from __future__ import annotations

import ctypes
import datetime
import gc
import os
import random
import threading
import time
from collections.abc import Callable
from typing import Any

INSTANT = float(os.environ["PARITY_INSTANT"])
SEED = os.environ["PARITY_SEED"]

BEGAN = time.monotonic()

_streams = threading.local()
_gmtime, _localtime, _strftime = time.gmtime, time.localtime, time.strftime
_monotonic, _perf_counter = time.monotonic, time.perf_counter
SLOWER = 10**6
"""So many times slower run the clocks that only measure: a busy machine lets no deadline pass and no figure grow."""


def _bytes(count: int) -> bytes:
    """The next bytes of this thread's stream: threads that run side by side do not take each other's."""
    if not hasattr(_streams, "chance"):
        current = threading.current_thread()
        name = "main" if current is threading.main_thread() else current.name
        _streams.chance = random.Random(f"{SEED} {name}")
    drawn: bytes = _streams.chance.randbytes(count)
    return drawn


def _teach(kind: type, name: str, function: Callable[..., Any]) -> None:
    """Replace a class method of a type written in C in the type itself: a type of our own would not be the same one."""
    gc.get_referents(kind.__dict__)[0][name] = classmethod(function)
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(kind))


def _strftime_then(form: str, parts: Any = None) -> str:
    return _strftime(form, time.localtime() if parts is None else parts)


os.urandom = _bytes
random._urandom = _bytes  # type: ignore[attr-defined]  # what `secrets` draws from

time.time = lambda: INSTANT
time.time_ns = lambda: int(INSTANT) * 10**9
time.gmtime = lambda seconds=None: _gmtime(INSTANT if seconds is None else seconds)
time.localtime = lambda seconds=None: _localtime(INSTANT if seconds is None else seconds)
time.strftime = _strftime_then
time.monotonic = lambda: BEGAN + (_monotonic() - BEGAN) / SLOWER
time.perf_counter = lambda: BEGAN + (_perf_counter() - BEGAN) / SLOWER
_teach(datetime.datetime, "now", lambda kind, tz=None: kind.fromtimestamp(INSTANT, tz))
_teach(datetime.datetime, "utcnow", lambda kind: kind.fromtimestamp(INSTANT, datetime.UTC).replace(tzinfo=None))
_teach(datetime.datetime, "today", lambda kind: kind.fromtimestamp(INSTANT))
_teach(datetime.date, "today", lambda kind: kind.fromtimestamp(INSTANT))
