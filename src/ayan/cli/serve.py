"""ayan serve and ayan worker: the site on this machine, and the process beside it that does what pages put off."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Final

from ayan.cli import database
from ayan.cli.limits import DATABASE_SECONDS, FIRST_WAIT, LONGEST_WAIT, STOP_SECONDS
from ayan.cli.report_text import say
from ayan.cli.verb import Verb, port_refused
from ayan.config import env, logs, process_capacity
from ayan.config.env import Misconfigured
from ayan.config.hosting import city_hosts as hosting
from ayan.config.hosting.city_hosts import Installation
from ayan.core.values.label import Label

LASTED: Final = 10.0
"""Seconds after which a worker counts as one that ran, so that the next is not kept waiting."""
AWAY: Final = 2
"""What `ayan migrate` ends with when the database does not answer."""
NOT_OURS: Final = 3
"""What it ends with when a later version has changed the database, or it belongs to another city's folder."""


def serve_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``ayan serve``."""
    parser.add_argument("--host", default="127.0.0.1", metavar="ADDRESS")
    parser.add_argument("--port", type=int, default=8000, metavar="N")
    parser.add_argument("--workers", type=int, metavar="N", help="processes, two a core at most (AYAN_WORKERS)")


def run_serve(args: argparse.Namespace) -> int:
    """Serve until stopped.

    Exit 1 when the settings do not hold or the port is taken, 2 when a later version has changed the database or it
    belongs to another city's folder.
    """
    # Until there is somebody to be replaced, the word to replace them changes nothing.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        workers = allowed(args.workers)
        apart = env.is_apart()
        from ayan.cli import web_server

        web_server.claim(args.host, args.port)
        _sweep()
        if code := _migrate():
            return code
        from ayan.config import metrics

        with nullcontext() if apart else attended_worker():
            installation = hosting.named()
            metrics.sweep(installation.folder if installation else env.machine())
            web_server.serve(args.host, args.port, workers)
    except OSError as fault:
        return port_refused(args.host, args.port, fault)
    return 0


def _sweep() -> None:
    """Remove what killed restores left beside the folders of the cities that are served here."""
    from ayan.core.continuity.snapshot import sweep_beside

    installation = hosting.named()
    for home in [entry.home for entry in installation.cities()] if installation else [env.home()]:
        sweep_beside(home.absolute())


def _migrate() -> int:
    """Bring the database up to date in a process of its own; 0, or the exit code where nothing may be served.

    So this one loads nothing of what it serves, and a process that it starts later is of the version installed then.
    This first one is of the same version, and goes on from what has been read already.
    Without a database everything public is served all the same, and the worker tries again.
    """
    process = multiprocessing.get_context("fork").Process(target=_run_migrate)
    process.start()
    process.join()
    code = process.exitcode or 0
    if code != AWAY:
        return 2 if code == NOT_OURS else code
    say(
        Label(
            "صفحه‌های عمومی بی پایگاه داده برپا می‌شود؛ کارگر تا بازگشت آن دوباره می‌کوشد.",
            "The public pages are served without the database; the worker tries again until it is back.",
        ),
        error=True,
    )
    return 0


def _run_migrate() -> None:
    from ayan.cli.main import run

    try:
        code = run(["migrate"])
    except Exception:  # noqa: BLE001 - it ends as the interpreter ends a program: without the words of the fault
        sys.excepthook(*sys.exc_info())
        code = 1
    sys.exit(code)


def allowed(asked: int | None) -> int:
    """The number of processes: what was asked for, else what the settings say. Misconfigured when it makes no sense."""
    if asked is None:
        return process_capacity.workers()
    if not 1 <= asked <= process_capacity.most():
        raise Misconfigured(f"--workers must be from 1 to {process_capacity.most()} on this machine, not {asked}.")
    return asked


# --- ayan worker ------------------------------------------------------------------------------------------------------


def worker_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``ayan worker``."""
    parser.add_argument("--once", action="store_true", help="stop when nothing is left to do")
    parser.add_argument("--parent", type=int, metavar="PID", help=argparse.SUPPRESS)
    parser.add_argument("--lane", metavar="NAME", help=argparse.SUPPRESS)
    parser.add_argument("--lease", type=int, default=0, metavar="N", help=argparse.SUPPRESS)


