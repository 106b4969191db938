"""Programs of Ayan in processes of their own that need not read the whole of it first: forked from one that has.

These are the command, and what reads files of others apart: workbooks, sealed rows, downloads. Run as a program this
module serves: every connection to its socket brings the words, the environment and three open files, and gets the exit
code of a fork that ran the program with them and the memory that it took. A fork ends as any process does, with whatever was put off to its end; only what it
shares with the forge it does not take apart, which takes longer than many commands. No forge opens a database: what
DuckDB has begun, a fork cannot go on with.
"""

from __future__ import annotations

import atexit
import functools
import gc
import importlib
import json
import os
import pickle
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final, NoReturn, cast

from tests import processor_time
from tests.run_folder import made_once, run_folder

from ayan.core.system import child
from ayan.datasets import registry

READ_BEFORE: Final = (
    "ayan.apps.export.site_copy", "ayan.cli.backup", "ayan.cli.doctor", "ayan.cli.main", "ayan.cli.publication",
    "ayan.cli.query", "ayan.cli.verify", "allauth.core.internal.ratelimit", "argon2",
    "django.contrib.admin.utils", "django.contrib.messages.storage.fallback", "django.core.mail",
    "django.core.management", "django.core.serializers", "django.core.servers.basehttp",
    "django.db.backends.postgresql.base", "django.db.backends.sqlite3.base", "django.db.migrations.executor",
    "django.forms", "django.template.loader", "django.views.generic", "django_tasks.base",
    "cryptography.hazmat.primitives.serialization.ssh", "fido2.server", "holidays", "PIL.Image", "qrcode",
    "sqlglot.generators.duckdb", "sqlglot.parsers.duckdb",
)  # fmt: skip
"""What most commands bring with them, and none of it looks at the environment or at settings while it is read."""

APART: Final = (
    "ayan.core.intake.sandbox", "ayan.core.query.download_comparison", "ayan.core.transparency.row_check_process",
)  # fmt: skip
"""What reads files of others in a process of its own: each has a function `main`."""

SERVED: Final = (
    "ayan.cli.serve", "ayan.cli.web_server", "ayan.core.answers", "joserfc.jwt", "shapely", "tomlkit", "xlsxwriter",
)  # fmt: skip
"""What the processes of a site read besides."""

COMMAND: Final = "command"
READING: Final = "reading"
SITE: Final = "site"
FORGES: Final[Mapping[str, Sequence[str]]] = {
    COMMAND: READ_BEFORE,
    READING: (*APART, "ayan.core.documents.pdf_pages"),
    SITE: (*READ_BEFORE, *SERVED),
}
"""What each forge has read before."""

VARIABLE: Final = "PYTEST_FORGES"
"""Names the folder of the forges' sockets to a command, so that what it has read apart begins as a fork, too."""

ROOT: Final = Path(__file__).resolve().parents[2]
PICKLED: Final = "declarations"
LONGEST: Final = 1 << 20
"""Bytes of a request: an environment and a few words."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended, and what it took with the children that it waited for.

    ``peak`` is the greatest memory (bytes) of one of them, ``seconds`` are those of the processor.
    """

    code: int
    out: str
    err: str
    peak: int
    seconds: float


def ran(
    words: Sequence[str], environment: Mapping[str, str], timeout: float, limit: int | None = None, *,
    with_children: bool = False,
) -> Ended:  # fmt: skip
    """Run ``ayan WORDS``; ``limit`` is the largest file (bytes) that it may write.

    What it has read apart begins as a fork that is no child of it, but for ``with_children``.
    Raises TimeoutExpired when it has not ended after ``timeout`` seconds; it is killed then.
    """
    if not with_children:
        environment = {**environment, VARIABLE: str(_socket(READING).parent)}
    # Pipes and no files: the limit on what may be written would hold for these too.
    (out, written), (err, complained) = os.pipe(), os.pipe()
    nothing = os.open(os.devnull, os.O_RDONLY)
    with ThreadPoolExecutor(2) as readers:
        texts = [readers.submit(_read, stream) for stream in (out, err)]
        try:
            process = ForkedProcess(COMMAND, words, environment, (nothing, written, complained), limit)
        finally:
            # Or the readers would wait for ever, and hide what went wrong.
            for file in (nothing, written, complained):
                os.close(file)
        with process:
            try:
                code = process.wait(timeout)
            except subprocess.TimeoutExpired:
                os.kill(process.pid, signal.SIGKILL)
                raise
        return Ended(code, texts[0].result(), texts[1].result(), process.peak, process.seconds)


