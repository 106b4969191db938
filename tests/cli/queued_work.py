"""Work for the queue of a test: it says when it began, takes its time, and says when it is done."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from django_tasks import task


@task()
def work(path: str, name: str, seconds: float) -> None:
    """Append a line at the beginning and one at the end; each line is written at once."""
    _say(path, f"begun {name} {os.getpid()}")
    time.sleep(seconds)
    _say(path, f"done {name} {os.getpid()}")


def _say(path: str, line: str) -> None:
    with Path(path).open("ab", buffering=0) as out:
        out.write(f"{line}\n".encode())


def queue(path: str, first: int, count: int, seconds: float) -> None:
    """Put so many pieces of work into the queue."""
    for name in range(first, first + count):
        work.enqueue(path, str(name), seconds)


if __name__ == "__main__":
    from ayan.config.services import set_up_django

    set_up_django()
    # Under the name by which a worker finds it.
    from tests.cli import queued_work

    queued_work.queue(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))
