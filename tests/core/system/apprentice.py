"""A process that does what a test asks of it, good and bad."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from ayan.core.system import child

KEPT: list[bytearray] = []


def work(request: dict[str, Any]) -> object:
    """One thing after its only key."""
    if "echo" in request:
        return request["echo"]
    if "environment" in request:
        return dict(os.environ)
    if "self" in request:
        return os.getpid()
    if "keep" in request:
        KEPT.append(bytearray(request["keep"]))
        return len(KEPT[-1])
    if "take" in request:
        return len(bytearray(request["take"]))
    if "end" in request:
        os._exit(request["end"])
    if "offspring" in request:
        spawned = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        note(request["offspring"], spawned.pid)
    if "note" in request:
        note(request["note"], os.getpid())
    while "spin" in request:
        pass
    time.sleep(60)
    return None


def note(path: str, pid: int) -> None:
    """Write down a process; whoever sees the file reads all of it."""
    whole = Path(path).with_suffix(".coming")
    whole.write_text(str(pid))
    whole.rename(path)


if __name__ == "__main__":
    child.answer(work)
