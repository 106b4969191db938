"""A process of its own for work that a hostile file may end: bounded, without our secrets, and gone with its parent."""

from __future__ import annotations

import ctypes
import json
import math
import os
import resource
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Literal

# What a process needs to start and to speak; everything else may be a secret or lead to one.
_PASSED_ON: Final = frozenset({"HOME", "LANG", "LD_LIBRARY_PATH", "PATH", "TMPDIR", "TZ", "VIRTUAL_ENV"})
# Seconds that a process has to end once nobody asks it any more.
_GRACE: Final = 2.0
# The tools of developers that watch processes are told of their files by the last of these.
_PASSED_ON_FAMILIES: Final = ("LC_", "PYTHON", "COVERAGE_")
PARENT: Final = "CHILD_OF_AYAN"
"""The variable that tells a child the number of its parent."""
_DIE_WITH_PARENT: Final = 1  # PR_SET_PDEATHSIG of prctl(2)


HowItFailed = Literal["slow", "large", "broken"]


class ChildFailed(Exception):
    """The process left no answer.

    ``how``: ``slow`` (its time was over), ``large`` (it asked for more memory than it may have) or ``broken`` (it
    ended by itself, otherwise).
    """

    def __init__(self, how: HowItFailed) -> None:
        super().__init__(how)
        self.how = how


def environment() -> dict[str, str]:
    """The variables that a child may have: none of Ayan's own, so none of its secrets."""
    return {name: value for name, value in os.environ.items() if _passed_on(name)}


def _passed_on(name: str) -> bool:
    return name in _PASSED_ON or name.startswith(_PASSED_ON_FAMILIES)


def start(module: str, *arguments: str, stdin: int, stdout: int, stderr: int) -> subprocess.Popen[bytes]:
    """A process in a session of its own that runs ``module``; it calls `die_with_parent` first of all.

    The streams are those of `subprocess`. It knows none of our secrets, and is gone when the thread that starts it is.
    """
    return subprocess.Popen(
        [sys.executable, "-P", "-m", module, *arguments],
        stdin=stdin, stdout=stdout, stderr=stderr, start_new_session=True,
        env={**environment(), PARENT: str(os.getpid())},
    )  # fmt: skip


class Assistant:
    """A process that runs ``module`` and answers one request after the other; started when it is first asked.

    For each request it may grow by ``memory`` bytes (all of them together) and take ``seconds``; it and whatever it
    started are killed then, and when the thread that asks ends. A new one takes its place for the next request. To be
    used in a ``with`` block, at whose end it is gone.
    """

    def __init__(self, module: str, *, memory: int, seconds: float) -> None:
        self._module = module
        self._memory = memory
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._answered = 0
        self._stopped = False

    def __enter__(self) -> Assistant:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def ask(self, request: Any) -> Any:
        """What `answer` gives in that process: request and answer are JSON. Raises ChildFailed without an answer.

        Nobody pays for what was asked before: what fails in a process that has answered is tried in a fresh one.
        """
        try:
            return self._asked(request)
        except ChildFailed as failed:
            if self._answered == 0 or failed.how == "slow" or self._stopped:
                raise
            self._answered = 0
            return self._asked(request)

    def stop(self) -> None:
        """Let what is asked now fail, and whatever is asked later; the only method for other threads."""
        self._stopped = True
        process = self._process
        if process is not None and process.poll() is None:
            with suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL)

    def _asked(self, request: Any) -> Any:
        if self._stopped:
            raise ChildFailed("broken")
        if self._process is None:
            self._answered = 0
        process = self._process or start(
            self._module, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._process = process
        question = {"memory": self._memory, "seconds": self._seconds, "request": request}
        try:
            answer = json.loads(_exchanged(process, json.dumps(question).encode() + b"\n", self._seconds))
        except TimeoutError:
            self._end()
            raise ChildFailed("slow") from None
        except (OSError, ValueError):
            code = self._end()
            # An allocation refused inside a library ends the process without a word.
            how: HowItFailed = "slow" if code == -signal.SIGXCPU else "large" if code < 0 else "broken"
            raise ChildFailed(how) from None
        if answer.get("large"):
            self._end()
            raise ChildFailed("large")
        self._answered += 1
        return answer["answer"]

    def _end(self) -> int:
        """How the process ended by itself, or 0 where it had to be told; its own children go with it."""
        process, self._process = self._process, None
        if process is None:
            return 0
        with process:
            with suppress(OSError):
                process.stdin.close()  # type: ignore[union-attr]  # a pipe, as `ask` wants
            try:
                return process.wait(timeout=_GRACE)
            except subprocess.TimeoutExpired:
                # It has not ended, so that its number is its own.
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                return 0


def ask(module: str, request: Any, *, memory: int, seconds: float) -> Any:
    """One request to an `Assistant` that is gone afterwards."""
    with Assistant(module, memory=memory, seconds=seconds) as assistant:
        return assistant.ask(request)


def _exchanged(process: subprocess.Popen[bytes], question: bytes, seconds: float) -> bytes:
    """The line that answers a line. Raises TimeoutError, and OSError where the process is gone."""
    until = time.monotonic() + seconds
    into, out = process.stdin, process.stdout
    if into is None or out is None:
        raise BrokenPipeError
    into.write(question)
    into.flush()
    said = bytearray()
    with selectors.DefaultSelector() as ready:
        ready.register(out, selectors.EVENT_READ)
        while not said.endswith(b"\n"):
            if not ready.select(max(0.0, until - time.monotonic())):
                raise TimeoutError
            piece = os.read(out.fileno(), 1 << 16)
            if not piece:
                raise BrokenPipeError
            said += piece
    return bytes(said)


def answer(work: Callable[[Any], Any]) -> None:
    """The other side of `Assistant`: bind this process, and answer each request that comes on standard input."""
    die_with_parent()
    # What a library prints is no answer.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    bound = False
    for line in sys.stdin.buffer:
        question = json.loads(line)
        if not bound:
            bind_memory(question["memory"])
            bound = True
        bind_time(question["seconds"])
        try:
            answered: dict[str, Any] = {"answer": work(question["request"])}
        except MemoryError:
            answered = {"large": True}
        answers.write(json.dumps(answered) + "\n")
        answers.flush()


def die_with_parent(parent: int = 0) -> None:
    """Let this process be killed when the thread that started it ends, however that ends.

    ``parent`` is the number of that thread's process, where the environment does not tell it.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
    # It may have ended before anybody could be told.
    if (known := parent or int(os.environ.get(PARENT) or 0)) and os.getppid() != known:
        os._exit(1)


def bind(memory: int, seconds: float) -> None:
    """Let this process grow by ``memory`` bytes from here and use ``seconds`` of processor time."""
    bind_memory(memory)
    bind_time(seconds)


def bind_memory(memory: int) -> None:
    """Let this process grow by so many bytes from here, and leave no image when it ends."""
    statm = Path("/proc/self/statm")
    pages = int(statm.read_text("ascii").split()[0]) if statm.exists() else 0
    _limit(resource.RLIMIT_AS, pages * resource.getpagesize() + memory)
    _limit(resource.RLIMIT_CORE, 0)


def bind_time(seconds: float) -> None:
    """Let this process use so many seconds of processor time from here."""
    _limit(resource.RLIMIT_CPU, math.ceil(time.process_time() + max(1.0, seconds)))


def _limit(kind: int, soft: int) -> None:
    hard = resource.getrlimit(kind)[1]
    resource.setrlimit(kind, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))