def run_worker(args: argparse.Namespace) -> int:
    """Work until stopped, waiting for a database that is away; exit 1 when the settings do not hold."""
    _sweep()
    if (installation := hosting.named()) is not None:
        return _go_round(installation, args)
    database.set_up_django()
    from django.db import connections

    from ayan.config import tasks
    from ayan.config.worker_lease import Lease, PlaceLost

    logs.take_uncaught()
    if args.parent:
        tasks.leave_with(args.parent)
    away = False
    while True:
        try:
            if database.waiting():
                database.set_up()
            if away:
                say(Label("پایگاه داده بازگشت و کار از سر گرفته شد.", "The database is back, and work goes on."))
                away = False
            if args.lane:
                tasks.run_lane(env.machine() / "work", args.lane, Lease(args.lease), args.parent)
            else:
                tasks.run(env.home(), env.machine() / "work", once=args.once)
            return 0
        except PlaceLost:
            if args.once or args.lane:
                return 0
        except Exception as fault:
            words = database.trouble(fault)
            if words is None or args.once or args.lane:
                raise
            if not away:
                say(words, error=True)
                away = True
        connections.close_all()
        # Whoever worked may have left a word of their own for these.
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        time.sleep(DATABASE_SECONDS)


def _go_round(installation: Installation, args: argparse.Namespace) -> int:
    """Work for the cities of an installation until stopped, in as many processes as read files at once."""
    database.set_up_django()
    from django.conf import settings

    from ayan.config import metrics, tasks
    from ayan.config.diagnosis.gauges import installation_gauges
    from ayan.config.hosting.city_in_use import use_city_settings
    from ayan.config.hosting.worker_rounds import WorkerRounds

    use_city_settings()
    logs.take_uncaught()
    if args.parent:
        tasks.leave_with(args.parent)
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    beside = 0 if args.once or args.lane else settings.FILES_AT_ONCE - 1
    watches = [_Watch(stopped, ("--lane", "round")) for _ in range(beside)]
    for watch in watches:
        watch.start()
    counts = metrics.work_of_cities()
    unserved = metrics.serve(lambda: installation_gauges(installation)) if not args.lane else lambda: None
    try:
        WorkerRounds(installation, lambda: not stopped.is_set(), counts).run(once=args.once)
    finally:
        stopped.set()
        unserved()
        for watch in watches:
            watch.stop()
    return 0


@contextmanager
def attended_worker() -> Iterator[None]:
    """Keep a worker running for as long as the block lasts.

    It leaves by itself when this process is killed. At the end it may finish what it does within ten seconds; whatever
    is cut short then is taken up again at the next start.
    """
    over = threading.Event()
    watch = _Watch(over)
    watch.start()
    try:
        yield
    finally:
        over.set()
        watch.stop()


class _Watch(threading.Thread):
    """Starts the worker, waits for it, and starts it again, ever more patiently while it does not last."""

    def __init__(self, over: threading.Event, words: Sequence[str] = ()) -> None:
        super().__init__(name="worker", daemon=True)
        self._over = over
        self._words = words
        self._process: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        wait = FIRST_WAIT
        while not self._over.is_set():
            words = [sys.executable, "-m", "ayan.cli.main", "worker", "--parent", str(os.getpid()), *self._words]
            # In a session of its own: Ctrl+C is meant for the site, which then tells the worker.
            self._process = subprocess.Popen(words, start_new_session=True)
            try:
                self._process.wait(LASTED)
                wait = min(LONGEST_WAIT, 2 * wait)
            except subprocess.TimeoutExpired:
                self._process.wait()
                wait = FIRST_WAIT
            self._over.wait(wait)

    def stop(self) -> None:
        """Tell the worker to stop, and stop it if it does not."""
        process = self._process
        if process is None:
            return
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


VERBS: Final = (
    Verb("serve", "serve the site", run_serve, serve_arguments),
    Verb("worker", "do the work that pages put off: reading files, sealing releases", run_worker, worker_arguments),
)
