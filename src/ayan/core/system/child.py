"""A process of its own for work that a hostile file may end: bounded, without our secrets, and gone with its parent."""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Literal

# What a process needs to start and to speak; everything else may be a secret or lead to one.
_PASSED_ON: Final = frozenset({"HOME", "LANG", "LD_LIBRARY_PATH", "PATH", "TMPDIR", "TZ", "VIRTUAL_ENV"})
# The tools of developers that watch processes are told of their files by the last of these.
_PASSED_ON_FAMILIES: Final = ("LC_", "PYTHON", "COVERAGE_")
PARENT: Final = "AYAN_CHILD_OF"
"""The variable that tells a child the number of its parent."""
_DIE_WITH_PARENT: Final = 1  # PR_SET_PDEATHSIG of prctl(2)


class ChildFailed(Exception):
    """The process left no answer.

    ``how``: ``slow`` (its time was over), ``large`` (it asked for more memory than it may have) or ``broken`` (it
    ended by itself, otherwise).
    """

    def __init__(self, how: Literal["slow", "large", "broken"]) -> None:
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


def ask(module: str, request: Any, *, memory: int, seconds: float) -> Any:
    """What `answer_once` gives in a process that runs ``module``: request and answer are JSON.

    The process may grow by ``memory`` bytes and live for ``seconds``; it and whatever it started are killed then, and
    when the thread that asks ends. Raises ChildFailed without an answer.
    """
    question = {"memory": memory, "seconds": seconds, "request": request}
    child = start(module, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    with child:
        try:
            said, _ = child.communicate(json.dumps(question).encode(), timeout=seconds)
        except subprocess.TimeoutExpired:
            raise ChildFailed("slow") from None
        finally:
            # With its own children, which are in its session. One that has ended may have lent its number to another.
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)
    if child.returncode == -signal.SIGXCPU:
        raise ChildFailed("slow")
    try:
        answer = json.loads(said)
    except ValueError:
        # An allocation refused inside a library ends the process without a word.
        raise ChildFailed("large" if child.returncode < 0 else "broken") from None
    if answer.get("large"):
        raise ChildFailed("large")
    return answer["answer"]


def answer_once(work: Callable[[Any], Any]) -> None:
    """The other side of `ask`: bind this process, answer the one request on standard input, on standard output."""
    die_with_parent()
    question = json.loads(sys.stdin.buffer.read())
    bind(question["memory"], question["seconds"])
    try:
        answer: dict[str, Any] = {"answer": work(question["request"])}
    except MemoryError:
        answer = {"large": True}
    sys.stdout.write(json.dumps(answer))


def die_with_parent() -> None:
    """Let this process be killed when the thread that started it ends, however that ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
    # It may have ended before anybody could be told.
    if (parent := os.environ.get(PARENT)) and os.getppid() != int(parent):
        os._exit(1)


def bind(memory: int, seconds: float) -> None:
    """Let this process grow by ``memory`` bytes from here, use ``seconds`` of processor time, and leave no image."""
    statm = Path("/proc/self/statm")
    pages = int(statm.read_text("ascii").split()[0]) if statm.exists() else 0
    room = pages * resource.getpagesize() + memory
    for kind, soft in (
        (resource.RLIMIT_AS, room), (resource.RLIMIT_CPU, max(1, round(seconds))), (resource.RLIMIT_CORE, 0),
    ):  # fmt: skip
        hard = resource.getrlimit(kind)[1]
        limit = soft if hard == resource.RLIM_INFINITY else min(soft, hard)
        resource.setrlimit(kind, (limit, hard))
