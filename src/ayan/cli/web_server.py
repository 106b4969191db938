"""The web server of `ayan serve`: processes that begin afresh, take over without a gap, and tell when they answer."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.mp import MPServer

from ayan.cli.limits import DRAIN_SECONDS, MOST_DRAIN, OVERLAP_SECONDS, READY_SECONDS
from ayan.cli.report_text import say
from ayan.config import env, logs
from ayan.config.drain import LeavingFlag
from ayan.config.limits import MOST_THREADS
from ayan.core.system import collector
from ayan.core.values.label import Label


def serve(host: str, port: int, workers: int, *, assistants: bool = False) -> None:
    """Run the server in this process's children until SIGINT or SIGTERM; with SIGHUP all of them begin anew.

    Raises OSError where the address cannot be had. Each worker works at one request at a time; its other threads are
    there to wait for slow readers (`ayan.config.process_capacity`). For ``assistants`` it speaks their protocol in the
    place of pages.
    """
    claim(host, port)
    # Each process begins with nothing of this one, which after an upgrade still is the version before.
    multiprocessing.set_start_method("spawn", force=True)
    ready, loaded = multiprocessing.Pipe(duplex=False)
    leaving = multiprocessing.RawValue("b", 0)
    server = _Site(
        ready,
        _Leave(leaving, env.number("AYAN_DRAIN_SECONDS", 0, MOST_DRAIN)),
        "ayan.config.assistants" if assistants else "ayan.config.worker:application",
        address=host,
        port=port,
        interface=Interfaces.ASGI if assistants else Interfaces.WSGI,
        workers=workers,
        blocking_threads=1 if assistants else MOST_THREADS,
        workers_kill_timeout=DRAIN_SECONDS,
        respawn_interval=OVERLAP_SECONDS,
        respawn_failed_workers=True,
        log_access=False,
        log_dictconfig=logs.configuration(logs.log_format("json" if env.is_production() else "text")),
        # Its warnings are about threads that compute; ours wait. What an operator should know `ayan doctor` tells.
        log_level=LogLevels.error,
    )
    shown = f"http://{'[' + host + ']' if ':' in host else host}:{port}/{'mcp' if assistants else ''}"
    say(
        Label("سامانه برپاست: {shown} (توقف با Ctrl+C)", "The site is up: {shown} (stop with Ctrl+C)").format(
            shown=shown
        )
    )
    sys.stdout.flush()
    if manager := os.environ.get("NOTIFY_SOCKET"):
        threading.Thread(target=_tell_ready, args=(manager, host, port), name="ready", daemon=True).start()
    load = _assistants if assistants else _application
    server.serve(target_loader=partial(load, loaded, leaving), wrap_loader=False)


@dataclass(frozen=True, slots=True)
class _Leave:
    """What the other processes are told by when this one is to stop, and for how many seconds they still answer."""

    flag: LeavingFlag
    seconds: int


class _Site(MPServer):
    """A server that stops a process at a reload only when the one in its place has loaded all of the site.

    Granian itself stops it after a fixed time, in which a busy machine may not have come so far.
    """

    def __init__(self, ready: Connection, leave: _Leave, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._ready = ready
        self._leave = leave
        self._patient = False

    def signal_handler_interrupt(self, number: int = 0, *rest: Any) -> None:
        """Answer for a while when told to stop by a manager of services; the second word, or one by hand, ends it."""
        stop: Callable[..., None] = super().signal_handler_interrupt
        if number != signal.SIGTERM or not self._leave.seconds or self._leave.flag.value:
            stop(number, *rest)
            return
        self._leave.flag.value = 1
        timer = threading.Timer(self._leave.seconds, stop)
        timer.daemon = True
        timer.start()

    def _respawn_workers(self, workers: Sequence[int], spawn_target: Any, target_loader: Any, delay: float = 0) -> None:
        # Without a delay it is in place of one that is gone already.
        self._patient = delay > 0
        super()._respawn_workers(workers, spawn_target, target_loader, delay=delay)
        self._patient = False

    def _spawn_worker(self, idx: int, target: Any, callback_loader: Any) -> Any:  # type: ignore[override]  # as MPServer
        worker: Any = super()._spawn_worker(idx, target, callback_loader)
        worker.start = partial(self._started, worker, worker.start)
        return worker

    def _started(self, worker: Any, start: Callable[[], None]) -> None:
        while self._ready.poll():
            self._ready.recv_bytes()
        start()
        until = time.monotonic() + READY_SECONDS
        while self._patient and worker.is_alive() and time.monotonic() < until and not self._ready.poll(0.1):
            pass


def _application(loaded: Connection, leaving: LeavingFlag) -> Any:
    """Load the site in the process that serves it, and tell the first process so."""
    with collector.loading():
        # Every page's code, which the first reader would wait for otherwise.
        from django.urls import get_resolver

        from ayan.config.drain import own_drain
        from ayan.config.worker import application

        own_drain.watch(leaving)
        _ = get_resolver().url_patterns

    loaded.send_bytes(b".")
    return application


def _assistants(loaded: Connection, leaving: LeavingFlag) -> Any:
    """The same for assistants, whose questions the site of this process answers."""
    from ayan.config.assistants import assistants

    # Before the first of them asks: the site is loaded, and the signal that it is comes last.
    with collector.loading():
        from django.urls import get_resolver

        from ayan.config.assistants import put_first_questions
        from ayan.config.drain import own_drain
        from ayan.config.worker import application
        from ayan.config.wsgi import hosted
        from ayan.wiring import city

        own_drain.watch(leaving)
        _ = get_resolver().url_patterns
        answering = assistants(application)
        if hosted is None:
            # Whoever asks first waits for nothing that all questions need; of many cities each reads its own when it
            # is first asked.
            put_first_questions(city.current())
    loaded.send_bytes(b".")
    return answering


def claim(host: str, port: int) -> None:
    """Raise OSError now, in words a person can use, where the server would only say that a worker died."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        trial.bind(address)


def _tell_ready(manager: str, host: str, port: int) -> None:
    """Tell the service manager at the socket ``manager`` as soon as somebody can be answered (sd_notify(3))."""
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        try:
            socket.create_connection((host, port), timeout=1).close()
            break
        except OSError:
            time.sleep(0.1)
    else:
        return
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        # An address in the abstract name space is written with @.
        channel.sendto(b"READY=1", "\0" + manager[1:] if manager.startswith("@") else manager)
