"""The ayan command in processes of their own that need not read the whole program first: forked from one that has.

Run as a program it serves: every connection to its socket brings the words, the environment and two open files, and gets
the exit code of a fork that ran the command with them and the memory that it took. A fork ends as any process does, with
whatever Python does at the end.
"""

from __future__ import annotations

import atexit
import functools
import importlib
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ayan.cli import main

READ_BEFORE: Final = (
    "ayan.cli.publication", "ayan.cli.query", "ayan.cli.verify", "django.core.management",
    "django.db.migrations.executor",
)  # fmt: skip
"""What most commands bring with them, and none of it looks at the environment while it is read."""

LONGEST: Final = 1 << 20
"""Bytes of a request: an environment and a few words."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended; ``peak`` is the greatest memory (bytes) of it or of a child that it waited for."""

    code: int
    out: str
    err: str
    peak: int


def ran(words: Sequence[str], environment: Mapping[str, str], timeout: float, limit: int | None = None) -> Ended:
    """Run ``ayan WORDS``; ``limit`` is the largest file (bytes) that it may write.

    Raises TimeoutExpired when it has not ended after ``timeout`` seconds; it is killed then.
    """
    asked = json.dumps([list(words), dict(environment), str(Path.cwd()), limit]).encode()
    # Pipes and no files: the limit on what may be written would hold for these too.
    (out, written), (err, complained) = os.pipe(), os.pipe()
    with socket.socket(socket.AF_UNIX) as line, ThreadPoolExecutor(2) as readers:
        texts = [readers.submit(_read, stream) for stream in (out, err)]
        try:
            line.connect(str(_forge()))
            line.settimeout(timeout)
            socket.send_fds(line, [b"%8d" % len(asked)], [written, complained])
        finally:
            # Or the readers would wait for ever, and hide what went wrong.
            os.close(written)
            os.close(complained)
        line.sendall(asked)
        child = int(line.recv(16))
        line.sendall(b".")
        try:
            code, peak = map(int, line.recv(64).split())
        except TimeoutError:
            os.kill(child, signal.SIGKILL)
            raise subprocess.TimeoutExpired(list(words), timeout) from None
        return Ended(code, texts[0].result(), texts[1].result(), peak)


def _read(pipe: int) -> str:
    with os.fdopen(pipe, encoding="utf-8") as file:
        return file.read()


@functools.cache
def _forge() -> Path:
    """The socket of this process's forge, which ends with it."""
    folder = tempfile.TemporaryDirectory(prefix="ayan-forge-")
    path = Path(folder.name) / "socket"
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("AYAN_", "DJANGO_"))}
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.cli.forge", str(path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=clean, cwd=Path(__file__).resolve().parents[2],
    )  # fmt: skip
    assert server.stdout is not None
    assert server.stdout.readline() == b"ready\n"

    def end() -> None:
        server.kill()
        server.wait()
        folder.cleanup()

    atexit.register(end)
    return path


def _serve(path: str) -> None:
    """Fork for every connection; returns in the fork alone, which then has become the command."""
    for name in READ_BEFORE:
        importlib.import_module(name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(path)
        door.listen(8)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while True:
            line, _ = door.accept()
            if os.fork() == 0:
                door.close()
                break
            line.close()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _become(line)


def _become(line: socket.socket) -> None:
    """Fork once more, so that somebody waits for the command and tells its exit code."""
    size, files, _, _ = socket.recv_fds(line, 8, 2)
    asked = b""
    while len(asked) < min(int(size), LONGEST):
        asked += line.recv(LONGEST)
    words, environment, folder, limit = json.loads(asked)
    child = os.fork()
    if child:
        for file in files:
            os.close(file)
        line.sendall(b"%16d" % child)
        line.recv(1)
        _, status, used = os.wait4(child, 0)
        line.sendall(b"%d %d" % (os.waitstatus_to_exitcode(status), used.ru_maxrss * 1024))
        os._exit(0)
    line.close()
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, file in enumerate((nothing, *files)):
        os.dup2(file, number)
        os.close(file)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    if limit is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    sys.argv[1:] = words


if __name__ == "__main__":
    _serve(sys.argv[1])
    sys.exit(main.run())