class ForkedProcess:
    """A program in a fork, as `subprocess.Popen` shows a process; ``peak`` and ``seconds`` as in `Ended`, once it has ended.

    ``files`` are open files for what it is told, what it says and what it complains of. ``stdin`` and ``stdout`` are the
    other ends of these, where they are pipes. Each but a command leads a session of its own.
    """

    def __init__(
        self, forge: str, words: Sequence[str], environment: Mapping[str, str], files: tuple[int, int, int],
        limit: int | None = None,
    ) -> None:  # fmt: skip
        self.args = list(words)
        self.returncode: int | None = None
        self.peak = 0
        self.seconds = 0.0
        self.stdin: IO[bytes] | None = None
        self.stdout: IO[bytes] | None = None
        asked = json.dumps([self.args, dict(environment), str(Path.cwd()), limit]).encode()
        self._line = socket.socket(socket.AF_UNIX)
        try:
            self._line.connect(str(_socket(forge)))
            socket.send_fds(self._line, [b"%8d" % len(asked)], list(files))
            self._line.sendall(asked)
            self.pid = int(self._line.recv(16))
            self._line.sendall(b".")
        except BaseException:
            self._line.close()
            raise

    def __enter__(self) -> ForkedProcess:
        return self

    def __exit__(self, *_: object) -> None:
        for stream in (self.stdin, self.stdout, self._line):
            if stream is not None:
                with suppress(OSError):
                    stream.close()

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, or less than 0 for a signal. Raises TimeoutExpired when it has not ended in time."""
        if self.returncode is None:
            self._line.settimeout(timeout)
            try:
                code, peak, seconds = self._line.recv(64).split()
                self.returncode, self.peak, self.seconds = int(code), int(peak), float(seconds)
                processor_time.elsewhere(self.seconds)
            except (TimeoutError, BlockingIOError):
                raise subprocess.TimeoutExpired(self.args, timeout or 0.0) from None
            self._line.close()
        return self.returncode

    def poll(self) -> int | None:
        """The exit code, None while it runs."""
        with suppress(subprocess.TimeoutExpired):
            return self.wait(0.0)
        return None


start_anew = child.start
"""How Ayan starts a process apart: with an empty interpreter."""


def start_forked(module: str, *arguments: str, stdin: int, stdout: int, stderr: int) -> Any:
    """The same, but what reads files of others is a fork of a process that has read those programs already."""
    if module not in APART or not _socket(READING).exists():
        return start_anew(module, *arguments, stdin=stdin, stdout=stdout, stderr=stderr)
    with ExitStack() as theirs:
        (heard, into), (said, out), (complained, _) = (
            _stream(asked, theirs, to_us=to_us) for asked, to_us in ((stdin, False), (stdout, True), (stderr, True))
        )
        process = ForkedProcess(READING, (module, *arguments), child.environment(), (heard, said, complained))
    process.stdin, process.stdout = into, out
    return process


def _stream(asked: int, theirs: ExitStack, *, to_us: bool) -> tuple[int, IO[bytes] | None]:
    """The end that a process gets of a stream, which is closed here with the block, and ours where it is a pipe."""
    if asked != subprocess.PIPE:
        end = os.open(os.devnull, os.O_RDWR)
        theirs.callback(os.close, end)
        return end, None
    read, written = os.pipe()
    end, ours, mode = (written, read, "rb") if to_us else (read, written, "wb")
    theirs.callback(os.close, end)
    return end, cast(IO[bytes], os.fdopen(ours, mode))


def _read(pipe: int) -> str:
    with os.fdopen(pipe, encoding="utf-8") as file:
        return file.read()


_BEGINNING: Final = threading.Lock()


def _socket(forge: str) -> Path:
    """The socket of a forge: of this process, which begins it, or of the one that this is a fork of."""
    if VARIABLE in os.environ:
        return Path(os.environ[VARIABLE], forge)
    # What is remembered is computed by every thread that asks before it is there.
    with _BEGINNING:
        return _begun(forge)


@functools.cache
def _folder() -> Path:
    """The folder of this process's sockets, which ends with it."""
    folder = tempfile.TemporaryDirectory(prefix="forge-", dir=run_folder())
    atexit.register(folder.cleanup)
    return Path(folder.name)


