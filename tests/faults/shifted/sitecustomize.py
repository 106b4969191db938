"""Read by Python before anything else in a process whose clock is wrong by `FAULT_SECONDS`."""

from __future__ import annotations

import ctypes
import datetime
import gc
import os
import time
from collections.abc import Callable
from typing import Any

WRONG = float(os.environ["FAULT_SECONDS"])

_time, _time_ns, _now = time.time, time.time_ns, datetime.datetime.now
_gmtime, _localtime = time.gmtime, time.localtime


def _teach(kind: type, name: str, function: Callable[..., Any]) -> None:
    """Replace a class method of a type written in C in the type itself: a type of our own would not be the same one."""
    gc.get_referents(kind.__dict__)[0][name] = classmethod(function)
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(kind))


time.time = lambda: _time() + WRONG
time.time_ns = lambda: _time_ns() + int(WRONG * 1e9)
time.gmtime = lambda seconds=None: _gmtime(time.time() if seconds is None else seconds)
time.localtime = lambda seconds=None: _localtime(time.time() if seconds is None else seconds)
_teach(datetime.datetime, "now", lambda kind, tz=None: kind.fromtimestamp(_time() + WRONG, tz))
_teach(datetime.datetime, "today", lambda kind: kind.fromtimestamp(_time() + WRONG))
_teach(datetime.date, "today", lambda kind: kind.fromtimestamp(_time() + WRONG))
