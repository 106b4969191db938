"""`ayan serve` and `ayan worker` of a test as forks of a process that has read the program, as the web processes are.

Each of them, begun anew, reads for one to two seconds of processor what all others of the run have read. What is tried is
the same: the command runs from its first word with its own environment, session, open files and signals, and what it
starts by a command line of its own begins anew. Tests of an upgrade, of the command line or of the first process of a
machine start the interpreter.
"""

from __future__ import annotations

import atexit
import multiprocessing.util
import os
import re
import signal
import sys
from collections.abc import Mapping, Sequence
from multiprocessing import spawn
from pathlib import Path
from typing import Any, Final, NoReturn

from tests.cli import forge

_SPAWNED: Final = re.compile(
    r"from multiprocessing\.spawn import spawn_main; spawn_main\(tracker_fd=(\d+), pipe_handle=(\d+)\)"
)


class ForkedSite(forge.ForkedProcess):
    """``ayan WORDS`` in a session of its own, as `subprocess.Popen` shows it; ``out`` is an open file for all that it says."""

    def __init__(self, words: Sequence[str], environment: Mapping[str, str], out: int) -> None:
        nothing = os.open(os.devnull, os.O_RDONLY)
        try:
            super().__init__(forge.SITE, words, environment, (nothing, out, out))
        finally:
            os.close(nothing)

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Tell it to stop."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Stop it."""
        self.send_signal(signal.SIGKILL)


_spawn: Any = multiprocessing.util.spawnv_passfds


def fork_what_is_spawned() -> None:
    """From here on, a process that `multiprocessing` would spawn is a fork of this one that has nothing of it but its code."""
    multiprocessing.util.spawnv_passfds = _forked  # type: ignore[assignment]  # ours takes any words


def _forked(path: Any, words: Sequence[Any], passed: Sequence[int]) -> int:
    match = next(filter(None, (_SPAWNED.fullmatch(os.fsdecode(word)) for word in words)), None)
    if match is None:
        started: int = _spawn(path, words, passed)
        return started
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if not pid:
        _become(int(match[1]), int(match[2]), frozenset(passed))
    return pid


def _become(tracker: int, pipe: int, passed: frozenset[int]) -> NoReturn:
    """Do in this fork what the words say, and end it."""
    code: Any = 1
    try:
        _be_alone(passed)
        sys.argv = ["-c", "--multiprocessing-fork"]
        spawn.spawn_main(tracker_fd=tracker, pipe_handle=pipe)
    except SystemExit as ended:
        code = ended.code
    except BaseException:  # noqa: BLE001 - it ends as the interpreter ends a program
        sys.excepthook(*sys.exc_info())
    forge.end(code if isinstance(code, int) or code is None else 1)


def _be_alone(passed: frozenset[int]) -> None:
    """Leave to this fork what a program that is started would have: no handler, no duty and no file of the other."""
    atexit._clear()
    signal.set_wakeup_fd(-1)
    for number in signal.valid_signals():
        if callable(signal.getsignal(number)):
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
    # Whoever still knows a number here may close it later, so it leads to nowhere until then.
    nowhere = os.open(os.devnull, os.O_RDWR)
    for file in [int(entry.name) for entry in Path("/proc/self/fd").iterdir()]:
        if file > 2 and file not in {nowhere, *passed} and Path(f"/proc/self/fd/{file}").exists():
            os.dup2(nowhere, file, inheritable=False)