@functools.cache
def _begun(forge: str) -> Path:
    """The socket of this process's forge of a name, which ends with it."""
    path = _folder() / forge
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("AYAN_", "DJANGO_"))}
    words = [sys.executable, "-m", "tests.cli.forge", str(path), forge]
    if forge != READING:
        words.append(str(made_once("declarations-read", lambda draft: _read_declarations(draft, clean)) / PICKLED))
    server = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=clean, cwd=ROOT)
    assert server.stdout is not None
    assert server.stdout.readline() == b"ready\n"

    def end() -> None:
        server.kill()
        server.wait()

    atexit.register(end)
    return path


def _read_declarations(folder: Path, environment: Mapping[str, str]) -> None:
    """Leave what comes with Ayan, as it is read, for every forge: its conditions are tried in a database."""
    words = [sys.executable, "-m", "tests.cli.forge", str(folder / PICKLED), "read"]
    subprocess.run(words, env=dict(environment), cwd=ROOT, check=True)


def _serve(path: str, forge: str, declarations: str = "") -> None:
    """Fork for every connection; returns in the fork alone, which then has become the program."""
    for name in FORGES[forge]:
        importlib.import_module(name)
    if declarations:
        registry._BUILTIN_KNOWN.update(pickle.loads(Path(declarations).read_bytes()))
    # What stands here stays to the end of every fork: none need look through it, nor copy it by looking.
    gc.collect()
    gc.freeze()
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
    _become(line, forge)


def end(code: int | None) -> NoReturn:
    """End this process as the interpreter does after a program, up to where it would free everything it has read."""
    # It waits for the threads that are to be waited for, and tells those of pools to stop.
    threading._shutdown()  # type: ignore[attr-defined]  # what the interpreter itself calls
    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        # Nobody listens any more: what becomes of that, the interpreter knows best.
        sys.exit(code)
    os._exit(code or 0)


def _become(line: socket.socket, forge: str) -> None:
    """Fork once more, so that somebody waits for the program and tells its exit code."""
    size, files, _, _ = socket.recv_fds(line, 8, 3)
    asked = b""
    while len(asked) < min(int(size), LONGEST):
        asked += line.recv(LONGEST)
    words, environment, folder, limit = json.loads(asked)
    forked = os.fork()
    if forked:
        for file in files:
            os.close(file)
        line.sendall(b"%16d" % forked)
        line.recv(1)
        _, status, used = os.wait4(forked, 0)
        seconds = used.ru_utime + used.ru_stime
        line.sendall(b"%d %d %.3f" % (os.waitstatus_to_exitcode(status), used.ru_maxrss * 1024, seconds))
        # At once: what counts lines would write down here, too, what the program's own process has written.
        os.kill(os.getpid(), signal.SIGKILL)
    line.close()
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    if forge != COMMAND:
        os.setsid()
    if forge == READING:
        os.environ[child.PARENT] = str(os.getppid())
    elif VARIABLE in os.environ:
        child.start = start_forked
    if limit is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    sys.argv[1:] = words


if __name__ == "__main__":
    asked_for = sys.argv[2]
    if asked_for == "read":
        registry.Registry().all()
        Path(sys.argv[1]).write_bytes(pickle.dumps(registry._BUILTIN_KNOWN))
        sys.exit()
    _serve(*sys.argv[1:])
    if asked_for == SITE:
        from tests.cli.forked_site import fork_what_is_spawned

        fork_what_is_spawned()
    module, function = (sys.argv.pop(1), "main") if asked_for == READING else ("ayan.cli.main", "run")
    end(getattr(sys.modules[module], function)())
