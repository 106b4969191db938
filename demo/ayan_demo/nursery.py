"""Lets what reads workbooks begin as a fork of a process that has read the programs: most of its time went to that.

It reads the same file with the same code within the same limits of memory and time; only how it begins is another.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any, Final, NoReturn

from ayan.core.intake import sandbox
from ayan.core.system import child

READS: Final = "ayan.core.intake.sandbox"
LONGEST: Final = 4096

_ANEW: Final = child.start


class Fork:
    """A fork that reads one file, as `subprocess.Popen` shows a process."""

    def __init__(self, line: socket.socket, workdir: str) -> None:
        self._line = line
        self.returncode: int | None = None
        line.sendall(workdir.encode())
        self.pid = int(line.recv(LONGEST))

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, less than 0 for a signal. Raises TimeoutExpired when it has not ended in time."""
        if self.returncode is None:
            if not select.select([self._line], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(READS, timeout or 0.0)
            self.returncode = int(self._line.recv(LONGEST))
        return self.returncode

    def poll(self) -> int | None:
        """Its exit code, None while it runs."""
        try:
            return self.wait(0.0)
        except subprocess.TimeoutExpired:
            return None


def settle() -> None:
    """Let workbooks be read so from now on in this process, which must not have begun anything of DuckDB yet.

    It may read one at a time. Nothing changes but on Linux, where a fork is safe that has begun no thread.
    """
    if sys.platform != "linux":
        return
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    parent = os.getpid()
    if os.fork() == 0:
        ours.close()
        child.die_with_parent(parent)
        _serve(theirs)
    theirs.close()

    def start(module: str, *arguments: str, stdin: int, stdout: int, stderr: int) -> Any:
        if module != READS:
            return _ANEW(module, *arguments, stdin=stdin, stdout=stdout, stderr=stderr)
        (workdir,) = arguments
        return Fork(ours, workdir)

    child.start = start


def _serve(line: socket.socket) -> NoReturn:
    """Fork for each folder that is named, and tell how the fork ended; never returns."""
    # It knows as little of our secrets as a process that is begun anew.
    passed_on = child.environment()
    os.environ.clear()
    os.environ.update(passed_on)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nowhere, stream)
    while workdir := line.recv(LONGEST).decode():
        forked = os.fork()
        if forked == 0:
            line.close()
            _read(workdir)
        line.sendall(str(forked).encode())
        _, status = os.waitpid(forked, 0)
        line.sendall(str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


def _read(workdir: str) -> NoReturn:
    """What the sandbox does in a process of its own."""
    code = 1
    try:
        os.setsid()
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.environ[child.PARENT] = str(os.getppid())
        sys.argv[1:] = [str(Path(workdir))]
        sandbox.main()
        code = 0
    finally:
        os._exit(code)
