"""ayan serve and ayan worker: the site on this machine, and the process beside it that does what pages put off."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Final

from ayan.cli import database
from ayan.cli.limits import DRAIN_SECONDS, FIRST_WAIT, LONGEST_WAIT, STOP_SECONDS
from ayan.cli.report_text import say
from ayan.cli.verb import Verb, port_refused
from ayan.config import env, process_capacity
from ayan.config.env import Misconfigured
from ayan.config.process_capacity import THREADS
from ayan.core.values.label import Label

LASTED: Final = 10.0
"""Seconds after which a worker counts as one that ran, so that the next is not kept waiting."""


def serve_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``ayan serve``."""
    parser.add_argument("--host", default="127.0.0.1", metavar="ADDRESS")
    parser.add_argument("--port", type=int, default=8000, metavar="N")
    parser.add_argument("--workers", type=int, metavar="N", help="processes, two a core at most (AYAN_WORKERS)")


def run_serve(args: argparse.Namespace) -> int:
    """Serve until stopped; exit 1 when the settings do not hold or the port is taken."""
    try:
        workers = allowed(args.workers)
        apart = env.is_apart()
        database.set_up()
        with nullcontext() if apart else attended_worker():
            serve(args.host, args.port, workers)
    except OSError as fault:
        return port_refused(args.host, args.port, fault)
    return 0


def allowed(asked: int | None) -> int:
    """The number of processes: what was asked for, else what the settings say. Misconfigured when it makes no sense."""
    if asked is None:
        return process_capacity.workers()
    if not 1 <= asked <= process_capacity.most():
        raise Misconfigured(f"--workers must be from 1 to {process_capacity.most()} on this machine, not {asked}.")
    return asked


def serve(host: str, port: int, workers: int) -> None:
    """Run the server in this process's children until SIGINT or SIGTERM.

    Raises OSError where the address cannot be had. Each worker works at one request at a time; its other threads are
    there to wait for slow readers (`ayan.config.process_capacity`).
    """
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    _claim(host, port)
    shown = f"http://{'[' + host + ']' if ':' in host else host}:{port}/"
    say(
        Label("سامانه برپاست: {shown} (توقف با Ctrl+C)", "The site is up: {shown} (stop with Ctrl+C)").format(
            shown=shown
        )
    )
    sys.stdout.flush()
    Granian(
        "ayan.config.worker:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        workers_kill_timeout=DRAIN_SECONDS,
        respawn_failed_workers=True,
        log_access=False,
        # Its warnings are about threads that compute; ours wait. What an operator should know `ayan doctor` tells.
        log_level=LogLevels.error,
    ).serve()


def _claim(host: str, port: int) -> None:
    """Raise OSError now, in words a person can use, where the server would only say that a worker died."""
    import socket

    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        trial.bind(address)


# --- ayan worker ------------------------------------------------------------------------------------------------------


def worker_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``ayan worker``."""
    parser.add_argument("--once", action="store_true", help="stop when nothing is left to do")
    parser.add_argument("--parent", type=int, metavar="PID", help=argparse.SUPPRESS)
    parser.add_argument("--lane", metavar="NAME", help=argparse.SUPPRESS)


def run_worker(args: argparse.Namespace) -> int:
    """Work until stopped; exit 1 when the settings do not hold."""
    database.set_up_django()
    from ayan.config import tasks

    if args.parent:
        tasks.leave_with(args.parent)
    if args.lane:
        tasks.run_lane(env.home() / "work", args.lane)
    else:
        tasks.run(env.home() / "work", once=args.once)
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

    def __init__(self, over: threading.Event) -> None:
        super().__init__(name="worker", daemon=True)
        self._over = over
        self._process: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        wait = FIRST_WAIT
        while not self._over.is_set():
            words = [sys.executable, "-m", "ayan.cli.main", "worker", "--parent", str(os.getpid())]
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
