"""Marks in the city's folder by which processes let others know of them: the worker that lives, the last backup."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from ayan.config.limits import MARK_SECONDS
from ayan.core.system.files import PRIVATE_FOLDER, make_folder, write

HEARTBEAT: Final = Path("work", "worker.alive")
"""A file, in the machine's folder, that a worker touches as long as it lives and removes when it is told to stop."""
BACKUP: Final = "backup.json"
"""When the last backup was made, in the city's folder."""


@contextmanager
def beating(folder: Path) -> Iterator[None]:
    """Let it be seen from outside, in the ``folder`` of the machine's processes, that a worker lives in the block."""
    make_folder(folder, mode=PRIVATE_FOLDER)
    over, path = threading.Event(), folder / HEARTBEAT.name

    def beat() -> None:
        while not over.is_set():
            # A full disk must not end the worker; that it is silent then is told soon enough.
            with suppress(OSError):
                path.touch(mode=0o600)
                os.utime(path)
            over.wait(MARK_SECONDS)

    thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        path.unlink(missing_ok=True)


def heard(machine: Path) -> float | None:
    """Seconds since a worker was last heard; None where none ever ran, or the last one was told to stop."""
    try:
        return max(0.0, time.time() - (machine / HEARTBEAT).stat().st_mtime)
    except FileNotFoundError:
        return None


def keep_backup_time(home: Path, moment: datetime) -> None:
    """Write down that a backup was made, and read again, at ``moment``."""
    write(home / BACKUP, json.dumps({"made_at": moment.astimezone(UTC).isoformat()}).encode())


def backup_time(home: Path) -> datetime | None:
    """When the last backup was made; None where nobody knows of one."""
    try:
        return datetime.fromisoformat(json.loads((home / BACKUP).read_bytes())["made_at"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
